"""A statement of equity beside the others of its report: one language, one set of balances.

Its balances are those of the balance sheet. Where a component has those of another one,
headings and columns do not belong together; where the total differs, nothing does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, NamedTuple

from converter.equity_mapping import ALL_EQUITY, EQUITY, has_others, is_struck, parts_of
from converter.model import (
    EXTENSION,
    Amount,
    Finding,
    Footing,
    Instant,
    MappedStatement,
    Match,
    Measure,
    Period,
    QName,
    Severity,
    Span,
    StatementKind,
)
from converter.stating import Stated, consistent, facts_of, statement_facts
from converter.taxonomy import Taxonomy

_ALIKE = (("NetIncomeLoss", "ProfitLoss"), (EQUITY, ALL_EQUITY))
"""Concepts of which the other statements tell which one a filer means."""
_TOTAL = "total"
_BALANCES = {
    EQUITY: _TOTAL,
    ALL_EQUITY: _TOTAL,
    "CommonStockValue": "CommonStockMember",
    "CommonStocksIncludingAdditionalPaidInCapital": (
        "CommonStockIncludingAdditionalPaidInCapitalMember"
    ),
    "PreferredStockValue": "PreferredStockMember",
    "AdditionalPaidInCapital": "AdditionalPaidInCapitalMember",
    "AdditionalPaidInCapitalCommonStock": "AdditionalPaidInCapitalMember",
    "RetainedEarningsAccumulatedDeficit": "RetainedEarningsMember",
    "AccumulatedOtherComprehensiveIncomeLossNetOfTax": (
        "AccumulatedOtherComprehensiveIncomeMember"
    ),
    "MinorityInterest": "NoncontrollingInterestMember",
}
"""Lines of a balance sheet and the components that they are the balances of."""
_Told = Mapping[tuple[Period, str], Sequence[Stated]]
_Known = Mapping[tuple[Period, object], set[QName]]


class _Verdict(NamedTuple):
    """How often balances are those of the balance sheet, and how often another's."""

    agree: int
    other: int
    total_differs: bool


