"""A real server with the example hall, for tests that ask over HTTP or open sockets."""

from dataclasses import dataclass, field

from benchmarks.serving import Client, Server
from hall.context import Context
from hall.domain.actors import Role
from hall.operations.people import DEVICE_ROLES
from hall.start import make_example
from hall.store.store import Store


@dataclass(kw_only=True)
class LiveServer(Server):
    """A server with the example hall, which is open day and night, and a token for each role."""

    hall: str = ""
    tokens: dict[Role, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the hall, its people and its devices."""
        store = Store.open(self.database_url or f"sqlite:///{self.data / 'hall.db'}")
        store.migrate()
        context = Context(store=store)
        hall = make_example(context)
        for role in DEVICE_ROLES:
            _, self.tokens[role] = context.people.add_device(
                hall=hall, role=role, name=role.value, counter=None, now=context.now()
            )
        store.close()
        self.hall = hall

    def client(self, role: Role | None = None) -> Client:
        """Return a connection of a device with a role, or of nobody known; close it after use."""
        return Client(self.port, self.tokens[role] if role else "")
