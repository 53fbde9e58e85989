"""The studio's words: figures, differences and what was changed, for people who run halls."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale, gettext, ngettext

from hall.domain.layout import Name, Policy
from hall.domain.studies import RunStatus

SIDES = ("before", "after")
PERCENT = 100
#: Figures of which more is better, and of which neither is.
_MORE_IS_BETTER = frozenset({"within_target_share", "served"})
_NEITHER = frozenset({"utilization", "arrived"})
_FIGURES: dict[str, Callable[[], str]] = {
    "wait_minutes": lambda: gettext("Mean wait, min"),
    "wait_p50_minutes": lambda: gettext("Half wait less than, min"),
    "wait_p90_minutes": lambda: gettext("9 of 10 wait less than, min"),
    "within_target_share": lambda: gettext("Within the target, %"),
    "abandoned_share": lambda: gettext("Leave without being served, %"),
    "time_in_hall_minutes": lambda: gettext("Time in the hall, min"),
    "waiting_max": lambda: gettext("Most people waiting at once"),
    "over_seats_share": lambda: gettext("Time with more waiting than seats, %"),
    "utilization": lambda: gettext("Counters busy, %"),
    "overtime_minutes": lambda: gettext("Work after closing, min"),
    "arrived": lambda: gettext("People a day"),
    "served": lambda: gettext("Served a day"),
}
FIGURES = tuple(_FIGURES)


def figure(name: str) -> str:
    """Return what a figure is called."""
    return _FIGURES[name]()


def is_share(name: str) -> bool:
    """Whether a figure is shown in percent."""
    return name.endswith("_share") or name == "utilization"


def sides() -> tuple[str, str]:
    """Return what the two plans are called."""
    return gettext("As it is"), gettext("The plan")


def name(named: Name | Mapping[str, str]) -> str:
    """Return a name of the hall's own data in the language of this request."""
    if isinstance(named, Name):
        return named.in_language(language())
    return named.get(language()) or named["en"]


def class_name(class_: str) -> str:
    """Return a class in words; one that a hall invented is shown as in its layout."""
    words: dict[str, str] = {
        "priority": gettext("Priority"),
        "appointment": gettext("Booked"),
        "walk_in": gettext("Walk-in"),
        "returned": gettext("Returned"),
    }
    return words.get(class_, class_)


def language() -> str:
    """Return the language of this request."""
    return str(get_locale()).split("_", maxsplit=1)[0]


