"""`tieout batch` as a user runs it: twice, killed, taken up, on a cluster, with bad filings."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from converter.batch.journal import Journal
from converter.batch.running import alone
from converter.cli import main

BytesOf = Callable[[Path], dict[str, bytes]]
Written = Callable[..., bytes]
FAST = ["--no-validate", "--jobs", "2"]


def summary(text: str) -> dict[str, object]:
    *_, last = text.splitlines()
    told: dict[str, object] = json.loads(last)
    assert told.pop("event") == "summary"
    return told


def unclocked(out: Path, bytes_of: BytesOf) -> dict[str, object]:
    """All that a run has written, but for how long each filing took."""
    found: dict[str, object] = dict(bytes_of(out))
    journal = Journal(out)
    for path in [p for p in found if p.startswith("journal/")]:
        del found[path]
    for one in journal.records():
        found[f"journal {one.input}"] = (replace(one, seconds=0.0), list(journal.rows(one)))
    manifest = pd.read_parquet(out / "manifest.parquet").drop(columns="seconds")
    return found | {"manifest.parquet": manifest.to_json(orient="records")}


def test_a_second_run_does_nothing_and_changes_nothing(
    filings: Path,
    tmp_path: Path,
    bytes_of: BytesOf,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    command = ["batch", str(filings), "-o", str(out), *FAST, "--json"]
    assert main(command) == 0
    first = summary(capsys.readouterr().out)
    assert (first["filings"], first["done"], first["skipped"]) == (7, 7, 0)
    assert (first["passed"], first["checked"]) == (1, 0)
    before = bytes_of(out)
    assert main(command) == 0
    second = summary(capsys.readouterr().out)
    assert (second["filings"], second["done"], second["skipped"]) == (7, 0, 7)
    assert second["facts"] == first["facts"]
    assert bytes_of(out) == before


def test_the_data_set_is_read_by_year_and_form(
    filings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["batch", str(filings), "-o", str(out), *FAST]) == 0
    assert "7 filings in" in capsys.readouterr().out
    manifest = pd.read_parquet(out / "manifest.parquet")
    assert list(manifest.status) == ["done"] * 7
    assert (manifest.bytes > 0).all()
    facts = pd.read_parquet(out / "facts", filters=[("year", "=", 1996), ("form", "=", "10-K")])
    expected = manifest[(manifest.year == 1996) & (manifest.form == "10-K")]
    assert set(facts.input) == set(expected.input)
    whole = pd.read_parquet(out / "facts")
    assert len(whole) == manifest.facts.sum()
    assert set(whole.form) == {"10-K", "10-Q/A"}
    equations = pd.read_parquet(out / "certificates")
    assert (equations.verdict == "holds").sum() == manifest.hold.sum() == len(equations)
    findings = pd.read_parquet(out / "findings")
    counted = manifest.errors + manifest.warnings + manifest.notes
    assert len(findings) == counted.sum()


def test_what_cannot_be_converted_is_told_of_and_the_run_goes_on(
    filings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (filings / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (filings / "broken.zip").write_bytes(b"PK\x03\x04 no zip at all")
    with tarfile.open(filings / "more.tar.gz", "w:gz") as archive:
        archive.add(filings / "acorn-1.txt", "packed.txt")
    out = tmp_path / "out"
    assert main(["batch", str(filings), "-o", str(out), *FAST]) == 1
    told = capsys.readouterr()
    assert "binary.txt: error [refused]" in told.err
    assert "broken.zip: error [failed] broken: File is not a zip file" in told.err
    assert "10 filings in" in told.out
    manifest = pd.read_parquet(out / "manifest.parquet").set_index("input")
    assert dict(manifest.status.value_counts()) == {"done": 8, "refused": 1, "failed": 1}
    assert manifest.status[f"{filings}/more.tar.gz!packed.txt"] == "done"
    assert main(["batch", str(filings), "-o", str(out), *FAST, "--quiet"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "binary.txt" in told.err
    assert main(["batch", str(filings), "-o", str(out), *FAST]) == 1
    assert "  no report   2 (told of above" in capsys.readouterr().out
    assert main(["batch", str(filings), "-o", str(out), *FAST, "--json"]) == 1
    told_last = summary(capsys.readouterr().out)
    assert (told_last["skipped"], told_last["failed"], told_last["without_report"]) == (9, 1, 2)


def test_an_interrupt_while_the_data_set_is_written_is_told_of(
    filings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("converter.cli_batch.write_dataset", interrupted)
    out = tmp_path / "out of here"
    assert main(["batch", str(filings), "-o", str(out), *FAST]) == 130
    told = capsys.readouterr().err.replace("\n", " ")
    assert "stopped after 7 filings; the data set is not" in told
    assert f"tieout batch --resume -o '{out}'" in told


def test_a_run_is_taken_up_with_what_it_was_asked_for(
    filings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    first = ["batch", str(filings), "-o", str(out), *FAST, "--limit", "3", "--json"]
    assert main([*first, "--to", "json"]) == 0
    assert summary(capsys.readouterr().out)["filings"] == 3
    assert main(["batch", "--resume", "-o", str(out), "--json"]) == 0
    assert summary(capsys.readouterr().out)["skipped"] == 3
    assert len(list(out.glob("reports/*/*/acorn-?.json"))) == 3
    assert main(["batch", str(filings), "-o", str(out), *FAST, "--to", "json", "--json"]) == 0
    told = summary(capsys.readouterr().out)
    assert (told["skipped"], told["done"]) == (3, 4)
    assert main(["batch", "--resume", "--force", "-o", str(out), "--json"]) == 0
    assert summary(capsys.readouterr().out)["done"] == 7


def test_a_run_taken_up_elsewhere_has_the_rules_that_it_had(
    filings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    rule = '[[rule]]\nlabel = "Receivables"\nconcept = "us-gaap:{}"\n'
    for place, concept in (("here", "AccountsReceivableNetCurrent"), ("there", "OtherAssets")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "rules.toml").write_text(rule.format(concept))
    monkeypatch.chdir(tmp_path / "here")
    command = ["batch", str(filings), "-o", str(out), *FAST, "-q", "--rules", "rules.toml"]
    assert main(command) == 0
    monkeypatch.chdir(tmp_path / "there")
    assert main(["batch", "--resume", "-o", str(out), "--json"]) == 0
    assert summary(capsys.readouterr().out)["skipped"] == 7


def test_one_name_never_stands_for_two_filings(
    filings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`a.txt` of one folder and of another: the second would replace the first."""
    out = tmp_path / "out"
    for n, year in enumerate(("1996", "1997"), start=1):
        (tmp_path / year).mkdir()
        (filings / f"acorn-{n}.txt").rename(tmp_path / year / "a.txt")
    command = ["batch", "a.txt", "-o", str(out), *FAST, "-q"]
    monkeypatch.chdir(tmp_path / "1996")
    assert main(command) == 0
    assert main(["batch", f"{filings}/acorn-3.txt", "-o", str(out), *FAST, "-q"]) == 0
    monkeypatch.chdir(tmp_path / "1997")
    assert main(command) == 2
    assert f"relative to {tmp_path}/1996, and here they mean" in capsys.readouterr().err
    assert main(["batch", f"{tmp_path}/1997/a.txt", "-o", str(out), *FAST, "-q"]) == 0
    assert len(pd.read_parquet(out / "manifest.parquet")) == 3
    (tmp_path / "1996").rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved")
    assert main([*command, "--json"]) == 0
    assert summary(capsys.readouterr().out)["skipped"] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "no SOURCE"),
        (["--resume"], "no run to take up"),
        (["in", "--resume"], "no run to take up"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["in", "--to", "tables"], "--to tables is of convert"),
        (["in", "--scheduler", "tcp://x:1"], "add --engine dask"),
        (["in", "--taxonomy", "none"], "no taxonomy 'none'"),
        (["in", "--taxonomy-package", "none.zip"], "no such file"),
        (["in", "--rules", "none.toml"], "cannot be read"),
        (["in", "-o", "s3://bucket/out"], "an address; OUT is a folder"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_work(
    filings: Path,
    options: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(filings.parent)
    assert main(["batch", "-o", "out", *options]) == 2
    assert message in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("engine", "module", "advice"),
    [("local", "pebble", "tieout[batch]"), ("dask", "distributed", "tieout[dask]")],
)
def test_what_is_not_installed_is_asked_for(
    engine: str,
    module: str,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("converter.batch.extras.find_spec", lambda name: name != module)
    assert main(["batch", "in", "-o", "out", "--engine", engine]) == 2
    told = capsys.readouterr().err
    assert module in told
    assert f"pip install '{advice}'" in told


def test_a_folder_that_is_not_a_run_is_left_alone(
    filings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", str(filings), "-o", str(filings)]) == 2
    assert "holds something else" in capsys.readouterr().err
    assert main(["batch", str(filings), "-o", str(filings / "meta.json")]) == 2
    assert "a file, not a folder" in capsys.readouterr().err
    out = tmp_path / "out"
    assert main(["batch", str(filings), "-o", str(out), *FAST, "--quiet"]) == 0
    assert main(["batch", "--resume", "-o", str(out), "--to", "json"]) == 2
    assert "--to: --resume without SOURCE" in capsys.readouterr().err
    with alone(out):
        assert main(["batch", "--resume", "-o", str(out)]) == 2
    assert "another run is at work there" in capsys.readouterr().err


def test_a_cluster_writes_the_same(
    filings: Path, tmp_path: Path, bytes_of: BytesOf, cluster: str
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    command = ["batch", str(filings), "--no-validate", "--quiet"]
    assert main([*command, "-o", str(here)]) == 0
    dask = ["--engine", "dask", "--scheduler", cluster]
    assert main([*command, "-o", str(there), *dask]) == 0
    assert unclocked(there, bytes_of) == unclocked(here, bytes_of)


# --- killed --------------------------------------------------------------------------


def start(*options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "converter", "batch", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 7))
def test_a_run_killed_at_random_moments_ends_like_one_undisturbed(
    filings: Path, tmp_path: Path, filing: Written, bytes_of: BytesOf, seed: int
) -> None:
    for n in range(8, 40):
        (filings / f"acorn-{n}.txt").write_bytes(filing(n, year=1990 + n % 5))
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    began = time.monotonic()
    with start(str(filings), "-o", str(undisturbed), *FAST) as process:
        assert process.wait() == 0
    took = time.monotonic() - began
    moments = random.Random(seed)  # noqa: S311
    for _ in range(4):
        with start(str(filings), "-o", str(out), *FAST) as process:
            time.sleep(took * moments.uniform(0.3, 0.9))
            process.kill()
    with start(str(filings), "-o", str(out), *FAST) as process:
        assert process.wait() == 0
    assert unclocked(out, bytes_of) == unclocked(undisturbed, bytes_of)
    assert not list(out.rglob(".tieout-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("begun", [0, 7])
def test_an_interrupt_ends_a_run_in_words(heavy: Path, tmp_path: Path, begun: int) -> None:
    """All processes of a terminal get it, those that are just starting too."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "converter", "batch", str(heavy), "-o", str(out), *FAST]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not (out / "batch.json").exists() or len(Journal(out).records()) < begun:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(60) == 130
    assert "Traceback" not in told
    assert "stopped after" in told
    assert "tieout batch --resume -o" in told


@pytest.fixture
def heavy(filings: Path, filing: Written) -> Path:
    """The filings and one that takes many seconds."""
    (filings / "heavy.txt").write_bytes(b"\n".join(filing(n) for n in range(2000)))
    return filings


def test_what_takes_too_long_is_quarantined_and_the_run_goes_on(
    heavy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["batch", str(heavy), "-o", str(out), *FAST, "--timeout", "2", "--json"]
    assert main(command) == 1
    told = summary(capsys.readouterr().out)
    assert (told["done"], told["quarantined"]) == (7, 1)
    assert main(command) == 1
    told = summary(capsys.readouterr().out)
    assert (told["skipped"], told["quarantined"]) == (8, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_worker_that_the_system_kills_is_recorded(heavy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(str(heavy), "-o", str(out), *FAST) as process:
        while len(Journal(out).records()) < 7:
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(_busiest(_children(process.pid)), signal.SIGKILL)
        assert process.wait(60) == 1
    manifest = pd.read_parquet(out / "manifest.parquet").set_index("input")
    assert "its worker was killed (signal 9)" in manifest.error[f"{heavy}/heavy.txt"]
    assert dict(manifest.status.value_counts()) == {"done": 7, "failed": 1}


def _children(process: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found.append(int(folder.name))
    return found


def _busiest(processes: list[int]) -> int:
    """Which of some processes works: the others wait."""
    before = {process: _ticks(process) for process in processes}
    while True:
        time.sleep(0.2)
        spent = {process: _ticks(process) - before[process] for process in processes}
        busy = max(processes, key=spent.__getitem__)
        if spent[busy] > 10 and spent[busy] > 4 * sorted(spent.values())[-2]:
            return busy


def _ticks(process: int) -> int:
    """How much time a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
