"""The outbox: a message is written with the change that causes it, sent once, and kept to see."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from hall.domain.actors import Role
from hall.domain.appointments import Appointment, AppointmentId
from hall.domain.events import Event
from hall.domain.identities import HallId
from hall.domain.messages import (
    TOLD,
    Kind,
    Message,
    MessageId,
    MessageState,
    Planned,
    Rules,
    planned,
)
from hall.domain.moments import from_ms, to_ms
from hall.store import message_tables as t
from hall.store.booking_tables import appointment as appointments
from hall.store.change import Change
from hall.store.messaging import quiet_hours
from hall.store.store import Store

#: Longer than any channel takes; whoever is not heard of by then has died.
LEASE = timedelta(minutes=2)
#: A message that a person sends again by hand is tried for so long.
ANOTHER = timedelta(days=1)
_S = MessageState
_BY_THEMSELVES = frozenset({Role.CITIZEN, Role.KIOSK})


class UnknownMessage(Exception):
    """There is no such message, or it is not one that can be sent again."""


def tell(change: Change, event: Event, appointment: Appointment) -> None:
    """Write what there is to say after an event of an appointment, if anybody can be told."""
    if event.name not in TOLD or not _can_be_told(change, appointment.id):
        return
    layout = change.layout
    rules = Rules(reminders=layout.booking.reminders, quiet=quiet_hours(change), zone=layout.zone)
    found = planned(event, appointment, rules, is_own_act=change.by.role in _BY_THEMSELVES)
    post(change, appointment.id, found)


def post(change: Change, appointment: AppointmentId, messages: Iterable[Planned]) -> None:
    """Write messages of an appointment; of one kind about the same, only the first.

    A move that nobody was told of yet is overtaken by the next one.
    """
    c, wanted = t.message.c, tuple(messages)
    query = select(c.kind, c.about).where(c.appointment == appointment)
    there = {(row.kind, row.about) for row in change.connection.execute(query)}
    rows = [_row(change, appointment, one) for one in wanted]
    rows = [row for row in rows if (row["kind"], row["about"]) not in there]
    if any(one.kind is Kind.MOVED for one in wanted):
        _drop_moves(change, appointment)
    if rows:
        change.connection.execute(t.message.insert(), rows)


class Outbox:
    """The messages of a store on their way."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recover(self, hall: HallId, *, now: datetime) -> int:
        """Put back what a sender died over; whether it was sent, only its reader can tell."""
        c = t.message.c
        with self._store.writing() as connection:
            done = connection.execute(
                update(t.message)
                .where(c.hall == hall, c.state == _S.SENDING.value, c.lease_ms <= to_ms(now))
                .values(state=_S.WAITING.value, is_unsure=True, lease_ms=None, problem="died")
            )
        return int(done.rowcount)

    def due(
        self, hall: HallId, *, now: datetime, morning: datetime | None, limit: int
    ) -> list[Message]:
        """Return the messages that are due, the oldest first.

        Args:
            hall: whose.
            now: the present moment.
            morning: when the quiet hours end, if it is quiet: what can wait for that does.
            limit: how many at most; those that watch a line come besides.
        """
        c = t.message.c
        query = select(t.message).where(
            c.hall == hall, t.UNDER_WAY, c.state == _S.WAITING.value, c.due_ms <= to_ms(now)
        )
        if morning is not None:
            query = query.where(or_(c.is_urgent.is_(True), c.until_ms <= to_ms(morning)))
        query = query.order_by(c.due_ms, c.id)
        watching = c.kind == Kind.THREE_AHEAD.value
        with self._store.engine.connect() as connection:
            rows = [*connection.execute(query.where(~watching).limit(limit))]
            rows += connection.execute(query.where(watching))
        return [_message(row) for row in rows]

    def claim(self, message: Message, *, now: datetime) -> bool:
        """Take a message to be sent; of all who try, one gets it."""
        values = {
            "state": _S.SENDING.value,
            "attempts": message.attempts + 1,
            "lease_ms": to_ms(now + LEASE),
        }
        return self._change(message, _S.WAITING, message.attempts, values)

    def sent(self, message: Message, *, channel: str, now: datetime) -> bool:
        """Note that a channel took over a claimed message."""
        values = {"sent_ms": to_ms(now), "channel": channel, "problem": ""}
        return self._end(message, _S.SENT, values)

    def again(
        self, message: Message, *, due: datetime, channel: str, problem: str, is_unsure: bool
    ) -> bool:
        """Note that a claimed message is to be tried again, and why."""
        values = {"due_ms": to_ms(due), "channel": channel, "problem": problem}
        values["is_unsure"] = message.is_unsure or is_unsure
        return self._end(message, _S.WAITING, values)

    def failed(self, message: Message, *, channel: str, problem: str) -> bool:
        """Note that a claimed message was refused for good."""
        return self._end(message, _S.FAILED, {"channel": channel, "problem": problem})

    def give_up(self, message: Message, state: MessageState, problem: str) -> bool:
        """Note that a waiting message will not be sent, and why."""
        values = {"state": state.value, "problem": problem}
        return self._change(message, _S.WAITING, message.attempts, values)

    def retry(self, hall: HallId, id_: MessageId, *, now: datetime) -> None:
        """Send a message again that failed, or that nobody could be told."""
        c = t.message.c
        until_ms = to_ms(now + ANOTHER)
        again = (_S.FAILED.value, _S.DROPPED.value)
        with self._store.writing() as connection:
            done = connection.execute(
                update(t.message)
                .where(c.hall == hall, c.id == id_, c.state.in_(again))
                .values(state=_S.WAITING.value, due_ms=to_ms(now), until_ms=until_ms)
            )
        if done.rowcount != 1:
            raise UnknownMessage(id_)

    def messages(
        self, hall: HallId, *, state: MessageState | None = None, limit: int = 200
    ) -> list[Message]:
        """Return the newest messages of a hall, or those of one state."""
        c = t.message.c
        query = select(t.message).where(c.hall == hall)
        if state is not None:
            query = query.where(c.state == state.value)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.order_by(c.made_ms.desc(), c.id).limit(limit))
            return [_message(row) for row in rows]

    def unsure(self, hall: HallId, *, limit: int = 200) -> list[Message]:
        """Return the newest messages that may have been sent twice."""
        c = t.message.c
        query = select(t.message).where(c.hall == hall, c.is_unsure.is_(True))
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.order_by(c.made_ms.desc(), c.id).limit(limit))
            return [_message(row) for row in rows]

    def counts(self, hall: HallId) -> dict[str, int]:
        """Return how many messages there are of each state, and how many may be double."""
        c = t.message.c
        per_state = (
            select(c.state, func.count().label("messages")).where(c.hall == hall).group_by(c.state)
        )
        unsure = select(func.count()).select_from(t.message)
        unsure = unsure.where(c.hall == hall, c.is_unsure.is_(True))
        with self._store.engine.connect() as connection:
            found = {state.value: 0 for state in _S}
            found |= {row.state: row.messages for row in connection.execute(per_state)}
            found["unsure"] = connection.execute(unsure).scalar_one()
        return found

    def _end(self, message: Message, state: MessageState, values: dict[str, Any]) -> bool:
        values = {**values, "state": state.value, "lease_ms": None}
        return self._change(message, _S.SENDING, message.attempts + 1, values)

    def _change(
        self, message: Message, was: MessageState, attempts: int, values: dict[str, Any]
    ) -> bool:
        """Change a message that nobody else has changed since it was read."""
        c = t.message.c
        mine = (c.id == message.id, c.state == was.value, c.attempts == attempts)
        with self._store.writing() as connection:
            done = connection.execute(update(t.message).where(*mine).values(**values))
        return done.rowcount == 1


