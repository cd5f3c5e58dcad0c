"""An earlier report: what is rolled forward from it, by captions and by figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.earlier import Prior, PriorConcept
from converter.errors import OptionsError
from converter.model import (
    Duration,
    Finding,
    Instant,
    Match,
    Measure,
    Period,
    QName,
    StatementKind,
)
from converter.options import Options, Rule
from converter.output import write_folder
from converter.pipeline import Conversion, convert
from converter.prior_reading import read_prior

ROOT = Path(__file__).parents[2]
TEXTS = {
    "example": ROOT / "examples" / "sonus-8-k-2003-10-08.txt",
    **{p.parent.name: p for p in (ROOT / "tests" / "golden" / "cases").glob("*/input.txt")},
}
Y2001 = Duration(date(2001, 1, 1), date(2001, 12, 31))
Y2002 = Duration(date(2002, 1, 1), date(2002, 12, 31))
END = Instant(date(2002, 12, 31))


def income(*lines: str) -> bytes:
    """An income statement of 2003, 2002 and 2001; a line is `caption | n | n | n`."""
    head = [
        "ALPHA CORP.".center(80),
        "Statements of Operations".center(80),
        "(In thousands)".center(80),
        "",
        " " * 44 + "Years ended December 31,",
        " " * 40 + "        2003        2002        2001",
    ]
    return "\n".join([*head, *map(printed, lines), ""]).encode()


def printed(line: str) -> str:
    label, *numbers = line.split("|")
    return f"{label.rstrip():<40}" + "".join(f"{n.strip():>12}" for n in numbers)


PLAIN = income("Net sales | 1,000 | 900 | 800", "Cost of sales | 600 | 550 | 500",
               "Gross profit | 400 | 350 | 300")  # fmt: skip


def concept(
    name: str,
    figures: Mapping[Period, int],
    *captions: str,
    measure: Measure = Measure.MONEY,
    kind: StatementKind = StatementKind.INCOME,
) -> PriorConcept:
    prefix, _, local = name.rpartition(":")
    return PriorConcept(
        QName(prefix or "us-gaap", local),
        measure,
        {period: Decimal(value) for period, value in figures.items()},
        frozenset(captions),
        frozenset(((kind, ""),)) if captions else frozenset(),
    )


def rolled(
    text: bytes, *concepts: PriorConcept, entity: str = ""
) -> tuple[list[Match], list[Finding]]:
    """The matches of the one statement, and the findings on the earlier report."""
    prior = Prior("old.xml", entity, concepts)
    conversion = convert(text, name="a.txt", options=Options(prior=prior))
    (mapped,) = conversion.statements
    found = [f for f in conversion.findings if f.code.startswith("prior.")]
    return [m for m in mapped.matches if m.concepts], found


def names(matches: Iterable[Match]) -> list[str]:
    return ["+".join(map(str, match.concepts)) for match in matches]


DEFAULT = ["us-gaap:Revenues", "us-gaap:CostOfGoodsAndServicesSold", "us-gaap:GrossProfit"]

# --- evidence ------------------------------------------------------------------------


def test_without_it_the_lines_are_mapped_as_ever() -> None:
    conversion = convert(PLAIN, name="a.txt")
    assert names(conversion.statements[0].matches) == DEFAULT


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        (concept("InterestExpense", {}, "cost of sales"), ("same caption",)),
        (concept("InterestExpense", {Y2002: 550_000}), ("same figures for 2002-12-31",)),
        (concept("InterestExpense", {Y2002: -550_000, Y2001: 500_000 * -1}),
         ("same figures for 2001-12-31, 2002-12-31",)),
        (concept("InterestExpense", {Y2002: 550_000}, "cost of sales"),
         ("same caption", "same figures for 2002-12-31")),
        (concept("InterestExpense", {Y2002: 1}, "cost of sales"), ("same caption",)),
    ],
)  # fmt: skip
def test_a_line_is_known(told: PriorConcept, reasons: tuple[str, ...]) -> None:
    matches, findings = rolled(PLAIN, told)
    assert names(matches) == [DEFAULT[0], "us-gaap:InterestExpense", DEFAULT[2]]
    assert matches[1].reasons == tuple(f"the earlier report has it: {r}" for r in reasons)
    assert not findings


@pytest.mark.parametrize(
    "told",
    [
        [concept("InterestExpense", {Y2002: 551_000})],
        [concept("InterestExpense", {Y2002: 550_000, Y2001: 501_000})],
        [concept(name, {Y2002: 550_000}) for name in ("InterestExpense", "OtherIncome")],
        [concept("InterestExpense", {Y2002: 550_000}, measure=Measure.SHARES)],
        [concept("Assets", {END: 550_000})],
        [concept("InterestExpense", {}, "costs of sales")],
        [concept("InterestExpense", {}, "cost of sales", kind=StatementKind.CASH_FLOWS)],
        [concept("InterestExpense", {Y2002: 550_000}, "interest",
                 kind=StatementKind.BALANCE_SHEET)],
        [concept("InterestExpense", {}, "cost of sales"),
         concept("OtherIncome", {}, "cost of sales")],
    ],
    ids=["other figure", "one figure differs", "two concepts", "other measure", "a day",
         "other caption", "caption of another statement", "figures of another statement",
         "caption of two concepts"],
)  # fmt: skip
def test_a_line_is_not_known(told: list[PriorConcept]) -> None:
    matches, findings = rolled(PLAIN, *told)
    assert names(matches) == DEFAULT
    assert [f.code for f in findings] == ["prior.unused"]


def test_zeros_tell_nothing() -> None:
    text = income("Net sales | 1,000 | 900 | 800", "Other | 50 | -- | --",
                  "Gross profit | 1,050 | 900 | 800")  # fmt: skip
    matches, _ = rolled(text, concept("InterestExpense", {Y2002: 0, Y2001: 0}))
    assert "us-gaap:InterestExpense" not in names(matches)


def test_the_heading_tells_captions_apart() -> None:
    text = income("Revenues:", "  Products | 1,000 | 900 | 800", "  Other | 10 | 9 | 8",
                  "Costs:", "  Products | 600 | 550 | 500", "  Other | 6 | 5 | 4")  # fmt: skip
    told = [
        PriorConcept(
            QName("ext", f"Other{section.title()}"),
            Measure.MONEY,
            {},
            frozenset(("other",)),
            frozenset(((StatementKind.INCOME, section),)),
        )
        for section in ("revenues", "costs")
    ]
    matches, _ = rolled(text, *told)
    assert names(matches)[1::2] == ["ext:OtherRevenues", "ext:OtherCosts"]


def test_basic_and_diluted_in_one_line() -> None:
    text = income("Net income | 400 | 350 | 300",
                  "Net income per share, basic and diluted | $.40 | $.35 | $.30")  # fmt: skip
    figures: dict[Period, Decimal] = {Y2002: Decimal("0.35")}
    told = [
        PriorConcept(
            QName("us-gaap", f"IncomeLossFromContinuingOperationsPer{kind}Share"),
            Measure.MONEY_PER_SHARE,
            figures,
            frozenset(("net income per share basic and diluted",)),
            frozenset(((StatementKind.INCOME, ""),)),
        )
        for kind in ("Basic", "Diluted")
    ]
    matches, _ = rolled(text, *told)
    assert matches[1].concepts == tuple(one.name for one in told)


@pytest.mark.parametrize(
    ("figures", "winner"),
    [
        ({Y2002: 550_000}, "us-gaap:InterestExpense"),
        ({Y2002: 550_000, Y2001: 500_000}, "us-gaap:OtherIncome"),
    ],
)
def test_caption_against_figures(figures: Mapping[Period, int], winner: str) -> None:
    """One column may agree by chance, two are believed."""
    told = concept("InterestExpense", {}, "cost of sales"), concept("OtherIncome", figures)
    matches, findings = rolled(PLAIN, *told)
    assert names(matches)[1] == winner
    (finding,) = findings
    assert finding.code == "prior.conflict"
    assert f"{winner} is taken" in finding.message


def test_figures_of_two_lines_are_nobodys() -> None:
    text = income("Net sales | 1,000 | 900 | 800", "Royalties | 7 | 900 | 800")
    matches, _ = rolled(text, concept("InterestExpense", {Y2002: 900_000}))
    assert "us-gaap:InterestExpense" not in names(matches)
    told = concept("InterestExpense", {Y2002: 900_000}, "royalties")
    assert names(rolled(text, told)[0])[1] == "us-gaap:InterestExpense"


# --- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (concept("EarningsPerShareBasic", {}, "cost of sales"), "perShareItemType"),
        (concept("InventoryNet", {END: 5}, "cost of sales"), "of a day"),
        (concept("ext:Stock", {END: 5}, "cost of sales"), "of a day"),
        (concept("ext:Costs", {Y2002: 550_000, Y2001: -500_000}, "cost of sales"), "in sign"),
    ],
)
def test_a_misfit_is_not_forced(told: PriorConcept, why: str) -> None:
    matches, findings = rolled(PLAIN, told)
    assert names(matches) == DEFAULT
    assert "prior.unfit" in [f.code for f in findings]
    assert why in findings[0].message


def test_what_is_never_negative_has_no_two_signs() -> None:
    text = income("Net sales | 1,000 | 900 | 800", "Dividends | 5 | (4) | 3")
    matches, findings = rolled(text, concept("PaymentsOfDividends", {}, "dividends"))
    assert "us-gaap:PaymentsOfDividends" not in names(matches)
    assert findings[0].code == "prior.unfit"


@pytest.mark.parametrize("name", ["SalesRevenueNet", "Nonsense", "RevenuesAbstract"])
def test_what_the_taxonomy_lacks_is_not_used(name: str) -> None:
    matches, findings = rolled(PLAIN, concept(name, {}, "net sales"))
    assert names(matches) == DEFAULT
    assert findings[0].code == "prior.gone"


@pytest.mark.parametrize(
    ("entity", "cik", "told"),
    [
        ("0000001234", "0000001234", False),
        ("1234", "0000001234", False),
        ("0000005678", "0000001234", True),
        ("0000000000", "0000001234", False),
        ("0000005678", None, False),
    ],
)
def test_another_company(entity: str, cik: str | None, *, told: bool) -> None:
    prior = Prior("old.xml", entity, (concept("InterestExpense", {}, "cost of sales"),))
    conversion = convert(PLAIN, name="a.txt", options=Options(cik=cik, prior=prior))
    assert ("prior.other-company" in {f.code for f in conversion.findings}) is told


# --- our own reports -----------------------------------------------------------------


def reported(conversion: Conversion, folder: Path) -> Prior:
    write_folder(folder / "old", conversion.files)
    return read_prior(folder / "old")


@pytest.mark.parametrize("case", TEXTS)
def test_its_own_report_changes_nothing(case: str, tmp_path: Path) -> None:
    """Neither the concepts nor the facts; and most lines are known from it."""
    data = TEXTS[case].read_bytes()
    first = convert(data, name="a.txt")
    again = convert(data, name="a.txt", options=Options(prior=reported(first, tmp_path)))
    for before, after in zip(first.statements, again.statements, strict=True):
        assert [m.concepts for m in before.matches] == [m.concepts for m in after.matches]
    facts = [
        [(fact.concept, fact.context, fact.value) for fact in one.instance.facts]
        for one in (first, again)
    ]
    assert facts[0] == facts[1]
    reasons = [m.reasons[0] for one in again.statements for m in one.matches if m.concepts]
    assert sum(r.startswith("the earlier report") for r in reasons) > 0.6 * len(reasons)


FIRST = ("Alpha things", "Beta things", "Gamma things", "Delta things", "Epsilon things")
SECOND = ("Aleph matters", "Beth matters", "Gimel matters", "Daleth matters", "He matters")


@given(
    st.lists(st.integers(10, 999), min_size=15, max_size=15, unique=True),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_names_of_ones_own_are_kept(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], renamed: Sequence[bool]
) -> None:
    """By the caption where it stayed, by the figures of last year where it changed."""
    rows = [numbers[at : at + 3] for at in range(0, 15, 3)]
    before = [f"{a} | {two} | {one} | 1" for a, (_, one, two) in zip(FIRST, rows, strict=True)]
    labels = [b if new else a for a, b, new in zip(FIRST, SECOND, renamed, strict=True)]
    after = [f"{a} | {x} | {two} | {y}" for a, (x, y, two) in zip(labels, rows, strict=True)]
    old, new = income("Net sales | 3 | 4 | 5", *before), income("Net sales | 2 | 3 | 4", *after)
    for year in (2001, 2002, 2003):
        old = old.replace(str(year).encode(), str(year - 1).encode())
    rules = tuple(
        Rule(label.lower(), None, None, None, (QName("ext", f"Name{label[:2]}"),))
        for label in FIRST
    )
    first = convert(old, name="a.txt", options=Options(rules=rules))
    prior = reported(first, tmp_path_factory.mktemp("prior"))
    again = convert(new, name="b.txt", options=Options(prior=prior))
    assert names(again.statements[0].matches)[1:] == [f"ext:Name{a[:2]}" for a in FIRST]


EQUITY = """\
                                EXAMPLE CORP.
                 Statements of Stockholders' Equity
                               (In thousands)

                                     Common    Retained
                                      Stock    Earnings      Total
                                     ------    --------     ------
