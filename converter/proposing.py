"""The mapping as a proposal: for a person to read, or to correct and give back as rules.

A file of rules that nobody edited changes nothing: each rule speaks of the lines that it
was made from and of no other line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from converter.captions import row_span
from converter.model import (
    Balance,
    MappedStatement,
    Match,
    QName,
    Row,
    Statement,
)
from converter.options import IGNORE, JOINT, TOLD, Rule
from converter.pipeline import Conversion
from converter.ruling import lines_of, table_numbers
from converter.wording import normalised
from converter.xml_text import no_formula

_WIDEST_CAPTION = 48
_ANY = re.compile(".*", re.IGNORECASE)
_CHOOSE = "no standard concept: choose one, or leave"
_COLUMNS = (
    *("statement", "section", "label", "concept"), *TOLD,
    *("balance", "measure", "table", "nth", "pattern"),
)  # fmt: skip
_HEAD = """\
# The proposed mapping of {name}. Correct the concepts, then:
#
#     tieout convert {name} --rules THIS_FILE -o DIR
#
# concept is the name of a concept (tieout taxonomy search WORDS), "A + B" for a line that
# states two, "ext:Name" for one of your own, or "ignore". A rule that is deleted is left
# to the program. table and nth tell apart lines that are called alike: the table among
# those of its kind, the line among those of the table.
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a statement as it was read, and what it became; `order` is that of reading."""

    order: int
    statement: Statement
    table: int
    row: Row
    at: int
    match: Match
    is_left_out: bool

    @property
    def wish(self) -> tuple[tuple[QName, ...], Balance | None]:
        """What a rule must say to get the same again."""
        own = self.match.extension
        return self.match.concepts, own.balance if own else None

    @property
    def number(self) -> int:
        return row_span(self.row).line

    @property
    def concept(self) -> str:
        return JOINT.join(map(str, self.match.concepts)) or IGNORE

    @property
    def why(self) -> str:
        said = "; ".join(self.match.reasons)
        return f"{_CHOOSE} ({said})" if self.is_open else said

    @property
    def others(self) -> list[str]:
        return [f"{one.concept} ({one.reason})" for one in self.match.alternatives]

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person: no standard concept was found."""
        return self.match.extension is not None and not self.match.ruled


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule, and the lines that it was made from."""

    rule: Rule
    lines: tuple[_Line, ...]


# --- for a person to read ------------------------------------------------------------


def mapping_lines(conversion: Conversion) -> Iterator[str]:
    """Every line of every statement with its concept, how sure that is, and why."""
    for mapped in conversion.statements:
        statement = mapped.statement
        yield f"{statement.title} ({statement.kind.value})"
        lines = [
            (row, match)
            for row, match in zip(statement.rows, mapped.matches, strict=True)
            if any(row.amounts)
        ]
        width = min(_WIDEST_CAPTION, max((len(row.label) for row, _ in lines), default=0) + 2)
        names = max((len(_names(match)) for _, match in lines), default=0)
        section: tuple[str, ...] = ()
        for row, match in lines:
            if row.section != section:
                section = row.section
                yield f"{'':6} | {' > '.join(section) or '(no heading)'}"
            label = f"  {row.label or '(no label)'}"[:width]
            why = "; ".join(match.reasons)
            yield (
                f"{row_span(row).line:6} | {label:{width}}  {_names(match):{names}}  "
                f"{_sure(match):>5}  {why}"
            )
        yield ""


def _names(match: Match) -> str:
    return JOINT.join(map(str, match.concepts)) or IGNORE


def _sure(match: Match) -> str:
    return f"{min(match.confidence, 1):.0%}"


# --- as rules ------------------------------------------------------------------------


def proposals(conversion: Conversion) -> list[Proposal]:
    """Rules that say of each line what it became, in the order of the lines.

    A table that was left out has one rule, that it be so: the concepts that the others
    have in the end might bring it in.
    """
    families: dict[Rule, list[_Line]] = {}
    gone: dict[Rule, list[_Line]] = {}
    for line in _lines(conversion):
        if line.is_left_out:
            every = Rule(None, _ANY, line.statement.kind, None, (), tables=(line.table,))
            gone.setdefault(every, []).append(line)
        else:
            families.setdefault(_family(line), []).append(line)
    found = [Proposal(rule, tuple(lines)) for rule, lines in gone.items()]
    for rule, family in families.items():
        measures = {line.row.measure for line in family}
        for measure in dict.fromkeys(line.row.measure for line in family):
            narrow = replace(rule, measure=measure) if len(measures) > 1 else rule
            of_measure = [line for line in family if line.row.measure is measure]
            if any(lines_of(rule, lines[0].statement) for lines in gone.values()):
                narrow = replace(narrow, tables=_tables(of_measure))
            found += _told_apart(narrow, of_measure)
    return sorted(found, key=lambda one: one.lines[0].order)


def _lines(conversion: Conversion) -> Iterator[_Line]:
    """The lines of the statements as they were read, with what they became in the end."""
    kept = list(conversion.statements)
    numbers = count()
    read = conversion.reading.statements
    for statement, table in zip(read, table_numbers(read), strict=True):
        gone = not kept or not _is_same(kept[0], statement)
        rows = statement.rows if gone else kept[0].statement.rows
        matches = [_left_out(at) for at in range(len(rows))] if gone else kept.pop(0).matches
        for at, match in enumerate(matches):
            if any(rows[at].amounts):
                row = statement.rows[at]
                yield _Line(next(numbers), statement, table, row, at, match, is_left_out=gone)


def _left_out(at: int) -> Match:
    return Match(at, (), None, 1, 1.0, ("the whole table is left out",), ruled=True)


def _is_same(mapped: MappedStatement, statement: Statement) -> bool:
    ours = [row.source for row in mapped.statement.rows]
    return mapped.statement.title == statement.title and ours == [
        row.source for row in statement.rows
    ]


def _family(line: _Line) -> Rule:
    """The rule for all lines that are called like this one, in the same kind of statement."""
    sections = [text for text in map(normalised, line.row.section) if text]
    label = normalised(line.row.label)
    return Rule(label, None, line.statement.kind, sections[-1] if sections else None, ())


def _told_apart(rule: Rule, lines: Sequence[_Line]) -> Iterator[Proposal]:
    """One rule where all lines agree; else one for each table, or place in a table."""
    ways: tuple[Callable[[_Line], Rule], ...] = (
        lambda _: rule,
        lambda line: replace(rule, tables=(line.table,)),
        lambda line: replace(rule, nth=_place(rule, line)),
        lambda line: replace(rule, tables=(line.table,), nth=_place(rule, line)),
    )
    for way in ways:
        groups: dict[Rule, list[_Line]] = {}
        for line in lines:
            groups.setdefault(way(line), []).append(line)
        if all(len({line.wish for line in group}) == 1 for group in groups.values()):
            for narrow, group in groups.items():
                concepts, balance = group[0].wish
                whole = replace(narrow, concepts=concepts, balance=balance)
                yield Proposal(whole, tuple(group))
            return


def _tables(lines: Iterable[_Line]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(line.table for line in lines))


def _place(rule: Rule, line: _Line) -> int:
    return lines_of(rule, line.statement).index(line.at) + 1


def rules_text(conversion: Conversion, *, as_csv: bool) -> str:
    """The proposed mapping as a file of rules; empty when there is no line."""
    found = proposals(conversion)
    if not found:
        return ""
    return _csv_text(found) if as_csv else _toml_text(found, conversion)


def _toml_text(found: Sequence[Proposal], conversion: Conversion) -> str:
    parts = [_HEAD.format(name=_plain(conversion.reading.submission.name))]
    for _, group in groupby(found, key=lambda p: id(p.lines[0].statement)):
        members = list(group)
        parts.append(_heading(members[0].lines[0]))
        parts += ["\n".join(_toml_rule(one)) + "\n" for one in members]
    return "\n".join(parts)


def _heading(line: _Line) -> str:
    statement = line.statement
    lines = [row_span(row).line for row in statement.rows]
    where = f"{statement.kind.value}, table {line.table}, lines {min(lines)}-{max(lines)}"
    return f"# --- {_plain(statement.title)} ({where}) ---\n"


def _toml_rule(one: Proposal) -> Iterator[str]:
    first = one.lines[0]
    numbers = [str(n) for n in dict.fromkeys(line.number for line in one.lines)]
    if first.is_open:
        yield f"# {_CHOOSE}"
    lines = "line" if len(numbers) == 1 else "lines"
    yield f"[[rule]]  # {lines} {', '.join(numbers)}, {_sure(first.match)} sure"
    yield f"# {_plain('; '.join(first.match.reasons))}"
    for key, value in _keys(one):
        yield f"{key} = {value if isinstance(value, int) else _quoted(value)}"
        if key == "concept":
            yield from (f"# not {_plain(other)}" for other in _others(one))


def _keys(one: Proposal) -> Iterator[tuple[str, str | int]]:
    first, rule = one.lines[0], one.rule
    given: Iterable[tuple[str, str | int | None]] = (
        ("statement", first.statement.kind.value),
        ("section", _section(first.row) if rule.section is not None else None),
        ("label", first.row.label if rule.pattern is None else None),
        ("pattern", rule.pattern and rule.pattern.pattern),
        ("measure", rule.measure and rule.measure.value),
        ("table", _table_key(rule)),
        ("nth", rule.nth),
        ("concept", first.concept),
        ("balance", rule.balance),
    )
    return ((key, value) for key, value in given if value is not None)


def _table_key(rule: Rule) -> str | int | None:
    if len(rule.tables) == 1:
        return rule.tables[0]
    return " and ".join(map(str, rule.tables)) or None


def _section(row: Row) -> str:
    return next(text for text in reversed(row.section) if normalised(text))


def _others(one: Proposal) -> list[str]:
    return list(dict.fromkeys(other for line in one.lines for other in line.others))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Text for a comment: one line, nothing that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _csv_text(found: Sequence[Proposal]) -> str:
    """A table that a spreadsheet opens: with a byte order mark, and without formulas."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in found:
        first = one.lines[0]
        told = {
            "line": " ".join(str(line.number) for line in one.lines),
            "confidence": _sure(first.match),
            "why": _plain(first.why),
            "candidates": _plain("; ".join(_others(one))),
        }
        cells = {**dict(_keys(one)), **told}
        writer.writerow({key: _cell(value) for key, value in cells.items()})
    return "\ufeff" + file.getvalue()


def _cell(value: str | int) -> str | int:
    """Captions are compared without marks, so that one more does no harm."""
    return no_formula(value) if isinstance(value, str) else value
