"""Every setting is read in one place, and whoever runs a hall can read about it."""

import ast
import re

from hall.settings import Settings
from tests.architecture.sources import TOP, named, parsed, product_modules

READS = {"os.environ", "os.getenv", "os.putenv"}


def _documented() -> set[str]:
    text = (TOP / "docs/running.md").read_text(encoding="utf-8")
    return {name for name in re.findall(r"\bHALL_[A-Z_]+\b", text) if "_TEST_" not in name}


def test_the_settings_and_their_documentation_are_the_same_list() -> None:
    assert {f"HALL_{name.upper()}" for name in Settings.model_fields} == _documented()


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        named(path)
        for path in product_modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in READS
    }
    assert readers <= {"hall/settings.py"}
