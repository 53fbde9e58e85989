"""Reading and writing the booking rules of a layout file."""

from datetime import timedelta
from typing import Any

from hall.domain.booking import Block, Booking, Discipline
from hall.domain.reading import Source, Table

#: The furthest day that can be booked.
FAR = 365
#: 2 missed in 30 days.
DEFAULT_BLOCKS = (Block(missed=2, days=30),)
#: What later versions added; it stands in the form only where a hall set it otherwise, so that
#: layouts from before keep their hash.
CONFIRM_MINUTES, HALL_LATE_MINUTES, APPEAL_DAYS = 30, 15, 30


def booking_from(part: Table) -> Booking:
    """Return the booking rules in ``part``, noting every problem in its source."""
    first, last = part.whole("first_day", 0), part.whole("last_day", 5, most=FAR)
    if first > last:
        part.complain("first_day", "should not be above last_day")
    public = part.number("public_share", 0.5, most=1)
    staff = part.number("staff_share", 0.2, most=1)
    if public + staff > 1:
        part.complain("staff_share", "is more than public_share leaves")
    found = Booking(
        slot=timedelta(minutes=part.whole("slot_minutes", 15, least=1, most=24 * 60)),
        public_share=public,
        staff_share=staff,
        first_day=first,
        last_day=last,
        hold=timedelta(minutes=part.number("hold_minutes", 10, least=0.01)),
        confirmation=part.truth("confirmation", default=False),
        confirm=timedelta(minutes=part.number("confirm_minutes", CONFIRM_MINUTES, least=1)),
        per_day=part.whole("per_day", 1, least=1),
        per_matter=part.whole("per_matter", 3, least=1),
        cancel_until_day_before=_day_before(part),
        cancel_until=timedelta(minutes=part.number("cancel_until_minutes", 120)),
        early=timedelta(minutes=part.number("early_minutes", 30)),
        late=timedelta(minutes=part.number("late_minutes", 10)),
        cooling=_cooling(part.table("cooling_minutes", {})),
        answer=timedelta(minutes=part.number("answer_minutes", 30, least=0.01)),
        overbooking=part.truth("overbooking", default=False),
        reminders=tuple(
            timedelta(hours=hours) for hours in part.numbers("reminder_hours", [24, 2])
        ),
        puzzle=part.truth("puzzle", default=False),
        discipline=_discipline(part.table("discipline", {})),
    )
    part.finish()
    return found


def _day_before(part: Table) -> int | None:
    if "cancel_until_day_before" not in part:
        return None
    if "cancel_until_minutes" in part:
        part.complain("cancel_until_day_before", "stands beside cancel_until_minutes: say one")
    return part.clock("cancel_until_day_before")


def _cooling(part: Table) -> tuple[timedelta, timedelta]:
    least, most = part.number("least", 5), part.number("most", 30)
    if least > most:
        part.complain("least", "should not be above most")
    part.finish()
    return timedelta(minutes=least), timedelta(minutes=most)


def _discipline(part: Table) -> Discipline:
    blocks = []
    given = part.tables("blocks") if "blocks" in part else None
    for inner in given or ():
        blocks.append(
            Block(missed=inner.whole("missed", least=1), days=inner.whole("days", least=1))
        )
        inner.finish()
    found = Discipline(
        warn_after=part.whole("warn_after", 1),
        blocks=tuple(blocks) if given is not None else DEFAULT_BLOCKS,
        in_a_row=part.whole("in_a_row", 3),
        blocked=timedelta(days=part.whole("blocked_days", 30)),
        forgotten=timedelta(days=part.whole("forgotten_days", 180)),
        hall_late=timedelta(minutes=part.number("hall_late_minutes", HALL_LATE_MINUTES)),
        appeal=timedelta(days=part.whole("appeal_days", APPEAL_DAYS)),
    )
    part.finish()
    return found


