"""The rows of a statement of equity with their whole captions and what stands above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from converter.model import Amount, Cell, Span, Table, TableRow
from converter.numbers import is_nil, printed_decimals, read_amount
from converter.periods import read_period_words
from converter.rows import row_label
from converter.wording import normalised

_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_SECTION = re.compile(
    r"\bnotes\b|^\(|unaudited|in thousands|in millions|per share", re.IGNORECASE
)
_OPEN = re.compile(
    r"(?:[,&-]|\b(?:and|or|of|in|to|for|from|by|on|upon|the|a|an|with|at|per|less|net))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A row, its whole caption, the sections and the headings of periods above it."""

    label: str
    section: tuple[str, ...]
    about: str
    source: TableRow

    @property
    def filled(self) -> bool:
        """Whether it has a number that is not a dash."""
        return any(cell is not None and not is_nil(cell.text) for cell in self.source.cells)

    @property
    def span(self) -> Span:
        """Where it is printed."""
        return self.source.printed[0].span


def printed_rows(table: Table, caption: tuple[Cell, ...] = ()) -> list[Printed]:
    """The rows with numbers; headings go into what stands below them.

    The first of the headings of periods may have been taken for the caption's end.
    """
    rows = [_with_year(row) for row in table.rows]
    result: list[Printed] = []
    held: list[TableRow] = []
    sections: list[tuple[str, int]] = []
    about = caption[-1].text if caption and _parted(rows, caption[-1].text) else ""
    for i, row in enumerate(rows):
        if not any(row.cells):
            held.append(row)
            continue
        begun = _begun(held, row, rows[i + 1 :])
        for heading in held[: len(held) - len(begun)]:
            text = row_label(heading).rstrip(": ")
            if _tells_period(text):
                about, sections = text, []
            elif text and not _NO_SECTION.search(text):
                sections = [s for s in sections if s[1] < heading.indent]
                sections.append((text, heading.indent))
        held = []
        first = begun[0] if begun else row
        whole = replace(row, label=(*(c for h in begun for c in h.label), *row.label))
        sections = [s for s in sections if s[1] < first.indent]
        section = tuple(name for name, _ in sections)
        result.append(Printed(row_label(whole), section, about, whole))
    return result


def _parted(rows: Sequence[TableRow], first: str) -> bool:
    """Whether headings of periods part the rows, and a text may be the first of them."""
    told = [row_label(row) for row in rows if not any(row.cells)]
    return len(read_period_words(first).dates) == 1 and any(map(_tells_period, told))


def _with_year(row: TableRow) -> TableRow:
    """A year that was taken for the first number goes back to its caption.

    `Balance at December 31,   1993` has more blanks than a caption should.
    """
    first = next((i for i, cell in enumerate(row.cells) if cell is not None), None)
    cell = row.cells[first] if first is not None else None
    if first is None or cell is None or not _YEAR.fullmatch(cell.text.strip()):
        return row
    if not read_period_words(row_label(row)).month_days:
        return row
    cells: tuple[Cell | None, ...] = tuple(
        None if i == first else other for i, other in enumerate(row.cells)
    )
    return replace(row, label=(*row.label, cell), cells=cells)


def _tells_period(text: str) -> bool:
    words = read_period_words(text)
    return (
        bool(words.dates or words.years or words.length) and len(normalised(text).split()) < 12
    )


def _begun(
    held: Sequence[TableRow], row: TableRow, after: Sequence[TableRow]
) -> list[TableRow]:
    """The headings just above a row that are the beginning of its caption.

    They are where a caption goes on from them, and no other row stands under them too.
    """
    begun: list[TableRow] = []
    for heading in reversed(held):
        text = row_label(heading)
        if text.endswith(":") or _tells_period(text) or _NO_SECTION.search(text):
            break
        begun.insert(0, heading)
    while begun and not _leads_to(begun[0], row, after):
        begun.pop(0)
    return begun


def _leads_to(heading: TableRow, row: TableRow, after: Sequence[TableRow]) -> bool:
    if not row.label or _OPEN.search(row_label(heading)):
        return True
    first = row_label(row)[:1]
    if first.islower() or first in "(-&":
        return True
    following = after[0].indent if after else 0
    return heading.indent < row.indent and following <= heading.indent


def notes_of(table: Table) -> list[str]:
    """What stands in parentheses among the headings: "(in thousands)"."""
    labels = (row_label(row) for row in table.rows if not any(row.cells))
    return [label for label in labels if label.startswith("(")]


def amounts_of(
    cells: Sequence[Cell | None], scales: Sequence[int], *, movement: bool
) -> tuple[Amount | None, ...]:
    """The numbers of a row; a dash among movements says that there is none."""
    digits = [printed_decimals(c.text) for c in cells if c is not None and not is_nil(c.text)]
    finest = max(digits, default=0)
    return tuple(
        None
        if cell is None or (movement and is_nil(cell.text))
        else read_amount(cell, scale=scale, nil_decimals=finest)
        for cell, scale in zip(cells, scales, strict=True)
    )
