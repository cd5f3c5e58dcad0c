"""What a user may choose, and the rules file that overrides the mapping."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from converter.errors import OptionsError
from converter.model import EXTENSION, QName, Row, StatementKind
from converter.wording import normalised

_KEYS = {"label", "pattern", "statement", "section", "concept"}
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a user's file: which lines, and what they become.

    `concept` is None for lines that are to be ignored.
    """

    label: str | None
    pattern: re.Pattern[str] | None
    statement: StatementKind | None
    section: str | None
    concept: QName | None

    def matches(self, kind: StatementKind, row: Row) -> bool:
        """Whether the rule speaks of this row."""
        if self.statement not in (None, kind):
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

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """The narrower rule wins: an exact label, then a section, then a statement."""
        return (
            self.label is not None,
            self.section is not None,
            self.statement is not None,
        )


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that changes a conversion.

    Attributes:
        taxonomy: Name of an index, or the path of its folder.
        cik: The filer's Central Index Key, ten digits; None when it is not known.
        rules: The user's own mapping rules.
        min_confidence: Below it a line becomes a concept of the filer's own.
    """

    taxonomy: str = "us-gaap-2024"
    cik: str | None = None
    rules: tuple[Rule, ...] = ()
    min_confidence: float = 0.5


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
    """The `[[rule]]` tables of a TOML file.

    Raises:
        OptionsError: The file is missing or no TOML, or a rule has an unknown key, no
            label and no pattern, no concept, or a pattern that is no regular expression.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionsError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionsError(f"{path}: not a TOML file: {error}") from error
    unknown = sorted(set(content) - {"rule"})
    entries = content.get("rule", [])
    if unknown or not isinstance(entries, list) or not entries:
        what = f"unknown key {unknown[0]!r}" if unknown else "no [[rule]]"
        raise OptionsError(f"{path}: {what}; a rules file holds [[rule]] tables")
    return tuple(_rule(entry, f"{path}: rule {n}") for n, entry in enumerate(entries, 1))


def _rule(entry: object, where: str) -> Rule:
    if not isinstance(entry, dict):
        raise OptionsError(f"{where}: not a table")
    for key, value in entry.items():
        if key not in _KEYS:
            raise OptionsError(
                f"{where}: unknown key {key!r}; known: {', '.join(sorted(_KEYS))}"
            )
        if not isinstance(value, str) or not value.strip():
            raise OptionsError(f"{where}: {key} is not a text")
    if ("label" in entry) == ("pattern" in entry):
        raise OptionsError(f"{where}: give either label or pattern")
    if "concept" not in entry:
        raise OptionsError(f"{where}: concept is missing (a name, or {IGNORE!r})")
    return Rule(
        normalised(entry["label"]) if "label" in entry else None,
        _pattern(entry.get("pattern"), where),
        _statement(entry.get("statement"), where),
        normalised(entry["section"]) if "section" in entry else None,
        _concept(entry["concept"], where),
    )


def _pattern(text: str | None, where: str) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise OptionsError(f"{where}: pattern is no regular expression: {error}") from error


def _statement(text: str | None, where: str) -> StatementKind | None:
    try:
        return None if text is None else StatementKind(text)
    except ValueError as error:
        known = ", ".join(kind.value for kind in StatementKind)
        raise OptionsError(f"{where}: statement is one of {known}") from error


def _concept(text: str, where: str) -> QName | None:
    if text == IGNORE:
        return None
    prefix, colon, local = text.rpartition(":")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", local):
        raise OptionsError(f"{where}: concept {text!r} is not a name")
    return (
        QName(prefix if colon else "", local)
        if prefix != EXTENSION
        else QName(EXTENSION, local)
    )
