"""Stage 1: the bytes of a file to a `Submission`."""

from __future__ import annotations

import codecs
import re

from converter.errors import SubmissionError
from converter.model import Document, Finding, Line, Severity, Span, Submission

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_OPEN = re.compile(r"\s*<DOCUMENT>\s*$", re.IGNORECASE)
_CLOSE = re.compile(r"\s*</DOCUMENT>\s*$", re.IGNORECASE)
_TYPE = re.compile(r"\s*<TYPE>\s*(\S+)", re.IGNORECASE)
_HEADER_PAIR = re.compile(r"\s*([A-Z][A-Z0-9 /&.-]*):\s+(\S.*?)\s*$")
_HTML = re.compile(r"<html\b|<body\b|<table\b[^>]+>|<td\b|<div\b", re.IGNORECASE)


def read_submission(data: bytes, *, name: str) -> tuple[Submission, list[Finding]]:
    """Decode a file and split it into its documents.

    Args:
        data: The file as received.
        name: How messages call it.

    Raises:
        SubmissionError: The file is empty, binary, or in an encoding not known here.
    """
    text, findings = _decode(data, name)
    lines = tuple(Line(n, t) for n, t in enumerate(_LINE_END.split(text), start=1))
    documents, found = _documents(lines)
    findings += found
    for document in documents:
        findings += _not_plain_text(document)
    return Submission(name, _header(lines), documents, lines), findings


def _decode(data: bytes, name: str) -> tuple[str, list[Finding]]:
    if not data.strip():
        raise SubmissionError(f"{name}: the file is empty; nothing to read")
    text = _decode_unicode(data)
    if text is not None and "\x00" not in text:
        _refuse_binary(text, name)
        return text, []
    wide = _decode_wide(data)
    text = wide or text or _decode_windows(data, name)
    _refuse_binary(text, name)
    return text, [
        Finding(
            "input.encoding",
            Severity.INFO,
            f"not UTF-8; read as {'UTF-16' if wide else 'Windows-1252'}",
            advice="check letters outside ASCII in labels, or save as UTF-8",
        )
    ]


def _decode_unicode(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError:
                return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: of English text every second byte is zero."""
    if data.startswith(tuple(bom for bom, _ in _BOMS)):
        return None
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if zeros.count(0) * 10 > len(zeros) * 9:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _decode_windows(data: bytes, name: str) -> str:
    outside = sum(byte >= 0x80 for byte in data)
    if outside * 10 > len(data):
        at = next(i for i, byte in enumerate(data) if byte >= 0x80)
        raise SubmissionError(
            f"{name}: binary, or in an unknown encoding (first at byte {at}); "
            "save it as plain text in UTF-8 and try again"
        )
    return data.decode("cp1252", errors="replace")


def _refuse_binary(text: str, name: str) -> None:
    controls = _CONTROL.findall(text)
    if "\x00" in controls or len(controls) * 100 > len(text):
        first = _CONTROL.search(text)
        line = text.count("\n", 0, first.start() if first else 0) + 1
        raise SubmissionError(
            f"{name}: binary, not a text filing (control characters from line {line}); "
            "extract the text first"
        )


def _header(lines: tuple[Line, ...]) -> tuple[tuple[str, str], ...]:
    if not any(_OPEN.match(line.text) for line in lines):
        return ()
    pairs = []
    for line in lines:
        if _OPEN.match(line.text):
            break
        if found := _HEADER_PAIR.match(line.text):
            pairs.append((found[1].strip(), found[2]))
    return tuple(pairs)


def _documents(
    lines: tuple[Line, ...],
) -> tuple[tuple[Document, ...], list[Finding]]:
    starts = [i for i, line in enumerate(lines) if _OPEN.match(line.text)]
    if not starts:
        return (Document("", 1, lines),), []
    documents: list[Document] = []
    findings: list[Finding] = []
    for sequence, (start, bound) in enumerate(
        zip(starts, [*starts[1:], len(lines)], strict=True), start=1
    ):
        inside = lines[start + 1 : bound]
        end = next((i for i, t in enumerate(inside) if _CLOSE.match(t.text)), None)
        if end is None:
            findings.append(_not_closed(lines[start]))
        body = inside[:end]
        kinds = (_TYPE.match(line.text) for line in body[:10])
        kind = next((found[1] for found in kinds if found), "")
        documents.append(Document(kind, sequence, body))
    return tuple(documents), findings


def _not_closed(line: Line) -> Finding:
    return Finding(
        "submission.truncated",
        Severity.WARNING,
        "this document has no end: the file may have been cut short",
        Span(line.number, 0, len(line.text)),
        advice="fetch the file again and compare its size",
    )


def _not_plain_text(document: Document) -> list[Finding]:
    marks = [line for line in document.lines if _HTML.search(line.text)]
    if len(marks) < 3:
        return []
    return [
        Finding(
            "document.html",
            Severity.WARNING,
            "this document is HTML, which is not read yet",
            Span(marks[0].number, 0, len(marks[0].text)),
            advice="convert the plain-text version of the filing",
        )
    ]
