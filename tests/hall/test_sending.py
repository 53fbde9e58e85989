"""Messages on real databases to a real mail server: none lost, none twice that need not be."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hall.channels.smtp import Smtp
from hall.context import Change, Context, UnknownMessage
from hall.domain.contact import Contact
from hall.domain.identities import HallId, MatterCode
from hall.domain.messages import Kind, Message, MessageState, Quiet
from hall.jobs.schedule import Scheduler
from hall.jobs.sending import Sending
from hall.operations.booking import (
    SlotIsFull,
    cancel_booking,
    confirm_booking,
    hold_slot,
    identify_holder,
    move_booking,
)
from hall.operations.check_in import check_in
from hall.operations.ending import end_what_is_over
from hall.operations.messages import offer_by_message
from hall.queries.messages import leaving, leaving_token, shown
from hall.store import appointments as kept
from hall.store.booking_tables import appointment
from hall.store.outbox import LEASE
from hall.store.seal import Seal
from hall.store.store import Store
from tests.hall.test_booking import LAYOUT, SHORT, TUESDAY
from tests.halls import CITIZEN, GUIDE, FakeClock, WorkingHall, a_hall
from tests.mail import MailServer, mail_server

KEY = "a key for tests"
ADDRESS = "https://hall.example"
#: 17:00 in Shanghai, and the next morning when nobody is to be woken.
SEVEN = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def small(store: Store, clock: FakeClock) -> WorkingHall:
    return a_hall(Context(store=store, clock=clock, seal=Seal(KEY)), clock, LAYOUT)


@pytest.fixture
def sending(small: WorkingHall, mail: MailServer) -> Sending:
    return Sending(small.context, [letters(mail.port)], ADDRESS)


def letters(port: int) -> Smtp:
    return Smtp(
        host="127.0.0.1", port=port, security="none", sender="hall@mail.example", patience=5
    )


def booked(hall: WorkingHall, name: str = "one", *, minute: int = 540, language: str = "en") -> str:
    """Book for somebody with a mail address, and return the code."""
    contact = Contact(name=name.title(), phone="13800138000", email=f"{name}@example.org")
    held = hall.do(hold_slot, CITIZEN, day=TUESDAY, minute=minute, matters=(SHORT,))
    whose = hall.context.seal.whose(contact, language=language)
    hall.do(confirm_booking, CITIZEN, code=held.code, whose=whose)
    return str(held.code)


def outcomes(hall: WorkingHall) -> Counter[tuple[str, str]]:
    """Return how many messages of each kind are in which state."""
    found = hall.context.outbox.messages(hall.id)
    return Counter((message.kind.value, message.state.value) for message in found)


def one(hall: WorkingHall, kind: Kind) -> Message:
    found = [m for m in hall.context.outbox.messages(hall.id) if m.kind is kind]
    assert len(found) == 1
    return found[0]


def test_a_confirmation_is_sent_once_and_says_what_one_needs(
    small: WorkingHall, sending: Sending, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="hall")
    code = booked(small, "zoe")
    sending.send(small.id)
    small.clock.tick(minutes=1)
    sending.send(small.id)
    assert len(mail.letters) == 1
    letter = mail.letters[0]
    message = one(small, Kind.CONFIRMATION)
    assert letter["To"] == "zoe@example.org"
    assert letter["Message-ID"] == f"<{message.id}@mail.example>"
    assert letter["Subject"] == "Your appointment: Tue 3 Mar 09:00"
    assert letter["List-Unsubscribe"].startswith(f"<{ADDRESS}/messages/stop/small/")
    text = " ".join(mail.texts()[0].split())
    for words in ("Small: you have", "Tue 3 Mar at 09:00: Short", f"{ADDRESS}/b/{code}"):
        assert words in text
    assert (message.state, message.attempts, message.is_unsure) == (MessageState.SENT, 1, False)
    told = f"{caplog.text} {small.events()}"
    assert not [word for word in ("zoe", "Zoe", "8000", code) if word in told]


def test_the_outbox_says_nothing_about_anybody(small: WorkingHall) -> None:
    code = booked(small, "zoe")
    with small.context.store.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM message").all())
        kept_code = connection.exec_driver_sql("SELECT sealed_code FROM appointment").scalar()
    assert not [word for word in ("zoe", "Zoe", "8000", code, "example") if word in rows]
    assert code not in str(kept_code)


def test_a_change_that_is_refused_leaves_no_message(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    code = booked(small, "one", minute=540)
    for at in range(6):
        booked(small, f"p{at}", minute=570)
    before = outcomes(small)
    with pytest.raises(SlotIsFull):
        small.do(move_booking, CITIZEN, code=code, day=TUESDAY, minute=570)
    assert outcomes(small) == before


def test_a_mail_server_that_is_down_for_ten_minutes_loses_and_doubles_nothing(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    mail.down()
    codes = [booked(small, f"p{at}") for at in range(3)]
    for _ in range(20):
        sending.send(small.id)
        small.clock.tick(seconds=30)
    assert outcomes(small)["confirmation", "waiting"] == 3
    assert all(m.problem == "not_reached ConnectionRefusedError" for m in _tried(small))
    mail.up()
    codes.append(booked(small, "p3"))
    for _ in range(20):
        sending.send(small.id)
        small.clock.tick(seconds=30)
    assert sorted(str(letter["To"]) for letter in mail.letters) == [
        f"p{at}@example.org" for at in range(4)
    ]
    assert len(set(mail.ids())) == 4
    assert [code in " ".join(mail.texts()) for code in codes] == [True] * 4
    counts = small.context.outbox.counts(small.id)
    assert (counts["sent"], counts["failed"], counts["unsure"]) == (4, 0, 0)


def _tried(hall: WorkingHall) -> list[Message]:
    return [m for m in hall.context.outbox.messages(hall.id) if m.attempts]


SENDS = """
import sys
from datetime import datetime
from hall.channels.smtp import Smtp
from hall.context import Context
from hall.jobs.sending import Sending
from hall.store.seal import Seal
from hall.store.store import Store

