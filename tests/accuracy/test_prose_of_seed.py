"""The prose of the release that the project began with, tied to its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.pipeline import convert
from converter.proof.equations import Verdict

SHARED = Path(__file__).parents[2].parent / "shared"
SEED = SHARED / "seed" / "003_230f49e226783931.txt"


@pytest.mark.skipif(not SEED.is_file(), reason="../shared is not here")
def test_the_text_agrees_with_the_tables() -> None:
    told = [
        e for e in convert(SEED.read_bytes(), name=SEED.name).equations if e.check == "prose"
    ]
    held = [e.stated.amount.source.text for e in told if e.verdict is Verdict.HOLDS]
    unclear = [e.stated.amount.source.text for e in told if e.verdict is Verdict.UNCLEAR]
    assert len(held) == 19
    assert unclear == ["$126 million", "50.9%", "$126 million"]
    assert len(told) == len(held) + len(unclear)
