"""Documents made to hurt end in a report, a finding or a refusal, in seconds.

They are converted in a process of its own, with a bound on the time of its processor and on its
memory that no honest document of the size comes near. Run as a program, the module converts
those whose names it is given.
"""

# ruff: noqa: PLC0415, T201
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest

MUCH = 100_000
SECONDS = 60
MEMORY = 3 << 30
Make = Callable[[], str]

_HEAD = f"CONSOLIDATED BALANCE SHEETS\n(in thousands)\n\n{'December 31,':>60}\n{'':34}"


def _row(label: str, *values: object) -> str:
    return label.ljust(34) + "".join(f"{value:>12}" for value in values) + "\n"


def _text(rows: str, years: tuple[str, ...] = ("2002", "2001")) -> str:
    """A balance sheet with some rows more."""
    total = _row("Inventories", "500", "400") + _row("Total assets", "1,500", "1,300")
    return f"{_HEAD}{_row('', *years)[34:]}{_row('Cash', '1,000', '900')}{rows}{total}"


def _page(rows: str) -> str:
    """The same in HTML."""
    return (
        "<html><body><p>CONSOLIDATED BALANCE SHEETS</p><p>(in thousands)</p><table border=1>"
        "<tr><td></td><td>December 31, 2002</td><td>December 31, 2001</td></tr>"
        f"{rows}<tr><td>Cash<td>1,000<td>900<tr><td>Inventories<td>500<td>400"
        "<tr><td>Total assets<td>1,500<td>1,300"
        "</table></body></html>"
    )


def _rows(label: str, more: str = "<td>1</td><td>2</td>") -> str:
    return _page(f"<tr><td>{label}</td>{more}</tr>")


UNITS = (
    " ", "7", ".", "$", "(", ")", "-", "_", "=", ",", "|", "<", "&", "a ", "1 ", "1,", "$1 ",
    "(1) ", "\t", '"', "<td>", "<td>1</td>", ". ", "- ", "Net income ", "TOTAL ASSETS ", "1% ",
    "December 31, 2002 ", "2002 2001 ", "$ ", "\xa0", "Cash....... ", "<S> ", "<C>", "/aa/ ",
    "condensed ", "\r", "\f", "It was $1 million in 2002. ", "&#x41;", "<b>", "<font ",
    "<!--", "<SEC-HEADER>\n", "<TYPE>10-K\n", "in thousands of millions ", "\u202e", "A\x0b",
)  # fmt: skip


