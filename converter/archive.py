"""Zip files of which the bytes depend on nothing but what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from converter.model import RenderedFile

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o644 << 16
_LEVEL = 6


def zipped(folder: str, files: Iterable[RenderedFile]) -> bytes:
    """Files in one folder of a zip file, in their order.

    Neither the clock nor the system nor the rights of this user are in it.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            info = zipfile.ZipInfo(f"{folder}/{file.name}", _EPOCH)
            info.create_system, info.external_attr = _UNIX, _MODE
            archive.writestr(info, file.data, zipfile.ZIP_DEFLATED, _LEVEL)
    return buffer.getvalue()
