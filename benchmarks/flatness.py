"""What a decision, a call and a ticket cost with 10 to 10,000 people waiting."""

import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.measuring import bound, milliseconds
from hall.context import Context
from hall.dispatch.rule import Head, choose
from hall.domain.actors import SYSTEM, Actor, Role
from hall.domain.identities import CounterId, HallId, MatterCode, PersonId
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.operations.layouts import activate_layout
from hall.operations.serve import return_to_queue
from hall.store.store import Store

LAYOUT = Path("examples/twelve/pooled.toml")
HALL = HallId("twelve")
WAITING = (10, 100, 1_000, 10_000)
CLERK = Actor(role=Role.CLERK, person=PersonId("clerk"))
GUIDE = Actor(role=Role.GUIDE, person=PersonId("guide"))
COUNTER = CounterId("3")
MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TIMES = 60


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    costs: dict[str, list[float]] = {"pick_line": [], "next": [], "take": []}
    with tempfile.TemporaryDirectory() as folder:
        context = _hall(Path(folder))
        matters = itertools.cycle(context.ask(HALL, lambda view: list(view.layout.matter_of)))
        take = partial(_take, context, matters)
        issued = 0
        for waiting in WAITING:
            while issued < waiting:
                take()
                issued += 1
            costs["pick_line"].append(milliseconds(_decision(context), times=2000))
            costs["next"].append(_calls(context))
            costs["take"].append(milliseconds(take, times=TIMES))
            issued += TIMES
            print(
                f"{waiting:>6} waiting: pick_line {costs['pick_line'][-1] * 1000:6.1f} µs,"
                f" next {costs['next'][-1]:5.2f} ms, take {costs['take'][-1]:5.2f} ms",
                flush=True,
            )
    return sum(
        bound(f"{what}, largest ÷ smallest", max(found) / min(found), most=3)
        for what, found in costs.items()
    )


def _hall(folder: Path) -> Context:
    store = Store.open(f"sqlite:///{folder / 'hall.db'}")
    store.migrate()
    store.add_hall(HALL)
    context = Context(store=store, clock=lambda: MOMENT)
    load = partial(activate_layout, file=str(LAYOUT), text=LAYOUT.read_text(encoding="utf-8"))
    context.perform(HALL, load, by=SYSTEM)
    context.perform(HALL, partial(open_counter, counter=COUNTER), by=CLERK)
    return context


def _take(context: Context, matters: "itertools.cycle[MatterCode]") -> None:
    context.perform(HALL, partial(issue_ticket, matters=(next(matters),)), by=GUIDE)


def _decision(context: Context) -> Callable[[], object]:
    """Return the bare decision on the lines as they stand now."""
    with context.store.view(HALL, now=MOMENT) as view:
        heads = [Head(line=w.line, due_ms=w.due_ms, order=w.order) for w in view.lines()]
        layout, minute, now_ms = view.layout, view.minute, view.now_ms
    counter = layout.counter_of[COUNTER]
    return lambda: choose(layout, counter, heads, minute=minute, now_ms=now_ms)


def _calls(context: Context) -> float:
    """Return what a call costs; the called one goes back in line, untimed."""
    taken = []
    for _ in range(TIMES):
        found: list[object] = []

        def call(found: list[object] = found) -> None:
            found.append(context.perform(HALL, partial(call_next, counter=COUNTER), by=CLERK))

        taken.append(milliseconds(call, times=1))
        ticket = found[0].ticket.id  # type: ignore[attr-defined]
        context.perform(HALL, partial(return_to_queue, ticket=ticket), by=CLERK)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    raise SystemExit(main())
