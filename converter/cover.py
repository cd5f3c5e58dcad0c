"""Stage 6: the facts of the cover page, for `dei`.

A cover prints a value above its caption: the name above "(Exact name of registrant as
specified in its charter)", three values side by side above three captions. A caption is
found by its words, its value by standing over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from converter.layout import expand_tabs
from converter.model import CoverFact, Document, Finding, Line, Severity, Span
from converter.periods import read_dates
from converter.places import place_code, state_code

_COVER_LINES = 250
_FORM = re.compile(
    r"^\s*(?:FORM\s+)(10-?K405|10-?KSB|10-?QSB|10-?K|10-?Q|8-?K|20-?F|6-?K|11-?K)"
    r"(?:\s*/\s*(A)\b|-(A)\b)?",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"\S+(?:\s\S+)*")
_RULE = re.compile(r"[\s_=.*-]*")
_FILE_NUMBER = re.compile(
    r"(?<![\d)/-])(?<!\)\s)(?<!\d\s)\b\d{1,3}-\d{3,8}(?:-\d{1,2})?\b(?!-)"
)
_EIN = re.compile(r"\b\d{2}-\d{7}\b")
_ZIP = re.compile(r"\b(\d{5}(?:-\d{4})?)\s*$")
_PHONE = re.compile(r"\(?\b(\d{3})\)?[\s/.-]{0,3}(\d{3}\s?-\s?\d{4})\b")
_PERIOD_ENDED = re.compile(
    r"\s*(?:\W{0,8}|.{0,12}?\b)for the\b.{0,40}\b(?:period|year|quarter)\s+ended:?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[A-Za-z. ]{2,30}")
_SYMBOL = re.compile(
    r"\((?:Nasdaq|NASD|NYSE|AMEX|OTC\s?BB|New York Stock Exchange)"
    r"(?:\s?(?:NM|NMS|National Market|SmallCap))?\s?:\s?\"?([A-Z]{1,5}(?:\.[A-Z])?)\"?\)",
    re.IGNORECASE,
)


class _Text(NamedTuple):
    line: Line
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def span(self, found: re.Match[str] | None = None) -> Span:
        start = self.start + (found.start() if found else 0)
        end = self.start + (found.end() if found else len(self.text))
        return Span(self.line.number, start, end)


def read_cover(document: Document) -> tuple[tuple[CoverFact, ...], list[Finding]]:
    """The facts that a cover page prints; what it does not print is not made up.

    Values are normalised as dei wants them: dates in ISO form, states as EDGAR codes,
    the telephone number parted from its area code.
    """
    lines = document.lines[:_COVER_LINES]
    facts: list[CoverFact] = []
    findings: list[Finding] = []
    for found in (
        _form(lines),
        _report_date(lines),
        _name(lines),
        _above(lines, r"commission file", "EntityFileNumber", _FILE_NUMBER),
        _above(lines, r"employer", "EntityTaxIdentificationNumber", _EIN),
        _incorporation(lines, findings),
        _address(lines),
        _phone(lines),
        _symbol(document.lines),
    ):
        facts += found
    return tuple(facts), findings


# --- captions and the values above them ----------------------------------------------


def _phrases(line: Line) -> list[_Text]:
    text, columns = expand_tabs(line.text)
    phrases = [_Text(line, m.start(), m[0]) for m in _PHRASE.finditer(text)]
    if columns is None:
        return phrases
    return [_Text(line, columns[p.start], p.text) for p in phrases]


def _values_above(lines: Sequence[Line], caption: str) -> Iterator[tuple[_Text, list[_Text]]]:
    """For each phrase that reads like a caption, the phrases of the line above it."""
    pattern = re.compile(caption, re.IGNORECASE)
    for i, line in enumerate(lines):
        for phrase in _phrases(line):
            if pattern.search(phrase.text):
                above = _text_above(lines, i)
                if above is not None:
                    yield phrase, _phrases(lines[above])


def _values_below(lines: Sequence[Line], number: int) -> list[_Text]:
    """The phrases of the next line that is not blank."""
    after = (line for line in lines if line.number > number and line.text.strip())
    line = next(after, None)
    return _phrases(line) if line else []


def _text_above(lines: Sequence[Line], i: int) -> int | None:
    """The nearest line above that holds words, no rule and no caption in parentheses."""
    for j in range(i - 1, max(i - 8, -1), -1):
        text = lines[j].text.strip()
        if _RULE.fullmatch(text) or (text.startswith("(") and not _PHONE.match(text)):
            continue
        return j
    return None


def _over(values: list[_Text], caption: _Text) -> _Text | None:
    """The value that stands over a caption."""
    over = [v for v in values if v.start < caption.end and caption.start < v.end]
    middle = (caption.start + caption.end) / 2
    return min(over, key=lambda v: abs((v.start + v.end) / 2 - middle), default=None)


def _above(
    lines: Sequence[Line], caption: str, name: str, shape: re.Pattern[str]
) -> list[CoverFact]:
    """The value of a certain shape after a caption in the same line, or over it."""
    pattern = re.compile(caption, re.IGNORECASE)
    for line in lines:
        if (words := pattern.search(line.text)) and (
            found := shape.search(line.text, words.end())
        ):
            span = Span(line.number, found.start(), found.end())
            return [CoverFact(name, found[0], span)]
    for phrase, values in _values_above(lines, caption):
        over = _over(values, phrase)
        if over and (found := shape.search(over.text)):
            return [CoverFact(name, found[0], over.span(found))]
    return []


# --- the facts -----------------------------------------------------------------------


def _form(lines: Sequence[Line]) -> list[CoverFact]:
    for line in lines:
        if found := _FORM.match(line.text):
            form = found[1].upper()
            form = form if "-" in form else re.sub(r"^(10|8|20|6|11)", r"\1-", form)
            amended = bool(found[2] or found[3])
            span = Span(line.number, found.start(1), found.end())
            kind = form + ("/A" if amended else "")
            return [
                CoverFact("DocumentType", kind, span),
                CoverFact("AmendmentFlag", str(amended).lower(), span),
            ]
    return []


def _report_date(lines: Sequence[Line]) -> list[CoverFact]:
    """The date of the report (8-K), or the end of the period (10-K, 10-Q)."""
    for phrase, values in _values_above(lines, r"date of (?:earliest|report)"):
        below = _values_below(lines, phrase.line.number)
        for text in (phrase, *values, *below):
            if dates := read_dates(text.text):
                iso = dates[-1].isoformat()
                return [CoverFact("DocumentPeriodEndDate", iso, text.span())]
    for line in lines:
        found = _PERIOD_ENDED.match(line.text)
        dates = read_dates(line.text[found.end() :]) if found else ()
        if found and dates:
            span = _trim(line, Span(line.number, found.end(), len(line.text.rstrip())))
            return [CoverFact("DocumentPeriodEndDate", dates[0].isoformat(), span)]
    return []


def _trim(line: Line, span: Span) -> Span:
    text = line.text[span.start : span.end]
    return span._replace(start=span.start + len(text) - len(text.lstrip()))


def _name(lines: Sequence[Line]) -> list[CoverFact]:
    for phrase, values in _values_above(lines, r"exact name of (?:the )?registrant"):
        over = _over(values, phrase)
        if over is not None:
            return [CoverFact("EntityRegistrantName", _spaced(over.text), over.span())]
    return []


def _incorporation(lines: Sequence[Line], findings: list[Finding]) -> list[CoverFact]:
    for phrase, values in _values_above(
        lines,
        r"\(?state (?:or|of)\b.*(?:jurisdiction|incorporation)|jurisdiction of incorp",
    ):
        over = _over(values, phrase)
        if over is None:
            continue
        code = place_code(over.text)
        if code is not None:
            return [CoverFact("EntityIncorporationStateCountryCode", code, over.span())]
        if _PLACE.fullmatch(over.text):
            findings.append(
            Finding(
                "cover.place", Severity.INFO,
                f"{over.text!r} is no place with an EDGAR code known here; the state of "
                "incorporation is left out", over.span(),
            )
        )  # fmt: skip
        return []
    return []


def _address(lines: Sequence[Line]) -> list[CoverFact]:
    """Street, city, state and postal code: in one line, or street above city."""
    for i, line in enumerate(lines):
        if not re.search(
            r"address of (?:the )?(?:registrant'?s )?principal",
            line.text,
            re.IGNORECASE,
        ):
            continue
        above = _text_above(lines, i)
        if above is None:
            continue
        parts = list(_parts(lines[above]))
        if len(parts) == 2 and (higher := _text_above(lines, above)) is not None:
            parts = [*_parts(lines[higher])][-2:] + parts
        facts = _address_facts(parts)
        if facts:
            return facts
    return []


def _parts(line: Line) -> Iterator[_Text]:
    """A line cut at commas and gaps; the postal code cut from the state."""
    for m in re.finditer(r"[^,\s][^,]*?(?=\s*,|\s{2,}|\s*$)", line.text):
        code = _ZIP.search(m[0])
        if code is None or code.start() == 0:
            yield _Text(line, m.start(), m[0])
            continue
        yield _Text(line, m.start(), m[0][: code.start()].rstrip())
        yield _Text(line, m.start() + code.start(1), code[1])


def _address_facts(parts: list[_Text]) -> list[CoverFact]:
    if len(parts) < 3 or not _ZIP.fullmatch(parts[-1].text):
        return []
    code = state_code(parts[-2].text)
    if code is None:
        return []
    *street, city, state, postal = parts
    facts = [
        CoverFact("EntityAddressCityOrTown", city.text, city.span()),
        CoverFact("EntityAddressStateOrProvince", code, state.span()),
        CoverFact("EntityAddressPostalZipCode", postal.text, postal.span()),
    ]
    if not street:
        return facts
    first, last = street[0], street[-1]
    whole = ", ".join(part.text for part in street)
    span = Span(first.line.number, first.start, last.end)
    return [CoverFact("EntityAddressAddressLine1", _spaced(whole), span), *facts]


def _phone(lines: Sequence[Line]) -> list[CoverFact]:
    for phrase, values in _values_above(lines, r"telephone number|\btelephone\b"):
        for text in _candidates(values, phrase):
            if found := _PHONE.search(text.text):
                area, local = re.sub(r"\s", "", found[1]), re.sub(r"\s", "", found[2])
                at = text.start
                return [
                    CoverFact(
                        "CityAreaCode",
                        area,
                        Span(text.line.number, at + found.start(1), at + found.end(1)),
                    ),
                    CoverFact(
                        "LocalPhoneNumber",
                        local,
                        Span(text.line.number, at + found.start(2), at + found.end(2)),
                    ),
                ]
    return []


def _candidates(values: Iterable[_Text], caption: _Text) -> list[_Text]:
    return [*values, caption]


def _symbol(lines: Sequence[Line]) -> list[CoverFact]:
    """The symbol that a release gives with its exchange, "(Nasdaq: XYZ)"."""
    for line in lines:
        if found := _SYMBOL.search(line.text):
            span = Span(line.number, found.start(1), found.end(1))
            return [CoverFact("TradingSymbol", found[1].upper(), span)]
    return []


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
