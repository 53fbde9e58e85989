"""The files of this project that a person writes, for the tests that read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

TOP = Path(__file__).parents[2]
PRODUCT = ("hall", "kiosk", "display", "simulation")


@cache
def ours(*suffixes: str) -> tuple[Path, ...]:
    """Return every file of ours with one of ``suffixes``, committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (TOP / name for name in sorted(set(listing.split("\0"))) if name)
    return tuple(
        path
        for path in paths
        if path.suffix in suffixes and "vendor" not in path.parts and path.is_file()
    )


def product_modules() -> tuple[Path, ...]:
    """Return the Python modules that are run in a hall."""
    return tuple(path for path in ours(".py") if path.relative_to(TOP).parts[0] in PRODUCT)


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    """Return a path as it is written from the top of the checkout."""
    return path.relative_to(TOP).as_posix()
