"""Whether every form of real filings is valid and says the same, and how fast they are.

    python benchmarks/forms.py FOLDER [--every N]

FOLDER holds filings in folders of their own, as the corpus does (`*/*/filing.txt`,
`statements.html`); every N-th of them is converted, all its forms are written to a temporary
folder, and Arelle reads each form. A line for each filing that is not clean, and one in sum.
The times are medians of writing the forms of the example, without converting it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from converter.errors import ConverterError
from converter.forms import DEFAULT, Form, written
from converter.output import write_folder
from converter.pipeline import Conversion, convert
from converter.rendering import render
from converter.report_page.page import page_file
from converter.taxonomy import load_taxonomy
from converter.verifying import Verified, verify

EXAMPLE = Path(__file__).parent.parent / "examples" / "sonus-8-k-2003-10-08.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
RUNS = 25
NAMES = ("filing.txt", "statements.txt", "statements.html")


def filings(folder: Path) -> list[Path]:
    """All filings below a folder, or a single file."""
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.name in NAMES)


def timed(work: Callable[[], object]) -> float:
    """The median time of some runs, in milliseconds, after one that does not count."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times) * 1000


def print_times() -> None:
    """How long each form of the example takes, its page, and all together."""
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    print(f"{EXAMPLE.name}: {len(conversion.instance.facts)} facts")

    def xml() -> object:
        return render(conversion.instance, TAXONOMY)

    def page() -> object:
        return page_file(conversion, TAXONOMY)

    def others(*forms: Form) -> Callable[[], object]:
        return lambda: written(conversion, TAXONOMY, forms)

    works = {"xml": xml, "page": page}
    works |= {form.value: others(form) for form in DEFAULT if form is not Form.XML}
    works["all"] = lambda: (xml(), page(), others(*DEFAULT)())
    for name, work in works.items():
        print(f"  {name:<8} {timed(work):6.1f} ms")


def verified(conversion: Conversion, forms: tuple[Form, ...]) -> Iterator[Verified]:
    """Arelle's reading of all forms."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "report"
        write_folder(folder, written(conversion, TAXONOMY, forms).files)
        yield from verify(folder)


def main() -> None:
    """Print the times, then what is wrong, then the sum."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    print_times()
    counts = {"filings": 0, "forms": 0, "facts": 0, "invalid": 0, "different": 0, "empty": 0}
    for path in filings(options.folder)[:: options.every]:
        try:
            conversion = convert(path.read_bytes(), name=f"{path.parent.name}.txt")
        except ConverterError as error:
            print(f"{path}: {error}")
            continue
        if not conversion.files:
            counts["empty"] += 1
            continue
        counts["filings"] += 1
        counts["facts"] += len(conversion.instance.facts)
        for form in verified(conversion, DEFAULT):
            counts["forms"] += 1
            counts["invalid"] += not form.verdict.valid
            counts["different"] += bool(form.differences)
            for finding in form.findings[:3]:
                print(f"{path} {form.path.suffix} [{finding.code}] {finding.message[:200]}")
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
