"""Facts as tags of Inline XBRL 1.1, in the characters of the page where they are printed.

A figure is tagged where its digits stand, without signs, parentheses and currency; the
transform, scale and sign then give the very value of the fact. Transforms are those of
the Transformation Rules Registry 4 (2020-02-12).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from converter.model import Fact, Finding, Severity, Span
from converter.numbers import printed_decimals
from converter.xml_text import escaped

_DIGITS = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+", re.ASCII)
_NIL = re.compile(r"(?:-(?:[- ]*-)?|[\u2013\u2014]+|\b(?:[Nn]il|NIL|[Nn]one|NONE)\b)\0*")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_NAMED = re.compile(
    rf"\b({_MONTH})[. ]\s*([0-9]{{1,2}})\b(?:,?\s*([0-9]{{4}})\b)?", re.IGNORECASE
)
_DAY_FIRST = re.compile(rf"\b([0-9]{{1,2}})\s+({_MONTH})[.,]?\s+([0-9]{{4}})\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\b([0-9]{1,2})[/-]([0-9]{1,2})(?:[/-]([0-9]{4}))?\b")
_FIXED = {"true": "fixed-true", "false": "fixed-false"}

NON_FRACTION, NON_NUMERIC = "ix:nonFraction", "ix:nonNumeric"


class Printed(NamedTuple):
    """Characters of a page from an offset on; NULs fill up the place of an entity."""

    start: int
    text: str


Locate = Callable[[Span], Printed | None]
"""What is printed at a place; None where no one run of text is."""


class Tag(NamedTuple):
    """A fact on characters `start` up to `end` of the page, and what gives its value.

    `format` is the transform without its prefix, empty for none; `scale` a power of ten.
    """

    start: int
    end: int
    fact: Fact
    format: str = ""
    scale: int = 0

    @property
    def element(self) -> str:
        """The element that states the fact."""
        return NON_FRACTION if self.fact.unit else NON_NUMERIC


@dataclass(frozen=True, slots=True)
class Tagging:
    """All facts of a report: those in the page, outer tags first, and those that are not.

    `hidden` are facts without a place, or whose value no transform gives.
    """

    tags: tuple[Tag, ...]
    hidden: tuple[Fact, ...]
    findings: tuple[Finding, ...]


def tag_facts(facts: Sequence[Fact], locate: Locate) -> Tagging:
    """Place every fact wherever it is printed; one that has no place is hidden.

    A fact printed twice has a tag at each place, the same fact again: XBRL allows such
    duplicates, and the reader of a page finds every figure tagged.
    """
    found = {tag: None for fact in facts for tag in _tags(fact, locate)}
    tags = _nested(found)
    placed = {tag.fact.id for tag in tags}
    hidden = tuple(fact for fact in facts if fact.id not in placed)
    return Tagging(tags, hidden, tuple(_hidden_findings(hidden)))


def _tags(fact: Fact, locate: Locate) -> Iterator[Tag]:
    for span in fact.sources:
        printed = locate(span)
        tag = _tag(fact, printed) if printed and printed.text else None
        if tag is not None:
            yield tag


def _tag(fact: Fact, printed: Printed) -> Tag | None:
    if isinstance(fact.value, Decimal):
        return _figure(fact, fact.value, printed)
    return _words(fact, fact.value, printed)


# --- figures -------------------------------------------------------------------------


def _figure(fact: Fact, value: Decimal, printed: Printed) -> Tag | None:
    """The digits (or dashes) that stand for a value, whatever their power of ten."""
    start, text = printed
    for found in _DIGITS.finditer(text):
        scale = _scale(found[0], abs(value), fact.decimals or 0)
        if scale is not None:
            return Tag(
                start + found.start(), start + found.end(), fact, "num-dot-decimal", scale
            )
    nil = None if value else _NIL.search(text)
    return nil and Tag(start + nil.start(), start + nil.end(), fact, "fixed-zero")


def _scale(digits: str, value: Decimal, decimals: int) -> int | None:
    """The power of ten that makes printed digits a value; None when there is none.

    >>> _scale("61.4", Decimal("0.614"), 3)
    -2
    """
    number = Decimal(digits.replace(",", ""))
    if not number or not value:
        return None if number or value else printed_decimals(digits) - decimals
    _, printed, low = number.normalize().as_tuple()
    _, stated, high = value.normalize().as_tuple()
    return int(high) - int(low) if printed == stated else None


# --- words ---------------------------------------------------------------------------


def _words(fact: Fact, value: str, printed: Printed) -> Tag | None:
    """Text that is a value, or that a transform makes it."""
    start, text = printed
    if text.replace("\0", "") == value:
        return Tag(start, start + len(text), fact)
    if value in _FIXED:
        return Tag(start, start + len(text), fact, _FIXED[value])
    if whole := re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text):
        return Tag(start + whole.start(), start + whole.end(), fact)
    for low, high, given, name in _dates(text):
        if given == value:
            return Tag(start + low, start + high, fact, name)
    return None


def _dates(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Dates in a text: from where to where, the value, and the transform that gives it."""
    for found in _NAMED.finditer(text):
        if _is_cased(found[1]):
            year, day = found[3], "date-monthname-day-en"
            name = "date-monthname-day-year-en" if year else day
            yield *found.span(), _iso(year, _month(found[1]), found[2]), name
            if year:
                yield found.start(), found.end(2), _iso(None, _month(found[1]), found[2]), day
    for found in _DAY_FIRST.finditer(text):
        if _is_cased(found[2]):
            given = _iso(found[3], _month(found[2]), found[1])
            yield *found.span(), given, "date-day-monthname-year-en"
    for found in _NUMBERED.finditer(text):
        name = "date-month-day-year" if found[3] else "date-month-day"
        yield *found.span(), _iso(found[3], int(found[1]), found[2]), name


