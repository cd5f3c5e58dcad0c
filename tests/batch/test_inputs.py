"""What SOURCE can name, and that nothing that it names is lost or read twice."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from converter.batch.inputs import find_sources, read_input, read_inputs
from converter.batch.items import Input, Item, Passed
from converter.errors import OptionsError, SubmissionError
from converter.limits import Limits


def read(*given: str) -> list[Item]:
    return list(read_inputs(find_sources(given).places))


def names(items: Iterable[Item]) -> list[str]:
    return [item.name for item in items if isinstance(item, Input)]


def errors(items: Iterable[Item]) -> list[str]:
    return [item.error for item in items if isinstance(item, Input) and item.error]


def tar(members: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


# --- folders, globs, lists -----------------------------------------------------------


def test_a_folder_gives_its_filings_in_order_and_says_what_it_passes_over(
    filings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filings.parent)
    (filings / "deep").mkdir()
    (filings / "deep" / "b.HTM").write_text("x")
    (filings / ".hidden.txt").write_text("x")
    found = find_sources(["in"])
    assert found.names == (*(f"in/acorn-{n}.txt" for n in range(1, 8)), "in/deep/b.HTM")
    assert found.passed == (Passed("in/meta.json"),)
    assert found.passed[0].ending == ".json"
    assert found.count == 8


def test_names_are_spelled_as_the_user_spelled_them(
    filings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filings)
    assert find_sources(["."]).names[0] == "acorn-1.txt"
    assert find_sources(["*-[12].txt"]).names == ("acorn-1.txt", "acorn-2.txt")
    assert find_sources(["../in/*-3.*"]).names == ("../in/acorn-3.txt",)
    assert find_sources([f"{filings}/"]).names[0] == f"{filings}/acorn-1.txt"


def test_a_glob_takes_files_whatever_their_endings_and_folders_by_them(filings: Path) -> None:
    (filings / "odd.dat").write_text("x")
    assert f"{filings}/odd.dat" in find_sources([f"{filings}/*"]).names
    found = find_sources([f"{filings.parent}/i*"])
    assert len(found.names) == 7
    assert {one.ending for one in found.passed} == {".json", ".dat"}


def test_a_file_that_is_named_twice_is_read_once(filings: Path) -> None:
    given = [f"{filings}", f"{filings}/acorn-1.txt", f"{filings}/*.txt"]
    assert len(find_sources(given).names) == 7


def test_a_list_names_sources_one_a_line(filings: Path, tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text(f"# mine\n{filings}/acorn-2.txt\n\n  {filings}/acorn-1.txt  \n")
    assert find_sources([f"@{listing}"]).names == (
        f"{filings}/acorn-2.txt",
        f"{filings}/acorn-1.txt",
    )


def test_the_folder_of_the_run_is_left_out(filings: Path) -> None:
    out = filings / "out"
    out.mkdir()
    (out / "report.htm").write_text("x")
    assert len(find_sources([str(filings)], besides=out).names) == 7
    assert len(find_sources([str(filings)]).names) == 8


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nowhere", "no such file or folder"),
        ("no/*.txt", "matches nothing"),
        ("@nowhere", "no such list"),
        ("nosuch://x", "nosuch"),
        ("", "an empty SOURCE"),
    ],
)
def test_what_is_not_there_is_refused(given: str, message: str) -> None:
    with pytest.raises(OptionsError, match=message):
        find_sources([given])


def test_a_list_of_lists_and_a_folder_without_filings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("@other\n")
    with pytest.raises(OptionsError, match="another list"):
        find_sources([f"@{tmp_path}/list"])
    with pytest.raises(OptionsError, match="no filing there"):
        find_sources([str(tmp_path)])


def test_other_file_systems_are_read_through_fsspec() -> None:
    files = MemoryFileSystem()
    files.pipe("/mirror/a/1.txt", b"one")
    files.pipe("/mirror/b.zip", zipped([("2.txt", b"two")]))
    items = read("memory://mirror")
    assert names(items) == ["memory://mirror/a/1.txt", "memory://mirror/b.zip!2.txt"]
    assert [read_input(item) for item in items if isinstance(item, Input)] == [b"one", b"two"]
    assert names(read("memory://mirror/*/*.txt")) == ["memory://mirror/a/1.txt"]


# --- EDGAR's own ---------------------------------------------------------------------

MASTER = """\
Description:           Master Index of EDGAR Dissemination Feed
CIK|Company Name|Form Type|Date Filed|Filename
--------------------------------------------------------------------------------
1000|ACORN INC|10-K|1996-03-01|edgar/data/1000/0000001000-96-000001.txt
1001|BEECH CORP|8-K|1996-03-02|edgar/data/1001/0000001001-96-000002.txt
1002|CEDAR|10-K405|1996-03-03|edgar/data/1002/0000001002-96-000003.txt
"""
FORMS = """\
Form Type   Company Name                  CIK         Date Filed  File Name
---------------------------------------------------------------------------
10-K        ACORN INC                     1000        1996-03-01  edgar/data/1000/a.txt
NT 10-K     BEECH CORP                    1001        1996-03-02  edgar/data/1001/b.txt
"""
COMPANY = """\
Company Name                  Form Type   CIK         Date Filed  File Name
---------------------------------------------------------------------------
ACORN INC                     10-K        1000        1996-03-01  edgar/data/1000/a.txt
BEECH CORP 10-K               NT 10-K     1001        1996-03-02  edgar/data/1001/b.txt
"""


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    quarter = tmp_path / "Archives" / "edgar" / "full-index" / "1996" / "QTR1"
    quarter.mkdir(parents=True)
    (quarter / "master.idx").write_text(MASTER)
    (quarter / "form.idx").write_text(FORMS)
    return quarter


def test_an_index_names_the_filings_of_its_mirror(mirror: Path, tmp_path: Path) -> None:
    root = f"{tmp_path}/Archives"
    expected = (
        f"{root}/edgar/data/1000/0000001000-96-000001.txt",
        f"{root}/edgar/data/1001/0000001001-96-000002.txt",
        f"{root}/edgar/data/1002/0000001002-96-000003.txt",
    )
    assert find_sources([f"{mirror}/master.idx"]).names == expected
    found = find_sources([str(tmp_path / "Archives" / "edgar" / "full-index")])
    assert found.names == expected, "one of two indexes that list the same"
    assert found.passed == (Passed(f"{root}/edgar/full-index/1996/QTR1/form.idx"),)


def test_an_index_is_read_as_it_is_packed_and_once(mirror: Path) -> None:
    expected = find_sources([f"{mirror}/master.idx"]).names
    (mirror / "master.gz").write_bytes(gzip.compress(MASTER.encode()))
    assert find_sources([f"{mirror}/master.gz"]).names == expected
    assert f"{mirror}/master.gz" in {one.name for one in find_sources([str(mirror)]).passed}
    for name in ("master.idx", "form.idx"):
        (mirror / name).unlink()
    assert find_sources([str(mirror)]).names == expected


def test_a_packed_index_that_is_cut_is_told_of(mirror: Path) -> None:
    (mirror / "master.gz").write_bytes(gzip.compress(MASTER.encode())[:-9])
    with pytest.raises(OptionsError, match="cannot be unpacked"):
        find_sources([f"{mirror}/master.gz"])


@pytest.mark.parametrize(
    ("forms", "last"),
    [(["10-K"], ["1"]), (["10-k*"], ["1", "3"]), (["8-K", "10-K"], ["1", "2"])],
)
def test_of_an_index_some_forms_can_be_read(
    mirror: Path, forms: list[str], last: list[str]
) -> None:
    found = find_sources([f"{mirror}/master.idx"], forms=forms).names
    assert [name.removesuffix(".txt")[-1] for name in found] == last


@pytest.mark.parametrize("text", [FORMS, COMPANY])
def test_an_index_in_columns_is_read_by_its_heading(mirror: Path, text: str) -> None:
    (mirror / "form.idx").write_text(text)
    found = find_sources([f"{mirror}/form.idx"], forms=["10-K"]).names
    assert [Path(name).name for name in found] == ["a.txt"]


def test_a_company_may_have_a_bar_in_its_name(mirror: Path) -> None:
    line = "7|A|B CORP|10-K|1996-03-01|edgar/data/7/0000000007-96-000001.txt\n"
    (mirror / "master.idx").write_text(MASTER + line)
    found = find_sources([f"{mirror}/master.idx"], forms=["10-K"]).names
    assert [Path(name).parent.name for name in found] == ["1000", "7"]


def test_an_index_outside_a_mirror_is_refused(tmp_path: Path) -> None:
    (tmp_path / "master.idx").write_text(MASTER)
    with pytest.raises(OptionsError, match="lies in no mirror"):
        find_sources([f"{tmp_path}/master.idx"])


def test_a_filing_of_an_index_that_is_not_there_is_told_of(mirror: Path) -> None:
    first = next(one for one in read(f"{mirror}/master.idx") if isinstance(one, Input))
    with pytest.raises(SubmissionError, match="no such file"):
        read_input(first)


def test_a_daily_feed_is_read_member_by_member(tmp_path: Path) -> None:
    feed = tmp_path / "19960301.nc.tar.gz"
    feed.write_bytes(
        tar({"./0000001000-96-000001.nc": b"one", "./0000001000-96-000001.corr01": b"two"})
    )
    items = read(str(feed))
    assert [(i.called, i.data) for i in items if isinstance(i, Input)] == [
        ("0000001000-96-000001.nc", b"one"),
        ("0000001000-96-000001.corr01", b"two"),
    ]
    assert find_sources([str(feed)]).count is None


# --- archives ------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_gives_its_filings(tmp_path: Path, mode: str) -> None:
    ending = {"w": ".tar", "w:gz": ".tgz", "w:bz2": ".tar.bz2", "w:xz": ".tar.xz"}[mode]
    path = tmp_path / f"a{ending}"
    path.write_bytes(tar({"d/x.txt": b"one", "d/y.jpg": b"-", "z.htm": b"two"}, mode))
    items = read(str(path))
    assert names(items) == [f"{path}!d/x.txt", f"{path}!z.htm"]
    assert [one.ending for one in items if isinstance(one, Passed)] == [".jpg"]
    assert not errors(items)


def test_archives_in_archives_are_read_two_deep(tmp_path: Path) -> None:
    inner = zipped([("x.txt", b"one")])
    path = tmp_path / "a.tar"
    path.write_bytes(tar({"in.zip": inner, "deep.zip": zipped([("in.zip", inner)])}, "w"))
    items = read(str(path))
    assert names(items) == [f"{path}!in.zip!x.txt", f"{path}!deep.zip!in.zip"]
    assert "depth 3" in errors(items)[0]


def test_a_filing_that_is_packed_alone_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(b"one"))
    (item,) = read(str(tmp_path))
    assert isinstance(item, Input)
    assert (item.called, item.data) == ("x.txt", b"one")


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        path.write_bytes(zipped([("x.txt", b"one"), ("x.txt", b"two")]))
    items = read(str(path))
    assert names(items) == [f"{path}!x.txt", f"{path}!x.txt#2"]
    assert [one.data for one in items if isinstance(one, Input)] == [b"one", b"two"]


def test_a_broken_member_is_told_of_and_the_others_are_read(tmp_path: Path) -> None:
    data = zipped([("a.txt", b"A" * 5000), ("b.txt", b"B" * 5000), ("c.txt", b"C" * 5000)])
    at = data.index(b"b.txt") + len(b"b.txt")
    path = tmp_path / "a.zip"
    path.write_bytes(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    items = read(str(path))
    assert names(items) == [f"{path}!{name}.txt" for name in "abc"]
    assert len(errors(items)) == 1
    assert errors(items)[0].startswith("broken: ")


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_an_archive_that_was_cut_short_says_where(tmp_path: Path, kept: float) -> None:
    members = {f"{n}.txt": bytes(str(n), "ascii") * 40_000 for n in range(5)}
    for mode, ending in (("w", "tar"), ("w:gz", "tar.gz")):
        whole = tar(members, mode)
        path = tmp_path / f"a.{ending}"
        path.write_bytes(whole[: int(len(whole) * kept)])
        items = read(str(path))
        assert errors(items), (mode, kept)
        assert items[-1].name == str(path)


def test_a_tape_without_its_end_is_told_of(tmp_path: Path) -> None:
    whole = tar({"a.txt": b"x" * 512, "b.txt": b"y" * 512}, "w")
    path = tmp_path / "a.tar"
    path.write_bytes(whole[: 512 * 2])
    items = read(str(path))
    assert names(items) == [f"{path}!a.txt", str(path)]
    assert "cut short" in errors(items)[0]


@pytest.mark.parametrize(
    "name", ["../x.txt", "/etc/x.txt", "a/../../x.txt", "C:/x.txt", "a\\x.txt", "a\x1b[2Jx.txt"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    for data, ending in ((tar({name: b"x"}, "w"), "tar"), (zipped([(name, b"x")]), "zip")):
        path = tmp_path / f"a.{ending}"
        path.write_bytes(data)
        items = read(str(path))
        assert len(errors(items)) == 1, ending
        assert all(item.name.isprintable() for item in items)


def test_links_are_not_followed(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("x.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue())
    assert [type(item) for item in read(str(path))] == [Passed]


@pytest.mark.parametrize("ending", ["zip", "tar.gz", "txt.gz"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, ending: str) -> None:
    big = bytes(30 << 20)
    data = {
        "zip": lambda: zipped([("x.txt", big)]),
        "tar.gz": lambda: tar({"x.txt": big}),
        "txt.gz": lambda: gzip.compress(big),
    }[ending]()
    path = tmp_path / f"x.{ending}"
    path.write_bytes(data)
    assert "200 times" in errors(read(str(path)))[0]


def test_what_is_too_large_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x" * 2000)
    (item,) = read(str(path))
    assert isinstance(item, Input)
    with pytest.raises(SubmissionError, match="2,000 bytes"):
        read_input(item, Limits(input_bytes=1000))


def test_any_bytes_named_as_an_archive_are_told_of(tmp_path: Path) -> None:
    for ending in ("zip", "tar", "tar.gz", "tgz", "tar.xz", "tbz2", "txt.gz", "tar.bz2"):
        path = tmp_path / f"a.{ending}"
        for data in (
            b"",
            b"nonsense",
            bytes(2000),
            b"PK\x03\x04" + bytes(100),
            b"\x1f\x8b\x08",
        ):
            path.write_bytes(data)
            items = read(str(path))
            empty = not data.strip(b"\0") and ending in ("tar", "txt.gz")
            assert errors(items) or empty, (ending, data[:10])


# --- what could be lost --------------------------------------------------------------


def test_a_folder_that_cannot_be_looked_into_is_told_of(
    filings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filings / "closed").mkdir()
    whole = LocalFileSystem.ls

    def ls(self: LocalFileSystem, path: str, **options: object) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return whole(self, path, **options)

    monkeypatch.setattr(LocalFileSystem, "ls", ls)
    items = read(str(filings))
    assert names(items)[-1] == f"{filings}/closed"
    assert errors(items) == ["cannot be read: Permission denied"]
    assert len(names(items)) == 8


def test_links_to_folders_are_followed_and_not_for_ever(filings: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.txt").write_text("x")
    (filings / "linked").symlink_to(elsewhere)
    (filings / "round").symlink_to(filings)
    found = find_sources([str(filings)])
    assert f"{filings}/linked/x.txt" in found.names
    assert len(found.names) == 8


def test_a_pipe_is_not_read(filings: Path) -> None:
    os.mkfifo(filings / "pipe.txt")
    found = find_sources([str(filings)])
    assert Passed(f"{filings}/pipe.txt", "no file") in found.passed
    (named,) = read(f"{filings}/pipe.txt")
    assert isinstance(named, Input)
    with pytest.raises(SubmissionError, match="no file"):
        read_input(named)


def test_any_name_that_a_file_can_have_is_read(tmp_path: Path) -> None:
    raw = [
        b"a b.txt",
        b"c::d.txt",
        b"e#f.txt",
        b"g\xff.txt",
        b"h\ni.txt",
        b"j%20.txt",
        b"k!l.txt",
    ]
    for n, name in enumerate(raw):
        (tmp_path / os.fsdecode(name)).write_bytes(str(n).encode())
    items = [one for one in read(str(tmp_path)) if isinstance(one, Input)]
    assert sorted(read_input(one) for one in items) == [b"%d" % n for n in range(len(raw))]
    assert all(one.name.isprintable() for one in items)
    assert f"{tmp_path}/g\\udcff.txt" in names(items)


def test_an_address_of_this_machine_leaves_the_folder_of_the_run_out(filings: Path) -> None:
    (filings / "out").mkdir()
    (filings / "out" / "a.htm").write_text("x")
    found = find_sources([f"file://{filings}"], besides=filings / "out")
    assert len(found.names) == 7


def test_a_line_of_a_list_that_names_nothing_is_told_of(filings: Path, tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text(f"{filings}/none.txt\n{filings}/acorn-1.txt\n", encoding="utf-8-sig")
    items = read(f"@{listing}")
    assert names(items) == [f"{filings}/none.txt", f"{filings}/acorn-1.txt"]
    assert errors(items) == ["no such file or folder"]


def test_an_index_does_not_lead_out_of_its_mirror(mirror: Path) -> None:
    line = "1|A|10-K|1996-03-01|edgar/data/../../../../x.txt\n"
    (mirror / "master.idx").write_text(MASTER + line)
    items = read(f"{mirror}/master.idx")
    assert len(items) == 4
    assert "leads out of its archive" in errors(items)[0]


def test_other_forms_of_an_index_are_no_filings(mirror: Path) -> None:
    (mirror / "crawler.idx").write_text(
        "A 10-K 1 1996-03-01 https://x/edgar/data/1/a-index.htm\n"
    )
    (mirror / "master.gz").write_bytes(gzip.compress(MASTER.encode()))
    (mirror / "company.zip").write_bytes(zipped([("company.txt", b"x")]))
    found = find_sources([str(mirror)])
    assert len(found.names) == 3
    assert {Path(one.name).name for one in found.passed} == {
        *("form.idx", "crawler.idx", "master.gz", "company.zip"),
    }


def test_a_hard_link_in_an_archive_is_another_name_of_what_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"one"))
        link = tarfile.TarInfo("b.txt")
        link.type, link.linkname = tarfile.LNKTYPE, "a.txt"
        archive.addfile(link)
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue())
    items = read(str(path))
    assert names(items) == [f"{path}!a.txt"]
    assert items[1] == Passed(f"{path}!b.txt", "another name of a member")


def test_one_bomb_in_an_archive_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("bomb.txt", bytes(30 << 20)), ("ok.txt", b"one")]))
    items = read(str(path))
    assert names(items) == [f"{path}!bomb.txt", f"{path}!ok.txt"]
    assert len(errors(items)) == 1


def test_what_is_packed_and_no_filing_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "data.json.gz").write_bytes(gzip.compress(b"{}"))
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(b"one"))
    found = find_sources([str(tmp_path)])
    assert found.names == (f"{tmp_path}/x.txt.gz",)
    assert len(found.passed) == 1


# --- what a first user met -----------------------------------------------------------


def test_a_file_has_one_name_however_it_is_spelled(
    filings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filings.parent)
    given = [
        "./in",
        "in//",
        "in/acorn-1.txt",
        "in/../in",
        f"{filings}/acorn-2.txt",
        "./in/*.txt",
    ]
    assert find_sources(given).names == tuple(f"in/acorn-{n}.txt" for n in range(1, 8))
    monkeypatch.chdir(filings)
    (filings / ".hidden.txt").write_text("x")
    assert find_sources(["."]).names == tuple(f"acorn-{n}.txt" for n in range(1, 8))


def test_a_path_that_goes_up_from_a_link_leads_where_the_system_says(
    filings: Path, tmp_path: Path
) -> None:
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "far" / "x.txt").write_text("x")
    (filings / "link").symlink_to(tmp_path / "far" / "deep")
    up = f"{filings}/link/.."
    assert find_sources([up]).names == (f"{up}/x.txt",)
    assert find_sources([f"{up}/*.txt"]).names == (f"{up}/x.txt",)
    (one,) = read(f"{up}/x.txt")
    assert isinstance(one, Input)
    assert read_input(one) == b"x"


def test_an_index_that_cannot_be_used_hinders_no_other_filing(
    filings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filings / "form.idx").write_text(FORMS)
    for given in (str(filings), f"{filings}/*"):
        told = read(given)
        assert ["lies in no mirror" in error for error in errors(told)] == [True]
        assert f"{filings}/form.idx" in names(told)
        assert f"{filings}/acorn-7.txt" in names(told)
    quarter = filings / "edgar" / "full-index"
    quarter.mkdir(parents=True)
    (filings / "form.idx").rename(quarter / "form.idx")
    whole = LocalFileSystem.open

    def opens(self: LocalFileSystem, path: str, *args: object, **options: object) -> object:
        if path.endswith(".idx"):
            raise PermissionError(13, "Permission denied")
        return whole(self, path, *args, **options)

    monkeypatch.setattr(LocalFileSystem, "open", opens)
    items = read(str(filings))
    assert errors(items) == ["cannot be read: Permission denied"]
    assert len(names(items)) == 8


@pytest.mark.parametrize(("below", "given"), [("", "full-index"), ("full-index", ".")])
def test_an_index_is_read_from_within_its_mirror(
    mirror: Path, below: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mirror.parents[2] / below)
    found = find_sources([given])
    assert found.names[0] == f"{'../' if below else ''}data/1000/0000001000-96-000001.txt"
    assert Path(found.names[0]).resolve().parents[2] == mirror.parents[2]
    assert len(found.names) == 3


def test_forms_are_asked_of_an_index_or_refused(mirror: Path, filings: Path) -> None:
    with pytest.raises(OptionsError, match=r"--form is of EDGAR's indexes"):
        find_sources([str(filings)], forms=["10-K"])
    with pytest.raises(OptionsError, match="none of these forms"):
        find_sources([f"{mirror}/form.idx"], forms=["10k"])


def test_a_link_of_a_filing_that_leads_nowhere_is_told_of(filings: Path) -> None:
    (filings / "gone.txt").symlink_to("nowhere.txt")
    (filings / "gone.jpg").symlink_to("nowhere.jpg")
    items = read(str(filings))
    assert errors(items) == ["a link that leads nowhere"]
    assert Passed(f"{filings}/gone.jpg", "no file") in find_sources([str(filings)]).passed


def test_reports_that_lie_among_filings_are_not_read_as_filings(filings: Path) -> None:
    (filings / "out" / "a").mkdir(parents=True)
    for name in ("a.htm", "a.report.html", "a.viewer.html", "a.findings.json", "b.htm"):
        (filings / "out" / "a" / name).write_text("x")
    found = find_sources([str(filings)])
    assert [one for one in found.names if "out" in one] == [f"{filings}/out/a/b.htm"]
    assert [one.ending for one in found.passed].count("of a report") == 3


def test_a_member_has_its_own_name_and_ending(tmp_path: Path) -> None:
    members = [("a.txt.gz", gzip.compress(b"a")), ("b/c!d.txt.gz", gzip.compress(b"c"))]
    (tmp_path / "x.zip").write_bytes(zipped([*members, ("none", b"")]))
    items = read(f"{tmp_path}/x.zip")
    assert [one.called for one in items if isinstance(one, Input)] == ["a.txt", "c!d.txt"]
    assert [one.ending for one in items if isinstance(one, Passed)] == [""]
