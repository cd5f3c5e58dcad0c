"""Order that means nothing changes nothing: of rules, of wordings, of hashes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter import wordings
from converter.model import Measure, StatementKind
from converter.options import Options, Rule, read_rules
from converter.pipeline import Conversion, convert
from converter.resources import resource

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
FEWER = settings(max_examples=max(5, settings().max_examples // 5))

# More rules than the example's: some narrow others down, and two of them disagree.
MORE_RULES = """
[[rule]]
pattern = "revenues"
concept = "ext:Anything"

[[rule]]
label = "Revenues"
concept = "us-gaap:Revenues"

[[rule]]
pattern = "^interest"
statement = "income statement"
concept = "ignore"

[[rule]]
label = "Inventories"
concept = "us-gaap:InventoryNet"

[[rule]]
label = "Inventories"
section = "Current assets"
concept = "us-gaap:InventoryGross"

[[rule]]
label = "Treasury stock"
concept = "ext:One"

[[rule]]
label = "Treasury stock"
concept = "ext:Two"
"""
PRINT_DIGEST = """
import hashlib, pathlib, sys
from converter.pipeline import convert
path = pathlib.Path(sys.argv[1])
conversion = convert(path.read_bytes(), name=path.name)
digest = hashlib.sha256()
for file in conversion.files:
    digest.update(file.name.encode() + file.data)
digest.update(repr(conversion.findings).encode())
print(digest.hexdigest())
"""


@cache
def rules(folder: Path) -> tuple[Rule, ...]:
    more = folder / "more.toml"
    more.write_text(MORE_RULES, encoding="utf-8")
    return (*read_rules(ROOT / "examples" / "rules.toml"), *read_rules(more))


def converted(options: Options | None = None) -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name, options=options)


# --- rules ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def all_rules(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rule, ...]:
    return rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def as_written(all_rules: tuple[Rule, ...]) -> Conversion:
    conversion = converted(Options(rules=all_rules))
    codes = {f.code for f in conversion.findings}
    assert {"map.ignored", "rules.conflict"} <= codes
    return conversion


@FEWER
@given(st.randoms(use_true_random=False))
def test_the_order_of_rules_means_nothing(
    all_rules: tuple[Rule, ...], as_written: Conversion, chance: random.Random
) -> None:
    shuffled = list(all_rules)
    chance.shuffle(shuffled)
    conversion = converted(Options(rules=tuple(shuffled)))
    assert conversion.instance == as_written.instance
    assert conversion.files == as_written.files
    assert conversion.findings == as_written.findings


# --- wordings ------------------------------------------------------------------------


@contextmanager
def shuffled_wordings(chance: random.Random) -> Iterator[None]:
    """The table of wordings as if its groups and entries stood in another order."""

    def loads(text: str) -> Mapping[str, object]:
        content = tomllib.loads(text)
        chance.shuffle(content["group"])
        for group in content["group"]:
            chance.shuffle(group["wordings"])
        return content

    caches = [c for c in vars(wordings).values() if hasattr(c, "cache_clear")]
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wordings, "tomllib", SimpleNamespace(loads=loads))
            for one in caches:
                one.cache_clear()
            yield
    finally:
        for one in caches:
            one.cache_clear()


def ranking() -> list[tuple[wordings.Wording, ...]]:
    """The entries that may name a row, in the order in which they are tried."""
    return [wordings.wordings_of(kind, m) for kind in StatementKind for m in Measure]


@pytest.fixture(scope="module")
def plain() -> Conversion:
    return converted()


@FEWER
@given(st.randoms(use_true_random=False))
def test_the_order_of_wordings_means_nothing(plain: Conversion, chance: random.Random) -> None:
    ranked = ranking()
    with shuffled_wordings(chance):
        assert ranking() == ranked
        conversion = converted()
    assert conversion.statements == plain.statements
    assert conversion.files == plain.files
    assert conversion.findings == plain.findings


def test_wordings_that_rank_alike_do_not_compete() -> None:
    """Two entries that sort alike must differ in what they speak of."""
    text = (resource("taxonomy") / "wordings.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    seen: dict[tuple[object, ...], object] = {}
    for group in content["group"]:
        for entry in group["wordings"]:
            measure = entry.get("measure", "money")
            key = (group["statement"], measure, entry["label"], entry.get("section"))
            assert key not in seen, key
            seen[key] = entry


# --- determinism ---------------------------------------------------------------------


def test_twice_gives_the_same_bytes(plain: Conversion) -> None:
    again = converted()
    assert again.files == plain.files
    assert [f.data for f in again.files] == [f.data for f in plain.files]
    assert again.findings == plain.findings


def test_hashes_mean_nothing() -> None:
    """Another process, another seed of hashes: sets and dictionaries keep no order."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PRINT_DIGEST, str(EXAMPLE)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
        )
        for seed in ("1", "2", "12345")
    ]
    digests = [process.communicate(timeout=120)[0] for process in running]
    assert all(process.returncode == 0 for process in running)
    assert len(digests[0].strip()) == 64
    assert len(set(digests)) == 1
