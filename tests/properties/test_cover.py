"""Covers and headers: what is printed in whatever place is read, and nothing is made up."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.cover import read_cover
from converter.dei import (
    fiscal_year,
    header_facts,
    kind_of,
    merged,
    of_registrant,
    reporting_period,
    same_name,
)
from converter.header import read_header
from converter.lines import Lines
from converter.model import CoverFact, Header, Line, Piece, Span

NAMES = ("GROVER MILLS INC", "TABOR & SONS CORP /DE/", "ACORN HOLDINGS L P")
STATES = ("DE", "NY", "A6", "X0", "MA")
SEC_HEADER = """\
-----BEGIN PRIVACY-ENHANCED MESSAGE-----
Proc-Type: 2001,MIC-CLEAR
MIC-Info: RSA-MD5,RSA,
 qmZk0nVRNFtRgVAKd2dh4zUuNxDTlDmQakTF

<SEC-DOCUMENT>{accession}.txt : {filed}
<SEC-HEADER>{accession}.hdr.sgml : {filed}
ACCESSION NUMBER:\t\t{accession}
CONFORMED SUBMISSION TYPE:\t{form}
PUBLIC DOCUMENT COUNT:\t\t2
CONFORMED PERIOD OF REPORT:\t{period}
FILED AS OF DATE:\t\t{filed}
SROS:\t\t\tNYSE

{role}:

\tCOMPANY DATA:\t
\t\tCOMPANY CONFORMED NAME:\t\t\t{name}
\t\tCENTRAL INDEX KEY:\t\t\t{cik}
\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\tRETAIL-MILLS [{sic}]
\t\tIRS NUMBER:\t\t\t\t{irs}
\t\tSTATE OF INCORPORATION:\t\t\t{state}
\t\tFISCAL YEAR END:\t\t\t{year_end}

\tFILING VALUES:
\t\tFORM TYPE:\t\t{form}
\t\tSEC ACT:\t\t
\t\tSEC FILE NUMBER:\t001-01234
\t\tFILM NUMBER:\t\t99123456

\tBUSINESS ADDRESS:\t
\t\tSTREET 1:\t\t1 MILL LANE
\t\tCITY:\t\t\tOAKDALE
\t\tSTATE:\t\t\tMA
\t\tZIP:\t\t\t01234
\t\tBUSINESS PHONE:\t\t(617) 555-0100

\tMAIL ADDRESS:\t
\t\tSTREET 1:\t\tP O BOX 9
\t\tSTREET 2:\t\tELSEWHERE
\t\tCITY:\t\t\tAKRON

\tFORMER COMPANY:\t
\t\tFORMER CONFORMED NAME:\tOLD NAME INC
\t\tDATE OF NAME CHANGE:\t19740314
"""
NC_HEADER = """\
<SUBMISSION>
<ACCESSION-NUMBER>{accession}
<TYPE>{form}
<PUBLIC-DOCUMENT-COUNT>2
<PERIOD>{period}
<FILING-DATE>{filed}
<{tag_role}>
<COMPANY-DATA>
<CONFORMED-NAME>{name}
<CIK>{cik}
<ASSIGNED-SIC>{sic}
<IRS-NUMBER>{irs}
<STATE-OF-INCORPORATION>{state}
<FISCAL-YEAR-END>{year_end}
</COMPANY-DATA>
<FILING-VALUES>
<FORM-TYPE>{form}
<ACT>34
<FILE-NUMBER>001-01234
</FILING-VALUES>
<BUSINESS-ADDRESS>
<STREET1>1 MILL LANE
<CITY>OAKDALE
<STATE>MA
<ZIP>01234
<PHONE>6175550100
</BUSINESS-ADDRESS>
<MAIL-ADDRESS>
<STREET1>P O BOX 9
<STREET2>ELSEWHERE
</MAIL-ADDRESS>
<FORMER-COMPANY>
<FORMER-CONFORMED-NAME>OLD NAME INC
</FORMER-COMPANY>
</{tag_role}>
"""
COVER = """\
                     SECURITIES AND EXCHANGE COMMISSION
                           Washington, D.C.  20549
                                  FORM {form}
