"""What the committed indexes say about concepts that every accountant knows."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import TaxonomyError
from converter.model import QName, StatementKind
from converter.resources import resource
from converter.taxonomy import (
    COLUMNS,
    Concept,
    Namespace,
    Taxonomy,
    derive_label,
    load_taxonomy,
    parse_qname,
    taxonomy_names,
)

NAMES = ("us-gaap-2024", "us-gaap-2009")


def gaap(local: str) -> QName:
    return QName("us-gaap", local)


def known(taxonomy: Taxonomy, name: QName) -> Concept:
    concept = taxonomy.concept(name)
    assert concept is not None, f"{name} is not in {taxonomy.name}"
    return concept


@pytest.fixture(params=NAMES)
def taxonomy(request: pytest.FixtureRequest) -> Taxonomy:
    return load_taxonomy(str(request.param))


@pytest.fixture
def new() -> Taxonomy:
    return load_taxonomy("us-gaap-2024")


@pytest.fixture
def old() -> Taxonomy:
    return load_taxonomy("us-gaap-2009")


def test_names_newest_first() -> None:
    assert taxonomy_names() == NAMES


def test_year_and_name(new: Taxonomy, old: Taxonomy) -> None:
    assert (new.name, new.year) == ("us-gaap-2024", 2024)
    assert (old.name, old.year) == ("us-gaap-2009", 2009)


def test_sizes(new: Taxonomy, old: Taxonomy) -> None:
    count = Counter(concept.name.prefix for concept in new)
    assert count == {"us-gaap": 17380, "srt": 600, "dei": 207}
    assert len(old) == 13452 + 140


def test_loads_from_a_path() -> None:
    by_path = load_taxonomy(str(resource("taxonomy") / "us-gaap-2009"))
    assert (by_path.name, by_path.year) == ("us-gaap-2009", 2009)


@pytest.mark.parametrize(
    ("name", "prefix", "uri", "schema"),
    [
        (
            "us-gaap-2024",
            "us-gaap",
            "http://fasb.org/us-gaap/2024",
            "https://xbrl.fasb.org/us-gaap/2024/elts/us-gaap-2024.xsd",
        ),
        (
            "us-gaap-2024",
            "srt",
            "http://fasb.org/srt/2024",
            "https://xbrl.fasb.org/srt/2024/elts/srt-2024.xsd",
        ),
        (
            "us-gaap-2024",
            "dei",
            "http://xbrl.sec.gov/dei/2024",
            "https://xbrl.sec.gov/dei/2024/dei-2024.xsd",
        ),
        (
            "us-gaap-2024",
            "dtr-types",
            "http://www.xbrl.org/dtr/type/2022-03-31",
            "https://www.xbrl.org/dtr/type/2022-03-31/types.xsd",
        ),
        (
            "us-gaap-2009",
            "us-gaap",
            "http://xbrl.us/us-gaap/2009-01-31",
            "http://taxonomies.xbrl.us/us-gaap/2009/elts/us-gaap-2009-01-31.xsd",
        ),
        (
            "us-gaap-2009",
            "dei",
            "http://xbrl.us/dei/2009-01-31",
            "http://taxonomies.xbrl.us/us-gaap/2009/non-gaap/dei-2009-01-31.xsd",
        ),
        (
            "us-gaap-2009",
            "us-types",
            "http://xbrl.us/us-types/2009-01-31",
            "http://taxonomies.xbrl.us/us-gaap/2009/elts/us-types-2009-01-31.xsd",
        ),
    ],
)
def test_official_schemas(name: str, prefix: str, uri: str, schema: str) -> None:
    namespace = load_taxonomy(name).namespaces[prefix]
    assert namespace == Namespace(prefix, uri, schema)


def test_imports(new: Taxonomy) -> None:
    assert new.imports["us-types"] == ("xbrli",)
    assert "us-types" in new.imports["us-gaap"]
    assert all(to in new.namespaces for some in new.imports.values() for to in some)


def test_assets(taxonomy: Taxonomy) -> None:
    assert known(taxonomy, gaap("Assets")) == Concept(
        name=gaap("Assets"),
        id="us-gaap_Assets",
        type=QName("xbrli", "monetaryItemType"),
        period_type="instant",
        balance="debit",
        abstract=False,
        nillable=True,
        group=QName("xbrli", "item"),
        deprecated_in=None,
        non_negative=True,
    )


def test_treasury_stock(taxonomy: Taxonomy) -> None:
    concept = known(taxonomy, gaap("TreasuryStockValue"))
    assert (concept.period_type, concept.balance) == ("instant", "debit")
    assert concept.non_negative


def test_net_income_may_be_negative(taxonomy: Taxonomy) -> None:
    concept = known(taxonomy, gaap("NetIncomeLoss"))
    assert (concept.period_type, concept.balance) == ("duration", "credit")
    assert not concept.non_negative


def test_abstract_and_groups(new: Taxonomy) -> None:
    assert known(new, gaap("AssetsAbstract")).abstract
    table = known(new, gaap("StatementTable"))
    assert (table.abstract, table.group) == (True, QName("xbrldt", "hypercubeItem"))


def test_deprecated_in_the_release_or_later(new: Taxonomy, old: Taxonomy) -> None:
    eps = known(new, gaap("EarningsPerShareBasicAndDiluted"))
    assert (eps.deprecated_in, new.is_deprecated(eps)) == (2022, True)
    sales = known(old, gaap("SalesRevenueNet"))
    assert (sales.deprecated_in, old.is_deprecated(sales)) == (2018, False)
    payable = known(old, gaap("AccountsPayable"))
    assert (payable.deprecated_in, old.is_deprecated(payable)) == (2009, True)
    assert not new.is_deprecated(known(new, gaap("Assets")))


def test_sales_revenue_net_is_in_2009_only(new: Taxonomy, old: Taxonomy) -> None:
    assert gaap("SalesRevenueNet") in old
    assert gaap("SalesRevenueNet") not in new
    assert new.concept(gaap("SalesRevenueNet")) is None


def test_find_by_local_name(new: Taxonomy) -> None:
    found = [new.find(name) for name in ("Assets", "RangeAxis", "DocumentType", "Nope")]
    names = [str(concept.name) if concept else None for concept in found]
    assert names == ["us-gaap:Assets", "srt:RangeAxis", "dei:DocumentType", None]


def test_every_name_resolves(taxonomy: Taxonomy) -> None:
    prefixes = {q.prefix for c in taxonomy for q in (c.name, c.type, c.group)}
    assert prefixes <= set(taxonomy.namespaces)
    own = {c.type for c in taxonomy if c.type.prefix in ("us-types", "srt-types", "dei")}
    assert len(own) > 20
    assert [name for name in own if taxonomy.item_type(name) is None] == []


def test_item_types(new: Taxonomy, old: Taxonomy) -> None:
    key = new.item_type(QName("dei", "centralIndexKeyItemType"))
    assert key is not None
    assert key.base == QName("xbrli", "tokenItemType")
    assert key.facets == (("pattern", "[0-9]" * 10),)
    domain = old.item_type(QName("us-types", "domainItemType"))
    assert domain is not None
    assert domain.facets == (("length", "0"),)
    share = old.item_type(QName("us-types", "perShareItemType"))
    assert share is not None
    assert (share.base, share.facets) == (QName("xbrli", "decimalItemType"), ())
    assert new.item_type(QName("xbrli", "monetaryItemType")) is None


def test_roles(new: Taxonomy, old: Taxonomy) -> None:
    assert new.roles["sfp-cls"].kind == StatementKind.BALANCE_SHEET
    assert new.roles["soc"].kind == StatementKind.COMPREHENSIVE_INCOME
    assert new.roles["com"].kind is None
    bank, shop = old.roles["basi-scf-dir"], old.roles["ci-scf-dir"]
    assert (
        bank.uri
        == shop.uri
        == ("http://xbrl.us/us-gaap/role/statement/StatementOfCashFlowsDirect")
    )
    assert old.roles["ci-spc"].kind == StatementKind.EQUITY


def test_weights(old: Taxonomy) -> None:
    parents = old.calculation_parents(gaap("InterestExpense"))
    weights = {(arc.role, arc.parent.local): arc.weight for arc in parents}
    assert weights["basi-soi-int", "InterestIncomeExpenseNet"] == -1
    assert weights["ci-soi", "InterestAndDebtExpense"] == 1


def test_children_in_order(new: Taxonomy) -> None:
    children = new.calculation_children(gaap("Assets"), StatementKind.BALANCE_SHEET)
    mine = [arc for arc in children if arc.role == "sfp-cls"]
    assert [(arc.child.local, arc.order) for arc in mine] == [
        ("AssetsCurrent", Decimal(10)),
        ("AssetsNoncurrent", Decimal(20)),
    ]
    assert new.calculation_children(gaap("Assets"), StatementKind.CASH_FLOWS) == ()


def test_every_arc_is_between_known_concepts(taxonomy: Taxonomy) -> None:
    arcs = [arc for c in taxonomy for arc in taxonomy.calculation_children(c.name)]
    assert len(arcs) == {2024: 4062, 2009: 10214}[taxonomy.year]
    assert all(arc.parent in taxonomy and arc.child in taxonomy for arc in arcs)
    assert {arc.weight for arc in arcs} == {1, -1}
    assert {arc.role for arc in arcs} <= set(taxonomy.roles)


def test_descends(taxonomy: Taxonomy) -> None:
    receivable = gaap("AccountsReceivableNetCurrent")
    assert taxonomy.descends(receivable, gaap("AssetsCurrent"))
    assert taxonomy.descends(receivable, gaap("Assets"), StatementKind.BALANCE_SHEET)
    assert not taxonomy.descends(receivable, gaap("Assets"), StatementKind.INCOME)
    assert not taxonomy.descends(gaap("Assets"), receivable)
    assert not taxonomy.descends(gaap("Assets"), gaap("Assets"))
    assert not taxonomy.descends(gaap("Nope"), gaap("Assets"))


def test_presented_in(taxonomy: Taxonomy) -> None:
    assert taxonomy.presented_in(gaap("Assets")) == {StatementKind.BALANCE_SHEET}
    assert StatementKind.INCOME in taxonomy.presented_in(gaap("IncomeTaxExpenseBenefit"))
    assert taxonomy.presented_in(QName("dei", "DocumentType")) == frozenset()
    top = gaap("StatementOfFinancialPositionAbstract")
    assert taxonomy.presentation_parents(top) == ()
    assert taxonomy.presented_in(top) == {StatementKind.BALANCE_SHEET}


def test_presentation_parents(taxonomy: Taxonomy) -> None:
    parents = taxonomy.presentation_parents(gaap("Assets"))
    assert {arc.parent for arc in parents} == {gaap("AssetsAbstract")}
    assert {arc.weight for arc in parents} == {0}


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("accounts receivable net current", "AccountsReceivableNetCurrent"),
        ("Total ASSETS", "Assets"),
        ("interest expense", "InterestExpense"),
        ("treasury stock value", "TreasuryStockValue"),
    ],
)
def test_search_finds_first(taxonomy: Taxonomy, words: str, best: str) -> None:
    found = taxonomy.search(words)
    assert best in [concept.name.local for concept in found[:2]]


def test_search_limit_and_nothing(new: Taxonomy) -> None:
    assert [c.name.local for c in new.search("assets", limit=1)] == ["Assets"]
    assert len({c.name for c in new.search("assets", limit=50)}) == 50
    assert new.search("zzzz") == new.search("") == ()


def concept_row(local: str, abstract: str = "", deprecated: str = "") -> str:
    cells = (f"us-gaap:{local}", "xbrli:stringItemType", "instant", "", abstract)
    return "\t".join((*cells, "nillable", "xbrli:item", deprecated, "", ""))


def test_search_ranks(tmp_path: Path) -> None:
    rows = [
        concept_row("CashAbstract", abstract="abstract"),
        concept_row("CashHeld", deprecated="2008"),
        concept_row("CashAndOtherThingsOfValueAtHand"),
        concept_row("CashShown"),
        concept_row("Cashier"),
        concept_row("CashHeldLate", deprecated="2010"),
        concept_row("ShownThoughNoShortNameAtAll"),
        concept_row("Other"),
    ]
    text = "\n".join(("\t".join(COLUMNS["concepts.tsv"]), *rows))
    folder = copy_index(tmp_path)
    (folder / "concepts.tsv").write_text(f"{text}\n", "utf-8")
    shown = "ci-soi\tus-gaap:ShownThoughNoShortNameAtAll\tus-gaap:CashShown\t1\n"
    head = "\t".join(COLUMNS["presentation.tsv"])
    (folder / "presentation.tsv").write_text(f"{head}\n{shown}", "utf-8")
    found = load_taxonomy(str(folder)).search("cash shown")
    assert [concept.name.local for concept in found] == [
        "CashShown",  # both words
        "ShownThoughNoShortNameAtAll",  # one word, in a statement
        "CashHeldLate",  # one word, deprecated only after the year of the index
        "CashAndOtherThingsOfValueAtHand",  # longer
        "CashHeld",  # deprecated
        "CashAbstract",  # abstract
        "Cashier",  # the beginning of a word
    ]


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(TaxonomyError, match=r"'us-gaap-1999'.*us-gaap-2024, us-gaap-2009"):
        load_taxonomy("us-gaap-1999")


def copy_index(folder: Path) -> Path:
    source = resource("taxonomy") / "us-gaap-2009"
    for name in COLUMNS:
        (folder / name).write_bytes((source / name).read_bytes())
    return folder


def test_missing_file(tmp_path: Path) -> None:
    (copy_index(tmp_path) / "roles.tsv").unlink()
    with pytest.raises(TaxonomyError, match=r"roles\.tsv.*build the index again"):
        load_taxonomy(str(tmp_path))


def test_other_columns(tmp_path: Path) -> None:
    (copy_index(tmp_path) / "concepts.tsv").write_text("name\tcolour\n", "utf-8")
    with pytest.raises(TaxonomyError, match=r"concepts\.tsv has not the columns name, "):
        load_taxonomy(str(tmp_path))


def test_not_text(tmp_path: Path) -> None:
    (copy_index(tmp_path) / "namespaces.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TaxonomyError, match=r"namespaces\.tsv"):
        load_taxonomy(str(tmp_path))


def test_no_year(tmp_path: Path) -> None:
    head = "\t".join(COLUMNS["namespaces.tsv"])
    (copy_index(tmp_path) / "namespaces.tsv").write_text(f"{head}\n", "utf-8")
    with pytest.raises(TaxonomyError, match="no us-gaap with a year"):
        load_taxonomy(str(tmp_path))


def test_cycle_ends(tmp_path: Path) -> None:
    head = "\t".join(COLUMNS["calculation.tsv"])
    loop = "ci-soi\tus-gaap:A\tus-gaap:B\t1\t1\nci-soi\tus-gaap:B\tus-gaap:A\t1\t1\n"
    (copy_index(tmp_path) / "calculation.tsv").write_text(f"{head}\n{loop}", "utf-8")
    taxonomy = load_taxonomy(str(tmp_path))
    assert taxonomy.descends(gaap("A"), gaap("B"))
    assert not taxonomy.descends(gaap("A"), gaap("C"))
    assert not taxonomy.descends(gaap("A"), gaap("A"))


def test_qname_round_trip() -> None:
    assert parse_qname("us-gaap:Assets") == gaap("Assets")
    assert parse_qname("Assets") == QName("", "Assets")


@pytest.mark.parametrize(
    ("local", "label"),
    [
        ("AccountsReceivableNetCurrent", "Accounts receivable net current"),
        ("InventoryLIFOReserve", "Inventory LIFO reserve"),
        ("FIFOInventoryAmount", "FIFO inventory amount"),
        ("ASU201501TransitionAbstract", "ASU 201501 transition abstract"),
        ("DebtInstrumentTermA", "Debt instrument term a"),
        ("Claims-made", "Claims - made"),
        ("", ""),
    ],
)
def test_label(local: str, label: str) -> None:
    assert derive_label(local) == label


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]*", fullmatch=True))
def test_label_keeps_every_character(local: str) -> None:
    label = derive_label(local)
    assert label.replace(" ", "").casefold() == local.casefold()
    assert label[:1].isupper()
    assert label == " ".join(label.split())


def test_labels_of_all_concepts_tell_them_apart(taxonomy: Taxonomy) -> None:
    names = [concept.name.local for concept in taxonomy]
    labels = {concept.label for concept in taxonomy}
    assert len(labels) == len({name.casefold() for name in names})
