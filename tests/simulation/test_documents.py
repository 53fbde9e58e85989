"""The scenario that the documentation shows is one."""

import re
from pathlib import Path

from simulation.run import Runner
from simulation.scenario_file import read_scenario

DOCS = Path(__file__).parents[2] / "docs"


def block(name: str, kind: str) -> str:
    """Return the first block of a document that is marked as one kind of file."""
    found = re.search(rf"```toml {kind}\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)
    assert found, f"{name} shows no {kind}"
    return found[1]


def test_the_scenario_of_the_documentation_runs(tmp_path: Path) -> None:
    (tmp_path / "layout.toml").write_text(block("formats.md", "layout"), "utf-8")
    (tmp_path / "scenario.toml").write_text(block("simulation.md", "scenario"), "utf-8")
    found = Runner(read_scenario(tmp_path / "scenario.toml")).measures(1, 0)
    assert (found["all"]["served"] or 0) > 0
