"""What a run was asked for, kept in its folder so that it can be taken up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from converter.errors import OptionsError
from converter.output import json_text, write_file

_FILE = "batch.json"
LOCK = ".lock"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run reads and makes, in the words of the command.

    Attributes:
        sources: As given.
        folder: Where they were given: paths are relative to it.
        index_forms: Which forms of an index are read; all where none is named.
        first: How many filings are read at most; None for all.
        to: The forms of the reports.
        taxonomy: The name or folder of an index.
        package: The official package that reports are checked with.
        rules: The user's mapping rules.
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
        OptionsError: It is a file, or a folder that holds something else.
    """
    if out.exists() and not out.is_dir():
        raise OptionsError(f"{out}: a file, not a folder; choose another place with -o")
    if out.is_dir() and not (out / _FILE).exists() and any(_no_lock(out)):
        raise OptionsError(f"{out}: holds something else; choose another place with -o")


def _no_lock(out: Path) -> Iterator[Path]:
    return (path for path in out.iterdir() if path.name != LOCK)


def remember(out: Path, asked: Asked) -> None:
    """Keep what a run was asked for.

    Raises:
        OptionsError: It cannot be written.
    """
    content = json_text({"format": FORMAT, **asdict(asked)})
    write_file(out / _FILE, content.encode())


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
        raise OptionsError(f"{out}: no run to take up; name SOURCE") from error
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
        is_relative = "://" not in name and not Path(name).is_absolute()
        if is_relative and asked.folder != str(Path.cwd()):
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
