"""The columns of a statement of equity: its components, in money or in shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from converter.equity_words import ComponentWords, kinds_in
from converter.model import (
    Basis,
    Cell,
    Column,
    Component,
    Finding,
    Measure,
    Severity,
    Span,
    StatementColumn,
    Table,
)
from converter.wording import MONTH, normalised

_PERIOD = re.compile(
    rf"\b(?:for the )?(?:(?:one|two|three|six|nine|twelve|\d+)[- ])?(?:fiscal )?"
    rf"(?:years?|months?|quarters?|weeks?|periods?)\s+ended\b(?:\s+{MONTH}\s*\d{{1,2}})?,?"
    rf"(?:\s*(?:19|20)\d\d)?|\b{MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\(?\b(?:(?:amounts|dollars|shares|\$)\s+)?(?:are\s+)?in\s+(?:thousands|millions|billions)"
    r"\b(?:,?\s*except[^)]*)?\)?|\(?\$?0?00'?s(?: omitted)?\)?|\(note \w+\)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-=_\s.]+")
_RULES = re.compile(r"[-=_]{3,}")
_CLASS = re.compile(r"\b(?:class|series) [a-z0-9]\b")
_COUNTED = re.compile(
    r"^(?:number(?: of)?(?: shares| units)?|(?:shares|units)(?: issued| outstanding)*"
    r"|issued(?: and outstanding)?|outstanding|no of shares|#)$"
)
_VALUED = re.compile(
    r"^(?:amounts?|(?:\$ )?\d* ?\d* ?par(?: value)?|(?:stated |carrying |book )?value"
    r"|(?:at )?cost|dollars|\$|common stock \$|amount \$)$"
)
_TOTAL = re.compile(
    r"\btotal\b|^(?!.*\bother\b)(?:.* )?(?:stockholders|owners|members|partners|unitholders)"
    r" (?:equity|deficit|investment|deficiency|capital|loss)"
    r"(?: (?:equity|deficit|deficiency))*$"
    r"|^(?:net )?(?:equity|deficit)(?: deficit)?$"
)
_OF_SHARES = re.compile(r"^(?:number of )?shares of\s+", re.IGNORECASE)
_OF_OWNERS = re.compile(r"\bcommon stockholders (?!equity)")
_OWNERS = re.compile(
    r"\b(?:equity|deficit) attributable to (?!(?:the )?(?:non ?controlling|minority))"
)
_HEADS_ALL = re.compile(
    r"\bstatements?\b|\bequity\b|\bin (?:thou|mill|bill)|audited", re.IGNORECASE
)
_SPANNING = re.compile(
    r"^(?:.*\b)?(?:stockholders|owners|parent) (?:equity|investment|deficit) (?=.)"
)


_PAIR = [Measure.SHARES, Measure.MONEY]


class EquityColumn(NamedTuple):
    """What a heading says: a kind of component, the total, or why neither is known."""

    caption: str
    kind: str
    members: tuple[str, ...]
    measure: Measure | None
    problem: str = ""
    either: tuple[ComponentWords, ...] = ()


def read_equity_columns(
    table: Table, caption: tuple[Cell, ...] = ()
) -> tuple[list[StatementColumn | None], list[Finding]]:
    """The columns of a statement of equity; None for those that give no facts, and why."""
    named = _named_by_caption([_column(column) for column in table.columns], caption)
    read = _totals(_named_by_neighbours(_by_exclusion(named)))
    read = [one._replace(measure=_measure(one, table, i, read)) for i, one in enumerate(read)]
    read = _told_apart(read)
    columns: list[StatementColumn | None] = []
    findings: list[Finding] = []
    for i, one in enumerate(read):
        source = table.columns[i]
        if one.problem:
            columns.append(None)
            if any(row.cells[i] is not None for row in table.rows):
                findings.append(_left_out(one, table, i))
            continue
        part = None if one.kind == "total" else Component(one.members, one.caption)
        columns.append(StatementColumn(None, Basis.REPORTED, None, source, part, one.measure))
    return columns, findings


def _column(column: Column) -> EquityColumn:
    """A heading by its words: the last of them may tell what is counted."""
    cells = _phrases(column)
    measure = measure_of(column)
    if measure is not None and (
        _COUNTED.match(normalised(cells[-1])) or measure is Measure.MONEY
    ):
        cells = cells[:-1]
    caption = _OF_SHARES.sub("", " ".join(" ".join(cells).split()))
    return kind_of(caption, measure)


def _phrases(column: Column) -> list[str]:
    cells = [_plain(text) for text in _whole([cell.text for cell in column.heading])]
    return [text for text in cells if normalised(text) or "$" in text]


def _whole(texts: list[str]) -> list[str]:
    """Phrases with what stands in parentheses over several lines put together."""
    whole: list[str] = []
    for text in texts:
        if whole and whole[-1].count("(") > whole[-1].count(")"):
            whole[-1] = f"{whole[-1]} {text}"
        else:
            whole.append(text)
    return whole


def measure_of(column: Column) -> Measure | None:
    """What a heading says that its column counts."""
    cells = _phrases(column)
    last = normalised(cells[-1]) if cells else ""
    if cells and (_COUNTED.match(last) or _OF_SHARES.match(" ".join(cells))):
        return Measure.SHARES
    return Measure.MONEY if cells and (_VALUED.match(last) or cells[-1] == "$") else None


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A phrase without its period, scale and rules."""
    text = _RULES.sub(" ", _SCALE.sub(" ", _PERIOD.sub(" ", text)))
    return "" if _RULE.fullmatch(text) else text.strip()


