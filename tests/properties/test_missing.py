"""A line deleted from a statement: what it stated is told where its total has no sum left."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from converter.model import Finding
from converter.pipeline import read
from converter.sum_findings import check_sums
from converter.summing import find_sums

Numbers = tuple[int, int]

REVENUES: tuple[tuple[str, Numbers], ...] = (
    ("Sales", (19_000, 18_000)),
    ("Services", (1_107, 1_013)),
    ("Total revenues", (20_107, 19_013)),
)
CHARGES = ("Interest", "Rent", "Repairs")


def findings(*lines: tuple[str, Numbers]) -> list[Finding]:
    """What is found of a statement with these lines below its revenues."""
    head = ["OMEGA TOOLS CORP.", "STATEMENTS OF INCOME", "(In thousands)", ""]
    head += [f"{'Years ended December 31,':>68}", f"{'1999':>54}{'1998':>14}"]
    text = [f"{label:40}{new:>14,}{old:>14,}" for label, (new, old) in (*REVENUES, *lines)]
    (one,) = read("\n".join([*head, *text, ""]).encode(), name="omega.txt").statements
    return check_sums(one, find_sums(one))


def test_a_deleted_line_is_told() -> None:
    found = findings(
        ("Interest", (1_113, 1_207)),
        ("Rent", (2_109, 2_311)),
        ("Total other charges", (4_456, 4_618)),
    )
    (one,) = [f for f in found if f.code == "sum.none"]
    assert one.advice == (
        "a line of 1,234 and 1,100 may be missing, with which lines 10, 11 add up; "
        "or its lines may stand elsewhere"
    )


def test_lines_that_come_to_less_in_one_year_and_more_in_another_miss_none() -> None:
    found = findings(
        ("Interest", (1_113, 1_207)),
        ("Rent", (2_109, 2_311)),
        ("Total other charges", (4_456, 2_618)),
    )
    (one,) = [f for f in found if f.code == "sum.none"]
    assert one.advice == "a line may be missing, or its lines may stand elsewhere"


number = st.integers(1_001, 6_500)
"""Of one line: less than would be missing if the total of the revenues were a term too."""


@given(st.lists(st.tuples(number, number), min_size=3, max_size=3), st.integers(0, 2))
def test_what_is_missing_is_what_was_deleted(numbers: list[Numbers], left: int) -> None:
    """Wherever no other sum is seen in what is left."""
    rows = list(zip(CHARGES, numbers, strict=True))
    total = (sum(new for new, _ in numbers), sum(old for _, old in numbers))
    found = findings(*rows[:left], *rows[left + 1 :], ("Total charges and fees", total))
    new, old = numbers[left]
    told = [f.advice for f in found if f.code == "sum.none"]
    assume(told)
    assert all(f"a line of {new:,} and {old:,} may be missing" in advice for advice in told)
