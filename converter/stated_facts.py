"""Facts as Arelle reads them from any form of a report, so that forms can be compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple


class StatedFact(NamedTuple):
    """A fact as a reader of the report has it, without ids and prefixes.

    Names are in Clark notation; `dimensions` and `unit` are written out as text.
    """

    concept: str
    entity: str
    period: str
    dimensions: str
    unit: str
    value: Decimal | str
    decimals: str


def read_fact(fact: Any) -> StatedFact:  # noqa: ANN401  (Arelle has no stubs)
    """A `ModelFact` of Arelle, of whatever form of report."""
    context, unit = fact.context, fact.unit
    value = fact.xValue if getattr(fact, "xValue", None) is not None else fact.value
    number = Decimal(str(value)) if fact.isNumeric else str(value)
    pairs = sorted(
        (d.dimensionQname.clarkNotation, d.memberQname.clarkNotation)
        for d in (context.qnameDims.values() if context is not None else ())
    )
    measures = (
        [[m.clarkNotation for m in side] for side in unit.measures] if unit is not None else []
    )
    return StatedFact(
        fact.qname.clarkNotation,
        " ".join(context.entityIdentifier) if context is not None else "",
        f"{context.startDatetime} {context.endDatetime}" if context is not None else "",
        str(pairs) if pairs else "",
        str(measures) if measures else "",
        number,
        str(fact.decimals or ""),
    )
