"""Any processor re-runs our equations to our verdicts: by Formula, by Calculations 1.1."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from converter.model import Calculations, Severity, StatementKind
from converter.options import Options
from converter.pipeline import Conversion, convert, validate
from converter.prior_reading import read_prior
from converter.proof.equations import Verdict
from converter.validation import Verdict as Judged
from converter.validation import validate_file

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
OPTIONS = Options(cik="0001105472")
NEW = Options(cik="0001105472", calculations=Calculations.V1_1)

pytestmark = [
    pytest.mark.arelle,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@cache
def _example(old: str = "", new: str = "", options: Options = OPTIONS) -> Conversion:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    return convert(text.replace(old, new, 1).encode(), name=EXAMPLE.name, options=options)


def _ours(conversion: Conversion) -> dict[str, Verdict]:
    """Our verdict on every equation that is asserted, by the id of its assertion."""
    verdicts = {f"{e.check}-{n}": e.verdict for n, e in enumerate(conversion.equations, 1)}
    return {one.id: verdicts[one.id] for one in conversion.instance.assertions}


def _arelles(judged: Judged) -> dict[str, Verdict]:
    return dict.fromkeys(judged.satisfied, Verdict.HOLDS) | dict.fromkeys(
        judged.unsatisfied, Verdict.FAILS
    )


def _folder(conversion: Conversion, folder: Path) -> Path:
    for file in conversion.files:
        (folder / file.name).write_bytes(file.data)
    return folder / f"{conversion.instance.stem}.xml"


# --- the formula linkbase ------------------------------------------------------------


def test_arelle_finds_that_the_example_holds() -> None:
    conversion = _example()
    judged = validate(conversion, OPTIONS)
    assert judged.valid, judged.findings
    ours = _ours(conversion)
    assert set(ours.values()) == {Verdict.HOLDS}
    assert _arelles(judged) == ours
    checks = Counter(name.rpartition("-")[0] for name in ours)
    assert checks == {
        "cross-footing": 77,
        "per-share": 8,
        "margins": 5,
        "retained-earnings": 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("7,984      --         7,984", "7,984      --         7,934", 111),
        ("16,656  (1,137)       15,519", "16,656  (1,737)       15,519", 125),
    ],
)
def test_a_digit_that_is_altered_fails_for_both(old: str, new: str, line: int) -> None:
    """The finding has the id of our equation, and leads back to the line of the text."""
    conversion = _example(old, new)
    judged = validate(conversion, OPTIONS)
    ours = _ours(conversion)
    assert _arelles(judged) == ours
    (failing,) = (name for name, verdict in ours.items() if verdict is Verdict.FAILS)
    (found,) = (f for f in judged.findings if f.code == f"message:{failing}")
    assert found.severity is Severity.ERROR
    assert found.span is not None
    assert found.span.line == line


def test_the_file_on_disk_is_evaluated_too(tmp_path: Path) -> None:
    """An assertion is over the facts, whatever they were when it was written."""
    report = _folder(_example(), tmp_path)
    assert _arelles(validate_file(report)) == _ours(_example())
    text = report.read_text()
    assert text.count(">2078000<") == 1
    report.write_text(text.replace(">2078000<", ">2098000<"))
    judged = validate_file(report)
    assert len(judged.unsatisfied) == 1
    assert f"message:{judged.unsatisfied[0]}" in {f.code for f in judged.findings}


def test_a_report_that_cannot_be_loaded_is_validated_all_the_same(tmp_path: Path) -> None:
    """Arelle alone would stop at the error of loading, for there is a formula linkbase."""
    report = _folder(_example(), tmp_path)
    report.write_text(report.read_text().replace("us-gaap:Assets", "us-gaap:Asssets"))
    with_formula = validate_file(report)
    report.with_name(f"{report.stem}-formula.xml").unlink()
    alone = validate_file(report)
    assert {f.code for f in alone.findings} <= {f.code for f in with_formula.findings}
    assert not with_formula.valid


def test_a_folder_with_a_formula_linkbase_is_still_one_earlier_report(tmp_path: Path) -> None:
    report = _folder(_example(), tmp_path)
    assert read_prior(tmp_path).concepts == read_prior(report).concepts


def test_ids_are_unique_and_sums_of_one_context_are_left_out() -> None:
    instance = _example().instance
    name = f"{instance.stem}-formula.xml"
    (data,) = (file.data for file in _example().files if file.name == name)
    ids = [e.get("id") for e in etree.fromstring(data).iter() if e.get("id")]
    assert ids == [one.id for one in instance.assertions]
    assert len(set(ids)) == len(ids)
    for one in instance.assertions:
        assert " div " in one.test or len({fact.context for fact in one.facts}) > 1
    schema = next(f.data for f in _example().files if f.name.endswith(".xsd"))
    assert b"formula" not in schema


# --- made-up statements --------------------------------------------------------------

_THOUSANDS = st.integers(min_value=100, max_value=90_000)
_CHANGE = st.sampled_from([0, 1, 2, 9, -90, 1000, -40_000])


def _printed(number: int) -> str:
    return f"({-number:,})" if number < 0 else f"{number:,}"


@st.composite
def _statements(draw: st.DrawFn) -> str:
    """GAAP, adjustments and the rest; flows of cash in two years; one figure changed."""
    revenues, cost, research, sales, adjusted = (draw(_THOUSANDS) for _ in range(5))
    spent = research + sales
    result = revenues - cost - spent
    lines = {
        "Revenues": [revenues, 0, revenues],
        "Cost of revenues": [cost, 0, cost],
        "Gross profit": [revenues - cost, 0, revenues - cost],
        "Research and development": [research, -adjusted, research - adjusted],
        "Sales and marketing": [sales, 0, sales],
        "Total operating expenses": [spent, -adjusted, spent - adjusted],
        "Income (loss) from operations": [result, adjusted, result + adjusted],
    }
    flows: dict[str, list[int]] = {}
    for _ in range(2):
        operating, investing, financing, opening = (draw(_THOUSANDS) for _ in range(4))
        change = operating - investing + financing
        for name, number in (
            ("Net cash provided by operating activities", operating),
            ("Net cash used in investing activities", -investing),
            ("Net cash provided by financing activities", financing),
            ("Net increase (decrease) in cash", change),
            ("Cash and cash equivalents, beginning of period", opening),
            ("Cash and cash equivalents, end of period", opening + change),
        ):
            flows.setdefault(name, []).append(number)
    table = draw(st.sampled_from([lines, flows]))
    row = table[draw(st.sampled_from(sorted(table)))]
    row[draw(st.integers(0, len(row) - 1))] += draw(_CHANGE)
    rows = [f"{n:<30}" + "".join(f"{_printed(v):>12}" for v in r) for n, r in lines.items()]
    moves = [f"{n:<48}" + "".join(f"{_printed(v):>12}" for v in r) for n, r in flows.items()]
    return "\n".join([_INCOME, *rows, "", "", _FLOWS, *moves, ""])


_INCOME = """
                              EXAMPLE CORP.
            Condensed Consolidated Statements of Operations
                 (In thousands, except per share data)

                                       Three months ended
                                       September 30, 2003
                              ------------------------------------
                                              Non-GAAP    Non-GAAP
                                     GAAP  Adjustments     Results
