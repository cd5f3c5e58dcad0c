"""The facts of a report as any XBRL processor sees them: values, to be compared.

They are read from Arelle's model of a loaded report, whatever its syntax; this module does
not know Arelle beyond the names of what it asks that model for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ArelleFact = Any
_ArelleModel = Any


@dataclass(frozen=True, slots=True)
class Reported:
    """A fact of a loaded report (Open Information Model 1.0). Names are in Clark's notation.

    Attributes:
        concept: `{namespace}name`.
        entity: `{scheme}identifier`.
        period: An instant, or two and a slash, as OIM has them; empty for forever.
        unit: Measures joined by `*`, over `/` the denominator; empty without a unit.
        dimensions: Axis and member (or typed value) of each, sorted.
        language: In lower case, and of text only.
        value: A number, text, or None for nil.
        decimals: As stated; empty where nothing is.
        name: The concept as the report writes it, for people.
    """

    concept: str
    entity: str
    period: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    language: str
    value: Decimal | str | None
    decimals: str
    name: str = field(compare=False)

    @property
    def aspects(self) -> tuple[object, ...]:
        """What the value is of: two facts alike in this say the same thing, or disagree."""
        return (
            self.concept,
            self.entity,
            self.period,
            self.unit,
            self.dimensions,
            self.language,
        )


def reported_facts(models: Iterable[_ArelleModel]) -> Iterator[Reported]:
    """All facts of what Arelle loaded, in its order."""
    for model in models:
        for fact in model.factsInInstance:
            if fact.isItem and fact.context is not None and fact.concept is not None:
                yield _reported(fact)


def _reported(fact: _ArelleFact) -> Reported:
    concept, context = fact.concept, fact.context
    text = concept.type is not None and concept.type.isOimTextFactType
    scheme, identifier = context.entityIdentifier
    return Reported(
        concept=fact.qname.clarkNotation,
        entity=f"{{{scheme}}}{identifier}",
        period=_period(context),
        unit=_unit(fact.unit) if fact.unit is not None else "",
        dimensions=tuple(sorted(_dimensions(context))),
        language=_language(fact).lower() if text else "",
        value=_value(fact),
        decimals=fact.decimals or "",
        name=str(fact.qname),
    )


def _language(element: Any) -> str:  # noqa: ANN401  (Arelle's model has no types)
    """The language in scope (XML 1.0, 2.12); Arelle seeks it in the parent and no further."""
    while element is not None:
        language = element.get(_LANG)
        if language is not None:
            return str(language)
        element = element.getparent()
    return ""


def _period(context: Any) -> str:  # noqa: ANN401
    if context.isForeverPeriod:
        return ""
    if context.isInstantPeriod:
        return str(context.instantDatetime.isoformat())
    start, end = context.startDatetime, context.endDatetime
    return f"{start.isoformat()}/{end.isoformat()}"


def _unit(unit: Any) -> str:  # noqa: ANN401
    sides = ("*".join(sorted(m.clarkNotation for m in side)) for side in unit.measures)
    return "/".join(filter(None, sides))


def _dimensions(context: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for axis, one in context.qnameDims.items():
        member = one.memberQname.clarkNotation if one.isExplicit else one.stringValue
        yield axis.clarkNotation, member


def _value(fact: _ArelleFact) -> Decimal | str | None:
    """The value in the one form that all ways to write it have in common."""
    if fact.isNil:
        return None
    if fact.isNumeric:
        try:
            return Decimal(str(fact.value).strip())
        except InvalidOperation:
            return str(fact.value)
    value = getattr(fact, "xValue", None)
    return fact.value if value is None or isinstance(value, (bool, str)) else str(value)