def _row(change: Change, appointment: AppointmentId, one: Planned) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(12),
        "hall": change.hall,
        "appointment": appointment,
        "kind": one.kind.value,
        "about": one.about,
        "state": _S.WAITING.value,
        "is_urgent": one.is_urgent,
        "due_ms": to_ms(one.due),
        "until_ms": to_ms(one.until),
        "made_ms": change.now_ms,
        "attempts": 0,
        "is_unsure": False,
        "channel": "",
        "problem": "",
    }


def _drop_moves(change: Change, appointment: AppointmentId) -> None:
    c = t.message.c
    waiting = (c.kind == Kind.MOVED.value, c.state == _S.WAITING.value)
    change.connection.execute(
        update(t.message)
        .where(c.appointment == appointment, *waiting)
        .values(state=_S.DROPPED.value, problem="overtaken")
    )


def _can_be_told(change: Change, appointment: AppointmentId) -> bool:
    c = appointments.c
    return bool(change.connection.execute(select(c.contact).where(c.id == appointment)).scalar())


def _message(row: Row[Any]) -> Message:
    return Message(
        id=MessageId(row.id),
        hall=HallId(row.hall),
        appointment=AppointmentId(row.appointment),
        kind=Kind(row.kind),
        about=row.about,
        state=MessageState(row.state),
        due=from_ms(row.due_ms),
        until=from_ms(row.until_ms),
        made_at=from_ms(row.made_ms),
        attempts=row.attempts,
        is_unsure=row.is_unsure,
        sent_at=None if row.sent_ms is None else from_ms(row.sent_ms),
        channel=row.channel,
        problem=row.problem,
    )
