"""How clean the reports of real filings are by the rules for filings.

    python benchmarks/filing_rules.py ../shared/corpus [--every 1] [--list CODE] [--worst 3]

Every filing.txt, statements.html and release under the folder is converted, in one process.
Printed are, for each rule that found something, its findings, the reports they are in and
the worst of these; with --list all findings of one code; at the end how many reports have
no warning and no error of any rule, and what the rules took for a report.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from pathlib import Path

from converter.filing_rules import filing_findings, is_filing_code
from converter.model import Severity
from converter.options import Options
from converter.pipeline import convert
from converter.taxonomy import load_taxonomy

NAMES = ("filing.txt", "statements.html", "statements.txt")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--list", metavar="CODE")
    parser.add_argument("--worst", type=int, default=3)
    arguments = parser.parse_args()
    paths = sorted(p for name in NAMES for p in arguments.folder.rglob(name))
    paths += sorted(arguments.folder.rglob("press/*/*.htm*"))
    taxonomy = load_taxonomy(Options().taxonomy)
    found: dict[tuple[str, Severity], Counter[Path]] = defaultdict(Counter)
    clean = reports = 0
    taken = 0.0
    for path in paths[:: arguments.every]:
        data = path.read_bytes()
        if len(data) < 100:
            continue
        conversion = convert(data, name=path.name)
        if not conversion.instance.facts:
            continue
        start = time.process_time()
        filing_findings(conversion.instance, taxonomy, conversion.findings)
        taken += time.process_time() - start
        reports += 1
        told = [f for f in conversion.findings if is_filing_code(f.code)]
        clean += all(f.severity is Severity.INFO for f in told)
        for finding in told:
            found[finding.code, finding.severity][path] += 1
            if finding.code == arguments.list:
                line = finding.span.line if finding.span else 0
                print(f"{path}:{line}: {finding.message}")
    for (code, severity), counts in sorted(found.items()):
        worst = ", ".join(
            f"{p.parent.name} {n}" for p, n in counts.most_common(arguments.worst)
        )
        total, reports_with = counts.total(), len(counts)
        print(f"{code:12} {severity.value:8}{total:6} in {reports_with:4} reports: {worst}")
    print(
        f"{reports} reports; {clean} with notes at most; {taken / reports * 1000:.1f} ms each"
    )


if __name__ == "__main__":
    main()
