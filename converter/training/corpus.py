"""Statements of filings whose filers said which concept each line states.

Two forms are read. `fsds/statements.parquet` has lines as the SEC's Financial Statement
Data Sets give them: label, tag, values by period; where a number is missing in `line`, a
heading stood. `ixbrl/*/statements.html` are printed statements, read as any filing is, and
`ixbrl/truth.jsonl` beside them tells what the filers tagged.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from converter.errors import OptionsError
from converter.mapper.network import CUSTOM
from converter.measures import is_per_share
from converter.model import (
    Amount,
    Basis,
    Cell,
    Column,
    Duration,
    Footing,
    Instant,
    Measure,
    Period,
    Row,
    Span,
    Statement,
    StatementColumn,
    StatementKind,
    TableRow,
    last_day,
)
from converter.pipeline import read
from converter.rows import balance_at
from converter.statements import on_its_day
from converter.summing import find_sums
from converter.wording import normalised

KINDS = {
    "BS": StatementKind.BALANCE_SHEET,
    "IS": StatementKind.INCOME,
    "CF": StatementKind.CASH_FLOWS,
    "CI": StatementKind.COMPREHENSIVE_INCOME,
}
_MOST_COLUMNS = 6
_NOWHERE = Cell("", Span(1, 0, 0))
_BARE = TableRow((), 0, (), ruled=False)
_PAR = re.compile(r"\b(?:par|stated|liquidation)(?: or stated)? value\b|\bpar$", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:authorized|issued|outstanding)\b", re.IGNORECASE)
_RATE = re.compile(r"%|\b(?:rates?|percent(?:age)?|ratios?|margins?)\b", re.IGNORECASE)
_SAME_DAY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement, its sums, and the concept of each row.

    A concept is a local name, `CUSTOM`, or None for a heading or a line not told of.
    """

    statement: Statement
    footing: Footing
    concepts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class LabelledFiling:
    """All labelled statements of one filing.

    `source` is `fsds` or `ixbrl`; `company` is the CIK without leading zeros; `industry`
    the SIC code or empty.
    """

    source: str
    name: str
    company: str
    industry: str
    statements: tuple[LabelledStatement, ...]


def read_corpus(folder: Path) -> tuple[LabelledFiling, ...]:
    """Every labelled filing of a folder that holds `fsds`, `ixbrl`, or both.

    Raises:
        OptionsError: It holds neither.
    """
    filings = (*_read_data_sets(folder / "fsds"), *_read_inline(folder / "ixbrl"))
    if not filings:
        raise OptionsError(
            f"{folder}: no labelled filings; it should hold fsds/statements.parquet or "
            "ixbrl/truth.jsonl with statements.html in folders beside it"
        )
    return filings


# --- Financial Statement Data Sets ---------------------------------------------------


class _Record(NamedTuple):
    """One value of a line, as the data sets have it."""

    cik: str
    adsh: str
    report: int
    stmt: str
    line: int
    tag: str
    version: str
    plabel: str
    negating: str
    ddate: str
    qtrs: int
    uom: str
    value: str


