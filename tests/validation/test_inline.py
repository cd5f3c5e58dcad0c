"""Arelle reads Inline XBRL without a message, and the same facts as in the instance."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from converter.inline import inline_file
from converter.model import RenderedFile
from converter.pipeline import Conversion, convert
from converter.taxonomy import load_taxonomy
from converter.validation import Loaded, load_files, on_disk

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
IX = "{http://www.xbrl.org/2013/inlineXBRL}"
TAXONOMY = load_taxonomy("us-gaap-2024")

pytestmark = pytest.mark.arelle

TEXT = """\
                                 ALPHA CORP.
                            Statements of Operations
                      (In thousands, except per share data)

                                       Years ended December 31,
                                          2003          2002
                                        --------      --------
Net sales                               $  1,000      $    900
Cost of sales                               (600)         (550)
                                        --------      --------
Gross profit                                 400           350
Interest expense                            (128)           --
                                        --------      --------
Net income                              $    272      $    350
                                        ========      ========
Basic and diluted earnings per share    $   2.72      $   3.50
"""

HTML = """\
<html><head><title>Alpha</title></head>
<body bgcolor=white>
<center><font size=+1>ALPHA CORP.<br>Balance Sheets</font><br>(In thousands)</center>
<table border=0 width=100%>
<tr><td>&nbsp;<td colspan=2 nowrap><b>December 31, 2003</b><td colspan=2><b>December 31, 2002
<tr><td>Cash<td align=right>$<td>1,250<td align=right>$<td>1,100
<tr><td>Receivables, net<td><td>300<td><td>&#8212;
<tr><td><p>Total assets<td>$<td><font color=black>1,550</font><td>$<td>1,100</tr>
<tr><td>Accounts payable<td>$<td>150<td>$<td>100
<tr><td>Accumulated deficit<td><td>(100)<td><td>(50)
<tr><td>Common stock &amp; surplus<td><td>1,500<td><td>1,050
<tr><td>Total liabilities and stockholders' equity<td>$<td>1,550<td>$<td>1,100
</table><p>See notes &lt;1&gt; to 5.<script>document.write("<b>")</script>
</body></html>
"""


def _read(conversion: Conversion, page: RenderedFile) -> list[Loaded]:
    """The report in XML and in line, as Arelle reads them."""
    instance = conversion.instance
    with on_disk([*conversion.files, page], instance, TAXONOMY) as (folder, package):
        return list(load_files([folder / f"{instance.stem}.xml", folder / page.name], package))


def test_the_example_states_in_line_what_it_states_in_xml() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    plain, inline = _read(conversion, inline_file(conversion, TAXONOMY)[0])
    assert inline.verdict.findings == ()
    assert set(inline.facts) == set(plain.facts)
    assert len(set(inline.facts)) == 341


@pytest.mark.parametrize(("name", "filed"), [("a.txt", TEXT), ("a.htm", HTML)])
def test_a_page_is_valid_and_has_the_facts_of_the_report(name: str, filed: str) -> None:
    conversion = convert(filed.encode(), name=name)
    page = inline_file(conversion, TAXONOMY)[0]
    plain, inline = _read(conversion, page)
    said = {one.message for one in plain.verdict.findings}
    assert [f.message for f in inline.verdict.findings if f.message not in said] == []
    assert set(inline.facts) == set(plain.facts)
    assert len(inline.facts) > 10
    assert etree.fromstring(page.data).find(f".//{IX}hidden") is None


def test_a_fact_that_differs_is_not_the_same() -> None:
    conversion = convert(TEXT.encode(), name="a.txt")
    file, _ = inline_file(conversion, TAXONOMY)
    other = replace(file, data=file.data.replace(b">1,000<", b">1,001<"))
    plain, inline = _read(conversion, other)
    assert {fact.value for fact in {*inline.facts} - {*plain.facts}} == {Decimal(1_001_000)}


def test_signs_are_those_of_the_facts_and_not_of_the_page() -> None:
    conversion = convert(TEXT.encode(), name="a.txt")
    root = etree.fromstring(inline_file(conversion, TAXONOMY)[0].data)
    negative = {fact.id for fact in conversion.instance.facts if str(fact.value)[0] == "-"}
    signed = {one.get("id") for one in root.iter(f"{IX}nonFraction") if one.get("sign")}
    assert signed == negative
    (interest,) = [one for one in root.iter(f"{IX}nonFraction") if one.text == "128"]
    assert interest.get("sign") is None
    assert (interest.tail or "")[:1] == ")"


def test_one_printed_number_of_two_facts_is_nested() -> None:
    root = etree.fromstring(inline_file(convert(TEXT.encode(), name="a.txt"), TAXONOMY)[0].data)
    outer = [one for one in root.iter(f"{IX}nonFraction") if len(one)]
    names = [(one.get("name"), one[0].get("name"), one[0].text) for one in outer]
    assert names == [
        ("us-gaap:EarningsPerShareBasic", "us-gaap:EarningsPerShareDiluted", "2.72"),
        ("us-gaap:EarningsPerShareBasic", "us-gaap:EarningsPerShareDiluted", "3.50"),
    ]
