"""A reader that goes away, as `head` does, changes neither the work nor its status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"


def test_all_is_converted_though_nobody_reads(tmp_path: Path) -> None:
    """The first copy has a wrong total (status 1); the second must not be skipped."""
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / "wrong.txt").write_text(text.replace("317,106", "317,101"), encoding="utf-8")
    (tmp_path / "right.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "converter", "convert", "wrong.txt", "right.txt"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*command, "-o", "out", "--no-validate"],
        cwd=tmp_path,
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)
    assert done.returncode == 1
    assert done.stderr == b""
    assert (tmp_path / "out" / "right" / "right.xml").is_file()
