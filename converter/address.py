"""A postal address printed on a cover: street, city, state and postal code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from converter.model import CoverFact, Line
from converter.page import Text, above, is_caption
from converter.places import state_code

_PART = re.compile(r"[^,\s][^,]*?(?=\s*,|\s{2,}|\s*$)")
_ZIP = re.compile(r"\b(\d{5}(?:-\d{4})?)$")
_SECOND_LINE = re.compile(
    r"(?:suite|ste\b|floor|room|box|p\.?\s?o\.?\s?box|building|\d+(?:st|nd|rd|th)\s+floor)",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\d+\S*\s+\S|(?:one|two|three|four|five|six|seven|eight|nine|ten|p\.?\s?o\.?)\s",
    re.IGNORECASE,
)
_NO_STREET = re.compile(
    r"\b(?:employer|telephone|registrant|commission|corporation\)?$)|\d\d-\d{7}", re.IGNORECASE
)
_LINES = 4
"""No address takes more."""


def address_above(page: Sequence[Line], i: int) -> list[CoverFact]:
    """The address that ends in the line above one, with the lines that belong to it."""
    taken: list[Line] = []
    j = next(above(page, i), None)
    while j is not None and len(taken) < _LINES:
        taken.insert(0, page[j])
        j = _higher(page, j) if _goes_on(taken) else None
    return _facts(taken)


def address_in(lines: Sequence[Line]) -> list[CoverFact]:
    """The first address in some lines: it ends in a state and a postal code."""
    for i, line in enumerate(lines):
        parts = list(_parts(line))
        if len(parts) > 1 and _ZIP.fullmatch(parts[-1].text) and state_code(parts[-2].text):
            return address_above(lines, i + 1)
    return []


def _higher(page: Sequence[Line], j: int) -> int | None:
    """The line that an address may go on from: the next above, or a street over a gap."""
    for k in (j - 1, j - 2):
        if k < 0 or is_caption(page[k]) or _NO_STREET.search(page[k].text):
            return None
        if page[k].text.strip():
            return k if k == j - 1 or _STREET.match(page[k].text.strip()) else None
    return None


def _goes_on(taken: Sequence[Line]) -> bool:
    """Whether a street, or its first line, is still missing."""
    parts = _all_parts(taken)
    at = _state_at(parts)
    street = [part for part in parts[: max(at - 1, 0)] if not _ZIP.fullmatch(part.text)]
    return not street or _SECOND_LINE.match(street[0].text) is not None


def _facts(taken: Sequence[Line]) -> list[CoverFact]:
    parts = _all_parts(taken)
    at = _state_at(parts)
    code = state_code(parts[at].text) if at > 0 else None
    if code is None:
        return []
    city, state = parts[at - 1], parts[at]
    zips = [part for part in parts if _ZIP.fullmatch(part.text)]
    street = _by_line([part for part in parts[: at - 1] if part not in zips])
    found = [
        *((f"AddressLine{n}", line.text, line) for n, line in enumerate(street, 1)),
        ("CityOrTown", city.text, city),
        ("StateOrProvince", code, state),
        *(("PostalZipCode", one.text, one) for one in zips[-1:]),
    ]
    return [
        CoverFact(f"EntityAddress{name}", " ".join(value.split()), source.span)
        for name, value, source in found
    ]


def _by_line(street: Sequence[Text]) -> list[Text]:
    """The parts of a street that stand in one line as one, at most three lines."""
    whole: list[Text] = []
    for part in street:
        if whole and whole[-1].line is part.line:
            first = whole.pop()
            whole.append(Text(part.line, first.start, part.line.text[first.start : part.end]))
        else:
            whole.append(part)
    return whole[:3]


def _all_parts(taken: Sequence[Line]) -> list[Text]:
    """The parts of some lines; a state is cut from its city where nothing parts them."""
    parts = [part for line in taken for part in _parts(line)]
    if any(state_code(part.text) for part in parts):
        return parts
    return [cut for part in parts for cut in _state_apart(part)]


def _parts(line: Line) -> Iterator[Text]:
    """A line cut at commas and gaps; the postal code cut from the state."""
    for found in _PART.finditer(line.text):
        part = Text(line, found.start(), found[0])
        code = _ZIP.search(part.text)
        rest = part.text[: code.start()].rstrip() if code else ""
        if part.text.startswith("("):
            continue
        if (
            code
            and rest
            and (state_code(rest) or len(list(_state_apart(part._replace(text=rest)))) > 1)
        ):
            yield part._replace(text=rest)
            yield part.cut(code, 1)
        else:
            yield part


def _state_apart(part: Text) -> Iterator[Text]:
    """`DALLAS TX` as a city and a state; anything else as it is."""
    for found in re.finditer(r"(?<=\S)\s+(?=\S)", part.text):
        state = part.text[found.end() :]
        if state_code(state) and (len(state) > 2 or state.isupper()):
            yield part.part(0, found.start())
            yield part.part(found.end(), len(part.text))
            return
    yield part


def _state_at(parts: Sequence[Text]) -> int:
    """The index of the last part that is a state; 0 when there is none after a city."""
    found = (i for i in range(len(parts) - 1, 0, -1) if state_code(parts[i].text))
    return next(found, 0)
