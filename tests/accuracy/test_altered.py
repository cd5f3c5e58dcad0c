"""One number altered by 5 in its last place is found, whichever number it is.

Every number of the example that stands in a sum, as total or as term, is altered in a
copy of the text; the copy must draw a finding that names the line and the difference.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from converter.arithmetic import checks
from converter.model import Finding, Severity, Span
from converter.pipeline import convert

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
_OF_SUMS = ("sum.off", "sum.rounding")


@cache
def _numbers() -> tuple[Span, ...]:
    """The places of all numbers that stand in a sum, in the order they are printed."""
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    spans = {
        amount.source.span
        for mapped in conversion.statements
        for *_, check in checks(mapped.statement, mapped.footing)
        for amount in (check.total, *(a for _, a in check.terms))
    }
    return tuple(sorted(spans))


def _altered(text: str, span: Span) -> tuple[str, str]:
    """A copy with one number 5 higher or lower, in the same width, and that number.

    The last digit d becomes d + 5 or d - 5, so that nothing is carried; a dash, which is
    a reported zero, becomes 5.
    """
    lines = text.splitlines(keepends=True)
    line = lines[span.line - 1]
    printed = line[span.start : span.end]
    digits = [m.start() for m in re.finditer(r"\d", printed)]
    if digits:
        at = digits[-1]
        digit = (int(printed[at]) + 5) % 10
        changed = f"{printed[:at]}{digit}{printed[at + 1 :]}"
    else:
        changed = f"{printed[:-1].replace('-', ' ')}5"
    lines[span.line - 1] = line[: span.start] + changed + line[span.end :]
    return "".join(lines), changed


def _names(finding: Finding, line: int) -> bool:
    """Whether a finding about a sum speaks of this line, and of a difference of 5."""
    if finding.code not in _OF_SUMS or finding.span is None:
        return False
    terms = re.search(r"but lines? ([\d, ]+?) adds? up", finding.message)
    lines = {finding.span.line, *map(int, re.findall(r"\d+", terms[1] if terms else ""))}
    return line in lines and re.search(r"difference [+-]5\b", finding.message) is not None


@pytest.mark.parametrize("part", range(4))
def test_no_altered_number_escapes(part: int) -> None:
    text = EXAMPLE.read_text()
    escaped = []
    for span in _numbers()[part::4]:
        copy, printed = _altered(text, span)
        findings = convert(copy.encode(), name=EXAMPLE.name).findings
        if not any(_names(finding, span.line) for finding in findings):
            label = text.splitlines()[span.line - 1][:30].strip()
            escaped.append(f"line {span.line}, {printed} ({label})")
    assert not escaped, f"{len(escaped)} altered numbers draw no finding"


def test_there_are_numbers_to_alter() -> None:
    """All figures in money stand in a sum: 46 of the balance sheet, 231 of the others."""
    assert len(_numbers()) == 46 + 231


def test_the_example_itself_adds_up() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    assert not [f for f in conversion.findings if f.code.startswith("sum.")]
    assert conversion.sums_checked >= 150


def test_the_finding_names_line_sum_and_difference() -> None:
    """The example of the issue: total assets of 2003, altered by 5 in the last place."""
    text = EXAMPLE.read_text().replace("317,106   128,705", "317,101   128,705")
    findings = [
        f for f in convert(text.encode(), name=EXAMPLE.name).findings
        if f.code.startswith("sum.")
    ]  # fmt: skip
    first = next(f for f in findings if '"Total current assets"' in f.message)
    assert first.message == (
        '"Total current assets" is printed as 317,101, but lines 54, 55, 56, 57 add up to '
        "317,106: difference -5"
    )
    assert first.severity is Severity.ERROR
    assert first.span is not None
    assert first.span.line == 59
    assert first.advice
