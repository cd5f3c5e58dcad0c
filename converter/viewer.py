"""Arelle's ixbrl-viewer beside an Inline XBRL document: the extra `tieout[viewer]`.

The viewer is a plug-in of Arelle's, and plug-ins stay loaded in the process that loads
them; Arelle runs in a process of its own here, so that no later verdict depends on it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from converter.errors import OptionsError, ValidatorError
from converter.model import Instance, RenderedFile
from converter.taxonomy import Taxonomy
from converter.validation import on_disk

SCRIPT = "ixbrlviewer.js"
"""The viewer's own script, which its page loads from beside it."""
_PLUGIN = "iXBRLViewerPlugin"
_LONGEST = 600


def check_viewer() -> None:
    """Refuse to promise a viewer that is not installed, before any work.

    Raises:
        OptionsError: It is not.
    """
    if importlib.util.find_spec(_PLUGIN) is None:
        raise OptionsError("--viewer needs ixbrl-viewer; pip install 'tieout[viewer]'")


def viewer_files(
    files: Sequence[RenderedFile],
    instance: Instance,
    taxonomy: Taxonomy,
    package: Path | None = None,
) -> tuple[RenderedFile, ...]:
    """`<stem>.viewer.html` and the script that it loads.

    Args:
        files: All of the report: `<stem>.htm` in Inline XBRL, and its extension taxonomy.
        instance: What they say.
        taxonomy: The index that it was made with.
        package: An official taxonomy package; without one, a package with just the
            report's concepts is made from the index.

    Raises:
        OptionsError: The viewer is not installed.
        ValidatorError: Arelle wrote no viewer.
    """
    check_viewer()
    with on_disk(files, instance, taxonomy, package) as (folder, used):
        made = folder / "viewer" / f"{instance.stem}.viewer.html"
        made.parent.mkdir()
        said = _run(folder / f"{instance.stem}.htm", used.resolve(), made)
        script = made.with_name(SCRIPT)
        if not made.is_file() or not script.is_file():
            last = said.strip().rpartition("\n")[2].replace(f"{folder}/", "")
            raise ValidatorError(f"{instance.stem}.htm: no viewer was written: {last}")
        return tuple(RenderedFile(one.name, one.read_bytes()) for one in (made, script))


def _run(document: Path, package: Path, made: Path) -> str:
    """Have Arelle write a viewer, offline; what it says."""
    nowhere = Path(tempfile.gettempdir())
    command = [
        *(sys.executable, "-m", "arelle.CntlrCmdLine", "--plugins", "ixbrl-viewer"),
        *("--file", str(document), "--packages", str(package)),
        *("--save-viewer", str(made), "--internetConnectivity", "offline"),
        *("--disablePersistentConfig", "--uiLang", "en-US"),
        *("--cacheDirectory", str(nowhere / "tieout-no-cache")),
    ]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(nowhere / "tieout-no-config")}
    try:
        done = subprocess.run(  # noqa: S603  (our own arguments, and no shell)
            command,
            env=environment,
            cwd=document.parent,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValidatorError(f"{document.name}: Arelle wrote no viewer: {error}") from error
    return done.stdout + done.stderr
