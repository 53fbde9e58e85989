"""The channels against real servers: what they hand over, and what they make of every answer."""

import io
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typing_extensions import override

from hall.channels.apprise import Apprise
from hall.channels.channel import Channel, Down, NotReached, Parcel, Refused, Unsure, WrongChannel
from hall.channels.chosen import chosen_channels
from hall.channels.console import Console
from hall.channels.http import Http
from hall.channels.smtp import Smtp
from hall.domain.contact import Contact
from hall.settings import Settings
from tests.mail import mail_server

ADA = Contact(name="Ada", phone="13800138000", email="ada@example.org")


def a_parcel(**changes: str) -> Parcel:
    facts = {
        "id": "m1",
        "to": "ada@example.org",
        "subject": "预约成功",
        "text": '请带 "身份证" & 照片\n谢谢',
        "sender": "综合大厅, 一楼",
        "stop": "https://hall.example/messages/stop/h/t",
    }
    return Parcel(**{**facts, **changes})


def smtp(port: int, **changes: Any) -> Smtp:
    facts = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "hall@mail.example"}
    return Smtp(**{**facts, "patience": 5, **changes})


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as mail:
        smtp(mail.port).send(a_parcel())
    letter = mail.letters[0]
    assert letter["From"] == '"综合大厅, 一楼" <hall@mail.example>'
    assert (letter["Subject"], letter["Message-ID"]) == ("预约成功", "<m1@mail.example>")
    assert letter["List-Unsubscribe"] == "<https://hall.example/messages/stop/h/t>"
    assert mail.texts() == ['请带 "身份证" & 照片\n谢谢\n']


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 Later", NotReached),
        ("550 No", Refused),
        ("554 Never", Refused),
        ("lost", Unsure),
    ],
)
def test_what_a_mail_server_says_decides(answer: str, error: type[Exception]) -> None:
    with mail_server() as mail:
        mail.answer = answer
        with pytest.raises(error):
            smtp(mail.port).send(a_parcel())


@pytest.mark.parametrize("to", ["nobody", "a b@example.org", "张@example.org", "a@b\r\nBcc: c@d"])
def test_an_address_that_is_none_is_refused_and_takes_nobody_else(to: str) -> None:
    with mail_server() as mail:
        mail.unknown.add("nobody")
        with pytest.raises(Refused):
            smtp(mail.port).send(a_parcel(to=to))
    assert mail.letters == []


def test_a_mail_server_that_is_not_there_is_down() -> None:
    with mail_server() as mail:
        mail.down()
        with pytest.raises(Down):
            smtp(mail.port).send(a_parcel())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine with its key, which nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _signed_in(_server: object, _session: object, _envelope: object, _how: str, data: Any) -> Any:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data.password == b"secret", handled=False)


def test_letters_go_encrypted_and_signed_in_and_only_to_who_proves_itself(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    options = {"tls_context": context, "require_starttls": True, "authenticator": _signed_in}
    with mail_server(**options, auth_required=True) as mail:
        channel = smtp(mail.port, security="starttls", user="hall", password="secret")
        with pytest.raises(Down, match="SSLCertVerificationError"):
            channel.send(a_parcel())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(Down, match="535"):
            smtp(mail.port, security="starttls", user="hall", password="wrong").send(a_parcel())
        channel.send(a_parcel())
    assert mail.ids() == ["<m1@mail.example>"]


@dataclass
class Gateway:
    """An SMS gateway on the loopback."""

    port: int = 0
    status: int = 200
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.asked.append((self.command, self.path, dict(self.headers), body))
            if found.status:
                self.send_response(found.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        do_GET = do_POST = answer  # noqa: N815  # their names

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "body", "sent"),
    [
        (
            "application/json",
            '{"to": ["+86{phone}"], "text": "{text}", "n": 1}',
            '{"to": ["+861"], "text": "a\\"b\\n{x}&", "n": 1}',
        ),
        ("application/x-www-form-urlencoded", "to={phone}&t={text}", "to=1&t=a%22b%0A%7Bx%7D%26"),
        ("text/plain", "{phone}|{text}", '1|a"b\n{x}&'),
    ],
)
def test_a_gateway_is_asked_as_its_template_says(
    gateway: Gateway, kind: str, body: str, sent: str
) -> None:
    url = f"http://127.0.0.1:{gateway.port}/send?ref={{id}}&from={{hall}}"
    headers = {"Content-Type": kind, "Authorization": "Bearer k"}
    channel = Http(url=url, headers=headers, body=body)
    channel.send(a_parcel(to="1", text='a"b\n{x}&', sender="A & B"))
    method, path, found, given = gateway.asked[0]
    assert (method, path) == ("POST", "/send?ref=m1&from=A%20%26%20B")
    assert (found["Authorization"], found["Idempotency-Key"]) == ("Bearer k", "m1")
    assert given.decode() == sent


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (404, Refused),
        (401, NotReached),
        (429, NotReached),
        (500, NotReached),
        (502, Unsure),
        (0, Unsure),
    ],
)
def test_what_a_gateway_says_decides(gateway: Gateway, status: int, error: type[Exception]) -> None:
    gateway.status = status
    with pytest.raises(error):
        Http(url=f"http://127.0.0.1:{gateway.port}/", method="GET").send(a_parcel())


