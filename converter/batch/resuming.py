"""What a run was asked for, kept in its folder so that it can be taken up again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from converter.errors import OptionsError
from converter.output import json_text, write_file

_FILE = "batch.json"
_ADDRESS = re.compile(r"[A-Za-z][\w.+-]+:/")  # of `s3://` a path keeps one slash
LOCK = ".lock"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run reads and makes, in the words of the command.

    Attributes:
        sources: As given.
        folder: Where they were given: paths are relative to it. Empty where none is.
        index_forms: Which forms of an index are read; all where none is named.
        first: How many filings are read at most; None for all.
        to: The forms of the reports.
        taxonomy: The name of an index, or the path of its folder from the root on.
        package: The same of the official package that reports are checked with.
        rules: The same of the user's mapping rules.
        min_confidence: As of `convert`.
        calculations: As of `convert`.
        validate: Arelle is to check the reports.
    """

    sources: tuple[str, ...]
    folder: str
    index_forms: tuple[str, ...]
    first: int | None
    to: tuple[str, ...]
    taxonomy: str
    package: str | None
    rules: str | None
    min_confidence: float
    calculations: str
    validate: bool


def check_folder(out: Path) -> None:
    """See that a folder is that of a run, or may become one.

    Raises:
        OptionsError: It is a file, a folder that holds something else, or an address.
    """
    if _ADDRESS.match(str(out)):
        raise OptionsError(f"{out}: an address; OUT is a folder of this machine")
    if out.exists() and not out.is_dir():
        raise OptionsError(f"{out}: a file, not a folder; choose another place with -o")
    if out.is_dir() and not (out / _FILE).exists() and any(_no_lock(out)):
        raise OptionsError(f"{out}: holds something else; choose another place with -o")


def _no_lock(out: Path) -> Iterator[Path]:
    return (path for path in out.iterdir() if path.name != LOCK)


def remember(out: Path, asked: Asked, names: Iterable[str]) -> None:
    """Keep what a run was asked for, and where its relative names begin.

    Args:
        out: The folder of the run.
        asked: What was asked for.
        names: Those of the files that it reads.

    Raises:
        OptionsError: It cannot be written; or names of earlier runs are relative to another
            folder: one name would stand for two filings.
    """
    before, here = _folder_before(out), str(Path.cwd())
    relative = any(map(_is_relative, names))
    if relative and before not in {"", here} and Path(before).is_dir():
        raise OptionsError(
            f"{out}: was given names relative to {before}, and here they mean other filings; "
            "go there, name SOURCE by its whole path, or choose another place with -o"
        )
    known = replace(asked, folder=here if relative else before)
    content = json_text({"format": FORMAT, **asdict(known)})
    write_file(out / _FILE, content.encode())


def _folder_before(out: Path) -> str:
    """The folder that names of earlier runs are relative to; empty if none is, or none ran."""
    try:
        return str(json.loads((out / _FILE).read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _is_relative(name: str) -> bool:
    return "://" not in name and not Path(name).is_absolute()


def remembered(out: Path) -> Asked:
    """What the last run into a folder was asked for.

    Raises:
        OptionsError: There was none, or one of another version; or its sources mean
            something else here.
    """
    try:
        content = json.loads((out / _FILE).read_text(encoding="utf-8"))
        known = content.pop("format") == FORMAT
        listed = {key: tuple(content[key]) for key in ("sources", "index_forms", "to")}
        asked = Asked(**{**content, **listed})
    except OSError as error:
        raise OptionsError(
            f"{out}: no run to take up; name SOURCE, without --resume"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OptionsError(f"{out / _FILE}: not written by tieout; name SOURCE") from error
    if not known:
        raise OptionsError(f"{out / _FILE}: of another version; name SOURCE again")
    _check_sources(asked)
    return asked


def _check_sources(asked: Asked) -> None:
    """Refuse what was read from standard input, or is relative to another folder."""
    for source in asked.sources:
        name = source.removeprefix("@")
        if name == "-":
            raise OptionsError("the last run had its sources from standard input; name them")
        if _is_relative(name) and asked.folder != str(Path.cwd()):
            raise OptionsError(
                f"{source}: the last run was given this in {asked.folder}; go there, or name "
                "SOURCE"
            )


def digest(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names.

    Raises:
        OptionsError: It cannot be read.
    """
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    told = hashlib.sha256()
    try:
        for file in files:
            with file.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            told.update(f"{file.relative_to(path)} {content}\n".encode(errors="replace"))
    except OSError as error:
        raise OptionsError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return told.hexdigest()