def booking_in(form: dict[str, Any] | None) -> Booking:
    """Return the rules that a form describes; those that hold by themselves without one."""
    if form is None:
        return booking_from(Table(Source("booking", ""), "", {}))
    cooling = form["cooling_minutes"]
    return Booking(
        slot=_length(form["slot_minutes"]),
        public_share=form["public_share"],
        staff_share=form["staff_share"],
        first_day=form["first_day"],
        last_day=form["last_day"],
        hold=_length(form["hold_minutes"]),
        confirmation=form["confirmation"],
        confirm=_length(form.get("confirm_minutes", CONFIRM_MINUTES)),
        per_day=form["per_day"],
        per_matter=form["per_matter"],
        cancel_until=_length(form["cancel_until_minutes"]),
        cancel_until_day_before=_minute(form.get("cancel_until_day_before")),
        early=_length(form["early_minutes"]),
        late=_length(form["late_minutes"]),
        cooling=(_length(cooling["least"]), _length(cooling["most"])),
        answer=_length(form["answer_minutes"]),
        overbooking=form["overbooking"],
        reminders=tuple(timedelta(hours=hours) for hours in form["reminder_hours"]),
        puzzle=form["puzzle"],
        discipline=_discipline_in(form["discipline"]),
    )


def _discipline_in(form: dict[str, Any]) -> Discipline:
    return Discipline(
        warn_after=form["warn_after"],
        blocks=tuple(Block(missed=b["missed"], days=b["days"]) for b in form["blocks"]),
        in_a_row=form["in_a_row"],
        blocked=timedelta(days=form["blocked_days"]),
        forgotten=timedelta(days=form["forgotten_days"]),
        hall_late=_length(form.get("hall_late_minutes", HALL_LATE_MINUTES)),
        appeal=timedelta(days=form.get("appeal_days", APPEAL_DAYS)),
    )


def booking_form(booking: Booking) -> dict[str, Any]:
    """Return the rules as plain JSON, in the shape of the file."""
    return {
        "slot_minutes": booking.slot_minutes,
        "public_share": booking.public_share,
        "staff_share": booking.staff_share,
        "first_day": booking.first_day,
        "last_day": booking.last_day,
        "hold_minutes": _minutes(booking.hold),
        "confirmation": booking.confirmation,
        **_set(_minutes(booking.confirm), CONFIRM_MINUTES, "confirm_minutes"),
        "per_day": booking.per_day,
        "per_matter": booking.per_matter,
        "cancel_until_minutes": _minutes(booking.cancel_until),
        **_set(_clock(booking.cancel_until_day_before), None, "cancel_until_day_before"),
        "early_minutes": _minutes(booking.early),
        "late_minutes": _minutes(booking.late),
        "cooling_minutes": {
            "least": _minutes(booking.cooling[0]),
            "most": _minutes(booking.cooling[1]),
        },
        "answer_minutes": _minutes(booking.answer),
        "overbooking": booking.overbooking,
        "reminder_hours": [before / timedelta(hours=1) for before in booking.reminders],
        "puzzle": booking.puzzle,
        "discipline": _discipline_form(booking.discipline),
    }


def _discipline_form(rules: Discipline) -> dict[str, Any]:
    return {
        "warn_after": rules.warn_after,
        "blocks": [{"missed": b.missed, "days": b.days} for b in rules.blocks],
        "in_a_row": rules.in_a_row,
        "blocked_days": rules.blocked.days,
        "forgotten_days": rules.forgotten.days,
        **_set(_minutes(rules.hall_late), HALL_LATE_MINUTES, "hall_late_minutes"),
        **_set(rules.appeal.days, APPEAL_DAYS, "appeal_days"),
    }


def _set(value: object, usual: object, name: str) -> dict[str, Any]:
    return {} if value == usual else {name: value}


def _clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _minute(clock: str | None) -> int | None:
    if clock is None:
        return None
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _minutes(length: timedelta) -> float:
    return length / timedelta(minutes=1)


def _length(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)
