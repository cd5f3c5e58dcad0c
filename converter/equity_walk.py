"""Down a statement of equity by sections: which component each of its rows is of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from converter.equity_columns import EquityColumn, kind_of
from converter.equity_periods import is_balance
from converter.model import Cell, Edge, Measure, Table, TableRow
from converter.numbers import is_nil, printed_decimals, read_amount
from converter.rows import row_label
from converter.wording import MONTH, normalised

_TOTALS = ("total", "parent")
_DAY = re.compile(rf"\b{MONTH}\s+\d{{1,2}}\b", re.IGNORECASE)
_STRUCK = re.compile(
    rf"[\s,:-]*\b(?:balances?\b.*|(?:at |as of )?{MONTH}\s+\d{{1,2}}\b.*|(?:at )?(?:the )?"
    r"(?:beginning|ending|opening|closing|end)\b.*)$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bbeginning and end(?:ing)?\b")
_FIRST = re.compile(r"\b(?:beginning|opening)\b|\bstart of\b")
_LAST = re.compile(r"\bend(?:ing)?\b|\bclosing\b")
_IN_SHARES = re.compile(r"^shares?:", re.IGNORECASE)
_PER_SHARE = re.compile(r"\bper\b.*\bshare\b")
_CAPITAL = re.compile(r"\b(?:equity|stock|shares|capital|earnings|deficit)\b")
_SUMMARY = re.compile(r"\bcomprehensive (?:income|loss|earnings)\b")


class Entry(NamedTuple):
    """A row of the table with what it is of: a component, the total, or nothing known."""

    label: str
    part: EquityColumn | None
    edge: Edge | None
    sub: tuple[str, ...]
    source: TableRow
    measure: Measure | None = None


@dataclass(slots=True)
class _Walk:
    """Where one stands in the table: in which section, and whether it has begun."""

    part: EquityColumn | None = None
    outer: EquityColumn | None = None
    begun: bool = False
    label: str = ""
    indent: int = 0
    sub: tuple[str, ...] = ()
    rows: list[TableRow] = field(default_factory=list)


def entries_of(table: Table, caption: tuple[Cell, ...]) -> list[Entry]:
    """The rows with numbers, each with the component of its section."""
    first = kind_of(caption[-1].text) if caption else None
    walk = _Walk(part=first if first and first.members else None)
    entries = _owners_part(_named_at_end(list(_walked(walk, table.rows))))
    return _told_apart(entries)


def _walked(walk: _Walk, rows: Sequence[TableRow]) -> Iterator[Entry]:
    for i, row in enumerate(rows):
        label = row_label(row).rstrip(": ")
        after = row_label(rows[i + 1]) if i + 1 < len(rows) else ""
        if any(row.cells):
            yield _entry(walk, label, row)
        elif _IN_SHARES.match(after) or is_balance(label):
            walk.label = label
        else:
            _open(walk, label, row.indent)


def _open(walk: _Walk, label: str, indent: int) -> None:
    """A heading begins a section, or a part of the one that has begun."""
    part = kind_of(label)
    known = part.kind not in ("", "own")
    deep = bool(walk.rows) and walk.rows[0].indent > walk.indent
    if walk.begun and not (known and deep and indent <= walk.indent):
        walk.sub = (label,)
    elif known or walk.part is None:
        if _SUMMARY.search(normalised(label)) and part.problem:
            part = EquityColumn("", "total", (), None)
        named = part if known else part._replace(kind="own", problem="")
        walk.part, walk.begun, walk.sub, walk.indent = named, False, (), indent


def _entry(walk: _Walk, label: str, row: TableRow) -> Entry:
    """A row: it begins a section, ends one, moves one, or stands beside them."""
    if walk.label:
        label = walk.label if _IN_SHARES.match(label) or not label else label
        walk.label = ""
    words = normalised(label)
    if _PER_SHARE.search(words) and _has_cents(row):
        return Entry(label, None, None, (), row, Measure.MONEY_PER_SHARE)
    named = _named(label)
    if is_balance(label) or _BOTH.search(words) or (named and named.kind in _TOTALS):
        return _struck(walk, label, named, row)
    alone = kind_of(label)
    known = alone.kind not in ("", "own") and not alone.problem
    if walk.begun and walk.part is None and known and _closes(walk.rows, row):
        walk.begun = False
        return Entry(label, alone, "end", (), row)
    if walk.begun:
        walk.rows.append(row)
        return Entry(label, walk.part, None, walk.sub, row)
    if walk.part is not None and walk.part.kind == "total":
        return Entry(label, walk.part, None, (), row)
    return Entry(label, alone if known else None, "end" if known else None, (), row)


def _named(label: str) -> EquityColumn | None:
    """The component that a caption of balances names itself: "Treasury stock, ending"."""
    if not _STRUCK.search(label):
        part = kind_of(label)
        return part if part.kind in _TOTALS else None
    part = kind_of(_STRUCK.sub("", label))
    if part.kind == "own" and not _CAPITAL.search(normalised(part.caption)):
        return None
    return part if part.kind else None


def _struck(walk: _Walk, label: str, named: EquityColumn | None, row: TableRow) -> Entry:
    """A row of balances: the opening of a section, its closing, or both at once."""
    words = normalised(label)
    if _BOTH.search(words):
        part, walk.part = named or walk.part, None
        return Entry(label, part, "end", (), row)
    first = _FIRST.search(words) is not None
    dated = not _LAST.search(words) and _DAY.search(label) is not None
    part = named or walk.part
    if part is not None and part.kind in _TOTALS and not walk.begun:
        first = first or (dated and walk.outer is None)
        walk.outer, walk.part = part, None
        return Entry(label, part, "beginning" if first else "end", (), row)
    if first or (dated and not walk.begun):
        walk.part, walk.begun, walk.sub, walk.rows = part, True, (), [row]
        return Entry(label, part, "beginning", (), row)
    closed = walk.part if walk.begun else (named or walk.outer)
    walk.begun, walk.sub, walk.part = False, (), None
    return Entry(label, closed, "end", (), row)


def _has_cents(row: TableRow) -> bool:
    cells = [cell.text for cell in row.cells if cell is not None and not is_nil(cell.text)]
    return bool(cells) and all(printed_decimals(text) >= 2 for text in cells)


def _closes(rows: Sequence[TableRow], closing: TableRow) -> bool:
    """Whether a row is the sum of those since the opening, in every column."""
    off = 0
    for i, cell in enumerate(closing.cells):
        numbers = [read_amount(c, scale=0).number for r in rows if (c := r.cells[i])]
        if cell is not None:
            gap = abs(read_amount(cell, scale=0).number - sum(numbers))
            off = max(off, int(gap))
    return off <= len(rows) // 2


def _named_at_end(entries: list[Entry]) -> list[Entry]:
    """Sections that only their closing balance names."""
    named = list(entries)
    for i, entry in enumerate(entries):
        if entry.edge == "beginning" and entry.part is None:
            last = next((n for n in range(i, len(named)) if named[n].edge == "end"), i)
            for n in range(i, last):
                named[n] = named[n]._replace(part=entries[last].part)
    return named


def _owners_part(entries: list[Entry]) -> list[Entry]:
    """Of two totals at the end the first is the owners' part, where others have interests."""
    at = [
        i
        for i, e in enumerate(entries)
        if e.part and e.part.kind == "total" and e.edge == "end"
    ]
    others = any(e.part and e.part.kind == "noncontrolling" for e in entries)
    named = list(entries)
    for i in at[:-1] if others else []:
        part = entries[i].part
        if part is not None and normalised(part.caption) != _caption(entries[at[-1]]):
            owners = part._replace(kind="parent", members=("ParentMember",))
            named[i] = entries[i]._replace(part=owners)
    return named


def _caption(entry: Entry) -> str:
    return normalised(entry.part.caption) if entry.part else ""


def _told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Sections of one kind get members of the filer's own, by their captions."""
    sections = {(e.part.kind, _caption(e)) for e in entries if e.part and e.edge}
    kinds = Counter(kind for kind, _ in sections)
    return [
        entry._replace(part=entry.part._replace(members=()))
        if entry.part and kinds[entry.part.kind] > 1 and entry.part.kind not in _TOTALS
        else entry
        for entry in entries
    ]
