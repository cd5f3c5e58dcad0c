"""What an earlier report of the company says: concepts, their captions and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from converter.model import Balance, Measure, Period, QName, StatementKind


@dataclass(frozen=True, slots=True)
class PriorConcept:
    """A concept that an earlier report has facts of.

    Attributes:
        name: Of the standard taxonomy of whatever year, or of the filer's own.
        measure: What its facts count.
        figures: Its values by period, without those that have dimensions.
        captions: What the report calls it, normalised.
        places: The kinds of statement that show it, each with the heading above it
            (normalised, or empty).
        balance: As the report's own schema declares a concept of the filer's own.
    """

    name: QName
    measure: Measure
    figures: Mapping[Period, Decimal] = field(default_factory=dict)
    captions: frozenset[str] = frozenset()
    places: frozenset[tuple[StatementKind, str]] = frozenset()
    balance: Balance | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier report: what it was read from, whose it is, and its concepts in order."""

    source: str
    entity: str
    concepts: tuple[PriorConcept, ...]
