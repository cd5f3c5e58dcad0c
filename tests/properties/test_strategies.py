"""What is drawn for other tests is what it says, and shrinks to something plain."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from hypothesis import find, given, settings
from hypothesis import strategies as st

from converter.strategies import (
    Layout,
    Report,
    balance_sheets,
    forms,
    income_statements,
    reports,
    statements,
)

PAGE = Path(__file__).parents[2] / "docs" / "strategies.md"
WITHOUT_REST = forms(rounded=st.just(False))


def test_the_example_of_the_page_runs() -> None:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(source, str(PAGE), "exec"), names)  # noqa: S102  (our own page)
    test = names["test_every_figure_is_read"]
    assert callable(test)
    test()


@given(statements() | reports())
def test_all_that_is_drawn_holds(report: Report) -> None:
    assert all(report.holds(one) for one in report.equations())


@given(statements(WITHOUT_REST) | statements(forms(telling=False)))
def test_without_rounding_nothing_is_off(report: Report) -> None:
    assert not any(report.residual(one) for one in report.equations())


@given(statements(), st.sampled_from([0, 3, 6]))
def test_a_figure_is_within_half_a_unit_of_its_value(report: Report, power: int) -> None:
    (one,) = report.scaled(power).statements
    for row, line in enumerate(one.lines):
        for column, exact in enumerate(line.exact):
            assert 2 * abs(one.printed(row, column) * 10**power - exact) <= 10**power


@given(statements(), st.data(), st.integers(1, 999))
def test_an_alteration_moves_one_figure(
    report: Report, data: st.DataObject, units: int
) -> None:
    cell = data.draw(st.sampled_from(data.draw(st.sampled_from(report.equations())).cells))
    other = report.altered(cell, units)
    for was, now in zip(report.equations(), other.equations(), strict=True):
        assert was == now
        weight = sum(w for w, c in was.operands if c == cell)
        moved = units * ((was.stated == cell) - weight)
        assert other.residual(now) - report.residual(was) == moved


@given(statements(), st.randoms(use_true_random=False))
def test_another_order_has_the_same_sums(report: Report, chance: random.Random) -> None:
    (one,) = report.statements
    order = list(range(len(one.lines)))
    chance.shuffle(order)
    other = Report((one.reordered(order),))
    assert Counter(map(other.residual, other.equations())) == Counter(
        map(report.residual, report.equations())
    )
    assert [one.lines[old] for old in order] == list(other.statements[0].lines)


@given(statements())
def test_both_prints_show_every_figure(report: Report) -> None:
    (one,) = report.statements
    shown = [
        one.shown(row, column)
        for row, line in enumerate(one.lines)
        for column in range(len(line.exact))
    ]
    text = [word for line in report.text().split("\n") for word in line.split()]
    cells = re.findall(r'<td align="right"[^>]*>([^<]*)</td>', report.html())
    assert cells == shown
    assert not Counter(shown) - Counter(text)


def test_an_example_shrinks_to_a_plain_one() -> None:
    """To the columns and lines that are asked for, in the first layout of each choice."""
    quiet = settings(database=None, max_examples=100)
    report = find(income_statements(), lambda r: len(r.statements[0].heads) > 1, settings=quiet)
    (one,) = report.statements
    assert len(one.heads) == 2
    assert sum(1 for line in one.lines if line.exact) == 11
    assert one.scale == 3
    assert one.layout == Layout(width=72, gap=1, indent=1)


@given(balance_sheets(WITHOUT_REST) | income_statements(WITHOUT_REST))
def test_no_two_lines_are_alike_by_accident(report: Report) -> None:
    (one,) = report.statements
    lines = (n for n, line in enumerate(one.lines) if line.exact and n not in one.totals)
    figures = [abs(one.printed(n, 0)) for n in lines]
    assert len(set(figures)) == len(figures)