Balance at December 31, 2000          1,100       5,000      6,100
  Net income                             --         700        700
  Stock options exercised               100          --        100
                                     ------    --------     ------
Balance at December 31, 2001          1,200       5,700      6,900
  Net income                             --         800        800
  Stock options exercised               120          --        120
                                     ------    --------     ------
Balance at December 31, 2002          1,320       6,500      7,820
                                     ======    ========     ======
"""
LATER = """\
                                EXAMPLE CORP.
                 Statements of Stockholders' Equity
                               (In thousands)

                                     Common    Retained
                                      Stock    Earnings      Total
                                     ------    --------     ------
Balance at December 31, 2001          1,200       5,700      6,900
  Net income                             --         800        800
  Exercise of options                   120          --        120
                                     ------    --------     ------
Balance at December 31, 2002          1,320       6,500      7,820
  Net income                             --         900        900
  Exercise of options                   130          --        130
                                     ------    --------     ------
Balance at December 31, 2003          1,450       7,400      8,850
                                     ======    ========     ======
"""


def test_a_movement_of_equity_is_the_same_in_every_year(tmp_path: Path) -> None:
    """Its figures tell it in the year that both reports have, and so in the next one."""
    rules = (
        Rule("stock options exercised", None, None, None, (QName("ext", "Exercised"),)),
        Rule(None, re.compile("^Balance"), None, None, (QName("ext", "OwnersEquity"),)),
    )
    first = convert(EQUITY.encode(), name="a.txt", options=Options(rules=rules))
    prior = reported(first, tmp_path)
    again = convert(LATER.encode(), name="b.txt", options=Options(prior=prior))
    (mapped,) = again.statements
    balance, income, exercised = names(mapped.matches)[:3]
    assert (balance, exercised) == ("ext:OwnersEquity", "ext:Exercised")
    assert income == "us-gaap:NetIncomeLoss"
    assert names(mapped.matches) == [balance, *(income, exercised, balance) * 2]
    reasons = [match.reasons for match in mapped.matches]
    assert reasons[5] == ("the earlier report has it: the same movement or balance as line 10",)
    wish = Rule("exercise of options", None, None, None, (QName("ext", "ByRule"),))
    options = Options(rules=(wish,), prior=prior)
    (mapped,) = convert(LATER.encode(), name="b.txt", options=options).statements
    assert names(mapped.matches)[2::3] == ["ext:ByRule", "ext:ByRule"]


# --- others' reports -----------------------------------------------------------------

FOREIGN = """<?xml version="1.0"?>
<?some processing?>
<x:xbrl xmlns:x="http://www.xbrl.org/2003/instance" xmlns:i="http://www.xbrl.org/2003/iso4217"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:g="http://fasb.org/us-gaap/2023"
    xmlns:old="http://xbrl.us/us-gaap/2009-01-31" xmlns:d="http://xbrl.sec.gov/dei/2023"
    xmlns:a="http://www.alpha.com/20021231">
  <x:context id="y"><x:entity><x:identifier scheme="s"> 0000001234 </x:identifier></x:entity>
    <x:period><x:startDate>2002-01-01T00:00:00</x:startDate>
      <x:endDate>2003-01-01T00:00:00</x:endDate></x:period></x:context>
  <x:context id="seg"><x:entity><x:identifier scheme="s">0000001234</x:identifier>
    <x:segment><a:part/></x:segment></x:entity>
    <x:period><x:instant>2002-12-31</x:instant></x:period></x:context>
  <x:context id="bad"><x:entity><x:identifier scheme="s">0000001234</x:identifier></x:entity>
    <x:period><x:instant>someday</x:instant></x:period></x:context>
  <x:context id="ever"><x:entity><x:identifier scheme="s">0000001234</x:identifier></x:entity>
    <x:period><x:forever/></x:period></x:context>
  <x:unit id="u"><x:measure>i:USD</x:measure></x:unit>
  <x:unit id="e"><x:divide><x:unitNumerator><x:measure>i:USD</x:measure></x:unitNumerator>
    <x:unitDenominator><x:measure>x:shares</x:measure></x:unitDenominator></x:divide></x:unit>
  <x:unit id="t"><x:measure>a:tons</x:measure></x:unit>
  <g:CostOfRevenue contextRef="y" unitRef="u" decimals="-3"> 550000 </g:CostOfRevenue>
  <g:CostOfRevenue contextRef="seg" unitRef="u" decimals="-3">1</g:CostOfRevenue>
  <g:Revenues contextRef="y" unitRef="u" xsi:nil="true"/>
  <old:GrossProfit contextRef="y" unitRef="u" decimals="0">NaN</old:GrossProfit>
  <a:Own contextRef="y" unitRef="e" decimals="2">.35</a:Own>
  <a:Weight contextRef="y" unitRef="t" decimals="0">7</a:Weight>
  <a:Note contextRef="y">Words</a:Note>
  <a:Lost contextRef="nowhere" unitRef="u" decimals="0">7</a:Lost>
  <g:Assets contextRef="bad" unitRef="u" decimals="0">7</g:Assets>
  <g:Liabilities contextRef="ever" unitRef="u" decimals="0">7</g:Liabilities>
  <d:EntityPublicFloat contextRef="y" unitRef="u" decimals="0">7</d:EntityPublicFloat>
