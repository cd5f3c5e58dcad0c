"""What stands above a table: its caption, and the headings of its columns."""

from __future__ import annotations

import re

from converter.layout import Kind, Phrase, View, phrases_of
from converter.model import Cell
from converter.wording import MONTH

SAME_CENTRE = 4
"""How far the centres of lines may be apart that are centred alike."""

_RUN = re.compile(r"[-=_\u2014]+")
_PERIOD_PARTS = {
    "length": re.compile(r"\b(?:months?|weeks?|quarters?|years?)\b", re.IGNORECASE),
    "month": re.compile(rf"\b{MONTH}(?!\w)|\d/\d", re.IGNORECASE),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
}
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADING = re.compile(
    r"^\((?:un)?audited\)$|^\((?:in|dollars|amounts|restated)\b.*\)$"
    r"|\b(?:months?|weeks?|quarters?|years?)\s+(?:then\s+)?end(?:ed|ing)\b"
    rf"|^{MONTH}\s+\d{{1,2}}(?:,\s*(?:19|20)\d\d)?,?$",
    re.IGNORECASE,
)
"""Words of a heading, wherever they stand above the first number."""


def part_header(header: list[View], zone: int) -> tuple[list[View], list[View]]:
    """Part the lines above the first number into headings and first labels."""
    last = max(
        (
            i
            for i, view in enumerate(header)
            if view.kind in (Kind.RULE, Kind.TAG)
            or is_heading(view, zone)
            or _HEADING.search(view.label)
        ),
        default=None,
    )
    if last is None:
        blanks = [i for i, v in enumerate(header) if v.kind is Kind.BLANK]
        last = blanks[-1] if blanks else len(header) - 1
    return header[: last + 1], header[last + 1 :]


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
            centred = any(abs(_centre(phrases) - c) <= SAME_CENTRE for c in centres)
            if len(phrases) == 1 and centred:
                caption.append(phrases[0].cell)
                continue
            left = [] if _all_years(phrases) else [p for p in phrases if p.end <= zone]
            left = [p for p in left if p.start < zone - 1]
            caption += [phrase.cell for phrase in left]
            if right := [phrase for phrase in phrases if phrase not in left]:
                heads.append(right)
    return tuple(caption), heads


def _stretches(above: list[View]) -> list[list[list[Phrase]]]:
    """The phrases of lines, in stretches that no blank line parts."""
    stretches: list[list[list[Phrase]]] = [[]]
    for view in above:
        if view.kind is Kind.TEXT:
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


def _all_years(phrases: list[Phrase]) -> bool:
    return all(_YEAR.fullmatch(phrase.cell.text) for phrase in phrases)


def column_headings(
    heads: list[list[Phrase]], extents: list[tuple[int, int]]
) -> list[tuple[Cell, ...]]:
    """The phrases over each column, from the top down.

    A phrase stands over the columns that it overlaps. One that tells a part of a period
    ("Year ended", "December 31,") also covers columns beside it that lack this part.
    """
    over = [_over(phrases, extents) for phrases in heads]
    known = [
        {part for line in over if (phrase := line[i]) for part in _parts(phrase)}
        for i in range(len(extents))
    ]
    for phrases, line in zip(heads, over, strict=True):
        for i, (start, end) in enumerate(extents):
            near = min(phrases, key=lambda p: abs(p.start + p.end - start - end))
            parts = _parts(near)
            if line[i] is None and parts and not parts & known[i]:
                line[i] = near
                known[i] |= parts
    columns = range(len(extents))
    return [tuple(phrase.cell for line in over if (phrase := line[i])) for i in columns]


def _over(phrases: list[Phrase], extents: list[tuple[int, int]]) -> list[Phrase | None]:
    """Which phrase of a line overlaps each column; as many phrases as columns: one each."""
    if len(phrases) == len(extents):
        return list(phrases)
    over: list[Phrase | None] = []
    for start, end in extents:
        touching = [p for p in phrases if p.start < end + 1 and p.end > start - 1]
        nearest_first = sorted(touching, key=lambda p: abs(p.start + p.end - start - end))
        over.append(nearest_first[0] if nearest_first else None)
    return over


def _parts(phrase: Phrase) -> set[str]:
    """Which parts of a period a phrase tells: a length, a month, a year."""
    text = phrase.cell.text
    return {part for part, pattern in _PERIOD_PARTS.items() if pattern.search(text)}


def is_heading(view: View, zone: int) -> bool:
    """Text that stands over the numbers, not over the labels."""
    if view.kind is not Kind.TEXT:
        return False
    if view.is_years and not view.label:
        return True
    return any(phrase.start >= zone - 1 for phrase in phrases_of(view))
