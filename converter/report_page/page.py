"""The page of a report: one file, which asks for nothing else."""

from __future__ import annotations

import json
import re

from converter.model import RenderedFile
from converter.pipeline import Conversion
from converter.rendering import render_page
from converter.report_page.content import content
from converter.taxonomy import Taxonomy
from converter.validation import Verdict

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def page_file(
    conversion: Conversion, taxonomy: Taxonomy, verdict: Verdict | None = None
) -> RenderedFile:
    """`<stem>.report.html`: the text, the facts in it, and what speaks for them.

    It needs no network and runs no mark-up of the filing: all that the filing says is
    data, which the page shows as text.

    Args:
        conversion: What to show.
        taxonomy: The one it was made with: it tells of the standard concepts.
        verdict: Arelle's, if it was asked.
    """
    data = content(conversion, taxonomy, verdict)
    title = " ".join(str(data[key]) for key in ("entity", "form", "end") if data[key])
    stem = conversion.instance.stem
    return render_page(stem, title or stem, script_json(data))


def script_json(data: object) -> str:
    """JSON that is safe within a `<script>`: nothing in it can end the element.

    HTML's script data ends, or begins to be escaped, at `<` alone (HTML Living Standard,
    4.12.1.3).
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _LONE_SURROGATE.sub("\ufffd", text).replace("<", "\\u003c")
