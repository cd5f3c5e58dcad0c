"""By which sign each printed number becomes a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from converter.model import (
    Footing,
    Match,
    Measure,
    QName,
    Row,
    Statement,
    StatementKind,
)
from converter.standing import adding_sums
from converter.taxonomy import Taxonomy
from converter.wording import normalised

Sign = Literal[1, -1]
_ONLY_LOSS = re.compile(r"\bloss(?:es)?\b(?!.*\b(?:income|earnings|profit|gain)\b)")
_CASH = re.compile(r"^(?:Net)?CashProvidedByUsedIn|^Cash.*PeriodIncreaseDecrease")
_RESULT = re.compile(r"^(?:ProfitLoss|NetIncomeLoss|IncomeLossFromContinuingOperations)")
_GAINS = re.compile(r"\b(?:income|earnings|profit|gain)\b(?!.*\btax)")
_DEBIT_WORDS = re.compile(
    r"\b(?:cost|costs|expenses?|provision|charges?|loss|losses|write ?offs?|taxes|"
    r"amortization|depreciation|impairment|dividends)\b"
)


def row_signs(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    matches: Sequence[Match],
) -> dict[int, Sign]:
    """By which sign each printed number becomes a value.

    A sum is printed as total = s1*p1 + s2*p2; XBRL 2.1 (5.1.1.2) says it again as
    total = w1*v1 + w2*v2 with the weights that balances allow. From the outermost total
    inwards each term's sign is therefore s*w times the total's. A sum that only the layout
    speaks for does not turn what is never negative.
    """
    signs: dict[int, Sign] = {}
    for one in sorted(adding_sums(footing), key=lambda s: -s.total):
        signs.setdefault(one.total, own_sign(statement, taxonomy, matches[one.total]))
        for term in one.terms:
            weight = sum_weight(matches[one.total], matches[term.at], taxonomy)
            doubtful = not one.proven and _never_negative(matches[term.at], taxonomy)
            if weight is None or doubtful:
                signs[term.at] = own_sign(statement, taxonomy, matches[term.at])
            else:
                signs[term.at] = _times(signs[one.total], term.weight, weight)
    for match in matches:
        signs.setdefault(match.row, own_sign(statement, taxonomy, match))
    return signs


def _times(*signs: int) -> Sign:
    product = 1
    for sign in signs:
        product *= sign
    return 1 if product > 0 else -1


def sum_weight(total: Match, term: Match, taxonomy: Taxonomy) -> Sign | None:
    """The weight between two concepts: by their balances, else by the calculation tree.

    Source: XBRL 2.1 section 5.1.1.2: equal balances add, opposite ones deduct. Where a
    balance is missing (cash flow totals) the taxonomy's own arc tells; None if it has none,
    and between an instant and a duration, which no sum joins (5.2.5.2).
    """
    if _period_type(total, taxonomy) != _period_type(term, taxonomy):
        return None
    balances = [_balance(match, taxonomy) for match in (total, term)]
    if None not in balances:
        return 1 if balances[0] == balances[1] else -1
    if len(total.concepts) != 1 or len(term.concepts) != 1:
        return None
    of_tree = _tree_weight(total.concepts[0], term.concepts[0], taxonomy)
    return of_tree or _cash_weight(total.concepts[0], term.concepts[0], taxonomy)


def _cash_weight(total: QName, term: QName, taxonomy: Taxonomy) -> Sign | None:
    """The weight in a change of cash of what no tree has in it: as if cash were a debit.

    The tree's own weights are these: expenses that took no cash, payables that grew and
    proceeds add; gains, assets that grew and payments deduct. It has the results that such
    a statement begins with, which add though they are credits.
    """
    concept = taxonomy.concept(term)
    if not _CASH.search(total.local) or concept is None or _RESULT.match(term.local):
        return None
    return None if concept.balance is None else 1 if concept.balance == "debit" else -1


def _tree_weight(total: QName, term: QName, taxonomy: Taxonomy) -> Sign | None:
    """The weight of a term in a total, over the nearest sum that both go into.

    That is the total itself where the tree has the term in it, and the whole that both are
    parts of where it has not: cash used for inventories and cash from continuing operations
    both go into that of all operations. What a gain adds to income is not what it adds to
    cash: of a change of cash the trees of cash flows alone tell.
    """
    kind = StatementKind.CASH_FLOWS if _CASH.search(total.local) else None
    of_term, of_total = (_weights_up(name, taxonomy, kind) for name in (term, total))
    shared = next((name for name in of_term if name in of_total), None)
    return _times(of_term[shared], of_total[shared]) if shared else None


def _weights_up(
    name: QName, taxonomy: Taxonomy, kind: StatementKind | None
) -> dict[QName, Sign]:
    """The weight of a concept in all that it adds into, itself first, nearer sums before."""
    weights: dict[QName, Sign] = {name: 1}
    waiting = [name]
    while waiting:
        child = waiting.pop(0)
        for arc in taxonomy.calculation_parents(child, kind):
            if arc.parent not in weights:
                weights[arc.parent] = _times(weights[child], arc.weight)
                waiting.append(arc.parent)
    return weights


def _period_type(match: Match, taxonomy: Taxonomy) -> str | None:
    if match.extension is not None:
        return match.extension.period_type
    concept = taxonomy.concept(match.concepts[0]) if match.concepts else None
    return concept.period_type if concept else None


def _never_negative(match: Match, taxonomy: Taxonomy) -> bool:
    concept = taxonomy.concept(match.concepts[0]) if match.concepts else None
    return concept is not None and concept.non_negative


def _balance(match: Match, taxonomy: Taxonomy) -> str | None:
    if match.extension is not None:
        return match.extension.balance
    concept = taxonomy.concept(match.concepts[0]) if match.concepts else None
    return concept.balance if concept else None


def own_sign(statement: Statement, taxonomy: Taxonomy, match: Match) -> Sign:
    """The sign of a row that no sum decides: by its label and by its concept.

    A "net loss" printed without parentheses is negative income. A concept that is never
    negative (DQC_0015), or an expense, printed in parentheses is a deduction.
    """
    if not match.concepts or not statement.rows[match.row].amounts:
        return 1
    row = statement.rows[match.row]
    numbers = [
        a.number
        for a, c in zip(row.amounts, statement.columns, strict=True)
        if a is not None and a.number and c.basis.value == "reported"
    ]
    if not numbers or row.measure in (Measure.SHARES, Measure.RATIO):
        return 1
    words = normalised(" ".join([*row.section[-1:], row.label]))
    if _is_loss(words, row) and all(n > 0 for n in numbers):
        return -1
    concept = taxonomy.concept(match.concepts[0])
    if concept is None or not all(n < 0 for n in numbers):
        return 1
    expense = concept.balance == "debit" and concept.period_type == "duration"
    return -1 if concept.non_negative or (expense and _DEBIT_WORDS.search(words)) else 1


def _is_loss(words: str, row: Row) -> bool:
    result = row.measure is Measure.MONEY_PER_SHARE or words.startswith(
        (
            "net loss",
            "loss from operations",
            "operating loss",
            "loss before",
            "loss from",
        )
    )
    return result and _ONLY_LOSS.search(words) is not None and not _GAINS.search(words)
