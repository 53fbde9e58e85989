"""A hall at work for tests: a real store, a clock that the test moves, people by role."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from hall.context import Change, Context, View
from hall.domain.actors import SYSTEM, Actor, Role
from hall.domain.events import Event
from hall.domain.identities import DeviceId, HallId, PersonId
from hall.operations.layouts import activate_layout

P = ParamSpec("P")
R = TypeVar("R")

EXAMPLES = Path(__file__).parents[1] / "examples"
#: A Monday, an hour after the 12-counter hall opened.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CITIZEN = Actor(role=Role.CITIZEN)
KIOSK = Actor(role=Role.KIOSK, device=DeviceId("kiosk-1"))
GUIDE = Actor(role=Role.GUIDE, person=PersonId("guide-1"))
MANAGER = Actor(role=Role.MANAGER, person=PersonId("manager-1"))


def clerk(name: str = "clerk-1") -> Actor:
    """Return the clerk with this id."""
    return Actor(role=Role.CLERK, person=PersonId(name))


@dataclass(kw_only=True)
class FakeClock:
    """A clock that stands still until the test moves it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **by: float) -> datetime:
        """Move on by a ``timedelta`` in words (``seconds=5``) and return the new moment."""
        self.now += timedelta(**by)
        return self.now


@dataclass(kw_only=True)
class WorkingHall:
    """One hall in a store, for tests to do things in."""

    context: Context
    id: HallId
    clock: FakeClock = field(default_factory=FakeClock)

    def do(
        self,
        operation: Callable[Concatenate[Change, P], R],
        by: Actor = MANAGER,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Carry out one operation: ``hall.do(open_counter, clerk(), counter=CounterId("1"))``."""
        return self.context.perform(
            self.id, lambda change: operation(change, *args, **kwargs), by=by
        )

    def ask(
        self, question: Callable[Concatenate[View, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Ask one query: ``hall.ask(board)``."""
        return self.context.ask(self.id, lambda view: question(view, *args, **kwargs))

    def events(self, after: int = 0) -> list[Event]:
        """Return the journal behind a sequence."""
        return self.context.ask(self.id, lambda view: view.journal(after=after))


def a_hall(context: Context, clock: FakeClock, layout: Path | str) -> WorkingHall:
    """Return the hall that a layout file, or its text, describes, made in the store."""
    text = layout.read_text("utf-8") if isinstance(layout, Path) else layout
    name = layout.name if isinstance(layout, Path) else "layout of a test"
    id_ = HallId(tomllib.loads(text)["hall"]["id"])  # read with all its mistakes when activated
    context.store.add_hall(id_)
    do: Callable[[Change], Any] = lambda change: activate_layout(change, file=name, text=text)  # noqa: E731
    context.perform(id_, do, by=SYSTEM)
    return WorkingHall(context=context, id=id_, clock=clock)
