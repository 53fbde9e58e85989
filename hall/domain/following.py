"""What follows from missed appointments, in words, for pages and messages alike."""

from zoneinfo import ZoneInfo

from hall.domain.appointments import EXCUSING, Pardon
from hall.domain.booking import Discipline
from hall.domain.discipline import Standing
from hall.domain.letters import day_in

_EXCUSES = {
    (Pardon.HALL_CLOSED, "zh"): "当时大厅未开放，不计为爽约。",
    (Pardon.HALL_CLOSED, "en"): "The hall was not open then: it does not count.",
    (Pardon.NO_COUNTER, "zh"): "当时没有窗口办理该事项，不计为爽约。",
    (Pardon.NO_COUNTER, "en"): "No counter took this matter then: it does not count.",
    (Pardon.HALL_LATE, "zh"): "当时大厅叫号延误，不计为爽约。",
    (Pardon.HALL_LATE, "en"): "The hall itself ran late then: it does not count.",
    (Pardon.FORGIVEN, "zh"): "已谅解，不计为爽约。",
    (Pardon.FORGIVEN, "en"): "It was forgiven: it does not count.",
}


def excuse(pardon: Pardon | None, language: str) -> str:
    """Return why a missed appointment does not count; nothing if it does."""
    return _EXCUSES[pardon, language] if pardon in EXCUSING and pardon else ""


def follows(standing: Standing, rules: Discipline, *, zone: ZoneInfo, language: str) -> str:
    """Return how somebody stands who missed appointments, and what follows; nothing if nothing.

    Args:
        standing: how they stand.
        rules: the hall's.
        zone: the hall's, to name a day.
        language: of the words.
    """
    missed, left, zh = standing.missed, standing.left, language == "zh"
    if standing.blocked_until is not None:
        until = day_in(language, standing.blocked_until.astimezone(zone))
        if zh:
            return f"您已有{missed}次爽约，{until}前不能网上预约；随时可到厅取号。"
        return (
            f"You missed {_appointments(missed)} and cannot book online before {until}; "
            "you can walk in at any time."
        )
    if not standing.is_warned:
        return ""
    days = rules.blocked.days
    if zh:
        then = f"；再有{left}次，{days}天内不能网上预约" if left else ""
        return f"您已有{missed}次爽约{then}。到厅取号不受影响。"
    then = f" After {left} more you cannot book online for {days} days." if left else ""
    return f"You missed {_appointments(missed)}.{then} Walking in stays possible."


def _appointments(number: int) -> str:
    return f"{number} appointment" + ("s" if number != 1 else "")