(Mark One)
[X]  {kind} REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE
     SECURITIES EXCHANGE ACT OF 1934
              {period}
                                     OR
[ ]  TRANSITION REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE ACT
     For the transition period from __________ to __________

                       Commission file number 1-1234
                              --------
                            TABOR & SONS, INC.
          (Exact name of registrant as specified in its charter)

            Delaware                                 04-1234567
  ------------------------------             -------------------
  (State or other jurisdiction of            (I.R.S. Employer
  incorporation or organization)             Identification No.)

        1 Mill Lane, Suite 9
        Oakdale, Massachusetts                       01234
  (Address of principal executive offices)        (Zip Code)

  Registrant's telephone number, including area code:  (617) 555-0100
"""
TABLED = """\
                                FORM 10-Q
              For the quarterly period ended June 30, 1999
Commission       Registrant, State of Incorporation,       I.R.S. Employer
File Number      Address and Telephone Number              Identification No.
_____________________________________________________________________________
1-1234           TABOR POWER COMPANY                       04-1234567
                 (A Georgia Corporation)
                 9 Mill Lane, N.W.
                 Atlanta, Georgia 30308
                 (404) 555-0100
2-5678           Grover Power Company                      58-7654321
                 (A Maine Corporation)
                 One Energy Place
                 Pensacola, Florida 32520
                 (850) 555-0111
"""
BARE = """\
                                FORM 10-K/A
                              Amendment No. 2
                 For The Fiscal Year Ended December 31,
                                  1999
                       Commission File Number 1-1234

                                TABOR CORP.
          A NEW YORK                                     I.R.S. EMPLOYER
          CORPORATION                                     NO. 13-1234567
            32 Mill Avenue, New York, New York 10013-2412
                       Telephone Number 212-555-0100
