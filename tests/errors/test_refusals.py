"""What the command refuses: one message, exit status 2, and nothing written.

`refusals/<case>.txt` is what stands on stderr, exactly. `pytest tests/errors
--update-golden` writes the files anew.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.cli import main

HERE = Path(__file__).parent
GOOD = (HERE / "codes" / "entity.no-cik" / "input.txt").read_bytes()
CONVERT = ["convert", "in.txt", "-o", "out", "--no-validate"]

Setup = Callable[[Path], list[str]]


def _input(data: bytes) -> Setup:
    def setup(folder: Path) -> list[str]:
        (folder / "in.txt").write_bytes(data)
        return CONVERT

    return setup


def _with(*words: str, **files: bytes) -> Setup:
    """A good input, further files, and further words of the command."""

    def setup(folder: Path) -> list[str]:
        (folder / "in.txt").write_bytes(GOOD)
        for name, data in files.items():
            (folder / name.replace("_", ".")).write_bytes(data)
        return [*CONVERT, *words]

    return setup


def _rules(text: str) -> Setup:
    return _with("--rules", "my.toml", my_toml=text.encode())


def _rule(*lines: str) -> Setup:
    return _rules("\n".join(["[[rule]]", *lines]))


def _csv(text: str) -> Setup:
    return _with("--rules", "my.csv", my_csv=text.encode())


def _prior(text: str, name: str = "old.xml") -> Setup:
    return _with("--prior", name, **{name.replace(".", "_"): text.encode()})


def _prior_folder(*names: str) -> Setup:
    def setup(folder: Path) -> list[str]:
        (folder / "old").mkdir()
        for name in names:
            (folder / "old" / name).write_bytes(b"<xbrl/>")
        return [*_with()(folder), "--prior", "old"]

    return setup


def _map(*words: str, **files: bytes) -> Setup:
    def setup(folder: Path) -> list[str]:
        _with(**files)(folder)
        return ["map", "in.txt", *words]

    return setup


def _map_onto_itself(folder: Path) -> list[str]:
    (folder / "in.csv").write_bytes(GOOD)
    return ["map", "in.csv", "--edit", "in.csv", "--force"]


def _map_to_a_folder(folder: Path) -> list[str]:
    (folder / "my.toml").mkdir()
    return [*_map("--edit", "my.toml", "--force")(folder)]


def _two_of_one_name(folder: Path) -> list[str]:
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "in.txt").write_bytes(GOOD)
    return ["convert", "a/in.txt", "b/in.txt", "-o", "out", "--no-validate"]


def _existing_output(folder: Path) -> list[str]:
    (folder / "out" / "in").mkdir(parents=True)
    (folder / "out" / "in" / "in_cal.xml").write_bytes(b"old")
    return _with()(folder)


def _foreign(folder: Path) -> list[str]:
    """A folder of the report's name that also holds what is no part of a report."""
    argv = _existing_output(folder)
    (folder / "out" / "in" / "notes.txt").write_bytes(b"mine")
    return [*argv, "--force"]


def _file_in_the_way(folder: Path) -> list[str]:
    (folder / "out").mkdir()
    (folder / "out" / "in").write_bytes(b"mine")
    return [*_with()(folder), "--force"]


def _input_in_the_way(folder: Path) -> list[str]:
    """`tieout convert out/in -o out` would put the report where its input lies."""
    (folder / "out").mkdir()
    (folder / "out" / "in").write_bytes(GOOD)
    return ["convert", "out/in", "-o", "out", "--no-validate", "--force"]


def _directory(folder: Path) -> list[str]:
    (folder / "in.txt").mkdir()
    return CONVERT


def _explain(line: str) -> Setup:
    def setup(folder: Path) -> list[str]:
        (folder / "in.txt").write_bytes(GOOD)
        return ["explain", "in.txt", line]

    return setup


def _unreadable(folder: Path) -> list[str]:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    (folder / "in.txt").write_bytes(GOOD)
    (folder / "in.txt").chmod(0)
    return CONVERT


