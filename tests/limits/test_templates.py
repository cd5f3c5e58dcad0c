"""No template is made from data: only files of the templates' folder are."""

import ast
from pathlib import Path

import converter

SOURCES = sorted(Path(converter.__file__).parent.rglob("*.py"))
MAKERS = {"from_string", "Template", "compile_expression", "overlay", "render_template_string"}


def test_templates_are_files() -> None:
    made = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in MAKERS)
        or (isinstance(node, ast.Name) and node.id in MAKERS)
    ]
    assert not made


def test_nothing_is_evaluated() -> None:
    """No `eval`, `exec`, `pickle`, or shell, that words of a filing could get into."""
    names = {"eval", "exec", "pickle", "marshal", "shelve", "os.system"}
    used = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.keyword) and node.arg == "shell")
        or (
            isinstance(node, ast.Import | ast.ImportFrom)
            and any(alias.name in names for alias in node.names)
        )
    ]
    assert not used


def test_what_is_marked_safe_stands_in_few_templates() -> None:
    """Mark-up that goes in as it is: that of the Inline XBRL page, which is made for it."""
    folder = Path(__file__).parents[2] / "templates"
    safe = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.jinja")
        if "| safe" in path.read_text("utf-8") or "autoescape false" in path.read_text("utf-8")
    }
    assert safe <= {"inline.htm.jinja"}
