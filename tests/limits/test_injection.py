"""Words of a filing stay words in every file that is written."""

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from converter.certificate import certificate_file
from converter.checking import Checked
from converter.forms import Form, written
from converter.output import findings_file
from converter.pipeline import convert, stem_of
from converter.report_page.page import page_file
from converter.taxonomy import load_taxonomy
from converter.xml_text import in_xml

GOOD = Path(__file__).parents[1] / "errors" / "codes" / "entity.no-cik" / "input.txt"
WORDS = [
    "Odd {{ 7*191 }} gains", "Odd {% include 'x' %}", "Odd {# note #} x", "Odd </xbrl> gains",
    "Odd ]]> gains", "Odd <script>x()", "Odd <!-- x", "Odd -- > gains", "Odd &lt; &amp; &x;",
    "Odd \u202egains", "Odd \ufffegains", "Odd \x0bgains", "Odd ${jndi:x} %s", "Odd \" ' gains",
    "Odd \U0001f4b0 e\u0301", "Odd <?php x ?>",
]  # fmt: skip
XML = (".xml", ".xsd", ".htm")


def _filing(word: str) -> bytes:
    text = GOOD.read_text("utf-8")
    return re.sub("Net sales *", lambda found: word.ljust(len(found[0])), text).encode()


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_stay_words(word: str) -> None:
    data = _filing(word)
    conversion = convert(data, name="x.txt")
    taxonomy = load_taxonomy("us-gaap-2024")
    files = [
        *written(conversion, taxonomy, tuple(Form)).files,
        findings_file(conversion, None, data, "x.txt"),
        certificate_file(Checked("x.txt", data, conversion)),
        page_file(conversion, taxonomy, None),
    ]
    assert len(files) > 12
    for file in files:
        assert b"1337" not in file.data, file.name  # what {{ 7*191 }} would be
        if file.name.endswith(XML):
            root = etree.fromstring(file.data)
            assert root.getroottree().docinfo.internalDTD is None
            tags = {str(etree.QName(one).localname) for one in root.iter(etree.Element)}
            assert "script" not in tags
        if file.name.endswith(".json"):
            json.loads(file.data)
    page = next(file.data for file in files if file.name == "x.htm").decode()
    shown = "".join(map(str, etree.fromstring(page.encode()).itertext()))
    assert word in shown or in_xml(word) != word


@pytest.mark.parametrize("name", ["..txt", "...txt", "in/....txt", "..", "/"])
def test_a_name_of_dots_is_no_other_folder(name: str) -> None:
    assert stem_of(name) == "report"
    assert stem_of(f"a{name.replace('/', '')}").startswith("a")
