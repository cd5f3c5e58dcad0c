"""Stage 6: the facts of the cover page, for `dei`.

A cover prints a value above its caption: the name above "(Exact name of registrant as
specified in its charter)", three values side by side above three captions. A caption is
found by its words, its value by standing over it. Covers without such captions print a
block for each registrant: number, name, "(A Nevada Corporation)", address, telephone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from converter.address import address_above, address_in
from converter.model import CoverFact, Finding, Line, Severity
from converter.page import (
    Passage,
    Text,
    above,
    below,
    captions,
    is_caption,
    over,
    passage,
    phrases,
    printed,
)
from converter.periods import read_dates
from converter.places import place_code

_COVER_LINES = 250
_BLOCK_LINES = 12
_DATE_WIDTH = 60


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_FORM = _pattern(
    r"(FORM\s+)?(10-?KSB40|10-?K405|10-?KSB|10-?QSB|10-?KT|10-?QT|10-?K|10-?Q|8-?K|20-?F"
    r"|6-?K|11-?K)(?:\s*/\s*(A)\b|-(A)\b)?(?![\w,.-]|\s(?-i:[a-z]))"
)
_DIGIT = re.compile(r"\d")
_AMENDMENT = _pattern(r"\s*[(\[]?\s*amendment\s+(?:no|number|#|\d)")
_FILE_NUMBER = re.compile(
    r"(?<![\d)/-])(?<!\)\s)(?<!\d\s)\b(?!\d\d-\d{7}\b)0?\d{1,3}-\d{2,8}(?:-\d{1,2})?\b(?!-)"
)
_EIN = re.compile(r"\b\d{1,2}-\d{7}\b|\b\d{9}\b")
_DASHED_EIN = re.compile(r"\b\d{2}-\d{7}\b")
_PHONE = re.compile(r"\(?\b(\d{3})\)?[\s/.-]{0,3}(\d{3}\s?-\s?\d{4})\b")
_DATE_OF_REPORT = _pattern(r"date of (?:earliest|report)")
_PERIOD_ENDED = _pattern(r"\b(?:period|year|quarter)\s+(?:ended|ending)\b:?")
_FOR_THE_PERIOD = _pattern(
    r"\W{0,60}for the\b.{0,40}\b(?:period|year|quarter)\s+(?:ended|ending)\b:?"
    r"([^a-z]{0,4}[a-z]{3,9}[^a-z]*)"
)
_TRANSITION = _pattern(r"\btransition\s+period\s+from\b:?")
_BOX = _pattern(
    r"([\[(/][\s_]{0,5}[x\u2713]?[\s_]{0,5}[\])/]|(?<![\w])x\b)[\s.]{0,5}"
    r"(annual|quarterly|transition)\s+report\s+(?:pursuant|under)"
)
_NAME = _pattern(
    r"exact name of|\bname of (?:the )?(?:registrant|(?:small business )?issuer) (?:as|in)\b"
)
_SUFFIX = _pattern(
    r"(?:(?:and|&|the|of|inc|incorporated|corp|corporation|company|co|ltd|limited|llc|lp|"
    r"subsidiaries)\b[\s.,]*)+"
)
_HANGING = _pattern(r"(?:,|&|\b(?:and|of|the))$")
_NUMBER_CAPTION = _pattern(r"commission(?:\s+file|$)")
_EMPLOYER = _pattern(r"employer")
_STATE = _pattern(
    r"^[(\[]?\s?state (?:or|of)\b.*(?:jurisdiction|incorp|organi|juris-)|jurisdiction of incorp"
    r"|^corporation$"
)
_STATED_PLACE = _pattern(
    r"\(?an?\s+([a-z. ]{4,30}?)\s+corporation\)?|([a-z. ]{4,30}?)\s+\d{2}-\d{7}"
)
_PLACE = re.compile(r"[A-Z][a-z.]+(?:\s[A-Z][a-z]+)?|[A-Z.]+(?:\s[A-Z]+)?")
_OFFICES = _pattern(r"address(?:es)?\b.*\bprincipal|\(address, including")
_TELEPHONE = _pattern(r"\btelephone\b")
_SYMBOL = _pattern(
    r"\((?:Nasdaq|NASD|NYSE|AMEX|OTC\s?BB|New York Stock Exchange)"
    r"(?:\s?(?:NM|NMS|National Market|SmallCap))?\s?:\s?\"?([A-Z]{1,5}(?:\.[A-Z])?)\"?\)"
)


def read_cover(lines: Sequence[Line]) -> tuple[tuple[CoverFact, ...], list[Finding]]:
    """The facts that a cover page prints; what it does not print is not made up.

    Values are normalised as dei wants them: dates in ISO form, states as EDGAR codes,
    the telephone number parted from its area code. The first word on a fact stands.
    """
    page = printed(lines[:_COVER_LINES])
    words = passage(page)
    findings: list[Finding] = []
    form = _form(page)
    found = [*form, *(_report_date(page) or _period(page, words, form))]
    if form or any(captions(page, _NAME)):
        found += [*_captioned(page, findings), *_boxes(words), *_registrant(page)]
    facts: dict[str, CoverFact] = {}
    for fact in [*found, *_symbol(lines)]:
        facts.setdefault(fact.name, fact)
    return tuple(facts.values()), findings


def _captioned(page: Sequence[Line], findings: list[Finding]) -> Iterator[CoverFact]:
    yield from _name(page)
    yield from map(_file_number, _valued(page, _NUMBER_CAPTION, _FILE_NUMBER))
    yield from map(_ein, _valued(page, _EMPLOYER, _EIN))
    yield from _incorporation(page, findings)
    yield from _principal_office(page)
    yield from _phone(page)


def _fact(name: str, value: str, source: Text) -> CoverFact:
    return CoverFact(name, value, source.span)


# --- the report ----------------------------------------------------------------------


def _form(page: Sequence[Line]) -> list[CoverFact]:
    for i, line in enumerate(page):
        for phrase in phrases(line) if _DIGIT.search(line.text) else ():
            found = _FORM.match(phrase.text)
            if found is None or not (found[1] or found.end() == len(phrase.text)):
                continue
            form = re.sub(r"^(10|8|20|6|11)-?", r"\1-", found[2].upper())
            near = page[max(i - 2, 0) : i + 4]
            amended = found[3] or found[4] or any(_AMENDMENT.match(n.text) for n in near)
            source = phrase.part(found.start(2), found.end())
            return [
                _fact("DocumentType", f"{form}/A" if amended else form, source),
                _fact("AmendmentFlag", "true" if amended else "false", source),
            ]
    return []


def _report_date(page: Sequence[Line]) -> list[CoverFact]:
    """The date of a report (8-K): in the line of its caption, above or below it."""
    for i, _ in captions(page, _DATE_OF_REPORT):
        for j in (i, *islice(above(page, i), 1), *islice(below(page, i), 1)):
            for text in phrases(page[j]):
                if days := read_dates(text.text):
                    earlier = _in_parentheses(page, j) if len(days) == 1 else None
                    return [earlier or _end_date(text, days[-1])]
    return []


def _in_parentheses(page: Sequence[Line], i: int) -> CoverFact | None:
    """The date of the event, alone in parentheses below that of the report."""
    for j in islice(below(page, i), 1):
        text = Text(page[j], 0, page[j].text).trimmed
        days = read_dates(text.text)
        if len(days) == 1 and re.fullmatch(r"\([^()]{8,24}\)", text.text):
            return _end_date(text, days[0])
    return None


def _period(page: Sequence[Line], words: Passage, form: list[CoverFact]) -> list[CoverFact]:
    """The end of the year or quarter reported on, or of a transition period.

    Under the title of a form any "period ended" is it; without one, a line that says
    "for the ... ended" and no more. A current report (8-K) has no period.
    """
    if not form:
        return _titled_period(page)
    if form[0].value.startswith(("8", "6")):
        return []
    for pattern, count in ((_PERIOD_ENDED, 1), (_TRANSITION, 2)):
        for found in pattern.finditer(words.text):
            rest = words.text[found.end() : found.end() + _DATE_WIDTH]
            if len(days := read_dates(rest)) >= count:
                place = words.at(found.end(), found.end() + len(rest))
                return [_end_date(place, days[count - 1])]
    return []


def _titled_period(page: Sequence[Line]) -> list[CoverFact]:
    for line in page:
        if found := _FOR_THE_PERIOD.fullmatch(line.text):
            text = Text(line, found.start(1), found[1])
            if days := read_dates(text.text):
                return [_end_date(text, days[0])]
    return []


def _end_date(text: Text, day: date) -> CoverFact:
    """A date as a fact; its place is that of its own characters, if they are in one line."""
    start, end = 0, len(text.text)
    while end and day in read_dates(text.text[: end - 1]):
        end -= 1
    while start < end and day in read_dates(text.text[start + 1 : end]):
        start += 1
    return _fact("DocumentPeriodEndDate", day.isoformat(), text.part(start, end).trimmed)


def _boxes(words: Passage) -> list[CoverFact]:
    """Which of the reports it is, by the box that is ticked; nothing when two are."""
    facts, ticks = [], 0
    for found in _BOX.finditer(words.text):
        ticked = re.search(r"[x\u2713]", found[1], re.IGNORECASE) is not None
        ticks += ticked
        name = f"Document{found[2].title()}Report"
        facts.append(_fact(name, str(ticked).lower(), words.at(*found.span())))
    return facts if ticks == 1 else []


# --- the registrant ------------------------------------------------------------------


def _name(page: Sequence[Line]) -> list[CoverFact]:
    for i, caption in captions(page, _NAME):
        for j in islice(above(page, i), 1):
            value = over(phrases(page[j]), caption)
            if value is not None:
                return [_whole_name(page, j, value)]
    return []


def _whole_name(page: Sequence[Line], j: int, value: Text) -> CoverFact:
    """A name, with the line above it when it goes on from there."""
    higher = phrases(page[j - 1]) if j and not is_caption(page[j - 1]) else []
    goes_on = len(higher) == 1 and (
        _SUFFIX.fullmatch(value.text) or _HANGING.search(higher[0].text)
    )
    parts = [*higher, value] if goes_on else [value]
    whole = " ".join(" ".join(part.text for part in parts).split())
    return _fact("EntityRegistrantName", whole, parts[0])


def _valued(
    page: Sequence[Line], caption: re.Pattern[str], shape: re.Pattern[str]
) -> Iterator[Text]:
    """Values of a certain shape after a caption, over it, or under it."""
    for line in page:
        if (words := caption.search(line.text)) and (
            found := shape.search(line.text, words.end())
        ):
            yield Text(line, found.start(), found[0])
    for value in _around(page, caption):
        if found := shape.search(value.text):
            yield value.cut(found)


def _file_number(text: Text) -> CoverFact:
    """A file number; EDGAR knows no more than three digits before the dash."""
    act, dash, number = text.text.partition("-")
    return _fact("EntityFileNumber", act[-3:] + dash + number, text)


def _ein(text: Text) -> CoverFact:
    """An employer's number, printed with its dash or without."""
    digits = text.text.replace("-", "").zfill(9)
    return _fact("EntityTaxIdentificationNumber", f"{digits[:2]}-{digits[2:]}", text)


