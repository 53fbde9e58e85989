"""Says in words what the hall knows in codes: reasons, outcomes, warnings, steps, states."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, gettext, lazy_gettext, pgettext

from hall.domain.actors import Role
from hall.domain.moments import read
from hall.domain.rollouts import Stage
from hall.domain.tickets import IllegalMove, Status
from hall.operations.day import HallIsClosed

_MINUTE_MS = 60_000

#: What may become of a matter, in the order in which it is offered.
OUTCOMES = {
    "done": lazy_gettext("Done"),
    "accepted": lazy_gettext("Accepted"),
    "incomplete": lazy_gettext("Papers missing"),
    "advised": lazy_gettext("Advised"),
    "refused": lazy_gettext("Not accepted"),
}
ROLES = {
    Role.KIOSK: lazy_gettext("Kiosk"),
    Role.DISPLAY: lazy_gettext("Screen"),
    Role.GUIDE: lazy_gettext("Guide"),
    Role.CLERK: lazy_gettext("Clerk"),
    Role.MANAGER: lazy_gettext("Hall manager"),
    Role.PLANNER: lazy_gettext("Planner"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.AUDITOR: lazy_gettext("Auditor"),
}
#: The page of a role: what it is called, and its picture.
WORKPLACES = {
    Role.CLERK: (lazy_gettext("My counter"), "user-circle"),
    Role.GUIDE: (lazy_gettext("At the door"), "map-pin"),
    Role.MANAGER: (lazy_gettext("Hall at this moment"), "layout-grid"),
    Role.ADMINISTRATOR: (lazy_gettext("Administration"), "settings"),
    Role.PLANNER: (lazy_gettext("Planning studio"), "chart-line"),
}
STATUSES = {
    Status.WAITING: lazy_gettext("Waiting"),
    Status.CALLED: lazy_gettext("Called"),
    Status.SERVING: lazy_gettext("Being served"),
    Status.HELD: lazy_gettext("On hold"),
    Status.NO_SHOW: lazy_gettext("No-show"),
    Status.DONE: lazy_gettext("Done"),
    Status.ABANDONED: lazy_gettext("Left the queue"),
    Status.CLOSED: lazy_gettext("Closed"),
}
#: How far a rollout has come.
STAGES = {
    Stage.SCHEDULED: lazy_gettext("Scheduled"),
    Stage.IN_FORCE: lazy_gettext("In force"),
    Stage.REPLACED: lazy_gettext("Replaced"),
    Stage.WITHDRAWN: lazy_gettext("Withdrawn"),
    Stage.REFUSED: lazy_gettext("Could not come into force"),
}
#: What the figures of a day are called, and whether they are shares.
FIGURES = {
    "arrived": (lazy_gettext("Numbers"), False),
    "served": (lazy_gettext("Served"), False),
    "wait_minutes": (lazy_gettext("Mean wait, min"), False),
    "wait_p50_minutes": (lazy_gettext("Median wait, min"), False),
    "wait_p90_minutes": (lazy_gettext("9 of 10 waited at most, min"), False),
    "wait_p95_minutes": (lazy_gettext("19 of 20 waited at most, min"), False),
    "waited_share": (lazy_gettext("Had to wait"), True),
    "within_target_share": (lazy_gettext("Within the target"), True),
    "abandoned_share": (lazy_gettext("Left"), True),
    "no_show_share": (lazy_gettext("Did not come"), True),
    "time_in_hall_minutes": (lazy_gettext("Time in the hall, min"), False),
    "stops_per_visit": (lazy_gettext("Stops per visit"), False),
    "waiting_max": (lazy_gettext("Most waiting at once"), False),
    "over_seats_share": (lazy_gettext("More waiting than seats"), True),
    "utilization": (lazy_gettext("Counters busy"), True),
    "overtime_minutes": (lazy_gettext("After closing, min"), False),
}
APPOINTMENTS = {
    "held": lazy_gettext("Being booked"),
    "booked": lazy_gettext("Booked"),
    "checked_in": lazy_gettext("Checked in"),
    "missed": lazy_gettext("Missed"),
    "cancelled": lazy_gettext("Cancelled"),
    "expired": lazy_gettext("Expired"),
}
PUNCTUALITY = {
    "early": lazy_gettext("Early: they are called at their time"),
    "on_time": lazy_gettext("On time"),
    "late": lazy_gettext("Late: they wait like those who walked in"),
}
#: Why a counter is paused; a clerk may also write something else.
PAUSES = (
    lazy_gettext("Short break"),
    lazy_gettext("Meal"),
    lazy_gettext("Tidying up files"),
    lazy_gettext("Asking a colleague"),
    lazy_gettext("System trouble"),
)
#: Why somebody is called out of order.
OUT_OF_ORDER = (
    lazy_gettext("Frail or ill"),
    lazy_gettext("With a small child"),
    lazy_gettext("Sent by the manager"),
    lazy_gettext("Came back with the missing paper"),
)
#: What a key can do on the console.
KEYS = {
    "next": lazy_gettext("Finish and call next"),
    "start": lazy_gettext("Has come"),
    "recall": lazy_gettext("Call again"),
    "no-show": lazy_gettext("Did not come"),
    "hold": lazy_gettext("Put on hold"),
    "transfer": lazy_gettext("Transfer"),
    "return": lazy_gettext("Back in the queue"),
    "undo": lazy_gettext("Undo"),
    "finish": lazy_gettext("Finish only"),
    "call": lazy_gettext("Call a number"),
    "pause": lazy_gettext("Pause"),
    "serve": lazy_gettext("Without a ticket"),
    "leaves": lazy_gettext("Leaves"),
    "matters": lazy_gettext("Another matter"),
}
_STEPS: dict[str, Callable[[str], str]] = {
    "TicketCalled": lambda n: gettext("%(number)s was called", number=n),
    "ServiceStarted": lambda n: gettext("%(number)s has come", number=n),
    "ServiceFinished": lambda n: gettext("%(number)s is finished", number=n),
    "TicketQueuedAgain": lambda n: gettext("%(number)s goes on to the next stop", number=n),
    "TicketHeld": lambda n: gettext("%(number)s is on hold", number=n),
    "TicketReturned": lambda n: gettext("%(number)s is back in the queue", number=n),
    "TicketTransferred": lambda n: gettext("%(number)s was transferred", number=n),
    "TicketNotShown": lambda n: gettext("%(number)s did not come", number=n),
    "TicketAbandoned": lambda n: gettext("%(number)s left", number=n),
    "TicketMattersChanged": lambda n: gettext("The matters of %(number)s changed", number=n),
}
_WARNINGS: dict[str, Callable[[Any, Any], str]] = {
    "waiting": lambda value, limit: gettext(
        "%(value)s are waiting (limit %(limit)s)", value=value, limit=limit
    ),
    "waiting_per_counter": lambda value, limit: gettext(
        "%(value)s waiting per open counter (limit %(limit)s)", value=value, limit=limit
    ),
    "longest": lambda value, limit: gettext(
        "Somebody has waited %(value)s min (limit %(limit)s)", value=value, limit=limit
    ),
}


def step(done: Mapping[str, Any]) -> str:
    """Return what was just done to a ticket."""
    return _STEPS[done["name"]](done["number"])


def class_name(class_: str) -> str:
    """Return a class in words; one that a hall invented is shown as in its layout."""
    known: dict[str, str] = {
        "priority": gettext("Priority"),
        "appointment": gettext("Booked"),
        "walk_in": gettext("Walk-in"),
        "returned": gettext("Returned"),
    }
    return known.get(class_, class_)


def why(reason: Mapping[str, Any]) -> str:
    """Return why a ticket is worth what it is to a counter, term by term, in minutes."""
    class_ = class_name(reason["class_"])
    terms = []
    if reason["strict"]:
        terms.append(gettext("%(class_)s goes before all others", class_=class_))
    elif reason["credit_ms"]:
        minutes = _minutes(reason["credit_ms"])
        terms.append(gettext("%(class_)s %(minutes)s", class_=class_, minutes=minutes))
    terms.append(_waited(reason))
    if reason["bonus_ms"]:
        minutes = _minutes(reason["bonus_ms"])
        terms.append(gettext("this counter's own %(minutes)s", minutes=minutes))
    words = " + ".join(terms)
    if reason["backup"]:
        words += " · " + gettext("helping out, it has waited so long")
    if reason["bound"]:
        words += " · " + gettext("only for this counter")
    return words


def warning(told: Mapping[str, Any]) -> str:
    """Return a warning of a surge."""
    return _WARNINGS[told["warning"]](told["value"], told["limit"])


def state(counter: Mapping[str, Any]) -> str:
    """Return what a counter is doing."""
    if counter["ticket"]:
        called = counter["ticket"]["status"] == Status.CALLED
        return str(pgettext("counter", "Called") if called else pgettext("counter", "Serving"))
    words: dict[str, str] = {
        "ready": pgettext("counter", "Free"),
        "paused": pgettext("counter", "Paused"),
        "closed": pgettext("counter", "Not open"),
    }
    return words[counter["state"]]


def doing(counter: Mapping[str, Any]) -> str:
    """Return the same as a code, for its colour: ``called``, ``serving``, ``ready`` …."""
    return str(counter["ticket"]["status"] if counter["ticket"] else counter["state"])


def short_minutes(minutes: int) -> str:
    """Return some minutes where there is hardly any room."""
    return str(pgettext("short", "%(minutes)s'", minutes=minutes))


def clock(moment: datetime) -> str:
    """Return a moment of today."""
    return f"{moment:%H:%M}"


def moment(written: str, zone: ZoneInfo) -> str:
    """Return a moment of the hall's JSON by the hall's own calendar and clock."""
    return f"{read(written).astimezone(zone):%Y-%m-%d %H:%M}"


def day(which: date) -> str:
    """Return a day of the calendar with its day of the week, shortly."""
    return format_skeleton("MMMEd", which, locale=get_locale())


def whole_day(which: date) -> str:
    """Return a day of the calendar as it is read out."""
    return str(format_date(which, "full"))


def urgent(rollout: Mapping[str, str], zone: ZoneInfo) -> str:
    """Return why a manager should look at a rollout."""
    at = moment(rollout["at"], zone)
    words: dict[str, str] = {
        "approval": gettext("The layout from %(at)s waits for a second person", at=at),
        "blocked": gettext("The layout from %(at)s waits for somebody to be served", at=at),
        "refused": gettext("The layout from %(at)s could not come into force", at=at),
    }
    return words[rollout["why"]]


def seconds_since(moment: str, now: datetime) -> int:
    """Return how many seconds ago a moment of the hall's JSON was."""
    return max(0, int((now - read(moment)).total_seconds()))


