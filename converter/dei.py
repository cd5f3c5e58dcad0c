"""What a filing says of itself: the facts of its cover and of its header, as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from converter.model import Company, CoverFact, Finding, Header, Severity, Value
from converter.places import postal_state

_PERIOD, _FORM, _NAME = "DocumentPeriodEndDate", "DocumentType", "EntityRegistrantName"
_PHONE = frozenset({"CityAreaCode", "LocalPhoneNumber"})
_ADDRESS = "EntityAddress"
_ANNUAL = ("10-K", "20-F", "40-F", "11-K")
_QUARTERLY = "10-Q"
_VARIANT = re.compile(r"(?:/A|405|SB40|SB)+$")
"""What tells forms of the same kind apart: 10-K405/A is a 10-K."""

_QUARTERS = {"Q1": 91, "Q2": 182, "Q3": 273}
_SLACK = 14
"""How many days a quarter of weeks may end before or after that of the calendar."""

_STATE_MARK = re.compile(r"(?:/[a-z ]{2,4}+/?+\s*+)++$")
_UNSAID = {
    "the", "and", "inc", "incorporated", "corp", "corporation", "co", "company", "cos",
    "companies", "ltd", "limited", "llc", "lp", "plc", "sa", "nv", "ag",
}  # fmt: skip
"""Words of a name that EDGAR abbreviates or leaves out."""

_WORDS = {
    "intl": "international", "natl": "national", "mfg": "manufacturing", "bros": "brothers",
    "assoc": "associates", "svcs": "services", "svc": "service", "dept": "department",
    "tech": "technologies", "labs": "laboratories", "amer": "american", "st": "saint",
}  # fmt: skip


# --- the header ----------------------------------------------------------------------


def header_facts(header: Header) -> tuple[CoverFact, ...]:
    """The facts that a header gives; not the CIK, which the whole report has."""
    form = header.form and Value(header.form.text.upper(), header.form.span)
    amended = form and Value(str(form.text.endswith("/A")).lower(), form.span)
    company = header.company
    found = (
        (_FORM, form),
        ("AmendmentFlag", amended),
        (_PERIOD, header.period),
        (_NAME, company.name),
        ("EntityFileNumber", company.file_number),
        ("EntityTaxIdentificationNumber", company.irs_number),
        ("EntityIncorporationStateCountryCode", company.state_of_incorporation),
        ("EntityPrimarySicNumber", company.sic),
        ("CurrentFiscalYearEndDate", company.fiscal_year_end),
        *_business_address(company),
    )
    return tuple(CoverFact(name, value.text, value.span) for name, value in found if value)


def _business_address(company: Company) -> Iterator[tuple[str, Value | None]]:
    yield "EntityAddressAddressLine1", company.street1
    yield "EntityAddressAddressLine2", company.street2
    yield "EntityAddressCityOrTown", company.city
    state = company.state and postal_state(company.state.text)
    if company.state and state:
        yield "EntityAddressStateOrProvince", Value(state, company.state.span)
    yield "EntityAddressPostalZipCode", company.zip
    if company.phone:
        number, span = company.phone
        yield "CityAreaCode", Value(number[:3], span)
        yield "LocalPhoneNumber", Value(f"{number[3:6]}-{number[6:]}", span)


def of_registrant(header: Header, cover: Iterable[CoverFact]) -> Header:
    """The header with the company first that the cover names, where it names one.

    A report of several registrants lists them in another order than its cover does.
    """
    name = next((fact.value for fact in cover if fact.name == _NAME), None)
    if name is None:
        return header
    named = [c for c in header.companies if c.name and same_name(c.name.text, name)]
    others = [c for c in header.companies if c not in named]
    return replace(header, companies=(*named, *others))


# --- cover and header together -------------------------------------------------------


def merged(
    cover: Iterable[CoverFact], header: Iterable[CoverFact]
) -> tuple[tuple[CoverFact, ...], list[Finding]]:
    """What the cover prints, then what only the header says, then what follows from both.

    Where the two disagree the cover stands and a finding tells. A cover that is silent
    about an amendment does not deny it.
    """
    printed = {fact.name: fact for fact in cover}
    said = {fact.name: fact for fact in header}
    findings = [
        _disagreement(fact, said[name])
        for name, fact in printed.items()
        if name in said and _disagree(name, fact.value, said[name].value)
    ]
    facts = dict(printed)
    if _only_header_amends(printed, said):
        facts |= {name: said[name] for name in (_FORM, "AmendmentFlag")}
    for name, fact in said.items():
        if name not in facts and _fills(name, printed):
            facts[name] = fact
    for fact in _fiscal_focus(facts):
        facts.setdefault(fact.name, fact)
    return tuple(facts.values()), findings


def _fills(name: str, printed: Mapping[str, CoverFact]) -> bool:
    """Whether a fact of the header may stand beside those of the cover.

    An address or a telephone number is one thing: halves of two make neither.
    """
    if name in _PHONE:
        return not _PHONE & printed.keys()
    if name.startswith(_ADDRESS):
        return not any(other.startswith(_ADDRESS) for other in printed)
    return True


def _only_header_amends(
    printed: Mapping[str, CoverFact], said: Mapping[str, CoverFact]
) -> bool:
    if _FORM not in printed or _FORM not in said:
        return False
    form, filed = printed[_FORM].value, said[_FORM].value
    return not form.endswith("/A") and filed.endswith("/A") and kind_of(form) == kind_of(filed)


def _disagree(name: str, printed: str, said: str) -> bool:
    if name == _NAME:
        return not same_name(printed, said)
    if name == _FORM:
        return kind_of(printed) != kind_of(said)
    return name == _PERIOD and printed != said


def _disagreement(printed: CoverFact, said: CoverFact) -> Finding:
    return Finding(
        "cover.disagrees",
        Severity.INFO,
        f"the cover gives {printed.name} as {printed.value!r}, the header (line "
        f"{said.source.line}) as {said.value!r}; the cover stands",
        printed.source,
        advice="the header tells what EDGAR knew of the filer; see which of them is meant",
    )


def kind_of(form: str) -> str:
    """A form without its variant: 10-K for 10-K405/A and for 10-KSB.

    >>> kind_of("10-K405/A")
    '10-K'
    """
    return _VARIANT.sub("", form.upper())


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one company: case, marks and legal forms apart.

    EDGAR puts a person's first name after the last, so the order does not count.

    >>> same_name("SUNBEAM CORP/FL/", "Sunbeam Corporation")
    True
    """
    a, b = _name_words(one), _name_words(other)
    return "".join(a) == "".join(b) or sorted(a) == sorted(b)


