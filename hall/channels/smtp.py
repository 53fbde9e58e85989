"""Mail: each message is a letter whose Message-ID never changes, so that a second one is seen."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from hall.channels.channel import Down, NotReached, Parcel, Refused, Unsure
from hall.domain.contact import Contact

#: Seconds until a mail server that says nothing is taken to be down.
PATIENCE = 15.0
_PERMANENT = range(500, 600)


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Hands letters to a mail server."""

    host: str
    port: int
    #: ``starttls``, ``tls`` (from the first byte on) or ``none``.
    security: str
    sender: str
    user: str = ""
    password: str = ""
    patience: float = PATIENCE
    name: str = "smtp"

    def address(self, contact: Contact) -> str:
        """Return the mail address."""
        return contact.email

    def send(self, parcel: Parcel) -> None:
        """Hand over one letter; what comes after its last byte was taken changes nothing."""
        letter = self._letter(parcel)
        with self._server() as server:
            with _answers():
                _must(server.mail(self.sender))
                _must(server.rcpt(parcel.to))
            try:
                code, said = server.data(letter)
            except smtplib.SMTPDataError as error:  # the answer to DATA, before the first byte
                raise _refusal(error.smtp_code, error.smtp_error) from error
            except (OSError, smtplib.SMTPException) as error:
                raise Unsure(type(error).__name__) from error
            if code != 250:  # noqa: PLR2004  # the only yes
                raise _refusal(code, said)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Open a connection; closing it is nobody's concern."""
        with _answers():
            server = self._connected()
        try:
            with _answers():
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.ehlo_or_helo_if_needed()
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            trust = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.patience, context=trust)
        return smtplib.SMTP(self.host, self.port, timeout=self.patience)

    def _letter(self, parcel: Parcel) -> bytes:
        letter = EmailMessage(policy=SMTP)
        domain = self.sender.rpartition("@")[2]
        letter["Message-ID"] = f"<{parcel.id}@{domain}>"
        letter["From"] = Address(display_name=parcel.sender, addr_spec=self.sender)
        try:
            letter["To"] = Address(addr_spec=parcel.to)
        except (ValueError, IndexError, MessageError) as error:
            raise Refused("address") from error
        letter["Subject"] = parcel.subject
        letter["Auto-Submitted"] = "auto-generated"
        if parcel.stop:
            letter["List-Unsubscribe"] = f"<{parcel.stop}>"
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.set_content(parcel.text)
        return letter.as_bytes()


@contextmanager
def _answers() -> Iterator[None]:
    """Tell what goes wrong before a letter's first byte: it was surely not sent."""
    try:
        yield
    except smtplib.SMTPResponseException as error:  # also a wrong password: ours to put right
        raise Down(str(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Down(type(error).__name__) from error
    except UnicodeError as error:  # a reader's address that this server cannot take
        raise Refused("address") from error


def _must(answer: tuple[int, bytes]) -> None:
    if answer[0] not in range(200, 300):
        raise _refusal(*answer)


def _refusal(code: int, _: bytes | str) -> Exception:
    """Return a refusal for good or for now; what servers say names people, so only the code."""
    return Refused(str(code)) if code in _PERMANENT else NotReached(str(code))
