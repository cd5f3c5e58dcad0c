"""Whether all forms of a report say the same: their facts, as Arelle reads them, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from converter.errors import ValidatorError
from converter.model import Finding, Severity
from converter.reported import Reported
from converter.validation import Loaded, Verdict, load_files

_HEAD = 1 << 16
_ROOT = re.compile(rb"<(?:[\w.-]+:)?xbrl[\s>]")
_INLINE = re.compile(rb"""xmlns:[\w.-]+\s*=\s*["']http://www\.xbrl\.org/\d{4}/inlineXBRL["']""")
_OIM = re.compile(rb'"documentType"\s*:\s*"https?://[^"]*/xbrl-(?:json|csv)"')
_ANY = re.compile(rb"PK")
_NAMESPACE = re.compile(r"\{[^{}]*\}")
_MARKS = (
    (".xml", _ROOT), (".xbrl", _ROOT),
    (".htm", _INLINE), (".html", _INLINE), (".xhtml", _INLINE),
    (".json", _OIM),
    (".xbri", _ANY), (".xbr", _ANY),
)  # fmt: skip
"""The endings of reports, those that others are compared with first; and what is in them."""

_Values = AbstractSet[tuple[object, str]]


class Verified(NamedTuple):
    """One form, Arelle's verdict on it, and where it differs from `reference`."""

    path: Path
    verdict: Verdict
    reference: Path
    differences: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that speaks against it."""
        return (*self.verdict.findings, *self.differences)


def forms_in(folder: Path) -> list[Path]:
    """The XBRL reports of a folder: xBRL-XML, Inline XBRL, xBRL-JSON, xBRL-CSV, packages.

    Raises:
        ValidatorError: It is no folder, cannot be read, or holds no report.
    """
    if not folder.is_dir():
        raise ValidatorError(f"{folder}: no folder; name the folder of a report")
    try:
        files = [path for path in sorted(folder.iterdir()) if path.is_file()]
        found = [
            path
            for ending, mark in _MARKS
            for path in files
            if path.suffix.lower() == ending and _holds(path, mark)
        ]
    except OSError as error:
        raise ValidatorError(f"{folder}: cannot be read: {error.strerror}") from error
    if not found:
        raise ValidatorError(f"{folder}: holds no XBRL report")
    return found


def _holds(path: Path, mark: re.Pattern[bytes]) -> bool:
    with path.open("rb") as file:
        return mark.search(file.read(_HEAD)) is not None


def verify(folder: Path, package: Path | None = None) -> Iterator[Verified]:
    """Each report of a folder, compared with the first of them.

    Raises:
        ValidatorError: As of `forms_in`; or Arelle failed for another reason than a report.
    """
    reference: Loaded | None = None
    for form in load_files(forms_in(folder), package):
        reference = reference or form
        found = tuple(_differences(form, reference))
        yield Verified(form.path, form.verdict, reference.path, found)


def _differences(form: Loaded, reference: Loaded) -> Iterator[Finding]:
    name = reference.path.name
    if reference.facts and not form.facts:
        yield _differs(f"no fact is read in it, but {len(reference.facts):,} in {name}")
        return
    for message in compare(form.facts, reference.facts, name):
        yield _differs(message)


def _differs(message: str) -> Finding:
    return Finding("verify.differs", Severity.ERROR, message)


def compare(ours: Sequence[Reported], theirs: Sequence[Reported], name: str) -> Iterator[str]:
    """In words, every fact of two reports that is not the same in both.

    Facts are the same that agree in concept, entity, period, unit, dimensions and language,
    and in value and decimals. How often a report states one does not matter: in Inline XBRL
    it is tagged wherever it is printed. `name` is what the other report is called.
    """
    here, there = _by_aspects(ours), _by_aspects(theirs)
    named = {fact.aspects: fact for fact in (*ours, *theirs)}
    nothing: _Values = frozenset()
    for aspects, fact in named.items():
        mine, other = here.get(aspects, nothing), there.get(aspects, nothing)
        if mine != other:
            yield f"{_words(fact)} {_difference(mine, other, name)}"


def _by_aspects(facts: Iterable[Reported]) -> Mapping[tuple[object, ...], _Values]:
    found: dict[tuple[object, ...], set[tuple[object, str]]] = {}
    for fact in facts:
        found.setdefault(fact.aspects, set()).add((fact.value, fact.decimals))
    return found


def _difference(mine: _Values, other: _Values, name: str) -> str:
    if not mine:
        return f"is {_listed(other)} in {name} and missing here"
    if not other:
        return f"is {_listed(mine)} here and missing in {name}"
    return f"is {_listed(mine)} here but {_listed(other)} in {name}"


def _listed(values: _Values) -> str:
    return " and ".join(_shown(*one) for one in sorted(values, key=repr))


def _shown(value: object, decimals: str) -> str:
    text = "nil" if value is None else repr(value)
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} (decimals {decimals})" if decimals else text


def _words(fact: Reported) -> str:
    """What a fact is of, as far as a reader needs it to find the fact."""
    axes = (f"{axis}={member}" for axis, member in fact.dimensions)
    period = _days(fact.period) if fact.period else ""
    told = " ".join(filter(None, [fact.name, period, fact.unit, *axes]))
    return _NAMESPACE.sub("", told)


def _days(period: str) -> str:
    """A period by its first and last day, as people count; other times as they are."""
    *first, last = (datetime.fromisoformat(time) for time in period.split("/"))
    if any(time.time() != time.min.time() for time in (*first, last)):
        return period
    return "..".join(str(time.date()) for time in (*first, last - timedelta(days=1)))
