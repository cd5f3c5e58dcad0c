"""What Arelle takes alone: a session of its own on a minimal report, and its command line.

The session is measured in a process that does nothing else, as anyone would write it: the
offline options of our validation, nothing of ours loaded.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from converter.options import Options
from converter.pipeline import Conversion, convert
from converter.taxonomy import load_taxonomy
from converter.validation import on_disk

from .releases import release

MINIMAL_ROWS = 20
"""Of a statement that is about as small as they come: some fifty facts."""

_SESSION = """
import logging, statistics, sys, time
from arelle.api.Session import Session
from arelle.RuntimeOptions import RuntimeOptions
document, package, cache, runs = sys.argv[1:]
class Quiet(logging.Handler):
    def emit(self, record): pass
def validated():
    options = RuntimeOptions(
        entrypointFile=document, packages=[package], internetConnectivity="offline",
        cacheDirectory=cache, disablePersistentConfig=True, validate=True, calcs="c11r",
        utrValidate=True, validateDuplicateFacts="inconsistent",
        baseTaxonomyValidationMode="none", keepOpen=True, logLevel="INFO", logPropagate=False)
    with Session() as session:
        session.run(options, logHandler=Quiet())
        for model in list(session.get_models()):
            assert model.factsInInstance
            session._cntlr.modelManager.close(model)
times = []
validated()
for _ in range(int(runs)):
    start = time.process_time()
    validated()
    times.append(time.process_time() - start)
print(statistics.median(times))
"""


def minimal() -> Conversion:
    """The report of a statement of a few lines."""
    return convert(release(MINIMAL_ROWS, 1), name="minimal.txt", options=Options(formula=False))


def session_floor(conversion: Conversion, runs: int) -> float:
    """The median processor time of a warm session of Arelle on a report, in seconds."""
    taxonomy = load_taxonomy("us-gaap-2024")
    with on_disk(conversion.files, conversion.instance, taxonomy) as (folder, package):
        document = folder / f"{conversion.instance.stem}.xml"
        command = [sys.executable, "-c", _SESSION, str(document), str(package)]
        command += [str(folder / "no-cache"), str(runs)]
        env = {"XDG_CONFIG_HOME": str(folder / "no-config")}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return float(done.stdout)


def command_line(conversion: Conversion, runs: int) -> float:
    """The median time on the clock of Arelle's command on a report, in seconds."""
    taxonomy = load_taxonomy("us-gaap-2024")
    times = []
    with (
        on_disk(conversion.files, conversion.instance, taxonomy) as (folder, package),
        tempfile.TemporaryDirectory() as config,
    ):
        document = folder / f"{conversion.instance.stem}.xml"
        command = [sys.executable, "-m", "arelle.CntlrCmdLine", "--file", str(document)]
        command += ["--packages", str(package), "--validate"]
        command += ["--internetConnectivity", "offline", "--disablePersistentConfig"]
        env = {"XDG_CONFIG_HOME": config, "PATH": str(Path(sys.executable).parent)}
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=env)
            times.append(time.perf_counter() - start)
    return median(times)
