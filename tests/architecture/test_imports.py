"""Arrows point one way, and the hall's server loads nothing that only the simulation needs."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import TOP

HEAVY = "numpy", "scipy", "simpy", "tqdm"


def test_the_import_contracts_are_kept() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint_imports], cwd=TOP, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_the_server_loads_nothing_heavy() -> None:
    code = f"import sys, hall.server; print(*[name for name in {HEAVY} if name in sys.modules])"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr
