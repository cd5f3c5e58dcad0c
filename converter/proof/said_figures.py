"""Figures in running text: what is printed, and what a sentence is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from converter.model import Amount, Cell
from converter.proof.said_periods import Said, phrases

_DIGITS = r"(?:(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,6})?|\.\d{1,6})(?!\d)"
"""No more than are stated of anything, and than a decimal holds exactly."""
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_EACH = re.compile(
    r",?\s*(?:or\s+)?(?:per|a|an)\s+(?:(?:basic|diluted|fully|common|and|primary)[\s-]+){0,4}"
    r"(?:share|unit|ADS)s?\b(?:,?\s+on\s+an?\s+(?:fully\s+)?(?:diluted|basic)\s+basis)?"
    r"(?:\s+\(?(?:basic|(?:fully\s+)?diluted)\)?)?",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\s*(?:(?:per|par|stated|conversion|exercise)\s+[a-z]+"
    r"|an?\s+(?:ton|barrel|gallon|pound|ounce|month|week|day|hour)\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    rf"""(?:US)?\$\s?(?P<money>{_DIGITS})(?:\s{{0,9}}-?(?P<scale>thousand|million|billion|trillion)s?\b)?
    | \b(?P<cents>\d+(?:\.\d+)?|{"|".join(_SMALL)})\s+cents?\b
    | (?<![\w.,$])(?P<percent>{_DIGITS})\s{{0,9}}(?:%|percent\b|per\s+cent\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_A_SHARE = re.compile(
    r"\s*(?:as\s+a\s+per|(?:percentage|basis)?\s*points?\b)", re.IGNORECASE
)
_WHOLE = 7
"""An amount of so many digits is in whole units."""
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_WORD = re.compile(r"[A-Za-z][\w&'\u2019.-]*[\w'\u2019]|[A-Za-z]|[,;:()\u2014]|--+|\S")


class Role(Enum):
    """What a figure says of its subject."""

    LEVEL = auto()
    BEFORE = auto()
    CHANGE = auto()
    SHARE = auto()


class Subject(NamedTuple):
    """Of what a figure is: the key that its facts are found by, and its words."""

    key: str
    words: str


class Found(NamedTuple):
    """A subject within a sentence."""

    start: int
    end: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of a sentence, and what the sentence says of it.

    Attributes:
        amount: A share of a hundred for per cents; `source` is where it stands.
        role: A level, one of a time before, a change, or a share of another thing.
        is_percent: It is printed in per cent.
        each: "share" if it is of one, or "diluted" or "basic" where that is said.
        scaled: It tells its unit: a word, or all of its digits.
        subject: Of what; None where that is not understood.
        loss: It counts losses.
        rises: Of a change: 1 up, -1 down.
        said: Of when, in words that are its own.
        main: Of when the sentence speaks.
        against: Of a change: since when.
        of: Of what it is a share.
        clear: No word of the sentence up to it leaves a doubt.
        own: The sentence says that the subject is the whole company's.
        why: What is not understood; empty where all is.
    """

    amount: Amount
    role: Role
    is_percent: bool = False
    each: str = ""
    scaled: bool = True
    subject: Subject | None = None
    loss: bool = False
    rises: int = 0
    said: tuple[Said, ...] = ()
    main: Said | None = None
    against: Said | None = None
    of: Subject | None = None
    clear: bool = False
    own: bool = False
    why: str = ""


class Item(NamedTuple):
    """A part of a sentence: a figure, a period, a subject, or another word or mark."""

    start: int
    end: int
    what: re.Match[str] | Said | Found | str


def figures_of(text: str) -> Iterator[re.Match[str]]:
    """The figures that a text states, from left to right."""
    return _FIGURE.finditer(text)


def bare_claim(found: re.Match[str], source: Cell) -> Claim:
    """A figure with its place, before it is known of what it is."""
    suffix = None if found["percent"] else _EACH.match(found.string, found.end())
    each = share_words(suffix[0]) if suffix else "share" if found["cents"] else ""
    if found["percent"]:
        digits, shift = found["percent"], -2
    elif found["cents"]:
        word = found["cents"].lower()
        digits, shift = str(_SMALL.index(word) + 1) if word in _SMALL else word, -2
    else:
        digits, shift = found["money"], _SCALES.get((found["scale"] or "").lower(), 0)
    digits = digits.replace(",", "")
    decimals = len(digits.partition(".")[2]) - shift
    number = Decimal(digits.replace(".", "")).scaleb(-decimals)
    scaled = bool(found["scale"] or found["percent"] or each)
    if not scaled and "." not in digits:
        decimals = -(len(digits) - len(digits.rstrip("0"))) if number else 0
        scaled = len(digits) >= _WHOLE
    number = number.quantize(Decimal(1)) if decimals <= 0 else number
    amount = Amount(number, decimals, source)
    claim = Claim(amount, Role.LEVEL, bool(found["percent"]), each, scaled)
    if claim.is_percent and _OF_A_SHARE.match(found.string, found.end()):
        return replace(claim, why="it is a change of a share")
    if not each and _RATE.match(found.string, found.end()):
        return replace(claim, why="it is a rate")
    return claim


def share_words(words: str) -> str:
    """Whether earnings of a share are diluted, or basic, or that is not said."""
    lower = words.lower()
    told = [word for word in ("diluted", "basic") if word in lower]
    return told[0] if len(told) == 1 else "share"


def items_of(text: str, subjects: Sequence[Found]) -> Iterator[Item]:
    """What a sentence is made of, from left to right: what is known, and other words."""
    taken = [Item(f.start(), f.end(), f) for f in figures_of(text)]
    suffixes = [m for f in taken if (m := _EACH.match(text, f.end))]
    covered = [(f.start, f.end) for f in taken] + [m.span() for m in suffixes]
    for phrase in phrases(text):
        if not _touches(covered, phrase.start, phrase.end):
            taken.append(Item(phrase.start, phrase.end, phrase.said))
            covered.append((phrase.start, phrase.end))
    taken += [
        Item(found.start, found.end, found)
        for found in subjects
        if not _touches(covered, found.start, found.end)
    ]
    skipped = {m.start(): m.end() for m in suffixes}
    taken.sort(key=lambda item: item.start)
    at = 0
    for item in taken:
        yield from _words(text, at, item.start)
        yield item
        at = skipped.get(item.end, item.end)
    yield from _words(text, at, len(text))


def _words(text: str, start: int, end: int) -> Iterator[Item]:
    for found in _WORD.finditer(text, start, end):
        yield Item(found.start(), found.end(), found[0])


def _touches(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in taken)
