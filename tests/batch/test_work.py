"""What a worker does with one filing, and when it does it again."""

from __future__ import annotations

import errno
import gzip
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import converter.batch.work as working
from converter.batch.dataset import KINDS, write_dataset
from converter.batch.items import Input
from converter.batch.journal import Journal, Record, Status, sweep
from converter.batch.running import all_records
from converter.batch.work import Outcome, Settings, lost, out_of_memory, too_long, work
from converter.errors import OptionsError
from converter.forms import DEFAULT, Form
from converter.limits import Limits
from converter.reporting import Wanted, report_of

Written = Callable[..., bytes]
BytesOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds that a filing took are all that two runs may differ in."""
    monkeypatch.setattr("converter.batch.work.time.perf_counter", lambda: 0.0)


def run(inputs: list[Input], room: Settings) -> list[Outcome]:
    outcomes = [work(one, room) for one in inputs]
    known = all_records(room.out, [one.record for one in outcomes])
    write_dataset(room.out, known)
    return outcomes


def test_the_folder_is_the_one_that_convert_writes(inputs: list[Input], room: Settings) -> None:
    forms = tuple(form for form in DEFAULT if form is not Form.FORMULA)
    room = replace(room, wanted=Wanted(forms, validate=False))
    record = work(inputs[0], room).record
    data = Path(inputs[0].place).read_bytes()
    report = report_of(inputs[0].place, data, room.options, room.wanted)
    folder = room.out / str(record.report)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        file.name: file.data for file in report.files
    }


def test_the_record_says_what_the_filing_is(inputs: list[Input], room: Settings) -> None:
    record = work(inputs[1], room).record
    assert (record.status, record.year, record.form) == (Status.DONE, 1997, "10-Q/A")
    assert (record.cik, record.company) == ("0000000002", "ACORN 2 INC")
    assert record.accession == "0000000000-97-000002"
    assert (record.statements, record.hold, record.fail, record.errors) == (1, 3, 0, 0)
    assert record.valid is None
    assert Journal(room.out).find(inputs[1].name) == record


def test_what_was_done_is_not_done_again(inputs: list[Input], room: Settings) -> None:
    first = work(inputs[0], room)
    again = work(inputs[0], room)
    assert (first.skipped, again.skipped) == (False, True)
    assert again.record == first.record


def test_what_has_changed_is_done_again(
    inputs: list[Input], room: Settings, filing: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = inputs[0]
    old = work(one, room).record
    assert not work(one, replace(room, force=True)).skipped
    assert not work(one, replace(room, described='{"taxonomy": "another"}')).skipped
    assert not work(one, room).skipped, "the options are those of before again"
    monkeypatch.setattr(working, "__version__", "9.9")
    assert not work(one, room).skipped
    assert work(one, room).skipped
    Path(one.place).write_bytes(filing(1, year=1990))
    new = work(one, room)
    assert not new.skipped
    assert (new.record.year, old.year) == (1990, 1996)
    assert new.record.report == old.report
    shutil.rmtree(room.out / str(new.record.report))
    assert not work(one, room).skipped, "the report is gone"


def test_what_is_no_filing_is_refused_once(room: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\0\1\2\3" * 100)
    one = Input("x.txt", "x.txt", str(tmp_path / "x.txt"))
    outcome = work(one, room)
    assert outcome.record.status is Status.REFUSED
    assert "binary" in str(outcome.record.error)
    assert work(one, room).skipped


def test_a_report_goes_when_its_filing_is_none_any_more(
    inputs: list[Input], room: Settings
) -> None:
    run(inputs[:2], room)
    Path(inputs[0].place).write_bytes(b"")
    outcomes = run(inputs[:2], room)
    assert [one.record.status for one in outcomes] == [Status.REFUSED, Status.DONE]
    assert len(list((room.out / "reports").glob("*/*"))) == 1


@pytest.mark.parametrize("limit", [Limits(), Limits(input_bytes=10)])
def test_what_cannot_be_read_is_tried_again(
    inputs: list[Input], room: Settings, limit: Limits
) -> None:
    place = Path(inputs[0].place)
    away = place.rename(place.with_suffix(".away")) if limit == Limits() else place
    outcome = work(inputs[0], replace(room, limits=limit))
    assert outcome.record.status is Status.FAILED
    assert Journal(room.out).find(inputs[0].name) is None
    away.rename(place)
    assert work(inputs[0], room).record.status is Status.DONE


def test_what_failed_is_in_the_manifest_and_hides_no_older_entry(
    inputs: list[Input], room: Settings
) -> None:
    done = [one.record for one in run(inputs, room)]
    record = lost(inputs[0], room, "its worker was killed (signal 9)")
    assert record.status is Status.FAILED
    assert "signal 9" in str(record.error)
    assert all_records(room.out, [record]) == [record, *done[1:]]


def test_a_fault_of_ours_is_put_down_with_its_place(
    inputs: list[Input], room: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(working, "report_of", broken)
    record = work(inputs[0], room).record
    assert record.status is Status.FAULT
    assert "KeyError: 'x' (test_work.py:" in str(record.error)


def test_a_full_disk_loses_nothing_and_ends_the_run(
    inputs: list[Input], room: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(inputs[:2], room)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        outcome = work(inputs[2], room)
        assert outcome.no_room
        assert outcome.record.status is Status.FAILED
        assert "No space left" in str(outcome.record.error)
        assert all(work(one, room).skipped for one in inputs[:2])
    assert not list(room.out.rglob(".tieout-*"))
    assert Journal(room.out).records() == [one.record for one in done]
    assert work(inputs[2], room).record.status is Status.DONE


@pytest.mark.parametrize(
    ("by", "less", "more"), [("timeout", 5.0, 20.0), ("memory", 5.0, 20.0)]
)
def test_what_is_quarantined_is_tried_again_when_a_limit_is_raised(
    inputs: list[Input],
    room: Settings,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
    less: float,
    more: float,
) -> None:
    room = replace(room, timeout=10.0, memory=10.0)
    if by == "timeout":
        record = working.put_down(too_long(inputs[0], room), room).record
    else:
        with monkeypatch.context() as patched:
            patched.setattr(working, "report_of", _hungry)
            record = work(inputs[0], room).record
    assert (record.status, record.limited_by, record.limit) == (Status.QUARANTINED, by, 10.0)
    assert f"--{by}" in str(record.error)
    for limit in (less, 10.0):
        outcome = work(inputs[0], replace(room, **{by: limit}))  # type: ignore[arg-type]
        assert outcome == Outcome(record, skipped=True)
    tried = work(inputs[0], replace(room, **{by: more}))  # type: ignore[arg-type]
    assert tried.record.status is Status.DONE


def test_what_is_known_stays_however_long_it_took_to_know_it_again(
    inputs: list[Input], room: Settings, bytes_of: BytesOf
) -> None:
    """The reading of a slow disk may take all the time that a filing has."""
    record = work(inputs[0], room).record
    before = bytes_of(room.out)
    gone = replace(inputs[0], place=f"{inputs[0].place}.gone")
    for late in (too_long, out_of_memory):
        outcome = working.put_down(late(inputs[0], room), room)
        assert outcome == Outcome(record, skipped=True)
        told = working.put_down(late(gone, room), room).record
        assert (told.status, told.error) == (Status.FAILED, "no such file")
    assert bytes_of(room.out) == before
    changed = replace(inputs[0], data=b"", place="")
    assert working.put_down(too_long(changed, room), room).record.status is Status.QUARANTINED
    assert not list(room.out.glob("reports/*/*"))


def _hungry(*_: object) -> None:
    raise MemoryError


def test_what_a_worker_did_before_changes_nothing(
    inputs: list[Input], room: Settings, tmp_path: Path, bytes_of: BytesOf
) -> None:
    forwards, backwards = tmp_path / "f", tmp_path / "b"
    run(inputs, replace(room, out=forwards))
    run(inputs[::-1] + inputs, replace(room, out=backwards, force=True))
    assert bytes_of(forwards) == bytes_of(backwards)


@pytest.mark.arelle
def test_arelle_checks_where_it_is_asked_to(inputs: list[Input], room: Settings) -> None:
    room = replace(room, wanted=Wanted((Form.XML,), validate=True))
    assert [work(one, room).record.valid for one in inputs[:2]] == [True, True]


# --- killed at any moment ------------------------------------------------------------


class Killed(BaseException):
    """The process ends here: nothing after it is done, no cleaning up either."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every change of the file system from this step on does not happen.

    A file that is being written at that step is written by half.
    """
    done: list[str] = []

    def mortal(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            done.append(name)
            if len(done) > step:
                if name == "write_bytes" and len(done) == step + 1:
                    path, data, *_ = args
                    assert isinstance(data, bytes)
                    function(path, data[: len(data) // 2])
                raise Killed
            return function(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        for name in ("mkdir", "rename", "replace", "unlink", "remove", "rmdir"):
            patched.setattr(os, name, mortal(name, getattr(os, name)))
        patched.setattr(Path, "write_bytes", mortal("write_bytes", Path.write_bytes))
        yield done


def _anew(out: Path, start: Path) -> Path:
    shutil.rmtree(out)
    shutil.copytree(start, out)
    return out


@pytest.mark.parametrize("before", ["nothing", "other filings", "older ones"])
def test_a_run_killed_at_any_step_and_taken_up_is_like_one_undisturbed(
    before: str,
    inputs: list[Input],
    room: Settings,
    tmp_path: Path,
    bytes_of: BytesOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = inputs[:2]
    start = tmp_path / "start"
    start.mkdir()
    if before == "other filings":
        run(
            [replace(one, name=f"other {one.name}") for one in inputs], replace(room, out=start)
        )
    elif before == "older ones":
        newer = {one.place: Path(one.place).read_bytes() for one in inputs}
        for place, data in newer.items():
            Path(place).write_bytes(re.sub(b"199[67]", b"1990", data))
        run(inputs, replace(room, out=start))
        for place, data in newer.items():
            Path(place).write_bytes(data)
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(start, undisturbed)
    run(inputs, replace(room, out=undisturbed))
    expected = bytes_of(undisturbed)
    for step in range(10_000):
        out = _anew(tmp_path / "out", start)
        try:
            with killed_at(step, monkeypatch):
                run(inputs, replace(room, out=out))
        except Killed:
            sweep(out)
            run(inputs, replace(room, out=out))
            assert bytes_of(out) == expected, step
        else:
            break
    assert step > 20


def test_a_filing_that_is_as_before_again_has_its_own_report(
    inputs: list[Input],
    room: Settings,
    tmp_path: Path,
    bytes_of: BytesOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run over a changed filing is killed, and the change is taken back."""
    one, start = inputs[0], tmp_path / "start"
    run([one], replace(room, out=start))
    before = Path(one.place).read_bytes()
    for step in range(10_000):
        out = _anew(tmp_path / "out", start)
        Path(one.place).write_bytes(before.replace(b"1996", b"1990"))
        with suppress(Killed), killed_at(step, monkeypatch) as done:
            run([one], replace(room, out=out))
        Path(one.place).write_bytes(before)
        sweep(out)
        run([one], replace(room, out=out))
        assert bytes_of(out) == bytes_of(start), step
        if len(done) <= step:
            break
    assert step > 20


