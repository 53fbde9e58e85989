"""The example hall on a real server with SQLite, and this process's own look into it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import Client, Server
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.settings import Settings
from hall.start import make_example, open_context

HALL = HallId("yunxi")


@dataclass(frozen=True, kw_only=True)
class ExampleHall:
    """A server at work, the tokens of its callers, and its hall's context in this process."""

    server: Server
    tokens: dict[Role, str]
    context: Context

    def client(self, role: Role) -> Client:
        """Return a new connection that acts in a role."""
        return Client(self.server.port, self.tokens[role])


@contextmanager
def example_hall() -> Iterator[ExampleHall]:
    """Start a server with the example hall on SQLite, and stop it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        context = open_context(Settings(data=Path(folder)))
        make_example(context)
        tokens = {
            role: context.people.add_device(
                hall=HALL, role=role, name=role.value, counter=None, now=context.now()
            )[1]
            for role in (Role.GUIDE, Role.CLERK, Role.MANAGER)
        }
        server = Server(data=Path(folder))
        server.start()
        try:
            yield ExampleHall(server=server, tokens=tokens, context=context)
        finally:
            server.stop()
            context.store.close()
