"""A report as a row of `sub.txt` of SEC's Financial Statement Data Sets.

Source: SEC, "Financial Statement Data Sets", section 5.1, figure 2. What the filing does
not tell is empty, also where SEC has a value always.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Final

from converter.instance import NO_CIK
from converter.model import Company, Line
from converter.pipeline import Conversion
from converter.places import STATES, postal_state

SUB: Final = (
    *("adsh", "cik", "name", "sic", "countryba", "stprba", "cityba", "zipba", "bas1", "bas2"),
    *("baph", "countryma", "stprma", "cityma", "zipma", "mas1", "mas2", "countryinc"),
    *("stprinc", "ein", "former", "changed", "afs", "wksi", "fye", "form", "period", "fy"),
    *("fp", "filed", "accepted", "prevrpt", "detail", "instance", "nciks", "aciks"),
)
"""The columns of `sub.txt`, as SEC orders them."""

_ACCEPTED = re.compile(r"<ACCEPTANCE-DATETIME>\s*(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\s*")
_HEAD = 40
"""In how many lines of a submission the time of its acceptance is given."""

_STATUS = {
    "large accelerated filer": "1-LAF", "accelerated filer": "2-ACC",
    "non-accelerated filer": "4-NON", "smaller reporting company": "5-SML",
}  # fmt: skip
_FLAGS = {"yes": "1", "true": "1", "no": "0", "false": "0"}


def accession_of(conversion: Conversion) -> str:
    """The accession number that EDGAR's header gives; empty without one."""
    given = conversion.reading.submission.header.accession_number
    return given.text if given else ""


def submission_row(conversion: Conversion) -> Mapping[str, str]:
    """The columns of `sub.txt` that are known of a report."""
    submission = conversion.reading.submission
    said = {fact.name: fact.value for fact in conversion.reading.cover}
    identifier = conversion.instance.entity.identifier
    filed = submission.header.filed
    return {
        "adsh": accession_of(conversion),
        "cik": "" if identifier == NO_CIK else _plain(identifier),
        **_company(submission.header.company, said),
        **_address(said),
        **_incorporation(said),
        **_focus(said),
        "filed": filed.text.replace("-", "") if filed else "",
        "accepted": _accepted(islice(submission.lines, _HEAD)),
        "detail": "0",  # figures of the notes are tagged only where they add up to a line
        "instance": f"{conversion.instance.stem}.xml",
        **_registrants(submission.header.companies, identifier),
    }


def month_end(day: date) -> date:
    """The end of a month that is nearest, the later one of two.

    >>> month_end(date(2003, 9, 28)), month_end(date(2003, 10, 3))
    (datetime.date(2003, 9, 30), datetime.date(2003, 9, 30))
    """
    last = monthrange(day.year, day.month)[1]
    if day.day < last - day.day:
        return day - timedelta(days=day.day)
    return day.replace(day=last)


def _company(company: Company, said: Mapping[str, str]) -> dict[str, str]:
    """Its name as EDGAR conforms it, or else as the cover prints it, and its codes."""
    return {
        "name": company.name.text if company.name else said.get("EntityRegistrantName", ""),
        "sic": company.sic.text if company.sic else "",
        "ein": said.get("EntityTaxIdentificationNumber", "").replace("-", ""),
        "afs": _STATUS.get(said.get("EntityFilerCategory", "").lower(), ""),
        "wksi": _FLAGS.get(said.get("EntityWellKnownSeasonedIssuer", "").lower(), ""),
    }


def _address(said: Mapping[str, str]) -> dict[str, str]:
    """The business address: that of the principal executive offices."""
    part = {name.removeprefix("EntityAddress"): text for name, text in said.items()}
    state = part.get("StateOrProvince", "")
    phone = (said.get("CityAreaCode"), said.get("LocalPhoneNumber"))
    return {
        "countryba": _country(state),
        "stprba": state,
        "cityba": part.get("CityOrTown", ""),
        "zipba": part.get("PostalZipCode", ""),
        "bas1": part.get("AddressLine1", ""),
        "bas2": part.get("AddressLine2", ""),
        "baph": "-".join(filter(None, phone)),
    }


def _incorporation(said: Mapping[str, str]) -> dict[str, str]:
    state = postal_state(said.get("EntityIncorporationStateCountryCode", "")) or ""
    return {"countryinc": _country(state), "stprinc": state}


def _country(state: str) -> str:
    """The country of a state of the United States or a province of Canada."""
    if not state:
        return ""
    return "US" if state in STATES.values() else "CA"


def _focus(said: Mapping[str, str]) -> dict[str, str]:
    """The period reported on, as the cover tells it."""
    year_end = re.fullmatch(r"--(\d\d)-(\d\d)", said.get("CurrentFiscalYearEndDate", ""))
    period = said.get("DocumentPeriodEndDate", "")
    return {
        "fye": _month_and_day(*map(int, year_end.groups())) if year_end else "",
        "form": said.get("DocumentType", ""),
        "period": stamp(month_end(date.fromisoformat(period))) if period else "",
        "fy": said.get("DocumentFiscalYearFocus", ""),
        "fp": said.get("DocumentFiscalPeriodFocus", ""),
    }


def _month_and_day(month: int, day: int) -> str:
    """Of no year in particular: February has 28 days."""
    last = monthrange(2001, month)[1]
    return f"{month_end(date(2001, month, min(day, last))):%m%d}"


def stamp(day: date) -> str:
    """A date as the data sets have it, yyyymmdd."""
    return day.isoformat().replace("-", "")


def _accepted(lines: Iterable[Line]) -> str:
    found = next(filter(None, (_ACCEPTED.fullmatch(line.text) for line in lines)), None)
    if found is None:
        return ""
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"


def _registrants(companies: Iterable[Company], identifier: str) -> dict[str, str]:
    """How many file together, and who the others are; unknown without a header."""
    keys = [one.cik.text for one in companies if one.role == "FILER" and one.cik]
    others = [_plain(key) for key in dict.fromkeys(keys) if key != identifier]
    return {"nciks": str(len(others) + 1) if keys else "", "aciks": " ".join(others)}


def _plain(cik: str) -> str:
    """A Central Index Key as a number."""
    return cik.lstrip("0")
