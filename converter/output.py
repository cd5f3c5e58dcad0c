"""What a conversion leaves on disk: all of it, or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from converter import __version__
from converter.errors import OptionsError
from converter.model import Fact, Finding, RenderedFile, Span
from converter.pipeline import Conversion, stem_of
from converter.validation import Verdict
from converter.xml_text import as_utf8

FORMAT = 1
"""Version of the layout of `<stem>.findings.json`."""


ENDINGS = (
    ".xml", ".xsd", "_pre.xml", "_cal.xml", "_def.xml", "_lab.xml", "-formula.xml",
    ".htm", ".json", "-csv.json", "-facts.csv", ".xbri", ".xbr",
    ".findings.json", ".certificate.json", ".report.html", ".viewer.html",
)  # fmt: skip
"""What the names of the files of a report end in, after the name of the report."""
_VIEWER = "ixbrlviewer.js"


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def json_text(content: object, depth: int = 2) -> str:
    """JSON as all our files have it: the same bytes for the same content.

    What lies less deep than `depth` has a line of its own: an equation, a fact, a finding.
    """
    return as_utf8(_laid_out(content, depth, "\n ")) + "\n"


def _laid_out(content: object, depth: int, margin: str) -> str:
    if not depth or not content or not isinstance(content, dict | list):
        return _encoded(content)
    if isinstance(content, list):
        entries = [_laid_out(one, depth - 1, f"{margin} ") for one in content]
        return f"[{margin}{f',{margin}'.join(entries)}{margin[:-1]}]"
    entries = [
        f"{_encoded(key)}: {_laid_out(one, depth - 1, f'{margin} ')}"
        for key, one in content.items()
    ]
    return f"{{{margin}{f',{margin}'.join(entries)}{margin[:-1]}}}"


def findings_file(
    conversion: Conversion, verdict: Verdict | None, data: bytes, source: str
) -> RenderedFile:
    """All findings as JSON, with the place of each, and the places of each fact.

    Lines and columns count from 1; `end_column` is the one after the last.
    """
    findings = [*conversion.findings, *(verdict.findings if verdict else ())]
    content = {
        "format": FORMAT,
        "tieout": __version__,
        "source": {
            "name": Path(source).name,
            "sha256": hashlib.sha256(data).hexdigest(),
        },
        "summary": {
            "statements": len(conversion.statements),
            "facts": len(conversion.instance.facts),
            "sums_checked": conversion.sums_checked,
            "checked_against": verdict.checked_against if verdict else None,
            "valid": verdict.valid if verdict else None,
        },
        "findings": [finding_entry(finding) for finding in findings],
        "places": {f.id: _places(f) for f in conversion.instance.facts},
    }
    text = json_text(content)
    return RenderedFile(f"{conversion.instance.stem}.findings.json", text.encode())


def finding_entry(finding: Finding) -> dict[str, object]:
    """A finding as our JSON has it."""
    entry: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
    }
    if finding.span is not None:
        entry |= place_entry(finding.span)
    if finding.advice:
        entry["advice"] = finding.advice
    return entry


def _places(fact: Fact) -> list[dict[str, int]]:
    return [place_entry(span) for span in fact.sources]


def place_entry(span: Span) -> dict[str, int]:
    """A place as our JSON has it: line and columns from 1, the end after the last."""
    return {"line": span.line, "column": span.start + 1, "end_column": span.end + 1}


def claim_folders(inputs: Sequence[str], out: Path, *, force: bool) -> dict[str, Path]:
    """The folder of each input's report, before any work is done.

    Raises:
        OptionsError: Two inputs would share a folder, the output exists and `force` is
            not given, or the place of the output is a file.
    """
    if out.exists() and not out.is_dir():
        raise OptionsError(f"{out}: a file, not a folder; choose another place with -o")
    folders: dict[str, Path] = {}
    for source in inputs:
        folder = out / stem_of(source)
        if _inside(Path(source), folder):
            raise OptionsError(
                f"{source} lies where its own report would be written; choose another place "
                "with -o"
            )
        twin = next((s for s, f in folders.items() if f == folder), None)
        if twin == source:
            continue
        if twin is not None:
            raise OptionsError(
                f"{twin} and {source} would both be written to {folder}; convert them "
                "with different -o"
            )
        if folder.exists() or folder.is_symlink():
            if not force:
                raise OptionsError(
                    f"{folder} exists; use --force to replace it, or choose another place "
                    "with -o"
                )
            _refuse_foreign(folder)
        folders[source] = folder
    return folders


def _inside(source: Path, folder: Path) -> bool:
    return folder.resolve() in (source.resolve(), *source.resolve().parents)


def _refuse_foreign(folder: Path) -> None:
    """Replace nothing but a report: no file, no link, no folder that holds more."""
    if folder.is_symlink() or not folder.is_dir():
        raise OptionsError(f"{folder}: not the folder of a report; --force does not replace it")
    ours = {_VIEWER, *(folder.name + ending for ending in ENDINGS)}
    others = sorted({path.name for path in folder.iterdir()} - ours)
    if others:
        raise OptionsError(
            f"{folder} holds {others[0]!r}, which is no part of a report; --force does not "
            "replace it; move it away, or choose another place with -o"
        )


def claim_file(path: Path, source: str, *, force: bool) -> None:
    """See that a file may be written, before any work is done.

    Raises:
        OptionsError: It exists and `force` is not given, or it is no file, or the input.
    """
    if path.is_dir():
        raise OptionsError(f"{path}: a folder, not a file; choose another name")
    if path.resolve() == Path(source).resolve():
        raise OptionsError(f"{path}: the input itself; choose another name")
    if (path.exists() or path.is_symlink()) and not force:
        raise OptionsError(f"{path} exists; use --force to replace it, or choose another name")


def write_file(path: Path, data: bytes) -> None:
    """Write a file at once: a reader sees the old content or the new.

    Raises:
        OptionsError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".tieout-", dir=path.parent))
    except OSError as error:
        raise OptionsError(f"{path.parent}: cannot be written: {error.strerror}") from error
    try:
        (temporary / "new").write_bytes(data)
        (temporary / "new").replace(path)
    except OSError as error:
        raise OptionsError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put the new folder in place of the old one, or leave the old one where it was."""
    existed = folder.exists()
    if existed:
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if existed:
            old.rename(folder)
        raise


def write_folder(folder: Path, files: Iterable[RenderedFile]) -> None:
    """Write files to a folder at once: a reader sees the old content or the new.

    Raises:
        OptionsError: The folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".tieout-", dir=folder.parent))
    except OSError as error:
        raise OptionsError(f"{folder.parent}: cannot be written: {error.strerror}") from error
    try:
        new = temporary / "new"
        new.mkdir()
        for file in files:
            (new / file.name).write_bytes(file.data)
        _swap(new, folder, temporary / "old")
    except OSError as error:
        raise OptionsError(f"{folder}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
