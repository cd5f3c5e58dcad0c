"""What is known of each line of a filing, in numbers that a network can weigh.

Of a line that is: the features of its caption and of its section; which other lines stand
around it, add it up, or state the same figure elsewhere (its slots); and traits, such as
the statement, the measure, the sign and the size of its numbers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import log10
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from converter.model import (
    Duration,
    Footing,
    Measure,
    Row,
    Statement,
    StatementKind,
    last_day,
)
from converter.rows import balance_at
from converter.wording import normalised, plain

Numbers = NDArray[np.float32]
Indexes = NDArray[np.int32]

BUCKETS: Final = 1 << 17
"""How many different features of texts are told apart."""

KINDS: Final = (
    StatementKind.BALANCE_SHEET,
    StatementKind.INCOME,
    StatementKind.CASH_FLOWS,
    StatementKind.COMPREHENSIVE_INCOME,
)
"""The statements whose lines are judged; equity has columns for concepts."""

SLOTS: Final = (
    *("three lines above", "two lines above", "the line above"),
    *("the line below", "two lines below", "three lines below"),
    *("the total that adds it up", "the total above that"),
    *("the next total", "the last total"),
    *("the first line it adds up", "the line with the same figures elsewhere"),
)
"""What stands around a line; the order is that of `Lines.slots`."""

_MODERN: Final = 2018
"""From when on statements follow ASC 606 and 842, and restricted cash joins cash."""

_STEM = 4
_GONE = re.compile(
    r"^(?:total\b|net cash (?:provided|used|from|generated)\b.*?"
    r"(?=\b(?:operating|investing|financing)\b))\s*"
)


@lru_cache(maxsize=1 << 16)
def text_features(text: str) -> tuple[int, ...]:
    """The features of a caption: itself, its words, pairs of words, parts of words.

    Hashed with CRC-32, so that they are the same everywhere; sorted, none twice.
    """
    words = normalised(text)
    if not words:
        return ()
    bare = plain(words)
    parts = words.split()
    names = {f"={words}", f"~{bare}", f"<{parts[0]}", f">{parts[-1]}"}
    for run in {words: parts, bare: bare.split()}.values():
        names.update(f"1{word}" for word in run)
        names.update(f"2{a} {b}" for a, b in pairwise(run))
    for word in parts:
        if len(word) >= _STEM:
            padded = f"^{word}$"
            names.update(f"#{padded[i : i + _STEM]}" for i in range(len(padded) - _STEM + 1))
    return tuple(sorted({zlib.crc32(name.encode()) % BUCKETS for name in names}))


@lru_cache(maxsize=1 << 10)
def industry_features(code: str) -> tuple[int, ...]:
    """The features of a SIC code: itself and the wider groups that it is in."""
    groups = {code[:n] for n in range(1, len(code) + 1)}
    return tuple(sorted({zlib.crc32(f"sic {group}".encode()) % BUCKETS for group in groups}))


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a filing, those with amounts, of all its statements in their order.

    Attributes:
        rows: Statement and row of each line.
        captions: Its label.
        sections: The heading above it or, where none is printed, what its total is called.
        industry: The SIC code of the filer, or empty.
        statement: Index of its statement among those that have lines, shape (n,).
        kind: Index into KINDS, shape (n,).
        slots: Which line is in each slot, n where there is none; shape (n, len(SLOTS)).
        traits: Shape (n, TRAITS).
    """

    rows: tuple[tuple[int, int], ...]
    captions: tuple[str, ...]
    sections: tuple[str, ...]
    industry: str
    statement: Indexes
    kind: Indexes
    slots: Indexes
    traits: Numbers

    def __len__(self) -> int:
        return len(self.rows)


def lines_of(statements: Sequence[tuple[Statement, Footing]], industry: str = "") -> Lines:
    """What is known of the lines of a filing's statements.

    Statements of other kinds than KINDS have no lines here.
    """
    parts = [
        _Part.of(n, statement, footing)
        for n, (statement, footing) in enumerate(statements)
        if statement.kind in KINDS and any(any(row.amounts) for row in statement.rows)
    ]
    starts = np.cumsum([0, *(len(part.rows) for part in parts)]).tolist()
    total = starts[-1]
    slots = [
        np.where(part.slots < 0, total, part.slots + start)
        for part, start in zip(parts, starts, strict=False)
    ]
    lines = Lines(
        tuple((part.number, i) for part in parts for i in part.rows),
        tuple(part.statement.rows[i].label for part in parts for i in part.rows),
        tuple(text for part in parts for text in part.sections),
        industry,
        np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.rows) for part in parts]),
        np.repeat(
            np.array([KINDS.index(p.statement.kind) for p in parts], dtype=np.int32),
            [len(part.rows) for part in parts],
        ),
        np.concatenate([*slots, np.empty((0, len(SLOTS)))]).astype(np.int32),
        np.concatenate([*(p.traits for p in parts), np.empty((0, TRAITS))]).astype(np.float32),
    )
    _add_twins(lines, parts, starts)
    return lines


class _Part(NamedTuple):
    """The lines of one statement; slots count from its first line, -1 for none."""

    number: int
    statement: Statement
    rows: list[int]
    sections: list[str]
    slots: Indexes
    traits: Numbers

    @classmethod
    def of(cls, number: int, statement: Statement, footing: Footing) -> _Part:
        rows = [i for i, row in enumerate(statement.rows) if any(row.amounts)]
        sums = _Sums.of(statement, footing, rows)
        return cls(
            number,
            statement,
            rows,
            [_section(statement, rows, sums, k) for k in range(len(rows))],
            _slots(sums, len(rows)),
            _traits(statement, rows, sums),
        )


class _Sums(NamedTuple):
    """Of each line: the total that adds it up and with which weight, how many it adds up.

    `first` is the first line that it adds up. -1 where there is none.
    """

    total: list[int]
    weight: list[int]
    terms: list[int]
    first: list[int]
    totals: list[bool]

    @classmethod
    def of(cls, statement: Statement, footing: Footing, rows: Sequence[int]) -> _Sums:
        at = {i: k for k, i in enumerate(rows)}
        n = len(rows)
        total, weight, terms, first = [-1] * n, [0] * n, [0] * n, [-1] * n
        for one in footing.rows:
            own = [(at[t.at], t.weight) for t in one.terms if t.at in at]
            if len(one.terms) < 2 or one.total not in at or not own:
                continue
            k = at[one.total]
            terms[k], first[k] = len(own), min(own)[0]
            for term, sign in own:
                if total[term] < 0:
                    total[term], weight[term] = k, sign
        totals = [terms[k] > 0 or statement.rows[i].is_total for k, i in enumerate(rows)]
        return cls(total, weight, terms, first, totals)


def _section(statement: Statement, rows: Sequence[int], sums: _Sums, k: int) -> str:
    section = statement.rows[rows[k]].section
    if section:
        return section[-1]
    total = sums.total[k]
    return _GONE.sub("", normalised(statement.rows[rows[total]].label)) if total >= 0 else ""


def _slots(sums: _Sums, n: int) -> Indexes:
    place = np.arange(n)
    near = [
        np.where((place + by >= 0) & (place + by < n), place + by, -1)
        for by in (-3, -2, -1, 1, 2, 3)
    ]
    above = [sums.total[total] if total >= 0 else -1 for total in sums.total]
    preceding = _marked_before(sums.totals)
    following = [n - 1 - k if k >= 0 else -1 for k in _marked_before(sums.totals[::-1])][::-1]
    found = (*near, sums.total, above, following, preceding, sums.first, [-1] * n)
    return np.array(found, dtype=np.int32).T


def _marked_before(marks: Sequence[bool]) -> list[int]:
    """The last marked place before each place, -1 where there is none."""
    marked = (k if mark else -1 for k, mark in enumerate(marks))
    return list(accumulate(marked, max, initial=-1))[:-1]


def _add_twins(lines: Lines, parts: Sequence[_Part], starts: Sequence[int]) -> None:
    """Into the last slot the first line of another statement that states the same figure."""
    stated: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    figures: list[tuple[int, int, list[tuple[object, ...]]]] = []
    for p, (part, start) in enumerate(zip(parts, starts, strict=False)):
        for k, i in enumerate(part.rows):
            keys = list(_figures(part.statement, part.statement.rows[i]))
            figures.append((start + k, p, keys))
            for key in keys:
                stated.setdefault(key, []).append((start + k, p))
    for line, p, keys in figures:
        twins = (other for key in keys for other, q in stated[key] if q != p)
        lines.slots[line, -1] = next(twins, len(lines))
    lines.traits[:, TRAITS - 1] = lines.slots[:, -1] < len(lines)


def _figures(statement: Statement, row: Row) -> Iterator[tuple[object, ...]]:
    """The figures of a row that no other is likely to have by chance, with their days."""
    if row.measure not in (Measure.MONEY, Measure.SHARES):
        return
    for amount, column in zip(row.amounts, statement.columns, strict=True):
        if amount is not None and column.period is not None:
            size = abs(amount.number)
            if size >= 100 and len(str(size).rstrip("0").strip(".")) >= 2:
                yield row.measure, size, last_day(column.period)


# --- traits --------------------------------------------------------------------------

_MEASURES: Final = tuple(Measure)
TRAITS: Final = 38
_NONCONTROLLING = re.compile(r"\b(?:non ?controlling|minority) interests?\b")


def _traits(statement: Statement, rows: Sequence[int], sums: _Sums) -> Numbers:
    """One row of traits for each line, each about between -2 and 2."""
    n = len(rows)
    numbers = [[float(a.number) for a in statement.rows[i].amounts if a] for i in rows]
    sizes = [max(map(abs, own)) for own in numbers]
    largest = max(
        (s for s, i in zip(sizes, rows, strict=True) if _money(statement, i)), default=0.0
    )
    of_all = _of_statement(statement, rows)
    seen: set[tuple[float, ...]] = set()
    told_kind = [kind is statement.kind for kind in KINDS]
    table: list[tuple[float, ...]] = []
    for k, i in enumerate(rows):
        own, size, row = numbers[k], sizes[k], statement.rows[i]
        edge = balance_at(row)
        repeated = size > 0 and tuple(own) in seen
        seen.add(tuple(own))
        down, up = any(v < 0 for v in own), any(v > 0 for v in own)
        traits = (
            *(measure is row.measure for measure in _MEASURES),
            *(k / n, k == 0, k == n - 1, min(k, 20) / 20, min(n - k, 20) / 20),
            i == 0 or not any(statement.rows[i - 1].amounts),
            i + 1 < len(statement.rows) and not any(statement.rows[i + 1].amounts),
            *(sums.terms[k] > 0, min(sums.terms[k], 10) / 10, row.is_total),
            *(sums.total[k] >= 0, sums.weight[k], 0 <= sums.total[k] == k + 1),
            *(down and not up, up and not down, up and down, not up and not down),
            max(-8.0, log10(size / largest)) / 4 if size and largest else -2.0,
            log10(size) / 10 if size else 0.0,
            min(size, 10) / 10 if row.measure is Measure.MONEY_PER_SHARE else 0.0,
            *(repeated, edge == "beginning", edge == "end", row.aside),
            len(own) / len(row.amounts),
            *(*of_all, *told_kind),
            False,  # whether another statement has the same figures, when all are known
        )
        table.append(traits)
    return np.array(table, dtype=np.float32).reshape(n, TRAITS)


def _money(statement: Statement, i: int) -> bool:
    return statement.rows[i].measure is Measure.MONEY


def _of_statement(
    statement: Statement, rows: Sequence[int]
) -> tuple[float, float, float, float]:
    """Whether it is modern, interim, tells of other owners; and how long it is."""
    periods = [c.period for c in statement.columns if c.period is not None]
    days = max(
        ((p.end - p.start).days for p in periods if isinstance(p, Duration)), default=365
    )
    year = max((last_day(p).year for p in periods), default=0)
    others = any(_NONCONTROLLING.search(normalised(statement.rows[i].label)) for i in rows)
    return year >= _MODERN, days < 300, others, log10(len(rows)) / 2