class _Key(NamedTuple):
    """The column of a value: quarters (0 for an instant) and last day."""

    quarters: int
    end: date

    @property
    def period(self) -> Period:
        return Duration(self.start, self.end) if self.quarters else Instant(self.end)

    @property
    def start(self) -> date:
        month = self.end.year * 12 + self.end.month - 3 * self.quarters
        return date(month // 12, month % 12 + 1, 1)


def _read_data_sets(folder: Path) -> Iterator[LabelledFiling]:
    path = folder / "statements.parquet"
    if not path.is_file():
        return
    industries = _industries(folder / "submissions.parquet")
    for (cik, adsh), records in groupby(_records(path), key=lambda r: (r.cik, r.adsh)):
        statements = [
            labelled
            for (_, stmt), own in groupby(records, key=lambda r: (r.report, r.stmt))
            if (labelled := _statement(KINDS[stmt], list(own))) is not None
        ]
        if statements:
            industry = industries.get(adsh, "")
            yield LabelledFiling("fsds", adsh, cik.lstrip("0"), industry, tuple(statements))


def _industries(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return {r["adsh"]: r["sic"] or "" for r in pq.read_table(path).to_pylist()}


def _records(path: Path) -> list[_Record]:
    table = pq.read_table(path, columns=list(_Record._fields))
    columns = [table.column(name).to_pylist() for name in _Record._fields]
    records = (
        _Record(*values)._replace(
            report=int(values[2]), line=int(values[4]), qtrs=int(values[10] or 0)
        )
        for values in zip(*columns, strict=True)
        if values[3] in KINDS and values[12]
    )
    return sorted(records, key=lambda r: (r.cik, r.adsh, r.report, r.stmt, r.line))


def _statement(kind: StatementKind, records: Sequence[_Record]) -> LabelledStatement | None:
    keys = _columns(kind, records)
    if not keys:
        return None
    lines = [(n, list(own)) for n, own in groupby(records, key=lambda r: r.line)]
    decimals = _money_decimals(records)
    rows: list[Row] = []
    concepts: list[str | None] = []
    last = 0
    for number, own in lines:
        if number > last + 1:
            rows.append(Row("", 0, (), Measure.MONEY, (None,) * len(keys), False, _BARE))
            concepts.append(None)
        last = number
        rows.append(_row(own, keys, decimals))
        standard = own[0].version.startswith("us-gaap")
        concepts.append(own[0].tag if standard else CUSTOM)
    columns = tuple(
        StatementColumn(key.period, Basis.REPORTED, None, Column(0, ())) for key in keys
    )
    if kind is StatementKind.CASH_FLOWS:
        rows = [on_its_day(row, columns) for row in rows]
    statement = Statement(kind, "", "", "USD", columns, tuple(rows))
    return LabelledStatement(statement, find_sums(statement), tuple(concepts))


def _columns(kind: StatementKind, records: Sequence[_Record]) -> list[_Key]:
    """The periods of a statement, latest first; instants only in a balance sheet."""
    keys = {key for r in records if (key := _key(r)) is not None}
    durations = {key for key in keys if key.quarters}
    chosen = keys - durations if kind is StatementKind.BALANCE_SHEET else durations or keys
    return sorted(chosen, key=lambda k: (-k.end.toordinal(), k.quarters))[:_MOST_COLUMNS]


def _key(record: _Record) -> _Key | None:
    try:
        return _Key(record.qtrs, date.fromisoformat(record.ddate))
    except ValueError:
        return None


def _row(records: Sequence[_Record], keys: Sequence[_Key], money: int) -> Row:
    numbers: list[Decimal | None] = [None] * len(keys)
    for record in records:
        at = _place(_key(record), keys)
        if at is not None and numbers[at] is None:
            value = Decimal(record.value)
            numbers[at] = -value if record.negating == "1" else value
    label, measure = records[0].plabel or "", _measure(records)
    decimals = money if measure in (Measure.MONEY, Measure.SHARES) else 2
    amounts = tuple(None if n is None else Amount(n, decimals, _NOWHERE) for n in numbers)
    total = label.lower().startswith("total")
    return Row(label, 0, (), measure, amounts, total, _BARE)


def _place(key: _Key | None, keys: Sequence[_Key]) -> int | None:
    """The column of a value; a balance goes where its day ends or begins a period."""
    if key is None:
        return None
    if key in keys:
        return keys.index(key)
    if key.quarters:
        return None
    ends = (n for n, other in enumerate(keys) if other.end == key.end)
    starts = (
        n
        for n, other in enumerate(keys)
        if other.quarters and abs(other.start - key.end) < timedelta(days=20)
    )
    return next(ends, next(starts, None))


def _measure(records: Sequence[_Record]) -> Measure:
    """What a line counts; the units of filers are often wrong for figures per share."""
    label, uom = records[0].plabel or "", records[0].uom
    if uom == "shares":
        return Measure.SHARES
    values = [abs(Decimal(r.value)) for r in records]
    broken = any(v != v.to_integral_value() for v in values)
    if uom == "pure" and (_RATE.search(label) or not broken):
        return Measure.RATIO
    each = _PAR.search(label) and not _COUNTED.search(label)
    said = bool(each or is_per_share(label))
    small = max(values) < (10_000 if said else 100_000)
    return Measure.MONEY_PER_SHARE if small and (broken or said) else Measure.MONEY


def _money_decimals(records: Iterable[_Record]) -> int:
    """-6, -3 or 0: the last place that nine in ten of the figures of money use."""
    values = [v for r in records if r.uom == "USD" and abs(v := Decimal(r.value)) >= 1]
    for places in (6, 3):
        round_ones = sum(v % 10**places == 0 for v in values)
        if values and round_ones >= 0.9 * len(values):
            return -places
    return 0


# --- Inline XBRL ---------------------------------------------------------------------


class _Tagged(NamedTuple):
    """A value that a filer tagged."""

    label: str
    concept: str
    value: Decimal
    end: date


def _read_inline(folder: Path) -> Iterator[LabelledFiling]:
    path = folder / "truth.jsonl"
    if not path.is_file():
        return
    companies: dict[str, str] = {}
    tagged: dict[tuple[str, StatementKind], list[_Tagged]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            one = _tagged(record)
            if one is not None:
                tagged[record["slug"], KINDS[record["stmt"]]].append(one)
                companies[record["slug"]] = record["cik"].lstrip("0")
    for slug in sorted(companies):
        source = folder / slug / "statements.html"
        data = source.read_bytes() if source.is_file() else b""
        if not data.strip():
            continue
        statements = [
            _told(statement, {kind: tagged[slug, kind] for kind in KINDS.values()})
            for statement in read(data, name=source.name).statements
            if statement.kind in KINDS.values()
        ]
        yield LabelledFiling("ixbrl", slug, companies[slug], "", tuple(statements))


def _tagged(record: Mapping[str, str | bool | None]) -> _Tagged | None:
    """A record of the truth; None for what has dimensions or is no number."""
    if record["stmt"] not in KINDS or record.get("dims") or not record["unit"]:
        return None
    try:
        value, end = Decimal(str(record["value"])), date.fromisoformat(str(record["end"])[:10])
    except (InvalidOperation, ValueError):
        return None
    concept = CUSTOM if record["custom"] else str(record["concept"])
    return _Tagged(normalised(str(record["label"])), concept, abs(value), end)


def _told(
    statement: Statement, tagged: Mapping[StatementKind, Sequence[_Tagged]]
) -> LabelledStatement:
    others = [kind for kind in tagged if kind is not statement.kind]
    pools = [tagged[kind] for kind in (statement.kind, *others)]
    concepts = tuple(_concept(statement, row, pools) for row in statement.rows)
    return LabelledStatement(statement, find_sums(statement), concepts)


def _concept(statement: Statement, row: Row, pools: Iterable[Sequence[_Tagged]]) -> str | None:
    """The concept that was given to a row's values; None where several were, or none."""
    label = normalised(row.label)
    numbers = {
        (abs(a.number), last_day(c.period))
        for a, c in zip(row.amounts, statement.columns, strict=True)
        if a is not None and c.period is not None
    }
    if not numbers:
        return None
    opening = balance_at(row) == "beginning"
    for pool in pools:
        votes: dict[str, int] = defaultdict(int)
        for one in pool:
            for number, end in numbers:
                near = opening or abs(one.end - end) <= _SAME_DAY
                if one.value == number and near:
                    votes[one.concept] += 3 if one.label == label else 1
        if votes:
            most = max(votes.values())
            found = [concept for concept, count in votes.items() if count == most]
            surely = most >= 3 or any(number for number, _ in numbers)
            return found[0] if len(found) == 1 and surely else None
    return None