def kind_of(caption: str, measure: Measure | None = None) -> EquityColumn:
    """What a heading or a caption says, by the kinds of components in it."""
    words = normalised(caption)
    if not words:
        return EquityColumn(caption, "", (), measure)
    found = kinds_in(_OF_OWNERS.sub(" ", words).strip())
    if any(kind.apart for kind in found):
        return _component(EquityColumn(caption, "", (), measure), words, found)
    if _OWNERS.search(words) and not found:
        return EquityColumn(caption, "parent", ("ParentMember",), measure)
    if _TOTAL.search(words) and (not found or words.startswith("total")):
        return EquityColumn(caption, "total", (), measure)
    if len(found) > 1:
        found = kinds_in(_SPANNING.sub("", words))
    return _component(EquityColumn(caption, "", (), measure), words, found)


def _component(
    one: EquityColumn, words: str, found: tuple[ComponentWords, ...]
) -> EquityColumn:
    """The component of which a heading speaks, or why it is not known."""
    apart = [kind.kind for kind in found if kind.apart]
    if apart:
        why = f"is {apart[0]}, which is no part of stockholders' equity"
        return one._replace(kind=apart[0], problem=why)
    if len(found) > 1:
        named = " and ".join(kind.kind for kind in found)
        return one._replace(problem=f"speaks of {named} at once", either=found)
    if found:
        return one._replace(kind=found[0].kind, members=found[0].members)
    if re.search(r"[a-z]{3}", words) and not re.search(r"\d", words):
        return one._replace(kind="own")
    return one._replace(problem="is no component of equity that is known")


def _by_exclusion(read: list[EquityColumn]) -> list[EquityColumn]:
    """A heading that ran into the next one means the kind that no other column has."""
    told = {one.kind for one in read}
    left = [[kind for kind in one.either if kind.kind not in told] for one in read]
    return [
        one._replace(kind=kinds[0].kind, members=kinds[0].members, problem="")
        if len(kinds) == 1 and not kinds[0].apart
        else one
        for one, kinds in zip(read, left, strict=True)
    ]


def _named_by_caption(
    read: list[EquityColumn], caption: tuple[Cell, ...]
) -> list[EquityColumn]:
    """Of shares beside amounts the heading of both may have slipped into the caption."""
    told = [i for i, cell in enumerate(caption) if _HEADS_ALL.search(cell.text)]
    title = max(told, default=-1)
    slipped = kind_of(" ".join(_plain(cell.text) for cell in caption[title + 1 :]))
    bare = [i for i, one in enumerate(read) if not one.caption and one.measure and not one.kind]
    if title < 0 or not slipped.members or [read[i].measure for i in bare] != _PAIR:
        return read
    return [
        slipped._replace(measure=one.measure) if i in bare else one
        for i, one in enumerate(read)
    ]


def _named_by_neighbours(read: list[EquityColumn]) -> list[EquityColumn]:
    """Amounts beside shares without a heading of their own are of the same component."""
    named = list(read)
    for i, one in enumerate(read):
        if one.kind or one.problem:
            continue
        left = named[i - 1] if i else None
        right = read[i + 1] if i + 1 < len(read) else None
        if one.measure is Measure.MONEY and left and left.measure is Measure.SHARES:
            named[i] = left._replace(measure=one.measure)
        elif one.measure is Measure.SHARES and right and right.kind not in ("", "total"):
            named[i] = right._replace(measure=one.measure)
        else:
            why = "has no heading" if not one.caption else "is not understood"
            named[i] = one._replace(problem=why)
    return named


def _totals(read: list[EquityColumn]) -> list[EquityColumn]:
    """Of two totals the first is the owners' part, where others have interests too."""
    at = [i for i, one in enumerate(read) if one.kind == "total" and not one.problem]
    if not at:
        return [
            one._replace(kind="total", members=()) if one.kind == "parent" else one
            for one in read
        ]
    if len(at) < 2:
        return read
    others = any(one.kind == "noncontrolling" for one in read)
    named = list(read)
    for i in at[:-1]:
        why = "" if others and i == at[-2] else "is one of several totals"
        named[i] = named[i]._replace(kind="parent", members=("ParentMember",), problem=why)
    return named


