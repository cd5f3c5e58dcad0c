"""Checks as JUnit XML, for build servers: a suite per input, a case per equation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from converter.checking import Checked
from converter.display_proof import worked_lines
from converter.model import Finding, Severity
from converter.proof.equations import Equation, Verdict
from converter.xml_text import in_xml


def junit(checks: Iterable[Checked], refused: Sequence[tuple[str, str]] = ()) -> str:
    """A document of all inputs.

    An equation that cannot be told is skipped; an error that is of no equation is a
    failing case of its own, an input that cannot be read an error.

    Args:
        checks: The inputs that were checked.
        refused: Those that could not be read, with the message.
    """
    suites = [_suite(checked.source, _cases(checked)) for checked in checks]
    suites += [_suite(name, [_refusal(name, message)]) for name, message in refused]
    root = Element("testsuites", {"name": "tieout"} | _totals(suites))
    root.extend(suites)
    indent(root)
    return f"{_HEAD}{tostring(root, encoding='unicode')}\n"


_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _suite(name: str, cases: Iterable[Element]) -> Element:
    found = list(cases)
    outcomes = {
        f"{what}{'' if what == 'skipped' else 's'}": str(
            sum(case.find(what) is not None for case in found)
        )
        for what in ("failure", "error", "skipped")
    }
    counts = {"name": in_xml(name), "tests": str(len(found))} | outcomes
    suite = Element("testsuite", counts)
    suite.extend(found)
    return suite


def _totals(suites: Sequence[Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors", "skipped")
    return {name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in names}


def _cases(checked: Checked) -> Iterator[Element]:
    told = checked.told
    findings = {id(one.equation): one.finding for one in told if one.equation}
    for equation in checked.conversion.equations:
        yield _equation(checked.source, equation, findings.get(id(equation)))
    for finding, of_equation in told:
        if of_equation is None and finding.severity is Severity.ERROR:
            yield _finding(checked.source, finding)


def _equation(source: str, one: Equation, finding: Finding | None) -> Element:
    span = one.stated.amount.source.span
    name = f"{one.check} {span.line}:{span.start + 1} {one.stated.called}"
    case = _case(source, one.check, name, span.line)
    worked = "\n".join(worked_lines(one))
    if one.fails:
        message = finding.message if finding else one.why
        failure = SubElement(case, "failure", type=one.check, message=in_xml(message))
        failure.text = in_xml(f"\n{source}:{span.line}:{span.start + 1}: {worked}\n")
    elif one.verdict is Verdict.UNCLEAR:
        SubElement(case, "skipped", message=in_xml(f"cannot tell: {one.why}"))
    return case


def _finding(source: str, finding: Finding) -> Element:
    line = finding.span.line if finding.span else 1
    case = _case(source, finding.code, f"{finding.code} {line}", line)
    failure = SubElement(case, "failure", type=finding.code, message=in_xml(finding.message))
    failure.text = in_xml(finding.advice) or None
    return case


def _refusal(name: str, message: str) -> Element:
    case = _case(name, "input", "can be read", 1)
    SubElement(case, "error", type="input", message=in_xml(message))
    return case


def _case(source: str, group: str, name: str, line: int) -> Element:
    return Element(
        "testcase",
        classname=in_xml(group),
        name=in_xml(name),
        file=in_xml(source),
        line=str(line),
    )
