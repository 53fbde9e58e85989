"""Which of the two models simulates: they say the same, one of them sooner."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from hall.domain.trace import Trace
from simulation import model
from simulation.plan import Plan
from simulation.visits import Visits

Simulate = Callable[[Plan, Visits], Trace]
Name = Literal["auto", "simpy", "twin"]

#: After so many days in one process the twin is loaded, which takes as long as a hundred days.
_MANY = 100


def engine(name: Name = "auto") -> Simulate:
    """Return what simulates a day.

    Args:
        name: ``simpy`` is the reference model, ``twin`` the compiled one, which needs numba;
            ``auto`` begins with the reference and goes on with the twin once that pays, if it can.

    Raises:
        ModuleNotFoundError: the twin was wanted, and there is no numba.
    """
    if name == "simpy":
        return model.simulate
    if name == "twin":
        twin: Simulate = import_module("simulation.twin.simulate").simulate
        return twin
    return _in_turn


class _Days:
    """How many days this process has simulated, and on what."""

    done = 0
    simulate: Simulate = staticmethod(model.simulate)


def _in_turn(plan: Plan, visits: Visits) -> Trace:
    """Return what happens, from the model that is the better one by now."""
    _Days.done += 1
    if _Days.done == _MANY and find_spec("numba"):
        _Days.simulate = engine("twin")
    return _Days.simulate(plan, visits)
