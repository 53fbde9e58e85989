"""Those who come for one group, walking in or booked, and all flows of a day as one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from simulation.streams import Wholes
from simulation.visits import FOR_EVER, Booked, Columns, Visits

#: Where a visit has no such matter.
NONE = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """Those who come for one group, walking in or booked, a column for each fact."""

    arrival: Wholes
    due: Wholes
    class_: Wholes
    patience: Wholes
    #: Per visit, its matters from the first to the last, filled up with ``NONE``.
    matters: Wholes
    work: Wholes
    in_vain: Wholes
    back: Wholes
    #: When their appointment begins, or ``NONE``.
    slot: Wholes

    def of(self, rows: NDArray[np.bool_] | Wholes) -> "Flow":
        """Return some of them."""
        return Flow(**{each.name: getattr(self, each.name)[rows] for each in fields(Flow)})

    def without(self, absent: NDArray[np.bool_], *, in_vain_ms: int) -> "Flow":
        """Return all of them, some of whom never come and are called in vain."""
        return replace(
            self,
            patience=np.where(absent, FOR_EVER, self.patience),
            in_vain=np.where(absent, in_vain_ms, self.in_vain),
            back=np.where(absent, FOR_EVER, self.back),
        )


def in_vain_ms(seconds: float) -> int:
    """Return how long a counter waits in vain, in whole milliseconds, at least one."""
    return max(round(seconds * 1000), 1)


def in_order(flows: Sequence[Flow], bookings: Booked | None = None) -> Visits:
    """Return all flows as one, by arrival; at one moment in the order of the flows."""
    arrival = np.concatenate([flow.arrival for flow in flows])
    order = np.argsort(arrival, kind="stable")
    names = [each.name for each in fields(Flow)]
    together = Flow(
        **{name: np.concatenate([getattr(flow, name) for flow in flows]) for name in names}
    ).of(order)
    known = together.matters != NONE
    columns = Columns(
        arrival=together.arrival,
        due=together.due,
        class_=together.class_,
        patience=together.patience,
        in_vain=together.in_vain,
        back=together.back,
        first=np.concatenate(([0], np.cumsum(known.sum(axis=1)))),
        matter=together.matters[known],
        work=together.work[known],
    )
    slot = [] if bookings is None else together.slot.tolist()
    return Visits.of(columns, bookings, slot)
