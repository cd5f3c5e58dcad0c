"""What a person sees: findings like a compiler's, and each stage over the text.

Pure functions from results to lines of text; nothing is printed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count

from converter.arithmetic import check_across, check_sum
from converter.display_coverage import coverage_lines
from converter.display_proof import proof_lines, proof_words, suspect_words
from converter.layout import printed_lines
from converter.model import (
    Amount,
    Duration,
    Finding,
    Footing,
    Instance,
    Line,
    MappedStatement,
    Match,
    Measure,
    Period,
    Row,
    Span,
    Statement,
    StatementColumn,
    StatementKind,
    Sum,
    Table,
)
from converter.pipeline import Conversion, weights
from converter.proof.diagnosis import Diagnosis
from converter.tables import find_tables
from converter.taxonomy import Taxonomy
from converter.validation import Verdict

_LONGEST_SHOWN = 160
_AROUND = 60
_MOST_WEIGHTS = 8
_ABOVE_TABLE = 10
_MOST_LIKELIEST = 3

# --- findings ------------------------------------------------------------------------


def finding_lines(finding: Finding, name: str, lines: Sequence[Line]) -> Iterator[str]:
    """A finding as `FILE:LINE:COL: severity [code] message`, the line, and a mark."""
    span = finding.span
    place = f"{name}:{span.line}:{span.start + 1}" if span else name
    yield f"{place}: {finding.severity.value} [{finding.code}] {finding.message}"
    if span is not None and 0 < span.line <= len(lines):
        shown, start, width = _window(lines[span.line - 1].text, span)
        yield f"    {shown}"
        yield "    " + " " * start + "^" + "~" * (width - 1)
    if finding.advice:
        yield f"    {finding.advice}"


def _window(text: str, span: Span) -> tuple[str, int, int]:
    """A line to show, and where in it a span begins and how wide it is.

    Of a long line (mark-up without breaks) only what surrounds the span is shown.
    """
    first = 0 if len(text) <= _LONGEST_SHOWN else max(span.start - _AROUND, 0)
    before = "\u2026" if first else ""
    shown = text[first : first + _LONGEST_SHOWN]
    start = len(before + text[first : span.start].expandtabs(8))
    width = max(1, len(before + text[first : span.end].expandtabs(8)) - start)
    after = "\u2026" if first + _LONGEST_SHOWN < len(text) else ""
    whole = (before + shown.expandtabs(8)).rstrip() + after
    return whole, start, min(width, max(1, len(whole) - start))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 fact`, `2 facts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def summary_rows(conversion: Conversion, verdict: Verdict | None) -> list[tuple[str, str]]:
    """The summary of one conversion: what was found, and what was not."""
    facts = conversion.instance.facts
    cover = sum(f.concept.prefix == "dei" for f in facts)
    kinds = Counter(m.statement.kind.value for m in conversion.statements)
    found = ", ".join(plural(n, kind, _many(kind)) for kind, n in kinds.items())
    own = {
        n for m in conversion.statements for x in m.matches if x.extension for n in x.concepts
    }
    rows = [
        ("statements", (found or "none found") + _left_out(conversion)),
        (
            "facts",
            f"{len(facts):,} ({len(facts) - cover:,} from statements, {cover} from the cover)",
        ),
        (
            "not mapped",
            _not_mapped(len(own), conversion),
        ),
        ("sums", _sums(conversion)),
        ("equations", proof_words(conversion.equations)),
        *_likeliest(conversion.diagnoses),
    ]
    return [*rows, ("Arelle", verdict_words(verdict)), *_formula(conversion, verdict)]


def _likeliest(diagnoses: Sequence[Diagnosis]) -> Iterator[tuple[str, str]]:
    """The first suspect of the first equations that fail; `tieout check` has them all."""
    for one in [d for d in diagnoses if d.suspects][:_MOST_LIKELIEST]:
        others = f", or {one.level - 1} others alike" if one.level > 1 else ""
        yield "likeliest", suspect_words(one.suspects[0]) + others


def _formula(conversion: Conversion, verdict: Verdict | None) -> Iterator[tuple[str, str]]:
    """How many value assertions Arelle found satisfied; nothing where there are none."""
    count = len(conversion.instance.assertions)
    if verdict is not None and count:
        yield "formula", f"{len(verdict.satisfied):,} of {plural(count, 'assertion')} satisfied"


def _left_out(conversion: Conversion) -> str:
    count = sum(f.code == "statement.contradicts" for f in conversion.findings)
    return f" ({count} of them left out)" if count else ""


def _sums(conversion: Conversion) -> str:
    """How many sums were worked out, and how many do not hold or are not proven."""
    checked = conversion.sums_checked
    if not checked:
        return "none found"
    codes = Counter(f.code for f in conversion.findings)
    failing = codes["sum.off"] + codes["sum.rounding"]
    verdicts = [
        f"{failing} {'does' if failing == 1 else 'do'} not hold" if failing else "",
        f"{codes['sum.unproven']} not proven" if codes["sum.unproven"] else "",
    ]
    return f"{checked:,} checked, {', '.join(filter(None, verdicts)) or 'all hold'}"


def _not_mapped(count: int, conversion: Conversion) -> str:
    if count:
        return f"{plural(count, 'caption')} became extension concept{'s' if count > 1 else ''}"
    return "nothing: all have standard concepts" if conversion.statements else "nothing to map"


def _many(kind: str) -> str:
    return (
        kind
        if kind.endswith(("s", "y")) and " " in kind and "sheet" not in kind
        else f"{kind}s"
    )


def verdict_words(verdict: Verdict | None) -> str:
    """Arelle's verdict in a line."""
    if verdict is None:
        return "not asked"
    against = f"checked against {verdict.checked_against}"
    if verdict.valid:
        return f"valid, no messages ({against})"
    if not verdict.facts:
        return f"read no facts ({against})"
    return f"{plural(len(verdict.findings), 'message')} ({against})"


