"""Stage 1b: an HTML document as laid-out lines of text, as a text filing prints them.

Every line knows which of its characters come from where in the source. Paragraphs and
tables are laid out as they end; no more than one of them is held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from converter.markup_grid import Box
from converter.markup_paper import Paper, Table, cell_lines
from converter.markup_style import (
    BLOCKS,
    PARAGRAPHS,
    PLAIN,
    Around,
    Blocks,
    Hidden,
    Rule,
    Style,
    read_style,
)
from converter.markup_tokens import BREAK, PADDING, Fragment, Part, Source, compose, tokens
from converter.model import Line

_MOST_ROWS = 2000
_MOST_PARTS = 4000
_MOST_LINES = 200
_MOST_NESTED = 100
_MOST_NAMES = 1000
_EDGAR = re.compile(r"/?(?:S|[Cc]|PAGE|CAPTION|TABLE|FN|page|caption|table|fn)")
"""Tags of text filings, kept in preformatted text; `<s>` there is HTML."""
_MARK = re.compile(r"\d{1,2}(?:,\s?\d{1,2})*")

_Handler = Callable[[str], None]


class _Cell(NamedTuple):
    """The open cell: its grid columns, and which elements are open around it."""

    start: int
    end: int
    style: Style
    around: Around


class _Page:
    """The document as read so far. No cell is open within one: tables in it end it."""

    def __init__(self, source: Source) -> None:
        self.paper = Paper(source)
        self.hidden = Hidden()
        self.preformatted = False
        self.handlers: dict[str, _Handler] = {}
        self._parts: list[Part] = []
        self._blocks = Blocks()
        self._tables: list[Table] = []
        self._cell: _Cell | None = None
        self._lines: list[Fragment] = []
        self._align = ""
        self._indent = 0.0
        self._raised = False
        self._special: dict[str, _Handler] = {
            "": self._nothing,
            "br": self._line_break,
            "hr": self._rule,
            "page": self._page,
            "pre": self._open_pre,
            "/pre": self._close_pre,
            "table": self._open_table,
            "/table": self._close_table,
            "tr": self._open_row,
            "/tr": self._close_row,
            "td": partial(self._open_cell, "td"),
            "th": partial(self._open_cell, "th"),
            "/td": self._close_cell,
            "/th": self._close_cell,
            "ix:header": partial(self.hidden.begin, "ix:header"),
        }

    # Text and tags

    def text(self, text: str, offset: int) -> None:
        """Take in text."""
        if not text.isspace():
            if self._raised and self._parts and _MARK.fullmatch(text.strip()):
                self._put_mark(text, offset)
            else:
                self._parts.append((text, offset))
            self._raised = False
            self.paper.at = offset
            if len(self._parts) > _MOST_PARTS:
                self._end_paragraph()
        elif self._parts or ("\xa0" in text and self._cell is None):
            self._parts.append((text, offset))

    def keep(self, text: str, offset: int) -> None:
        """Take in preformatted text."""
        first, *others = text.split("\n")
        self._parts.append((first, offset))
        for other in others:
            self._keep_line()
            offset += len(first) + 1
            self._parts.append((other, offset))
            first = other

    def keep_tag(self, name: str, attributes: str, offset: int) -> bool:
        """Take in a tag of a text filing within preformatted text, if it is one."""
        if _EDGAR.fullmatch(name):
            self.keep(f"<{name}{attributes}>", offset)
            return True
        return False

    def _keep_line(self) -> None:
        parts, self._parts = self._parts, []
        self.paper.kept(parts)

    def handler(self, spelled: str) -> _Handler:
        """What a tag does."""
        if len(self.handlers) > _MOST_NAMES:
            self.handlers.clear()
        self.handlers[spelled] = handler = self._handler(spelled.lower())
        return handler

    def _handler(self, name: str) -> _Handler:
        if name in self._special:
            return self._special[name]
        bare = name.removeprefix("/")
        if bare in BLOCKS:
            return partial(self._open_block if bare == name else self._close_block, bare)
        if bare.startswith("ix:"):
            return self._nothing
        return partial(self._open_inline, name) if bare == name else self._nothing

    def _nothing(self, attributes: str) -> None:
        """Tags without a meaning for the place of text."""

    def close(self) -> None:
        """Print what is left."""
        self._close_cell()
        self._close_pre()
        self._end_paragraph()
        while self._tables:
            self._flush_rows()
            self._tables.pop()

    # What is left out, and marks

    def _open_inline(self, name: str, attributes: str) -> None:
        if not attributes and name != "sup":
            return
        style = read_style(attributes)
        if style.hidden:
            self.hidden.begin(name, attributes)
        elif style.raised or name == "sup":
            self._raised = True

    def _put_mark(self, text: str, offset: int) -> None:
        """A raised number must not become part of the number or the word before it."""
        before = self._parts[-1][0][-1:]
        if not before or before.isspace():
            self._parts.append((text, offset))
        else:
            self._parts += [("(", PADDING), (text, offset), (")", PADDING)]

    # Blocks

    def _open_block(self, name: str, attributes: str) -> None:
        self._end_paragraph()
        if self._blocks.last.name == "p":
            self._close_block("p", "")
        style = read_style(attributes) if attributes else PLAIN
        if style.hidden:
            self.hidden.begin(name, attributes)
            return
        if style.breaks_before:
            self._page_break()
        if name in PARAGRAPHS and not style.tight:
            self._blank()
        if not attributes.endswith("/"):
            self._blocks.open(name, style)

    def _close_block(self, name: str, _: str) -> None:
        self._end_paragraph()
        closed = self._blocks.close(name)
        if closed and name in PARAGRAPHS and not closed[0].style.tight:
            self._blank()
        if any(block.style.breaks_after for block in closed):
            self._page_break()

    def _line_break(self, attributes: str) -> None:
        if self.preformatted:
            self._keep_line()
            return
        self._parts.append(("", BREAK))
        if attributes and read_style(attributes).breaks_before:
            self._page("")

    def _rule(self, attributes: str) -> None:
        style = read_style(attributes)
        if self.preformatted:
            return
        self._end_paragraph()
        if self._cell is not None:
            drawn = self._cell.style._replace(rule=Rule(0, 1), ruled=True)
            self._cell = self._cell._replace(style=drawn)
        elif not style.narrow or style.breaks_after or style.breaks_before:
            self._page_break()

    def _page(self, _: str) -> None:
        self._end_paragraph()
        self._page_break()

    def _page_break(self) -> None:
        if self._cell is None:
            self._flush_rows()
            self.paper.page_break()

    def _blank(self) -> None:
        if self._cell is None:
            self._flush_rows()
            self.paper.blank()

    def _open_pre(self, _: str) -> None:
        self._end_paragraph()
        self._leave_cell()
        self._flush_rows()
        self.preformatted = True

    def _close_pre(self, _: str = "") -> None:
        if self.preformatted and any(text for text, _ in self._parts):
            self._keep_line()
        if self.preformatted:
            self._parts, self.preformatted = [], False

    def _end_paragraph(self) -> None:
        parts = self._parts
        if not parts or self.preformatted:
            return
        self._parts, self._raised = [], False
        lines, block = compose(parts), self._blocks.last
        if self._cell is None:
            self._flush_rows()
            self.paper.paragraph(lines, block.align, block.indent)
            return
        if not self._lines:
            self._align, self._indent = block.align, block.indent
        self._lines += lines
        if len(self._lines) > _MOST_LINES:
            self._leave_cell()

    # Tables

    def _open_table(self, attributes: str) -> None:
        self._close_pre()
        self._end_paragraph()
        self._leave_cell()
        self._flush_rows()
        style = read_style(attributes)
        if style.hidden:
            self.hidden.begin("table", attributes)
            return
        if style.breaks_before:
            self._page_break()
        if len(self._tables) < _MOST_NESTED:
            self._tables.append(Table())

    def _close_table(self, _: str) -> None:
        self._close_cell()
        self._end_paragraph()
        self._flush_rows()
        if self._tables:
            self._tables.pop()
            self.paper.blank()

    def _open_row(self, attributes: str) -> None:
        self._close_cell()
        if not self._tables:
            return
        table = self._tables[-1]
        style = read_style(attributes) if attributes else PLAIN
        table.open_row(style.align)
        if len(table.rows) > _MOST_ROWS:
            self._flush_rows()
        if style.hidden:
            self.hidden.begin("tr", attributes)

    def _close_row(self, _: str) -> None:
        self._close_cell()
        if self._parts:
            self._end_paragraph()
        if self._tables:
            self._tables[-1].close_row()

    def _open_cell(self, name: str, attributes: str) -> None:
        if self._cell is not None:
            self._close_cell()
        if self._parts:
            self._end_paragraph()
        if not self._tables:
            return
        table = self._tables[-1]
        if table.row is None:
            table.open_row("")
        style = read_style(attributes) if attributes else PLAIN
        start, end = table.place(style)
        if style.hidden:
            self.hidden.begin(name, attributes)
        elif attributes.endswith("/"):
            if style.ruled and table.row is not None:
                table.row.append(Box(start, end, [], rule=style.rule))
        else:
            self._cell = _Cell(start, end, style, self._blocks.enter())
            self._lines, self._align, self._indent = [], "", 0.0

    def _close_cell(self, _: str = "") -> None:
        if self._cell is None:
            return
        if self._parts:
            self._end_paragraph()
            if self._cell is None:
                return
        start, end, style, around = self._cell
        self._cell = None
        self._blocks.leave(around)
        table = self._tables[-1]
        if table.row is None or not (self._lines or style.ruled):
            return
        lead, lines = cell_lines(self._lines)
        if lines or style.ruled:
            align = self._align or style.align or table.align
            indent = style.indent + self._indent + lead
            table.row.append(Box(start, end, lines, align, indent, style.rows, style.rule))

    def _leave_cell(self) -> None:
        """A cell that holds a table or too much is none: its content flows on the page."""
        if self._cell is None:
            return
        self._blocks.leave(self._cell.around)
        self._cell = None
        lines, self._lines = self._lines, []
        table = self._tables[-1]
        row, table.row = table.row or [], None
        self._flush_rows()
        for box in row:
            self.paper.paragraph(box.lines, box.align, box.indent)
        self.paper.paragraph(lines, self._align, self._indent)
        table.row = []

    def _flush_rows(self) -> None:
        """Lay out the rows that the innermost table has so far."""
        if self._tables:
            rows = self._tables[-1].take()
            if any(rows):
                self.paper.table(rows)


def lay_out_markup(lines: Iterable[Line]) -> Iterator[Line]:
    """The text of an HTML document as a text filing prints it.

    Args:
        lines: The source, line by line.

    Yields:
        Laid-out lines, each with the pieces of the source that it is made of.
    """
    source = Source()
    page = _Page(source)
    ready, handlers, hidden = page.paper.ready, page.handlers, page.hidden
    for text, offset, name, attributes in tokens(lines, source):
        if hidden.name:
            if not hidden.ends(name):
                continue
        elif text:
            if page.preformatted:
                page.keep(text, offset)
            else:
                page.text(text, offset)
        if page.preformatted and page.keep_tag(name, attributes, offset + len(text)):
            continue
        (handlers.get(name) or page.handler(name))(attributes)
        if ready:
            yield from ready
            ready.clear()
    page.close()
    yield from ready
