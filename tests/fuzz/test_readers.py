"""Whatever a reader is given, it reads or refuses: no other exception leaves it.

One row of the table for each reader: what it is called with, good samples to damage, and the
exceptions that it may raise. `-m slow` or `HYPOTHESIS_PROFILE=deep` looks at many more inputs.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.batch.archives import in_archive
from converter.batch.index_files import listed
from converter.certificate import certificate_file
from converter.checking import Checked
from converter.errors import ConverterError, OptionsError, SubmissionError, TaxonomyError
from converter.errors import ValidatorError as ReportError
from converter.guarding import check_report
from converter.header import read_header
from converter.limits import Limits
from converter.lines import Lines
from converter.mapper.artefact import load_mapper
from converter.options import read_cik, read_rules
from converter.pipeline import convert, read
from converter.prior_reading import read_prior
from converter.recognising import recognised
from converter.schedule import read_schedules
from converter.sgml import read_submission
from converter.taxonomy_build import build_tables, read_deprecated, read_non_negative
from converter.taxonomy_package import has_metadata, open_package, rewrites_of
from converter.verifying import forms_in
from converter.xml_reading import read_xml

LIMITS = Limits(input_bytes=1 << 20, archive_bytes=1 << 22)
HERE = Path(__file__).parents[1]
CODES = HERE / "errors" / "codes"
SLOW = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
FAST = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


class Reader(NamedTuple):
    """A reader, what it may refuse with, and good inputs by the names of their files."""

    read: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]
    samples: Callable[[], tuple[bytes, ...]]


def _on_disk(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A reader of a file, given bytes."""

    def given_bytes(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return read(path)

    return given_bytes


@cache
def _texts() -> tuple[bytes, ...]:
    names = ("entity.no-cik", "cover.disagrees", "schedule.ties", "schedule.misstated")
    pages = ("inline.repaired", "inline.laid-out")
    found = [CODES / name / "input.txt" for name in names]
    return tuple(p.read_bytes() for p in [*found, *(CODES / n / "input.htm" for n in pages)])


def _schedules(data: bytes) -> object:
    submission, _ = read_submission(data, name="x.txt")
    return [read_schedules(document) for document in submission.documents]


def _header(data: bytes) -> object:
    return read_header(Lines.of(data.decode("latin-1")))


def _zipped(members: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return whole.getvalue()


@cache
def _packages() -> tuple[bytes, ...]:
    catalog = (
        b'<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        b'<rewriteURI uriStartString="http://fasb.org/" rewritePrefix="../"/></catalog>'
    )
    schema = (
        b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://fasb'
        b'.org/us-gaap/2024"><xs:element name="Cash" id="us-gaap_Cash" type="xs:string"/>'
        b"</xs:schema>"
    )
    members = {
        "p/META-INF/catalog.xml": catalog,
        "p/META-INF/taxonomyPackage.xml": b"<x/>",
        "p/us-gaap/2024/elts/us-gaap-2024.xsd": schema,
    }
    return _zipped(members), _zipped({"p/META-INF/catalog.xml": catalog})


def _package(path: Path) -> object:
    with ExitStack() as stack:
        open_package(path, stack)
    if zipfile.is_zipfile(path):
        rewrites_of(path)
    return has_metadata(path)


@cache
def _instances() -> tuple[bytes, ...]:
    data = (CODES / "prior.unused" / "prior.xml").read_bytes()
    return data, data.replace(b"<xbrl", b"<!DOCTYPE xbrl><xbrl", 1)


@cache
def _converted() -> tuple[bytes, ...]:
    data = (CODES / "entity.no-cik" / "input.txt").read_bytes()
    conversion = convert(data, name="x.txt")
    certificate = certificate_file(Checked("x.txt", data, conversion))
    return tuple(file.data for file in (*conversion.files, certificate))


def _mapper(name: str) -> Callable[[bytes], object]:
    """The mapper with one of its files replaced; the other is a small one of the same kind."""

    def load(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "mapper.json").write_bytes(b'{"version": 1, "concepts": {}}')
            (Path(folder) / "weights.npz").write_bytes(_zipped({"E.npy": b""}))
            (Path(folder) / name).write_bytes(data)
            return load_mapper.__wrapped__(Path(folder))

    return load


@cache
def _archives() -> tuple[bytes, ...]:
    """Archives of filings, of every kind, one in another."""
    zipped = _zipped({"a.txt": b"one" * 200, "d/b.htm": b"two", "c.jpg": b"-"})
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive:
        for name, data in (("a.txt", b"one" * 200), ("in.zip", zipped)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return zipped, tape.getvalue(), gzip.compress(tape.getvalue()), gzip.compress(b"one")


def _archive(data: bytes) -> object:
    """Whatever it is called, it is read; what is broken is told of, and nothing is raised."""
    names = ("a.zip", "a.tar", "a.tar.gz", "a.txt.gz", "a.tar.xz", "a.txt.bz2")
    return [[*in_archive(io.BytesIO(data), name, LIMITS)] for name in names]


INDEX = (
    b"CIK|Company Name|Form Type|Date Filed|Filename\n1|A|10-K|1996-01-02|edgar/data/1/a.txt\n",
    b"Form Type   Company Name   CIK   Date Filed  File Name\n8-K  A  1 1996 edgar/data/1/a\n",
)
RULES = (
    b'[[rule]]\nlabel = "Net sales"\nconcept = "us-gaap:Revenues"\ntable = "1 and 2"\n',
    b'[[rule]]\npattern = "net (sales|revenues)"\nconcept = "ignore"\nnth = 1\n',
)
TABLE = (
    b"label,concept,nth\r\nNet sales,us-gaap:Revenues,1\r\n",
    b"concept\tlabel\nignore\tX\n",
)
MAPPER = (b'{"version": 1, "concepts": {"Cash": 1}, "calibration": [[0, 1]], "learned": {}}',)
ARRAYS = (_zipped({"E.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'shape': (9,)}"}), b"PK")

READERS = {
    "submission": Reader(
        lambda data: read_submission(data, name="x.txt"), (SubmissionError,), _texts
    ),
    "statements": Reader(lambda data: read(data, name="x.txt"), (SubmissionError,), _texts),
    "conversion": Reader(lambda data: convert(data, name="x.txt"), (SubmissionError,), _texts),
    "header": Reader(_header, (), _texts),
    "schedules": Reader(_schedules, (SubmissionError,), _texts),
    "cik": Reader(
        lambda data: read_cik(data.decode("latin-1")), (OptionsError,), lambda: (b"0001",)
    ),
    "rules (TOML)": Reader(_on_disk("r.toml", read_rules), (OptionsError,), lambda: RULES),
    "rules (CSV)": Reader(_on_disk("r.csv", read_rules), (OptionsError,), lambda: TABLE),
    "prior": Reader(_on_disk("p.xml", read_prior), (OptionsError,), _instances),
    "XML": Reader(read_xml, (ValueError,), _instances),
    "report": Reader(_on_disk("a.xml", check_report), (ReportError,), _instances),
    "report package": Reader(_on_disk("a.xbri", check_report), (ReportError,), _packages),
    "recognised": Reader(_on_disk("a.xml", recognised), (ReportError,), _converted),
    "recognised package": Reader(_on_disk("a.xbri", recognised), (ReportError,), _packages),
    "forms": Reader(
        _on_disk("a.xml", lambda path: forms_in(path.parent)), (ReportError,), _converted
    ),
    "archive": Reader(_archive, (), _archives),
    "index": Reader(
        lambda data: [*listed(data.decode("utf-8", errors="replace"), ("10-*",))],
        (),
        lambda: INDEX,
    ),
    "taxonomy package": Reader(_on_disk("p.zip", _package), (TaxonomyError,), _packages),
    "taxonomy index": Reader(
        _on_disk("p.zip", lambda path: build_tables([path], {}, frozenset())),
        (TaxonomyError,),
        _packages,
    ),
    "deprecated": Reader(
        _on_disk("d.json", read_deprecated),
        (OptionsError,),
        lambda: (b'{"Cash": "2019-01-31"}',),
    ),
    "non-negative": Reader(
        _on_disk("n.txt", read_non_negative), (OptionsError,), lambda: (b"Cash\nAssets\n",)
    ),
    "mapper": Reader(_mapper("mapper.json"), (OptionsError,), lambda: MAPPER),
    "matrices": Reader(_mapper("weights.npz"), (OptionsError,), lambda: ARRAYS),
}

JUNK = st.lists(
    st.sampled_from(
        [
            *(b"<", b">", b"</", b"&", b"&#", b"&#x", b";", b'"', b"'", b"\0", b"\xff", b"\n"),
            *(
                b"<DOCUMENT>\n",
                b"<TYPE>EX-27\n",
                b"<TEXT>\n",
                b"<TABLE>",
                b"<td>",
                b"<tr>",
                b"$",
            ),
            *(
                b"<SEC-HEADER>",
                b"<!DOCTYPE a [",
                b"<!ENTITY e ",
                b"]>",
                b"<!--",
                b"<?xml ",
                b"-",
            ),
            *(
                b"9" * 40,
                b"1,000",
                b"(1)",
                b"2002",
                b"December 31,",
                b"in thousands",
                b"Total ",
            ),
            *(
                b"CONSOLIDATED BALANCE SHEETS\n",
                b"[[rule]]\n",
                b"concept = ",
                b"[" * 2000,
                b"{",
            ),
            *(
                b"PK\x03\x04",
                b"PK\x01\x02",
                b"PK\x05\x06",
                b"\x93NUMPY",
                b"'" * 9,
                b"null",
                b"1e9",
            ),
        ]
    ),
    max_size=60,
).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """A good input with bytes changed, cut out, doubled, or put in from another."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(("flip", "cut", "double", "splice", "junk", "truncate")))
        if change == "flip" and at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif change == "cut":
            del data[at:end]
        elif change == "double":
            data[at:at] = data[at:end] * draw(st.integers(1, 50))
        elif change == "splice":
            other = draw(st.sampled_from(samples))
            data[at:end] = other[draw(st.integers(0, len(other))) :][:200]
        elif change == "junk":
            data[at:end] = draw(st.one_of(st.binary(max_size=20), JUNK))
        elif change == "truncate":
            del data[at:]
    return bytes(data)


def _read(name: str, data: bytes) -> None:
    reader = READERS[name]
    try:
        reader.read(data)
    except reader.refuses as refused:
        assert isinstance(refused, ConverterError) or reader.refuses == (ValueError,)  # noqa: PT017
        assert str(refused).strip()  # noqa: PT017


@pytest.mark.parametrize("name", READERS)
@FAST
@given(data=st.data())
def test_any_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    samples = READERS[name].samples()
    _read(name, data.draw(st.one_of(st.binary(max_size=300), JUNK, damaged(samples))))


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
@SLOW
@given(data=st.data())
def test_many_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    samples = READERS[name].samples()
    _read(name, data.draw(st.one_of(st.binary(max_size=300), JUNK, damaged(samples))))


@pytest.mark.parametrize("name", READERS)
def test_good_samples_are_read(name: str) -> None:
    for sample in READERS[name].samples():
        _read(name, sample)


_FOUND = {
    "rules (TOML)": [b"rule = " + b"[" * 5000],
    "mapper": [b"[]", b"{}", b"[" * 100_000, json.dumps({"version": 1}).encode()],
    "deprecated": [b"[" * 100_000, b'{"a": 1}'],
}


@pytest.mark.parametrize("name", _FOUND)
def test_what_was_found(name: str) -> None:
    for data in _FOUND[name]:
        _read(name, data)