def _is_cased(month: str) -> bool:
    """The registry knows January, JANUARY, Jan and JAN, but no other way to write it."""
    return month.isupper() or month.istitle()


def _month(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()))


def _iso(year: str | None, month: int, day: str) -> str:
    """A date, or a day of a year, as XML Schema writes it; empty when there is none."""
    try:
        whole = date(int(year or 2000), month, int(day))
    except ValueError:
        return ""
    return whole.isoformat() if year else whole.strftime("--%m-%d")


# --- one within another --------------------------------------------------------------


def _nested(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags in the order they open, without those that would cross or garble another.

    Words may hold anything; a figure only the same figure again (Inline XBRL 1.1, 10.1.1).
    """
    kept: list[Tag] = []
    around: list[Tag] = []
    for tag in sorted(tags, key=lambda t: (t.start, -t.end, t.element == NON_FRACTION)):
        while around and around[-1].end <= tag.start:
            around.pop()
        if not around or _may_hold(around[-1], tag):
            kept.append(tag)
            around.append(tag)
    return tuple(kept)


def _may_hold(outer: Tag, inner: Tag) -> bool:
    if inner.end > outer.end:
        return False
    return outer.element == NON_NUMERIC or (
        inner[:2] == outer[:2] and _figure_key(inner) == _figure_key(outer)
    )


def _figure_key(tag: Tag) -> tuple[str | None, str, int]:
    return tag.fact.unit, tag.format, tag.scale


# --- findings ------------------------------------------------------------------------


def _hidden_findings(hidden: Iterable[Fact]) -> Iterator[Finding]:
    """What a reader of the page does not find there though the text was its source."""
    for fact in hidden:
        if fact.sources and fact.unit:
            yield Finding(
                "inline.hidden",
                Severity.WARNING,
                f"{fact.concept.local} {fact.value:,f} cannot be tagged where it is printed; "
                "Inline XBRL states it hidden",
                fact.sources[0],
            )
        elif fact.sources:
            yield Finding(
                "inline.hidden",
                Severity.INFO,
                f"no transform makes what is printed {fact.concept.local} {fact.value!r}; "
                "Inline XBRL states it hidden",
                fact.sources[0],
            )


# --- as mark-up ----------------------------------------------------------------------


class Mark(NamedTuple):
    """A start or an end of a tag, at an offset of the page."""

    at: int
    opens: bool
    markup: str


def marks(tags: Sequence[Tag]) -> list[Mark]:
    """The starts and ends of nested tags, from left to right.

    The first place of a fact has its id, the others numbers after it.
    """
    places: dict[str, int] = {}
    result: list[Mark] = []
    around: list[Tag] = []
    for tag in tags:
        while around and around[-1].end <= tag.start:
            result.append(_end(around.pop()))
        number = places[tag.fact.id] = places.get(tag.fact.id, 0) + 1
        own = tag.fact.id if number == 1 else f"{tag.fact.id}.{number}"
        result.append(Mark(tag.start, True, _start_tag(tag, own)))
        around.append(tag)
    return [*result, *map(_end, reversed(around))]


def _end(tag: Tag) -> Mark:
    return Mark(tag.end, False, f"</{tag.element}>")


def _start_tag(tag: Tag, own: str) -> str:
    fact = tag.fact
    attributes = [("id", own), ("name", str(fact.concept)), ("contextRef", fact.context)]
    if fact.unit:
        attributes += [("unitRef", fact.unit), ("decimals", str(fact.decimals))]
    if tag.format:
        attributes.append(("format", f"ixt:{tag.format}"))
    if tag.scale:
        attributes.append(("scale", str(tag.scale)))
    if isinstance(fact.value, Decimal) and fact.value < 0:
        attributes.append(("sign", "-"))
    written = "".join(f' {name}="{value}"' for name, value in attributes)
    return f"<{tag.element}{written}>"


def hidden_element(fact: Fact) -> str:
    """A fact as `ix:hidden` states it, its value written out."""
    if isinstance(fact.value, Decimal):
        tag = Tag(0, 0, fact, "num-dot-decimal")
        text = format(abs(fact.value), "f")
    else:
        tag, text = Tag(0, 0, fact), escaped(fact.value)
    return f"{_start_tag(tag, fact.id)}{text}</{tag.element}>"
