"""Ciw as a peer: with everything drawn before, and with the model's order at equal times.

Ciw decides ties at random; here it decides them as the model does: a counter that is free goes
before somebody who leaves, and that before somebody who comes.
"""

from typing import Any

import ciw


class Drawn(ciw.dists.Distribution):  # type: ignore[misc]
    """Times that were drawn before, one for each individual in the order of arrival."""

    def __init__(self, times: list[int]) -> None:
        self.times = times

    def sample(self, t: float | None = None, ind: Any = None) -> int:  # noqa: ARG002
        return self.times[int(ind.id_number) - 1]


class Untied(ciw.Simulation):  # type: ignore[misc]
    """Ciw with the model's order at equal times: what ends at the node, then arrivals."""

    def find_next_active_node(self) -> Any:
        return min(reversed(self.active_nodes), key=lambda node: node.next_event_date)


class InOrder(ciw.Node):  # type: ignore[misc]
    """A node at which the first of simultaneous ends is that of the first server."""

    def decide_between_simultaneous_individuals(self) -> Any:
        return self.next_individual[0]
