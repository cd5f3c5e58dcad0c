"""EX-27: what is printed is read back, and every figure is held against its fact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from converter.model import (
    Context,
    Document,
    Duration,
    Entity,
    Fact,
    Finding,
    Instance,
    Instant,
    Line,
    QName,
    Schedule,
    Severity,
    Span,
    Unit,
)
from converter.schedule import read_schedules
from converter.schedule_tags import load_tags
from converter.schedule_ties import tie_schedules
from converter.sgml import read_submission
from converter.taxonomy import load_taxonomy

SHARED = Path(__file__).parents[2].parent / "shared"
LEGACY = SHARED / "corpus" / "legacy"

END = date(1998, 12, 31)
# Tags whose first concept states no other tag, so that each stands for itself.
BALANCES = ("CASH", "INVENTORY", "CURRENT-ASSETS", "CURRENT-LIABILITIES", "COMMON")
FLOWS = ("SALES", "CGS", "INTEREST-EXPENSE", "INCOME-PRETAX", "INCOME-TAX", "NET-INCOME")
MONEY = (*BALANCES, *FLOWS)
EPS = "EPS-DILUTED"

amounts = st.integers(-(10**9), 10**9)
scales = st.sampled_from([0, 3, 6])
layouts = st.tuples(
    st.sampled_from(["", "  ", "\t", "\t\t "]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "<F1>", "<F1><F2>", " <F1>"]),
)
# Large enough that none is another one rounded.
figures = st.lists(
    st.integers(10**5, 10**7), min_size=len(MONEY), max_size=len(MONEY), unique=True
)


# --- printing ------------------------------------------------------------------------


def printed(number: Decimal | int, form: int) -> str:
    plain = f"{abs(number):,}" if form & 1 else f"{abs(number)}"
    plain = plain.removeprefix("0") if plain.startswith("0.") and form & 2 else plain
    money = "$" if form & 4 else ""
    if number >= 0:
        return money + plain
    return f"{money}({plain})" if form & 8 else f"-{money}{plain}"


def printed_schedule(
    rows: Mapping[str, Sequence[str]], *, multiplier: str = "", gap: str = "", width: int = 24
) -> str:
    """Tags and the texts of each column, behind a gap or right-aligned."""
    lines = ["<ARTICLE> 5", "<LEGEND>", "FROM THE STATEMENTS OF <1998>.", "</LEGEND>"]
    lines += [f"<MULTIPLIER> {multiplier}"] if multiplier else []
    for tag, cells in rows.items():
        text = "".join(gap + cell if gap else cell.rjust(width) for cell in cells)
        lines.append(f"<{tag}>".ljust(32) + text)
    return "\n".join(lines)


def periods(count: int = 1, kind: str = "YEAR", end: date = END) -> dict[str, list[str]]:
    ends = [end.replace(year=end.year - i) for i in range(count)]
    return {
        "PERIOD-TYPE": [kind] * count,
        "FISCAL-YEAR-END": [e.strftime("%b-%d-%Y").upper() for e in ends],
        "PERIOD-END": [e.strftime("%b-%d-%Y").upper() for e in ends],
    }


def document(text: str, kind: str = "EX-27") -> Document:
    whole = f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>2\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"
    submission, _ = read_submission(whole.encode(), name="filing.txt")
    return submission.documents[0]


def read(text: str) -> tuple[tuple[Schedule, ...], list[Finding]]:
    return read_schedules(document(text))


def one(text: str) -> Schedule:
    schedules, findings = read(text)
    assert not findings
    (schedule,) = schedules
    return schedule


# --- reading -------------------------------------------------------------------------


@given(
    st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=1, max_size=6),
    st.integers(1, 3), scales, st.integers(0, 15), layouts,
)  # fmt: skip
def test_what_is_printed_is_read_back(
    numbers: list[list[int]],
    count: int,
    scale: int,
    form: int,
    layout: tuple[str, str, str],
) -> None:
    gap, ending, mark = layout
    rows = {
        tag: [printed(n, form) + mark for n in row[:count]]
        for tag, row in zip(MONEY, numbers, strict=False)
    }
    multiplier = printed(10**scale, form & 1)
    text = printed_schedule(periods(count) | rows, multiplier=multiplier, gap=gap)
    schedule = one((text + "\n<FN>\n<F1> 12 OF THEM\n</FN>").replace("\n", ending))
    assert (schedule.article, schedule.scale, len(schedule.columns)) == ("5", scale, count)
    for i, column in enumerate(schedule.columns):
        assert column.period_end == END.replace(year=END.year - i)
        assert {v.tag: v.amount.number for v in column.values} == {
            tag: row[i] * 10**scale for tag, row in zip(rows, numbers, strict=False)
        }
        lines = document(text.replace("\n", ending)).lines
        for value in column.values:
            cell = value.amount.source
            line = next(line for line in lines if line.number == cell.span.line)
            assert line.text[cell.span.start : cell.span.end] == cell.text


@given(st.integers(-9999, 9999), st.integers(0, 15), scales)
def test_earnings_per_share_have_no_scale(cents: int, form: int, scale: int) -> None:
    number = Decimal(cents).scaleb(-2)
    rows = periods() | {EPS: [printed(number, form)]}
    schedule = one(printed_schedule(rows, multiplier=str(10**scale)))
    assert [v.amount.number for v in schedule.columns[0].values] == [number]


@given(st.lists(st.booleans(), min_size=3, max_size=3), amounts)
def test_a_missing_value_is_missing_in_its_column(given_in: list[bool], number: int) -> None:
    rows = periods(3) | {
        "CASH": ["1", "2", "3"],
        "SALES": [printed(number, 1) if there else "" for there in given_in],
    }
    schedule = one(printed_schedule(rows))
    found = [any(v.tag == "SALES" for v in column.values) for column in schedule.columns]
    assert found == given_in


def test_schedules_in_one_document_are_told_apart() -> None:
    first = printed_schedule(periods() | {"CASH": ["1,234"]}, multiplier="1,000")
    second = printed_schedule(periods(end=date(1997, 12, 31)) | {"CASH": ["5"]})
    again = "\n".join(second.splitlines()[4:])
    schedules, findings = read(f"{first}\n{second}\n{first}\n{again}")
    assert not findings
    assert [s.scale for s in schedules] == [3, 0, 3, 3]
    assert [s.columns[0].values[0].amount.number for s in schedules] == [
        1_234_000, 5, 1_234_000, 5_000,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("<CASH> 12 men", "cannot be read"),
        ("<CASH> 1.234.567", "cannot be read"),
        ("<CASH> 1 2 3", "3 numbers for 2 periods"),
        ("<MULTIPLIER> DOZENS", "no power of ten"),
        ("<PERIOD-START> JAN-01-1998 FEB-31-1997", "no date"),
    ],
)
def test_what_cannot_be_read_is_told(row: str, words: str) -> None:
    rows = {tag: cells for tag, cells in periods(2).items() if f"<{tag}>" not in row}
    text = printed_schedule(rows | {"SALES": ["7", "8"], "CGS": ["5", "6"]})
    schedules, findings = read(row + "\n" + text.split("\n", 1)[1])
    assert [f.code for f in findings] == ["schedule.unread"]
    assert words in findings[0].message
    assert findings[0].span is not None
    assert [len(c.values) for c in schedules[-1].columns] == [2, 2]


def test_other_documents_have_no_schedule() -> None:
    text = printed_schedule(periods() | {"CASH": ["1,234"]})
    assert read_schedules(document(text, "10-K")) == ((), [])
    assert [s.article for s in read_schedules(document(text, "EX-27.003"))[0]] == ["5"]
    schedules, findings = read("This schedule is omitted.")
    assert (schedules, [f.code for f in findings]) == ((), ["schedule.unread"])


soup = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        st.sampled_from([
            "<PERIOD-END>", "<MULTIPLIER>", "<CASH>", "<SALES>", "<ARTICLE> 7", "<F1>", "<FN>",
            "<PERIOD-TYPE>", "<EPS-BASIC>", "\n", "\n", "\n", "\t", "  ", " DEC-31-1998",
            "(.08)", " 1,234", " $3.09", "-", "--", "(", ")", "%", "1,000", "12-MOS",
            "9" * 5000, "0" * 50,
        ]),
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(soup)
@example("<CASH>\x85 5\n<PERIOD-END> \u0661\u0662-\u0663-\u0664\u0665\u0666\u0667")
@example("<CASH> " + "9" * 5000)
@example("<PERIOD-END> " + "DEC-31-1998 " * 50_000 + "\n<CASH> " + "1 " * 200_000)
@example("<PERIOD-END> DEC-31-1998\n" + "<CASH> 12 men\n" * 2_000)
@example("<PERIOD-END> 00-00-0000\n<CASH> 5\n<PERIOD-TYPE> 99999-MOS\n<SALES> 4")
def test_any_text_is_read_without_an_exception(text: str) -> None:
    lines = tuple(Line(n, t) for n, t in enumerate(text.split("\n"), start=1))
    schedules, findings = read_schedules(Document("EX-27", 1, lines))
    findings += tie_schedules(schedules, instance(dict.fromkeys(MONEY, 1_000)))[1]
    assert len(findings) < 200
    for finding in findings:
        assert finding.span is not None
        assert lines[finding.span.line - 1].text[finding.span.start : finding.span.end]


# --- tying ---------------------------------------------------------------------------


def _facts(values: Mapping[str, Decimal | int], decimals: int) -> Iterator[Fact]:
    rules = load_tags().rules
    for i, (tag, value) in enumerate(values.items()):
        name = QName("us-gaap", rules[tag].concepts[0])
        context = "I" if tag in BALANCES else "D"
        unit, places = ("EPS", 2) if tag == EPS else ("USD", decimals)
        span = Span(100 + i, 40, 50)
        yield Fact(f"f{i}", name, context, unit, Decimal(value), places, (span,))


def instance(
    values: Mapping[str, Decimal | int], *, end: date = END, days: int = 365, decimals: int = 0
) -> Instance:
    """A report that states these figures, one line each from line 100 on."""
    entity = Entity("http://www.sec.gov/CIK", "0000000001")
    usd = QName("iso4217", "USD")
    return Instance(
        "report", "http://xbrl.example/", entity,
        (
            Context("I", entity, Instant(end)),
            Context("D", entity, Duration(end - timedelta(days=days - 1), end)),
        ),
        (Unit("USD", usd), Unit("EPS", usd, QName("xbrli", "shares"))),
        tuple(_facts(values, decimals)),
    )  # fmt: skip


def schedule_of(
    values: Mapping[str, Decimal | int], *, multiplier: str = "1", **terms: object
) -> tuple[Schedule, ...]:
    head = periods(1, str(terms.get("kind", "YEAR")), terms.get("end", END))  # type: ignore[arg-type]
    rows = {tag: [printed(number, 9)] for tag, number in values.items()}
    return (one(printed_schedule(head | rows, multiplier=multiplier)),)


def named(numbers: Sequence[int]) -> dict[str, Decimal | int]:
    return dict(zip(MONEY, numbers, strict=True))


def warnings(findings: Sequence[Finding]) -> list[str]:
    return [f.code for f in findings if f.severity is not Severity.INFO]


@given(
    figures, st.lists(st.sampled_from([1, -1]), min_size=11, max_size=11), st.integers(-7, 7)
)
def test_equal_figures_tie_whatever_their_signs(
    numbers: list[int], signs: list[int], days: int
) -> None:
    facts = named([n * sign for n, sign in zip(numbers, signs, strict=True)])
    report = instance(facts | {EPS: Decimal("1.25")}, end=END + timedelta(days=days))
    ties, findings = tie_schedules(schedule_of(named(numbers) | {EPS: Decimal("1.25")}), report)
    assert [t.verdict for t in ties] == ["ties"] * (len(MONEY) + 1)
    assert [f.code for f in findings] == ["schedule.ties"]
    assert findings[0].message.startswith("12 of 12 figures")


@given(figures, st.sampled_from(range(len(MONEY))), st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_is_exactly_one_disagreement(
    numbers: list[int], at: int, place: int, by: int
) -> None:
    digit = numbers[at] // 10**place % 10
    wrong = numbers[at] + ((digit + by) % 10 - digit) * 10**place
    assume(wrong and wrong not in numbers)
    said = named(numbers) | {MONEY[at]: wrong}
    ties, findings = tie_schedules(schedule_of(said), instance(named(numbers)))
    assert [t.value.tag for t in ties if t.verdict != "ties"] == [MONEY[at]]
    (finding,) = (f for f in findings if f.severity is not Severity.INFO)
    assert finding.code == "schedule.disagrees"
    assert f"{MONEY[at]} is {wrong:,} here" in finding.message
    assert f"on line {100 + at} is {numbers[at]:,}" in finding.message
    assert finding.span == ties[at].value.amount.source.span


@given(figures, st.sets(st.sampled_from(range(len(MONEY)))))
def test_zero_says_nothing(numbers: list[int], nothing: set[int]) -> None:
    said = named([0 if i in nothing else n for i, n in enumerate(numbers)])
    ties, findings = tie_schedules(schedule_of(said), instance(named(numbers)))
    assert {t.value.tag for t in ties} == {MONEY[i] for i in range(11) if i not in nothing}
    assert warnings(findings) == []


@given(figures, st.integers(1, 4))
def test_a_rounded_figure_ties(numbers: list[int], digits: int) -> None:
    """The schedule in whole units, the statements with decimals: `3,126.7` and `3127`."""
    exact = named([n * 1000 + n % 10**digits for n in numbers])
    said = {tag: round(n / Decimal(1000)) for tag, n in exact.items()}
    schedules = schedule_of(said, multiplier="1,000")
    ties, findings = tie_schedules(schedules, instance(exact))
    assert {t.verdict for t in ties} == {"ties"}
    assert warnings(findings) == []


@given(figures, scales, scales)
def test_a_wrong_multiplier_is_one_finding(numbers: list[int], stated: int, true: int) -> None:
    assume(stated != true)
    facts = {tag: n * 10**true for tag, n in named(numbers).items()}
    schedules = schedule_of(named(numbers), multiplier=f"{10**stated:,}")
    ties, findings = tie_schedules(schedules, instance(facts, decimals=-true))
    assert {t.verdict for t in ties} == {"ties"}
    assert warnings(findings) == ["schedule.misstated"]
    assert findings[0].span == schedules[0].multiplier_span
    assert f"MULTIPLIER {10**true:,}," in findings[0].message
    silent = (replace(schedules[0], multiplier_span=None),)
    assert warnings(tie_schedules(silent, instance(facts, decimals=-true))[1]) == []


@given(figures, st.sampled_from(["6-MOS", "9-MOS"]))
def test_a_wrong_period_is_one_finding(numbers: list[int], kind: str) -> None:
    values = named(numbers)
    _, findings = tie_schedules(schedule_of(values, kind=kind), instance(values, days=91))
    assert warnings(findings) == ["schedule.misstated"]
    assert "a period of 3 months" in findings[0].message
    other = schedule_of(values, end=date(1999, 3, 31))
    ties, findings = tie_schedules(other, instance(values))
    assert warnings(findings) == ["schedule.misstated"]
    assert "PERIOD-END 1998-12-31" in findings[0].message
    assert {t.verdict for t in ties} == {"ties"}


def test_gross_figures_tie_to_net_ones() -> None:
    said = {"PP&E": 900, "DEPRECIATION": -300, "OTHER-SE": -40, "COMMON": 100}
    base = instance({"COMMON": 100, "INVENTORY": 600, "CURRENT-ASSETS": 60})
    names = {
        "InventoryNet": "PropertyPlantAndEquipmentNet",
        "AssetsCurrent": "StockholdersEquity",
    }
    facts = tuple(
        replace(f, concept=QName("us-gaap", names.get(f.concept.local, f.concept.local)))
        for f in base.facts
    )
    ties, _ = tie_schedules(schedule_of(said), replace(base, facts=facts))
    assert [t.verdict for t in ties] == ["ties"] * 4


def test_the_same_number_under_another_concept_is_named() -> None:
    base = instance({"SALES": 900_000, "CGS": 400_000})
    facts = (base.facts[0], replace(base.facts[1], concept=QName("ext", "NetSales")))
    _, findings = tie_schedules(schedule_of({"SALES": 400_000}), replace(base, facts=facts))
    (finding,) = findings
    assert (finding.code, finding.severity) == ("schedule.disagrees", Severity.INFO)
    assert finding.message.endswith("the same number is ext:NetSales on line 101")


def test_totals_that_differ_are_a_slip() -> None:
    said = {"TOTAL-ASSETS": 5_364, "TOTAL-LIABILITY-AND-EQUITY": 6_234}
    _, findings = tie_schedules(schedule_of(said), instance({}))
    assert warnings(findings) == ["schedule.unbalanced"]
    said["TOTAL-ASSETS"] = 6_234
    assert warnings(tie_schedules(schedule_of(said), instance({}))[1]) == []


def test_the_table_names_concepts_that_there_are() -> None:
    table = load_tags()
    taxonomies = [load_taxonomy(name) for name in ("us-gaap-2009", "us-gaap-2024")]
    names = {n for r in table.rules.values() for n in (*r.concepts, *r.also)}
    names |= {n for s in table.sums for n in s.concepts}
    unknown = {n for n in names if not any(t.concept(QName("us-gaap", n)) for t in taxonomies)}
    assert not unknown
    assert all(tag in table.rules for s in table.sums for tag in (*s.plus, *s.minus))


# --- real schedules ------------------------------------------------------------------


@pytest.mark.skipif(not LEGACY.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in LEGACY.glob("*/ex27.json")), ids=lambda p: p.name
)
def test_real_schedules_are_read_as_others_read_them(folder: Path) -> None:
    data = (folder / "filing.txt").read_bytes()
    submission, _ = read_submission(data, name="filing.txt")
    found = [read_schedules(d) for d in submission.documents]
    ours = [
        [
            (str(column.period_end), {v.tag: v.amount.number for v in column.values})
            for column in schedule.columns
        ]
        for schedules, _ in found
        for schedule in schedules
    ]
    text = (folder / "ex27.json").read_text()
    theirs = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert ours == [[(c["period_end_iso"], c["scaled"]) for c in s["columns"]] for s in theirs]
    assert not any(findings for _, findings in found)
