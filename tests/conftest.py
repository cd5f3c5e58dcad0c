"""Hypothesis profiles, and the option that rewrites expected files."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # workers share the cores: threads would only wait

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, print_blob=True
)
settings.register_profile("deep", max_examples=5000, deadline=None)
settings.load_profile(os.getenv("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Rewrite expected files.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Arelle does not close the zip of a taxonomy package.
    for item in items:
        if item.get_closest_marker("arelle"):
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))


@pytest.fixture(autouse=True)
def _collect_what_arelle_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets go of Arelle's files while the test's own filter of warnings holds."""
    yield
    if request.node.get_closest_marker("arelle"):
        gc.collect()
