"""What is said of sums that do not hold, and of totals without any."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from converter.arithmetic import Worked, checks, listed
from converter.captions import called, row_span
from converter.missing import Missing, missing_row
from converter.model import Amount, Finding, Footing, Severity, Statement
from converter.numbers import printed_decimals
from converter.summing import LONGEST_SUM, adds, same_figures, tells
from converter.wording import normalised


def check_sums(statement: Statement, footing: Footing) -> list[Finding]:
    """A finding for every sum that does not hold, and for every total without a sum."""
    off = [_finding(one) for one in checks(statement, footing) if one.check.difference]
    return [*off, *_without_sum(statement, footing)]


def _without_sum(statement: Statement, footing: Footing) -> Iterator[Finding]:
    """The rows that are called totals, and for which no terms were found."""
    found = {one.total for one in footing.rows}
    for i, row in enumerate(statement.rows):
        called_total = normalised(row.label).startswith("total")
        if not called_total or i in found or not adds(row) or not tells(row):
            continue
        above = [r for r in range(i) if adds(statement.rows[r])]
        if not above or same_figures(statement.rows[above[-1]], row):
            continue
        yield Finding(
            "sum.none",
            Severity.INFO,
            f"no lines above {called(row)} add up to it: "
            f"{min(len(above), LONGEST_SUM)} were looked at",
            row_span(row),
            _where_else(statement, missing_row(statement, footing, above, i), i),
        )


def _where_else(statement: Statement, missing: Missing | None, total: int) -> str:
    """What may have become of the lines of a total."""
    if missing is None:
        return "a line may be missing, or its lines may stand elsewhere"
    stated = [amount for amount in statement.rows[total].amounts if amount]
    numbers = (
        _printed(n, like=amount) for n, amount in zip(missing.numbers, stated, strict=True)
    )
    lines = {row_span(statement.rows[row]).line for row in missing.rows}
    return (
        f"a line of {' and '.join(numbers)} may be missing, with which "
        f"{listed('line', lines)} up; or its lines may stand elsewhere"
    )


def _printed(number: Decimal, like: Amount) -> str:
    """A number in the units that another one is printed in."""
    digits = printed_decimals(like.source.text)
    return f"{number.scaleb(like.decimals - digits):,.{digits}f}"


def _finding(worked: Worked) -> Finding:
    check = worked.check
    digits = printed_decimals(check.total.source.text)
    unit = Decimal(10) ** (digits - check.total.decimals)
    added = check.total.number - check.difference
    message = (
        f"{worked.total} is printed as {check.total.number / unit:,.{digits}f}, but "
        f"{worked.terms} up to {added / unit:,.{digits}f}: difference "
        f"{check.difference / unit:+,.{digits}f}"
    )
    span = check.total.source.span
    if abs(check.difference) <= check.tolerance:
        return Finding("sum.rounding", Severity.WARNING, f"{message}, within rounding", span)
    if not worked.sum.proven:
        message += ", as in every column"
        advice = "a line may be missing, or the total may be of other lines"
        return Finding("sum.unproven", Severity.WARNING, message, span, advice)
    advice = "compare these lines with the source: a digit, a sign or a line is off"
    return Finding("sum.off", Severity.ERROR, message, span, advice)
