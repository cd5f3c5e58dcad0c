"""What an HTML document prints as: its paragraphs and tables as lines of a page."""

from __future__ import annotations

import re

from converter.markup_grid import Box, put_together
from converter.markup_style import Style
from converter.markup_table import PAGE_WIDTH, flows, table_lines
from converter.markup_tokens import (
    Fragment,
    Part,
    Source,
    cut,
    keep,
    printed,
    tidy,
    wrap,
)
from converter.model import Line

_MOST_COLUMNS = 1000
_DEEPEST_PARAGRAPH = 8
_DEEPEST_TITLE = 40
_POINTS = 5.0
_ALIGNED = re.compile(r"[^\xa0 ][\xa0 ]{3,}[^\xa0 ]")
_TITLE = re.compile(
    r"(?<!\bto)(?<!\bthe)(?<!\bof)(?<!\bin)(?<!\bour)(?<!\band)\s"
    r"((?:(?i:condensed|consolidated|combined|interim|unaudited)\s){0,5}"
    r"(?:Statements?\sof|Balance\sSheets?|Income\sStatements?"
    r"|STATEMENTS?\sOF|BALANCE\sSHEETS?|INCOME\sSTATEMENTS?)\b[^;:]*[^.;:])$"
)
_ASIDE = re.compile(r"\s(?=\((?i:in|unaudited|dollars|amounts|expressed|millions|\$)\b)")
_LONGEST_TITLE = 160
_SHORTEST_FLAT = 60
_PAGE_BREAK = "<PAGE>"


class Table:
    """A table being read: its rows so far, and what spans into the next."""

    def __init__(self) -> None:
        self.rows: list[list[Box]] = []
        self.row: list[Box] | None = None
        self.align = ""
        self._column = 0
        self._taken: dict[int, int] = {}

    def open_row(self, align: str) -> None:
        """Begin a row; cells of the rows above may take some of its columns."""
        self.close_row()
        self.row, self.align, self._column = [], align, 0

    def close_row(self) -> None:
        """End the row, if one is open."""
        if self.row is not None:
            self.rows.append(self.row)
            if self._taken:
                self._taken = {c: n - 1 for c, n in self._taken.items() if n > 1}
        self.row = None

    def place(self, style: Style) -> tuple[int, int]:
        """The grid columns of the next cell of the row."""
        while self._column in self._taken:
            self._column += 1
        start = self._column
        if start >= _MOST_COLUMNS:
            return start, start + 1
        self._column = end = start + style.columns
        if style.rows > 1:
            self._taken.update(dict.fromkeys(range(start, end), style.rows))
        return start, end

    def take(self) -> list[list[Box]]:
        """The rows so far, the open one too; it begins anew."""
        rows, self.rows = self.rows, []
        if self.row:
            rows.append(self.row)
            self.row = []
        return rows


class Paper:
    """The lines printed so far and not yet taken, in `ready`; `at` is the place reached."""

    def __init__(self, source: Source) -> None:
        self.ready: list[Line] = []
        self.at = 0
        self._source = source
        self._last = ""

    def paragraph(self, lines: list[Fragment], align: str, indent: float) -> None:
        """Print lines, wrapped at the width of the page."""
        for line in lines:
            if not line.text.strip("\xa0 "):
                self.blank()
                continue
            for part in _wrapped(line):
                self._emit([(_margin(part.text, align, indent), part)])

    def kept(self, parts: list[Part]) -> None:
        """Print a line of preformatted text."""
        if parts:
            self.at = parts[0][1]
        self._emit([(0, keep(parts))])

    def blank(self) -> None:
        """Print a blank line, unless there is one."""
        if self._last:
            self._emit([])

    def page_break(self) -> None:
        """Print the mark of a new page, unless there is one."""
        if self._last != _PAGE_BREAK:
            self._emit([(0, Fragment(_PAGE_BREAK, ()))])

    def table(self, rows: list[list[Box]]) -> None:
        """Print rows of a table; one that only places paragraphs prints as these."""
        ruled = [[box for box in row if box.rule != (0, 0)] for row in rows]
        filled = put_together(rows)
        if flows(filled):
            for row in filled:
                for box in row:
                    self.paragraph(box.lines, box.align, box.indent)
            return
        self.blank()
        for placed in table_lines(filled, ruled):
            if placed:
                self._emit(placed)
            else:
                self.blank()
        self.blank()

    def _emit(self, placed: list[tuple[int, Fragment]]) -> None:
        line = printed(self._source, placed, self.at)
        self._last = line.text
        self.ready.append(line)


def cell_lines(lines: list[Fragment]) -> tuple[float, list[Fragment]]:
    """The lines of a cell without empty ones around them, and its indent in points."""
    if len(lines) == 1 and "\xa0" not in lines[0].text:
        return 0.0, lines if lines[0].text else []
    tidied = [tidy(line) for line in lines]
    while tidied and not tidied[-1][1].text:
        tidied.pop()
    while tidied and not tidied[0][1].text:
        tidied.pop(0)
    return (tidied[0][0] * _POINTS, [line for _, line in tidied]) if tidied else (0.0, [])


def _margin(text: str, align: str, indent: float) -> int:
    if align == "center":
        return max(0, (PAGE_WIDTH - len(text)) // 2)
    if align == "right":
        return max(0, PAGE_WIDTH - len(text))
    most = _DEEPEST_PARAGRAPH if len(text) > PAGE_WIDTH // 2 else _DEEPEST_TITLE
    return max(0, min(most, int(indent / _POINTS + 0.4)))


def _wrapped(line: Fragment) -> list[Fragment]:
    """A paragraph in lines; text set in columns with fixed blanks is left as it is."""
    text = line.text
    if len(text) <= _SHORTEST_FLAT or _ALIGNED.search(text):
        return [line]
    return [part for piece in _with_title_apart(line) for part in wrap(piece, PAGE_WIDTH)]


def _with_title_apart(line: Fragment) -> list[Fragment]:
    """A title that ends a paragraph, as where a filing was flattened, on lines of its own."""
    text = line.text
    title = _TITLE.search(text, max(0, len(text) - _LONGEST_TITLE))
    if title is None or ". " in title[1]:
        return [line]
    aside = _ASIDE.search(text, title.start(1))
    cuts = [title.start(), *([aside.start()] if aside else [])]
    starts = [0, *(at + 1 for at in cuts)]
    return [cut(line, a, b) for a, b in zip(starts, [*cuts, len(text)], strict=True)]
