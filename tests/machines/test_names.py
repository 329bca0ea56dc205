"""Nobody but the files of machines and the emulator, which imitates them, knows a signal by its name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from connected_ops.machines import catalog

ROOT = Path(__file__).parents[2]
KNOW_THEM = ("machines", "emulator")
_NAME = re.compile(rf"\b({'|'.join(catalog.KEYS)})\b")


def names_in(text: str) -> Iterator[tuple[int, str]]:
    """(line, name) of every signal that a module's code names; what its docstrings say is for people."""
    tree = ast.parse(text)
    docs = {
        id(node.value)
        for parent in ast.walk(tree)
        if isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for node in parent.body
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            for found in _NAME.findall(node.value):
                yield node.lineno, found
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            if name in catalog.INDEX:
                yield node.lineno, name


def test_no_module_names_a_signal():
    modules = [*(ROOT / "connected_ops").rglob("*.py"), *(ROOT / "shiny_app").rglob("*.py")]
    told = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules
        if path.relative_to(ROOT).parts[1] not in KNOW_THEM
        for line, name in names_in(path.read_text(encoding="utf-8"))
    ]
    assert told == []


def test_a_name_is_found_in_a_string_and_as_a_field_but_not_in_a_docstring():
    assert list(names_in("CHARTS = ('coolant_temp_f',)")) == [(1, "coolant_temp_f")]
    assert list(names_in("x = sample.engine_rpm")) == [(1, "engine_rpm")]
    assert list(names_in('def f():\n    """coolant_temp_f"""\n    return 1')) == []


def test_no_script_or_style_of_the_page_names_a_signal():
    files = [path for end in ("js", "css") for path in (ROOT / "shiny_app").rglob(f"*.{end}")]
    assert [path.name for path in files if _NAME.search(path.read_text(encoding="utf-8"))] == []
