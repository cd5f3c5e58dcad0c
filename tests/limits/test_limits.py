"""Bombs and paths that lead outside are refused, before or while they are unpacked."""

import gzip
import io
import os
import tarfile
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from converter.errors import SubmissionError
from converter.limits import (
    DEFAULT,
    PACKAGE,
    Limits,
    Unpacked,
    check_depth,
    check_members,
    decompressed,
    read_file,
    read_member,
    read_stream,
    safe_member,
)

SMALL = Limits(input_bytes=1000, archive_bytes=3_000_000, members=3)


class _Endless:
    """Gives as much as is asked for, for ever, and counts it."""

    given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * 1000)
    assert len(read_file(file, SMALL)) == 1000
    file.write_bytes(b"x" * 1001)
    with pytest.raises(SubmissionError, match=r"a\.txt: 1,001 bytes; .* at most 1,000"):
        read_file(file, SMALL)


def test_a_sparse_file_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as made:
        made.truncate(1 << 40)
    with pytest.raises(SubmissionError, match="at most 268,435,456"):
        read_file(file)


def test_a_pipe_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def feed() -> None:
        with pipe.open("wb") as end:
            end.write(b"x" * 1001)

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    with pytest.raises(SubmissionError, match="more than 1,000 bytes"):
        read_file(pipe, SMALL)
    feeder.join(10)


def test_an_endless_stream_is_read_no_further_than_the_limit() -> None:
    endless = _Endless()
    with pytest.raises(SubmissionError, match="more than 1,000 bytes"):
        read_stream(endless, "x", SMALL)
    assert endless.given == 1001


def test_what_is_unpacked_is_measured_by_the_packed() -> None:
    endless = _Endless()
    with pytest.raises(SubmissionError, match="over 200 times"):
        read_stream(Unpacked(endless, lambda: 10_000, "x"), "x")
    assert endless.given <= 4 << 20


def test_what_is_unpacked_has_an_end() -> None:
    endless = _Endless()
    stream = Unpacked(endless, lambda: endless.given, "x", SMALL)
    with pytest.raises(SubmissionError, match="more than 3,000,000 bytes"):
        read_stream(stream, "x", replace(SMALL, input_bytes=1 << 30))
    assert endless.given <= 4 << 20


def test_a_gzip_bomb_ends_early() -> None:
    packed = gzip.compress(bytes(50 << 20))
    stream = decompressed(io.BytesIO(packed), ".gz", "bomb.gz")
    size = 0
    with pytest.raises(SubmissionError, match=r"bomb\.gz: .* over 200 times"):  # noqa: PT012
        while part := stream.read(1 << 16):
            size += len(part)
    assert size < 15 << 20


@pytest.mark.parametrize("data", [b"", b" " * 500_000, os.urandom(3_000_000)])
def test_what_is_no_bomb_is_unpacked_whole(data: bytes) -> None:
    stream = decompressed(io.BytesIO(gzip.compress(data)), ".gz", "a.gz")
    assert b"".join(iter(lambda: stream.read(99_999), b"")) == data


def test_a_tar_file_is_read_through_the_limit() -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for name, size in (("a.txt", 5), ("b.txt", 100 << 20)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    whole.seek(0)
    stream = decompressed(whole, ".gz", "feed.tar.gz")
    with (
        tarfile.open(fileobj=stream, mode="r|") as archive,
        pytest.raises(SubmissionError, match=r"feed\.tar\.gz"),
    ):
        for _ in archive:
            pass


NAMES = [
    "/etc/passwd", "../x", "a/../../x", "a/..", "..", "C:x", "c:\\x", "\\\\host\\x", "a\\x",
    "a\\..\\x", "//host/x", "a\x00b", "a\nb", "a\x1b[2Jb", "a\x7f", "a\x85b", "a\u2028b",
    "\ud800", "", "x" * 1025,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(SubmissionError) as refused:
        safe_member(name)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("name", ["a", "a/b.txt", "..a", "a..", "a/...", "ä ö/x-1.htm", "./a"])
def test_a_name_inside_is_kept(name: str) -> None:
    assert safe_member(name) == name


def test_archives_lie_in_each_other_so_deep() -> None:
    check_depth("a.zip", 2)
    with pytest.raises(SubmissionError, match=r"a\.zip: an archive at depth 3; at most 2"):
        check_depth("a.zip", 3)


def _zip(members: dict[str, bytes]) -> zipfile.ZipFile:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return zipfile.ZipFile(whole)


def test_a_zip_file_is_judged_by_its_table_of_contents() -> None:
    good = _zip({"a.txt": b"a", "b/c.txt": b"c"})
    check_members("x.zip", good.infolist())
    for members, words in (
        ({"../a": b""}, "leads out of its archive"),
        ({str(n): b"" for n in range(4)}, "4 members; an archive has at most 3"),
        ({"a": bytes(1001)}, "1,001 bytes"),
    ):
        with pytest.raises(SubmissionError, match=words):
            check_members("x.zip", _zip(members).infolist(), SMALL)
    with pytest.raises(SubmissionError, match="over 200 times"):
        check_members("x.zip", _zip({"a": bytes(9 << 20)}).infolist(), PACKAGE)


def test_links_and_encrypted_members_are_refused() -> None:
    link = zipfile.ZipInfo("a")
    link.external_attr = 0o120777 << 16
    with pytest.raises(SubmissionError, match="a link"):
        check_members("x.zip", [link])
    locked = zipfile.ZipInfo("a")
    locked.flag_bits = 1
    with pytest.raises(SubmissionError, match="encrypted"):
        check_members("x.zip", [locked])


def test_a_member_is_read_up_to_its_limit() -> None:
    archive = _zip({"a": b"x" * 1000, "b": bytes(2 << 20)})
    assert len(read_member(archive, archive.getinfo("a"), "x.zip", SMALL)) == 1000
    with pytest.raises(SubmissionError, match="2,097,152 bytes"):
        read_member(archive, archive.getinfo("b"), "x.zip", SMALL)
    tight = replace(DEFAULT, input_bytes=4 << 20)
    with pytest.raises(SubmissionError, match="over 200 times"):
        read_member(archive, archive.getinfo("b"), "x.zip", tight)


def test_it_is_a_file_for_readers_that_want_one() -> None:
    stream = Unpacked(io.BytesIO(b"abc"), lambda: 3, "x")
    assert stream.readable()
    assert [stream.read(2), stream.read(), stream.read()] == [b"ab", b"c", b""]
