"""Whether a hall stays whole while eight client processes work in it."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.clients import Clients, Done, Work
from benchmarks.measuring import bound
from benchmarks.serving import Server
from hall.context import Context
from hall.domain import moments
from hall.domain.actors import Role
from hall.domain.events import Event, EventName
from hall.domain.evolution import evolve
from hall.domain.identities import HallId
from hall.domain.tickets import AT_COUNTER, Ticket
from hall.start import add_hall
from hall.store.store import Store
from hall.store.verify import flaws
from tests.databases import postgresql

LAYOUT = Path(__file__).parents[1] / "examples" / "yunxi" / "layout.toml"
#: Each shared by two or three clients.
COUNTERS = 6
SECONDS = 60.0


def prepare(server: Server, store: Store, *, seconds: float, seed: int = 1) -> Work:
    """Make a hall that is open day and night, and return the work to be done in it."""
    context = Context(store=store)
    layout = add_hall(context, LAYOUT)
    _, token = context.people.add_device(
        hall=layout.hall, role=Role.CLERK, name="load", counter=None, now=context.now()
    )
    return Work(
        port=server.port,
        token=token,
        hall=layout.hall,
        groups=tuple(group.id for group in layout.groups),
        matters=tuple(matter.code for matter in layout.matters),
        counters=tuple(counter.id for counter in layout.counters[:COUNTERS]),
        seconds=seconds,
        seed=seed,
    )


def judge(store: Store, hall: HallId, done: Iterable[Done]) -> list[str]:
    """Return everything that is wrong with a hall after the clients' work."""
    context = Context(store=store)
    wrong = [f"{flaw.sequence}: {flaw.what}" for flaw in context.ask(hall, flaws)]
    record = _Record()
    for event in context.ask(hall, lambda view: view.journal(after=0)):
        record.take(event)
    wrong += record.wrong
    for one in done:
        wrong += one.wrong
        wrong += [f"{n} was lost" for id_, n in one.issued if record.numbers.get(id_) != n]
        wrong += [f"the call {call} was lost" for call in one.called if call not in record.calls]
        wrong += [f"the step {step} was lost" for step in one.moved if step not in record.passed]
    return wrong


class _Record:
    """What the journal says, and what in it must never be."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.numbers: dict[str, str | None] = {}
        self.calls: set[tuple[str, str, str]] = set()
        self.passed: set[tuple[str, str]] = set()
        self._tickets: dict[str, Ticket] = {}
        self._at: dict[str, str] = {}
        self._given: set[tuple[str, str]] = set()

    def take(self, event: Event) -> None:
        """Take the next event into account."""
        if event.ticket is None:
            return
        after = self._tickets[event.ticket] = evolve(self._tickets.get(event.ticket), event)
        self.passed.add((event.ticket, after.status.value))
        if event.name is EventName.TICKET_ISSUED:
            self._number(after)
        if event.name is EventName.TICKET_CALLED:
            self.calls.add((event.ticket, str(event.counter), moments.written(event.at)))
        self._place(after)

    def _number(self, ticket: Ticket) -> None:
        given = (ticket.day.isoformat(), ticket.number)
        if given in self._given:
            self.wrong.append(f"{ticket.number} was given twice")
        self._given.add(given)
        self.numbers[ticket.id] = ticket.number

    def _place(self, ticket: Ticket) -> None:
        """Note who is at which counter: one at each, and each at one."""
        for counter in [at for at, who in self._at.items() if who == ticket.id]:
            del self._at[counter]
        if ticket.status in AT_COUNTER and ticket.counter is not None:
            if ticket.counter in self._at:
                self.wrong.append(f"{ticket.number} and another are at counter {ticket.counter}")
            self._at[ticket.counter] = ticket.id


def databases() -> Iterator[tuple[str, str, int]]:
    """Yield each database to measure on: its name, its address (none: SQLite), its workers."""
    yield "SQLite, one process", "", 1
    with postgresql(is_safe=True) as server:
        yield "PostgreSQL, two workers", server.url(server.create()), 2


def main() -> int:
    """Let the clients work for a minute on each database; return on how many it went wrong."""
    missed = 0
    for name, url, workers in databases():
        with tempfile.TemporaryDirectory() as folder:
            missed += minute(name, url or f"sqlite:///{folder}/hall.db", workers, Path(folder))
    return missed


def minute(name: str, url: str, workers: int, folder: Path) -> int:
    """Let the clients work on one database and print what was found."""
    store = Store.open(url)
    store.migrate()
    server = Server(data=folder, database_url=url, workers=workers)
    work = prepare(server, store, seconds=SECONDS)
    with Clients() as clients:
        server.start()
        try:
            done = clients.begin(work).get(timeout=SECONDS + 60)
        finally:
            server.stop()
    wrong = judge(store, HallId(work.hall), done)
    print("\n".join(wrong[:20]), end="")
    requests = sum(one.requests for one in done) / SECONDS
    issued = sum(len(one.issued) for one in done)
    print(f"{name}: {requests:.0f} commands a second, {issued} of them tickets")
    store.close()
    return bound(f"{name}, double, missing or half", len(wrong), most=0)