# --- stages over the text ------------------------------------------------------------


def stage_lines(conversion: Conversion, stage: str) -> Iterator[str]:
    """What the program saw at a stage, one of those `inspect` shows."""
    lines = conversion.reading.submission.lines
    if stage == "tables":
        yield from _all_table_lines(conversion)
    elif stage == "statements":
        for statement in conversion.reading.statements:
            yield from _statement_lines(statement)
    elif stage == "sums":
        for mapped in conversion.statements:
            yield from _sum_lines(mapped.statement, mapped.footing)
    elif stage == "map":
        for mapped in conversion.statements:
            yield from _map_lines(mapped)
    elif stage == "coverage":
        yield from coverage_lines(conversion)
    elif stage == "proof":
        yield from proof_lines(conversion.equations)
    else:
        yield from _fact_lines(conversion.instance, lines)


def _tables(conversion: Conversion) -> Iterator[Table]:
    """The tables of all documents; the reading keeps only statements."""
    for document in conversion.reading.submission.documents:
        yield from find_tables(document)


def _all_table_lines(conversion: Conversion) -> Iterator[str]:
    numbers = count(1)
    for document in conversion.reading.submission.documents:
        laid_out = tuple(printed_lines(document)) if document.markup else ()
        for table in find_tables(document):
            number = next(numbers)
            if document.markup:
                yield from _laid_out_table_lines(number, table, laid_out)
            else:
                yield from _table_lines(number, table, conversion.reading.submission.lines)


