"""A report as Inline XBRL 1.1: the page as filed, each figure that is a fact tagged in it.

Text stands in `<pre>` character for character. Mark-up stays where it was, written as the
XHTML that Inline XBRL's schema knows; a document that is no such mark-up is laid out as
text instead.
"""

from __future__ import annotations

from collections import Counter

from converter.filed_page import Kind, Page, Stretch
from converter.inline_tags import Tagging, hidden_element, marks, tag_facts
from converter.model import Finding, Instance, RenderedFile, Severity
from converter.pipeline import Conversion
from converter.rendering import InlinePage, render_inline
from converter.repair import Repair, TooDeepError
from converter.taxonomy import Taxonomy
from converter.weaving import Weaver
from converter.xml_text import escaped

PRE = '<pre class="filed">'
_NAMED = 5


class _Body:
    """The body of a document, stretch by stretch, and what was found on the way."""

    def __init__(self, page: Page, tagging: Tagging, instance: Instance) -> None:
        self.styles: list[str] = []
        self.findings: list[Finding] = []
        self._page = page
        self._weaver = Weaver(page.text, marks(tagging.tags))
        self._ids = {
            one.id
            for group in (instance.facts, instance.contexts, instance.units)
            for one in group
        }

    def write(self) -> str:
        """All stretches.

        Raises:
            TooDeepError: One of them has to be laid out.
        """
        return "\n".join(map(self._stretch, self._page.stretches))

    def _stretch(self, stretch: Stretch) -> str:
        if stretch.kind is not Kind.MARKUP:
            return f"{PRE}{self._weaver.take(stretch.start, stretch.end, escaped)}</pre>"
        repair = Repair(self._page.text, self._weaver, self._ids)
        body = repair.page(self._page.tokens(stretch), stretch.document)
        self.styles += [style.replace("]]>", "") for style in repair.styles]
        if repair.changes:
            self.findings.append(_repaired(repair.changes, stretch.document))
        return body


def inline_file(
    conversion: Conversion, taxonomy: Taxonomy
) -> tuple[RenderedFile, list[Finding]]:
    """The page with its facts, `<stem>.htm`, and what could not be done in it.

    The facts are those of `conversion.instance`, to the digit; a fact printed in several
    places is tagged in all of them. Source: Inline XBRL 1.1, Transformation Registry 4.
    """
    laid_out: set[int] = set()
    while True:
        page = Page(conversion.reading.submission, laid_out)
        tagging = tag_facts(conversion.instance.facts, page.locate)
        body = _Body(page, tagging, conversion.instance)
        try:
            written = body.write()
        except TooDeepError as deep:
            laid_out.add(deep.document)
            continue
        shown = InlinePage(
            _title(conversion.instance),
            written,
            all(stretch.kind is Kind.TEXT for stretch in page.stretches),
            tuple(map(hidden_element, tagging.hidden)),
            tuple(body.styles),
        )
        file = render_inline(conversion.instance, taxonomy, shown)
        return file, [*tagging.findings, *body.findings, *map(_laid_out, sorted(laid_out))]


def _title(instance: Instance) -> str:
    """Whose page it is, and which form; the name of the file where the cover is silent."""
    said = {fact.concept.local: str(fact.value) for fact in instance.facts if not fact.unit}
    named = (said.get("EntityRegistrantName"), said.get("DocumentType"))
    return ", ".join(filter(None, named)) or instance.stem


# --- findings ------------------------------------------------------------------------


def _repaired(changes: Counter[str], document: int) -> Finding:
    most = changes.most_common(_NAMED)
    named = ", ".join(f"{what} ({count:,})" for what, count in most)
    more = f", and {len(changes) - _NAMED} kinds more" if len(changes) > _NAMED else ""
    return Finding(
        "inline.repaired",
        Severity.INFO,
        f"the mark-up of document {document} is no XHTML 1.1; in Inline XBRL it is written "
        f"otherwise, its text is the same: {named}{more}",
    )


def _laid_out(document: int) -> Finding:
    return Finding(
        "inline.laid-out",
        Severity.WARNING,
        f"the elements of document {document} lie too deep within each other for readers of "
        "XML; Inline XBRL has it laid out as text",
    )