def _measure(one: EquityColumn, table: Table, i: int, read: list[EquityColumn]) -> Measure:
    """What a column counts: as its heading says, else by the dollar signs beside it."""
    if one.measure is Measure.SHARES and _is_priced(table, i):
        return Measure.MONEY
    if one.measure is not None:
        return one.measure
    words = normalised(one.caption)
    told = re.search(r"\b(?:outstanding|number of|issued)\b", words) and "shares" in words
    if words.endswith("shares") or told:
        twin = any(n != i and other.members == one.members and other.kind == one.kind
                   and other.measure is not Measure.SHARES
                   for n, other in enumerate(read))  # fmt: skip
        if told or (twin and not _has_dollars(table, i) and _any_dollars(table)):
            return Measure.SHARES
    return Measure.MONEY


def _is_priced(table: Table, i: int) -> bool:
    """Whether a column has dollar signs in most rows that have them elsewhere.

    "Shares" may be the second half of "Common shares", or stand over the next column.
    """
    signs = [
        "$" in own.text
        for row in table.rows
        if (own := row.cells[i]) is not None
        and any(cell is not None and "$" in cell.text for cell in row.cells)
    ]
    return sum(signs) * 2 > len(signs)


def _has_dollars(table: Table, i: int) -> bool:
    return any(
        cell is not None and "$" in cell.text for cell in (r.cells[i] for r in table.rows)
    )


def _any_dollars(table: Table) -> bool:
    return any(_has_dollars(table, i) for i in range(len(table.columns)))


def _told_apart(read: list[EquityColumn]) -> list[EquityColumn]:
    """Columns of one kind get members of the filer's own, by their captions.

    Where the captions are the same too, nothing tells the columns apart.
    """
    kinds = Counter((one.kind, one.measure) for one in read if not one.problem)
    crowded = {kind for (kind, _), count in kinds.items() if count > 1}
    read = _classed([_by_class(one) if one.kind in crowded else one for one in read])
    captions = Counter(
        (normalised(one.caption), one.measure) for one in read if not one.problem
    )
    return [
        one._replace(problem="has the heading of another column")
        if not one.problem and captions[normalised(one.caption), one.measure] > 1
        else one._replace(members=() if one.kind in crowded else one.members)
        for one in read
    ]


def _classed(read: list[EquityColumn]) -> list[EquityColumn]:
    """Amounts right of the shares of a class are of that class, where each class has both.

    A heading over both may have its first line over the shares only.
    """
    stock = [i for i, one in enumerate(read) if one.kind == "common" and not one.problem]
    pairs = list(zip(stock[::2], stock[1::2], strict=False))
    if len(stock) % 2 or any(
        [read[left].measure, read[right].measure] != _PAIR or right != left + 1
        for left, right in pairs
    ):
        return read
    of = {right: read[left].caption for left, right in pairs if _is_class(read[left])}
    return [
        one._replace(caption=of[i]) if i in of and not _is_class(one) else one
        for i, one in enumerate(read)
    ]


def _is_class(one: EquityColumn) -> bool:
    return _CLASS.search(normalised(one.caption)) is not None


def _by_class(one: EquityColumn) -> EquityColumn:
    """A class or series of stock by its letter, whatever else its heading ran into."""
    found = set(_CLASS.findall(normalised(one.caption)))
    if one.kind not in ("common", "preferred") or len(found) != 1:
        return one
    return one._replace(caption=f"{found.pop().title()} {one.kind.title()} Stock")


def _left_out(one: EquityColumn, table: Table, i: int) -> Finding:
    source = table.columns[i]
    cells = [row.cells[i] for row in table.rows]
    count = sum(cell is not None for cell in cells)
    heading = " ".join(cell.text for cell in source.heading) or "no heading"
    place: Span | None = source.heading[-1].span if source.heading else None
    if place is None:
        place = next((cell.span for cell in cells if cell is not None), None)
    return Finding(
        "column.no-component",
        Severity.WARNING,
        f"column {i + 1} ({heading}; {count} numbers) {one.problem}; it is left out",
        place,
        advice="check the heading in the source text",
    )


def with_weights(
    columns: list[StatementColumn], weights: Mapping[int, int]
) -> tuple[StatementColumn, ...]:
    """The columns, those marked that are printed as deductions without a sign."""
    return tuple(
        replace(column, component=column.component._replace(weight=-1))
        if column.component is not None and weights.get(i) == -1
        else column
        for i, column in enumerate(columns)
    )
