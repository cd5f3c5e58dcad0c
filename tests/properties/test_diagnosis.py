"""Diagnosis: the one figure that was changed is named first where equations determine it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from converter.model import Amount, Footing, MappedStatement, Match, Span, Sum, Term
from converter.model import Cell as Place
from converter.numbers import read_amount
from converter.pipeline import read
from converter.proof.diagnosis import Diagnosis, diagnose
from converter.proof.edits import Error, printed_as, slips
from converter.proof.equations import Equation, Figure, Operand, Verdict, sum_of
from converter.proof.evidence import Evidence
from converter.proof.footings import footing
from converter.proof.printed import numbers_printed
from converter.proof.trials import cells

Grid = list[list[int]]


def figure(row: int, column: int, number: int) -> Figure:
    text = f"({-number:,})" if number < 0 else f"{number:,}"
    place = Place(text, Span(row + 1, 20 * column, 20 * column + len(text)))
    return Figure(f"row {row}", Amount(Decimal(number), 0, place))


def with_totals(leaves: Sequence[Sequence[int]]) -> Grid:
    rows = [[*row, sum(row)] for row in leaves]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def grid_equations(grid: Grid) -> list[Equation]:
    """A table that adds up down and across, its last row and column the totals."""
    cells = [[figure(r, c, n) for c, n in enumerate(row)] for r, row in enumerate(grid)]
    lines = [*cells, *map(list, zip(*cells, strict=True))]
    return [sum_of("grid", line[-1], [Operand(1, f) for f in line[:-1]], "") for line in lines]


numbers = st.integers(-9_999_999, 9_999_999)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    columns = draw(st.integers(2, 4))
    row = st.lists(numbers, min_size=columns, max_size=columns)
    return with_totals(draw(st.lists(row, min_size=2, max_size=5)))


def of_kind(number: int, error: Error) -> list[int]:
    """What a number may become by one slip of a kind, far beyond rounding."""
    amount = figure(0, 0, number).amount
    made = [int(value) for kind, value in slips(amount) if kind is error]
    return [n for n in made if abs(n - number) > 20]


@given(grids(), st.sampled_from([Error.DIGIT, Error.TRANSPOSED, Error.SIGN]), st.data())
def test_the_changed_number_of_a_grid_is_named(
    grid: Grid, error: Error, data: st.DataObject
) -> None:
    """Where every number stands in two sums these determine it, the slip and the value."""
    row = data.draw(st.integers(0, len(grid) - 1))
    column = data.draw(st.integers(0, len(grid[0]) - 1))
    right = grid[row][column]
    # A leading digit that is nil is not printed: the slip back would be a digit added.
    wrong = [n for n in of_kind(right, error) if len(str(abs(n))) == len(str(abs(right)))]
    assume(wrong)
    grid[row][column] = data.draw(st.sampled_from(wrong))
    assume(not (error is Error.DIGIT and grid[row][column] == -right))
    (found,) = diagnose(grid_equations(grid), ())
    first = found.suspects[0]
    assert (first.error, first.value) == (error, Decimal(right))
    assert (first.error, first.value) == (error, Decimal(right))
    assert first.figure.amount.source.span == figure(
        row, column, 0
    ).amount.source.span._replace(end=first.figure.amount.source.span.end)
    assert (first.mends, first.breaks, found.level) == (2, 0, 1)
    assert first.text == figure(row, column, right).amount.source.text


@given(grids())
def test_what_adds_up_has_no_diagnosis(grid: Grid) -> None:
    assert diagnose(grid_equations(grid), ()) == ()


@given(grids(), st.data())
def test_the_order_of_equations_changes_no_suspect(grid: Grid, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(grid) - 1))
    grid[row][0] += data.draw(st.integers(20, 9_999))
    equations = grid_equations(grid)
    mixed = data.draw(st.permutations(equations))
    (one,), (other,) = diagnose(equations, ()), diagnose(mixed, ())
    assert one.suspects == other.suspects
    assert set(map(id, one.equations)) == set(map(id, other.equations))


# --- trees ---------------------------------------------------------------------------


class Tree(NamedTuple):
    """Groups of leaves, a subtotal of each, and the total of these."""

    leaves: list[list[int]]
    subtotals: list[int]
    total: int


def tree_equations(tree: Tree) -> list[Equation]:
    line = 0
    found: list[Equation] = []
    subtotals: list[Figure] = []
    for leaves, number in zip(tree.leaves, tree.subtotals, strict=True):
        terms = [Operand(1, figure(line + n, 0, leaf)) for n, leaf in enumerate(leaves)]
        subtotals.append(figure(line + len(leaves), 0, number))
        found.append(sum_of("tree", subtotals[-1], terms, ""))
        line += len(leaves) + 1
    total = figure(line, 0, tree.total)
    return [*found, sum_of("tree", total, [Operand(1, f) for f in subtotals], "")]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    positive = st.integers(1_000, 999_999)
    leaves = draw(st.lists(st.lists(positive, min_size=2, max_size=4), min_size=2, max_size=3))
    subtotals = [sum(group) for group in leaves]
    return Tree(leaves, subtotals, sum(subtotals))


def misread(number: int, data: st.DataObject) -> int:
    return data.draw(st.sampled_from([n for n in of_kind(number, Error.DIGIT) if n > 999]))


@given(trees(), st.data())
def test_a_subtotal_is_named_before_its_terms(tree: Tree, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(tree.subtotals) - 1))
    right = tree.subtotals[at]
    tree.subtotals[at] = misread(right, data)
    (found,) = diagnose(tree_equations(tree), ())
    first = found.suspects[0]
    assert (first.value, first.mends, found.level) == (Decimal(right), 2, 1)


@given(trees(), st.data())
def test_a_leaf_is_among_those_as_likely_and_no_total_is(
    tree: Tree, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(tree.leaves) - 1))
    place = data.draw(st.integers(0, len(tree.leaves[at]) - 1))
    right = tree.leaves[at][place]
    tree.leaves[at][place] = misread(right, data)
    equations = tree_equations(tree)
    (found,) = diagnose(equations, ())
    likely = found.suspects[: found.level]
    assert right in [s.value for s in likely]
    totals = {e.stated.amount.source for e in equations}
    assert totals.isdisjoint(s.figure.amount.source for s in likely)


# --- rows ----------------------------------------------------------------------------

ROWS = ("Cash", "Receivables", "Inventories")


def sheet(numbers: Sequence[int]) -> MappedStatement:
    """Current assets of one day, as they are printed."""
    lines = ["EXAMPLE COMPANY", "Balance Sheet", "December 31, 1998", ""]
    rows = zip((*ROWS, "Total current assets"), (*numbers, sum(numbers)), strict=True)
    lines += [f"{label:40}{number:>14,}" for label, number in rows]
    (one,) = read("\n".join([*lines, ""]).encode(), name="sheet.txt").statements
    matches = tuple(Match(n, (), None, 1, 1.0, ()) for n in range(len(one.rows)))
    return MappedStatement(one, Footing(), matches)


def diagnosed(mapped: MappedStatement, terms: Iterator[int]) -> Diagnosis:
    one = Sum(len(ROWS), tuple(Term(at, 1) for at in terms), ())
    wrong = MappedStatement(mapped.statement, Footing((one,)), mapped.matches)
    equations = list(footing(Evidence((wrong,), ())))
    assert [e.verdict for e in equations] == [Verdict.FAILS]
    (found,) = diagnose(equations, (wrong,))
    return found


odd = st.integers(100_000, 999_999).filter(lambda n: 100 < n % 10_000 < 9_900)
"""No slip in one or two digits changes a number by so much and so odd an amount."""


@given(st.lists(odd, min_size=3, max_size=3), st.integers(0, 2))
def test_a_row_left_out_is_named(numbers: list[int], left: int) -> None:
    assume(all(numbers[left] != 2 * n for n in numbers))
    found = diagnosed(sheet(numbers), (at for at in range(3) if at != left))
    first = found.suspects[0]
    assert first.error is Error.MISSING
    assert first.figure.amount.number == numbers[left]


@given(st.lists(odd, min_size=3, max_size=3), st.integers(0, 2))
def test_a_row_taken_twice_is_named(numbers: list[int], twice: int) -> None:
    assume(all(numbers[twice] != 2 * n for n in numbers))
    found = diagnosed(sheet(numbers), iter([*range(3), twice]))
    first = found.suspects[0]
    assert first.error is Error.TWICE
    assert first.figure.amount.number == numbers[twice]


def test_a_difference_that_is_printed_nowhere_may_be_a_row_that_is_not() -> None:
    """Two terms of three digits cannot be off by a number of five by one slip."""
    terms = [Operand(1, figure(at, 0, number)) for at, number in enumerate((120, 345))]
    (found,) = diagnose([sum_of("sum", figure(2, 0, 54_787), terms, "")], ())
    assert found.suspects[-1].error is Error.MISSING
    assert "54,322" in found.suspects[-1].why


def table(*rows: tuple[str, str, str]) -> MappedStatement:
    """Current assets of two days, the last row the sum of the others."""
    lines = ["EXAMPLE COMPANY", "Balance Sheets", f"{'December 31,':>60}"]
    lines += [f"{'1998':>54}{'1997':>14}", ""]
    lines += [f"{label:40}{new:>14}{old:>14}" for label, new, old in rows]
    return added(lines, len(rows))


def added(lines: Sequence[str], count: int) -> MappedStatement:
    """A statement as it is read, its last row the sum of the others."""
    (one,) = read("\n".join([*lines, ""]).encode(), name="table.txt").statements
    matches = tuple(Match(n, (), None, 1, 1.0, ()) for n in range(count))
    terms = tuple(Term(at, 1) for at in range(count - 1))
    return MappedStatement(one, Footing((Sum(count - 1, terms, ()),)), matches)


def test_a_number_of_the_next_column_is_known() -> None:
    """The receivables that would make the sum hold are printed for the year before."""
    mapped = table(
        ("Cash", "4,120", "3,055"),
        ("Receivables", "2,690", "7,771"),
        ("Total current assets", "11,891", "10,826"),
    )
    (found,) = diagnose(list(footing(Evidence((mapped,), ()))), (mapped,))
    first = found.suspects[0]
    assert (first.error, first.text, first.value) == (Error.COLUMN, "7,771", Decimal(7_771))


@pytest.mark.parametrize("known", ["47,114", "83,529"])
def test_a_number_printed_elsewhere_is_the_likelier_one(known: str) -> None:
    """Either term may have lost three thousand; one of the two is stated in the text."""
    terms = [Operand(1, figure(at, 0, number)) for at, number in enumerate((44_114, 80_529))]
    equations = [sum_of("sum", figure(2, 0, 127_643), terms, "")]
    (found,) = diagnose(equations, (), numbers_printed([(9, f"It was ${known} in all.")]))
    assert found.suspects[0].text == known
    assert found.level > 1


def first_of(mapped: MappedStatement, *text: str) -> tuple[str, str]:
    """What is printed of the first suspect, and what should be, and that others are level."""
    equations = list(footing(Evidence((mapped,), ())))
    numbers = numbers_printed(enumerate([*(t for _, t in cells([mapped])), *text], 1000))
    (found,) = diagnose(equations, (mapped,), numbers if text else None)
    assert found.level > 1
    return found.suspects[0].figure.amount.source.text, found.suspects[0].text


def test_a_number_far_from_the_year_before_is_the_likelier_one() -> None:
    """Either may have lost four thousand; cash that halves is rarer than cash that does not."""
    mapped = table(
        ("Cash", "4,120", "8,055"),
        ("Receivables", "12,690", "12,771"),
        ("Total current assets", "20,810", "20,826"),
    )
    assert first_of(mapped) == ("4,120", "8,120")


def test_a_quarter_is_compared_with_its_share_of_the_half_year() -> None:
    """Rent for three months cannot well be as much as for six."""
    lines = ["EXAMPLE COMPANY", "Statements of Income", ""]
    lines += [f"{'Three months ended June 30,':>68}{'Six months ended June 30,':>28}"]
    lines += [f"{'1998':>54}{'1997':>14}{'1998':>14}{'1997':>14}", ""]
    for label, *numbers in (
        ("Wages", "6,120", "3,055", "9,300", "6,100"),
        ("Rent", "6,090", "4,011", "6,150", "8,100"),
        ("Total expenses", "9,210", "7,066", "15,450", "14,200"),
    ):
        lines.append(f"{label:40}" + "".join(f"{number:>14}" for number in numbers))
    assert first_of(added(lines, 3)) == ("6,090", "3,090")


def test_a_number_with_a_nought_in_front_is_the_likelier_one() -> None:
    mapped = table(
        ("Cash", "4,120", "6,055"),
        ("Receivables", "0,690", "1,771"),
        ("Total current assets", "8,810", "7,826"),
    )
    assert first_of(mapped) == ("0,690", "4,690")


def test_a_number_that_is_beside_the_year_before_again_is_right() -> None:
    """Both are printed again by their digits, one of them beside that of its other column."""
    mapped = table(
        ("Cash", "124", "355"),
        ("Receivables", "694", "771"),
        ("Total current assets", "815", "1,126"),
    )
    assert first_of(mapped, "Receivables 691 771", "Page 121") == ("694", "691")
    assert first_of(mapped, "Cash 121 355", "Page 691") == ("124", "121")


def test_a_dash_has_no_digit_to_be_misread() -> None:
    mapped = table(
        ("Cash", "--", "8,055"),
        ("Receivables", "4,690", "9,771"),
        ("Total current assets", "9,690", "17,826"),
    )
    equations = list(footing(Evidence((mapped,), ())))
    (found,) = diagnose(equations, (mapped,))
    assert found.suspects[0].text == "9,690"
    digits = [s for s in found.suspects if s.error is Error.DIGIT]
    assert "--" not in [s.figure.amount.source.text for s in digits]


@pytest.mark.parametrize(
    ("text", "right", "known"),
    [("1.45", "0.45", True), (".95", ".05", True), ("1,450", "450", False), ("--", "3", False)],
)
def test_a_nought_stands_in_front_of_a_point_only(
    text: str, right: str, *, known: bool
) -> None:
    amount = read_amount(Place(text, Span(1, 0, len(text))), scale=0)
    values = [value for error, value in slips(amount) if error is Error.DIGIT]
    assert (Decimal(right) in values) is known


# --- printing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "printed"),
    [
        ("1,234", 987_000, "987"),
        ("$ (1,234)", -5_000, "$ (5)"),
        ("$ (1,234)", 5_000, "$ 5"),
        ("1234", 9_876_000, "9876"),
        ("-12", 34_000, "34"),
        ("12", -34_000, "(34)"),
        ("--", 34_000, "34"),
    ],
)
def test_a_value_is_printed_as_its_neighbour_was(text: str, value: int, printed: str) -> None:
    amount = read_amount(Place(text, Span(1, 0, len(text))), scale=3)
    assert printed_as(Decimal(value), amount) == printed


@given(numbers, st.integers(0, 6))
def test_a_printed_value_reads_back(number: int, scale: int) -> None:
    place = figure(0, 0, 1_234).amount.source
    amount = read_amount(place, scale=scale)
    value = Decimal(number).scaleb(scale)
    text = printed_as(value, amount)
    assert read_amount(place._replace(text=text), scale=scale).number == value
