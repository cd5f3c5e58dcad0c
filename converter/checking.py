"""What `tieout check` says of an input: its findings, and the equations that they tell of.

Pure functions from results to lines of text; nothing is printed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from converter.display import finding_lines, plural
from converter.display_proof import check_words, suspect_lines, worked_lines
from converter.filing_rules import is_filing_code
from converter.model import Finding, Severity, Span
from converter.pipeline import Conversion
from converter.proof.equations import Equation, Verdict
from converter.proof.telling import Told, told

_OF_THE_REPORT = frozenset(
    {
        *("calculation.left-out", "cover.left-out", "cover.place", "entity.no-cik"),
        *("map.duplicate", "map.extension"),
    }
)
"""Findings about the XBRL that `convert` would write: a check writes none."""

_WORDS = {Severity.INFO: "note"}


def _of_the_report(code: str) -> bool:
    return code in _OF_THE_REPORT or is_filing_code(code)


@dataclass(frozen=True, slots=True)
class Checked:
    """An input that was read and checked: its name as given, its bytes, the results."""

    source: str
    data: bytes
    conversion: Conversion

    @property
    def told(self) -> tuple[Told, ...]:
        """The findings that concern a check, with the failing equations they tell of.

        Those of reading come first, then those of equations, both in the order printed.
        """
        pairs = told(self.conversion.findings, self.conversion.equations)
        kept = (one for one in pairs if not _of_the_report(one.finding.code))
        return tuple(sorted(kept, key=_rank))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that concern a check."""
        return tuple(one.finding for one in self.told)

    def shown(self, *, verbose: bool) -> tuple[Told, ...]:
        """What is worth a reader's while: no notes, no sums that hold within rounding."""
        return tuple(
            one
            for one in self.told
            if verbose
            or one.equation is not None
            or (
                one.finding.severity is not Severity.INFO and one.finding.code != "sum.rounding"
            )
        )

    @property
    def failed(self) -> bool:
        """Whether an equation fails or a finding is an error."""
        equations = self.conversion.equations
        return any(one.fails for one in equations) or any(
            finding.severity is Severity.ERROR for finding in self.findings
        )


class Text(NamedTuple):
    """A line to print; `severity` of one that begins a finding, for its colour."""

    text: str
    severity: Severity | None = None


def check_lines(checked: Checked, *, verbose: bool = False) -> Iterator[Text]:
    """All that a person sees of a check: findings like a compiler's, and the summary."""
    shown = checked.shown(verbose=verbose)
    for finding, equation in shown:
        yield from _finding_lines(checked, finding, equation)
    for diagnosis in checked.conversion.diagnoses:
        yield from map(Text, suspect_lines(diagnosis))
    if verbose:
        for equation in checked.conversion.equations:
            if equation.verdict is Verdict.UNCLEAR:
                yield from _finding_lines(checked, _unclear(equation), equation)
    yield Text(_summary(checked, [one.finding for one in shown]))


def _rank(one: Told) -> tuple[bool, Span]:
    return one.equation is not None, one.finding.span or Span(0, 0, 0)


def _finding_lines(
    checked: Checked, finding: Finding, equation: Equation | None
) -> Iterator[Text]:
    """A finding with its line, the equation worked out, and what can be done."""
    lines = checked.conversion.reading.submission.lines
    bare = replace(finding, advice="")
    for n, text in enumerate(finding_lines(bare, checked.source, lines)):
        yield Text(text, None if n else finding.severity)
    for text in worked_lines(equation) if equation else ():
        yield Text(f"    {text}")
    if finding.advice:
        yield Text(f"    {finding.advice}")


def _unclear(one: Equation) -> Finding:
    """What cannot be told, in the form of a finding, to be printed like one."""
    message = f"cannot tell whether {one.stated.called} agrees: {one.why}"
    return Finding(one.check, Severity.INFO, message, one.stated.amount.source.span)


def _summary(checked: Checked, findings: Iterable[Finding]) -> str:
    """`FILE: 163 hold (footing 96, ...), 1 fails (cash 1); 1 error, 2 warnings`."""
    counts = Counter(finding.severity for finding in findings)
    found = ", ".join(
        plural(counts[severity], _WORDS.get(severity, severity.value))
        for severity in reversed(Severity)
        if counts[severity]
    )
    equations = checked.conversion.equations
    words = check_words(equations) if equations else "no equations found"
    return f"{checked.source}: {words}" + (f"; {found}" if found else "")