def _laid_out_table_lines(number: int, table: Table, laid_out: Sequence[Line]) -> Iterator[str]:
    """A table of mark-up as the reader laid it out, with the lines of the source."""
    first, last = max(table.place[0] - _ABOVE_TABLE, 0), table.place[1]
    size = f"{plural(len(table.columns), 'column')}, {plural(len(table.rows), 'row')}"
    yield f"table {number}: {size}; as laid out, with the lines of the source"
    for line in laid_out[first : last + 1]:
        yield f"{line.number:6} {'':8}| {line.text}".rstrip()
    yield _ruler([column.edge for column in table.columns])
    yield ""


def _ruler(edges: Sequence[int]) -> str:
    marks = "".join("^" if i + 1 in edges else " " for i in range(max(edges, default=0)))
    return f"{'':6} {'columns':8}| {marks}"


def _table_lines(number: int, table: Table, lines: Sequence[Line]) -> Iterator[str]:
    """The text of a table, what each line is, and a ruler; of one of mere signs nothing."""
    marks = _marks(table)
    if not marks:
        return
    first, last = min(marks), max(marks)
    size = f"{plural(len(table.columns), 'column')}, {plural(len(table.rows), 'row')}"
    yield f"table {number}: lines {first}-{last}, {size}"
    for at in range(first, last + 1):
        text = lines[at - 1].text.expandtabs(8).rstrip()
        yield f"{at:6} {marks.get(at, ''):8}| {text}".rstrip()
    yield _ruler([_printed_edge(table, i, lines) for i in range(len(table.columns))])
    yield ""


def _printed_edge(table: Table, column: int, lines: Sequence[Line]) -> int:
    """Where the digits of most numbers end in the text: the table may be half a page."""
    cells = (row.cells[column] for row in table.rows)
    places = (cell.span for cell in cells if cell is not None)
    texts = (lines[place.line - 1].text[: place.end].expandtabs(8) for place in places)
    ends = Counter(len(text.rstrip(" )%")) for text in texts)
    return ends.most_common(1)[0][0] if ends else table.columns[column].edge


def _marks(table: Table) -> dict[int, str]:
    marks: dict[int, str] = {}
    for cell in table.caption:
        marks[cell.span.line] = "caption"
    for column in table.columns:
        for cell in column.heading:
            marks[cell.span.line] = "heading"
    for row in table.rows:
        filled = [cell for cell in row.cells if cell is not None]
        for cell in row.label:
            marks[cell.span.line] = "label" if filled else "section"
        for cell in filled:
            marks[cell.span.line] = "row"
    return marks


def period_words(period: Period | None) -> str:
    """A period as a person writes it."""
    if period is None:
        return "no period"
    if isinstance(period, Duration):
        return f"{period.start.isoformat()} to {period.end.isoformat()}"
    return period.date.isoformat()


def _statement_title(statement: Statement) -> Iterator[str]:
    entity = statement.entity or "no entity named"
    yield f"{statement.title} ({statement.kind.value}; {entity})"


def _statement_lines(statement: Statement) -> Iterator[str]:
    yield from _statement_title(statement)
    for number, column in enumerate(statement.columns, start=1):
        yield f"  column {number}: {_column_words(column, statement)}"
    width = max(len(row.label) + 2 * row.level for row in statement.rows)
    for row in statement.rows:
        label = "  " * row.level + (row.label or "(no label)")
        amounts = "".join(f"{_amount(a):>18}" for a in row.amounts)
        measure = (
            ""
            if not any(row.amounts) or row.measure is Measure.MONEY
            else f"  {row.measure.value}"
        )
        period = f"  {period_words(row.period)}" if row.period else ""
        yield f"{_line(row):6} | {label:{width}}{amounts}{measure}{period}".rstrip()
    yield ""


def _column_words(column: StatementColumn, statement: Statement) -> str:
    """A column by its period or, in a statement of equity, by its component."""
    if column.period is not None or statement.kind is not StatementKind.EQUITY:
        return f"{period_words(column.period)}, {column.basis.value}, {statement.currency}"
    part = column.component.caption if column.component else "total"
    return f"{part}, {'shares' if column.measure is Measure.SHARES else statement.currency}"


