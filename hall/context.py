"""What a request may use: store, clock, active layout."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from hall.domain.actors import Actor
from hall.domain.identities import HallId, TicketId
from hall.store.appointments import UnknownAppointment, hall_with_code
from hall.store.change import Change
from hall.store.forecasts import Forecast, Forecasts
from hall.store.keys import Answered, Key, KeyUsedDifferently
from hall.store.limits import Attempts
from hall.store.messaging import Messaging
from hall.store.outbox import Outbox, UnknownMessage
from hall.store.people import People, UnknownPerson
from hall.store.puzzles import PuzzleIsOver, PuzzleIsWrong, Solved, new_puzzle, solved_puzzle
from hall.store.seal import BrokenSeal, Seal
from hall.store.store import Store
from hall.store.studies import Studies, UnknownRun, UnknownStudy
from hall.store.view import UnknownCounter, UnknownHall, UnknownTicket, View
from hall.store.waitlist import UnknownEntry, hall_with_entry

R = TypeVar("R")


def clock() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """A command that must not be carried out twice: its key, and how its answer is written."""

    key: Key
    render: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Context:
    """The store and the clock; operations and queries run through it."""

    store: Store
    clock: Callable[[], datetime] = clock
    #: Closes and opens personal data; one that nobody else has, unless the installation's is given.
    seal: Seal = field(default_factory=Seal.passing)

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return self.clock()

    def halls(self) -> list[HallId]:
        """Return the ids of all halls."""
        return self.store.halls()

    def is_ready(self) -> bool:
        """Whether the database answers and its tables are of the present version."""
        return self.store.is_ready()

    def hall_with(self, *, ticket: TicketId | None = None, secret: str | None = None) -> HallId:
        """Return the hall that issued a ticket, known by its id or by its slip's secret."""
        return self.store.hall_with(ticket=ticket, secret=secret)

    def hall_of_booking(self, code: str) -> HallId:
        """Return the hall where an appointment was made, known by its code."""
        return hall_with_code(self.store.engine, code)

    def hall_of_waiting(self, code: str) -> HallId:
        """Return the hall whose waitlist has a place with a code."""
        return hall_with_entry(self.store.engine, code)

    @property
    def people(self) -> People:
        """The people and devices."""
        return People(self.store)

    @property
    def studies(self) -> Studies:
        """What planners keep: studies and their runs."""
        return Studies(self.store)

    @property
    def forecasts(self) -> Forecasts:
        """What is expected of the halls."""
        return Forecasts(self.store)

    @property
    def outbox(self) -> Outbox:
        """The messages on their way."""
        return Outbox(self.store)

    @property
    def attempts(self) -> Attempts:
        """How often what is worth guessing, or taking, was tried."""
        return Attempts(self.store)

    def puzzle(self, hall: HallId, *, work: int) -> dict[str, Any]:
        """Return a puzzle for a browser that nobody knows."""
        return new_puzzle(self.seal, hall, work=work, now=self.now())

    def solved(self, hall: HallId, text: str) -> Solved:
        """Return the puzzle of a hall that a browser solved, or raise why it is none."""
        return solved_puzzle(self.seal, hall, text, now=self.now())

    @property
    def messaging(self) -> Messaging:
        """How the halls speak to those who booked."""
        return Messaging(self.store)

    def perform(
        self, hall: HallId, do: Callable[[Change], R], *, by: Actor, once: Once | None = None
    ) -> R:
        """Carry out one operation in one transaction and return what it returns.

        Raises:
            Answered: the same command was carried out before; it carries the answer given then.
            KeyUsedDifferently: the key was used before for another command.
        """
        with self.store.change(hall, clock=self.clock, by=by) as change:
            change.seal = self.seal
            if once is not None:
                change.check_key(once.key)
            result = do(change)
            if once is not None:
                change.remember(once.key, once.render(result))
            return result

    def ask(self, hall: HallId, question: Callable[[View], R]) -> R:
        """Return the answer to one question about a hall as it is now."""
        with self.store.view(hall, now=self.now()) as view:
            return question(view)


__all__ = [
    "Answered",
    "BrokenSeal",
    "Change",
    "Context",
    "Forecast",
    "Key",
    "KeyUsedDifferently",
    "Once",
    "People",
    "PuzzleIsOver",
    "PuzzleIsWrong",
    "Studies",
    "UnknownAppointment",
    "UnknownCounter",
    "UnknownEntry",
    "UnknownHall",
    "UnknownMessage",
    "UnknownPerson",
    "UnknownRun",
    "UnknownStudy",
    "UnknownTicket",
    "View",
    "clock",
]
