"""The main lines of a report over the periods that it has, to be drawn as bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from converter.model import Context, Duration, Fact, Instance, Period, last_day
from converter.report_page.words import length, period_words

_LINES: Mapping[str, Sequence[str]] = {
    "Revenue": (
        "Revenues",
        "RevenueFromContractWithCustomerExcludingAssessedTax",
        "RevenueFromContractWithCustomerIncludingAssessedTax",
        "SalesRevenueNet",
        "RevenuesNetOfInterestExpense",
    ),
    "Net income": ("NetIncomeLoss", "ProfitLoss"),
    "Operating cash flow": (
        "NetCashProvidedByUsedInOperatingActivities",
        "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
    ),
    "Total assets": ("Assets",),
    "Equity": (
        "StockholdersEquity",
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
        "PartnersCapital",
    ),
}
"""What each line may be called, the likelier first."""
_MOST_BARS = 8


class Bar(NamedTuple):
    """A fact of a line: its index among the facts, its period and value."""

    fact: int
    period: Period
    value: Decimal


class Chart(NamedTuple):
    """A line over two periods or more, the earliest first; durations are as long."""

    name: str
    over: str
    unit: str
    bars: tuple[Bar, ...]


def charts(instance: Instance) -> Iterator[Chart]:
    """The main lines that the report has for two periods or more."""
    contexts = {one.id: one for one in instance.contexts if not one.dimensions}
    by_name: dict[str, list[tuple[int, Fact]]] = {}
    for i, fact in enumerate(instance.facts):
        if fact.context in contexts and fact.concept.prefix == "us-gaap":
            by_name.setdefault(fact.concept.local, []).append((i, fact))
    for name, locals_ in _LINES.items():
        series = [_series(name, by_name.get(local, ()), contexts) for local in locals_]
        yield from max(series, key=_most_bars, default=[])


def _most_bars(series: Sequence[Chart]) -> int:
    return max((len(chart.bars) for chart in series), default=0)


def _series(
    name: str, facts: Sequence[tuple[int, Fact]], contexts: Mapping[str, Context]
) -> list[Chart]:
    """A chart for each length of its periods, the facts of other lengths apart."""
    groups: dict[tuple[str, str], dict[Period, Bar]] = {}
    for i, fact in facts:
        period = contexts[fact.context].period
        over = length(period) if isinstance(period, Duration) else ""
        if isinstance(fact.value, Decimal):
            group = groups.setdefault((over, fact.unit or ""), {})
            group.setdefault(period, Bar(i, period, fact.value))
    return [
        Chart(name, over, unit, tuple(sorted(bars.values(), key=_order)[-_MOST_BARS:]))
        for (over, unit), bars in groups.items()
        if len(bars) > 1
    ]


def _order(bar: Bar) -> tuple[int, str]:
    return last_day(bar.period).toordinal(), period_words(bar.period)
