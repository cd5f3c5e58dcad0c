"""The table of carried concepts holds against both indexes, and answers as it says."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from converter.carrying import (
    Carried,
    CarriedTable,
    Entry,
    Replacement,
    _parse_name,
    carried,
    is_usable,
    load_carried,
)
from converter.model import QName, StatementKind
from converter.resources import resource
from converter.taxonomy import Concept, Taxonomy, load_taxonomy

NEW = load_taxonomy("us-gaap-2024")
OLD = load_taxonomy("us-gaap-2009")
PARTS: Mapping[str, tuple[Taxonomy, Taxonomy]] = {"carried": (OLD, NEW), "back": (NEW, OLD)}
"""From which release to which each part of the table leads."""

BALANCE, INCOME, CASH, EQUITY = (
    StatementKind.BALANCE_SHEET,
    StatementKind.INCOME,
    StatementKind.CASH_FLOWS,
    StatementKind.EQUITY,
)


def entries(part: str) -> Mapping[str, Entry]:
    table: CarriedTable = load_carried()
    return table.carried if part == "carried" else table.back


def known(taxonomy: Taxonomy, local: str) -> Concept:
    concept = taxonomy.find(local)
    assert concept is not None, f"{local} is not in {taxonomy.name}"
    return concept


def pairs(part: str) -> Iterator[tuple[Entry, Concept, Concept]]:
    """Every concept with each of those that stand for it."""
    source, goal = PARTS[part]
    for local, entry in entries(part).items():
        for replacement in entry.replacements:
            yield entry, known(source, local), known(goal, replacement.local)


def names_at(part: str, local: str) -> set[str]:
    return {replacement.local for replacement in entries(part)[local].replacements}


@pytest.mark.parametrize("part", PARTS)
def test_every_replacement_is_usable(part: str) -> None:
    goal = PARTS[part][1]
    for local in entries(part):
        unusable = {name for name in names_at(part, local) if not is_usable(name, goal)}
        assert not unusable, local


@pytest.mark.parametrize("part", PARTS)
def test_no_entry_for_what_needs_none(part: str) -> None:
    goal = PARTS[part][1]
    assert not {local for local in entries(part) if is_usable(local, goal)}


@pytest.mark.parametrize("part", PARTS)
def test_every_concept_is_known_where_it_comes_from(part: str) -> None:
    # Some were deprecated in 2009 already, and used all the same.
    assert not {local for local in entries(part) if known(PARTS[part][0], local).abstract}


@pytest.mark.parametrize("part", PARTS)
def test_no_chains(part: str) -> None:
    replaced = set(entries(part))
    assert not {local for local in replaced if names_at(part, local) & replaced}


@pytest.mark.parametrize("part", PARTS)
def test_no_concept_twice(part: str) -> None:
    text = (resource("taxonomy") / "carried.toml").read_text(encoding="utf-8")
    groups = tomllib.loads(text)[part]
    lines = (line for group in groups for line in group["concepts"].split("\n") if line)
    counts = Counter(line.partition(":")[0] for line in lines)
    assert counts.keys() == entries(part).keys()
    assert counts.most_common(1)[0][1] == 1


@pytest.mark.parametrize("part", PARTS)
def test_no_replacement_twice_in_an_entry(part: str) -> None:
    for local, entry in entries(part).items():
        assert len(set(entry.replacements)) == len(entry.replacements), local


@pytest.mark.parametrize("part", PARTS)
def test_every_entry_has_a_reason(part: str) -> None:
    assert not {local for local, entry in entries(part).items() if len(entry.why) < 20}


@pytest.mark.parametrize("part", PARTS)
def test_an_entry_without_names_says_that_it_is_an_extension(part: str) -> None:
    for local, entry in entries(part).items():
        if not entry.replacements:
            assert entry.why.endswith(": an extension"), local


@pytest.mark.parametrize("part", PARTS)
def test_item_types_agree(part: str) -> None:
    alike = {"perUnitItemType": "perShareItemType"}  # the type was renamed
    for _, old, new in pairs(part):
        kinds = {alike.get(each.type.local, each.type.local) for each in (old, new)}
        assert len(kinds) == 1, (old.name, new.name)


@pytest.mark.parametrize("part", PARTS)
def test_period_types_agree_or_are_mended(part: str) -> None:
    for entry, old, new in pairs(part):
        assert entry.mended or old.period_type == new.period_type, (old.name, new.name)


@pytest.mark.parametrize("part", PARTS)
def test_balances_agree_or_turn_or_are_mended(part: str) -> None:
    for entry, old, new in pairs(part):
        differ = old.balance and new.balance and old.balance != new.balance
        assert not (entry.turned and entry.mended), old.name
        assert bool(differ) <= (entry.turned or entry.mended), (old.name, new.name)
        assert not entry.turned or differ, (old.name, new.name)


@pytest.mark.parametrize("part", PARTS)
def test_what_is_mended_was_wrong(part: str) -> None:
    for entry, old, new in pairs(part):
        if entry.mended:
            declared = [(each.period_type, each.balance) for each in (old, new)]
            assert declared[0] != declared[1], (old.name, new.name)


@pytest.mark.parametrize("part", PARTS)
def test_axes_exist(part: str) -> None:
    goal = PARTS[part][1]
    for axis in {entry.axis for entry in entries(part).values() if entry.axis}:
        concept = goal.concept(QName(*axis.split(":")))
        assert concept, axis
        assert concept.group.local == "dimensionItem", axis
        assert not goal.is_deprecated(concept), axis


def test_the_concept_itself_where_the_taxonomy_has_it() -> None:
    assert carried("MinorityInterest", NEW, BALANCE, 2009) == Carried(("MinorityInterest",))
    assert carried("SalesRevenueNet", OLD, INCOME, 1999) == Carried(("SalesRevenueNet",))


def test_unknown() -> None:
    assert carried("NoSuchConcept", NEW, BALANCE, 2009) is None


@pytest.mark.parametrize(
    ("year", "names"),
    [
        (1999, ("Revenues",)),
        (2017, ("Revenues",)),
        (2018, ("RevenueFromContractWithCustomerExcludingAssessedTax", "Revenues")),
    ],
)
def test_revenue_by_year(year: int, names: tuple[str, ...]) -> None:
    found = carried("SalesRevenueNet", NEW, INCOME, year)
    assert found
    assert found.names == names
    assert "606" in found.why


def test_a_part_of_revenue_names_its_axis() -> None:
    found = carried("SalesRevenueServicesNet", NEW, INCOME, 1999)
    assert found
    assert (found.names, found.axis) == (("Revenues",), "srt:ProductOrServiceAxis")


def test_the_kind_of_statement_counts() -> None:
    in_income = carried("PreferredStockDividends", NEW, INCOME, 2009)
    in_equity = carried("PreferredStockDividends", NEW, EQUITY, 2009)
    assert in_income
    assert in_equity
    assert in_income.names[0] == "PreferredStockDividendsIncomeStatementImpact"
    assert in_equity.names == ("DividendsPreferredStock",)


@pytest.mark.parametrize(
    ("local", "kind"),
    [
        ("ExtraordinaryItemNetOfTax", INCOME),
        ("CumulativeEffectOfInitialAdoptionOfFIN48", EQUITY),
        ("ExcessTaxBenefitFromShareBasedCompensationFinancingActivities", CASH),
    ],
)
def test_lost_substance_is_an_extension(local: str, kind: StatementKind) -> None:
    found = carried(local, NEW, kind, 2009)
    assert found
    assert not found.names
    assert found.why.endswith("an extension")


def test_current_deferred_tax_by_year() -> None:
    early = carried("DeferredTaxAssetsNetCurrent", NEW, BALANCE, 1999)
    late = carried("DeferredTaxAssetsNetCurrent", NEW, BALANCE, 2020)
    assert early
    assert late
    assert (early.names, late.names) == ((), ("DeferredIncomeTaxAssetsNet",))


def test_other_noncash_items_turn_both_ways() -> None:
    old, new = (
        "AdjustmentsNoncashItemsToReconcileNetIncomeLossToCashProvidedByUsedInOperatingActivitiesOther",
        "OtherNoncashIncomeExpense",
    )
    there, back = carried(old, NEW, CASH, 2009), carried(new, OLD, CASH, 2009)
    assert there
    assert back
    assert (there.names, there.turned) == ((new,), True)
    assert (back.names, back.turned) == ((old,), True)


def test_back_to_2009() -> None:
    cash = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    found = carried(cash, OLD, CASH, 2020)
    assert found
    assert found.names == ("CashAndCashEquivalentsAtCarryingValue",)
    lease = carried("OperatingLeaseRightOfUseAsset", OLD, BALANCE, 2020)
    assert lease
    assert not lease.names


def test_conditions_are_read() -> None:
    assert _parse_name("A") == Replacement("A")
    assert _parse_name("A>=2018") == Replacement("A", since=2018)
    assert _parse_name("A@CF<2018") == Replacement("A", CASH, until=2018)


@pytest.mark.parametrize("text", ["", "A@XX", "A>2018", "A>=18", "us-gaap:A"])
def test_a_wrong_condition_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"carried\.toml"):
        _parse_name(text)
