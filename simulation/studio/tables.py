"""The figures of a result as tables: under every chart, and as sheets of a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from hall.domain.layout import Layout
from simulation.studio import saying
from simulation.studio.sheets import Cell, Table

PERCENT = 100


def tables(result: Mapping[str, Any], layout: Layout) -> dict[str, Table]:
    """Return every table of a result by name, in the order in which a report has them."""
    made = [figures, groups, course, need, spread, busy, day, steps]
    if result["verdict"]:
        made.append(learning)
    return {table.name: table for table in (make(result, layout) for make in made)}


def figures(result: Mapping[str, Any], _: Layout) -> Table:
    """Return the figures of the whole hall."""
    rows: list[list[Cell]] = []
    for name in saying.FIGURES:
        before, after = (_of_all(result, side, name) for side in saying.SIDES)
        difference = result["difference"]["all"][name]
        many = PERCENT if saying.is_share(name) else 1
        rows.append(
            [
                saying.figure(name),
                *(_times(value, many) for value in (before[0], after[0])),
                *(_times(value, many) for value in difference),
            ]
        )
    head = [
        gettext("Figure"),
        *saying.sides(),
        gettext("Difference"),
        gettext("at least"),
        gettext("at most"),
    ]
    return Table(name="figures", title=gettext("The figures"), head=head, rows=rows)


def groups(result: Mapping[str, Any], layout: Layout) -> Table:
    """Return who waits how long: a row per group."""
    rows: list[list[Cell]] = []
    for group in layout.groups:
        before, after = (
            result["sides"][side]["figures"]["groups"].get(group.id) for side in saying.SIDES
        )
        difference = result["difference"]["groups"].get(group.id)
        if not before or not after or not before["arrived"][0]:
            continue
        rows.append(
            [
                f"{group.prefix} {saying.name(group.name)}",
                _times(before["arrived"][0], 1),
                _times(before["wait_minutes"][0], 1),
                _times(after["wait_minutes"][0], 1),
                *(_times(value, 1) for value in difference["wait_minutes"]),
                _times(before["within_target_share"][0], PERCENT),
                _times(after["within_target_share"][0], PERCENT),
            ]
        )
    was, will = saying.sides()
    head = [
        gettext("Group"),
        gettext("People a day"),
        gettext("Mean wait, min: %(side)s", side=was),
        gettext("Mean wait, min: %(side)s", side=will),
        gettext("Difference"),
        gettext("at least"),
        gettext("at most"),
        gettext("Within the target, %%: %(side)s", side=was),
        gettext("Within the target, %%: %(side)s", side=will),
    ]
    return Table(name="groups", title=gettext("Who gains, who loses"), head=head, rows=rows)


def course(result: Mapping[str, Any], _: Layout) -> Table:
    """Return the waits by the half hour."""
    waits = [result["sides"][side]["course"]["wait"] for side in saying.SIDES]
    columns = [wait[part] for wait in waits for part in ("p10", "p50", "p90")]
    head = [gettext("From")] + [
        f"{side}: {words}"
        for side in saying.sides()
        for words in (
            gettext("1 of 10 waits less, min"),
            gettext("half wait less, min"),
            gettext("9 of 10 wait less, min"),
        )
    ]
    return Table(
        name="wait",
        title=gettext("Waiting over the day"),
        head=head,
        rows=_by_time(result, columns),
    )


def need(result: Mapping[str, Any], _: Layout) -> Table:
    """Return the counters needed and open by the half hour."""
    sides = [result["sides"][side]["course"] for side in saying.SIDES]
    columns = [side[part] for side in sides for part in ("need", "open")]
    head = [gettext("From")] + [
        f"{side}: {words}"
        for side in saying.sides()
        for words in (gettext("counters needed"), gettext("counters open"))
    ]
    return Table(
        name="need", title=gettext("Counters and demand"), head=head, rows=_by_time(result, columns)
    )


def spread(result: Mapping[str, Any], _: Layout) -> Table:
    """Return the share of citizens who wait at most so long, by five minutes."""
    shares = [result["sides"][side]["course"]["within"] for side in saying.SIDES]
    rows: list[list[Cell]] = [
        [gettext("%(minutes)s min", minutes=minute)]
        + [_times(share[minute], PERCENT) for share in shares]
        for minute in range(0, _longest(shares) + 5, 5)
    ]
    head = [gettext("Wait at most"), *(f"{side}, %" for side in saying.sides())]
    return Table(name="spread", title=gettext("How long people wait"), head=head, rows=rows)


def busy(result: Mapping[str, Any], _: Layout) -> Table:
    """Return how busy each counter is."""
    known = {
        counter["id"]: counter["number"]
        for side in saying.SIDES
        for counter in result["sides"][side]["counters"]
    }
    shares = [result["sides"][side]["figures"]["counters"] for side in saying.SIDES]
    rows: list[list[Cell]] = [
        [gettext("Counter %(number)s", number=number)]
        + [_times(share.get(counter, [None])[0], PERCENT) for share in shares]
        for counter, number in sorted(known.items(), key=lambda item: item[1])
    ]
    head = [gettext("Counter"), *(f"{side}, %" for side in saying.sides())]
    return Table(name="busy", title=gettext("How busy the counters are"), head=head, rows=rows)


def day(result: Mapping[str, Any], _: Layout) -> Table:
    """Return what each counter did on the day that is played."""
    numbers = {c["id"]: c["number"] for s in saying.SIDES for c in result["sides"][s]["counters"]}
    done = {side: _done(result["sides"][side]["day"]) for side in saying.SIDES}
    rows: list[list[Cell]] = [
        [gettext("Counter %(number)s", number=number)]
        + [value for side in saying.SIDES for value in done[side].get(counter, (None, None))]
        for counter, number in sorted(numbers.items(), key=lambda item: item[1])
    ]
    head = [gettext("Counter")] + [
        f"{side}: {words}"
        for side in saying.sides()
        for words in (gettext("people served"), gettext("minutes busy"))
    ]
    return Table(name="day", title=gettext("One simulated day"), head=head, rows=rows)


def steps(result: Mapping[str, Any], _: Layout) -> Table:
    """Return everything that counters did on the day that is played, one after the other."""
    words = saying.chart_words()
    rows: list[list[Cell]] = []
    for side, called in zip(saying.SIDES, saying.sides(), strict=True):
        numbers = {c["id"]: c["number"] for c in result["sides"][side]["counters"]}
        played = sorted(
            result["sides"][side]["day"]["counters"], key=lambda row: (numbers[row[0]], row[1])
        )
        rows += [
            [
                called,
                gettext("Counter %(number)s", number=numbers[counter]),
                _clock(since),
                _clock(until),
                words[doing],
            ]
            for counter, since, until, doing in played
        ]
    head = [
        *(gettext("Plan"), gettext("Counter")),
        *(gettext("From"), gettext("Until"), gettext("What it did")),
    ]
    return Table(name="steps", title=gettext("What each counter did"), head=head, rows=rows)


def learning(result: Mapping[str, Any], _: Layout) -> Table:
    """Return what the weeks after the rollout are like, while people learn."""
    rows: list[list[Cell]] = []
    for week in result["verdict"]["learning"]["weeks"]:
        wait, change = week["figures"]["wait_minutes"], week["changes"]["wait_minutes"]
        within = week["figures"]["within_target_share"]["mean"]
        rows.append(
            [
                str(week["week"]),
                _times(week["pace"] - 1, PERCENT),
                *(_times(value, 1) for value in (wait["mean"], *wait["ci95"])),
                *(_times(value, 1) for value in (change["mean"], *change["ci95"])),
                _times(within, PERCENT),
            ]
        )
    between = (gettext("at least"), gettext("at most"))
    head = [
        gettext("Weeks after the start"),
        gettext("A matter takes longer by, %"),
        *(gettext("Mean wait, min"), *between),
        *(gettext("Difference"), *between),
        gettext("Within the target, %"),
    ]
    return Table(name="learning", title=gettext("While people learn"), head=head, rows=rows)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _done(played: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return how many each counter served on a played day, and for how many minutes."""
    served: dict[str, int] = {}
    busy: dict[str, int] = {}
    for *_, called, started, finished, counter in played["citizens"]:
        if started is not None:
            served[counter] = served.get(counter, 0) + 1
            busy[counter] = busy.get(counter, 0) + finished - called
    return {counter: (float(served[counter]), busy[counter] / 60) for counter in served}


def _by_time(
    result: Mapping[str, Any], columns: Sequence[Sequence[float | None]]
) -> list[list[Cell]]:
    return [
        [time, *(_times(column[at], 1) for column in columns)]
        for at, time in enumerate(result["times"])
    ]


def _longest(shares: Sequence[Sequence[float]]) -> int:
    """Return the minute by which nearly everybody was called."""
    nearly = 0.995
    return max(
        next((minute for minute, part in enumerate(share) if part >= nearly), len(share) - 6)
        for share in shares
    )


def _of_all(result: Mapping[str, Any], side: str, name: str) -> Sequence[float | None]:
    found: Sequence[float | None] = result["sides"][side]["figures"]["all"][name]
    return found


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 2)
