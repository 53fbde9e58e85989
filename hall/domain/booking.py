"""How a hall takes appointments: its booking rules, each a setting of the layout file."""

from dataclasses import dataclass
from datetime import timedelta

#: However many never come, counter time is not given out more often than if it were this share.
MOST_MISSED = 0.5


def given_out(missed: float) -> float:
    """Return how many times counter time is given out where such a share never comes."""
    return 1 / (1 - min(MOST_MISSED, missed))


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """When somebody who misses appointments cannot book online for a while."""

    #: So many missed within ``days``; 0 for no such rule.
    missed: int
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Discipline:
    """What happens to those who book and do not come; walking in is never blocked."""

    #: From so many missed appointments on, a citizen is warned.
    warn_after: int
    #: So many within a period, or so many in a row, block online booking.
    blocks: tuple[Block, ...]
    in_a_row: int
    #: How long booking stays blocked, and after how long a missed appointment is forgotten.
    blocked: timedelta
    forgotten: timedelta
    #: Those who had come were called so much later than ``late``: then nobody else missed anything.
    hall_late: timedelta
    #: For how long afterwards one can ask that a missed appointment be forgiven; 0: never.
    appeal: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """The rules by which a hall takes appointments."""

    slot: timedelta
    #: Shares of counter time: for everybody, and besides for those whom staff book.
    public_share: float
    staff_share: float
    #: How many of the hall's open days ahead booking begins (0: today) and ends.
    first_day: int
    last_day: int
    #: How long a slot is held while the questions are answered.
    hold: timedelta
    #: Whether a booking holds only once its link or code was used.
    confirmation: bool
    #: How long a slot is held for that, from the first message on.
    confirm: timedelta
    per_day: int
    per_matter: int
    #: How long before it begins an appointment can be moved or cancelled; or until which minute
    #: of the day before, which then stands instead.
    cancel_until: timedelta
    cancel_until_day_before: int | None
    early: timedelta
    late: timedelta
    #: A freed slot is given out again after a time between these, so that nobody can trade it.
    cooling: tuple[timedelta, timedelta]
    #: How long somebody on the waitlist has to answer.
    answer: timedelta
    #: Whether as many more are booked as usually do not come.
    overbooking: bool
    reminders: tuple[timedelta, ...]
    #: Whether a booking by the public needs a solved puzzle, against machines.
    puzzle: bool
    discipline: Discipline

    @property
    def slot_minutes(self) -> int:
        """The length of a slot."""
        return self.slot // timedelta(minutes=1)
