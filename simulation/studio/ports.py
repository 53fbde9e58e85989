"""What the studio needs of the hall; the hall's server wires it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from hall.domain.identities import HallId
from hall.domain.layout import Layout
from hall.domain.roster import Roster
from hall.domain.studies import Run, RunKind, Study

Page = TypeVar("Page", bound=Callable[..., Any])


class Guard(Protocol):
    """Who may look, and in which hall they work."""

    def planners(self, page: Page) -> Page:
        """Let planners, managers and administrators ask for a page."""
        ...

    def my_hall(self) -> HallId:
        """Return the hall in which the caller plans now."""
        ...

    def check(self, hall: HallId) -> None:
        """Refuse a caller who may not plan in a hall."""
        ...

    def me(self) -> str:
        """Return a reference to the caller."""
        ...

    def names(self, hall: HallId) -> Mapping[str, str]:
        """Return the names of a hall's people, by reference."""
        ...

    def shown(self) -> Mapping[str, Any]:
        """Return what the frame of every page of the staff shows."""
        ...


class Scenarios(Protocol):
    """Where studies are kept."""

    def add(
        self, hall: HallId, *, name: str, document: dict[str, Any], by: str, now: datetime
    ) -> Study:
        """Keep a new study."""
        ...

    def change(self, study: str, *, now: datetime, **values: Any) -> Study:
        """Change a study's ``name`` or its ``document``."""
        ...

    def study(self, study: str) -> Study:
        """Return a study by id."""
        ...

    def studies(self, hall: HallId) -> list[Study]:
        """Return the studies of a hall, the one changed last first."""
        ...

    def forget(self, study: str) -> None:
        """Forget a study and its runs."""
        ...

    def run(self, run: str, *, now: datetime) -> Run:
        """Return a run with its result."""
        ...

    def runs(
        self, *, study: str | None = None, hall: HallId | None = None, now: datetime
    ) -> list[Run]:
        """Return runs, the newest first, without their results."""
        ...


class Runs(Protocol):
    """Who carries runs out."""

    def start(self, study: str, *, kind: RunKind, document: dict[str, Any]) -> Run:
        """Queue a run; it begins as soon as there is room."""
        ...

    def cancel(self, run: str) -> None:
        """End a run at once."""
        ...

    def go_on(self) -> None:
        """Begin runs that wait, as many as may be at work."""
        ...


class ReadJournal(Protocol):
    """What the hall's own record says."""

    def days(self, hall: HallId) -> list[tuple[date, int]]:
        """Return the last days that are over, with how many tickets each had, the last first."""
        ...

    def setup(self, hall: HallId, first: date | None = None) -> tuple[Layout, Roster]:
        """Return the layout in force, or that on a first day, and the roster in force."""
        ...


#: Schedules a layout: the hall, the file's text, when, a note, the report's expectations.
ScheduleLayout = Callable[[HallId, str, datetime | None, str, dict[str, Any]], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """Everything that the studio needs of the hall."""

    read_journal: ReadJournal
    schedule_layout: ScheduleLayout
    scenarios: Scenarios
    runs: Runs
    guard: Guard
    now: Callable[[], datetime]
    #: What a wall is drawn from, of a layout and a board.
    wall: Callable[[Layout, Mapping[str, Any]], dict[str, Any]]
    #: The security policy of pages that draw charts.
    chart_policy: str
