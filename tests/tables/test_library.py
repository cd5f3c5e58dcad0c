"""The names that `import converter` offers, and facts as a DataFrame."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

import converter
from converter.errors import OptionsError
from converter.frames import Values, _types, frame

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
PAGE = ROOT / "docs" / "library.md"


# --- names ---------------------------------------------------------------------------


def test_every_name_of_the_library_is_there() -> None:
    assert len(converter.__all__) == len(set(converter.__all__))
    for name in converter.__all__:
        assert getattr(converter, name).__name__ == name
        assert name in dir(converter)
    with pytest.raises(AttributeError, match="no attribute 'convart'"):
        getattr(converter, "convart")  # noqa: B009  (mypy would see it)


def test_no_module_hides_a_name() -> None:
    """Importing `converter.facts` would put a module where the function is."""
    modules = {path.stem for path in Path(converter.__file__).parent.glob("*")}
    assert not modules & set(converter.__all__)


def test_importing_it_loads_nothing() -> None:
    code = "import sys, converter; print(sorted(m for m in sys.modules if 'converter.' in m))"
    assert _python(code) == "[]"


def test_converting_loads_no_tables() -> None:
    code = (
        "import sys; from converter import convert, Options, ConverterError;"
        "import converter.cli;"
        "print({'arelle', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    assert _python(code) == "set()"


def _python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return run.stdout.strip()


@pytest.mark.arelle
def test_the_examples_of_the_page_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (tables)")
    monkeypatch.chdir(ROOT)
    sources = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(sources) == 2
    for source in sources:
        exec(compile(source, str(PAGE), "exec"), {})  # noqa: S102  (our own page)
    assert "sonus-8-k-2003-10-08.xml" in capsys.readouterr().out


def test_the_page_lists_the_names() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    listed = set(re.findall(r"`(\w+)[(`]", table))
    assert set(converter.__all__) <= listed


# --- DataFrames ----------------------------------------------------------------------


@pytest.mark.parametrize("values", get_args(Values))
def test_the_types_do_not_hang_on_the_rows(values: Values) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (tables)")
    full = converter.facts(EXAMPLE, values=values)
    assert full.dtypes.map(str).to_dict() == _types(values)
    assert frame((), values).dtypes.equals(full.dtypes)


def test_decimals_are_exact_and_floats_are_asked_for() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (tables)")
    exact = converter.facts(str(EXAMPLE))
    near = converter.facts(EXAMPLE.read_bytes(), name=EXAMPLE.name, values="float")
    ratio = exact["concept"].eq("GrossProfitPercent") & exact["dimensions"].isna()
    assert Decimal("0.614") in set(exact[ratio]["value"])
    assert exact["value"].dropna().map(float).tolist() == near["value"].dropna().tolist()
    assert exact.drop(columns="value").equals(near.drop(columns="value"))


def test_options_are_passed_on() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (tables)")
    facts = converter.facts(EXAMPLE.read_bytes(), cik="0001105472", taxonomy="us-gaap-2009")
    assert set(facts["cik"]) == {"0001105472"}
    assert set(facts["report"]) == {"report"}
    with pytest.raises(OptionsError, match="'decimal' or 'float'"):
        frame((), "double")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="colour"):
        converter.facts(EXAMPLE, colour="red")


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converter.frames.find_spec", lambda _: None)
    with pytest.raises(OptionsError, match=re.escape("pip install 'tieout[tables]'")):
        converter.facts(EXAMPLE)
