"""Hypothesis profiles, the option that rewrites expected files, and small filings."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from converter.batch.items import Input
from converter.batch.work import Settings
from converter.forms import Form
from converter.options import Options
from converter.reporting import Wanted

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


# --- a cluster of dask: a scheduler and two workers, processes of their own -----------


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler that two workers have joined, or are about to."""
    folder = tmp_path_factory.mktemp("dask")
    told = folder / "scheduler.json"
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    commands = (
        ["dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common],
        ["dask_worker", "--nworkers", "2", "--nthreads", "1", *common],
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *options],
            cwd=folder,
            env=os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
            stderr=subprocess.DEVNULL,
        )
        for module, *options in commands
    ]
    try:
        while not told.exists():
            assert all(process.poll() is None for process in processes)
            time.sleep(0.05)
        yield json.loads(told.read_text())["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(30)


# --- small filings: one statement each, with a header of EDGAR ------------------------

FILING = """\
<SEC-HEADER>
ACCESSION NUMBER:		{accession}
CONFORMED SUBMISSION TYPE:	{form}
PUBLIC DOCUMENT COUNT:		1
CONFORMED PERIOD OF REPORT:	{year}1231
FILED AS OF DATE:		{year}1231
FILER:
	COMPANY DATA:
		COMPANY CONFORMED NAME:			ACORN {number} INC
		CENTRAL INDEX KEY:			{number:010}
</SEC-HEADER>
<DOCUMENT>
<TYPE>{form}
<TEXT>
                    ACORN {number} INC
                      BALANCE SHEETS
                      (in thousands)

                                   December 31,
                                       {year}

Cash                                 $   1,{number:03}
Receivables                              2,000
                                     ---------
Total assets                         $   3,{number:03}
                                     =========

Accounts payable                     $   1,000
Common stock                             2,{number:03}
                                     ---------
Total liabilities and equity         $   3,{number:03}
                                     =========
</TEXT>
</DOCUMENT>
"""

Written = Callable[..., bytes]


def text_of(number: int, *, year: int = 1996, form: str = "10-K") -> bytes:
    accession = f"0000000000-{year % 100:02}-{number:06}"
    return FILING.format(number=number, year=year, form=form, accession=accession).encode()


@pytest.fixture
def filing() -> Written:
    """The bytes of a small filing, by its number."""
    return text_of


@pytest.fixture
def filings(tmp_path: Path) -> Path:
    """A folder with seven filings of three years and two forms, and a file that is none."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(1, 8):
        form = "10-K" if n % 2 else "10-Q/A"
        (folder / f"acorn-{n}.txt").write_bytes(text_of(n, year=1995 + n % 3, form=form))
    (folder / "meta.json").write_text("{}")
    return folder


@pytest.fixture
def room(tmp_path: Path) -> Settings:
    """What a run is told: no Arelle, and an empty folder to write into."""
    out = tmp_path / "out"
    out.mkdir()
    return Settings(out, Options(), Wanted((Form.XML,), validate=False), "{}")


@pytest.fixture
def inputs(filings: Path) -> list[Input]:
    """The filings as a run gets them."""
    return [Input(str(p), p.name, str(p)) for p in sorted(filings.glob("*.txt"))]


@pytest.fixture
def bytes_of() -> Callable[[Path], dict[str, bytes]]:
    """All files below a folder, by their paths in it, without the lock."""

    def read(folder: Path) -> dict[str, bytes]:
        def files() -> Iterator[Path]:
            return (p for p in folder.rglob("*") if p.is_file() and p.name != ".lock")

        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files()}

    return read
