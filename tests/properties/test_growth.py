"""The work of a conversion grows with the rows of a statement, not with their square.

Calls are counted, not seconds: the counts are the same on every machine.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator

import pytest

from converter.pipeline import convert

WORDS = ("cash", "deposits", "inventories", "bonds", "land", "machinery", "patents", "tools")
FEW, MANY = 90, 360


def line(label: str, *numbers: float | str) -> str:
    return f"{label:44}" + "".join(f"{n:>14}" for n in numbers)


def headed(title: str, columns: str, lines: Iterator[str]) -> bytes:
    head = ["OMEGA TOOLS CORP.", title, "(In thousands)", "", f"{columns:>64}"]
    return "\n".join([*head, line("", 1999, 1998), "", *lines, ""]).encode()


def balance_sheet(rows: int) -> bytes:
    """Sections of ten lines, each with its total."""

    def lines() -> Iterator[str]:
        dice = random.Random(rows)  # noqa: S311
        whole = [0, 0]
        for section in range(rows // 10):
            yield f"  {dice.choice(WORDS).title()} of branch {section}:"
            numbers = [[dice.randint(100, 99_999) for _ in range(2)] for _ in range(9)]
            for pair in numbers:
                label = f"    {dice.choice(WORDS).title()} and {dice.choice(WORDS)}"
                yield line(label, *(f"{n:,}" for n in pair))
            sums = [sum(column) for column in zip(*numbers, strict=True)]
            whole = [a + b for a, b in zip(whole, sums, strict=True)]
            yield line(f"      Total of branch {section}", *(f"{n:,}" for n in sums))
        yield line("  Total assets", *(f"{n:,}" for n in whole))

    return headed("BALANCE SHEETS", "December 31,", lines())


def one_caption(rows: int) -> bytes:
    """Every line is called the same, and could add up those above it."""

    def lines() -> Iterator[str]:
        dice = random.Random(rows)  # noqa: S311
        for _ in range(rows):
            yield line("Net income", *(f"{dice.randint(1_000, 99_999):,}" for _ in range(2)))

    return headed("STATEMENTS OF INCOME", "Years ended December 31,", lines())


def per_share(rows: int) -> bytes:
    """Earnings per share and numbers of shares, which ask about each other."""

    def lines() -> Iterator[str]:
        dice = random.Random(rows)  # noqa: S311
        yield line("Net sales", "50,000", "40,000")
        for _ in range(rows // 3):
            yield line("Net income per share - basic", *(dice.randint(1, 9) / 4 for _ in "ab"))
            yield line(
                "Weighted average shares outstanding", *(dice.randint(100, 999) for _ in "ab")
            )
            yield line("Percent of sales", *(f"{dice.randint(1, 99)}%" for _ in "ab"))

    return headed("STATEMENTS OF INCOME", "Years ended December 31,", lines())


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python are called, generators' steps with them."""
    count = 0

    def seen(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("statement", [balance_sheet, one_caption, per_share])
def test_four_times_the_rows_are_four_times_the_work(
    statement: Callable[[int], bytes],
) -> None:
    found = []
    for rows in (FEW, MANY):
        data = statement(rows)
        first = convert(data, name="omega.txt")  # captions are looked up once
        assert len(first.statements[0].statement.rows) >= rows
        found.append(calls(lambda data=data: convert(data, name="omega.txt")))  # type: ignore[misc]
    few, many = found
    assert many < 1.25 * (MANY / FEW) * few
