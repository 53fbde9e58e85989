"""What is told to which room, in which order, and how a lost notice heals."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from hall.domain.events import EventName
from hall.domain.identities import CounterId, MatterCode
from hall.operations.call import call_next
from hall.operations.counters import open_counter, pause_counter
from hall.operations.issue import issue_ticket
from hall.operations.serve import recall
from hall.push.broadcast import HEARTBEAT_SECONDS, MOST_EVENTS, Broadcast
from hall.push.public import FIELDS
from tests.halls import KIOSK, WorkingHall, a_hall, clerk

ONE = CounterId("1")
A = (MatterCode("m-a"),)


@dataclass
class Room:
    """Everything that was sent, in order, and a clock."""

    sent: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    seconds: float = 0.0

    def emit(self, event: str, /, *args: Any, to: str) -> None:
        self.sent.append((event, args[0], to))

    def to(self, room: str) -> list[dict[str, Any]]:
        return [message for _, message, to in self.sent if to == room]

    def rest(self, seconds: float) -> None:
        if not seconds:
            self.sent.append(("rest", {}, ""))


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def broadcast(hall: WorkingHall, room: Room) -> Broadcast:
    """One that heard of the hall when it had nothing but its layout."""
    found = Broadcast(hall.context, emit=room.emit, rest=room.rest, clock=lambda: room.seconds)
    found.follow(hall.id, head=1)
    hall.context.store.listen(found.hear)
    return found


def turn(broadcast: Broadcast, hall: WorkingHall) -> None:
    """Take one turn without waiting for a notice that may be on its way."""
    broadcast.hear(hall.id, 0)
    broadcast.turn()


def test_displays_hear_every_event_in_order_and_each_once(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    hall.do(issue_ticket, KIOSK, matters=A)
    turn(broadcast, hall)
    hall.do(call_next, clerk(), counter=ONE)
    turn(broadcast, hall)
    turn(broadcast, hall)
    told = room.to("displays/twelve")
    assert [event["sequence"] for event in told] == [2, 3, 4, 5]
    assert told[-1] == {
        "sequence": 5,
        "name": "TicketCalled",
        "at": "2026-03-02T09:00:00.000Z",
        "number": "A001",
        "counter": 1,
        "counter_id": "1",
        "group": "a",
        "announcement": "5",
        "recalled": False,
    }


def test_a_recall_is_an_announcement_of_its_own(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(call_next, clerk(), counter=ONE)
    hall.do(recall, clerk(), ticket=issued.ticket.id)
    turn(broadcast, hall)
    *_, call, again = room.to("displays/twelve")
    assert (call["announcement"], call["recalled"]) == ("5", False)
    assert (again["announcement"], again["recalled"]) == ("6", True)


def test_nothing_that_points_at_a_person_is_told(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    hall.do(open_counter, clerk("p-wang"), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(pause_counter, clerk("p-wang"), counter=ONE, reason="back ache")
    turn(broadcast, hall)
    everything = json.dumps(room.sent)
    secrets = ("p-wang", "kiosk-1", "back ache", issued.secret)
    assert len(room.to("displays/twelve")) == 4
    assert [word for word in secrets if word in everything] == []


def test_every_event_says_which_of_its_fields_are_public() -> None:
    assert set(FIELDS) == set(EventName)


def test_phones_are_told_after_the_displays_and_their_own_ticket_in_full(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    turn(broadcast, hall)
    order = [to for _, _, to in room.sent]
    mine = room.to(f"phone/{issued.ticket.id}")[-1]
    others = room.to("phones/twelve")[-1]
    assert order.index("displays/twelve") < order.index("") < order.index("phones/twelve")
    assert (mine["after"], mine["sequence"]) == (1, 4)
    assert [event.get("number") for event in mine["events"]] == [None, None, "A001"]
    assert [event.get("number") for event in others["events"]] == [None, None, None]


def test_phones_hear_at_most_once_a_second_but_their_own_call_at_once(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    first = hall.do(issue_ticket, KIOSK, matters=A)
    turn(broadcast, hall)
    hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(call_next, clerk(), counter=ONE)
    turn(broadcast, hall)
    assert len(room.to("phones/twelve")) == 1
    mine = room.to(f"phone/{first.ticket.id}")[-1]
    assert [event["sequence"] for event in mine["events"]] == [5, 6]
    room.seconds += 1
    broadcast.turn()
    (_, later) = room.to("phones/twelve")
    assert (later["after"], [event["sequence"] for event in later["events"]]) == (4, [5, 6])


def test_a_heartbeat_finds_what_nobody_gave_notice_of(
    hall: WorkingHall, room: Room, broadcast: Broadcast
) -> None:
    broadcast.turn()
    deaf = Broadcast(hall.context, emit=room.emit, rest=room.rest, clock=lambda: room.seconds)
    deaf.follow(hall.id, head=1)
    deaf.turn()
    hall.do(issue_ticket, KIOSK, matters=A)
    room.seconds += HEARTBEAT_SECONDS
    deaf.turn()
    rooms = ("displays/twelve", "phones/twelve", "hall/twelve")
    told = [(name, message["sequence"]) for name, message, to in room.sent if to in rooms]
    assert told == [("event", 2), ("event", 3), ("events", 3), ("heartbeat", 3)]


def test_who_is_too_far_behind_is_told_to_ask(
    hall: WorkingHall, broadcast: Broadcast, room: Room
) -> None:
    for _ in range(MOST_EVENTS + 1):
        hall.do(issue_ticket, KIOSK, matters=A)
    turn(broadcast, hall)
    assert [name for name, _, _ in room.sent] == ["heartbeat"]
    assert room.sent[0][1] == {"sequence": MOST_EVENTS + 3}


ZONES = """
format = 1
[hall]
id = "two-floors"
name = { zh = "两层", en = "Two floors" }
time_zone = "UTC"
opening = [ { days = "mon-sun", from = "08:00", until = "16:00" } ]
target = { walk_in_minutes = 15, appointment_minutes = 5, share = 0.9 }
seats = 10
general_group = "a"
[[groups]]
id = "a"
prefix = "A"
name = { zh = "甲", en = "A" }
[[counters]]
id = "1"
number = 1
name = { zh = "一", en = "One" }
zone = "1F"
takes = [ "a" ]
[[counters]]
id = "2"
number = 2
name = { zh = "二", en = "Two" }
zone = "2F"
takes = [ "a" ]
[[matters]]
code = "m-a"
group = "a"
name = { zh = "甲", en = "A" }
department = "d"
handling_minutes = 5
promised_days = 1
materials = []
appointments = false
"""


def test_the_wall_of_a_zone_hears_only_that_something_happened_elsewhere(
    hall: WorkingHall, room: Room
) -> None:
    two = a_hall(hall.context, hall.clock, ZONES)
    broadcast = Broadcast(hall.context, emit=room.emit, rest=room.rest, clock=lambda: room.seconds)
    broadcast.follow(two.id, head=1)
    two.do(open_counter, clerk(), counter=ONE)
    turn(broadcast, two)
    assert room.to("displays/two-floors/1F")[-1]["counter"] == 1
    assert set(room.to("displays/two-floors/2F")[-1]) == {"sequence", "name", "at"}
    assert [e["sequence"] for e in room.to("displays/two-floors/2F")] == [2, 3]