def key_figure(result: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a figure of the plan, and how it differs, in words and as better or worse."""
    value = result["sides"]["after"]["figures"]["all"][name][0]
    was = result["sides"]["before"]["figures"]["all"][name][0]
    mean, low, high = result["difference"]["all"][name]
    return {
        "name": name,
        "value": None if value is None else value * (PERCENT if is_share(name) else 1),
        "was": None if was is None else was * (PERCENT if is_share(name) else 1),
        "unit": "%" if is_share(name) else gettext("min"),
        "words": difference(name, mean, low, high),
        "sense": sense(name, low, high),
    }


def difference(name: str, mean: float | None, low: float | None, high: float | None) -> str:
    """Return a difference in words; one that may as well be none is called so."""
    if mean is None:
        return str(gettext("cannot be compared"))
    if low is None or high is None or low <= 0 <= high:
        return str(gettext("no certain difference"))
    amount = f"{abs(mean) * (PERCENT if is_share(name) else 1):.1f}"
    words: dict[tuple[bool, bool], str] = {
        (True, True): gettext("%(points)s points more", points=amount),
        (True, False): gettext("%(points)s points less", points=amount),
        (False, True): gettext("%(minutes)s min more", minutes=amount),
        (False, False): gettext("%(minutes)s min less", minutes=amount),
    }
    return words[is_share(name), mean > 0]


def sense(name: str, low: float | None, high: float | None) -> str:
    """Return whether a difference is ``better``, ``worse`` or ``same``."""
    if low is None or high is None or low <= 0 <= high or name in _NEITHER:
        return "same"
    return "better" if (low > 0) == (name in _MORE_IS_BETTER) else "worse"


def policy(policy: Policy) -> str:
    """Return a way of calling in words."""
    words: dict[Policy, str] = {
        Policy.CLERK: gettext("The clerk presses “next”"),
        Policy.AUTOMATIC: gettext("The next one is called by itself"),
        Policy.SHORTEST_QUEUE: gettext("Everybody joins the shortest queue of a counter"),
        Policy.BOUND_AT_ISSUE: gettext("Every number belongs to one counter from the start"),
    }
    return words[policy]


def status(status: RunStatus) -> str:
    """Return how far a run is."""
    words: dict[RunStatus, str] = {
        RunStatus.QUEUED: gettext("Waits for its turn"),
        RunStatus.RUNNING: gettext("Running"),
        RunStatus.DONE: gettext("Done"),
        RunStatus.FAILED: gettext("Could not be done"),
        RunStatus.CANCELLED: gettext("Cancelled"),
        RunStatus.INTERRUPTED: gettext("Interrupted"),
    }
    return words[status]


def changes(summary: Mapping[str, Any]) -> list[str]:
    """Return what a plan changes, a sentence each."""
    before, after = summary["before"], summary["after"]
    said = []
    if before != after:
        said.append(
            gettext(
                "%(now)s counters, %(every)s of them comprehensive (today %(was)s and %(some)s)",
                now=after["counters"],
                every=after["comprehensive"],
                was=before["counters"],
                some=before["comprehensive"],
            )
        )
    if summary["pace"]:
        said.append(
            gettext("Counters that take more than before need %(n)s %% longer", n=summary["pace"])
        )
    if summary["booked"] is not None:
        said.append(
            gettext(
                "%(now)s %% of the people book (today %(was)s %%)",
                now=summary["booked"],
                was=summary["booked_now"],
            )
        )
    if summary["policy"]:
        said.append(policy(summary["policy"]))
    if summary["breaks"]:
        said.append(gettext("Other breaks"))
    if summary["growth"]:
        said.append(gettext("People in both plans: %(n)s %%", n=f"{summary['growth']:+d}"))
    return said or [gettext("Nothing is different yet")]


def short_day(day: date) -> str:
    """Return a day in few letters, with its day of the week."""
    return str(format_date(day, gettext("EEE d MMM")))


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment in the hall's own time."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def days(count: int) -> str:
    """Return a number of days."""
    return str(ngettext("%(num)s day", "%(num)s days", count))


def gains(result: Mapping[str, Any], groups: Sequence[Any]) -> dict[str, list[tuple[str, str]]]:
    """Return which groups certainly wait less and which longer, the largest change first."""
    found: dict[str, list[tuple[float, str]]] = {"better": [], "worse": []}
    for group in groups:
        waits = result["difference"]["groups"].get(group.id, {}).get("wait_minutes")
        if not waits or waits[0] is None:
            continue
        which = sense("wait_minutes", waits[1], waits[2])
        if which in found:
            found[which].append((waits[0], name(group.name)))
    return {
        which: [(who, f"{minutes:+.1f}") for minutes, who in sorted(some, key=lambda s: -abs(s[0]))]
        for which, some in found.items()
    }


def chart_words() -> dict[str, str]:
    """Return the words inside the charts."""
    was, will = sides()
    return {
        "before": was,
        "after": will,
        "minutes": gettext("min"),
        "target": gettext("Target"),
        "half": gettext("half wait less"),
        "band": gettext("8 of 10 people"),
        "need": gettext("needed"),
        "open": gettext("open"),
        "counters": gettext("Counters"),
        "serving": gettext("Serving"),
        "calling": gettext("Calling"),
        "ready": gettext("Free"),
        "paused": gettext("Break"),
        "people": gettext("of all people"),
        "busy": gettext("busy"),
        "weeks": gettext("Weeks after the start"),
        "repeated": gettext("95 of 100 repetitions"),
        "play": gettext("Play the day"),
        "stop": gettext("Stop"),
    }


def learned(learning: Mapping[str, Any]) -> str:
    """Return what a learning curve shows, and what it assumes."""
    return str(
        gettext(
            "Mean wait week by week; the band: how sure the difference is. Assumed: at first a "
            "matter takes %(first)s %% longer at counters that take more than before; half of "
            "that is gone after %(weeks)s weeks.",
            first=round(PERCENT * (learning["first"] - 1)),
            weeks=round(learning["half_weeks"]),
        )
    )


def source(asked: Mapping[str, Any]) -> str:
    """Return what a study starts from, in words."""
    start, named = asked["source"], asked.get("source_days") or asked.get("days", [])
    if start["kind"] == "typed":
        return str(gettext("Typed-in minutes and %(n)s people a day", n=start["visitors"]))
    if start["kind"] == "example":
        return str(gettext("An example: %(name)s", name=name(start["name"])))
    first, last = (format_date(date.fromisoformat(day), "short") for day in (named[0], named[-1]))
    return str(
        gettext(
            "%(days)s of this hall, %(first)s to %(last)s",
            days=days(len(named)),
            first=first,
            last=last,
        )
    )


def trust(how: str) -> str:
    """Return how far a fit can be trusted."""
    words: dict[str, str] = {
        "good": gettext("The model fits"),
        "careful": gettext("Fits roughly"),
        "poor": gettext("Does not fit"),
    }
    return words[how]


def fit_rows(validation: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the days as they were and as the model says them, a row per figure."""
    rows = [
        (gettext("Mean wait, min"), validation["wait"], 1),
        (gettext("9 of 10 wait less than, min"), validation["p90"], 1),
        (gettext("Within the target, %"), validation["within"], PERCENT),
    ]
    return [(words, *(_one(value, many) for value in pair)) for words, pair, many in rows]


def fit_says(validation: Mapping[str, Any]) -> str:
    """Return what a fit allows, in a sentence."""
    words: dict[str, str] = {
        "good": gettext("Given the same people, the model waits as the hall did."),
        "careful": gettext("The waits are about right; some parts are not. See the remarks."),
        "poor": gettext("The model waits differently from the hall. Do not rely on the results."),
    }
    return words[validation["trust"]]


def _one(value: float | None, many: int) -> str:
    return "–" if value is None else f"{value * many:.1f}"
