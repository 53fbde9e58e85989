"""Says in words what messages are about, what became of them, and what is wrong with a wording."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from hall.domain.letters import LONGEST, Mistake
from hall.domain.messages import Kind, MessageState

KINDS = {
    Kind.CODE: lazy_gettext("Code to confirm"),
    Kind.CONFIRMATION: lazy_gettext("Confirmation"),
    Kind.REMINDER: lazy_gettext("Reminder"),
    Kind.THREE_AHEAD: lazy_gettext("Three ahead"),
    Kind.MOVED: lazy_gettext("Appointment moved"),
    Kind.CANCELLED: lazy_gettext("Appointment cancelled"),
    Kind.FREED_SLOT: lazy_gettext("A time became free"),
    Kind.MISSED: lazy_gettext("Appointment missed"),
    Kind.FORGIVEN: lazy_gettext("Missed, but forgiven"),
    Kind.NOT_FORGIVEN: lazy_gettext("Missed, and not forgiven"),
}
STATES = {
    MessageState.WAITING.value: lazy_gettext("To be sent"),
    MessageState.SENDING.value: lazy_gettext("On its way"),
    MessageState.SENT.value: lazy_gettext("Sent"),
    MessageState.FAILED.value: lazy_gettext("Not sent"),
    MessageState.DROPPED.value: lazy_gettext("Not needed any more"),
    "unsure": lazy_gettext("May have come twice"),
}
#: The placeholders, in words.
PLACEHOLDERS = {
    "hall": lazy_gettext("the hall"),
    "name": lazy_gettext("who booked, masked"),
    "day": lazy_gettext("the day"),
    "time": lazy_gettext("the time"),
    "matters": lazy_gettext("the matters"),
    "papers": lazy_gettext("what to bring"),
    "code": lazy_gettext("the code of the appointment"),
    "link": lazy_gettext("address of the appointment"),
    "stop": lazy_gettext("address to leave the messages"),
    "number": lazy_gettext("the number of today"),
    "ahead": lazy_gettext("how many are ahead"),
    "until": lazy_gettext("until when the time is kept"),
    "digits": lazy_gettext("the code to confirm with"),
    "follows": lazy_gettext("what follows from it"),
    "answer": lazy_gettext("what the hall answers"),
}
LANGUAGES = {"zh": "中文", "en": "English"}
_PARTS = {"subject": lazy_gettext("Subject"), "text": lazy_gettext("Text")}
_PROBLEMS = {
    "overtaken": lazy_gettext("It was not true any more"),
    "forgotten": lazy_gettext("Whose it was is forgotten"),
    "unsubscribed": lazy_gettext("They want no messages"),
    "no_channel": lazy_gettext("No channel reaches them"),
    "broken_seal": lazy_gettext("Sealed with another secret key (HALL_SECRET_KEY)"),
    "too_late": lazy_gettext("It could not be sent in time"),
    "died": lazy_gettext("The sender stopped before it noted that it was sent"),
}
_ANSWERS = {
    "not_reached": lazy_gettext("Not reached"),
    "no_answer": lazy_gettext("The answer was lost"),
    "refused": lazy_gettext("Refused for good"),
}


def problem(code: str) -> str:
    """Return why a message was not sent, or not yet."""
    kind, _, said = code.partition(" ")
    if kind in _ANSWERS:
        return f"{_ANSWERS[kind]} ({said})"
    return str(_PROBLEMS.get(code, code))


def can_go_again(message: dict[str, Any]) -> bool:
    """Whether a person can send a message again: it failed, or there was no way to send it."""
    is_undone = message["problem"] in ("no_channel", "broken_seal")
    return bool(message["state"] == MessageState.FAILED or is_undone)


def mistake(found: Mistake) -> str:
    """Return what is wrong with a wording."""
    part = str(_PARTS[found.at])
    if found.is_length:
        words = gettext(
            "should be 1 to %(longest)s letters, a subject on one line", longest=LONGEST
        )
    elif not found.placeholder:
        words = gettext("a brace stands alone; write two for one that is to be read: {{ or }}")
    elif found.close and found.close[0] != found.placeholder:
        words = gettext(
            "%(given)s is not known; did you mean %(close)s?",
            given=f"{{{found.placeholder}}}",
            close=f"{{{found.close[0]}}}",
        )
    elif found.close:
        words = gettext("%(given)s stands alone in its braces", given=found.placeholder)
    else:
        words = gettext("%(given)s is not known", given=f"{{{found.placeholder}}}")
    return f"{part}: {words}"


def clock(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
