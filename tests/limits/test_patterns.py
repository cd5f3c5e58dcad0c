"""No regular expression of the package takes more than a moment over hostile text.

The only tests that look at a clock: it is that of the processor, in a process of its own that
is killed if need be, and the bound is a hundred times what each pattern takes. A pattern is
tried on what its own repeated parts repeat, ended by what does not match, and on what filings
are made of. Run as a program, the module prints those that take too long, one on a line.
"""
# ruff: noqa: ANN401, S307, T201, PLR0911

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

import converter

SHORT, LONG = 2_000, 20_000
"""So many characters has a line that is read closely at most, and a text read as it comes."""
BOUND = 0.15
"""Seconds of CPU that a text may take: what takes linear time takes a hundredth of it."""

_GENERIC = (
    " ", "1", ".", "$", ",", "(", ")", "-", "<", "a", "A", "a ", "1 ", ". ", "- ", "1,", "$ ",
    "(1) ", "<td>", "&", "&#", "\t", "_", "=", '"', "'", "\n", " \n", "Aa ", "and ", "1.",
    "\xa0", "net income ", "December 31, ", "2002 ", "/", ":", "|", "*", "%", "{", "[",
)  # fmt: skip
_TAILS = ("", "\x00")
_Found = dict[str, re.Pattern[str] | re.Pattern[bytes]]


# --- all patterns --------------------------------------------------------------------


def modules() -> list[ModuleType]:
    """Every module of the package."""
    names = [
        one.name
        for one in pkgutil.walk_packages(converter.__path__, "converter.")
        if not one.name.endswith("__main__")
    ]
    return [importlib.import_module(name) for name in names]


def uses() -> dict[str, set[str]]:
    """By which methods patterns are used, by the name that they have."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.setdefault(node.value.id, set()).add(node.attr)
    return found


def patterns() -> _Found:
    """Every pattern that the modules hold or write out, by the place it was found at."""
    found: _Found = {}
    for module in modules():
        for name, value in vars(module).items():
            found.update(_within(value, f"{module.__name__}.{name}", set()))
        found.update(_written(module))
    unique: dict[tuple[Any, int], tuple[str, re.Pattern[Any]]] = {}
    for place, pattern in found.items():
        unique.setdefault((pattern.pattern, pattern.flags), (place, pattern))
    return dict(unique.values())


def _within(value: Any, place: str, seen: set[int]) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield place, value
        return
    for key, inner in _parts(value):
        yield from _within(inner, f"{place}[{key}]", seen)


def _parts(value: Any) -> Iterable[tuple[object, Any]]:
    if isinstance(value, dict):
        parts = [
            (key, one)
            for pair in value.items()
            for one, key in ((pair[0], "key"), (pair[1], pair[0]))
        ]
        return parts[:5000]
    if isinstance(value, list | tuple | set | frozenset):
        return list(enumerate(value))[:5000]
    if isinstance(value, type) and value.__module__.startswith("converter"):
        return list(vars(value).items())
    if is_dataclass(value) and type(value).__module__.startswith("converter"):
        return [(field.name, getattr(value, field.name, None)) for field in fields(value)]
    return ()


WHOLE = tuple(
    f"converter.{name}"
    for name in (
        "filed_page", "header", "inline", "lines", "markup", "prior_reading",
        "proof.running_text", "recognising", "repair", "report_package", "scanning", "sgml",
        "verifying", "xhtml", "xml_",
    )
)  # fmt: skip
"""The modules that look at texts of any length."""

BOUNDED = {
    "converter.proof.running_text._ROW_END": "searched for in the first thousand characters",
}
"""Patterns of those modules that see less, and why."""

_FUNCTIONS = (
    "compile",
    "search",
    "match",
    "fullmatch",
    "split",
    "findall",
    "finditer",
    "sub",
    "subn",
)


def _written(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns given to functions of `re`, wherever in the source."""
    path = Path(module.__file__ or "")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        ):
            continue
        if getattr(node.func.value, "id", "") != "re" or node.func.attr not in _FUNCTIONS:
            continue
        text = _evaluated(node.args[0], module)
        if text is not None:
            how = node.func.attr
            yield (
                f"{module.__name__}:{node.lineno}.{how}",
                re.compile(text, _flags(node, module)),
            )


def _evaluated(node: ast.expr, module: ModuleType) -> str | bytes | None:
    """What an argument is; None where it has names of the function it stands in."""
    try:
        value = eval(compile(ast.Expression(node), "", "eval"), dict(vars(module)))
    except (NameError, AttributeError, KeyError, TypeError):
        return None
    return value if isinstance(value, str | bytes) else None


def _flags(node: ast.Call, module: ModuleType) -> int:
    given = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
    for one in given:
        text = ast.unparse(one)
        if re.fullmatch(r"re\.[A-Z]+(?: \| re\.[A-Z]+)*", text):
            return int(eval(text, dict(vars(module))))
    return 0


# --- hostile text --------------------------------------------------------------------


def hostile(pattern: re.Pattern[Any]) -> list[str]:
    """Short strings to repeat: what a pattern itself repeats, and what filings hold."""
    tree = re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]
    own = list(dict.fromkeys(filter(None, _repeated(tree))))
    return list(dict.fromkeys([*own[:40], *_GENERIC]))


def _repeated(tree: Any) -> Iterator[str]:
    for op, argument in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            body = _sample(argument[2])
            yield body
            yield from (body + other for other in (" ", "1") if argument[1] > 9)
        for inner in _inside(name, argument):
            yield from _repeated(inner)
    yield _sample(tree)


