"""Nothing moved: what each stage sees in a text is what it saw before.

Beside each input stands what `tieout inspect` shows of it; for the example also every
rendered file. `pytest tests/golden --update-golden` writes them anew: read the diff. A
golden file records what the program does, right or wrong; what is right stands, written
by hand, in test_readings.py and in tests/accuracy.
"""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path

import pytest

from converter.display import stage_lines
from converter.pipeline import Conversion, convert

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "sonus-8-k-2003-10-08.txt"
STAGES = ("statements", "sums", "proof", "map", "facts")
INPUTS = {
    "example": EXAMPLE,
    **{p.parent.name: p for p in sorted((HERE / "cases").glob("*/input.txt"))},
}


@cache
def _converted(case: str) -> Conversion:
    source = INPUTS[case]
    return convert(source.read_bytes(), name=source.name)


def _compare(actual: str, golden: Path, *, update: bool) -> None:
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(actual.encode())
        return
    assert golden.is_file(), f"{golden} is missing; run pytest with --update-golden"
    expected = golden.read_bytes().decode()
    if actual != expected:
        diff = difflib.unified_diff(
            expected.splitlines(), actual.splitlines(), "golden", "now", lineterm="", n=1
        )
        pytest.fail(f"{golden.relative_to(HERE)} moved:\n" + "\n".join(diff))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("case", INPUTS)
def test_a_stage_shows_what_it_showed(
    case: str, stage: str, request: pytest.FixtureRequest
) -> None:
    update = request.config.getoption("--update-golden", default=False)
    lines = [line.rstrip() for line in stage_lines(_converted(case), stage)]
    text = "\n".join(lines).rstrip("\n") + "\n"
    _compare(text, HERE / "cases" / case / f"{stage}.txt", update=bool(update))


def test_the_example_is_rendered_as_it_was(request: pytest.FixtureRequest) -> None:
    update = bool(request.config.getoption("--update-golden", default=False))
    folder = HERE / "cases" / "example" / "rendered"
    files = _converted("example").files
    for file in files:
        _compare(file.data.decode(), folder / file.name, update=update)
    assert {f.name for f in files} == {p.name for p in folder.iterdir()}


def test_every_case_is_small_enough_to_be_read() -> None:
    for case, source in INPUTS.items():
        assert len(source.read_text().splitlines()) < 400, case
