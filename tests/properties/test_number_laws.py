"""Numbers: whatever the form in print, the value read is the value printed."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from converter.model import Cell, Span
from converter.numbers import read_amount, split_line

FORMS = (
    "{}", "${}", "$ {}", "$   {}",
    "({})", "$({})", "$ ({})", "$    ({})", "( {} )", "($ {})", "$( {})",
    "-{}", "-${}", "-$ {}", "$-{}", "$ -{}",
)  # fmt: skip
NEGATIVE = tuple(form for form in FORMS if "(" in form or "-" in form)
MARKS = ("", "", "", "(A)", "(1)", "*", "**")
NILS = ("-", "--", "---", "$--", "$ -", "$    --", "\u2014", "\u2013", "- -")

numbers = st.decimals(
    min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False
)
places = st.integers(0, 4)


def cell(text: str) -> Cell:
    return Cell(text, Span(1, 0, len(text)))


def printed(number: Decimal, digits: int, *, commas: bool, zero: bool) -> str:
    text = f"{number:,.{digits}f}" if commas else f"{number:.{digits}f}"
    return text if zero or not text.startswith("0.") else text[1:]


@given(
    st.integers(0, 10**13), places, st.booleans(), st.booleans(),
    st.sampled_from(FORMS), st.sampled_from(MARKS),
)  # fmt: skip
def test_every_form_is_read_back(
    units: int, digits: int, commas: bool, zero: bool, form: str, mark: str
) -> None:
    number = Decimal(units).scaleb(-digits)
    text = form.format(printed(number, digits, commas=commas, zero=zero)) + mark
    amount = read_amount(cell(text), scale=0)
    assert amount.number == (-number if form in NEGATIVE else number), text
    assert amount.decimals == digits
    assert amount.source.text == text


@given(st.integers(0, 10**9), st.integers(0, 2), st.integers(0, 9), st.sampled_from(FORMS))
def test_scale_moves_the_point(units: int, digits: int, scale: int, form: str) -> None:
    text = form.format(f"{Decimal(units).scaleb(-digits):,f}")
    plain = read_amount(cell(text), scale=0)
    scaled = read_amount(cell(text), scale=scale)
    assert scaled.number == plain.number.scaleb(scale)
    assert scaled.decimals == plain.decimals - scale


@given(st.integers(0, 10**5), st.integers(0, 2), st.sampled_from(("", " ")))
def test_a_percentage_is_a_ratio(units: int, digits: int, blank: str) -> None:
    number = Decimal(units).scaleb(-digits)
    amount = read_amount(cell(f"{number:f}{blank}%"), scale=0)
    assert amount.number == number / 100
    assert amount.decimals == digits + 2
    negative = read_amount(cell(f"({number:f}{blank}%)"), scale=0)
    assert negative.number == -number / 100


@given(st.sampled_from(NILS), st.integers(0, 9), st.integers(0, 3))
def test_dashes_are_zero(text: str, scale: int, finest: int) -> None:
    amount = read_amount(cell(text), scale=scale, nil_decimals=finest)
    assert amount.number == 0
    assert amount.decimals == finest - scale


@given(st.integers(0, 10**12), st.integers(0, 4), st.integers(0, 9))
def test_no_digit_below_the_decimals(units: int, digits: int, scale: int) -> None:
    text = f"{Decimal(units).scaleb(-digits):,f}"
    amount = read_amount(cell(text), scale=scale)
    assert amount.number == round(amount.number, amount.decimals)


@given(
    st.sampled_from(("Net sales", "Cash, less $1,200 and $900", "Notes due 2005", "")),
    st.lists(
        st.tuples(st.sampled_from(FORMS), st.integers(0, 10**9), st.integers(2, 12)),
        min_size=1, max_size=5,
    ),
)  # fmt: skip
def test_a_line_is_parted_into_label_and_numbers(
    label: str, row: list[tuple[str, int, int]]
) -> None:
    texts = [form.format(f"{number:,}") for form, number, _ in row]
    line = label + "".join(
        " " * gap + text for (_, _, gap), text in zip(row, texts, strict=True)
    )
    split = split_line(line)
    assert split.label == label
    assert [token.text for token in split.tokens] == texts
    for token in split.tokens:
        assert line[token.start : token.end] == token.text
        assert line[token.edge - 1].isdigit()
