"""What EDGAR's header says of a submission, each value with its place.

Three forms of it are met: `<SEC-HEADER>` (or `<IMS-HEADER>`) with a `KEY: value` a line,
the same inside the lines of a PEM message, and a `.nc` file with a `<TAG>value` a line.
A key means what its section says: the name under FORMER COMPANY is not the filer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from converter.model import Company, Header, Line, Span, Value

_PAIR = re.compile(
    r"[\s\]]*(?:<(?P<tag>/?[A-Z][A-Z0-9-]*)>|(?P<key>[A-Z][A-Z0-9 -]*):)"
    r"\s*(?P<value>.*\S)?\s*",
    re.IGNORECASE,
)
_SIC = re.compile(r"\b(\d{4})\]?$")
_SAME_KEY = {
    "TYPE": "CONFORMED SUBMISSION TYPE", "PERIOD": "CONFORMED PERIOD OF REPORT",
    "FILING DATE": "FILED AS OF DATE", "CONFORMED NAME": "COMPANY CONFORMED NAME",
    "CIK": "CENTRAL INDEX KEY", "ASSIGNED SIC": "STANDARD INDUSTRIAL CLASSIFICATION",
    "FILE NUMBER": "SEC FILE NUMBER", "STREET1": "STREET 1", "STREET2": "STREET 2",
    "PHONE": "BUSINESS PHONE",
}  # fmt: skip
"""A tag of a `.nc` file, and the key that says the same in a header of lines."""

_ROLES = {"FILER", "SUBJECT COMPANY", "FILED BY", "FILED FOR", "ISSUER", "REPORTING OWNER"}
_OTHER_ROLES = {"FILED BY", "REPORTING OWNER"}
"""Those who file about a company; the report is not theirs."""

_SECTIONS = {
    "COMPANY DATA", "OWNER DATA", "FILING VALUES", "BUSINESS ADDRESS", "MAIL ADDRESS",
    "FORMER COMPANY", "FORMER NAME",
}  # fmt: skip


_OF_SUBMISSION = {
    "ACCESSION NUMBER": "accession_number", "CONFORMED SUBMISSION TYPE": "form",
    "CONFORMED PERIOD OF REPORT": "period", "FILED AS OF DATE": "filed",
    "PUBLIC DOCUMENT COUNT": "documents",
}  # fmt: skip
_OF_COMPANY = {
    "COMPANY CONFORMED NAME": "name", "CENTRAL INDEX KEY": "cik",
    "STANDARD INDUSTRIAL CLASSIFICATION": "sic", "IRS NUMBER": "irs_number",
    "STATE OF INCORPORATION": "state_of_incorporation", "FISCAL YEAR END": "fiscal_year_end",
}  # fmt: skip
_OF_ADDRESS = {
    "STREET 1": "street1", "STREET 2": "street2", "CITY": "city", "STATE": "state",
    "ZIP": "zip", "BUSINESS PHONE": "phone",
}  # fmt: skip
_FIELDS = {
    "COMPANY DATA": _OF_COMPANY,
    "FILING VALUES": {"SEC FILE NUMBER": "file_number"},
    "BUSINESS ADDRESS": _OF_ADDRESS,
}


def read_header(lines: Sequence[Line]) -> Header:
    """Read the lines before the first document. What is malformed is passed over."""
    found = _Found()
    for line in lines:
        if pair := _PAIR.fullmatch(line.text):
            found.take(line, pair)
    companies = [Company(role=role, **values) for role, values in found.companies if values]
    companies.sort(key=lambda company: company.role in _OTHER_ROLES)
    said = found.submission.get
    return Header(
        said("accession_number"), said("form"), said("period"), said("filed"),
        said("documents"), tuple(companies),
    )  # fmt: skip


@dataclass(slots=True)
class _Found:
    """The fields found so far; the first word on each stands."""

    submission: dict[str, Value] = field(default_factory=dict)
    companies: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    section: str = ""

    def take(self, line: Line, pair: re.Match[str]) -> None:
        """A line of the header: the start of a section, or a field of the one begun."""
        name = (pair["tag"] or pair["key"]).replace("-", " ").strip().upper()
        name = _SAME_KEY.get(name, name) if pair["tag"] else name
        if pair["value"] is not None:
            span = Span(line.number, *pair.span("value"))
            self._field(name, pair["value"], span)
        elif name.startswith("/"):
            self.section = ""
        elif name in _ROLES:
            self.companies.append((name, {}))
            self.section = ""
        elif name in _SECTIONS:
            self._begin(name)

    def _begin(self, section: str) -> None:
        told = bool(self.companies and self.companies[-1][1])
        if not self.companies or (section == "COMPANY DATA" and told):
            self.companies.append(("FILER", {}))
        self.section = section

    def _field(self, name: str, text: str, span: Span) -> None:
        if name in _OF_SUBMISSION and not self.companies:
            target, attribute = self.submission, _OF_SUBMISSION[name]
        elif self.companies and name in _FIELDS.get(self.section, {}):
            target, attribute = self.companies[-1][1], _FIELDS[self.section][name]
        else:
            return
        value = _NORMAL.get(attribute, _as_it_is)(text)
        if value is not None:
            target.setdefault(attribute, Value(value, span))


# --- the form that each field has ----------------------------------------------------


def _as_it_is(text: str) -> str | None:
    return " ".join(text.split()) or None


def _count(text: str) -> str | None:
    return text if re.fullmatch(r"[0-9]{1,4}", text) else None


def _day(text: str) -> str | None:
    if not re.fullmatch(r"(?:19|2[01])[0-9]{6}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def _day_of_year(text: str) -> str | None:
    day = _day(f"2000{text}")
    return f"-{day[4:]}" if day else None


def _cik(text: str) -> str | None:
    digits = _digits(text, 10)
    return digits if digits and int(digits) else None


def _sic(text: str) -> str | None:
    """The number at the end: `RETAIL [5331]`, or cut in the middle, `[5331`."""
    found = _SIC.search(text)
    return found[1] if found and found[1].isascii() and int(found[1]) else None


def _irs_number(text: str) -> str | None:
    digits = _digits(text.replace("-", ""), 9)
    return f"{digits[:2]}-{digits[2:]}" if digits and int(digits) else None


def _phone(text: str) -> str | None:
    """Ten digits; what is shorter, or of another country, has no area code to part."""
    digits = re.sub(r"[\s()./-]", "", text)
    return digits if re.fullmatch(r"[2-9][0-9]{9}", digits) else None


def _code(text: str) -> str | None:
    return text.upper() if re.fullmatch(r"[A-Za-z0-9]{2}", text) else None


def _digits(text: str, size: int) -> str | None:
    fits = text.isascii() and text.isdigit() and len(text) <= size
    return text.zfill(size) if fits else None


_NORMAL = {
    "period": _day, "filed": _day, "cik": _cik, "sic": _sic, "irs_number": _irs_number,
    "fiscal_year_end": _day_of_year, "phone": _phone, "state": _code,
    "documents": _count,
    "state_of_incorporation": _code,
}  # fmt: skip
