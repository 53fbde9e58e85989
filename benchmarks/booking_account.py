"""What a hall's journal alone says of its bookings, event by event, and what is wrong in it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Share,
    evolve_appointment,
)
from hall.domain.events import Event, EventName
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.roster import Roster
from hall.domain.sharing import fits
from hall.domain.slots import Part, Taken, has_room, slots_of
from hall.domain.waitlist import left_of

_S = AppointmentStatus
_E = EventName
#: They take counter time in their slots.
_TAKING = frozenset({_S.HELD, _S.BOOKED, _S.CHECKED_IN})
_PLACED = frozenset({_E.APPOINTMENT_HELD, _E.APPOINTMENT_MOVED})
_GIVEN_BACK = frozenset({_E.APPOINTMENT_CANCELLED, _E.APPOINTMENT_MOVED})
#: Of a hold that ended, and only a freed time that was offered cools then.
_ENDED = frozenset({_E.APPOINTMENT_RELEASED, _E.APPOINTMENT_EXPIRED})


#: A part of a slot, and whose it was; a booking has each only once.
_Key = tuple[date, int, GroupId, AppointmentId]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cooling:
    """Counter time that was given back, and that nobody can have before ``until``."""

    part: Part
    share: Share
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Freed:
    """Counter time that one event gave back: offered in the same transaction, else it cools."""

    of: Appointment
    at: datetime


class Account:
    """The bookings of one layout and roster, as the journal tells them.

    How long something cools is drawn and stands nowhere in the journal: for it counts the least.
    """

    def __init__(self, layout: Layout, roster: Roster) -> None:
        self.wrong: list[str] = []
        self.steps: set[tuple[str, str]] = set()
        self.names: Counter[EventName] = Counter()
        self.appointments: dict[AppointmentId, Appointment] = {}
        self._layout, self._roster = layout, roster
        self._offers: set[AppointmentId] = set()
        self._cooling: dict[_Key, _Cooling] = {}
        self._freed: _Freed | None = None
        self._given: Counter[int] = Counter()
        self._last: datetime | None = None

    def take(self, event: Event) -> None:
        """Take the next event into account."""
        if self._last is not None and event.at < self._last:
            self._complain(event, f"at {event.at} comes after {self._last}")
        self._last = event.at
        is_offer = event.name is _E.APPOINTMENT_HELD and event.actor == "system"
        if not event.name.startswith("Waitlist") and not is_offer:
            self._let_cool()
        if event.name is _E.WAITLIST_OFFERED:
            self._offers.add(AppointmentId(event.details["appointment"]))
        if event.name.startswith("Appointment") and event.appointment is not None:
            self._step(event, AppointmentId(event.appointment))

    def _step(self, event: Event, id_: AppointmentId) -> None:
        self.names[event.name] += 1
        before = self.appointments.get(id_)
        after = evolve_appointment(before, event)
        self._check_time(event, before)
        if event.name in _PLACED:
            self._check_room(event, after)
        if event.name is _E.APPOINTMENT_HELD and self._freed is not None:
            for part in after.place.parts:
                self._given[part.minute] += part.ms
        self.appointments[id_] = after
        for key in _keys(after):
            self._cooling.pop(key, None)
        self.steps.add((id_, after.status.value))
        gives = event.name in _GIVEN_BACK or (event.name in _ENDED and id_ in self._offers)
        if before is not None and gives:
            self._freed = _Freed(of=before, at=event.at)
        self._check_capacity(event, after)

    def _check_time(self, event: Event, before: Appointment | None) -> None:
        until = before.held_until if before is not None else None
        if until is None:
            return
        if event.name is _E.APPOINTMENT_CONFIRMED and event.at >= until:
            self._complain(event, f"confirmed at {event.at}, held until {until}")
        if event.name is _E.APPOINTMENT_EXPIRED and event.at < until:
            self._complain(event, f"expired at {event.at}, held until {until}")

    def _check_room(self, event: Event, after: Appointment) -> None:
        """Hold a new place against the rule by which it was given."""
        slots = slots_of(self._layout, self._roster, after.place.day)
        taken = self.taken(after.place.day, now=event.at, but=after.id)
        is_public = after.share is Share.PUBLIC
        if not has_room(self._layout, slots, taken, after.place.parts, is_public=is_public):
            self._complain(event, f"{after.place.minute} had no room for {after.matters}")

    def _check_capacity(self, event: Event, after: Appointment) -> None:
        """Hold all that somebody has against the counters there are: nothing is had by two.

        What cools is nobody's: where a hold that ran out was taken by the next at once, and it is
        written down later that it ran out, some time cools that others have.
        """
        taken = self.taken(after.place.day, now=event.at, with_cooling=False)
        for slot in slots_of(self._layout, self._roster, after.place.day):
            of_slot = taken.get(slot.span.from_minute)
            if of_slot is not None and not fits(slot.offer, of_slot.everybody, share=1):
                self._complain(event, f"{slot.span.from_minute} is over its capacity")

    def taken(
        self,
        day: date,
        *,
        now: datetime,
        but: AppointmentId | None = None,
        with_cooling: bool = True,
    ) -> dict[int, Taken]:
        """Return what is taken of a day at a moment, by the minute of the slot.

        Args:
            day: the day.
            now: the moment.
            but: an appointment that is leaving its place.
            with_cooling: whether what nobody can have yet counts as well.
        """
        found: defaultdict[int, Taken] = defaultdict(Taken)
        cooling = self._layout.booking.cooling[0] if with_cooling else timedelta()
        for part, share in self._had(day, now, but, cooling):
            found[part.minute].add(part, is_public=share is Share.PUBLIC)
        for (of_day, _, _, whose), cool in self._cooling.items() if with_cooling else ():
            if of_day == day and whose != but and cool.until > now:
                found[cool.part.minute].add(cool.part, is_public=cool.share is Share.PUBLIC)
        return dict(found)

    def _had(
        self, day: date, now: datetime, but: AppointmentId | None, cooling: timedelta
    ) -> Iterator[tuple[Part, Share]]:
        """Yield what somebody has; a freed time that was offered cools behind the offer."""
        for one in self.appointments.values():
            if one.place.day != day or one.status not in _TAKING or one.id == but:
                continue
            longer = cooling if one.id in self._offers else timedelta()
            if one.held_until is None or one.held_until + longer > now:
                yield from ((part, one.share) for part in one.place.parts)

    def _let_cool(self) -> None:
        """Let cool what the event before gave back and the waitlist did not take."""
        if self._freed is None:
            return
        of, until = self._freed.of, self._freed.at + self._layout.booking.cooling[0]
        still = set(_keys(self.appointments[of.id]))
        for part in left_of(of.place.parts, self._given):
            key = of.place.day, part.minute, part.group, of.id
            if key not in still:
                self._cooling[key] = _Cooling(part=part, share=of.share, until=until)
        self._freed, self._given = None, Counter()

    def unbalanced(self) -> list[str]:
        """Return which of the two sums over the journal do not come out, with their figures."""
        names, now = self.names, Counter(a.status for a in self.appointments.values())
        made = names[_E.APPOINTMENT_HELD] - now[_S.HELD]
        ended = sum(
            names[name]
            for name in (_E.APPOINTMENT_CONFIRMED, _E.APPOINTMENT_EXPIRED, _E.APPOINTMENT_RELEASED)
        )
        came = names[_E.APPOINTMENT_CHECKED_IN] - names[_E.APPOINTMENT_CHECK_IN_UNDONE]
        gone = names[_E.APPOINTMENT_CANCELLED] + came + names[_E.APPOINTMENT_MISSED]
        open_ = names[_E.APPOINTMENT_CONFIRMED] - gone
        wrong = []
        if made != ended:
            wrong.append(f"{made} holds made and over, {ended} converted, expired or released")
        if open_ != now[_S.BOOKED]:
            wrong.append(f"{open_} confirmed and not gone, {now[_S.BOOKED]} open")
        return wrong

    def _complain(self, event: Event, what: str) -> None:
        self.wrong.append(f"{event.sequence} {event.name}: {what}")


def _keys(appointment: Appointment) -> list[_Key]:
    """Return the parts of slots that an appointment takes, if it takes any."""
    place = appointment.place
    if appointment.status not in _TAKING:
        return []
    return [(place.day, part.minute, part.group, appointment.id) for part in place.parts]