url, key, port, now, hall = sys.argv[1:]
context = Context(store=Store.open(url), clock=lambda: datetime.fromisoformat(now), seal=Seal(key))
channel = Smtp(host="127.0.0.1", port=int(port), security="none", sender="hall@mail.example")
Sending(context, [channel], "https://hall.example").send(hall)
"""


def killed(hall: WorkingHall, mail: MailServer, url: str, *, at: str) -> None:
    """Send from a process of its own that the mail server kills, as a power cut would."""
    started: Future[int] = Future()

    def interrupt(stage: str) -> None:
        if stage == at:
            os.kill(started.result(timeout=10), signal.SIGKILL)

    mail.interrupt = interrupt
    words = [url, KEY, str(mail.port), hall.clock.now.isoformat(), hall.id]
    command = [sys.executable, "-c", SENDS, *words]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
        started.set_result(process.pid)
        assert process.wait(timeout=30) == -signal.SIGKILL
    mail.interrupt = lambda _: None


def recovered(hall: WorkingHall, sending: Sending) -> Message:
    """Let others send once the lease of the one who died is over, and return the message."""
    hall.clock.tick(seconds=LEASE.seconds - 1)
    sending.send(hall.id)
    assert one(hall, Kind.CONFIRMATION).state is MessageState.SENDING
    hall.clock.tick(seconds=1)
    for _ in range(3):
        sending.send(hall.id)
    return one(hall, Kind.CONFIRMATION)


def test_a_job_killed_between_sending_and_marking_is_made_up_for_and_seen(
    small: WorkingHall, sending: Sending, mail: MailServer, database_url: str
) -> None:
    booked(small, "zoe")
    killed(small, mail, database_url, at="taken")
    assert len(mail.letters) == 1
    message = recovered(small, sending)
    assert len(mail.letters) == 2
    assert len(set(mail.ids())) == 1  # the reader's program shows it once
    assert (message.state, message.is_unsure) == (MessageState.SENT, True)
    assert small.context.outbox.counts(small.id)["unsure"] == 1
    assert small.context.outbox.unsure(small.id) == [message]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_killed_before_it_has_sent_loses_nothing(
    small: WorkingHall, sending: Sending, mail: MailServer, database_url: str
) -> None:
    booked(small, "zoe")
    killed(small, mail, database_url, at="RCPT")
    assert mail.letters == []
    assert recovered(small, sending).state is MessageState.SENT
    assert [str(letter["To"]) for letter in mail.letters] == ["zoe@example.org"]


def test_an_answer_that_was_lost_is_made_up_for_and_seen(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small)
    mail.answer = "lost"
    sending.send(small.id)
    waiting = one(small, Kind.CONFIRMATION)
    assert (waiting.state, waiting.is_unsure) == (MessageState.WAITING, True)
    assert waiting.problem.startswith("no_answer")
    mail.answer = "250 OK"
    small.clock.tick(seconds=30)
    sending.send(small.id)
    assert (len(mail.letters), len(set(mail.ids()))) == (2, 1)


def test_a_letter_refused_for_now_comes_later_and_keeps_nobody_else_waiting(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small, "one")
    mail.answer = "451 Try again later"
    sending.send(small.id)
    message = one(small, Kind.CONFIRMATION)
    assert (message.problem, message.is_unsure) == ("not_reached 451", False)
    assert message.due == small.clock.now + timedelta(seconds=30)
    mail.answer = "250 OK"
    small.clock.tick(seconds=30)
    sending.send(small.id)
    assert len(mail.letters) == 1


def test_an_unknown_reader_is_a_failure_that_a_person_can_send_again(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small, "zoe")
    mail.unknown.add("zoe@example.org")
    sending.send(small.id)
    failed = one(small, Kind.CONFIRMATION)
    assert (failed.state, failed.problem) == (MessageState.FAILED, "refused 550")
    mail.unknown.clear()
    small.context.outbox.retry(small.id, failed.id, now=small.clock.now)
    sending.send(small.id)
    assert len(mail.letters) == 1
    with pytest.raises(UnknownMessage):
        small.context.outbox.retry(small.id, failed.id, now=small.clock.now)


def test_what_could_not_be_sent_in_time_has_failed_and_says_why(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    mail.down()
    booked(small)
    sending.send(small.id)
    small.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    sending.send(small.id)
    assert outcomes(small) == {("confirmation", "failed"): 1, ("reminder", "failed"): 1}
    assert one(small, Kind.CONFIRMATION).problem == "not_reached ConnectionRefusedError"
    assert one(small, Kind.REMINDER).problem == "too_late"


def test_a_reminder_waits_for_the_morning_and_is_sent_once(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small)
    sending.send(small.id)
    small.clock.now = SEVEN  # two hours before, and too early for anybody
    sending.send(small.id)
    assert len(mail.letters) == 1
    small.clock.tick(hours=1)
    for _ in range(2):
        sending.send(small.id)
    assert [str(letter["Subject"]) for letter in mail.letters[1:]] == ["Reminder: Tue 3 Mar 09:00"]


def test_without_quiet_hours_nothing_waits_for_the_morning(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    small.context.messaging.keep_quiet(small.id, Quiet(from_minute=0, until_minute=0))
    booked(small)
    small.clock.now = SEVEN
    sending.send(small.id)
    assert outcomes(small) == {("confirmation", "sent"): 1, ("reminder", "sent"): 1}


def test_only_the_last_of_two_moves_is_told_and_no_reminder_of_the_old_place(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    code = booked(small)
    sending.send(small.id)
    for minute in (570, 540, 570):
        small.do(move_booking, CITIZEN, code=code, day=TUESDAY, minute=minute)
    sending.send(small.id)
    assert [str(letter["Subject"]) for letter in mail.letters[1:]] == [
        "Your appointment is now Tue 3 Mar 09:30"
    ]
    small.clock.now = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    sending.send(small.id)
    assert [str(letter["Subject"]) for letter in mail.letters[2:]] == ["Reminder: Tue 3 Mar 09:30"]


def test_who_moves_back_and_again_is_told_each_time(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    code = booked(small)
    for minute in (570, 540, 570):
        small.do(move_booking, CITIZEN, code=code, day=TUESDAY, minute=minute)
        sending.send(small.id)
    assert [str(letter["Subject"])[-5:] for letter in mail.letters[1:]] == [
        "09:30",
        "09:00",
        "09:30",
    ]


def test_a_cancelled_appointment_is_told_and_reminds_nobody(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    code = booked(small)
    sending.send(small.id)
    small.do(cancel_booking, CITIZEN, code=code)
    small.clock.now = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    for _ in range(2):
        sending.send(small.id)
    assert "is cancelled" in mail.letters[1]["Subject"]
    assert len(mail.letters) == 2
    assert one(small, Kind.REMINDER).problem == "overtaken"


def test_a_missed_appointment_is_told_once(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small)
    small.clock.now = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    small.do(end_what_is_over)
    small.do(end_what_is_over)
    sending.send(small.id)
    assert [str(letter["Subject"]) for letter in mail.letters] == [
        "You missed your appointment of Tue 3 Mar 09:00"
    ]


def test_three_ahead_is_told_once_and_not_before(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    codes = [booked(small, f"p{at}") for at in range(6)]
    sending.send(small.id)
    mail.letters.clear()
    small.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    came = [small.do(check_in, GUIDE, which=code) for code in codes]
    for _ in range(2):
        sending.send(small.id)
    near = {done.issued.ticket.number for done in came[:4]}
    assert {str(letter["Subject"]).partition(":")[0] for letter in mail.letters} == near
    assert len(mail.letters) == 4
    assert outcomes(small)["three_ahead", "waiting"] == 2


def test_a_freed_slot_that_runs_out_before_the_morning_is_told_at_night(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    small.clock.now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    held = small.do(hold_slot, CITIZEN, day=TUESDAY, minute=540, matters=(MatterCode("short"),))
    contact = Contact(name="Ada", phone="13800138000", email="zoe@example.org")
    whose = small.context.seal.whose(contact, language="zh")
    until = small.clock.now + timedelta(minutes=10)

    def offer(change: Change) -> None:
        identify_holder(change, code=held.code, whose=whose)
        offer_by_message(change, held.appointment, until=until)

    small.do(offer, CITIZEN)
    sending.send(small.id)
    assert mail.letters[0]["Subject"] == "候补有号：3月3日（周二） 09:00"
    assert "保留到23:10" in mail.texts()[0].replace("\n", "")


def test_who_leaves_the_messages_is_told_only_what_the_hall_changes(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    code = booked(small)
    sending.send(small.id)
    found = small.ask(kept.with_code, code)
    seal = small.context.seal
    person = small.ask(leaving, leaving_token(seal, found), seal=seal)
    small.context.messaging.unsubscribe(small.id, person, now=small.clock.now)
    small.do(move_booking, GUIDE, code=code, day=TUESDAY, minute=570)
    sending.send(small.id)
    small.clock.now = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    sending.send(small.id)
    assert "is now" in mail.letters[1]["Subject"]
    assert len(mail.letters) == 2
    assert outcomes(small)["reminder", "dropped"] == 2
    with pytest.raises(kept.UnknownAppointment):
        small.ask(leaving, f"{found.id}.{'0' * 32}", seal=seal)


def test_what_is_forgotten_is_not_sent_and_not_shown(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small)
    with small.context.store.writing() as connection:
        connection.execute(update(appointment).values(contact=None, sealed_code=None))
    sending.send(small.id)
    message = one(small, Kind.CONFIRMATION)
    assert (mail.letters, message.problem) == ([], "forgotten")
    assert small.ask(shown, message, seal=small.context.seal)["who"] is None


def test_what_another_key_sealed_does_not_keep_the_others_waiting(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    other = replace(small.context, seal=Seal("another key"))
    booked(WorkingHall(context=other, id=small.id, clock=small.clock), "old")
    booked(small, "new")
    sending.send(small.id)
    assert [str(letter["To"]) for letter in mail.letters] == ["new@example.org"]
    found = small.context.outbox.messages(small.id, state=MessageState.DROPPED)
    assert [message.problem for message in found] == ["broken_seal"]
    assert small.ask(shown, found[0], seal=small.context.seal)["who"] is None


def test_nobody_is_reached_without_a_channel_and_that_is_seen(small: WorkingHall) -> None:
    booked(small)
    Sending(small.context).send(small.id)
    assert one(small, Kind.CONFIRMATION).problem == "no_channel"


def test_the_clock_looks_into_every_outbox(
    small: WorkingHall, sending: Sending, mail: MailServer
) -> None:
    booked(small)
    small.context.store.add_hall(HallId("new"))  # it has no layout yet
    scheduler = Scheduler(small.context, sending=sending)
    scheduler.send()
    scheduler.stop()
    assert len(mail.letters) == 1


def test_of_two_senders_one_gets_a_message(small: WorkingHall) -> None:
    booked(small)
    outbox, now = small.context.outbox, small.clock.now
    message = one(small, Kind.CONFIRMATION)
    assert [outbox.claim(message, now=now) for _ in range(2)] == [True, False]
    small.clock.tick(seconds=LEASE.seconds)
    assert outbox.recover(small.id, now=small.clock.now) == 1
    again = one(small, Kind.CONFIRMATION)
    assert outbox.claim(again, now=small.clock.now)
    assert not outbox.sent(message, channel="smtp", now=now)  # the first sender woke up too late
    assert outbox.sent(again, channel="smtp", now=now)
