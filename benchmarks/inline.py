"""How the pages of a corpus come out as Inline XBRL.

    python benchmarks/inline.py FOLDER [--every N] [--arelle]

Prints how many filings keep the strip property (the text of the page, read with a parser
of XML, is that of the file, read with the parser of HTML of the standard library), how
many facts are tagged in place, hidden or lost, and with `--arelle` how many documents
Arelle reads with the facts of the xBRL-XML report and without a message.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from lxml import etree

from converter.errors import SubmissionError
from converter.filed_page import Kind, Page, Stretch
from converter.inline import inline_file
from converter.model import Finding, Instance, RenderedFile
from converter.pipeline import Conversion, convert
from converter.taxonomy import Taxonomy, load_taxonomy
from converter.validation import load_files, on_disk

IX = "{http://www.xbrl.org/2013/inlineXBRL}"
UNSHOWN = {
    "script", "style", "title", "svg", "noscript", "template", "iframe", "ix:header",
}  # fmt: skip


class Characters(HTMLParser):
    """The characters of HTML outside of tags, and outside of what is not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin to pass over an element that shows no text."""
        del attrs
        if not self._within and tag in UNSHOWN:
            self._within = tag

    def handle_endtag(self, tag: str) -> None:
        """The end of it."""
        if tag == self._within:
            self._within = ""

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._within:
            self.found.append(data)


def filings(folder: Path, every: int) -> list[Path]:
    """All text and HTML files of a folder, one in so many."""
    found = sorted(p for p in folder.rglob("*") if p.suffix in {".txt", ".htm", ".html"})
    return found[::every]


def expected(stretch: Stretch) -> str:
    """What the page must show of a stretch."""
    if stretch.kind is not Kind.MARKUP:
        return stretch.text
    parser = Characters()
    parser.feed(stretch.text)
    parser.close()
    return "".join(parser.found)


def shown(element: etree._Element) -> str:
    """The text of an element, with what is drawn for a control character read back."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    if element.get("class") == "control":
        yield chr(int(element.get("title", ""), 0))
        return
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


def keeps_text(conversion: Conversion, file: RenderedFile) -> bool:
    """Whether every stretch of the page has exactly the characters of the file."""
    stretches = Page(conversion.reading.submission).stretches
    _, *written = etree.fromstring(file.data)[1]
    return [shown(one) for one in written] == [expected(one) for one in stretches]


def places(instance: Instance, file: RenderedFile) -> Counter[str]:
    """How many facts have a tag in the page, are hidden, or are neither."""
    root = etree.fromstring(file.data)
    hidden = {one.get("id") for one in root.iterfind(f".//{IX}hidden/*")}
    tagged = {
        one.get("id") for name in ("nonFraction", "nonNumeric") for one in root.iter(IX + name)
    }
    counted: Counter[str] = Counter()
    for fact in instance.facts:
        kind = "figures" if fact.unit else "words"
        place = "hidden" if fact.id in hidden else "in place" if fact.id in tagged else "lost"
        counted[f"{kind} {place}"] += 1
    return counted


def arelle_agrees(conversion: Conversion, file: RenderedFile, taxonomy: Taxonomy) -> list[str]:
    """What Arelle says against the document, and whether its facts are others."""
    instance = conversion.instance
    with on_disk([*conversion.files, file], instance, taxonomy) as (folder, package):
        paths = [folder / f"{instance.stem}.xml", folder / file.name]
        plain, inline = load_files(paths, package)
    new = _new(plain.verdict.findings, inline.verdict.findings)
    said = [f"{one.code}: {one.message[:200]}" for one in new]
    differ = {*plain.facts} ^ {*inline.facts}
    return [*said, *([f"{len(differ)} facts differ"] if differ else ())]


def _new(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """What is said of the inline document and not of the instance.

    A formula whose facts are printed twice is worked out twice.
    """
    known = {(one.code, one.message) for one in before}
    return [one for one in after if (one.code, one.message) not in known]


def main() -> None:
    """Measure a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--arelle", action="store_true")
    options = parser.parse_args()
    taxonomy = load_taxonomy("us-gaap-2024")
    totals: Counter[str] = Counter()
    slowest = 0.0
    for path in filings(options.folder, options.every):
        name = f"{path.parent.name}{path.suffix}"
        try:
            conversion = convert(path.read_bytes(), name=name)
        except SubmissionError as error:
            print(f"{path}: {error}")
            continue
        begun = time.process_time()
        file, findings = inline_file(conversion, taxonomy)
        slowest = max(slowest, (time.process_time() - begun) / len(file.data) * 1e6)
        totals["documents"] += 1
        totals.update({one.code for one in findings})
        totals.update(places(conversion.instance, file))
        if keeps_text(conversion, file):
            totals["with the text as filed"] += 1
        else:
            print(f"{path}: not the text as filed")
        if options.arelle and conversion.files:
            said = arelle_agrees(conversion, file, taxonomy)
            totals["read alike by Arelle, without an error"] += not said
            totals["asked of Arelle"] += 1
            for one in said[:3]:
                print(f"{path}: {one}")
    for what, count in sorted(totals.items()):
        print(f"{count:8,} {what}")
    print(f"{slowest:8.2f} seconds for a megabyte at most")


if __name__ == "__main__":
    main()
