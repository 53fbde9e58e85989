"""A real mail server for tests: it keeps what it takes, refuses, goes down, says nothing."""

import socket
from asyncio import WriteTransport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(kw_only=True)
class MailServer:
    """A mail server on the loopback."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    #: What it says to a letter; ``lost`` takes the letter and hangs up without a word.
    answer: str = "250 OK"
    #: Readers it does not know.
    unknown: set[str] = field(default_factory=set)
    #: Called with ``RCPT`` before a reader is looked at, with ``taken`` when it has a letter and
    #: has not said so.
    interrupt: Callable[[str], None] = lambda _: None
    controller_options: dict[str, Any] = field(default_factory=dict)
    _controller: Controller | None = None

    def up(self) -> None:
        """Begin to listen."""
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, **self.controller_options
        )
        self._controller.start()

    def down(self) -> None:
        """Stop listening: whoever connects is refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def ids(self) -> list[str]:
        """Return the Message-IDs of what was taken, in order."""
        return [str(letter["Message-ID"]) for letter in self.letters]

    def texts(self) -> list[str]:
        """Return what the letters say."""
        return [str(letter.get_content()).replace("\r\n", "\n") for letter in self.letters]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        self.interrupt("RCPT")
        if address in self.unknown:
            return "550 No such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer != "lost" and not self.answer.startswith("250"):
            return self.answer
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.interrupt("taken")
        if self.answer == "lost":
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """Run a mail server."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = MailServer(port=port, controller_options=options)
    server.up()
    try:
        yield server
    finally:
        server.down()