def beside_others(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> tuple[tuple[MappedStatement, ...], list[Finding]]:
    """Statements of equity in the concepts of the others; without what these deny."""
    if all(mapped.statement.kind is not StatementKind.EQUITY for mapped in statements):
        return tuple(statements), []
    sheets = [m for m in statements if m.statement.kind is StatementKind.BALANCE_SHEET]
    balances = _balances(sheets, taxonomy)
    known = _known(statements, taxonomy)
    kept: list[MappedStatement] = []
    findings: list[Finding] = []
    names = _own_names(statements)
    for mapped in statements:
        if mapped.statement.kind is not StatementKind.EQUITY:
            kept.append(mapped)
            continue
        checked, found = _checked(mapped, balances, known, taxonomy)
        findings += found
        if checked is not None:
            kept.append(_told_from(_aligned(checked, known, taxonomy), names))
    return tuple(_with_signs(kept, taxonomy)), findings


def same_movement(mapped: MappedStatement, row: int) -> list[int]:
    """The rows of a statement of equity that are the same movement in other periods."""
    rows, matches = mapped.statement.rows, mapped.matches
    if mapped.statement.kind is not StatementKind.EQUITY or is_struck(rows[row]):
        return []
    concepts = matches[row].concepts
    return [m.row for m in matches if m.row != row and m.concepts == concepts]


def _with_signs(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> Iterator[MappedStatement]:
    """Net losses that other statements print without a sign: equity proves what they are."""
    proven = {
        (one.concept, one.period): one
        for mapped in statements
        if mapped.statement.kind is StatementKind.EQUITY
        for one in statement_facts(mapped, taxonomy)
        if one.dimension is None and one.concept.local in _ALIKE[0]
    }
    names = {name for name, _ in proven}
    for mapped in statements:
        told: dict[int, list[bool]] = {}
        for one in facts_of(mapped, names, taxonomy):
            known = proven.get((one.concept, one.period))
            if known and one.dimension is None and isinstance(one.value, Decimal):
                turned = consistent(known, one._replace(value=-one.value)) and one.value
                told.setdefault(one.row, []).append(bool(turned))
        turn = {row for row, found in told.items() if all(found)}
        matches = tuple(_turned(m) if m.row in turn else m for m in mapped.matches)
        yield replace(mapped, matches=matches) if turn else mapped


def _turned(match: Match) -> Match:
    reason = "its sign is turned: the statement of equity has the other"
    sign: Literal[1, -1] = -1 if match.sign > 0 else 1
    return replace(match, sign=sign, reasons=(*match.reasons, reason))


def _checked(
    mapped: MappedStatement, balances: _Told, known: _Known, taxonomy: Taxonomy
) -> tuple[MappedStatement | None, list[Finding]]:
    """A statement in the units and with the components that the balance sheet allows."""
    power = _scale_told(mapped, balances, taxonomy)
    scaled = _in_units(mapped, power) if power else mapped
    findings = [_scaled(mapped, power)] if power else []
    verdict = _verdict(scaled, balances, known, taxonomy)
    if verdict.total_differs:
        return None, [_denied(mapped)]
    if verdict.other > verdict.agree:
        return _without_components(scaled), [*findings, _mixed_up(mapped)]
    return scaled, findings


# --- balances ------------------------------------------------------------------------


def _balances(
    sheets: Sequence[MappedStatement], taxonomy: Taxonomy
) -> dict[tuple[Period, str], list[Stated]]:
    """What the balance sheets say of equity and its components."""
    told: dict[tuple[Period, str], list[Stated]] = {}
    for sheet in sheets:
        for one in statement_facts(sheet, taxonomy):
            part = _BALANCES.get(one.concept.local)
            if part and one.dimension is None:
                told.setdefault((one.period, part), []).append(one)
    return told


def _verdict(
    mapped: MappedStatement,
    balances: _Told,
    known: _Known,
    taxonomy: Taxonomy,
) -> _Verdict:
    agree = other = totals = same = 0
    kin = False
    parts = {part for _, part in balances}
    for one in statement_facts(mapped, taxonomy):
        row = mapped.statement.rows[one.row]
        if one.concept.local in _ALIKE[0] and one.dimension is None:
            kin = kin or one.concept in known.get((one.period, one.value), ())
        if not isinstance(one.period, Instant) or row.measure is not Measure.MONEY:
            continue
        part = one.dimension[1].local if one.dimension else _TOTAL
        sheet = balances.get((one.period, part), ())
        fits = any(consistent(other, one) for other in sheet)
        agree += fits and part != _TOTAL
        fits = fits or (part == _TOTAL and (one.period, one.value) in known)
        if part == _TOTAL and sheet:
            totals, same = totals + 1, same + fits
        elif sheet and not fits and one.value:
            of_other = (k for p in parts - {part} for k in balances.get((one.period, p), ()))
            other += any(consistent(k, one) for k in of_other)
    return _Verdict(agree, other, totals > 0 and not same and not kin)


def _scale_told(mapped: MappedStatement, balances: _Told, taxonomy: Taxonomy) -> int:
    """The power of ten of the amounts, where none is printed and the balance sheet tells."""
    powers = set()
    for one in statement_facts(mapped, taxonomy):
        if one.dimension or not isinstance(one.value, Decimal) or (one.decimals or 0) < 0:
            continue
        sheets = [sheet.value for sheet in balances.get((one.period, _TOTAL), ())]
        if sheets and one.value:
            told = [p for p in (3, 6) if one.value.scaleb(p) in sheets]
            powers.add(told[0] if told else 0)
    return powers.pop() if len(powers) == 1 else 0


def _in_units(mapped: MappedStatement, power: int) -> MappedStatement:
    rows = tuple(
        replace(row, amounts=tuple(a and _larger(a, power) for a in row.amounts))
        if row.measure is Measure.MONEY
        else row
        for row in mapped.statement.rows
    )
    return replace(mapped, statement=replace(mapped.statement, rows=rows))


def _larger(amount: Amount, power: int) -> Amount:
    number = amount.number.scaleb(power)
    number = number.quantize(Decimal(1)) if amount.decimals <= power else number
    return Amount(number, amount.decimals - power, amount.source)


def _without_components(mapped: MappedStatement) -> MappedStatement:
    """Only the totals, which the balance sheet confirms."""
    statement = mapped.statement
    rows = tuple(
        replace(
            row,
            amounts=tuple(
                None if row.component or column.component else amount
                for amount, column in zip(row.amounts, statement.columns, strict=True)
            ),
        )
        for row in statement.rows
    )
    matches = tuple(
        match if any(rows[match.row].amounts) else Match(match.row, (), None, 1, 1.0, ())
        for match in mapped.matches
    )
    columns = tuple(replace(column, component=None) for column in statement.columns)
    rows = tuple(replace(row, component=None) for row in rows)
    return MappedStatement(
        replace(statement, rows=rows, columns=columns),
        Footing(mapped.footing.rows, ()),
        matches,
    )


def _denied(mapped: MappedStatement) -> Finding:
    return Finding(
        "statement.contradicts",
        Severity.WARNING,
        "the stockholders' equity states other totals than the balance sheet for the same "
        "days; it is left out whole",
        _place(mapped),
        advice="it may be that of another entity, or in other units",
    )


def _scaled(mapped: MappedStatement, power: int) -> Finding:
    unit = {3: "thousands", 6: "millions"}[power]
    return Finding(
        "statement.scale",
        Severity.INFO,
        f"no scale is printed; by the balance sheet the stockholders' equity is in {unit}",
        _place(mapped),
    )


def _mixed_up(mapped: MappedStatement) -> Finding:
    return Finding(
        "statement.only-total",
        Severity.WARNING,
        "columns of the stockholders' equity have the balances that the balance sheet gives "
        "for other components; only the totals are read",
        _place(mapped),
        advice="the headings may stand over the wrong columns: compare with the source",
    )


def _place(mapped: MappedStatement) -> Span | None:
    caption = mapped.statement.caption
    return caption[-1].span if caption else None


# --- concepts ------------------------------------------------------------------------


def _known(statements: Sequence[MappedStatement], taxonomy: Taxonomy) -> _Known:
    """Under which concepts the other statements state a number for a period."""
    known: dict[tuple[Period, object], set[QName]] = {}
    for mapped in statements:
        if mapped.statement.kind is not StatementKind.EQUITY:
            for one in statement_facts(mapped, taxonomy):
                if one.dimension is None:
                    known.setdefault((one.period, one.value), set()).add(one.concept)
    return known


def _aligned(mapped: MappedStatement, known: _Known, taxonomy: Taxonomy) -> MappedStatement:
    """Net income and equity under the concepts that the other statements have for them."""
    totals = [one for one in statement_facts(mapped, taxonomy) if one.dimension is None]
    taken = {name for match in mapped.matches for name in match.concepts}
    instead: dict[QName, QName] = {}
    for name, other in _pairs(mapped, taxonomy):
        votes = [known.get((t.period, t.value), set()) for t in totals if t.concept == name]
        for_other = sum(other in vote and name not in vote for vote in votes)
        if for_other > sum(name in vote for vote in votes) and other not in taken:
            instead[name] = other
    return replace(
        mapped,
        matches=tuple(
            m if m.ruled else replace(m, concepts=tuple(instead.get(n, n) for n in m.concepts))
            for m in mapped.matches
        ),
    )


def _pairs(mapped: MappedStatement, taxonomy: Taxonomy) -> Iterator[tuple[QName, QName]]:
    """What may be called otherwise: where components are known, they tell of equity."""
    parts = parts_of(mapped.statement)
    if parts and not has_others(mapped.statement):
        return
    for pair in _ALIKE[:1] if parts else _ALIKE:
        names = [c.name for c in map(taxonomy.find, pair) if c is not None]
        yield from ((a, b) for a in names for b in names if a != b)


def _own_names(statements: Sequence[MappedStatement]) -> set[QName]:
    """The filer's own concepts of the other statements."""
    return {
        name
        for mapped in statements
        if mapped.statement.kind is not StatementKind.EQUITY
        for match in mapped.matches
        for name in match.concepts
        if name.prefix == EXTENSION
    }


def _told_from(mapped: MappedStatement, names: set[QName]) -> MappedStatement:
    """The filer's own concepts under names that no line of another statement has.

    "Purchase of noncontrolling interest" is a payment there and a movement here.
    """
    return replace(mapped, matches=tuple(_renamed(match, names) for match in mapped.matches))


def _renamed(match: Match, names: set[QName]) -> Match:
    if match.ruled or match.extension is None or match.extension.name not in names:
        return match
    name = QName(EXTENSION, f"{EQUITY}{match.extension.name.local}")
    return replace(match, concepts=(name,), extension=replace(match.extension, name=name))
