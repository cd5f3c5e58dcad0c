"""The rules by which EDGAR, and the Data Quality Committee, would judge the report.

One tuple, RULES; each rule has the number that the SEC's own messages give it, what it
asks in a sentence, and a small function that finds what does not meet it. docs/filing-rules.md
is the table of them. Sources: EDGAR Filer Manual, volume II, chapter 6; DQC rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from converter.filing_rules import (
    contexts,
    cover,
    extensions,
    facts,
    labels,
    networks,
    quality,
)
from converter.filing_rules.report import Report, Rule
from converter.model import Finding, Instance
from converter.taxonomy import Taxonomy

RULES: tuple[Rule, ...] = (
    *contexts.RULES,
    *facts.RULES,
    *cover.RULES,
    *extensions.RULES,
    *labels.RULES,
    *networks.RULES,
    *quality.RULES,
)
"""All rules, contexts first, in the order of the manual's sections."""


def filing_findings(
    instance: Instance, taxonomy: Taxonomy, told: Iterable[Finding] = ()
) -> list[Finding]:
    """What keeps a report from being clean by the rules for filings.

    Args:
        instance: The report.
        taxonomy: That of its standard concepts.
        told: Findings about it so far; of figures they warn of, sums are not told again.
    """
    if not instance.facts:
        return []
    report = Report(instance, taxonomy, told)
    return [finding for one in RULES for finding in one(report)]


def is_filing_code(code: str) -> bool:
    """Whether a code is the number of a rule for filings."""
    return code.startswith(("EFM.", "DQC."))
