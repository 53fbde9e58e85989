"""The pages of messages: seen by those who run the hall, words with preview, a way to leave."""

import re

import pytest
from flask import Flask

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.messages import Kind, MessageState, Quiet
from hall.jobs.sending import Sending
from hall.queries.messages import leaving_token, speech
from hall.store import appointments as kept
from tests.hall.test_booking import LAYOUT
from tests.hall.test_pages import ENGLISH, Visitor, visit
from tests.hall.test_sending import ADDRESS, booked, letters, one
from tests.halls import FakeClock, WorkingHall, a_hall
from tests.mail import mail_server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/manager/messages"


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def manager(app: Flask, small: WorkingHall) -> Visitor:
    return visit(app, small, Role.MANAGER)


def typed(kind: Kind, **changes: str) -> dict[str, str]:
    """Return the form of a kind of message."""
    words = {"subject-zh": "提醒", "text-zh": "{day}", "subject-en": "Soon", "text-en": "{time}"}
    return {**words, **changes, "step": changes.get("step", "keep")}


def test_what_waits_was_sent_and_failed_is_seen_and_sent_again(
    small: WorkingHall, manager: Visitor
) -> None:
    booked(small, "ada")
    with mail_server() as mail:
        sending = Sending(small.context, [letters(mail.port)], ADDRESS)
        mail.unknown.add("ada@example.org")
        sending.send(small.id)
        page = manager.get(PATH).text
        for words in ("A*** 138****8000", "Refused for good (550)", "Not sent <b", "To be sent"):
            assert words in page
        assert not [word for word in ("Ada", "ada@", "13800138000") if word in page]
        mail.unknown.clear()
        again = re.search(r'action="([^"]+/again)"', page)
        assert again
        assert manager.send(again[1]).status_code == 303
        sending.send(small.id)
        assert len(mail.letters) == 1
    assert one(small, Kind.CONFIRMATION).state is MessageState.SENT
    assert manager.send(again[1]).status_code == 404
    assert "Refused" not in manager.get(f"{PATH}?show=sent").text


def test_a_message_that_may_have_come_twice_says_so(small: WorkingHall, manager: Visitor) -> None:
    booked(small)
    with mail_server() as mail:
        sending = Sending(small.context, [letters(mail.port)], ADDRESS)
        mail.answer = "lost"
        sending.send(small.id)
        mail.answer = "250 OK"
        small.clock.tick(seconds=30)
        sending.send(small.id)
    page = manager.get(f"{PATH}?show=unsure").text
    assert '<span class="pill pill-ready">Sent</span> <span class="late">May have come' in page


def test_without_a_channel_the_page_says_that_nobody_is_told(manager: Visitor) -> None:
    assert "nobody is told anything" in manager.get(PATH).text


def test_words_are_previewed_kept_used_and_taken_back(small: WorkingHall, manager: Visitor) -> None:
    code = booked(small)
    path = f"{PATH}/words/confirmation"
    shown = manager.send(path, **typed(Kind.CONFIRMATION, step="preview"))
    assert "<b>Soon</b><br>09:30" in shown.text
    assert small.ask(speech).own == frozenset()
    given = typed(Kind.CONFIRMATION, **{"text-en": "Come at {time}, {code}"})
    assert manager.send(path, **given).status_code == 303
    assert "the hall's own words" in manager.get(f"{PATH}/words").text
    with mail_server() as mail:
        Sending(small.context, [letters(mail.port)], ADDRESS).send(small.id)
        assert mail.texts() == [f"Come at 09:00, {code}\n"]
    manager.send(path, step="shipped")
    assert small.ask(speech).own == frozenset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{tme}", "Text: {tme} is not known; did you mean {time}?"),
        ("{number}", "Text: {number} is not known"),
        ("{time", "Text: a brace stands alone"),
        ("{time:>5}", "Text: time stands alone in its braces"),
        ("{day.year}", "Text: {day.year} is not known"),
        ("", "Text: should be 1 to 2000 letters"),
    ],
)
def test_what_is_wrong_with_words_is_said_and_nothing_is_kept(
    small: WorkingHall, manager: Visitor, text: str, said: str
) -> None:
    given = typed(Kind.CONFIRMATION, **{"text-en": text})
    answer = manager.send(f"{PATH}/words/confirmation", **given)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert small.ask(speech).own == frozenset()


def test_quiet_hours_are_set(small: WorkingHall, manager: Visitor) -> None:
    assert manager.send(f"{PATH}/quiet", **{"from": "20:30", "until": "07:00"}).status_code == 303
    assert small.ask(speech).quiet == Quiet(from_minute=1230, until_minute=420)
    assert manager.send(f"{PATH}/quiet", **{"from": "25:00", "until": "x"}).status_code == 422
    assert 'value="20:30"' in manager.get(f"{PATH}/words").text


def test_somebody_leaves_the_messages_and_comes_back(app: Flask, small: WorkingHall) -> None:
    found = small.ask(kept.with_code, booked(small))
    path = f"/messages/stop/small/{leaving_token(small.context.seal, found)}"
    client = app.test_client()
    assert "Do you want no more" in client.get(path, headers=ENGLISH).text
    one_click = client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=ENGLISH)
    assert "You get no more messages" in one_click.text
    assert (
        "You get messages again" in client.post(path, data={"step": "again"}, headers=ENGLISH).text
    )
    assert client.get(f"{path}x", headers=ENGLISH).status_code == 404


def test_a_clerk_sees_no_messages(app: Flask, small: WorkingHall) -> None:
    clerk = visit(app, small, Role.CLERK)
    assert [clerk.get(path).status_code for path in (PATH, f"{PATH}/words")] == [403, 403]
