"""How much an earlier report helps: statements of 2019-25, each with the year before.

    python benchmarks/prior.py ../shared

What a company tagged in one filing is its earlier report for the next one in the corpus,
and the next filing's own tags are the truth. Both shares are of the figures that were
read: under the concept that the company itself has for them, without and with `--prior`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from converter.earlier import Prior, PriorConcept
from converter.model import (
    EXTENSION,
    Duration,
    Instant,
    Measure,
    Period,
    QName,
    StatementKind,
)
from converter.options import Options
from converter.pipeline import Conversion, convert
from converter.wording import normalised

Truth = dict[str, Any]
KINDS = {
    "BS": StatementKind.BALANCE_SHEET,
    "IS": StatementKind.INCOME,
    "CF": StatementKind.CASH_FLOWS,
    "CI": StatementKind.COMPREHENSIVE_INCOME,
    "EQ": StatementKind.EQUITY,
}
MEASURES = {"USD": Measure.MONEY, "shares": Measure.SHARES, "pure": Measure.RATIO}


def period_of(row: Truth) -> Period:
    """The period of a figure of the truth."""
    end = date.fromisoformat(row["end"])
    return Duration(date.fromisoformat(row["start"]), end) if row.get("start") else Instant(end)


def concept_of(row: Truth) -> QName:
    """The concept that the company has for it."""
    return QName(EXTENSION if row["custom"] else row["ns"], row["concept"])


def prior_of(rows: list[Truth]) -> Prior:
    """An earlier report as the company tagged it."""
    groups: dict[QName, list[Truth]] = defaultdict(list)
    for row in rows:
        groups[concept_of(row)].append(row)
    concepts = tuple(
        PriorConcept(
            name,
            MEASURES.get(group[0]["unit"], Measure.MONEY_PER_SHARE),
            {period_of(row): Decimal(row["value"]) for row in reversed(group)},
            frozenset(normalised(row["label"]) for row in group),
            frozenset(
                (KINDS[row["stmt"]], normalised(row["section"]))
                for row in group
                if row["stmt"] in KINDS
            ),
        )
        for name, group in groups.items()
    )
    return Prior(rows[0]["slug"], rows[0]["cik"].zfill(10), concepts)


def score(conversion: Conversion, rows: list[Truth]) -> Counter[str]:
    """How many figures were read, and how many of them are under the company's concept."""
    periods = {context.id: context.period for context in conversion.instance.contexts}
    found: dict[tuple[Decimal, Period], set[QName]] = defaultdict(set)
    for fact in conversion.instance.facts:
        if isinstance(fact.value, Decimal):
            found[abs(fact.value), periods[fact.context]].add(fact.concept)
    counts: Counter[str] = Counter()
    for row in rows:
        concepts = found.get((abs(Decimal(row["value"])), period_of(row)))
        kind = "own" if row["custom"] else "standard"
        counts[f"{kind} read"] += concepts is not None
        counts[f"{kind} right"] += concept_of(row) in (concepts or ())
    return counts


def main() -> None:
    """Print both shares, of standard concepts and of the companies' own."""
    corpus = Path(sys.argv[1]) / "corpus" / "ixbrl"
    filings: dict[str, list[Truth]] = defaultdict(list)
    for line in (corpus / "truth.jsonl").read_text().splitlines():
        row = json.loads(line)
        filings[row["slug"]].append(row)
    companies: dict[str, list[str]] = defaultdict(list)
    for slug in sorted(filings, key=lambda s: s[-8:]):
        if (corpus / slug / "statements.txt").is_file():
            companies[re.sub(r"-10-[kq]-\d{8}$", "", slug)].append(slug)
    totals: dict[str, Counter[str]] = {"without": Counter(), "with": Counter()}
    codes: Counter[str] = Counter()
    for slugs in companies.values():
        for before, slug in pairwise(slugs):
            data = (corpus / slug / "statements.txt").read_bytes()
            for name, prior in (("without", None), ("with", prior_of(filings[before]))):
                conversion = convert(data, name=slug, options=Options(prior=prior))
                totals[name] += score(conversion, filings[slug])
                codes.update(f.code for f in conversion.findings if "prior." in f.code)
    for kind in ("standard", "own"):
        shares = (f"{name} {t[f'{kind} right'] / t[f'{kind} read']:.3f}"
                  for name, t in totals.items())  # fmt: skip
        print(f"{kind} concepts, {totals['with'][f'{kind} read']} figures: {', '.join(shares)}")
    print("findings:", ", ".join(f"{n} {code}" for code, n in codes.most_common()) or "none")


if __name__ == "__main__":
    main()
