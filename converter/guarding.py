"""What harms whoever reads it is kept from Arelle: bombs, entities, files without an end.

What a report leads to is read by the same rules as the report itself. What is refused on
the way becomes one of Arelle's own messages.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from converter.errors import SubmissionError, ValidatorError
from converter.limits import PACKAGE, UNPACKING, check_members, check_size
from converter.xml_reading import check_beginning, check_text


def check_report(path: Path) -> None:
    """Refuse a report before anything reads it.

    Raises:
        ValidatorError: It is too large, or declares entities; or it is a package that unpacks
            to too much, or has members that lead out of it.
    """
    try:
        _check_report(path)
    except SubmissionError as error:
        raise ValidatorError(str(error)) from error
    except ValueError as error:
        raise ValidatorError(f"{path}: {error}; take the declarations out") from error
    except (OSError, *UNPACKING) as error:
        raise ValidatorError(f"{path}: cannot be read: {error}") from error


def _check_report(path: Path) -> None:
    check_size(str(path), path.stat().st_size)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            check_members(str(path), archive.infolist(), PACKAGE)
        return
    with path.open("rb") as file:
        check_beginning(file)


@contextmanager
def guarded(source: Any) -> Iterator[None]:  # noqa: ANN401  (a class of Arelle's)
    """Have `FileSource` of Arelle open a file only if it is one, and not too large.

    XML that declares entities is not handed on: Arelle's parser has no limit for them.
    """
    whole = source.file

    def file(self: object, filepath: str, *how: object, **named: object) -> Any:  # noqa: ANN401
        _check_file(Path(filepath))
        opened = whole(self, filepath, *how, **named)
        if isinstance(opened[0], io.TextIOBase):
            check_text(opened[0])
        return opened

    source.file = file
    try:
        yield
    finally:
        source.file = whole


def _check_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise OSError(f"{path.name} is no file")
    if path.is_file():
        check_size(path.name, path.stat().st_size)