def _around(page: Sequence[Line], caption: re.Pattern[str]) -> Iterator[Text]:
    """What stands in the columns of a caption: above it, then below it."""
    for i, phrase in captions(page, caption):
        for j in (*islice(above(page, i), 2), *islice(below(page, i), 2)):
            value = over(phrases(page[j]), phrase)
            if value is not None:
                yield value


def _incorporation(page: Sequence[Line], findings: list[Finding]) -> list[CoverFact]:
    unknown: list[Text] = []
    for i, caption in captions(page, _STATE):
        for j in islice(above(page, i), 2):
            value = over(phrases(page[j]), caption)
            code = place_code(value.text) if value else None
            if value and code:
                return [_fact("EntityIncorporationStateCountryCode", code, value)]
            if value and _PLACE.fullmatch(value.text):
                unknown.append(value)
    if unknown:
        findings.append(_no_place(unknown[0]))
    return []


def _no_place(value: Text) -> Finding:
    return Finding(
        "cover.place",
        Severity.INFO,
        f"{value.text!r} is no place with an EDGAR code known here; the state of "
        "incorporation is left out",
        value.span,
    )


def _principal_office(page: Sequence[Line]) -> list[CoverFact]:
    for i, _ in captions(page, _OFFICES):
        if facts := address_above(page, i):
            return facts
    return []