def _name_words(name: str) -> list[str]:
    text = _STATE_MARK.sub("", name.lower())
    words = re.sub(r"[^\w.,']|_", " ", text)
    spelt = [_WORDS.get(word, word) for word in re.sub(r"[.,']", "", words).split()]
    return [word for word in spelt if word not in _UNSAID] or spelt


# --- the fiscal year and the period ---------------------------------------------------


def reporting_period(facts: Iterable[CoverFact]) -> tuple[date | None, int | None]:
    """The end of the period reported on, and its months where the form tells them.

    An annual report covers twelve, that of a first quarter three; later ones have a
    quarter and the year to date. A current report (8-K) is dated by its event: no period
    follows from it.
    """
    known = {fact.name: fact.value for fact in facts}
    form = kind_of(known.get(_FORM, ""))
    end = _date(known.get(_PERIOD))
    if end is None or form.startswith(("8-K", "6-K")):
        return None, None
    whole_year = form in _ANNUAL and known.get("DocumentTransitionReport") != "true"
    first = known.get("DocumentFiscalPeriodFocus") == "Q1"
    return end, 12 if whole_year else 3 if first else None


def fiscal_year_close(facts: Iterable[CoverFact]) -> tuple[int, int] | None:
    """The month and day on which fiscal years end."""
    value = next((f.value for f in facts if f.name == "CurrentFiscalYearEndDate"), "")
    found = re.fullmatch(r"--(\d\d)-(\d\d)", value)
    return (int(found[1]), int(found[2])) if found else None


def _fiscal_focus(facts: Mapping[str, CoverFact]) -> list[CoverFact]:
    """The fiscal year and its part that an annual or a quarterly report is of."""
    known = {name: fact.value for name, fact in facts.items()}
    end, form = _date(known.get(_PERIOD)), kind_of(known.get(_FORM, ""))
    if end is None or known.get("DocumentTransitionReport") == "true":
        return []
    source = facts[_PERIOD].source
    stated = known.get("CurrentFiscalYearEndDate")
    found: list[tuple[str, str]] = []
    year: int | None
    part: str | None
    if form in _ANNUAL:
        found.append(("CurrentFiscalYearEndDate", f"--{end:%m-%d}"))
        year, part = fiscal_year(end), "FY"
    elif form == _QUARTERLY and stated is not None:
        year, part = _quarter(end, stated)
    else:
        return []
    if year is not None and part is not None:
        found.append(("DocumentFiscalYearFocus", f"{year:04}"))
        found.append(("DocumentFiscalPeriodFocus", part))
    return [CoverFact(name, value, source) for name, value in found]


def fiscal_year(end: date) -> int | None:
    """What a fiscal year is called that ends on a day; None where companies differ.

    One of weeks that ends in the first days of January belongs to the year before. Of
    those that end later in winter some are called by the year they began in.
    """
    if end.month == 1 and end.day <= 7:
        return end.year - 1
    return None if (end.month, end.day) < (2, 15) else end.year


def _quarter(end: date, year_end: str) -> tuple[int | None, str | None]:
    """The quarter that ends on a day, by its distance from the end of the fiscal year."""
    year_end = year_end.replace("02-29", "02-28")
    for year in (end.year - 1, end.year):
        before, after = _date(f"{year}{year_end[1:]}"), _date(f"{year + 1}{year_end[1:]}")
        if before is None or after is None:
            continue
        for part, days in _QUARTERS.items():
            if abs((end - before).days - days) <= _SLACK:
                return fiscal_year(after), part
    return None, None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
