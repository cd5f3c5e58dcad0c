"""What two readings of a report differ in; no Arelle, the facts are made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from converter.reported import Reported
from converter.verifying import compare

names = st.sampled_from(["{urn:a}Cash", "{urn:a}Debt", "{urn:b}Cash"])
values = st.one_of(
    st.none(), st.text(max_size=3), st.decimals(-99, 99, places=1, allow_nan=False)
)
facts = st.builds(
    Reported,
    concept=names,
    entity=st.sampled_from(["{urn:s}1", "{urn:s}2"]),
    period=st.sampled_from(
        ["", "2003-10-01T00:00:00", "2003-01-01T00:00:00/2003-10-01T00:00:00"]
    ),
    unit=st.sampled_from(["", "{urn:u}USD", "{urn:u}USD/{urn:x/y}shares"]),
    dimensions=st.sampled_from([(), (("{urn:a}Axis", "{urn:a}Member"),)]),
    language=st.sampled_from(["", "en-us"]),
    value=values,
    decimals=st.sampled_from(["", "-3", "INF"]),
    name=st.just("a:Name"),
)
many = st.lists(facts, max_size=8)


def said(ours: Sequence[Reported], theirs: Sequence[Reported]) -> list[str]:
    return list(compare(ours, theirs, "other.xml"))


@given(many, st.randoms())
def test_the_same_facts_in_any_order_do_not_differ(ours: list[Reported], dice: object) -> None:
    theirs = sorted(ours, key=repr)
    dice.shuffle(theirs)  # type: ignore[attr-defined]
    assert said(ours, theirs) == []


@given(many, facts)
def test_a_fact_more_is_told_in_both_directions(ours: list[Reported], more: Reported) -> None:
    """Unless it is there already: a fact stated twice is one fact."""
    expected = 0 if more in ours else 1
    assert len(said([*ours, more], ours)) == expected
    assert len(said(ours, [*ours, more])) == expected


@given(st.lists(facts, min_size=1, max_size=8, unique_by=lambda f: f.aspects), st.data())
def test_any_change_of_a_fact_is_told(ours: list[Reported], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(ours) - 1))
    changes = {
        "concept": "{urn:c}New", "entity": "{urn:s}3", "period": "2004-01-01T00:00:00",
        "unit": "{urn:u}EUR", "dimensions": (("{urn:a}Axis", "{urn:a}Else"),),
        "language": "fr", "value": Decimal(12345), "decimals": "7",
    }  # fmt: skip
    name = data.draw(st.sampled_from(sorted(changes)))
    changed = replace(ours[at], **{name: changes[name]})  # type: ignore[arg-type]
    theirs = [*ours[:at], changed, *ours[at + 1 :]]
    assert len(said(ours, theirs)) == (1 if name in ("value", "decimals") else 2)


@given(facts)
def test_how_a_number_is_written_is_no_difference(fact: Reported) -> None:
    first = replace(fact, value=Decimal("1.50"))
    assert said([first], [replace(first, value=Decimal("1.5"), name="b:Name")]) == []


def test_a_difference_names_the_fact_and_both_values() -> None:
    fact = Reported(
        "{urn:a}EPS", "{urn:s}1", "2003-01-01T00:00:00/2003-10-01T00:00:00",
        "{http://a/iso}USD/{http://b/x}shares", (("{urn:a}Axis", "{urn:a}Member"),), "",
        Decimal("1.5"), "2", "a:EPS",
    )  # fmt: skip
    of = "a:EPS 2003-01-01..2003-09-30 USD/shares Axis=Member"
    other = replace(fact, value=Decimal("-1250.0"))
    assert said([fact], [other]) == [
        f"{of} is 1.5 (decimals 2) here but -1,250 (decimals 2) in other.xml"
    ]
    assert said([], [fact]) == [f"{of} is 1.5 (decimals 2) in other.xml and missing here"]
    assert said([fact], []) == [f"{of} is 1.5 (decimals 2) here and missing in other.xml"]
    text = replace(fact, value="a b", unit="", decimals="", dimensions=(), period="")
    assert said([text], []) == ["a:EPS is 'a b' here and missing in other.xml"]