def _phone(page: Sequence[Line]) -> list[CoverFact]:
    """In the line of its caption, above it or below it."""
    for i, _ in captions(page, _TELEPHONE):
        for j in (i, *islice(above(page, i), 1), *islice(below(page, i), 1)):
            if facts := _number_in(page[j]):
                return facts
    return []


def _number_in(line: Line) -> list[CoverFact]:
    text = Text(line, 0, line.text)
    found = _PHONE.search(line.text)
    if found is None:
        return []
    local = "".join(found[2].split())
    return [
        _fact("CityAreaCode", found[1], text.cut(found, 1)),
        _fact("LocalPhoneNumber", local, text.cut(found, 2)),
    ]


def _symbol(lines: Iterable[Line]) -> list[CoverFact]:
    """The symbol that a release gives with its exchange, "(Nasdaq: XYZ)"."""
    for line in lines:
        if found := _SYMBOL.search(line.text):
            source = Text(line, found.start(1), found[1])
            return [_fact("TradingSymbol", found[1].upper(), source)]
    return []


# --- a block without captions ---------------------------------------------------------


def _registrant(page: Sequence[Line]) -> list[CoverFact]:
    """The first registrant's block: a row of number, name and EIN, or just the name."""
    for i, line in enumerate(page):
        row = phrases(line)
        if (
            len(row) == 3
            and _FILE_NUMBER.fullmatch(row[0].text)
            and _DASHED_EIN.fullmatch(row[2].text)
        ):
            return [
                _file_number(row[0]),
                _ein(row[2]),
                *_block(page[i + 1 : i + 1 + _BLOCK_LINES], row[1]),
            ]
    for i, _ in captions(page, _NUMBER_CAPTION):
        for j in islice(below(page, i), 1):
            row = phrases(page[j])
            if len(row) == 1 and _FILE_NUMBER.search(page[i].text) and not is_caption(page[j]):
                return _block(page[j + 1 : j + 1 + _BLOCK_LINES], row[0])
    return []


def _block(lines: Sequence[Line], name: Text) -> list[CoverFact]:
    facts = [_fact("EntityRegistrantName", " ".join(name.text.split()), name)]
    for phrase in (phrase for line in lines for phrase in phrases(line)):
        if found := _STATED_PLACE.fullmatch(phrase.text):
            place = phrase.cut(found, 1 if found[1] else 2)
            if code := place_code(place.text):
                facts.append(_fact("EntityIncorporationStateCountryCode", code, place))
        if found := _DASHED_EIN.search(phrase.text):
            facts.append(_ein(phrase.cut(found)))
    facts += address_in(lines)
    facts += next(filter(None, map(_number_in, lines)), [])
    return facts
