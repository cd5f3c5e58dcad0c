"""Lines too long for a row of a statement: what is in them is not lost without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from converter.model import Finding, Line, Severity, Span
from converter.pieces import LONGEST_LINE

_LAST_OF_NUMBER = frozenset("0123456789)%-")


class Overlong:
    """Lines passed on one by one; counts those that would be rows if they were shorter."""

    def __init__(self) -> None:
        self._first: Line | None = None
        self._count = 0

    def watched(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines, looked at as they pass."""
        for line in lines:
            if len(line.text) > LONGEST_LINE and line.text.rstrip()[-1:] in _LAST_OF_NUMBER:
                self._first = self._first or line
                self._count += 1
            yield line

    def findings(self) -> list[Finding]:
        """One that tells of them all, if there are any."""
        if self._first is None:
            return []
        one = self._count == 1
        return [
            Finding(
                "line.too-long",
                Severity.WARNING,
                f"{self._count:,} line{'' if one else 's'} of more than {LONGEST_LINE:,} "
                f"characters end{'s' if one else ''} in a number, the first of "
                f"{len(self._first.text):,}; no row of a statement is so long: what "
                f"{'it has' if one else 'they have'} is not read",
                Span(self._first.number, 0, 1),
                advice="if the line breaks of the file were lost, put them back",
            )
        ]
