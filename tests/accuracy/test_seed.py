"""The release that the project began with, scored by the scorer that judges it."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from converter.cli import main
from converter.model import Measure, Span
from converter.pipeline import convert

SHARED = Path(__file__).parents[2].parent / "shared"
SEED = SHARED / "seed" / "003_230f49e226783931.txt"
needs_shared = pytest.mark.skipif(not SEED.is_file(), reason="../shared is not here")


def _score(out: Path) -> str:
    words = ["seed", str(SHARED / "seed" / "truth.json"), str(out), "--list"]
    command = [sys.executable, str(SHARED / "tools" / "score.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_shared
def test_all_facts_of_the_seed_are_right(tmp_path: Path) -> None:
    argv = ["convert", str(SEED), "-o", str(tmp_path / "out"), "--no-validate"]
    assert main(argv) == 0
    score = _score(tmp_path / "out")
    assert "seed: facts 253  read 1.0000  right 1.0000" in score, score
    assert re.search(r"facts not in the truth 0\b", score), score
    assert "seed: dei 13/13" in score, score


@needs_shared
def test_nothing_in_the_seed_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["convert", str(SEED), "-o", str(tmp_path / "out"), "--no-validate"])
    out = capsys.readouterr().out
    assert "all hold" in out
    assert ": error [" not in out
    assert re.findall(r": warning \[([a-z.-]+)\]", out) == ["entity.no-cik"]


@needs_shared
def test_no_code_knows_the_company() -> None:
    """Another name, other years, every number doubled: the same facts, so changed.

    Doubling keeps every sum. Each number keeps its right edge, or is pushed left of it by
    the number after it.
    """
    text = SEED.read_text()
    spans = _printed_numbers(text)
    assert len(spans) > 300
    lines = text.splitlines(keepends=True)
    for number in {span.line for span in spans}:
        cells = sorted(span for span in spans if span.line == number)
        lines[number - 1] = _doubled_line(lines[number - 1], cells)
    other = "".join(lines).replace("Sonus", "Tabor").replace("SONUS", "TABOR")
    other = re.sub(r"\b200[123]\b", lambda m: str(int(m[0]) + 4), other)
    assert _facts(other, years=0, factor=1) == _facts(text, years=4, factor=2)


def _printed_numbers(text: str) -> set[Span]:
    """Where the seed prints amounts; percentages stay as they are."""
    statements = convert(text.encode(), name=SEED.name).statements
    return {
        amount.source.span
        for mapped in statements
        for row in mapped.statement.rows
        for amount in row.amounts
        if amount is not None and row.measure is not Measure.RATIO
    }


def _doubled(printed: str) -> str:
    digits = re.search(r"\d[\d,.]*", printed)
    if digits is None:
        return printed
    number = Decimal(digits[0].replace(",", "")) * 2
    return f"{printed[: digits.start()]}{number:,f}{printed[digits.end() :]}"


def _doubled_line(line: str, cells: list[Span]) -> str:
    bound = cells[-1].end
    parts: list[str] = [line[bound:]]
    for cell in reversed(cells):
        end = min(cell.end, bound)
        printed = _doubled(line[cell.start : cell.end])
        parts += [" " * (bound - end), printed]
        bound = end - len(printed)
    label = line[: cells[0].start].rstrip()
    assert len(label) <= bound, line
    return label.ljust(bound) + "".join(reversed(parts))


def _facts(text: str, *, years: int, factor: int) -> list[tuple[object, ...]]:
    """Concept, context, unit, decimals and value of every fact of the statements."""
    instance = convert(text.encode(), name=SEED.name).instance
    return [
        (
            fact.concept,
            re.sub(r"\d{4}(?=-\d\d-)", lambda m: str(int(m[0]) + years), fact.context),
            fact.unit,
            fact.decimals,
            fact.value if fact.unit == "pure" else fact.value * factor,
        )
        for fact in instance.facts
        if isinstance(fact.value, Decimal)
    ]