CASES: dict[str, Setup] = {
    "empty": _input(b""),
    "blank": _input(b" \r\n\t\r\n \n"),
    "nul-bytes": _input(b"Net sales\x00\x00\x00 1,000\n" * 20),
    "png": _input(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" * 8),
    "gzip": _input(gzip.compress(GOOD, mtime=0)),
    "ebcdic": _input(GOOD.decode().encode("cp500")),
    "utf-16-broken": _input(b"\xff\xfe" + b"\x00\xd8" * 41),
    "control-characters": _input(b"Net\x01sales\x02 1,000\x03\n" * 20),
    "directory": _directory,
    "missing": lambda _: CONVERT,
    "unreadable": _unreadable,
    "existing-output": _existing_output,
    "force-on-a-folder-that-holds-more": _foreign,
    "force-on-a-file": _file_in_the_way,
    "force-on-the-input": _input_in_the_way,
    "output-is-a-file": _with(out=b"a file"),
    "two-of-one-name": _two_of_one_name,
    "cik-letters": _with("--cik", "ABC"),
    "cik-too-long": _with("--cik", "12345678901"),
    "cik-zero": _with("--cik", "0"),
    "taxonomy-unknown": _with("--taxonomy", "us-gaap-1999"),
    "package-missing": _with("--taxonomy-package", "tax.zip"),
    "package-no-zip": _with("--validate", "--taxonomy-package", "tax.zip", tax_zip=b"no zip"),
    "rules-missing": _with("--rules", "my.toml"),
    "rules-no-toml": _rules("Net sales = Revenues"),
    "rules-empty": _rules(""),
    "rules-unknown-table": _rules("[other]\nlabel = 'x'"),
    "rules-unknown-key": _rule('lable = "Net sales"', 'concept = "us-gaap:Revenues"'),
    "rules-no-label": _rule('concept = "us-gaap:Revenues"'),
    "rules-no-concept": _rule('label = "Net sales"'),
    "rules-not-a-text": _rule("label = 3", 'concept = "us-gaap:Revenues"'),
    "rules-bad-pattern": _rule('pattern = "net ("', 'concept = "us-gaap:Revenues"'),
    "rules-bad-statement": _rule(
        'label = "Net sales"', 'statement = "balance"', 'concept = "ignore"'
    ),
    "rules-bad-name": _rule('label = "Net sales"', 'concept = "us-gaap:Net sales"'),
    "rules-unknown-concept": _rule('label = "Net sales"', 'concept = "us-gaap:NetSales"'),
    "rules-abstract-concept": _rule(
        'label = "Net sales"', 'concept = "us-gaap:RevenuesAbstract"'
    ),
    "rules-zero": _rule('label = "Net sales"', "nth = 0", 'concept = "us-gaap:Revenues"'),
    "rules-no-number": _rule(
        'label = "Net sales"', "table = true", 'concept = "us-gaap:Revenues"'
    ),
    "rules-bad-measure": _rule(
        'label = "Net sales"', 'measure = "dollars"', 'concept = "us-gaap:Revenues"'
    ),
    "rules-bad-balance": _rule(
        'label = "Net sales"', 'balance = "left"', 'concept = "ext:NetSales"'
    ),
    "rules-one-concept-twice": _rule(
        'label = "Net sales"', 'concept = "us-gaap:Revenues + us-gaap:Revenues"'
    ),
    "rules-own-among-several": _rule(
        'label = "Net sales"', 'concept = "us-gaap:Revenues + ext:NetSales"'
    ),
    "rules-csv-no-concept": _csv("label,statement\nNet sales,income statement\n"),
    "rules-csv-empty": _csv("label,concept\n,\n"),
    "rules-csv-too-many-cells": _csv("label,concept\nSales, net,us-gaap:Revenues\n"),
    "rules-csv-unknown-column": _csv("lable,label,concept\nx,Net sales,us-gaap:Revenues\n"),
    "rules-csv-no-number": _csv("label,concept,nth\nNet sales,us-gaap:Revenues,two\n"),
    "rules-csv-open-quote": _csv('label,concept\n"Net sales,us-gaap:Revenues\n'),
    "rules-csv-not-utf-8": _with(
        "--rules", "my.csv", my_csv=b"label,concept\nCaf\xe9,us-gaap:Revenues\n"
    ),
    "prior-missing": _with("--prior", "old.xml"),
    "prior-inline": _prior("<html/>", "old.htm"),
    "prior-no-xml": _prior("Net sales 1,000"),
    "prior-no-report": _prior("<linkbase/>"),
    "prior-no-figures": _prior('<xbrl xmlns="http://www.xbrl.org/2003/instance"/>'),
    "prior-document-type": _prior(
        '<!DOCTYPE xbrl [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<xbrl xmlns="http://www.xbrl.org/2003/instance">&x;</xbrl>'
    ),
    "prior-empty-folder": _prior_folder("in_pre.xml", "in.xsd"),
    "prior-several-reports": _prior_folder("one.xml", "two.xml"),
    "map-other-ending": _map("--edit", "my.txt"),
    "map-existing-file": _map("--edit", "my.toml", my_toml=b"mine"),
    "map-onto-itself": _map_onto_itself,
    "map-to-a-folder": _map_to_a_folder,
    "explain-line-zero": _explain("0"),
    "explain-line-after-the-end": _explain("9999"),
}


def _content(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else b""
        for p in folder.rglob("*")
        if os.access(p, os.R_OK)
    }


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_says_why_and_writes_nothing(
    case: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    argv = CASES[case](tmp_path)
    monkeypatch.chdir(tmp_path)
    before = _content(tmp_path)
    status = main(argv)
    out, err = capsys.readouterr()
    expected = HERE / "refusals" / f"{case}.txt"
    if request.config.getoption("--update-golden", default=False):
        expected.parent.mkdir(exist_ok=True)
        expected.write_bytes(err.encode())
    assert status == 2, out
    assert err == expected.read_bytes().decode()
    assert err.startswith("error: ")
    assert "Traceback" not in out + err
    assert _content(tmp_path) == before


def test_every_expected_message_has_a_case() -> None:
    assert {p.stem for p in (HERE / "refusals").iterdir()} - {"unreadable"} == set(CASES) - {
        "unreadable"
    }


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_names_what_is_wrong(case: str) -> None:
    """Every message names the file, the option or the line that is to blame."""
    if case == "unreadable" and os.geteuid() == 0:
        pytest.skip("root may read every file")
    message = (HERE / "refusals" / f"{case}.txt").read_text()
    names = (
        *("in.txt", "in.csv", "my.toml", "my.csv", "tax.zip", "out", "us-gaap-1999"),
        *("--cik", "--rules", "--prior", "--edit"),
    )
    assert any(name in message for name in names)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["inspect", "in.txt", "--stage", "colours"], ["--stage", "tables", "facts"]),
        (["convert", "in.txt"], ["--out"]),
        (["convert", "-o", "out"], ["INPUT"]),
        (["explain", "in.txt", "first"], ["LINE", "integer"]),
        (["frobnicate"], ["frobnicate"]),
    ],
)
def test_a_wrong_word_is_named(
    argv: list[str],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "in.txt").write_bytes(GOOD)
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert all(word in err for word in words)
    assert "Traceback" not in out + err
    assert [p.name for p in tmp_path.iterdir()] == ["in.txt"]


