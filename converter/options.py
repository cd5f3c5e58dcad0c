"""What a user may choose, and the rules file that overrides the mapping."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from converter.earlier import Prior
from converter.errors import OptionsError, SubmissionError
from converter.limits import Limits, read_file
from converter.model import EXTENSION, Balance, Calculations, Measure, QName, Row, StatementKind
from converter.wording import normalised

_TEXTS = ("label", "pattern", "statement", "section", "measure", "concept", "balance")
_NUMBERS = ("table", "nth")
_KEYS = {*_TEXTS, *_NUMBERS}
TOLD = ("line", "confidence", "why", "candidates")
"""What a proposal tells its reader in columns of their own; no rule has them."""
IGNORE = "ignore"
_LIMITS = Limits(input_bytes=16 << 20)
"""Those of a file of rules: a thousand times as much as anybody has written."""
MIN_CONFIDENCE = 0.3
"""A line of which the best concept is less likely than this gets one of the filer's own."""
JOINT = " + "
"""Between the concepts of a line that states several."""

Choice = TypeVar("Choice", bound=StrEnum)
_Weight = tuple[bool, int, bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a user's file: which lines, and what they become.

    Attributes:
        label: The caption, normalised; empty for lines without one.
        pattern: What is searched for in the caption, in place of a label.
        statement: The kind of statement.
        section: A heading that the line stands under, normalised.
        concepts: Empty for lines that are to be ignored.
        measure: What the line counts.
        tables: Which of the tables of its kind, from 1; all where empty.
        nth: Which of the lines of a table that the rest speaks of, from 1.
        balance: That of a concept of the filer's own; a standard one has its own.
    """

    label: str | None
    pattern: re.Pattern[str] | None
    statement: StatementKind | None
    section: str | None
    concepts: tuple[QName, ...]
    measure: Measure | None = None
    tables: tuple[int, ...] = ()
    nth: int | None = None
    balance: Balance | None = None

    def is_of_table(self, number: int) -> bool:
        """Whether the rule speaks of the table of this number among those of a kind."""
        return not self.tables or number in self.tables

    def matches(self, kind: StatementKind, row: Row) -> bool:
        """Whether the rule speaks of such a row, in whatever table and place."""
        if self.statement not in (None, kind) or self.measure not in (None, row.measure):
            return False
        if self.section is not None and self.section not in map(normalised, row.section):
            return False
        if self.label is not None and self.label != normalised(row.label):
            return False
        return self.pattern is None or self.pattern.search(row.label) is not None

    @property
    def wanted(self) -> str:
        """What the rule looks for, as the user knows it."""
        return self.pattern.pattern if self.pattern else self.label or ""

    def weight(self, row: Row) -> _Weight:
        """The narrower rule wins: an exact label, then the innermost heading, and so on."""
        sections = [normalised(section) for section in row.section]
        depth = [n for n, section in enumerate(sections, 1) if section == self.section]
        return (
            self.label is not None,
            max(depth, default=0),
            self.nth is not None,
            bool(self.tables),
            self.statement is not None,
            self.measure is not None,
        )


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that changes a conversion.

    Attributes:
        taxonomy: Name of an index, or the path of its folder.
        cik: The filer's Central Index Key, ten digits; None when it is not known.
        rules: The user's own mapping rules.
        prior: An earlier report of the company, whose concepts are rolled forward.
        min_confidence: Below it a line becomes a concept of the filer's own.
        calculations: The version of calculation that the sums are written for.
        formula: Equations are written as assertions (XBRL Formula), for Arelle to evaluate.
    """

    taxonomy: str = "us-gaap-2024"
    cik: str | None = None
    rules: tuple[Rule, ...] = ()
    prior: Prior | None = None
    min_confidence: float = MIN_CONFIDENCE
    calculations: Calculations = Calculations.XBRL_2_1
    formula: bool = True


def read_cik(text: str) -> str:
    """Ten digits from a CIK as a user types it.

    Raises:
        OptionsError: It is not a number of at most ten digits, or zero.
    """
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10 or not int(digits):
        raise OptionsError(f"--cik {text}: a CIK is a number of at most ten digits")
    return digits.zfill(10)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The `[[rule]]` tables of a TOML file, or the rows of a CSV file, by its ending.

    Raises:
        OptionsError: The file is missing or no TOML (CSV), or a rule has an unknown key, no
            label and no pattern, no concept, or a pattern that is no regular expression.
    """
    try:
        read = read_file(path, _LIMITS).decode("utf-8-sig")
    except OSError as error:
        raise OptionsError(f"{path}: cannot be read: {error.strerror}") from error
    except SubmissionError as error:
        raise OptionsError(str(error)) from error
    except UnicodeDecodeError as error:
        form = "CSV" if is_csv(path) else "TOML"
        raise OptionsError(f"{path}: not a {form} file in UTF-8: {error}") from error
    text = read.replace("\r\n", "\n").replace("\r", "\n")
    entries = _csv_entries(text, path) if is_csv(path) else _toml_entries(text, path)
    return tuple(_rule(entry, where) for where, entry in entries)


def is_csv(path: Path) -> bool:
    """Whether a file of rules is a table for a spreadsheet, by its ending."""
    return path.suffix.lower() == ".csv"


def _toml_entries(text: str, path: Path) -> list[tuple[str, object]]:
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise OptionsError(f"{path}: not a TOML file: {error}") from error
    unknown = sorted(set(content) - {"rule"})
    entries = content.get("rule", [])
    if unknown or not isinstance(entries, list) or not entries:
        what = f"unknown key {unknown[0]!r}" if unknown else "no [[rule]]"
        raise OptionsError(f"{path}: {what}; a rules file holds [[rule]] tables")
    return [(f"{path}: rule {n}", entry) for n, entry in enumerate(entries, 1)]


def _csv_entries(text: str, path: Path) -> list[tuple[str, object]]:
    """The rows of a table whose first names the keys; an empty cell is a key left out."""
    head = text.partition("\n")[0]
    delimiter = max(",", ";", "\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise OptionsError(f"{path}: not a CSV file: {error}") from error
    keys = [cell.strip() for cell in rows[0]] if rows else []
    if "concept" not in keys:
        raise OptionsError(
            f"{path}: its first row does not name a column 'concept'; known columns: "
            f"{', '.join(_TEXTS + _NUMBERS)}"
        )
    entries: list[tuple[str, object]] = []
    for n, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(keys):
            raise OptionsError(f"{path}: row {n}: more cells than the first row has")
        given = dict(zip(keys, (cell.strip() for cell in row), strict=False))
        entries.append((f"{path}: row {n}", _csv_entry(given)))
    if not entries:
        raise OptionsError(f"{path}: no rules; each row after the first is one")
    return entries


def _csv_entry(given: Mapping[str, str]) -> dict[str, object]:
    entry: dict[str, object] = {
        key: int(text) if key in _NUMBERS and re.fullmatch("[0-9]{1,9}", text) else text
        for key, text in given.items()
        if text and key not in TOLD
    }
    if "label" in given and "pattern" not in entry:
        entry["label"] = given["label"]
    return entry


def _rule(entry: object, where: str) -> Rule:
    if not isinstance(entry, dict):
        raise OptionsError(f"{where}: not a table")
    for key, value in entry.items():
        if key not in _KEYS:
            raise OptionsError(
                f"{where}: unknown key {key!r}; known: {', '.join(sorted(_KEYS))}"
            )
        if key == "nth":
            if type(value) is not int or value < 1:
                raise OptionsError(f"{where}: {key} is not a whole number from 1")
        elif key != "table" and not (
            isinstance(value, str) and (value.strip() or key == "label")
        ):
            raise OptionsError(f"{where}: {key} is not a text")
    if ("label" in entry) == ("pattern" in entry):
        raise OptionsError(f"{where}: give either label or pattern")
    if "concept" not in entry:
        raise OptionsError(f"{where}: concept is missing (a name, or {IGNORE!r})")
    concepts = _concepts(entry["concept"], where)
    balance = entry.get("balance")
    if balance not in (None, "debit", "credit"):
        raise OptionsError(f"{where}: balance is debit or credit")
    return Rule(
        normalised(entry["label"]) if "label" in entry else None,
        _pattern(entry.get("pattern"), where),
        _one_of(StatementKind, entry.get("statement"), f"{where}: statement"),
        normalised(entry["section"]) if "section" in entry else None,
        concepts,
        _one_of(Measure, entry.get("measure"), f"{where}: measure"),
        _tables(entry.get("table"), where),
        entry.get("nth"),
        balance if concepts and concepts[0].prefix == EXTENSION else None,
    )


def _pattern(text: str | None, where: str) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise OptionsError(f"{where}: pattern is no regular expression: {error}") from error


def _one_of(kind: type[Choice], text: str | None, where: str) -> Choice | None:
    try:
        return None if text is None else kind(text)
    except ValueError as error:
        known = ", ".join(one.value for one in kind)
        raise OptionsError(f"{where} is one of {known}") from error


def _tables(value: object, where: str) -> tuple[int, ...]:
    """The numbers of tables: `2`, or `"1 and 3"`."""
    if value is None:
        return ()
    text = value if isinstance(value, str) else str(value)
    if not re.fullmatch(r"[1-9][0-9]{0,8}(?:(?:,| and) ?[1-9][0-9]{0,8})*", text):
        raise OptionsError(f"{where}: table is not a whole number from 1, nor several")
    return tuple(map(int, re.findall(r"[0-9]+", text)))


def _concepts(text: str, where: str) -> tuple[QName, ...]:
    """The concepts that a rule names; none where it says to ignore the line."""
    if text == IGNORE:
        return ()
    names = tuple(_concept(part.strip(), where) for part in text.split(JOINT.strip()))
    if len(set(names)) < len(names):
        raise OptionsError(f"{where}: concept {text!r} names one concept twice")
    if len(names) > 1 and any(name.prefix == EXTENSION for name in names):
        raise OptionsError(f"{where}: a concept of your own ({EXTENSION}:) stands alone")
    return names


def _concept(text: str, where: str) -> QName:
    prefix, _, local = text.rpartition(":")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", local):
        raise OptionsError(f"{where}: concept {text!r} is not a name")
    return QName(prefix, local)
