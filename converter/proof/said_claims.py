"""What sentences say: of what each figure is, of when, and whether a change or a level."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from converter.proof.running_text import Sentence
from converter.proof.said_figures import (
    Claim,
    Found,
    Role,
    Subject,
    bare_claim,
    figures_of,
    items_of,
    share_words,
)
from converter.proof.said_periods import Said, phrases

_POSSESSIVE = re.compile(r"(?:'s|\u2019s|s'|s\u2019)$")

_UP = re.compile(
    r"(?:increas(?:e[sd]?|ing)|gr(?:ew|ow|ows|owth|own|owing)|rose|rising|up|gain(?:ed|s)?|"
    r"improve(?:d|ment|s)?|climb(?:ed|s)?|jump(?:ed|s)?|higher|advanced?)$"
)
_DOWN = re.compile(
    r"(?:decreas(?:e[sd]?|ing)|declin(?:e[sd]?|ing)|fell|fall|falls|down|dropp?(?:ed|s)?|"
    r"lower|reduc(?:ed|tion))$"
)
_COMPARE = frozenset(("compared", "versus", "vs", "vs.", "against", "after", "than", "over"))
_COMPARES = _COMPARE | {"from"}
_ROLE = frozenset(("to", "from", "by"))
_STATES = frozenset(
    ("was", "were", "is", "are", "totaled", "totalled", "totaling", "totalling", "reached",
     "of", "to", "from", "with", "by", "or", "and", "at", "reported", "posted", "recorded",
     "earned", ",", "(", "compared", "than", "versus", "vs", "vs.", "against", "after", "as")
)  # fmt: skip
"""What may stand right before a figure that says how much something is."""
_PLAIN = frozenset(
    ("the", "a", "an", "our", "its", "had", "has", "it", "we", "company", "for", "in",
     "during", "on", "amounted", "amounting", "came", "record", "today", "announced",
     "reports", "results", "financial", "consolidated", "total", "quarterly", "annual",
     "full-year", "gaap", "while", "also", "respectively", "net", "that", "which", "this",
     "ended", ")", "basis", "diluted", "basic", "share", "per", "common", "corporation",
     "inc", "inc.", "corp", "corp.", "by", "when", "or", "--", "\u2014", "and")
)  # fmt: skip
"""Words that leave what is said as it is."""
_OWN = frozenset(("company's", "company\u2019s", "consolidated", "our", "companys"))
_KNOWN = _STATES | _PLAIN | _COMPARE | _ROLE | _OWN
_AS_NOUN = frozenset(("growth", "gain", "gains", "improvement", "improvements", "reduction"))
"""Words of change that are no verbs: "sales growth" is not sales."""
_HEDGE = re.compile(
    r"\b(?:exclu\w+|includ\w+|before|without|would|will|expect\w*|estimat\w*|anticipat\w*|"
    r"may|might|could|forecast\w*|guidance|outlook|between|range|at least|up to \$|"
    r"adjusted|segment\w*|through|inception|attributable|assum\w+|offset|due to the|if)\b",
    re.IGNORECASE,
)
_ABOUT = frozenset(
    ("approximately", "about", "nearly", "almost", "roughly", "some", "over", "around", "more")
)
_NOT_AS_REPORTED = re.compile(r"(?:non-gaap|pro|forma|pro-forma|adjusted|proforma)$")
_NO_SUBJECT = "of what it is, is not understood"
_FARTHEST = 8
_MOST_FIGURES = 200
_LONGEST = 20_000
"""No sentence has so many figures or characters; a list of numbers may."""
_LOSS = re.compile(r"\bloss(?:es)?\b(?!\))", re.IGNORECASE)
_LEADS_TO_PERIOD = frozenset(
    ("for", "in", "during", "at", "of", ",", "(", ")", "on", "the", "as", "from", "over",
     "compared", "with", "to", "versus", "vs", "vs.", "against", "than", "when", "and", "#")
)  # fmt: skip

Finder = Callable[[str], Sequence[Found]]
"""Finds in a sentence, from left to right, what a report has facts of."""


@dataclass(slots=True)
class _State:
    """What has been said so far in a sentence."""

    subject: Subject | None = None
    adjusted: bool = False
    loss: bool = False
    rises: int = 0
    main: Said | None = None
    pending: Said | None = None
    link: str = ""
    compares: bool = False
    clear: bool = True
    own: bool = False
    unknown: int = 0
    before: str = ""
    since: list[str] = field(default_factory=list)


def claims(sentence: Sentence, finder: Finder, names: frozenset[str]) -> list[Claim]:
    """Every figure of a sentence, in order; none of what has more than any sentence.

    Args:
        sentence: The sentence.
        finder: Finds what the report has facts of.
        names: Lower-case words of the names of the company.
    """
    if len(sentence.text) > _LONGEST:
        return []
    figures = list(islice(figures_of(sentence.text), _MOST_FIGURES + 1))
    if len(figures) > _MOST_FIGURES:
        return []
    subjects = finder(sentence.text) if figures else ()
    if subjects:
        return _Reader(sentence, subjects, names).read()
    bare = (bare_claim(found, sentence.cell(*found.span())) for found in figures)
    return [replace(claim, why=claim.why or _NO_SUBJECT) for claim in bare]


class _Reader:
    """Reads one sentence from left to right."""

    def __init__(
        self, sentence: Sentence, subjects: Sequence[Found], names: frozenset[str]
    ) -> None:
        self.sentence = sentence
        self.text = sentence.text
        self.names = names
        self.state = _State()
        self.done: list[Claim] = []
        self.group: list[int] = []
        self.items = list(items_of(self.text, subjects))
        self.hedged = _HEDGE.search(self.text) is not None

    def read(self) -> list[Claim]:
        if "respectively" in self.text.lower():
            self.hedged = True
        for at, item in enumerate(self.items):
            match item.what:
                case Said() as said:
                    self._period(said)
                case Found() as found:
                    self._subject(found, at)
                case str() as word:
                    self._word(word)
                case figure:
                    self._figure(figure)
        return _respectively(self.text, self.done)

    # -- words -----------------------------------------------------------------------

    def _word(self, printed: str) -> None:
        state, word = self.state, printed.lower()
        if word in {";", ":"}:
            self.state = _State(main=state.main)
            self.group = []
            return
        state.since.append(word)
        if rises := _moves(word):
            state.rises = rises
            state.link = "change"
            state.pending = None if state.compares else state.pending
            state.compares = False
        elif word in _ROLE or word in _COMPARE:
            state.link = word
            state.compares = state.compares or word in _COMPARE
        elif _NOT_AS_REPORTED.match(word):
            state.adjusted = True
        elif word in _ABOUT:
            state.clear = False
            return
        elif word not in _KNOWN and not self._is_name(word):
            state.clear = False
            state.unknown += 1
        state.before = word

    def _is_name(self, word: str) -> bool:
        return word in self.names or _POSSESSIVE.sub("", word) in self.names

    # -- subjects --------------------------------------------------------------------

    def _subject(self, found: Found, at: int) -> None:
        state = self.state
        last = self.done[-1] if self.done else None
        if last and last.is_percent and state.since in (["of"], ["of", "total"]):
            self.done[-1] = replace(last, role=Role.SHARE, of=found.subject)
            state.since.append("#")
            return
        noun = _moves(state.since[0]) if state.since else 0
        if last and last.is_percent and noun and state.since[-1] in {"in", "the"}:
            self.done[-1] = replace(
                last, role=Role.CHANGE, subject=found.subject, rises=noun, why=""
            )
        part = self._is_part(at)
        state.subject = None if part else found.subject
        state.own = state.before in _OWN
        state.loss = _LOSS.search(found.subject.words) is not None
        state.clear = state.clear and not part and not state.adjusted
        state.rises, state.unknown = 0, 0
        state.link = state.link if state.compares else ""
        state.before, state.since, state.adjusted = "#", [], False

    def _is_part(self, at: int) -> bool:
        """Whether the words around make a narrower thing of it: "software revenues"."""
        after = self.items[at + 1].what if at + 1 < len(self.items) else "."
        before = self.items[at - 1].what if at else "."
        beside = self.items[at - 2].what if at > 1 and before in ("and", "or") else before
        if isinstance(beside, Found):
            return True
        narrowed = isinstance(before, str) and before[0].isalpha() and self._narrows(before)
        return narrowed or (isinstance(after, str) and after[0].isalpha() and _goes_on(after))

    def _narrows(self, printed: str) -> bool:
        word = printed.lower()
        known = word in _KNOWN - {"net"} or _NOT_AS_REPORTED.match(word) or _moves(word)
        return not (known or self._is_name(word))

    # -- periods ---------------------------------------------------------------------

    def _period(self, said: Said) -> None:
        state = self.state
        if self._ends_group(said):
            for i in self.group:
                self.done[i] = self._with_period(self.done[i], said)
            first = self.done[self.group[0]]
            if first.said and first.role is not Role.BEFORE and not said.back:
                state.main = said
        else:
            state.pending = said
            if not state.compares and not said.back:
                state.main = said
        state.before = "#"
        state.since = [*state.since, "#"]

    def _ends_group(self, said: Said) -> bool:
        """Whether a period belongs to the figures before it; one that is compared does not."""
        if not self.group or not set(self.state.since) <= _LEADS_TO_PERIOD:
            return False
        changes = all(self.done[i].role is Role.CHANGE for i in self.group)
        if not changes and not _COMPARES.isdisjoint(self.state.since):
            return False
        return not any(self._dated(i, said) for i in self.group)

    def _dated(self, i: int, said: Said) -> bool:
        claim = self.done[i]
        if claim.role is Role.CHANGE and self._since(said):
            return claim.against is not None
        return bool(claim.said)

    def _since(self, said: Said) -> bool:
        return bool(said.back) or not _COMPARES.isdisjoint(self.state.since)

    def _with_period(self, claim: Claim, said: Said) -> Claim:
        if claim.role is Role.CHANGE and self._since(said):
            return replace(claim, against=said)
        return replace(claim, said=(said,))

    # -- figures ---------------------------------------------------------------------

    def _figure(self, found: re.Match[str]) -> None:
        state = self.state
        source = self.sentence.cell(found.start(), found.end())
        claim = bare_claim(found, source)
        joined = bool(self.group) and set(state.since) <= {"or", "and", ",", "("}
        claim = self._told(claim, joined=joined)
        self.done.append(claim)
        links = joined and (bool(claim.each) or state.since != [","])
        self.group = [*self.group, len(self.done) - 1] if links else [len(self.done) - 1]
        if claim.role is not Role.CHANGE:
            state.compares = False
        state.pending, state.link, state.since, state.before = None, "", [], "$"

    def _told(self, claim: Claim, *, joined: bool) -> Claim:
        """What the words before a figure say of it."""
        state = self.state
        last = self.done[-1] if self.done else None
        role, rises, clear = self._role(claim), state.rises, state.clear and not self.hedged
        pair = joined and last is not None and claim.each and not last.each
        if pair and last is not None:
            role = last.role
        if joined and last and last.role is Role.CHANGE and not claim.each:
            role, rises = Role.CHANGE, rises or last.rises
        if last and state.before == "or" and _both_money(last, claim):
            role, clear = (Role.CHANGE if rises else role), False
        said = list(last.said) if pair and last else []
        said = [state.pending] if state.pending else said
        why = claim.why or self._why(claim, role)
        against = None
        if role is Role.CHANGE and said and (said[0].back or state.compares):
            against = said.pop()
        each = claim.each
        if state.subject and not why and " per " in state.subject.words:
            each = share_words(state.subject.words)
        return replace(
            claim,
            each=each,
            role=role,
            rises=rises,
            subject=None if why else state.subject,
            loss=state.loss,
            said=tuple(said),
            against=against,
            main=state.main,
            clear=clear,
            own=state.own,
            why=why,
        )

    def _role(self, claim: Claim) -> Role:
        state = self.state
        moved = bool(state.rises) and (
            state.before in {"by", "of", ","} or _moves(state.before)
        )
        if claim.is_percent:
            return Role.CHANGE if state.rises else Role.LEVEL
        if moved and state.link in {"change", "by"} and not claim.each:
            return Role.CHANGE
        if state.compares or state.link == "from":
            return Role.BEFORE
        return Role.LEVEL

    def _why(self, claim: Claim, role: Role) -> str:
        """What is not understood of a figure."""
        state = self.state
        if state.subject is None:
            return _NO_SUBJECT
        if state.unknown > _FARTHEST:
            return "what it is of stands too far from it"
        if role is Role.CHANGE:
            return ""
        if claim.is_percent:
            return "of what it is a share, is not understood"
        unknown = self._unknown_before()
        return f'what "{unknown}" says of it is not understood' if unknown else ""

    def _unknown_before(self) -> str:
        """The words right before a figure, if they may make it one of another thing."""
        word = self.state.before
        if word not in _STATES | {"a", "an", "record", "#", "$"} and not _moves(word):
            return word
        since = [one for one in self.state.since if one != ","]
        noun = since[-2] if word == "of" and len(since) > 1 else "#"
        return "" if noun == "#" or noun in _PLAIN or _moves(noun) else f"{noun} of"


def _moves(word: str) -> int:
    """1 for a word that tells of a rise, -1 of a fall, 0 of neither."""
    return 1 if _UP.match(word) else -1 if _DOWN.match(word) else 0


def _goes_on(printed: str) -> bool:
    """Whether a word after a subject goes on with it: "revenue growth"."""
    word = printed.lower()
    return word in _AS_NOUN or not (word in _KNOWN or _moves(word) or word.endswith("ed"))


def _both_money(one: Claim, other: Claim) -> bool:
    """Two amounts in a row: the second may be the change that leads to the first."""
    return not (one.is_percent or one.each or other.is_percent or other.each)


def _respectively(text: str, done: list[Claim]) -> list[Claim]:
    """Figures that are listed with the times they are of, in the same order."""
    if "respectively" not in text.lower() or not any(claim.subject for claim in done):
        return done
    listed = [phrase.said for phrase in phrases(text)]
    return [
        replace(claim, said=tuple(listed), clear=False)
        if claim.role is not Role.CHANGE
        else claim
        for claim in done
    ]