def _amount(amount: Amount | None) -> str:
    if amount is None:
        return ""
    return f"{amount.number:,f}"


def _line(row: Row) -> int:
    cells = [*(c for c in row.source.cells if c is not None), *row.source.label]
    return cells[0].span.line


def _sum_lines(statement: Statement, footing: Footing) -> Iterator[str]:
    yield from _statement_title(statement)
    for one in footing.rows:
        total = statement.rows[one.total]
        yield f"{_line(total):6} | {_called(total)} = {_terms(statement, one)}"
        verdicts = [
            _verdict(check.difference) if (check := check_sum(statement, one, c)) else "blank"
            for c in range(len(statement.columns))
        ]
        yield f"       |   {', '.join(verdicts)}; because {'; '.join(one.evidence)}"
    for one in footing.columns:
        across = [check_across(statement, one, i) for i in range(len(statement.rows))]
        worked = [check for check in across if check is not None]
        good = sum(not check.difference for check in worked)
        names = " + ".join(f"column {term.at + 1}" for term in one.terms)
        holds = f"holds in {good} of {len(worked)} rows"
        yield f"       | column {one.total + 1} = {names}: {holds}"
    yield ""


def _verdict(difference: Decimal) -> str:
    return f"off by {difference:+,f}" if difference else "holds"


def _terms(statement: Statement, one: Sum) -> str:
    text = ""
    for n, term in enumerate(one.terms):
        row = statement.rows[term.at]
        sign = "-" if term.weight < 0 else "+"
        name = f"{_called(row)} [{_line(row)}]"
        text += f" {sign} {name}" if n else (f"- {name}" if term.weight < 0 else name)
    return text


def _called(row: Row) -> str:
    return row.label or "(no label)"


def _map_lines(mapped: MappedStatement) -> Iterator[str]:
    statement = mapped.statement
    yield from _statement_title(statement)
    width = min(48, max(len(row.label) + 2 * row.level for row in statement.rows))
    for match in mapped.matches:
        row = statement.rows[match.row]
        label = ("  " * row.level + _called(row))[:width]
        if not match.concepts:
            why = "" if not any(row.amounts) else f" {match.reasons[0]}"
            yield f"{_line(row):6} | {label:{width}} {why}".rstrip()
            continue
        sign = "-" if match.sign < 0 else " "
        names = " ".join(map(str, match.concepts))
        yield f"{_line(row):6} | {label:{width}} {sign} {names}  ({'; '.join(match.reasons)})"
    yield ""


def _fact_lines(instance: Instance, lines: Sequence[Line]) -> Iterator[str]:
    printed = max((len(_printed(f.sources, lines)) for f in instance.facts), default=0)
    names = max((len(str(f.concept)) for f in instance.facts), default=0)
    for fact in instance.facts:
        place = ", ".join(f"{s.line}:{s.start + 1}" for s in fact.sources) or "-"
        value = f"{fact.value:,f}" if isinstance(fact.value, Decimal) else fact.value
        unit = f" {fact.unit}" if fact.unit else ""
        text = _printed(fact.sources, lines)
        concept = f"{fact.concept!s:{names}}"
        yield f"{place:>10} {text:>{printed}}  {concept} {value}{unit}  {fact.context}"


def _printed(sources: Sequence[Span], lines: Sequence[Line]) -> str:
    if not sources:
        return ""
    span = sources[0]
    return " ".join(lines[span.line - 1].text[span.start : span.end].split())


# --- explain -------------------------------------------------------------------------


def explain_lines(conversion: Conversion, line: int, taxonomy: Taxonomy) -> Iterator[str]:
    """Why a line of the text became what it did, in words."""
    lines = conversion.reading.submission.lines
    yield f"{line:6} | {lines[line - 1].text.expandtabs(8).rstrip()}"
    found = False
    for mapped in conversion.statements:
        for match in mapped.matches:
            row = mapped.statement.rows[match.row]
            if line in _row_lines(row):
                found = True
                yield from _explain_row(conversion, mapped, match, taxonomy)
    if not found:
        yield _elsewhere(conversion, line)


