"""Laws of the certificate: it is as its schema says, and proves itself from itself."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from converter.certificate import certificate, certificate_file
from converter.checking import Checked
from converter.output import json_text
from converter.pipeline import convert
from converter.resources import resource

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
CASH = ROOT / "tests" / "errors" / "codes" / "equation.fails" / "input.txt"
SCHEMA = json.loads((resource("schemas") / "certificate-1.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

Content = dict[str, Any]


def _checked(data: bytes, name: str) -> Checked:
    return Checked(name, data, convert(data, name=name))


@cache
def _of(path: Path) -> str:
    return json_text(certificate(_checked(path.read_bytes(), path.name)))


def _content(path: Path) -> Content:
    content = json.loads(_of(path))
    assert isinstance(content, dict)
    return content


def _figures(content: Content) -> list[Content]:
    return [
        figure
        for one in content["equations"]
        for figure in (one["stated"], *one["operands"], *one["divisor"])
    ]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [EXAMPLE, CASH])
def test_a_certificate_is_as_the_schema_says(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(_content(path))] == []


def test_the_same_input_gives_the_same_bytes() -> None:
    file = certificate_file(_checked(EXAMPLE.read_bytes(), "elsewhere/" + EXAMPLE.name))
    assert file.data.decode() == _of(EXAMPLE)
    assert file.name == f"{EXAMPLE.stem}.certificate.json"


def test_suspects_may_stand_in_it() -> None:
    content = _content(CASH)
    figure = content["equations"][0]["stated"]
    suspect = {"rank": 1, "kind": "digit", "figure": figure, "value": "320000"}
    assert VALIDATOR.is_valid(content | {"suspects": [suspect]})
    assert not VALIDATOR.is_valid(content | {"suspects": [suspect | {"rank": 0}]})
    assert not VALIDATOR.is_valid(content | {"suspects": [suspect | {"value": 320000}]})


_BROKEN = (
    (("format",), 2),
    (("source", "sha256"), "ABC"),
    (("summary", "holds"), -1),
    (("summary", "checks", "cash", "fails"), None),
    (("statements", 0, "kind"), "ledger"),
    (("equations", 0, "verdict"), "maybe"),
    (("equations", 0, "difference"), 0),
    (("equations", 0, "tolerance"), "-1"),
    (("equations", 0, "stated", "value"), "1e3"),
    (("equations", 0, "stated", "line"), 0),
    (("equations", 0, "stated", "period"), {"instant": "2002-13-31"}),
    (("equations", 0, "stated", "period"), {"start": "2002-01-01"}),
    (("equations", 0, "stated", "weight"), 1),
    (("equations", 0, "operands", 0, "weight"), 2),
    (("equations", 0, "operands", 0, "more"), 1),
    (("findings", 0, "severity"), "fatal"),
    (("more",), 1),
)


@pytest.mark.parametrize(("place", "value"), _BROKEN)
def test_the_schema_refuses_what_is_broken(place: tuple[str | int, ...], value: object) -> None:
    content = _content(CASH)
    at: Any = content
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert not VALIDATOR.is_valid(content)


@given(st.data())
def test_the_schema_misses_what_is_left_out(data: st.DataObject) -> None:
    """No key of any entry may be left out, but for the advice of a finding."""
    content = copy.deepcopy(_content(CASH))
    kind = data.draw(st.sampled_from(["top", "equation", "stated", "operand", "statement"]))
    equation = data.draw(st.sampled_from(content["equations"]))
    entry = {
        "top": content,
        "equation": equation,
        "stated": equation["stated"],
        "operand": equation["operands"][0],
        "statement": content["statements"][0],
    }[kind]
    place = {"line", "column", "end_column"} if kind in ("stated", "operand") else set()
    key = data.draw(st.sampled_from(sorted(set(entry) - place | (place & {"column"}))))
    del entry[key]
    assert not VALIDATOR.is_valid(content)


# --- it proves itself ----------------------------------------------------------------


def _added(operands: list[Content]) -> Decimal:
    return sum((o["weight"] * Decimal(o["value"]) for o in operands), Decimal(0))


def _check_equation(one: Content) -> None:
    """Worked out anew from the values in it, an equation has the verdict that it says."""
    stated = Decimal(one["stated"]["value"])
    tolerance = Decimal(one["tolerance"])
    worked = _added(one["operands"])
    slack = Decimal(0)
    if one["divisor"]:
        worked /= _added(one["divisor"])
        slack = Decimal(1).scaleb(-one["stated"]["decimals"] - 6)
    assert abs(worked - Decimal(one["worked"])) <= slack
    assert abs(stated - worked - Decimal(one["difference"])) <= slack
    assert (abs(Decimal(one["difference"])) <= tolerance + slack) is (one["verdict"] == "holds")


@settings(max_examples=12)
@given(st.data())
def test_it_proves_itself_whatever_digit_is_changed(data: st.DataObject) -> None:
    text = EXAMPLE.read_text()
    lines = text.splitlines(keepends=True)
    figure = data.draw(st.sampled_from(_figures(_content(EXAMPLE))))
    line = lines[figure["line"] - 1]
    digits = [
        at for at in range(figure["column"] - 1, figure["end_column"] - 1) if line[at].isdigit()
    ]
    if digits:
        at = data.draw(st.sampled_from(digits))
        digit = data.draw(st.sampled_from(sorted(set("123456789") - {line[at]})))
        lines[figure["line"] - 1] = line[:at] + digit + line[at + 1 :]
    checked = _checked("".join(lines).encode(), EXAMPLE.name)
    content = json.loads(json_text(certificate(checked)))
    told = [one.equation for one in checked.told if one.equation]
    assert len(told) == content["summary"]["fails"]
    assert checked.failed is (content["summary"]["fails"] > 0)
    assert VALIDATOR.is_valid(content)
    for one in content["equations"]:
        _check_equation(one)
    for one in _figures(content):
        printed = lines[one["line"] - 1][one["column"] - 1 : one["end_column"] - 1]
        assert printed == one["printed"]


def test_the_summary_counts_the_equations() -> None:
    for path in (EXAMPLE, CASH):
        content = _content(path)
        counts = content["summary"]
        for verdict in ("holds", "fails", "cannot tell"):
            found = [one["check"] for one in content["equations"] if one["verdict"] == verdict]
            assert counts[verdict] == len(found)
            for check, by_check in counts["checks"].items():
                assert by_check[verdict] == found.count(check)