@pytest.mark.parametrize("kept", [0, 1, 40, -30, -1])
def test_an_entry_that_is_torn_is_told_of_until_its_filing_is_done_again(
    inputs: list[Input], room: Settings, bytes_of: BytesOf, kept: int
) -> None:
    run(inputs[:2], room)
    expected = bytes_of(room.out)
    path, _ = sorted((room.out / "journal").glob("*/*.gz"))
    path.write_bytes(path.read_bytes()[:kept])
    (told,) = [r for r in all_records(room.out, []) if r.status is Status.FAILED]
    assert told.input == path.relative_to(room.out).as_posix()
    assert f"that of reports/{path.parent.name}/acorn-" in str(told.error)
    assert len(Journal(room.out).records()) == 2
    run(inputs[:2], room)
    assert bytes_of(room.out) == expected


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [("findings", b"{", b"#"), ("certificate", b'"equations"', b'"equationz"')],
)
def test_a_report_that_was_altered_at_its_length_is_told_of(
    inputs: list[Input], room: Settings, part: str, old: bytes, new: bytes
) -> None:
    done, *_ = run(inputs[:2], room)
    (file,) = (room.out / str(done.record.report)).glob(f"*.{part}.json")
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    records = all_records(room.out, [])
    with pytest.raises(OptionsError, match=r"is not what was written; do .* with --force"):
        write_dataset(room.out, [replace(one, version="later") for one in records])