"""
_FLOWS = """
                              EXAMPLE CORP.
            Condensed Consolidated Statements of Cash Flows
                             (In thousands)

                                                       Nine months ended
                                                         September 30,
                                                        2003        2002
"""


@given(_statements())
@settings(max_examples=8)
def test_arelle_says_what_we_say_of_any_statement(text: str) -> None:
    conversion = convert(text.encode(), name="made-up.txt", options=OPTIONS)
    kinds = [mapped.statement.kind for mapped in conversion.statements]
    assert kinds == [StatementKind.INCOME, StatementKind.CASH_FLOWS]
    ours = _ours(conversion)
    assert sum(name.startswith("cross-footing") for name in ours) == 7
    assert _arelles(validate(conversion, OPTIONS)) == ours


# --- Calculations 1.1 ----------------------------------------------------------------


def test_the_example_is_valid_under_calculations_1_1() -> None:
    conversion = _example(options=NEW)
    judged = validate(conversion, NEW)
    assert judged.valid, judged.findings
    texts = {f.name: f.data.decode() for f in conversion.files}
    sums = texts[f"{conversion.instance.stem}_cal.xml"]
    assert "https://xbrl.org/2023/arcrole/summation-item" in sums
    assert "2003/arcrole/summation-item" not in sums
    old = {f.name: f.data.decode() for f in _example().files}
    assert {name for name in texts if texts[name] != old[name]} == {
        f"{conversion.instance.stem}_cal.xml"
    }


def test_a_total_that_is_off_is_off_under_calculations_1_1() -> None:
    off = _example("$324,320  $141,533", "$324,920  $141,533", NEW)
    codes = [f.code for f in validate(off, NEW).findings]
    assert codes
    assert set(codes) == {"calc11e:inconsistentCalculationUsingRounding"}
