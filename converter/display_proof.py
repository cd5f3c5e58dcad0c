"""Equations as lines of text: in a word, in a list, worked out like a ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Literal, NamedTuple

from converter.captions import period_words
from converter.proof.diagnosis import Diagnosis, Suspect
from converter.proof.equations import Equation, Figure, Operand, Verdict
from converter.proof.telling import Scale, is_printed, scale_of

_MOST = 3
"""So many suspects are named."""

_FORMS = {
    Verdict.HOLDS: ("holds", "hold"),
    Verdict.FAILS: ("fails", "fail"),
    Verdict.UNCLEAR: ("cannot tell", "cannot tell"),
}


def proof_words(equations: Iterable[Equation]) -> str:
    """How many equations hold, fail and cannot be told: `163 hold, 1 fails, 3 cannot tell`."""
    counts = Counter(one.verdict for one in equations)
    if not counts:
        return "none found"
    return ", ".join(_counted(counts[verdict], verdict) for verdict in Verdict)


def check_words(equations: Sequence[Equation]) -> str:
    """The same, with the checks: `163 hold (footing 96, cash 2, ...), 1 fails (footing 1)`.

    Sums that hold but for rounding are counted apart too.
    """
    parts = []
    for verdict in Verdict:
        found = [one for one in equations if one.verdict is verdict]
        if not found and verdict is Verdict.UNCLEAR:
            continue
        told = [f"{check} {n:,}" for check, n in Counter(one.check for one in found).items()]
        rounded = sum(_is_rounded(one) for one in found)
        told += [f"{rounded:,} of them within rounding"] if rounded else []
        words = _counted(len(found), verdict)
        parts.append(words + (f" ({', '.join(told)})" if told else ""))
    return ", ".join(parts)


def proof_lines(equations: Iterable[Equation]) -> Iterator[str]:
    """All equations by check, each with its lines, its verdict and what speaks for it."""
    by_check = sorted(_ranked(equations))
    for _, group in groupby(by_check, key=lambda ranked: ranked[0]):
        found = [one for _, _, one in group]
        yield f"{found[0].check}: {proof_words(found)}"
        for one in found:
            yield from _listed(one)
        yield ""


def worked_lines(one: Equation) -> Iterator[str]:
    """An equation like a ledger: operands with their places, what they come to, the rest.

    A sum is in the units of the stated figure, a quotient's operands in their own.
    """
    yield f"{one.check}{_period(one)}: {one.why}"
    rows = list(worked(one))
    if any(row.number.endswith(")") for row in rows):
        rows = [row._replace(number=_closed(row.number)) for row in rows]
    places = [_place(one, row.figure) if row.figure else "" for row in rows]
    width = max(len(row.number) for row in rows)
    wide = max(map(len, places))
    for place, row in zip(places, rows, strict=True):
        yield f"  {place:>{wide}} {row.sign:1} {row.number:>{width}}  {row.words}".rstrip()


class Worked(NamedTuple):
    """A line of an equation that is worked out like a ledger; `figure` if it is of one."""

    kind: Literal["term", "worked", "stated", "difference"]
    sign: str
    number: str
    words: str
    figure: Figure | None = None


def worked(one: Equation) -> Iterator[Worked]:
    """The terms, what they come to, what is stated, and how far the two are apart."""
    amount = one.stated.amount
    scale = scale_of(amount)
    digits = _digits(one, scale)
    yield from _operands(one)
    if len(one.operands) > 1 or one.divisor:
        yield Worked("worked", "=", _accounted(scale.printed(one.worked, digits)), "worked out")
    number = _accounted(scale.printed(amount.number, digits))
    yield Worked("stated", "", number, f"{one.stated.called}, as printed", one.stated)
    if one.operands:
        slack = scale.printed(one.tolerance, _needed(one.tolerance / scale.unit))
        difference = _signed(scale.printed(one.difference, digits))
        words = f"difference; rounding explains up to {slack}"
        yield Worked("difference", "", difference, words)


def suspect_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """What may be wrong where equations fail, the likeliest first, with what would be right.

    All that the equations do not tell apart are named, up to _MOST of them.
    """
    count = len(diagnosis.equations)
    failing = f"the failing equation{'s' if count > 1 else ''}"
    level = min(diagnosis.level, len(diagnosis.suspects))
    shown = diagnosis.suspects[: min(max(level, 1), _MOST)]
    if shown:
        yield f"    likeliest cause of {failing}:"
    for one in shown:
        yield f"      {suspect_words(one)}"
    if level > len(shown):
        yield f"      and {level - len(shown)} more, which the equations do not tell apart"


def suspect_words(one: Suspect) -> str:
    """Where a suspect is printed, what may have happened, and what would be right."""
    source = one.figure.amount.source
    right = f", {one.text} would be right" if one.value is not None else ""
    return (
        f"{source.span.line}:{source.span.start + 1} {source.text.strip()} of "
        f"{one.figure.called}: {one.error.value}{right}"
    )


# --- parts ---------------------------------------------------------------------------


def _counted(count: int, verdict: Verdict) -> str:
    return f"{count:,} {_FORMS[verdict][count != 1]}"


def _ranked(equations: Iterable[Equation]) -> Iterator[tuple[int, int, Equation]]:
    """By check, in the order that the checks were made, and as printed."""
    ranks: dict[str, int] = {}
    for n, one in enumerate(equations):
        yield ranks.setdefault(one.check, len(ranks)), n, one


def _listed(one: Equation) -> Iterator[str]:
    scale = scale_of(one.stated.amount)
    number = _accounted(scale.printed(one.stated.amount.number))
    stated = f"{one.stated.called}{_period(one)} {number}"
    right = _terms(one, one.operands)
    if one.divisor:
        right = f"({right}) / ({_terms(one, one.divisor)})"
    place = f"{_place(one, one.stated)} |"
    yield f"{place:>12} {stated} = {right or 'nothing known'}"
    yield f"{'|':>12}   {_verdict(one, scale)}; {one.why}"


def _verdict(one: Equation, scale: Scale) -> str:
    """The verdict, and how far the sides are apart where that says anything."""
    rounded = _is_rounded(one)
    if not one.operands or (one.verdict is Verdict.HOLDS and not rounded):
        return one.verdict.value
    off = _signed(scale.printed(one.difference, _digits(one, scale)))
    return f"{one.verdict.value}{' within rounding' if rounded else ''}, off by {off}"


def _is_rounded(one: Equation) -> bool:
    """Whether a sum holds only because its figures are rounded."""
    return one.verdict is Verdict.HOLDS and not one.divisor and bool(one.difference)


def _terms(one: Equation, operands: Iterable[Operand]) -> str:
    text = ""
    for n, (weight, figure) in enumerate(operands):
        amount = figure.amount
        number = _accounted(scale_of(amount).printed(amount.number))
        name = f"{number} [{_place(one, figure)}]"
        sign = "- " if weight < 0 else "+ " if n else ""
        text += f"{' ' if n else ''}{sign}{name}"
    return text


def _operands(one: Equation) -> Iterator[Worked]:
    scale = scale_of(one.stated.amount)
    common = None if one.divisor else scale
    digits = _digits(one, scale)
    for operands, mark in ((one.operands, ""), (one.divisor, "/")):
        for n, operand in enumerate(operands):
            sign = "-" if operand.weight < 0 else "+" if n else ""
            yield _operand(operand, mark if mark and not n else sign, common, digits)


def _operand(operand: Operand, sign: str, scale: Scale | None, digits: int) -> Worked:
    """A term in the units given, or else in those that it is printed in."""
    figure = operand.figure
    number = figure.amount.number
    text = scale.printed(number, digits) if scale else scale_of(figure.amount).printed(number)
    return Worked("term", sign, _accounted(text), figure.called, figure)


def _accounted(number: str) -> str:
    """A negative number as accountants print it."""
    return f"({number[1:]})" if number.startswith("-") else number


def _closed(number: str) -> str:
    """A number whose last digit stands under that of one in parentheses."""
    return number if number.endswith(")") else f"{number} "


def _digits(one: Equation, scale: Scale) -> int:
    """So many after the point that no figure of a sum is cut; of a quotient two more."""
    if one.divisor:
        return scale.digits + 2
    return max(scale.digits_of(figure.amount) for figure in one.figures)


def _needed(number: Decimal) -> int:
    """Digits after the point, two at most, that a tolerance needs."""
    exponent = number.normalize().as_tuple().exponent
    return min(max(-exponent, 0), 4) if isinstance(exponent, int) else 0


def _signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"


def _place(one: Equation, figure: Figure) -> str:
    span = figure.amount.source.span
    return f"{span.line}:{span.start + 1}" if is_printed(figure, one) else "elsewhere"


def _period(one: Equation) -> str:
    return f" ({period_words(one.stated.period)})" if one.stated.period else ""
