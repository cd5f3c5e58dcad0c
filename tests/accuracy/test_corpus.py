"""Filings of other companies, scored by the scorer that judges them. Thresholds only rise."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="../shared is not here"),
]
READ = {"BS": 0.994, "IS": 0.985, "CF": 0.99}
TURNED = {"BS": 0.001, "IS": 0.013, "CF": 0.03, "CI": 0.02}
"""At most so many figures may have the sign that the filer did not give them."""


@pytest.fixture(scope="module")
def accuracy() -> ModuleType:
    """The benchmark that converts and scores, from its file."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return import_module("accuracy")
    finally:
        sys.path.pop(0)


def _figures(accuracy: ModuleType, kind: str, out: Path) -> str:
    assert accuracy.convert_all(SHARED, kind, out) > 100
    return str(accuracy.score(SHARED, kind, out, listing=False))


def _figure(text: str, line: str, name: str) -> float:
    found = re.search(rf"^{re.escape(line)}.*?\b{name} (\d\.\d+)", text, re.MULTILINE)
    assert found, text
    return float(found[1])


def test_schedules_of_legacy_filings(accuracy: ModuleType, tmp_path: Path) -> None:
    text = _figures(accuracy, "ex27", tmp_path)
    assert _figure(text, "ex27", "read") >= 0.915, text
    assert _figure(text, "ex27", "right") >= 0.882, text
    assert _figure(text, "ex27", "wrong") <= 0.022, text
    names = list(accuracy.misstated(SHARED, tmp_path))
    assert len(names) == 5
    others = accuracy.score_without(SHARED, tmp_path, names)
    assert _figure(others, "ex27", "read") >= 0.975, others
    assert _figure(others, "ex27", "right") >= 0.939, others


@pytest.mark.parametrize("kind", ["text", "html"])
def test_modern_statements(accuracy: ModuleType, kind: str, tmp_path: Path) -> None:
    text = _figures(accuracy, kind, tmp_path)
    for statement, least in READ.items():
        assert _figure(text, f"pairs {statement}:", "read") >= least, text
    for statement, most in TURNED.items():
        assert _figure(text, f"pairs {statement}:", "wrong-sign") <= most, text