def _much(unit: str) -> str:
    return unit * (MUCH // len(unit))


def _documents(head: str, inner: str, count: int) -> str:
    document = f"<DOCUMENT>\n<TYPE>{head}\n<TEXT>\n{inner}\n</TEXT>\n</DOCUMENT>\n"
    return "<SEC-DOCUMENT>\n" + document * count


def _header(fields: str) -> str:
    return f"<SEC-HEADER>\n{fields}</SEC-HEADER>\n<DOCUMENT>\n<TYPE>10-K\n<TEXT>\n{_text('')}"


def _schedule(fields: str) -> str:
    return _documents("EX-27", f"<ARTICLE> 5\n{fields}", 1)


def _line(unit: str) -> str:
    return _text(_much(unit) + "\n")


def _above(unit: str) -> str:
    return f"{_much(unit)}\n{_text('')}"


def _cell(unit: str) -> str:
    return _rows(_much(unit)[: MUCH // 5])


_REFERENCES = "".join(
    f"&{name};"
    for name in (
        *(
            "#0",
            "#1",
            "#13",
            "#xD800",
            "#xFFFE",
            "#x110000",
            "#99999999999",
            "#",
            "#x",
            "",
            "no",
        ),
        *("#" + "9" * 5000, "#x" + "f" * 5000, "#" + "0" * 5000 + "65", "a" * 5000),
    )
)
_EDGES = [" " * n + "1 2" + "\n" for n in range(1000)]

MADE: dict[str, Make] = {
    **{f"line of {u!r}": partial(_line, u) for u in UNITS},
    **{f"head of {u!r}": partial(_above, u) for u in UNITS},
    **{f"cell of {u!r}": partial(_cell, u) for u in UNITS},
    "row of a long label": lambda: _text("x" * MUCH + "      100      200\n"),
    "empty lines": lambda: _text("\n" * MUCH),
    "nested tables": lambda: _rows("<table><tr><td>" * 10_000 + "x" + "</table>" * 10_000),
    "nested blocks": lambda: _rows("<div>" * 50_000 + "x" + "</div>" * 50_000),
    "open tags": lambda: _page("<b>" * 100_000 + "<tr><td>x" * 20_000),
    "open attribute": lambda: _page("<td a='" * 20_000),
    "attributes": lambda: _page("<tr><td " + "a=b " * 50_000 + ">x<td>1</tr>"),
    "long style": lambda: _page(f"<tr><td style='{'a:b;' * 50_000}'>x<td>1</tr>"),
    "wide style": lambda: _page(f"<tr><td style='padding-left:{'9' * 9000}pt'>x<td>1</tr>"),
    "documents": lambda: _documents("10-K", "hello", 20_000),
    "documents of pages": lambda: _documents("10-K", "<html><td>a<td>1", 5_000),
    "documents of schedules": lambda: _documents("EX-27", "<CASH> 1", 5_000),
    "open documents": lambda: "<DOCUMENT>\n<TYPE>10-K\n" * 20_000,
    "references": lambda: _rows(_REFERENCES),
    "references in text": lambda: _text(_row(_REFERENCES, 1, 2)),
    "wide cells": lambda: _rows("x", "<td colspan=1000000000>1</td>" * 10),
    "digits of a span": lambda: _rows("x", f"<td colspan={'9' * 9000} rowspan={'9' * 9000}>1"),
    "high cells": lambda: _page(
        "<tr>" + "<td rowspan=65534 colspan=1000>1</td>" * 200 + "</tr>"
    ),
    "higher cells": lambda: _page(("<tr>" + "<td rowspan=65534>1</td>" * 20) * 500),
    "500 rows": lambda: _text("".join(_row(f"Item {n}", n + 9, n) for n in range(500))),
    "100,000 rows": lambda: _text("".join(_row(f"Item {n}", n, 7) for n in range(100_000))),
    "rows alike": lambda: _text(_row("Other assets", 100, 200) * 300),
    "10,000 columns": lambda: _text(_row("Debt", *range(10_000))),
    "2,000 cells": lambda: _rows("x", "<td>1</td>" * 2_000),
    "shifted rows": lambda: _text("".join(_EDGES)),
    "deeper rows": lambda: _text(
        "".join((" " * n + "x").ljust(1100) + _row("", 1, 2)[34:] for n in range(300))
    ),
    "statements": lambda: _text("") * 300,
    "statements of pages": lambda: _page("") * 100,
    **{
        f"number of {len(digits):,} digits": partial(_rows, "Debt", f"<td>{digits}<td>{digits}")
        for digits in ("9" * 28, "9" * 29, "9" * 40, "9" * 4301, "9" * 100_000)
    },
    "number of groups": lambda: _rows("Debt", f"<td>9{',999' * 2000}<td>1"),
    "number of decimals": lambda: _rows("Debt", f"<td>0.{'9' * 5000}<td>.{'1' * 40}"),
    "numbers in billions": lambda: _rows("Debt", f"<td>{'9' * 15}<td>({'9' * 15})").replace(
        "thousands", "billions"
    ),
    "year 9999": lambda: _text("", ("9999", "9998")),
    "year 0000": lambda: _text("", ("0000", "0001")),
    "dates of no calendar": lambda: _text("").replace("December 31", "February 31"),
    "header of the year 9999": lambda: _header(
        "CONFORMED PERIOD OF REPORT: 99991231\nFILED AS OF DATE: 99991232\n"
    ),
    "header of digits": lambda: _header(
        f"PUBLIC DOCUMENT COUNT: {'9' * 9000}\nCENTRAL INDEX KEY: {'9' * 9000}\n"
    ),
    "header of companies": lambda: _header(
        "FILER:\n\tCOMPANY DATA:\n\tCOMPANY CONFORMED NAME: X\n" * 10_000
    ),
    "schedule of digits": lambda: _schedule(
        f"<MULTIPLIER> {'9' * 9000}\n<CASH> {'9' * 9000}\n"
    ),
    "schedule of no numbers": lambda: _schedule(
        "<MULTIPLIER> 1000000000000000000000\n<CASH> 1E999999999\n<PERIOD-END> DEC-31-9999\n"
        "<FISCAL-YEAR-END> FEB-31-0000\n<TOTAL-ASSETS> NaN\n<NET-INCOME> (((1\n"
    ),
    "scales": lambda: _text("").replace("thousands", "quintillions of trillions " * 2000),
    "paragraphs": lambda: _text("") + "Sales were $1,000\nin 2002, up 5%.\n\n" * 5_000,
}
GROUPS = 8


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_document_made_to_hurt_ends_well(group: int) -> None:
    names = list(MADE)[group::GROUPS]
    done = subprocess.run(
        [sys.executable, __file__, *names],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    lines = done.stdout.splitlines()
    ended = [line.partition("\t")[0] for line in lines]
    assert ended == names, done.stderr[-2000:]
    bad = [line for line in lines if line.partition("\t")[2] not in ("report", "refusal")]
    assert not bad


def _ended(text: str) -> str:
    """What becomes of a text: all that `convert` does with it but for Arelle."""
    from converter.certificate import certificate_file
    from converter.checking import Checked
    from converter.errors import SubmissionError
    from converter.forms import Form, written
    from converter.model import Severity
    from converter.output import findings_file
    from converter.pipeline import convert
    from converter.report_page.page import page_file
    from converter.taxonomy import load_taxonomy

    data = text.encode("utf-8")
    try:
        conversion = convert(data, name="x.txt")
    except SubmissionError as error:
        return "refusal" if str(error).isprintable() else f"a refusal in odd words: {error!r}"
    taxonomy = load_taxonomy("us-gaap-2024")
    written(conversion, taxonomy, tuple(Form))
    page_file(conversion, taxonomy, None)
    certificate_file(Checked("x.txt", data, conversion))
    findings_file(conversion, None, data, "x.txt")
    grave = any(f.severity is Severity.ERROR for f in conversion.findings)
    return "report" if conversion.instance.facts or grave else "nothing, and no finding"


def main(names: list[str]) -> None:
    """Convert documents one after another, and print what became of each."""
    from converter.mapper.artefact import load_mapper

    load_mapper()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in names:
        spent = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        limit = spent + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        print(f"{name}\t{_ended(MADE[name]())}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
