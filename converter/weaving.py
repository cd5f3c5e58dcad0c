"""Tags put into the text of a page, stretch by stretch, from left to right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from converter.inline_tags import Mark


class Weaver:
    """A text and the tags to come in it; each stretch of the text is taken once."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self._text = text
        self._marks = marks
        self._next = 0

    def take(self, start: int, end: int, write: Callable[[str], str]) -> str:
        """A stretch with its tags; no tag may begin before it and end within it."""
        parts: list[str] = []
        at = start
        while (mark := self._mark_before(end)) is not None:
            parts += (write(self._text[at : mark.at]), mark.markup)
            at = mark.at
            self._next += 1
        parts.append(write(self._text[at:end]))
        return "".join(parts)

    def _mark_before(self, end: int) -> Mark | None:
        """The next mark, if it is of the stretch; where it ends, only ends of tags are."""
        if self._next == len(self._marks):
            return None
        mark = self._marks[self._next]
        return mark if mark.at < end or (mark.at == end and not mark.opens) else None
