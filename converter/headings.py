"""What stands above a table: its caption, and the headings of its columns."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from converter.layout import Kind, View
from converter.model import Cell
from converter.periods import COUNT, GLUED
from converter.phrases import Phrase, phrases_of
from converter.titles import is_title, names_company, statement_kind
from converter.wording import MONTH

SAME_CENTRE = 4
"""How far the centres of lines may be apart that are centred alike."""

_RUN = re.compile(r"[-=_\u2014]+")
_FRAGMENT = re.compile(
    rf"(?:for\s+)?(?:the\s+)?(?:(?:{COUNT}|\d\d?|fiscal)[\s-]*)?(?:months?|weeks?|quarters?|years?)?"
    rf"\s*+(?:(?:ended|ending)\s*+)?(?:{MONTH}\s*\d{{1,2}},?)?",
    re.IGNORECASE,
)
"""A piece of a period that the lines below complete: "For the three" above "months"."""
_PERIOD_PARTS = {
    "count": re.compile(rf"\b(?:{COUNT})\b", re.IGNORECASE),
    "length": re.compile(
        r"\b(?:months?|mos?\.|weeks?|quarters?|years?|half|ytd)(?!\w)", re.IGNORECASE
    ),
    "month": re.compile(rf"\b{MONTH}(?!\w)|\d/\d|\d\.\d\d\.\d", re.IGNORECASE),
    "year": re.compile(r"\b(?:19|20)\d\d\b|(?<!\w)['\u2019][09]\d\b"),
}
_PRO_FORMA = re.compile(r"\W*pro[\s-]?forma\b", re.IGNORECASE)
_COLUMN_WORD = re.compile(
    r"\b(?:un)?audited\b|\brestated\b|\b(?:thousands|millions)\b|\bnon-?gaap\b|\bpro forma\b"
    r"|\badjust|\bchange\b|\bactual\b|\bhistorical\b|^amounts?$|^total$|^%$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\((?:un)?audited\)$|^\W*continued\W*$|^\((?:in|dollars|amounts|restated)\b.*\)$"
    r"|\b(?:months?|weeks?|quarters?|years?|periods?)\s+(?:then\s+)?end(?:ed|ing)\b"
    rf"|^{MONTH}\s+\d{{1,2}}(?:,\s*(?:19|20)\d\d)?,?$",
    re.IGNORECASE,
)
"""Words of a heading, wherever they stand above the first number."""


def title_apart(header: list[View]) -> tuple[list[View], list[View]]:
    """Part what stands above the title of a statement from the title and what follows.

    Nothing above a title heads a column.
    """
    texts = [view.text.strip() if view.kind is Kind.TEXT else "" for view in header]
    titled = [
        i
        for i, text in enumerate(texts)
        if text and (statement_kind(text) or statement_kind(" ".join(texts[i : i + 2])))
    ]
    cut = titled[-1] if titled else 0
    phrases = phrases_of(header[cut]) if cut else []
    if len(phrases) > 1 and not _is_all_title(phrases):
        # The title stands beside the headings, which may begin above it.
        while cut and header[cut - 1].kind is Kind.TEXT:
            cut -= 1
    return [view for view in header[:cut] if view.kind is Kind.TEXT], header[cut:]


def part_header(header: list[View], zone: int) -> tuple[list[View], list[View]]:
    """Part the lines above the first number into headings and first labels."""
    last = max(
        (
            i
            for i, view in enumerate(header)
            if view.kind in (Kind.RULE, Kind.TAG)
            or is_heading(view, zone)
            or _HEADING.search(view.label)
            or heads_periods(view)
        ),
        default=None,
    )
    if last is None:
        blanks = [i for i, v in enumerate(header) if v.kind is Kind.BLANK]
        last = blanks[-1] if blanks else len(header) - 1
    return header[: last + 1], header[last + 1 :]


def heads_periods(view: View) -> bool:
    """Several phrases that all tell of periods, wherever they stand."""
    phrases = phrases_of(view) if view.kind is Kind.TEXT else []
    return len(phrases) > 1 and all(_parts(phrase) for phrase in phrases)


def ruled_starts(header: list[View], edges: tuple[int, ...]) -> list[int]:
    """Where the first column begins by a rule over each column that ends where it does."""
    rules = [list(_RUN.finditer(v.text)) for v in header if v.kind is Kind.RULE]
    return [
        runs[0].start()
        for runs in rules
        if len(runs) == len(edges)
        and all(abs(run.end() - edge) <= 3 for run, edge in zip(runs, edges, strict=True))
    ]


def part_caption(above: list[View], zone: int) -> tuple[tuple[Cell, ...], list[list[Phrase]]]:
    """Part the lines above a table into its caption and its column headings.

    The caption is what stands left of the numbers, or is centred with such a line.
    """
    caption: list[Cell] = []
    heads: list[list[Phrase]] = []
    stretches = _stretches(above)
    last = next((stretch for stretch in reversed(stretches) if stretch), None)
    for stretch in stretches:
        titles = stretch if _is_title(stretch) and stretch is not last else []
        outside = (p for p in stretch if len(p) == 1 and p[0].start < zone - 1)
        centres = [_centre(phrases) for phrases in (*titles, *outside)]
        for phrases in stretch:
            if _is_all_title(phrases):
                caption += [phrase.cell for phrase in phrases]
                continue
            if len(phrases) == 1 and _FRAGMENT.fullmatch(phrases[0].cell.text):
                heads.append(phrases)
                continue
            centred = any(abs(_centre(phrases) - c) <= SAME_CENTRE for c in centres)
            if len(phrases) == 1 and centred:
                caption.append(phrases[0].cell)
                continue
            telling = [phrase for phrase in phrases if _parts(phrase)]
            if len(telling) < 2 or not frozenset.intersection(*map(_parts, telling)):
                telling = []
            left = [p for p in phrases if p.end <= zone and p.start < zone - 1]
            left = [p for p in left if p not in telling]
            caption += [phrase.cell for phrase in left]
            if right := [phrase for phrase in phrases if phrase not in left]:
                heads.append(right)
    return tuple(caption), heads


def _is_all_title(phrases: list[Phrase]) -> bool:
    """A title by itself, or beside no more than remarks, "(Unaudited)", or the company."""
    title, *rest = (phrase.cell.text for phrase in phrases)
    return is_title(title) and all(
        (text[0] == "(" and text[-1] == ")") or names_company(text) for text in rest
    )


def _stretches(above: list[View]) -> list[list[list[Phrase]]]:
    """The phrases of lines, in stretches that no blank line parts."""
    stretches: list[list[list[Phrase]]] = [[]]
    for view in above:
        if view.kind in (Kind.TEXT, Kind.PROSE):
            stretches[-1].append(phrases_of(view))
        elif view.kind is not Kind.RULE:
            stretches.append([])
    return stretches


def _is_title(stretch: list[list[Phrase]]) -> bool:
    """Two lines or more of one phrase each, centred alike: what heads a whole page."""
    middle = _centre(stretch[0]) if stretch else 0
    return len(stretch) > 1 and all(
        len(phrases) == 1 and abs(_centre(phrases) - middle) <= SAME_CENTRE
        for phrases in stretch
    )


def _centre(phrases: list[Phrase]) -> float:
    return (phrases[0].start + phrases[-1].end) / 2


def column_headings(
    heads: list[list[Phrase]], extents: list[tuple[int, int]], main: list[bool]
) -> tuple[list[tuple[Cell, ...]], tuple[Cell, ...]]:
    """The phrases over each column, from the top down; and those over no column.

    A phrase stands over the columns that it overlaps. One that stands over none and
    tells a part of a period ("Year ended", "December 31,") is of all columns that lack
    this part, and so is one beside a column without it. A line with a year for each of
    several columns says nothing of the others.

    Args:
        heads: The phrases of each line above the numbers.
        extents: From where to where the numbers of each column reach.
        main: Which columns have more than a stray number.
    """
    over = [_over(phrases, extents, main) for phrases in heads]
    known = [
        {part for line in over if (phrase := line[i]) for part in _parts(phrase)}
        for i in range(len(extents))
    ]
    for phrases, line in zip(heads, over, strict=True):
        placed = {id(phrase) for phrase in line if phrase}
        apart = [p for p in phrases if id(p) not in placed]
        each = sum("year" in _parts(phrase) for phrase in phrases) > 1
        for i, (start, end) in enumerate(extents):
            near = min(apart or phrases, key=lambda p: abs(p.start + p.end - start - end))
            parts = _parts(near)
            if not parts or parts & known[i] or (each and "year" in parts):
                continue
            if line[i] is None:
                line[i] = near
            elif apart:
                line[i] = _both(near, line[i])
            known[i] |= parts
    columns = range(len(extents))
    headings = [tuple(c for line in over if (p := line[i]) for c in p.cells) for i in columns]
    used = {cell for heading in headings for cell in heading}
    unused = (c for phrases in heads for p in phrases for c in p.cells if c not in used)
    return headings, tuple(unused)


def _both(first: Phrase, second: Phrase | None) -> Phrase | None:
    return second and second._replace(before=(*first.cells, *second.before))


def _over(
    phrases: list[Phrase], extents: list[tuple[int, int]], main: list[bool]
) -> list[Phrase | None]:
    """Which phrase of a line stands over each column.

    As many phrases as columns: one each. Fewer that all tell of the same part of
    periods, and leave columns out, head equal numbers of columns in their order.
    """
    telling = [phrase for phrase in phrases if _parts(phrase)]
    for some in (phrases, telling):
        if len(some) == len(extents):
            return list(some)
    formal = [p for p in phrases if _PRO_FORMA.match(p.cell.text)]
    own = {id(p): at for p in formal if (at := _only_column(p, extents)) is not None}
    over = [
        _touching([p for p in phrases if own.get(id(p), i) == i], start, end)
        for i, (start, end) in enumerate(extents)
    ]
    shares, rest = divmod(sum(main), len(telling)) if telling else (0, 1)
    if len(telling) < 2 or rest or not frozenset.intersection(*map(_parts, telling)):
        return over
    lengths = {"length" in _parts(phrase) for phrase in telling}
    if None not in over and len(lengths) > 1:
        # A last line, "December 31,", of what began above stands beside a whole heading.
        return over
    stands = [phrase for phrase, counts in zip(over, main, strict=True) if counts]
    runs = [len(list(run)) for _, run in groupby(stands, key=id)]
    if runs == [shares] * len(telling) and None not in stands:
        return over
    dealt = iter([phrase for phrase in telling for _ in range(shares)])
    return [next(dealt) if counts else None for counts in main]


def _only_column(phrase: Phrase, extents: list[tuple[int, int]]) -> int | None:
    """The one column that most of a phrase lies over; it may reach the edge of another.

    Words for the kind of figures must not be taken for a neighbour's: they make its facts
    ones of no report.
    """
    wholly = [
        (i, min(phrase.end, end) - max(phrase.start, start))
        for i, (start, end) in enumerate(extents)
        if phrase.start < end and phrase.end > start
    ]
    mostly = len(wholly) == 1 and 2 * wholly[0][1] >= phrase.end - phrase.start
    return wholly[0][0] if mostly else None


def _touching(phrases: list[Phrase], start: int, end: int) -> Phrase | None:
    touching = [p for p in phrases if p.start < end + 1 and p.end > start - 1]
    return min(touching, key=lambda p: abs(p.start + p.end - start - end), default=None)


def _parts(phrase: Phrase) -> frozenset[str]:
    """Which parts of a period a phrase tells: a length, a month, a year."""
    return _parts_told(phrase.cell.text)


@lru_cache(maxsize=4096)
def _parts_told(text: str) -> frozenset[str]:
    text = GLUED.sub(" ", text)
    return frozenset(part for part, found in _PERIOD_PARTS.items() if found.search(text))


def tells_column(text: str) -> bool:
    """Whether words tell of a period, or what kind of figures follow."""
    return bool(
        any(pattern.search(text) for pattern in _PERIOD_PARTS.values())
        or _HEADING.search(text)
        or _COLUMN_WORD.search(text)
    )


def is_heading(view: View, zone: int) -> bool:
    """Text that stands over the numbers, not over the labels."""
    if view.kind is not Kind.TEXT:
        return False
    if view.is_years and not view.label:
        return True
    if len(view.text) < zone:
        return False
    return any(phrase.start >= zone - 1 for phrase in phrases_of(view))
