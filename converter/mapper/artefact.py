"""What was learned, as a folder of two files: numbers in single bytes, names and counts.

`weights.npz` holds the matrices, those of features and of concepts rounded to 8 bits a
number with one scale for each vector, the others to 16; `mapper.json` the concepts, the
statements that they were seen in, and the calibration. The same training writes the same
bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from converter.calibration import Calibration
from converter.errors import OptionsError
from converter.limits import PACKAGE, UNPACKING, check_members, read_file
from converter.mapper.evidence import BUCKETS, KINDS, SLOTS, TRAITS, Numbers
from converter.mapper.network import Network, Weights
from converter.model import RenderedFile
from converter.resources import resource

_VERSION: Final = 1
_BROKEN: Final = (
    *UNPACKING, ValueError, TypeError, KeyError, IndexError, AttributeError, MemoryError,
)  # fmt: skip
"""What reading a file that is no mapper ends in."""
_DENSE: Final = ("W0", "b0", "W1", "b1", "W2", "b2", "Wq", "b")


@dataclass(frozen=True, slots=True)
class Mapper:
    """A network, and how often it is right when it says that it is sure.

    `learned` says from how many companies, filings and lines.
    """

    network: Network
    calibration: Calibration
    learned: tuple[tuple[str, int], ...]


def mapper_files(mapper: Mapper) -> tuple[RenderedFile, RenderedFile]:
    """The two files of an artefact."""
    network = mapper.network
    w = network.weights
    features, feature_scale = _rounded(np.asarray(w.E, dtype=np.float32) * w.E_scale[:, None])
    concepts, concept_scale = _rounded(w.U.T)
    buffer = BytesIO()
    np.savez(
        buffer,
        E=features,
        E_scale=feature_scale,
        U=concepts,
        U_scale=concept_scale,
        **{name: getattr(w, name).astype(np.float16) for name in _DENSE},
    )
    seen = np.packbits(network.seen, axis=0, bitorder="little")[0].tolist()
    about = {
        "version": _VERSION,
        "learned": dict(mapper.learned),
        "calibration": [list(point) for point in mapper.calibration.points],
        "statements": [kind.value for kind in KINDS],
        "concepts": dict(zip(network.concepts, seen, strict=True)),
    }
    text = json.dumps(about, indent=0, ensure_ascii=True) + "\n"
    return (
        RenderedFile("weights.npz", buffer.getvalue()),
        RenderedFile("mapper.json", text.encode()),
    )


def _rounded(matrix: Numbers) -> tuple[NDArray[np.int8], Numbers]:
    """A matrix in single bytes, and the scale of each row."""
    scale = np.abs(matrix).max(axis=1) / 127
    safe = np.where(scale > 0, scale, 1)
    return np.rint(matrix / safe[:, None]).astype(np.int8), scale.astype(np.float32)


@lru_cache(maxsize=2)
def load_mapper(folder: Path | None = None) -> Mapper:
    """The mapper of a folder; the one that comes with the product when none is named.

    Raises:
        OptionsError: The folder holds no mapper, or one of another version.
    """
    folder = folder or resource("taxonomy") / "mapper"
    try:
        return _read(folder)
    except OSError as error:
        raise OptionsError(f"{folder}: no mapper: {error.strerror}") from error
    except OptionsError:
        raise
    except _BROKEN as error:
        raise OptionsError(f"{folder}: not a mapper: {error}") from error


def _read(folder: Path) -> Mapper:
    about = json.loads(read_file(folder / "mapper.json"))
    arrays = _arrays(folder / "weights.npz")
    if about.get("version") != _VERSION or arrays["E"].shape[0] != BUCKETS:
        raise OptionsError(f"{folder}: a mapper of another version; train it again")
    names = tuple(about["concepts"])
    bits = np.array([list(about["concepts"].values())], dtype=np.uint8)
    seen = np.unpackbits(bits, axis=0, bitorder="little")[: len(KINDS)].astype(np.bool_)
    weights = Weights(
        E=arrays["E"],
        E_scale=arrays["E_scale"],
        U=np.ascontiguousarray((arrays["U"] * arrays["U_scale"][:, None]).T),
        **{name: arrays[name].astype(np.float32) for name in _DENSE},
    )
    _check_shapes(folder, weights, len(names))
    points = tuple((float(said), float(true)) for said, true in about["calibration"])
    network = Network(names, seen, weights)
    return Mapper(network, Calibration(points), tuple(about["learned"].items()))


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The matrices of a file, which holds no objects and unpacks to no more than it may."""
    with ZipFile(path) as archive:
        check_members(str(path), archive.infolist(), PACKAGE)
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _check_shapes(folder: Path, w: Weights, concepts: int) -> None:
    width, alone = w.E.shape[1], len(w.b0)
    wanted = (3 * width + TRAITS, (1 + len(SLOTS) + 2) * alone, concepts)
    if (w.W0.shape[0], w.W1.shape[0], w.U.shape[1]) != wanted:
        raise OptionsError(f"{folder}: a mapper of another version; train it again")
