"""Laws of laid-out mark-up: places, nothing lost, exact columns; and each feature once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.lines import Lines
from converter.markup import lay_out_markup
from converter.model import Document, Line, Span
from converter.numbers import split_line
from converter.pieces import expanded, source_span
from converter.tables import find_tables


def _laid_out(source: str) -> list[Line]:
    return list(lay_out_markup(Lines.of(source)))


def _text(source: str) -> list[str]:
    """The laid-out lines without blank ones."""
    return [line.text for line in _laid_out(source) if line.text.strip()]


def _table(*rows: str) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cells(*texts: str) -> str:
    return "".join(f"<td>{text}</td>" for text in texts)


# --- Features ------------------------------------------------------------------------


def test_signs_in_cells_of_their_own_are_put_to_their_number() -> None:
    source = _table(
        _cells("Sales", "", "$", "1,234", "", "", "$", "567", ""),
        _cells("Loss", "", "", "(89", ")", "", "", "(5", ")"),
        _cells("Margin", "", "", "12", "%", "", "", "7", "%"),
    )
    assert _text(source) == [
        "Sales    $ 1,234    $ 567",
        "Loss         (89)      (5)",
        "Margin        12%       7%",
    ]


def test_a_sign_apart_from_its_number_does_not_take_its_place() -> None:
    """The digits before the sign are no part of the number."""
    source = "<p><span>in 2025 and $</span><span>6,088</span><span> at the end</span></p>"
    (line,) = [line for line in _laid_out(source) if line.text]
    start, at = line.text.index("$6,088"), source.index("6,088")
    assert source_span(line, start, start + 6) == Span(1, at, at + 5)


def test_a_heading_is_centred_over_the_columns_it_spans() -> None:
    source = _table(
        '<td></td><td colspan="2" align="center">Three months ended<br/>June 30,</td>',
        _cells("(in thousands)", "2003", "2002"),
        _cells("Sales", "123,456", "98,765"),
    )
    assert _text(source) == [
        "                 Three months ended",
        "                      June 30,",
        "(in thousands)     2003       2002",
        "Sales             123,456    98,765",
    ]


def test_a_heading_over_two_rows_stands_in_the_last() -> None:
    source = _table(
        '<td rowspan="2">Item</td><td colspan="2">Year ended</td>',
        _cells("2003", "2002"),
        _cells("Sales", "1,234", "2,345"),
    )
    assert _text(source) == [
        "          Year ended",
        "Item     2003    2002",
        "Sales   1,234   2,345",
    ]


def test_a_long_label_is_wrapped_and_its_numbers_stand_on_its_last_line() -> None:
    label = "Common stock, $.01 par value; 200,000 shares authorized and 100,000 shares issued"
    label += " and outstanding at June 30, 2003"
    lines = _text(_table(_cells(label, "1", "2"), _cells("Total", "3", "4")))
    assert lines == [
        "Common stock, $.01 par value; 200,000 shares",
        "  authorized and 100,000 shares issued and",
        "  outstanding at June 30, 2003" + " " * 63 + "1   2",
        "Total" + " " * 88 + "3   4",
    ]


def test_a_label_that_ends_in_an_amount_is_parted_from_the_numbers_of_its_row() -> None:
    source = _table(_cells("Gains, net of tax of $5, $(3)", "10", "20"))
    assert _text(source) == ["Gains, net of tax of $5, $(3) ...   10   20"]


def test_the_lines_of_a_label_beside_one_number_are_one_label() -> None:
    source = _table(_cells("Cash and<br>equivalents", "1,234"), _cells("Total", "5,678"))
    assert _text(source) == ["Cash and equivalents   1,234", "Total                  5,678"]


def test_lines_of_labels_stand_beside_lines_of_numbers() -> None:
    source = _table(_cells("Cash<br>Debt<br>Total", "1,200<br>(200)<br>1,000"))
    assert _text(source) == ["Cash    1,200", "Debt     (200)", "Total   1,000"]


def test_indentation_is_kept() -> None:
    source = _table(
        "<td style='padding-left:1pt'>Assets</td><td></td>",
        "<td style='padding-left:11pt'>Cash</td><td>1</td>",
        "<td><p style='margin-left:20pt;text-indent:-5pt'>Debt</p></td><td>2</td>",
        "<td>&nbsp;&nbsp;Other</td><td>3</td>",
    )
    assert [len(line) - len(line.lstrip()) for line in _text(source)] == [0, 2, 3, 2]


def test_borders_are_rules() -> None:
    single, double = "border-bottom:1px solid #000", "border-bottom:3pt double black"
    source = _table(
        f'<td>Cash</td><td style="{single}">1,234</td><td></td>',
        f'<td>Total</td><td style="{double}">1,234</td><td></td>',
    )
    assert _text(source) == ["Cash    1,234", "        -----", "Total   1,234", "        ====="]


def test_a_table_that_only_places_others_is_none() -> None:
    inner = _table(_cells("Cash", "1,234"), _cells("Debt", "5"))
    source = f"<table><tr><td>Before</td></tr><tr><td>{inner}</td><td>After</td></tr></table>"
    assert _text(source) == ["Before", "Cash   1,234", "Debt       5", "After"]


def test_unclosed_cells_and_rows_are_closed() -> None:
    source = "<table><tr><td>Cash<td>12<tr><td>Debt<td>345</table>"
    assert _text(source) == ["Cash    12", "Debt   345"]


def test_prose_is_wrapped_and_titles_are_centred() -> None:
    prose = "word " * 50
    lines = _text(f"<p align=center>TITLE</p><p>{prose}</p><center>END</center>")
    assert lines[0].strip() == "TITLE"
    assert lines[0].index("TITLE") == (100 - 5) // 2
    assert " ".join(" ".join(lines[1:-1]).split()) == prose.strip()
    assert max(map(len, lines)) <= 100
    assert lines[-1].strip() == "END"


def test_fixed_blanks_keep_their_columns() -> None:
    source = "<p>Cash&nbsp;&nbsp;&nbsp;&nbsp;12<br>Total&nbsp;&nbsp;345</p>"
    assert _text(source) == ["Cash    12", "Total  345"]


def test_preformatted_text_is_kept() -> None:
    source = "<PRE>\n<TABLE>\n<S>    <C>\nA &amp; <B>B</B>\t 12\n\n<PAGE>\n</PRE>after"
    lines = [line.text for line in _laid_out(source)]
    assert lines[1:] == ["<TABLE>", "<S>    <C>", "A & B\t 12", "", "<PAGE>", "after"]


@pytest.mark.parametrize(
    "source",
    [
        "a<hr>b",
        "<p>a</p><p style='page-break-before: always'>b</p>",
        "<p style='page-break-after:always'>a</p>b",
    ],
)
def test_page_breaks(source: str) -> None:
    assert _text(source) == ["a", "<PAGE>", "b"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a<script>if (1<2) {}</script>b", "ab"),
        ("a<!-- <b> -->b<!-->c", "abc"),
        ("<title>x</title><style>y</style>a", "a"),
        ("<div style='display:none'>x<div>y</div>z</div>a", "a"),
        ("<ix:header>x</ix:header>a<ix:nonFraction name='n'>1</ix:nonFraction>", "a1"),
        ("less than < 5% <5% of <s>all</s>", "less than < 5% <5% of all"),
        ("&#151;&amp;&#8217;&nbsp;&unknown; R&D &lt;", "—&’ &unknown; R&D <"),
        ("profit<sup>1</sup> of 12<sup>(2)</sup> 4<sup>th</sup>", "profit(1) of 12(2) 4th"),
        ('<font face="Times>a</font>', "a"),
        ('<img alt="a > b">c', "c"),
        ("a\n b\t c", "a b c"),
        ("cut <td colspan", "cut <td colspan"),
    ],
)
def test_text(source: str, text: str) -> None:
    assert _text(source) == [text]


def test_lines_are_read_only_as_they_are_needed() -> None:
    read = 0

    def lines() -> Iterator[Line]:
        nonlocal read
        for number in range(1, 100_001):
            read = number
            yield Line(number, "<p>A paragraph of some text.</p>")

    laid_out = lay_out_markup(lines())
    assert next(laid_out).text == "A paragraph of some text."
    assert read < 10_000


@pytest.mark.parametrize(
    "unit", ["<", "<a", "<td ", "<!--", '<p a="', "<table><td>", "&", "<div>"]
)
def test_broken_markup_takes_linear_time(unit: str) -> None:
    for _ in _laid_out(unit * 20_000):
        pass


# --- Laws ----------------------------------------------------------------------------

_WORDS = st.text("abcdefgh", min_size=1, max_size=8)
_ENTITIES = st.sampled_from(["&nbsp;", "&#8212;", "&amp;", "&#151;", "&lt;", "\xa0", "\u200b"])
_TAGS = st.sampled_from(
    re.findall(
        r"<\S[^>]*>|\S+",
        """<p> </p> <div> </div> <br> <b> </b> <table> </table> <tr> </tr> <td> </td> <hr> <li>
        <th> <sup> </sup> <center> </center> <pre> </pre> <td/> <!-- --> <ix:x> < > </span>
        <S> <TABLE> <td colspan="3"> <td rowspan=2> <p align=center> <font\xa0a="b
        <td style="padding:2px 9pt"> <td style='border-bottom:1px solid'> <hr width="10%">
        <td style='display:none'> <div style="page-break-before:always">""",
    )
)
_BITS = st.sampled_from([" ", "\n", "\t", "12", "(3", ")", "$", "-----"])
_SOUP = st.lists(st.one_of(_WORDS, _TAGS, _ENTITIES, _BITS), max_size=60).map("".join)


def _check_pieces(source: str) -> None:
    texts = [line.text for line in Lines.of(source)]
    for line in _laid_out(source):
        end = 0
        for piece in line.pieces:
            assert end <= piece.start < piece.end <= len(line.text)
            end = piece.end
            span = piece.source
            taken = texts[span.line - 1][span.start : span.end]
            assert len(taken) == span.end - span.start
            printed = line.text[piece.start : piece.end]
            if len(taken) == len(printed):
                assert taken == printed
            else:
                assert taken.startswith("&")
                assert len(printed) == 1
        if line.pieces:
            assert line.number == line.pieces[0].source.line


@given(_SOUP)
def test_every_piece_is_what_it_claims_to_be(source: str) -> None:
    _check_pieces(source)


@given(st.text(max_size=60))
def test_any_text_gives_lines(source: str) -> None:
    _check_pieces(source)


_INLINE = st.recursive(
    _WORDS.map(lambda word: f" {word} "),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(["b", "font", "span", "i"]), inner
    ),
    max_leaves=3,
)
_BLOCK = st.builds(
    "<{0}>{1}</{0}>\n".format,
    st.sampled_from(["p", "div", "center", "li", "h2"]),
    st.lists(_INLINE, max_size=5).map("".join),
)
_CELL = st.builds(
    "<td colspan={0}>{1}</td>".format,
    st.integers(1, 3),
    st.lists(st.one_of(_INLINE, _BLOCK), max_size=2).map("".join),
)
_ROW = st.lists(_CELL, max_size=5).map(lambda cells: f"<tr>{''.join(cells)}</tr>")
_GRID = st.lists(_ROW, max_size=5).map(lambda rows: f"<table>{''.join(rows)}</table>")


def _words(text: str) -> list[str]:
    return re.sub(r"<[^<>]*>", " ", text).split()


@given(st.lists(_BLOCK, max_size=8).map("".join))
def test_paragraphs_keep_all_words_in_order(source: str) -> None:
    printed = " ".join(line.text for line in _laid_out(source))
    assert printed.split() == _words(source)


@given(st.lists(st.one_of(_BLOCK, _GRID), max_size=4).map("".join))
def test_tables_keep_all_words(source: str) -> None:
    printed = " ".join(line.text for line in _laid_out(source))
    assert Counter(printed.split()) == Counter(_words(source))


_VALUES = st.integers(-999_999, 999_999)
_WIDE = st.integers(1_000, 999_999)
"""At least as wide as the year above it, so that the year stands over numbers alone."""


def _number_cells(value: int, style: int) -> str:
    """A number as filers set it, in three grid columns."""
    digits = f"{abs(value):,}"
    if style == 0:
        opened = f"({digits}" if value < 0 else digits
        return _cells("$", opened, ")" if value < 0 else "")
    if style == 1:
        opened = f"({digits}" if value < 0 else digits
        return f'<td colspan="2">{opened}</td><td>{")" if value < 0 else ""}</td>'
    whole = f"({digits})" if value < 0 else digits
    return f'<td colspan="3"><p align="right">{whole}&nbsp;</p></td>'


@st.composite
def _financial_tables(draw: st.DrawFn) -> tuple[str, list[list[int]]]:
    columns = draw(st.integers(1, 4))
    rows = [[draw(_WIDE) for _ in range(columns)]]
    rows += draw(
        st.lists(st.lists(_VALUES, min_size=columns, max_size=columns), min_size=2, max_size=7)
    )
    spacer = draw(st.sampled_from(["", "<td></td>", '<td colspan="3">&nbsp;</td>']))
    years = spacer.join(f'<td colspan="3">{2003 - i}</td>' for i in range(columns))
    lines = [f"<td></td>{spacer}{years}"]
    for i, row in enumerate(rows):
        styles = [draw(st.integers(0, 2)) for _ in row]
        cells = spacer.join(map(_number_cells, row, styles))
        lines.append(f"<td>Item {'abcdefgh'[i]} of the table</td>{spacer}{cells}")
    return _table(*lines), rows


def _value(text: str) -> int:
    digits = int(re.sub(r"\D", "", text))
    return -digits if "(" in text else digits


@given(_financial_tables())
@settings(max_examples=60)
def test_numbers_of_a_column_end_at_one_edge(table: tuple[str, list[list[int]]]) -> None:
    source, rows = table
    printed = [split_line(expanded(line).text) for line in _laid_out(source)]
    read = [line.tokens for line in printed if line.label]
    assert [[_value(token.text) for token in tokens] for tokens in read] == rows
    for column in zip(*read, strict=True):
        assert len({token.edge for token in column}) == 1


@given(_financial_tables())
@settings(max_examples=40)
def test_a_table_is_read_as_it_was_written(table: tuple[str, list[list[int]]]) -> None:
    source, rows = table
    document = Document("", 1, tuple(lay_out_markup(Lines.of(source))))
    (found,) = find_tables(document)
    cells = [[cell and _value(cell.text) for cell in row.cells] for row in found.rows]
    assert [row for row in cells if any(cell is not None for cell in row)] == rows
    years = [column.heading[-1].text for column in found.columns]
    assert years == [str(2003 - i) for i in range(len(rows[0]))]
