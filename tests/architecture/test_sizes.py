"""A module of 300 lines or a function of 40 hides an idea that has no name yet."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import named, ours, parsed

MODULE_LINES = 300
FUNCTION_LINES = 40


def _measured() -> list[Path]:
    return [
        path
        for path in ours(".py")
        if not named(path).startswith("tests/") and "migrations" not in path.parts
    ]


def _long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{named(path)}:{node.lineno} {node.name} has {lines} lines"


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in _measured()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    assert [line for path in _measured() for line in _long_functions(path)] == []


def test_no_decision_is_longer_than_60_lines() -> None:
    records = [path for path in ours(".md") if path.parent.name == "decisions"]
    assert records
    assert [named(path) for path in records if len(path.read_text().splitlines()) > 60] == []