def figure(name: str) -> str:
    """Return what a figure of a day is called; one that is not known keeps its name."""
    return str(FIGURES[name][0]) if name in FIGURES else name


def value(name: str, amount: float | None) -> str:
    """Return an amount of a figure as people read it.

    Example:
        >>> value("within_target_share", 0.9134), value("wait_minutes", 6.25)
        ('91.3 %', '6.2')
    """
    if amount is None:
        return "–"
    is_share = name in FIGURES and FIGURES[name][1]
    return f"{100 * amount:.1f} %" if is_share else f"{amount:.1f}"


def lasting(seconds: float) -> str:
    """Return a length of time as a clock shows it.

    Example:
        >>> lasting(402)
        '06:42'
    """
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def detail(error: Exception) -> str:
    """Return what is to be said of a refusal beyond its title."""
    if isinstance(error, IllegalMove):
        status = STATUSES[error.before]
        return str(gettext("Ticket %(number)s: %(status)s", number=error.number, status=status))
    if isinstance(error, HallIsClosed) and error.opens_at:
        return str(gettext("It opens later today."))
    return ""


def _waited(reason: Mapping[str, Any]) -> str:
    waited = _minutes(max(0, reason["waited_ms"]))
    if reason["weight"] == 1:
        return str(gettext("waited %(minutes)s min", minutes=waited))
    weight = f"{reason['weight']:g}"
    return str(gettext("waited %(minutes)s min × %(weight)s", minutes=waited, weight=weight))


def _minutes(milliseconds: int) -> int:
    return milliseconds // _MINUTE_MS
