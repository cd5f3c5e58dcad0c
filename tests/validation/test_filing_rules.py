"""Rules for filings: each is silent on a good report and speaks of a bad one."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given

from converter.filing_rules import RULES, filing_findings, is_filing_code
from converter.filing_rules.cover import ASKED
from converter.filing_rules.report import OURS
from converter.labels import STANDARD, TOTAL
from converter.model import (
    CalculationArc,
    Context,
    DefinitionArc,
    Duration,
    Entity,
    ExtensionConcept,
    Fact,
    Finding,
    Instance,
    Instant,
    Label,
    Network,
    PeriodType,
    PresentationArc,
    QName,
    Severity,
    Span,
    Unit,
)
from converter.options import Options
from converter.pipeline import convert
from converter.rendering import render, used_concepts
from converter.specimen import Report
from converter.strategies import reports, statements
from converter.taxonomy import load_taxonomy
from converter.validation import package_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
MANUAL = ROOT / "docs" / "filing-rules.md"
GAAP = load_taxonomy("us-gaap-2024")
CODES = [rule.code for rule in RULES]
PLACE = Span(7, 10, 14)

ENTITY = Entity("http://www.sec.gov/CIK", "0001234567")
YEAR, HALF, REST = (
    Duration(date(1996, 1, 1), date(1996, 12, 31)),
    Duration(date(1996, 1, 1), date(1996, 6, 30)),
    Duration(date(1996, 7, 1), date(1996, 12, 31)),
)
END = Instant(date(1996, 12, 31))
USD, PURE = Unit("USD", QName("iso4217", "USD")), Unit("pure", QName("xbrli", "pure"))
SHARES = Unit("shares", QName("xbrli", "shares"))
NAMESPACE = "http://0001234567.xbrl.example/19961231"
STRING, MONEY = QName("xbrli", "stringItemType"), QName("xbrli", "monetaryItemType")
MEMBER = QName("dtr-types", "domainItemType")
COVER = {
    "DocumentType": "10-K", "AmendmentFlag": "false", "DocumentPeriodEndDate": "1996-12-31",
    "DocumentFiscalYearFocus": "1996", "DocumentFiscalPeriodFocus": "FY",
    "EntityRegistrantName": "Example Company, Inc.", "EntityCentralIndexKey": "0001234567",
    "CurrentFiscalYearEndDate": "--12-31", "EntityCurrentReportingStatus": "Yes",
    "TradingSymbol": "EXCO", "Security12bTitle": "Common stock",
}  # fmt: skip
COUNTED = {"EntityPublicFloat": "USD", "EntityCommonStockSharesOutstanding": "shares"}
FIGURES = {
    "Assets": 900, "AssetsCurrent": 300, "AssetsNoncurrent": 600, "Liabilities": 500,
    "StockholdersEquity": 400, "LiabilitiesAndStockholdersEquity": 900,
    "TreasuryStockValue": 20,
}  # fmt: skip


def us(local: str) -> QName:
    return QName("us-gaap", local)


def ext(local: str) -> QName:
    return QName("ext", local)


def fact(name: QName, value: int | str, context: str, unit: str | None = "USD") -> Fact:
    if isinstance(value, str):
        return Fact(name.local, name, context, None, value, None, (PLACE,))
    number = Decimal(value) * 1000 if unit == "USD" else Decimal(value)
    decimals = -3 if unit == "USD" else 2
    return Fact(f"{name.local}{context}", name, context, unit, number, decimals, (PLACE,))


def own(local: str, kind: QName = MONEY, period: PeriodType = "duration") -> ExtensionConcept:
    return ExtensionConcept(ext(local), kind, period, "credit" if kind == MONEY else None)


def network(number: int, sort: str, title: str, *names: QName) -> Network:
    """A root with children, in their order."""
    root, *children = names
    arcs = tuple(PresentationArc(root, n, i, STANDARD) for i, n in enumerate(children, 1))
    name = title.replace(" ", "")
    return Network(f"{NAMESPACE}/role/{name}", name, f"{number:04} - {sort} - {title}", arcs)


@cache
def good() -> Instance:
    """A small annual report that meets every rule, and says something to each."""
    facts = [fact(QName("dei", name), value, "Y", None) for name, value in COVER.items()]
    facts += [fact(QName("dei", name), 7, "E", unit) for name, unit in COUNTED.items()]
    facts += [fact(us(name), value, "E") for name, value in FIGURES.items()]
    revenues = {"Y": 1000, "H": 400, "R": 600, "M": 10}
    facts += [fact(us("Revenues"), value, where) for where, value in revenues.items()]
    facts += [fact(ext("FranchiseFees"), 30, "Y")]
    facts += [fact(us("EquityMethodInvestmentOwnershipPercentage"), 1, "E", "pure")]
    axis = us("StatementScenarioAxis")
    axis = next(c.name for c in GAAP if c.name.local == axis.local)
    domain = next(c.name for c in GAAP if c.name.local == "ScenarioUnspecifiedDomain")
    contexts = (
        Context("Y", ENTITY, YEAR), Context("H", ENTITY, HALF), Context("R", ENTITY, REST),
        Context("E", ENTITY, END), Context("M", ENTITY, YEAR, ((axis, ext("OddMember")),)),
    )  # fmt: skip
    sheet = network(
        2,
        "Statement",
        "Balance Sheets",
        us("StatementOfFinancialPositionAbstract"),
        *map(us, FIGURES),
        us("EquityMethodInvestmentOwnershipPercentage"),
    )
    arcs = [
        CalculationArc(us("Assets"), us(n), i, 1)
        for i, n in enumerate(("AssetsCurrent", "AssetsNoncurrent"), 1)
    ]
    sheet = replace(sheet, calculation=tuple(arcs))
    income = network(
        3,
        "Statement",
        "Statements of Income",
        us("IncomeStatementAbstract"),
        us("Revenues"),
        ext("FranchiseFees"),
        axis,
    )
    tree = (
        *income.presentation,
        PresentationArc(axis, domain, 1, STANDARD),
        PresentationArc(domain, ext("OddMember"), 1, STANDARD),
    )
    income = replace(
        income,
        presentation=tree,
        dimensions=(DefinitionArc(axis, domain, 1, "dimension-domain"),),
    )
    cover = network(
        1,
        "Document",
        "Cover",
        QName("dei", "CoverAbstract"),
        *(QName("dei", name) for name in (*COVER, *COUNTED)),
    )
    networks = (cover, sheet, income)
    named = dict.fromkeys(n for one in networks for a in one.presentation for n in a[:2])
    labels = [Label(name, STANDARD, f"{name.prefix} {name.local}") for name in named]
    return Instance(
        "report", NAMESPACE, ENTITY, contexts, (USD, PURE, SHARES), tuple(facts),
        (own("FranchiseFees"), own("OddMember", MEMBER)), networks, tuple(labels),
    )  # fmt: skip


# --- what spoils it: one way for every rule -------------------------------------------

Spoil = Callable[[Instance], Instance]


def _contexts(change: Callable[[Context], Context], at: str = "Y") -> Spoil:
    return lambda it: replace(
        it, contexts=tuple(change(c) if c.id == at else c for c in it.contexts)
    )


def _with(context: Context) -> Spoil:
    return lambda it: replace(it, contexts=(*it.contexts, context))


def _facts(change: Callable[[Fact], Fact], local: str, where: str = "") -> Spoil:
    return lambda it: replace(
        it,
        facts=tuple(
            change(f) if f.concept.local == local and f.context.startswith(where) else f
            for f in it.facts
        ),
    )


def _and(*more: Fact) -> Spoil:
    return lambda it: replace(it, facts=(*it.facts, *more))


def _without(*names: str) -> Spoil:
    return lambda it: replace(
        it, facts=tuple(f for f in it.facts if f.concept.local not in names)
    )


def _own(*concepts: ExtensionConcept) -> Spoil:
    return lambda it: replace(it, extensions=(*it.extensions, *concepts))


def _labels(change: Callable[[Label], Iterable[Label]], local: str = "Assets") -> Spoil:
    def spoil(it: Instance) -> Instance:
        found = (change(x) if x.concept.local == local else (x,) for x in it.labels)
        return replace(it, labels=tuple(label for labels in found for label in labels))

    return spoil


def _network(change: Callable[[Network], Network], at: int = 1) -> Spoil:
    return lambda it: replace(
        it, networks=tuple(change(n) if i == at else n for i, n in enumerate(it.networks))
    )


def _more_arcs(*arcs: PresentationArc) -> Spoil:
    return _network(lambda n: replace(n, presentation=(*n.presentation, *arcs)))


def _sums(*arcs: CalculationArc) -> Spoil:
    return _network(lambda n: replace(n, calculation=(*n.calculation, *arcs)))


def _dated(year: int, *names: str) -> Spoil:
    """The same report of a later year, with nothing of what it was not asked for before."""

    def spoil(it: Instance) -> Instance:
        changed = _facts(lambda f: replace(f, value=f"{year}-12-31"), "DocumentPeriodEndDate")
        form = _facts(lambda f: replace(f, value=names[0]), "DocumentType")
        return form(changed(it)) if names else changed(it)

    return spoil


def _shared_day(it: Instance) -> Instance:
    late = Duration(date(1996, 12, 31), date(1997, 12, 31))
    more = fact(us("Revenues"), 3, "L")
    return _and(more)(_with(Context("L", ENTITY, late))(it))


def _only_instants(it: Instance) -> Instance:
    kept = tuple(c for c in it.contexts if c.id == "E")
    return replace(it, contexts=kept, facts=tuple(f for f in it.facts if f.context == "E"))


_LONG = Unit("long", QName("ext", "m" * 201))
_ROOT = us("StatementOfFinancialPositionAbstract")
_TRUE = {"EFM.6.05.20": "should state DocumentType", "EFM.6.05.23": "0007654321"}
"""What the messages of some must name."""

BAD: dict[str, Spoil] = {
    "EFM.6.05.01": _contexts(lambda c: replace(c, entity=Entity("urn:x", "0001234567"))),
    "EFM.6.05.02": _contexts(lambda c: replace(c, entity=ENTITY._replace(identifier="12"))),
    "EFM.6.05.03": _contexts(
        lambda c: replace(c, entity=ENTITY._replace(identifier="0000000002"))
    ),
    "EFM.6.05.05": _contexts(
        lambda c: replace(c, dimensions=((us("Assets"), ext("OddMember")),)), "M"
    ),
    "EFM.6.05.07": _with(Context("Y2", ENTITY, YEAR)),
    "EFM.6.05.08": _with(Context("N", ENTITY, Instant(date(1995, 12, 31)))),
    "EFM.6.05.09": _shared_day,
    "EFM.6.05.11": lambda it: replace(it, units=(*it.units, replace(USD, id="dollars"))),
    "EFM.6.05.19": _only_instants,
    "EFM.6.05.23": _facts(lambda f: replace(f, value="0007654321"), "EntityCentralIndexKey"),
    "EFM.6.05.36": lambda it: replace(it, units=(*it.units, _LONG)),
    "EFM.6.05.12": _and(fact(us("Assets"), 901, "E")),
    "EFM.6.05.17": _facts(lambda f: replace(f, decimals=None), "Assets"),
    "EFM.6.05.25": _and(fact(ext("OddMember"), "odd", "Y", None)),
    "EFM.6.05.37": _facts(lambda f: replace(f, value=Decimal(900001)), "Assets"),
    "EFM.6.05.42": _and(fact(us("AccountsReceivableRelatedParties"), 5, "Y")),
    "EFM.6.05.20": _without("DocumentType"),
    "EFM.6.05.21": _without("EntityRegistrantName"),
    "EFM.6.05.26": _without("EntityCommonStockSharesOutstanding"),
    "EFM.6.05.40": _dated(2007),
    "EFM.6.05.46": _without("Security12bTitle"),
    "EFM.6.05.47": _dated(2020, "10-Q"),
    "EFM.6.05.48": _dated(2020, "8-K/A"),
    "EFM.6.05.49": _dated(2020, "10-Q"),
    "EFM.6.05.52": _dated(2020, "8-K"),
    "EFM.6.05.54": _dated(2023),
    "EFM.6.07.03": lambda it: replace(it, namespace="http://fasb.org/19961231"),
    "EFM.6.07.04": lambda it: replace(it, namespace="http://xbrl.example/0001234567/19961231"),
    "EFM.6.07.16": _own(own("Assets")),
    "EFM.6.07.21": _own(replace(own("TopAbstract", STRING, "instant"), abstract=True)),
    "EFM.6.07.23": _own(own("RegionAxis", STRING)),
    "EFM.6.07.24": _own(own("RegionTable", STRING)),
    "EFM.6.07.25": _own(replace(own("Pair"), group=QName("xbrli", "tuple"))),
    "EFM.6.07.26": _own(own("RegionLineItems", STRING)),
    "EFM.6.07.27": _own(own("NorthMember", STRING)),
    "EFM.6.07.28": _own(own("NorthMember", MEMBER, "instant")),
    "EFM.6.08.05": _own(own("feesOfFranchises")),
    "EFM.6.08.06": _own(own("FeesFromExampleCompanyInc")),
    "EFM.6.08.11": lambda it: replace(
        it, extensions=tuple(replace(e, balance=None) for e in it.extensions)
    ),
    "EFM.6.10.01": _and(fact(us("Goodwill"), 5, "E")),
    "EFM.6.10.02": _labels(lambda x: (x, x._replace(text="Other"))),
    "EFM.6.10.04": _labels(lambda x: (x._replace(text="us-gaap Liabilities"),)),
    "EFM.6.10.06": _labels(lambda x: (x._replace(text="<b>Assets"),)),
    "EFM.6.10.08": _labels(lambda x: (x._replace(text="Assets "),)),
    "EFM.6.10.09": _labels(lambda x: (x, x._replace(role=TOTAL)), "DocumentType"),
    "EFM.6.07.09": _network(lambda n: replace(n, role="http://other.example/role/Sheets")),
    "EFM.6.07.10": _network(lambda n: replace(n, id="Cover")),
    "EFM.6.07.12": _network(lambda n: replace(n, definition="2 - Balance Sheets")),
    "EFM.6.12.02": _more_arcs(PresentationArc(_ROOT, us("Revenues"), 1, STANDARD)),
    "EFM.6.12.03": _and(fact(us("Goodwill"), 5, "E")),
    "EFM.6.12.05": _more_arcs(PresentationArc(_ROOT, us("Assets"), 99, STANDARD)),
    "EFM.6.12.06": _more_arcs(PresentationArc(us("AssetsAbstract"), us("Assets"), 1, STANDARD)),
    "EFM.6.12.08": _network(lambda n: replace(n, presentation=n.presentation[:-2]), 2),
    "EFM.6.14.02": _sums(
        CalculationArc(us("Liabilities"), us("Assets"), 1, 2)  # type: ignore[arg-type]
    ),
    "EFM.6.14.03": _sums(CalculationArc(us("Assets"), us("Revenues"), 3, 1)),
    "EFM.6.14.04": _sums(CalculationArc(us("AssetsCurrent"), us("Assets"), 1, 1)),
    "EFM.6.14.05": _sums(CalculationArc(us("Assets"), ext("FranchiseFees"), 3, 1)),
    "EFM.6.16.03": _network(
        lambda n: replace(n, dimensions=(n.dimensions[0]._replace(child=us("Assets")),)), 2
    ),
    "DQC.US.0004": _facts(lambda f: replace(f, value=Decimal(904_000)), "Assets"),
    "DQC.US.0015": _facts(lambda f: replace(f, value=Decimal(-20_000)), "TreasuryStockValue"),
    "DQC.US.0084": _facts(lambda f: replace(f, value=Decimal(1_004_000)), "Revenues", "Y"),
    "DQC.US.0091": _facts(
        lambda f: replace(f, value=Decimal(60)), "EquityMethodInvestmentOwnershipPercentage"
    ),
}  # fmt: skip


def found(instance: Instance, code: str) -> list[Finding]:
    return [f for f in filing_findings(instance, GAAP) if f.code == code]


def test_every_rule_has_a_number_a_sentence_and_a_way_to_break_it() -> None:
    assert len(set(CODES)) == len(CODES)
    assert set(BAD) == set(CODES)
    assert all(is_filing_code(rule.code) and rule.asks and rule.advice for rule in RULES)


def test_the_good_report_is_clean() -> None:
    assert filing_findings(good(), GAAP) == []


@pytest.mark.parametrize("code", CODES)
def test_a_rule_speaks_of_a_bad_report(code: str) -> None:
    assert found(good(), code) == []
    first, *_ = found(BAD[code](good()), code)
    assert first.advice
    assert _TRUE.get(code, "") in first.message
    assert first.message == first.message.strip()


@pytest.mark.parametrize("code", ["EFM.6.05.12", "EFM.6.05.17", "EFM.6.05.37", "EFM.6.05.42",
                                  "EFM.6.10.04", "EFM.6.14.03", "DQC.US.0004", "DQC.US.0015",
                                  "DQC.US.0084", "DQC.US.0091"])  # fmt: skip
def test_a_finding_of_a_figure_has_its_place(code: str) -> None:
    assert {f.span for f in found(BAD[code](good()), code)} == {PLACE}


@pytest.mark.parametrize("code", ["DQC.US.0004", "DQC.US.0084"])
def test_what_an_equation_told_is_not_told_again(code: str) -> None:
    told = [Finding("sum.off", Severity.ERROR, "does not add up", PLACE)]
    bad = BAD[code](good())
    assert code not in {f.code for f in filing_findings(bad, GAAP, told)}


def test_a_balance_sheet_with_more_in_it_is_not_accused() -> None:
    """What stands between liabilities and equity need not be one of the known terms."""
    between = us("RedeemableNoncontrollingInterestEquityCarryingAmount")
    changed = _facts(lambda f: replace(f, value=Decimal(470_000)), "Liabilities")(good())
    assert found(changed, "DQC.US.0004")
    assert not found(_and(fact(between, 30, "E"))(changed), "DQC.US.0004")


def test_a_deduction_in_a_column_of_adjustments_is_no_negative_value() -> None:
    def negative(it: Instance, member: str) -> list[Finding]:
        axis = it.contexts[-1].dimensions[0][0]
        where = Context("A", ENTITY, END, ((axis, ext(member)),))
        more = replace(fact(us("TreasuryStockValue"), 1, "A"), value=Decimal(-1000))
        return found(_and(more)(_with(where)(it)), "DQC.US.0015")

    assert negative(good(), "NorthMember")
    assert not negative(good(), "NorthEliminationsMember")


def test_old_covers_are_not_asked_for_what_they_did_not_have() -> None:
    assert not any(f.code.startswith("EFM.6.05.4") for f in filing_findings(good(), GAAP))
    names = {n for one in ASKED if one.since > 1996 for n in one.names}
    assert names >= {"EntityEmergingGrowthCompany", "AuditorName", "EntityShellCompany"}


def test_what_edgar_refuses_for_is_a_warning_and_what_it_warns_of_a_note() -> None:
    (refused,) = found(_without("EntityRegistrantName")(good()), "EFM.6.05.21")
    (warned,) = found(_without("EntityPublicFloat")(good()), "EFM.6.05.21")
    (bare,) = found(_without(*COVER, *COUNTED)(good()), "EFM.6.05.21")
    severities = [one.severity for one in (refused, warned, bare)]
    assert severities == [Severity.WARNING, Severity.INFO, Severity.INFO]


# --- real and drawn reports -----------------------------------------------------------


def test_the_example_is_clean() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    told = [f for f in conversion.findings if is_filing_code(f.code)]
    assert [f.code for f in told if f.severity is not Severity.INFO] == []


@given(statements())
def test_no_rule_finds_a_fault_of_ours_in_a_statement(report: Report) -> None:
    _no_fault_of_ours(report)


@given(reports())
def test_no_rule_finds_a_fault_of_ours_in_a_report(report: Report) -> None:
    _no_fault_of_ours(report)


def _no_fault_of_ours(report: Report) -> None:
    conversion = convert(report.text().encode(), name="drawn.txt")
    ours = [f for f in conversion.findings if is_filing_code(f.code) and f.advice == OURS]
    assert ours == []


def test_the_manual_has_every_rule() -> None:
    row = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (\w+) \|$", re.MULTILINE)
    rows = row.findall(MANUAL.read_text(encoding="utf-8").partition("## Facts")[0])
    assert [row[0] for row in rows] == CODES
    assert {row[0]: row[1] for row in rows} == {rule.code: rule.asks for rule in RULES}
    assert {row[0]: row[3] for row in rows} == {r.code: r.severity.value for r in RULES}


# --- against the SEC's own code -------------------------------------------------------

EFM_PYTHON = os.environ.get("TIEOUT_EFM_PYTHON", "")
"""A Python in which Arelle has the plug-in validate/EFM (arelle-release[efm] 2.30)."""

ONLY_OURS = frozenset({
    "EFM.6.05.05",  # Dimensions 1.0 finds it first
    "EFM.6.05.17", "EFM.6.07.10",  # and XBRL 2.1
    "EFM.6.05.40", "EFM.6.05.47", "EFM.6.05.48", "EFM.6.05.49",  # theirs: of Inline XBRL
    "EFM.6.05.52", "EFM.6.05.54",
    "EFM.6.08.05", "EFM.6.08.06", "EFM.6.08.11",  # theirs: of meaning, which they keep silent
})  # fmt: skip

needs_efm = pytest.mark.skipif(not EFM_PYTHON, reason="TIEOUT_EFM_PYTHON is not set")


def efm_codes(instance: Instance, folder: Path) -> set[str]:
    """The codes of rules that the SEC's code says about a report."""
    instance = replace(instance, stem="report-19961231")  # as EDGAR wants files named
    for file in render(instance, GAAP):
        (folder / file.name).write_bytes(file.data)
    package = folder / "package.zip"
    package.write_bytes(package_of(used_concepts(instance, GAAP), GAAP))
    forms = [str(f.value) for f in instance.facts if f.concept.local == "DocumentType"]
    submission = f"submissionType={(*forms, '10-K')[0]},cik={instance.entity.identifier}"
    said = folder / "said.txt"
    call = "import sys; from arelle.CntlrCmdLine import parseAndRun; parseAndRun(sys.argv[1:])"
    subprocess.run(
        [EFM_PYTHON, "-c", call, "--plugins", "validate/EFM", "--validate",
         "--disclosureSystem", "efm-pragmatic", "--internetConnectivity", "offline",
         "--packages", str(package), "--file", str(folder / "report-19961231.xml"),
         "--parameters", submission,
         "--logFile", str(said)],
        check=True, capture_output=True, cwd=folder,
        env={"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": os.defpath},
    )  # fmt: skip
    return set(re.findall(r"^\[((?:EFM|DQC)\.[^\]]+)\]", said.read_text("utf-8"), re.MULTILINE))


def _known(codes: Iterable[str]) -> set[str]:
    """Codes of theirs as the numbers of our rules, without what is only theirs."""
    numbers = {rule.code for rule in RULES} - ONLY_OURS
    return {n for n in numbers if any(c == n or c.startswith(f"{n}.") for c in codes)}


@pytest.mark.slow
@pytest.mark.arelle
@needs_efm
def test_the_sec_says_of_the_example_what_we_say(tmp_path: Path) -> None:
    options = Options(cik="0001105472")
    instance = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name, options=options).instance
    ours = {f.code for f in filing_findings(instance, GAAP)}
    assert _known(efm_codes(instance, tmp_path)) == ours - ONLY_OURS


@pytest.mark.slow
@pytest.mark.arelle
@needs_efm
@pytest.mark.parametrize("code", [code for code in CODES if code not in ONLY_OURS])
def test_the_sec_says_of_a_bad_report_what_we_say(code: str, tmp_path: Path) -> None:
    assert code in _known(efm_codes(BAD[code](good()), tmp_path))


@pytest.mark.slow
@pytest.mark.arelle
@needs_efm
def test_the_sec_has_nothing_against_the_good_report(tmp_path: Path) -> None:
    assert _known(efm_codes(good(), tmp_path)) == set()