def _inside(name: str, argument: Any) -> list[Any]:
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    if name == "BRANCH":
        return list(argument[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    if name == "ATOMIC_GROUP":
        return [argument]
    if name == "GROUPREF_EXISTS":
        return [one for one in argument[1:] if one is not None]
    return []


def _sample(tree: Any) -> str:
    """A short string that a part of a pattern matches, more or less."""
    return "".join(_one(str(op), argument) for op, argument in tree)[:200]


_CATEGORIES = {
    "CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a",
    "CATEGORY_NOT_DIGIT": "a", "CATEGORY_NOT_SPACE": "a", "CATEGORY_NOT_WORD": " ",
}  # fmt: skip


def _one(name: str, argument: Any) -> str:
    if name == "LITERAL":
        return chr(argument)
    if name == "NOT_LITERAL":
        return "a" if argument != ord("a") else "b"
    if name == "ANY":
        return "a"
    if name == "IN":
        return _of_class(argument)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _sample(argument[2]) * max(1, min(int(argument[0]), 3))
    if name == "BRANCH":
        return _sample(argument[1][0])
    if name == "SUBPATTERN":
        return _sample(argument[3])
    if name == "ATOMIC_GROUP":
        return _sample(argument)
    return ""


def _of_class(items: Any) -> str:
    if str(items[0][0]) == "NEGATE":
        return next(c for c in "a 1.,-<\n~" if not _holds(items[1:], c))
    op, argument = items[0]
    if str(op) == "LITERAL":
        return chr(argument)
    if str(op) == "RANGE":
        return chr(argument[0])
    return _CATEGORIES.get(str(argument), "a")


def _holds(items: Any, char: str) -> bool:
    for op, argument in items:
        if str(op) == "LITERAL" and chr(argument) == char:
            return True
        if str(op) == "RANGE" and argument[0] <= ord(char) <= argument[1]:
            return True
        if str(op) == "CATEGORY" and re.match(
            {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}.get(str(argument)[9:], r"(?!)"),
            char,
        ):
            return True
    return False


# --- how long ------------------------------------------------------------------------


class _TooLongError(Exception):
    """The bound is passed."""


def _stop(_: int, __: FrameType | None) -> None:
    raise _TooLongError


def methods_of(place: str, known: dict[str, set[str]]) -> frozenset[str]:
    """By which methods the pattern at a place may be used; all where none is known."""
    name = place.rpartition(".")[2]
    used = ({name} | known.get(name, set())) & {*_FUNCTIONS}
    return frozenset(
        "match" if one == "match" else "fullmatch" if one == "fullmatch" else "finditer"
        for one in used
    ) or frozenset(_METHODS)


_METHODS = ("finditer", "fullmatch", "match")


def seconds(pattern: re.Pattern[Any], text: str, methods: frozenset[str]) -> float:
    """The CPU time of what is done with a pattern on a text; at most twice the bound."""
    data = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * BOUND)
    try:
        for method in methods:
            for _ in getattr(pattern, method)(data) if method == "finditer" else ():
                pass
            if method != "finditer":
                getattr(pattern, method)(data)
    except _TooLongError:
        return 2 * BOUND
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - start


def slow(pattern: re.Pattern[Any], length: int, methods: frozenset[str]) -> str | None:
    """What a pattern takes too long over, if there is anything; that it does so thrice."""
    for unit in hostile(pattern):
        for tail in _TAILS:
            text = unit * (length // len(unit)) + tail
            if all(seconds(pattern, text, methods) >= BOUND for _ in range(3)):
                return unit
    return None


def main(length: int = SHORT, start: int = 0, step: int = 1) -> None:
    """Print the slow ones, and how many there were."""
    signal.signal(signal.SIGVTALRM, _stop)
    gc.disable()
    found = list(patterns().items())[start::step]
    known = uses()
    for place, pattern in found:
        if length > SHORT and (place in BOUNDED or not place.startswith(WHOLE)):
            continue
        unit = slow(pattern, length, methods_of(place, known))
        if unit is not None:
            print(f"SLOW {place} {unit!r:.60} {pattern.pattern!r:.300}", flush=True)
    print(f"DONE {len(found)}", flush=True)


# --- the tests -----------------------------------------------------------------------

ALL = patterns()


def _slow(*arguments: int) -> tuple[list[str], int]:
    """The patterns that take too long, and how many were tried."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=True)
    *slow, last = done.stdout.splitlines()
    return slow, int(last.removeprefix("DONE "))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_patterns_of_lines(part: int) -> None:
    """Over the longest line that is read closely."""
    slow, tried = _slow(SHORT, part, 4)
    assert not slow
    assert tried >= len(ALL) // 4


def test_patterns_of_whole_texts() -> None:
    """Over texts ten times as long, for those that see a text as it comes."""
    slow, _ = _slow(LONG)
    assert not slow


def test_the_patterns_are_found() -> None:
    """As many as the source compiles, and those that other patterns are made of."""
    source = sum(
        len(re.findall(r"\bre\.compile\(", Path(module.__file__ or "").read_text("utf-8")))
        for module in modules()
    )
    assert len(ALL) >= source * 0.9
    for place in BOUNDED:
        assert place in ALL
    for prefix in WHOLE:
        assert any(place.startswith(prefix) for place in ALL), prefix


@pytest.mark.parametrize("text", [r"(a+)+$", r"(?:a|aa)*b", r"\s+$x", r"(.*)(.*)(.*)x"])
def test_a_slow_pattern_is_told(text: str) -> None:
    signal.signal(signal.SIGVTALRM, _stop)
    assert slow(re.compile(text), LONG, frozenset(["finditer"])) is not None


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