def _row_lines(row: Row) -> set[int]:
    return {cell.span.line for cell in row.source.printed}


def _explain_row(
    conversion: Conversion, mapped: MappedStatement, match: Match, taxonomy: Taxonomy
) -> Iterator[str]:
    statement, row = mapped.statement, mapped.statement.rows[match.row]
    yield f"  line of    {statement.title} ({statement.kind.value})"
    yield f"  label      {_called(row)}"
    if row.section:
        yield f"  under      {' > '.join(row.section)}"
    if not any(row.amounts):
        yield "  a heading: it has no numbers"
        return
    yield f"  counted in {row.measure.value}"
    for name in match.concepts:
        yield f"  concept    {name}{_attributes(name.local, match, taxonomy)}"
    if match.sign < 0:
        yield "  sign       turned: the printed sign is not that of the concept's balance"
    for reason in match.reasons:
        yield f"  because    {reason}"
    yield from _explain_weights(conversion, statement, match, taxonomy)
    for other in match.alternatives:
        yield f"  not        {other.concept}: {other.reason}"
    yield from _explain_sums(mapped, match.row)
    yield from _explain_facts(conversion, row)


def _explain_weights(
    conversion: Conversion, statement: Statement, match: Match, taxonomy: Taxonomy
) -> Iterator[str]:
    """What the mapper owes its answer to, in log-odds; of an extension the best refused."""
    names = [match.concepts[0]] if match.extension is None else []
    names += [other.concept for other in match.alternatives[:1] if match.extension]
    for name in names:
        found = weights(conversion, statement, match.row, name, taxonomy)[:_MOST_WEIGHTS]
        if found and match.extension:
            yield f"  thought of {name}"
        for word, told in (("for", 1), ("against", -1)):
            for one in found:
                if one.worth * told > 0:
                    yield f"  {word:<10} {one.what} ({one.worth:+.1f})"


def _attributes(local: str, match: Match, taxonomy: Taxonomy) -> str:
    own = match.extension
    concept = own or taxonomy.find(local)
    if concept is None:
        return ""
    balance = f", {concept.balance}" if concept.balance else ""
    return f" ({concept.period_type}{balance}, {concept.type.local})"


def _explain_sums(mapped: MappedStatement, index: int) -> Iterator[str]:
    for one in mapped.footing.rows:
        if index == one.total or index in {term.at for term in one.terms}:
            name = _called(mapped.statement.rows[one.total])
            yield f"  sum        {name} = {_terms(mapped.statement, one)}"
            for column in range(len(mapped.statement.columns)):
                check = check_sum(mapped.statement, one, column)
                if check is not None and check.difference:
                    yield f"             column {column + 1}: {_verdict(check.difference)}"


def _explain_facts(conversion: Conversion, row: Row) -> Iterator[str]:
    spans = {cell.span for cell in row.source.cells if cell is not None}
    for fact in conversion.instance.facts:
        if spans & set(fact.sources):
            value = f"{fact.value:,f}" if isinstance(fact.value, Decimal) else fact.value
            name = f"{fact.concept.local} = {value} {fact.unit or ''}".rstrip()
            yield f"  fact       {fact.id}: {name} in {fact.context}"


def _elsewhere(conversion: Conversion, line: int) -> str:
    for fact in conversion.reading.cover:
        if fact.source.line == line:
            return f"  cover      {fact.name} = {fact.value}"
    for number, table in enumerate(_tables(conversion), start=1):
        mark = _marks(table).get(line)
        if mark:
            return f"  {mark} of table {number}; see: tieout inspect FILE --stage tables"
    return "  not part of a table or of the cover: no fact comes from it"