@pytest.mark.parametrize("line", ["[1]", "null", "{}", '{"format": 1}', "\udcff"])
def test_an_entry_of_something_else_is_told_of(
    inputs: list[Input], room: Settings, line: str
) -> None:
    work(inputs[0], room)
    (path,) = (room.out / "journal").glob("*/*.gz")
    path.write_bytes(gzip.compress(line.encode(errors="surrogateescape")))
    (told,) = Journal(room.out).records()
    assert told.status is Status.FAILED


@pytest.mark.parametrize("damage", ["emptied", "one gone", "one longer"])
def test_a_report_that_is_not_what_was_written_is_done_again(
    inputs: list[Input], room: Settings, bytes_of: BytesOf, damage: str
) -> None:
    first, *_ = run(inputs[:2], room)
    expected = bytes_of(room.out)
    files = sorted((room.out / str(first.record.report)).iterdir())
    for file in files if damage == "emptied" else files[:1]:
        if damage == "one longer":
            file.write_bytes(file.read_bytes() + b" ")
        else:
            file.unlink()
    other, *_ = run(inputs[1:2], room)
    assert other.skipped
    (told,) = [r for r in all_records(room.out, []) if r.status is Status.FAILED]
    assert told.input == inputs[0].name
    assert "is not what was written" in str(told.error)
    assert (told.facts, told.hold, told.sha256) == (0, 0, first.record.sha256)
    run(inputs[:2], room)
    assert bytes_of(room.out) == expected