def test_a_gateway_that_is_not_there_is_down() -> None:
    with pytest.raises(Down):
        Http(url="http://127.0.0.1:9/").send(a_parcel())


def test_the_console_prints_whole_messages() -> None:
    out = io.StringIO()
    Console(out).send(a_parcel(text="Come"))
    assert out.getvalue() == "<m1> ada@example.org: 预约成功\n  Come\n"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise asks for it
def test_apprise_hands_over_the_text_and_says_how_it_went(gateway: Gateway) -> None:
    channel = Apprise(f"json://127.0.0.1:{gateway.port}/{{phone}}")
    parcel = a_parcel(to=channel.address(ADA), text="Come", subject="Soon")
    channel.send(parcel)
    _, path, _, body = gateway.asked[0]
    said = json.loads(body)
    assert (path.rstrip("/"), said["title"], said["message"]) == ("/13800138000", "Soon", "Come")
    gateway.status = 500
    with pytest.raises(NotReached):
        channel.send(parcel)


def test_channels_reach_who_they_can() -> None:
    phone_only = Contact(name="Ada", phone="1")
    channels: list[Channel] = [smtp(25), Http(url="http://g/"), Console()]
    assert [c.address(phone_only) for c in channels] == ["", "1", "1"]
    assert channels[0].address(ADA) == "ada@example.org"


MAIL: dict[str, Any] = {"messages": "smtp", "smtp_host": "m", "smtp_from": "h@m"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"messages": "pigeon"}, "HALL_MESSAGES: 'pigeon'"),
        ({**MAIL, "smtp_host": ""}, "HALL_SMTP_HOST"),
        ({**MAIL, "smtp_from": "hall"}, "HALL_SMTP_FROM"),
        ({**MAIL, "smtp_security": "ssl"}, "HALL_SMTP_SECURITY: should be one of starttls"),
        ({"messages": "http"}, "HALL_GATEWAY_URL"),
        ({"messages": "http", "gateway_url": "file:///etc/passwd"}, "HALL_GATEWAY_URL"),
        ({"messages": "http", "gateway_url": "http://g/{fone}"}, "'fone'; known are {phone}"),
        ({"messages": "http", "gateway_url": "http://g", "gateway_body": "{"}, "HALL_GATEWAY_BODY"),
        ({"messages": "http", "gateway_url": "http://g", "gateway_headers": "x"}, "not JSON"),
        ({"messages": "http", "gateway_url": "http://g", "gateway_headers": "[]"}, "Authorization"),
        ({"messages": "apprise"}, "HALL_APPRISE_URL"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongChannel) as wrong:
        chosen_channels(Settings(**settings))
    assert said in str(wrong.value)


def test_channels_are_those_of_the_settings_and_a_rehearsal_has_none() -> None:
    both = {**MAIL, "messages": "smtp, http", "gateway_url": "http://g"}
    assert [channel.name for channel in chosen_channels(Settings(**both))] == ["smtp", "http"]
    assert chosen_channels(Settings(**both, rehearsal=True)) == ()
    assert chosen_channels(Settings()) == ()