# --- what is not refused -------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        b"\xff\xfe" + GOOD.decode().encode("utf-16-le"),
        b"\xfe\xff" + GOOD.decode().encode("utf-16-be"),
        GOOD.decode().encode("utf-16-le"),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD + b"\x1a",
        GOOD.replace(b"Net sales ", b"Net sales\xa0"),
    ],
    ids=[
        "utf-8-bom",
        "utf-16-le",
        "utf-16-be",
        "utf-16-no-bom",
        "crlf",
        "cr",
        "ctrl-z",
        "windows-1252",
    ],
)
def test_other_encodings_give_the_same_facts(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "in.txt").write_bytes(GOOD)
    (tmp_path / "in.txt").write_bytes(data)
    assert main(["convert", "a/in.txt", "-o", "plain", "--no-validate"]) == 0
    assert main(CONVERT) == 0
    assert Path("out/in/in.xml").read_bytes() == Path("plain/in/in.xml").read_bytes()


def test_a_text_without_a_statement_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_bytes(
        (HERE / "codes" / "statement.none" / "input.txt").read_bytes()
    )
    assert main(["convert", "in.txt", "-o", "out"]) == 1
    out, err = capsys.readouterr()
    assert "error [statement.none]" in out
    assert "none found" in out
    assert not err
    assert sorted(p.name for p in Path("out/in").iterdir()) == [
        "in.certificate.json",
        "in.findings.json",
        "in.report.html",
    ]


@pytest.mark.parametrize(
    "cut",
    [
        0.35,
        0.5,
        0.65,
        0.8,
        0.95,
    ],
)
def test_a_truncated_file_is_converted_as_far_as_it_goes(
    cut: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    example = HERE.parents[1] / "examples" / "sonus-8-k-2003-10-08.txt"
    data = example.read_bytes()
    (tmp_path / "in.txt").write_bytes(data[: int(len(data) * cut)])
    assert main(CONVERT) in (0, 1)
    out, err = capsys.readouterr()
    assert "submission.truncated" in out
    assert not err
    assert Path("out/in/in.xml").is_file()


def test_force_replaces_the_whole_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = _existing_output(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main([*argv, "--force"]) == 0
    assert Path("out/in/in_cal.xml").read_bytes() != b"old"
    assert Path("out/in/in.xml").is_file()
    assert [p.name for p in Path("out").iterdir()] == ["in"]


# --- no half-written output ----------------------------------------------------------


def _disk_full_at(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """From the count-th file on, writing fails as on a full disk."""
    written = 0
    whole = Path.write_bytes

    def write_bytes(self: Path, data: bytes) -> int:
        nonlocal written
        written += 1
        if written >= count:
            whole(self, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return whole(self, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_a_full_disk_leaves_nothing(
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "in.txt").write_bytes(GOOD)
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    _disk_full_at(monkeypatch, count)
    assert main(CONVERT) == 2
    assert "No space left" in capsys.readouterr().err
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize("count", [1, 3, 7])
def test_a_full_disk_leaves_the_old_report(
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = _existing_output(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = _content(tmp_path)
    _disk_full_at(monkeypatch, count)
    assert main([*argv, "--force"]) == 2
    assert "No space left" in capsys.readouterr().err
    assert _content(tmp_path) == before


def test_a_failed_move_leaves_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The old folder was moved away already when the new one cannot take its place."""
    argv = _existing_output(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = _content(tmp_path)
    whole = Path.rename

    def rename(self: Path, target: str | Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return whole(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert main([*argv, "--force"]) == 2
    assert "Input/output error" in capsys.readouterr().err
    assert _content(tmp_path) == before


def test_an_output_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where a folder above the output should be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_bytes(GOOD)
    (tmp_path / "up").write_bytes(b"a file")
    assert main(["convert", "in.txt", "-o", "up/out", "--no-validate"]) == 2
    assert "up/out" in capsys.readouterr().err
    assert {p.name for p in tmp_path.iterdir()} == {"in.txt", "up"}
