"""What is written beside the code is true: maps, links, targets, decisions and pins."""

import re

import pytest

from hall.__main__ import main
from tests.architecture.sources import TOP, named, ours

READMES = ("README.md", "README.zh.md")
SECTIONS = ["## Context", "## Decision", "## Status", "## Consequences"]
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")


def _read(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_folder_map_names_every_folder(name: str) -> None:
    files = [named(path) for path in ours(".py", ".md", ".toml")]
    folders = {f"{file.split('/')[0]}/" for file in files if "/" in file}
    folders |= {f"hall/{file.split('/')[1]}/" for file in files if re.match(r"hall/.+/", file)}
    mapped = set(re.findall(r"^\| `([\w/]+/)` \|", _read(name), flags=re.MULTILINE))
    assert mapped == folders


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path in ours(".md")
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_an_example_that_a_document_names_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ours(".md")]
    examples = {name for text in texts for name in re.findall(r"\bexamples/[\w/-]+\.\w+", text)}
    assert examples
    assert [name for name in sorted(examples) if not (TOP / name).exists()] == []


def test_a_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", _read("Makefile"), flags=re.MULTILINE))
    texts = [path.read_text(encoding="utf-8") for path in ours(".md")]
    assert {found for text in texts for found in re.findall(r"`make ([a-z]+)", text)} <= targets


def test_a_command_that_a_document_names_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ours(".md")]
    named_in = re.compile(r"python -m hall((?: [a-z]+(?=[ `\n]))+)")
    commands = {found for text in texts for found in named_in.findall(text)}
    assert commands
    for command in commands:
        with pytest.raises(SystemExit) as left:
            main([*command.split(), "--help"])
        assert left.value.code == 0, command


def test_a_decision_has_its_four_sections() -> None:
    records = [path for path in ours(".md") if path.parent.name == "decisions"]
    for record in records:
        headings = re.findall(r"^## .+$", record.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert headings == SECTIONS, named(record)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_no_address(name: str) -> None:
    pins = [line for line in _read(name).splitlines() if line and not line.lstrip().startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[\w.]+", pin)] == []


def test_every_direct_dependency_is_pinned_and_has_its_reason() -> None:
    lines = [line for line in _read("requirements.txt").splitlines() if line and line[0] != "#"]
    assert [line for line in lines if not re.fullmatch(r"[\w\[\]-]+==[\w.]+ +# .+", line)] == []
