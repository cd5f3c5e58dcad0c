"""A text is cut into lines at CR, LF or both, whichever way they are asked for."""

from __future__ import annotations

import re
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from converter.lines import Lines


@given(st.text(st.sampled_from("ab \f\r\n"), max_size=40), st.sampled_from([0, 1, 7, 1 << 18]))
def test_lines_are_those_between_line_ends(text: str, at_once: int) -> None:
    with patch("converter.lines._MUCH_TEXT", at_once):
        lines = Lines.of(text)
    expected = re.split(r"\r\n|\r|\n", text)
    assert [line.text for line in lines] == expected
    assert [lines[i].text for i in range(len(lines))] == expected
    assert [line.number for line in lines] == list(range(1, len(expected) + 1))
    assert (
        "".join(text[a:b] for a, b in zip(lines.starts, lines.starts[1:], strict=False)) == text
    )