</x:xbrl>
"""


def test_anyones_instance_is_read(tmp_path: Path) -> None:
    path = tmp_path / "alpha-20021231.xml"
    path.write_text(FOREIGN)
    prior = read_prior(path)
    assert prior.entity == "0000001234"
    found = {str(one.name): one for one in prior.concepts}
    assert list(found) == [
        *("us-gaap:CostOfRevenue", "us-gaap:Revenues", "us-gaap:GrossProfit", "ext:Own"),
        *("us-gaap:Assets", "us-gaap:Liabilities"),
    ]
    assert found["us-gaap:CostOfRevenue"].figures == {Y2002: Decimal(550_000)}
    assert found["ext:Own"].figures == {Y2002: Decimal("0.35")}
    assert found["ext:Own"].measure is Measure.MONEY_PER_SHARE
    assert not found["us-gaap:Revenues"].figures
    assert not found["us-gaap:Assets"].figures
    matches, _ = rolled(PLAIN, *prior.concepts)
    assert matches[1].reasons == ("the earlier report has it: same figures for 2002-12-31",)


@pytest.mark.parametrize("beside", ["_lab.xml", "_pre.xml", ".xsd"])
def test_a_broken_file_beside_it_is_refused(beside: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(FOREIGN)
    (tmp_path / f"a{beside}").write_text("<link")
    with pytest.raises(OptionsError, match=f"a{beside}: not XML"):
        read_prior(tmp_path / "a.xml")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Neither a file of this machine nor a bomb comes in by way of a document type."""
    secret = tmp_path / "secret.txt"
    secret.write_text("550000")
    kind = f'<!DOCTYPE xbrl [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    text = FOREIGN.replace("<?some processing?>", kind).replace(" 550000 ", "&s;")
    (tmp_path / "a.xml").write_text(text)
    with pytest.raises(OptionsError, match="document type"):
        read_prior(tmp_path / "a.xml")
