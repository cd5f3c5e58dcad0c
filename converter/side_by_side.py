"""Tables printed side by side: their lines parted, the left halves before the right ones.

A balance sheet may have its assets at the left and its liabilities and equity at the
right of the same lines. What parts the halves is a gutter: columns that stay blank from
the first row to the last. Each half has labels and numbers of its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from converter.layout import Kind, View, Words, seen, views_of
from converter.model import Line
from converter.numbers import Token, is_percent, is_year, split_line
from converter.phrases import phrases_of
from converter.pieces import cut
from converter.titles import TITLE_WORD, statement_kind

_LABEL_AFTER = re.compile(r"(?<=[\d)%-]) {2,}(?=[A-Za-z]{3})")
"""Between a number and a label that follows it on the line."""
_GAP = re.compile(r" {2,}")
_AFTER_NUMBER = re.compile(r" {2,}|(?<=[\d)%-]) ")
_ABOVE = 40
"""How many lines above the first row the title may stand."""
_BELOW = 200
_FEWEST_ROWS = 3
_RARE = 4
_SAME_EDGE = 2
_PARTED = View(Line(0, ""), Kind.TAG)
"""Ends the left half: a tag ends every table."""
_Halves = tuple[Line, Line]


class _Page(NamedTuple):
    """The lines of a statement that may be in halves.

    `title` is the index of its title in `heads`; `below` begins with a row of two labels,
    each with numbers after it, and `gap` is what stands between.
    """

    heads: list[View]
    title: int
    below: list[View]
    gap: range


def side_by_side(lines: Iterable[View | Words]) -> Iterator[View | Words]:
    """The lines as they are, but those of a statement in halves one half after the other.

    Only below the title of a statement, and only where it is beyond doubt.
    """
    above: deque[View | Words] = deque()
    rest = iter(lines)
    for view in rest:
        if len(above) == _ABOVE:
            yield above.popleft()
        above.append(view)
        if isinstance(view, Words):
            continue
        gutter = _gutter(view) if "  " in view.label else None
        title = _title(above) if gutter else None
        if gutter and title is not None:
            *heads, first = map(seen, above)
            below = list(_to_end(rest))
            above = deque([below.pop()] if below and _ends(below[-1]) else [])
            top = _top(heads, title)
            yield from heads[:top]
            yield from _parted(_Page(heads[top:], title - top, [first, *below], gutter))
    yield from above


def _gutter(view: View) -> range | None:
    """The gap of a line that has a label, numbers, a gap and another label."""
    start, end = view.label_start, view.label_start + len(view.label)
    for found in _LABEL_AFTER.finditer(view.text, start, end):
        left = split_line(view.text[: found.start()])
        if left.label and any(map(_is_amount, left.tokens)):
            return range(*found.span())
    return None


def _is_amount(token: Token) -> bool:
    return not is_year(token) and not is_percent(token.text)


def _title(above: Sequence[View | Words]) -> int | None:
    """The index of the last line but one that has a title, or begins one over two lines."""
    texts = [view.text.strip() for view in above]
    lines = (i for i in reversed(range(len(texts) - 1)) if TITLE_WORD.search(texts[i]))
    return next((i for i in lines if statement_kind(" ".join(texts[i : i + 2]))), None)


def _top(heads: Sequence[View], title: int) -> int:
    """Where the lines above a title begin: after the last row of numbers."""
    rows = (i for i in reversed(range(title)) if heads[i].kind in (Kind.DATA, Kind.GAP))
    return next(rows, -1) + 1


def _to_end(rest: Iterator[View | Words]) -> Iterator[View]:
    """The lines of the page below a row; what ends it is the last."""
    for view in map(seen, islice(rest, _BELOW)):
        yield view
        if _ends(view):
            return


def _ends(view: View) -> bool:
    return view.kind in (Kind.GAP, Kind.TAG) or _titled(view.text)


def _titled(text: str) -> bool:
    return TITLE_WORD.search(text) is not None and statement_kind(text.strip()) is not None


def _parted(page: _Page) -> list[View]:
    """A page with its left half before its right one; as it is where no gutter parts it."""
    whole = [*page.heads, *page.below]
    count, blank = _body(page)
    gutter = _widest(_under_headings(page.heads[page.title + 1 :], blank))
    if not gutter:
        return whole
    end = len(page.heads) + count
    two = _has_two_titles(page.heads[page.title], gutter)
    lines = [
        *_heads(page, gutter, two=two),
        *(_halves(view, gutter) for view in page.below[:count]),
    ]
    left, right = (_views(whole[:end], half) for half in zip(*lines, strict=True))
    parted = _are_tables(left, right, alike=not two)
    return [*left, _PARTED, *right, *whole[end:]] if parted else whole


def _views(page: Sequence[View], half: Sequence[Line]) -> list[View]:
    """The lines of a half, without those on which only the other one has something."""
    both = zip(page, half, strict=True)
    return views_of(Words(line, v.at) for v, line in both if line.text or not v.text.strip())


def _body(page: _Page) -> tuple[int, frozenset[int]]:
    """How many lines the rows of the halves take, and the columns that all leave blank.

    There is none where a row stands across, or where rows in halves follow what does.
    """
    count, blank = 0, frozenset(page.gap)
    for i, view in enumerate(page.below):
        if view.kind is Kind.RULE:
            count += count == i
        elif view.text.strip():
            left = blank & _blanks(view, page.gap)
            if not left:
                across = view.kind is Kind.DATA or any(map(_gutter, page.below[i:]))
                return count, left if across else blank
            blank = left
            count = i + 1 if _gutter(view) or _has_amounts(view) else count
    return count, blank


def _has_amounts(view: View) -> bool:
    """Whether a line ends in amounts, or in a rule of the right half after them."""
    tokens = view.tokens or split_line(view.text.rstrip(" =_-")).tokens
    return not all(map(is_year, tokens))


def _blanks(view: View, within: range) -> set[int]:
    """The columns that a line leaves blank; one blank parts numbers, not words."""
    gaps = _AFTER_NUMBER if view.kind is Kind.DATA else _GAP
    text = view.text.ljust(within.stop) + "  "
    return {column for gap in gaps.finditer(text) for column in range(*gap.span())}


def _widest(columns: frozenset[int]) -> range:
    """The longest run of columns side by side."""
    ends = sorted(column + 1 for column in columns if column + 1 not in columns)
    starts = sorted(column for column in columns if column - 1 not in columns)
    return max(map(range, starts, ends), key=len, default=range(0))


def _under_headings(heads: Sequence[View], blank: frozenset[int]) -> frozenset[int]:
    """The columns that rows leave blank as well, and headings over both halves."""
    for view in heads:
        gutter = _widest(blank)
        left = blank & _blanks(view, gutter)
        if view.kind is Kind.DATA or (left and _in_halves(view, _widest(left))):
            blank = left
    return blank


def _in_halves(view: View, gutter: range) -> bool:
    """Whether words stand at either side of a gutter, and none across."""
    text = view.kind is Kind.TEXT and not _is_across(view, gutter)
    return text and all(half.text for half in _halves(view, gutter))


def _is_across(view: View, gutter: range) -> bool:
    return not set(gutter) <= _blanks(view, gutter)


def _has_two_titles(view: View, gutter: range) -> bool:
    return _in_halves(view, gutter) and all(_titled(h.text) for h in _halves(view, gutter))


def _heads(page: _Page, gutter: range, *, two: bool) -> Iterator[_Halves]:
    """The lines above the rows in halves.

    What stands across the gutter, or over one half but above the headings of both, is
    the caption: the left half has it, and the right one too if it has its own title.
    """
    headed = False
    for i, view in enumerate(page.heads):
        across = i < page.title + (not two) or _is_across(view, gutter)
        headed = headed or (not across and _in_halves(view, gutter))
        parted = not across and (headed or len(phrases_of(view)) > 1)
        if parted or view.kind in (Kind.DATA, Kind.RULE):
            yield _halves(view, gutter)
        else:
            told = two and view.kind is not Kind.TAG
            yield view.line, cut(view.line, view.label_start, None if told else 0)


def _halves(view: View, gutter: range) -> _Halves:
    return cut(view.line, 0, gutter.start), cut(view.line, gutter.stop)


def _are_tables(left: Sequence[View], right: Sequence[View], *, alike: bool) -> bool:
    """Whether several rows have two labels, each with numbers in columns.

    A label at the left with numbers at the right only speaks against it. Halves that are
    alike have as many columns.
    """
    beside = {view.at: view for view in right if view.tokens}
    rows = [(view, beside[view.at]) for view in left if view.label and view.at in beside]
    pairs = [(a, b) for a, b in rows if a.tokens and b.label and b.kind is Kind.DATA]
    apart = sum(not a.tokens and not b.label for a, b in rows)
    if len(pairs) < _FEWEST_ROWS or apart * _RARE > len(pairs):
        return False
    widest = {max(len(view.tokens) for view in half) for half in (left, right)}
    return all(map(_is_table, zip(*pairs, strict=True))) and (len(widest) == 1 or not alike)


def _is_table(rows: Sequence[View]) -> bool:
    """Whether labels differ, and most rows have a number in the same column."""
    edges = [{token.edge for token in view.tokens} for view in rows]
    alike = max(sum(_has(row, edge) for row in edges) for edge in set().union(*edges))
    return len({view.label for view in rows}) >= _FEWEST_ROWS and alike * 2 > len(rows)


def _has(row: set[int], edge: int) -> bool:
    return any(abs(edge - other) <= _SAME_EDGE for other in row)