def test_a_name_that_is_too_long_is_cut(filings: Path, room: Settings, filing: Written) -> None:
    for name in ("x" * 250 + ".txt", "\u00e9" * 120 + ".txt"):
        (filings / name).write_bytes(filing(1))
        outcome = work(Input(name, name, str(filings / name)), room)
        assert outcome.record.status is Status.DONE
        assert str(outcome.record.name)[:50] == name[:50]


def test_what_was_left_by_a_worker_that_was_killed_goes(
    inputs: list[Input], room: Settings
) -> None:
    """It wrote the report, and was killed before the entry: too late by the clock."""
    record = work(inputs[0], room).record
    (path,) = (room.out / "journal").glob("*/*.gz")
    path.unlink()
    assert (room.out / str(record.report)).is_dir()
    working.put_down(too_long(inputs[0], room), room)
    assert not (room.out / str(record.report)).exists()


def test_the_data_set_is_read_whatever_years_and_forms_there_are(
    tmp_path: Path, room: Settings, filing: Written
) -> None:
    bare = filing(1).partition(b"<TEXT>")[2].replace(b"1996", b"    ")
    texts = {
        "a": filing(1),
        "b": filing(2, form="10"),
        "c": bare,
        "d": filing(4, form="X" * 99),
    }
    for kept in (texts, {"b": texts["b"]}):
        out = tmp_path / "-".join(kept)
        run(
            [Input(f"{k}.txt", f"{k}.txt", data=data) for k, data in kept.items()],
            replace(room, out=out),
        )
        for kind in KINDS:
            table = pd.read_parquet(out / kind, filters=[("form", "==", "Form 10")])
            assert len(table) or kind == "findings"
            assert set(table.input) <= {"b.txt"}
        facts = pd.read_parquet(out / "facts")
        assert set(facts.input) <= {f"{k}.txt" for k in kept}
        assert set(facts.year) <= {0, 1996}


def test_a_folder_that_cannot_be_written_is_no_traceback(
    inputs: list[Input], room: Settings
) -> None:
    (room.out / "reports").write_text("a file where folders go")
    record = work(inputs[0], room).record
    assert record.status is Status.FAILED
    assert "cannot be written" in str(record.error)
    with pytest.raises(OptionsError, match="cannot be written"):
        write_dataset(room.out / "reports", [Record("x", Status.FAILED)])