"""

days = st.dates(date(1993, 1, 1), date(2009, 12, 31))
headers = st.fixed_dictionaries(
    {
        "accession": st.from_regex(r"[0-9]{10}-[0-9]{2}-[0-9]{6}", fullmatch=True),
        "form": st.sampled_from(["10-K", "10-K405", "10-Q/A", "8-K"]),
        "period": days.map(lambda d: f"{d:%Y%m%d}"),
        "filed": days.map(lambda d: f"{d:%Y%m%d}"),
        "role": st.sampled_from(["FILER", "SUBJECT COMPANY", "FILED BY"]),
        "name": st.sampled_from(NAMES),
        "cik": st.integers(1, 10**10 - 1).map(lambda n: f"{n:010}"),
        "sic": st.integers(100, 9999).map(lambda n: f"{n:04}"),
        "irs": st.integers(1, 10**9 - 1).map(lambda n: f"{n:09}"),
        "state": st.sampled_from(STATES),
        "year_end": days.map(lambda d: f"{d:%m%d}"),
    }
)


def header_of(form: str, values: dict[str, str]) -> tuple[Header, Sequence[Line]]:
    tag_role = values["role"].replace(" ", "-")
    lines = Lines.of(form.format(**values, tag_role=tag_role))
    return read_header(lines), lines


def cover_of(text: str) -> dict[str, str]:
    lines = Lines.of(text)
    facts, _ = read_cover(lines)
    for fact in facts:
        line = lines[fact.source.line - 1].text
        assert line[fact.source.start : fact.source.end].strip()
    assert len({fact.name for fact in facts}) == len(facts)
    return {fact.name: fact.value for fact in facts}


def fact(name: str, value: str, line: int = 1) -> CoverFact:
    return CoverFact(name, value, Span(line, 0, 1))


# --- the header ----------------------------------------------------------------------


@given(headers, st.sampled_from([SEC_HEADER, NC_HEADER]))
def test_a_header_gives_its_fields(values: dict[str, str], form: str) -> None:
    header, lines = header_of(form, values)
    (company,) = header.companies
    said = {
        "accession": header.accession_number, "form": header.form, "name": company.name,
        "cik": company.cik, "sic": company.sic, "state": company.state_of_incorporation,
    }  # fmt: skip
    for key, value in said.items():
        assert value is not None
        assert value.text == values[key]
        line = lines[value.span.line - 1].text
        assert line[value.span.start : value.span.end].endswith(
            (values[key], f"{values[key]}]")
        )
    assert header.cik == values["cik"]
    assert header.period is not None
    assert header.period.text.replace("-", "") == values["period"]
    assert company.irs_number is not None
    assert company.irs_number.text.replace("-", "") == values["irs"]
    assert company.fiscal_year_end is not None
    assert (
        company.fiscal_year_end.text == f"--{values['year_end'][:2]}-{values['year_end'][2:]}"
    )


@given(headers, st.sampled_from([SEC_HEADER, NC_HEADER]))
def test_a_section_says_whose_address_it_is(values: dict[str, str], form: str) -> None:
    company = header_of(form, values)[0].company
    texts = [v.text for v in (company.street1, company.city, company.zip, company.phone) if v]
    assert texts == ["1 MILL LANE", "OAKDALE", "01234", "6175550100"]
    assert company.street2 is None
    assert company.file_number is not None
    assert company.file_number.text == "001-01234"


@given(headers, headers)
def test_of_several_companies_the_filer_comes_first(
    one: dict[str, str], other: dict[str, str]
) -> None:
    first = SEC_HEADER.format(**(one | {"role": "FILED BY"}))
    second = SEC_HEADER.format(**(other | {"role": "SUBJECT COMPANY"}))
    header = read_header(Lines.of(first + second[second.index("SUBJECT") :]))
    assert [c.role for c in header.companies] == ["SUBJECT COMPANY", "FILED BY"]
    assert header.cik == other["cik"]


@given(st.text(max_size=12))
def test_what_is_no_date_and_no_number_is_passed_over(text: str) -> None:
    value = " ".join(text.split()).replace("<", "")
    header = read_header(
        [Line(1, f"CONFORMED PERIOD OF REPORT: {value}"), Line(2, "COMPANY DATA:"),
         Line(3, f"CENTRAL INDEX KEY: {value}"), Line(4, f"IRS NUMBER: {value}")]
    )  # fmt: skip
    if header.period is not None:
        assert date.fromisoformat(header.period.text).isoformat() == header.period.text
    if header.cik is not None:
        assert len(header.cik) == 10
        assert int(header.cik)


@pytest.mark.parametrize("day", ["19990229", "19981301", "1998123", "00000000", "1998-1-1"])
def test_an_impossible_day_is_passed_over(day: str) -> None:
    assert read_header([Line(1, f"CONFORMED PERIOD OF REPORT:\t{day}")]).period is None


texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("<>:/\t\n-$FORM 10-K")),
    max_size=300,
)


@given(texts)
def test_any_text_is_read_without_an_error(text: str) -> None:
    lines = Lines.of(f"FORM 10-K\n{text}\n(Exact name of registrant)\nAddress of principal")
    header = read_header(lines)
    facts, findings = read_cover(lines)
    both, found = merged(facts, header_facts(of_registrant(header, facts)))
    reporting_period(both)
    places = [f.source for f in both] + [f.span for f in (*findings, *found) if f.span]
    for span in places:
        assert 0 <= span.start < span.end <= len(lines[span.line - 1].text)


# --- the cover -----------------------------------------------------------------------


FORMS = {
    "10-K": ("ANNUAL", "For the fiscal year ended"),
    "10-K405": ("ANNUAL", "FOR THE YEAR ENDED"),
    "10-KSB": ("ANNUAL", "For fiscal year ended:"),
    "10-Q": ("QUARTERLY", "For the quarterly period ended"),
    "10-Q/A": ("QUARTERLY", "For Quarter Ended"),
}


@given(
    days, st.sampled_from(sorted(FORMS)), st.sampled_from([" ", "      ", "\n        "]),
    st.integers(0, 20),
)  # fmt: skip
def test_a_cover_is_read_wherever_it_stands(day: date, form: str, gap: str, left: int) -> None:
    kind, words = FORMS[form]
    period = f"{words}{gap}{day:%B} {day.day}, {day.year}"
    text = COVER.format(form=form, kind=kind, period=period)
    facts = cover_of("\n".join(" " * left + line for line in text.split("\n")))
    assert facts == {
        "DocumentType": form,
        "AmendmentFlag": "true" if form.endswith("/A") else "false",
        "DocumentPeriodEndDate": day.isoformat(),
        f"Document{kind.title()}Report": "true",
        "DocumentTransitionReport": "false",
        "EntityRegistrantName": "TABOR & SONS, INC.",
        "EntityFileNumber": "1-1234",
        "EntityTaxIdentificationNumber": "04-1234567",
        "EntityIncorporationStateCountryCode": "DE",
        "EntityAddressAddressLine1": "1 Mill Lane, Suite 9",
        "EntityAddressCityOrTown": "Oakdale",
        "EntityAddressStateOrProvince": "MA",
        "EntityAddressPostalZipCode": "01234",
        "CityAreaCode": "617",
        "LocalPhoneNumber": "555-0100",
    }


def test_a_table_of_registrants_gives_the_first() -> None:
    facts = cover_of(TABLED)
    assert facts["EntityRegistrantName"] == "TABOR POWER COMPANY"
    assert facts["EntityFileNumber"] == "1-1234"
    assert facts["EntityTaxIdentificationNumber"] == "04-1234567"
    assert facts["EntityIncorporationStateCountryCode"] == "GA"
    assert facts["EntityAddressAddressLine1"] == "9 Mill Lane, N.W."
    assert facts["EntityAddressCityOrTown"] == "Atlanta"
    assert facts["EntityAddressPostalZipCode"] == "30308"
    assert facts["CityAreaCode"] == "404"


def test_a_cover_without_captions_gives_the_block_below_the_file_number() -> None:
    assert cover_of(BARE) == {
        "DocumentType": "10-K/A",
        "AmendmentFlag": "true",
        "DocumentPeriodEndDate": "1999-12-31",
        "EntityRegistrantName": "TABOR CORP.",
        "EntityFileNumber": "1-1234",
        "EntityTaxIdentificationNumber": "13-1234567",
        "EntityIncorporationStateCountryCode": "NY",
        "EntityAddressAddressLine1": "32 Mill Avenue",
        "EntityAddressCityOrTown": "New York",
        "EntityAddressStateOrProvince": "NY",
        "EntityAddressPostalZipCode": "10013-2412",
        "CityAreaCode": "212",
        "LocalPhoneNumber": "555-0100",
    }


REPORT_DATES = (
    "Date of Report (Date of earliest event reported): {}",
    "Date of Report (Date of earliest event reported)      {}",
    "      {}\nDate of Report (Date of earliest event reported)",
    "      {}\n      --------\n  Date of Report\n (Date of earliest event reported)",
    "DATE OF REPORT (DATE OF EARLIEST EVENT REPORTED)\n      {}",
    "Date of Report: March 1, 1990\n      ({})",
)


@given(days, st.sampled_from(REPORT_DATES))
def test_a_current_report_has_the_day_of_its_event(day: date, form: str) -> None:
    text = form.format(f"{day:%B} {day.day}, {day.year}")
    facts = cover_of(f"FORM 8-K\n\n{text}\n\nfor the quarter ended June 30, 1991\n")
    assert facts["DocumentPeriodEndDate"] == day.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "For the transition period from March 1, 1998 to December 31, 1998",
        "For the transition period from\n       March 1, 1998 to\n     December 31, 1998",
    ],
)
def test_a_transition_period_ends_on_its_second_day(text: str) -> None:
    assert cover_of(f"FORM 10-K\n{text}\n")["DocumentPeriodEndDate"] == "1998-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "TABOR INC. reported sales for the quarter ended June 30, 1998, a record.",
        "Our telephone number for the call is (617) 555-0100.",
        "Form 10-K is filed each year.",
        "to the annual report on\nForm 10-K, for the year ended May 31, 1999,\n",
    ],
)
def test_prose_is_no_cover(text: str) -> None:
    assert cover_of(text) == {}


@pytest.mark.parametrize(
    ("printed", "values"),
    [
        ("1 Mill Lane, Oakdale, MA 01234", ("1 Mill Lane", "Oakdale", "MA", "01234")),
        (
            "1 Mill Lane\nOakdale, Ohio 44444-1234",
            ("1 Mill Lane", "Oakdale", "OH", "44444-1234"),
        ),
        ("1 Mill Lane\nOakdale  Ohio      44444", ("1 Mill Lane", "Oakdale", "OH", "44444")),
        ("1 Mill Lane\nOakdale OH 44444", ("1 Mill Lane", "Oakdale", "OH", "44444")),
        ("1 Mill Lane     44444\nOakdale, Ohio", ("1 Mill Lane", "Oakdale", "OH", "44444")),
        ("P.O. Box 40888\nOakdale, Ohio 44444", ("P.O. Box 40888", "Oakdale", "OH", "44444")),
        ("1 Fifth St, New York, New York 10013", ("1 Fifth St", "New York", "NY", "10013")),
        ("1 Mill Lane\nToronto, Ontario", ()),
    ],
)
def test_an_address_is_read_in_its_parts(printed: str, values: tuple[str, ...]) -> None:
    facts = cover_of(f"FORM 10-K\n\n{printed}\n(Address of principal executive offices)\n")
    parts = ("AddressLine1", "CityOrTown", "StateOrProvince", "PostalZipCode")
    assert (
        tuple(facts[f"EntityAddress{p}"] for p in parts if f"EntityAddress{p}" in facts)
        == values
    )


def test_a_name_of_two_lines_is_one_name() -> None:
    text = (
        "FORM 10-K\n\n  TABOR TELEPHONE COMPANY,\n  INCORPORATED\n (Exact name of registrant)\n"
    )
    assert cover_of(text)["EntityRegistrantName"] == "TABOR TELEPHONE COMPANY, INCORPORATED"


def test_tabs_and_mark_up_keep_their_places() -> None:
    tabbed = Lines.of("FORM 10-K\n\t\tTABOR INC.\n\t  (Exact name of registrant)\n")
    names = [f for f in read_cover(tabbed)[0] if f.name == "EntityRegistrantName"]
    assert [f.source for f in names] == [Span(2, 2, 12)]
    laid_out = [
        Line(7, "FORM 10-K", (Piece(0, 9, Span(7, 3, 12)),)),
        Line(8, "    TABOR INC.", (Piece(4, 14, Span(9, 20, 30)),)),
        Line(9, "(Exact name of registrant)", (Piece(0, 26, Span(9, 40, 66)),)),
    ]
    names = [f for f in read_cover(laid_out)[0] if f.name == "EntityRegistrantName"]
    assert [f.source for f in names] == [Span(9, 20, 30)]


# --- both ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("COCA COLA CO", "The Coca-Cola Company"),
        ("TABOR CORP/FL/", "Tabor Corporation"),
        ("TABOR INC /DE/ /NEW/", "TABOR, INCORPORATED"),
        ("SMITH A O CORP", "A. O. Smith Corporation"),
        ("TABOR & GROVER INTL LTD", "Tabor and Grover International, Limited"),
        ("TABOR COM INC", "TABOR.COM, INC."),
    ],
)
def test_names_of_one_company(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


def test_names_of_two_companies() -> None:
    assert not same_name("TABOR CO", "Tabor Company of Delaware, Inc.")
    assert not same_name("THE COMPANY INC", "THE CORPORATION CO")


@given(headers, days)
def test_the_cover_wins_and_the_header_fills(values: dict[str, str], day: date) -> None:
    header, _ = header_of(SEC_HEADER, values)
    cover = [
        fact("DocumentType", values["form"]),
        fact("AmendmentFlag", "false"),
        fact("DocumentPeriodEndDate", day.isoformat(), 3),
        fact("EntityAddressCityOrTown", "Akron"),
        fact("CityAreaCode", "212"),
    ]
    facts, findings = merged(cover, header_facts(header))
    assert facts[: len(cover)] == tuple(cover)
    known = {f.name: f.value for f in facts}
    assert known["EntityRegistrantName"] == values["name"]
    assert known["EntityPrimarySicNumber"] == values["sic"]
    assert not {"EntityAddressPostalZipCode", "LocalPhoneNumber"} & known.keys()
    assert header.period is not None
    differs = header.period.text != day.isoformat()
    assert [f.span for f in findings] == [Span(3, 0, 1)] * differs
    assert all(f.code == "cover.disagrees" and "line 11" in f.message for f in findings)


@pytest.mark.parametrize(
    ("printed", "said", "form", "codes"),
    [
        ("10-K", "10-K405", "10-K", []),
        ("10-Q", "10-Q/A", "10-Q/A", []),
        ("10-K", "10-K405/A", "10-K405/A", []),
        ("10-K", "10-Q", "10-K", ["cover.disagrees"]),
    ],
)
def test_forms_of_one_kind_agree(printed: str, said: str, form: str, codes: list[str]) -> None:
    cover = [fact("DocumentType", printed), fact("AmendmentFlag", "false")]
    header = [
        fact("DocumentType", said),
        fact("AmendmentFlag", str(said.endswith("/A")).lower()),
    ]
    facts, findings = merged(cover, header)
    known = {f.name: f.value for f in facts}
    assert known["DocumentType"] == form
    assert known["AmendmentFlag"] == str(form.endswith("/A")).lower()
    assert [f.code for f in findings] == codes


def test_the_header_follows_the_company_that_the_cover_names() -> None:
    text = "".join(
        f"FILER:\n\tCOMPANY DATA:\nCOMPANY CONFORMED NAME: {name}\nCENTRAL INDEX KEY: {n}\n"
        for n, name in enumerate(NAMES, start=1)
    )
    header = read_header(Lines.of(text))
    assert header.cik == "0000000001"
    other = of_registrant(header, [fact("EntityRegistrantName", "Tabor and Sons Corporation")])
    assert other.cik == "0000000002"
    assert len(other.companies) == 3
    assert of_registrant(header, [fact("EntityRegistrantName", "Unknown Inc")]) == header


month_ends = st.builds(
    lambda year, month: date(year, month, monthrange(year, month)[1]),
    st.integers(1994, 2009),
    st.integers(1, 12),
)


@given(month_ends, st.integers(1, 4), st.integers(-6, 6))
def test_the_quarter_is_told_by_its_distance_from_the_year_end(
    year_end: date, quarter: int, shift: int
) -> None:
    """Fiscal years of weeks end some days off their date; the quarter is the same."""
    end = year_end + timedelta(days=round(91.3 * quarter) + shift)
    cover = [fact("DocumentType", "10-Q"), fact("DocumentPeriodEndDate", end.isoformat())]
    header = [fact("CurrentFiscalYearEndDate", f"--{year_end:%m-%d}")]
    known = {f.name: f.value for f in merged(cover, header)[0]}
    if quarter == 4 or year_end.month == 1:
        assert "DocumentFiscalPeriodFocus" not in known
        assert "DocumentFiscalYearFocus" not in known
    else:
        assert known["DocumentFiscalPeriodFocus"] == f"Q{quarter}"
        assert known["DocumentFiscalYearFocus"] == str(year_end.year + 1)


@given(days)
def test_a_year_is_called_by_its_end_but_for_the_first_week(end: date) -> None:
    year = fiscal_year(end)
    if end.month > 2:
        assert year == end.year
    elif end.month == 1 and end.day <= 7:
        assert year == end.year - 1
    else:
        assert year in (None, end.year)


@pytest.mark.parametrize(
    ("form", "transition", "months"),
    [("10-K", "", 12), ("10-K405/A", "false", 12), ("10-K", "true", None), ("10-Q", "", None)],
)
def test_a_form_tells_the_length_of_its_period(
    form: str, transition: str, months: int | None
) -> None:
    facts = [fact("DocumentType", form), fact("DocumentPeriodEndDate", "1999-06-30")]
    if transition:
        facts.append(fact("DocumentTransitionReport", transition))
    assert reporting_period(facts) == (date(1999, 6, 30), months)


def test_a_current_report_tells_no_period() -> None:
    facts = [fact("DocumentType", "8-K"), fact("DocumentPeriodEndDate", "1999-06-30")]
    assert reporting_period(facts) == (None, None)
    assert reporting_period([]) == (None, None)
    assert kind_of("10-ksb40/a") == "10-K"
