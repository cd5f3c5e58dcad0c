"""Stage 1: the bytes of a file to a `Submission`."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from itertools import islice

from converter.errors import SubmissionError
from converter.header import read_header
from converter.limits import check_size
from converter.lines import Lines
from converter.model import Document, Finding, Header, Line, Severity, Span, Submission

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CUT = frozenset(("unexpected end of data", "truncated data"))
"""Why a character at the end of a file cannot be decoded."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_DOCUMENT = re.compile(r"<(/?)DOCUMENT>[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(r"^[ \t]*<TYPE>[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(r"</?html\b|</?body\b|<pre\b|<table\b[^>]+>|<td\b|<div\b", re.IGNORECASE)
_ENCODED = re.compile(r"^begin [0-7]{3} \S", re.MULTILINE)
_ATTACHMENT = re.compile(r"GRAPHIC|EXCEL|ZIP|PDF|XML|JSON|EX-101(?:\..*)?", re.IGNORECASE)
_DOCUMENT_HEAD = 2000
"""In how many characters a document says what it is."""


def read_submission(data: bytes, *, name: str) -> tuple[Submission, list[Finding]]:
    """Decode a file and split it into its documents.

    Args:
        data: The file as received.
        name: How messages call it.

    Raises:
        SubmissionError: The file is empty, too large, binary, or in an encoding not known.
    """
    check_size(name, len(data))
    text, findings = _decode(data, name)
    lines = Lines.of(text)
    marks = _marks(text)
    header = _header(lines, marks)
    documents, found = _documents(lines, marks)
    findings += [*found, *_lacking(header, sum(opens for opens, _ in marks))]
    return Submission(name, header, documents, lines), findings


def _marks(text: str) -> _Marks:
    """The tags that stand alone on a line; a pattern that began with it would be slow."""
    tags = ((tag, text.rfind("\n", 0, tag.start()) + 1) for tag in _DOCUMENT.finditer(text))
    return [(tag[1] == "", at) for tag, at in tags if not text[at : tag.start()].strip(" \t")]


def _decode(data: bytes, name: str) -> tuple[str, list[Finding]]:
    if not data.strip():
        raise SubmissionError(f"{name}: the file is empty; nothing to read")
    text, whole = _decode_unicode(data)
    if text is not None and "\x00" not in text:
        _refuse_binary(text, name)
        return text, [] if whole else [_within_a_character(text)]
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


def _decode_unicode(data: bytes) -> tuple[str | None, bool]:
    """The text, and whether it ends with a whole character; None if it is not Unicode."""
    marked = ((mark, encoding) for mark, encoding in _BOMS if data.startswith(mark))
    mark, encoding = next(marked, (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        return data.decode(encoding), True
    except UnicodeDecodeError as error:
        # One letter outside ASCII may as well be of another encoding.
        if error.reason not in _CUT or (not mark and data[: error.start].isascii()):
            return None, True
        return data[: error.start].decode(encoding), False


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
    outside = len(data.translate(None, delete=bytes(range(0x80))))
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


_Marks = list[tuple[bool, int]]
"""Whether each tag opens a document, and its offset."""


def _header(lines: Lines, marks: _Marks) -> Header:
    return read_header(lines[: line_at(lines, marks[0][1]) if marks else 0])


def _lacking(header: Header, documents: int) -> list[Finding]:
    """A finding where the header counts more documents than there are."""
    told = header.documents
    if told is None or int(told.text) <= documents:
        return []
    message = (
        f"the header counts {told.text} documents, and {documents} are there: the file may "
        "have been cut short"
    )
    return [truncated(message, told.span)]


def line_at(lines: Lines, offset: int) -> int:
    """The index of the line that an offset of the text lies in."""
    return bisect_right(lines.starts, offset) - 1


def _documents(lines: Lines, marks: _Marks) -> tuple[tuple[Document, ...], list[Finding]]:
    """The documents worth reading; one that holds a picture or a data file is passed."""
    opened = [i for i, (opens, _) in enumerate(marks) if opens]
    if not opened:
        return (Document("", 1, lines, _is_markup(lines, 0, len(lines.text))),), []
    documents: list[Document] = []
    findings: list[Finding] = []
    for sequence, i in enumerate(opened, start=1):
        start = marks[i][1]
        closed = i + 1 < len(marks) and not marks[i + 1][0]
        end = marks[i + 1][1] if i + 1 < len(marks) else len(lines.text)
        first = line_at(lines, start)
        if not closed:
            findings.append(_not_closed(lines[first]))
        last = line_at(lines, end) if i + 1 < len(marks) else len(lines)
        kind = _TYPE.search(lines.text, start, min(end, start + _DOCUMENT_HEAD))
        document = Document(
            kind[1] if kind else "",
            sequence,
            lines[first + 1 : last],
            _is_markup(lines, start, end),
        )
        if _is_attachment(document, lines, start, end):
            findings.append(_attachment(document))
        else:
            documents.append(document)
    return tuple(documents), findings


def _is_markup(lines: Lines, start: int, end: int) -> bool:
    """Three tags of HTML make a document of mark-up; plain text has `<TABLE>` and `<S>`."""
    return len(list(islice(_HTML.finditer(lines.text, start, end), 3))) == 3


def _is_attachment(document: Document, lines: Lines, start: int, end: int) -> bool:
    head = min(start + _DOCUMENT_HEAD, end)
    return bool(
        _ATTACHMENT.fullmatch(document.type) or _ENCODED.search(lines.text, start, head)
    )


def _attachment(document: Document) -> Finding:
    size = len(document.lines)
    return Finding(
        "document.attachment",
        Severity.INFO,
        f"a document of type {document.type or 'unknown'} ({size} lines) is no text to read; "
        "it is passed over",
        Span(document.lines[0].number, 0, len(document.lines[0].text)) if size else None,
    )


def _not_closed(line: Line) -> Finding:
    return truncated(
        "this document has no end: the file may have been cut short",
        Span(line.number, 0, len(line.text)),
    )


def _within_a_character(text: str) -> Finding:
    last = text.count("\n") + 1
    return truncated(
        "the file stops within a character: it was cut short",
        Span(last, 0, len(text) - text.rfind("\n") - 1),
    )


def truncated(message: str, span: Span) -> Finding:
    """That a file lacks its end."""
    return Finding(
        "submission.truncated",
        Severity.WARNING,
        message,
        span,
        advice="fetch the file again and compare its size",
    )
