"""A sizing as JSON for programs, as series for charts, and as text for people."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from hall.domain.layout import Name
from simulation.scenario_form import scenario_form
from simulation.sizing.frame import EVERY, Aim, kind_name, promised_minutes
from simulation.sizing.size import BusyDays, Point, Sizing
from simulation.summary import form
from simulation.table import table

Form = dict[str, Any]

_WORDS = {
    "head": {
        "zh": "{name}：{share:.0f}% 的群众在 {minutes:g} 分钟内被叫到，需要多少窗口",
        "en": "{name}: counters for {share:.0f} % called within {minutes:g} min",
    },
    "hours": {
        "zh": "共需 {hours:g} 窗口小时；若按平均日逐段套用稳态公式（Erlang C），要 {formula:g}。",
        "en": "{hours:g} counter hours; the stationary formula (Erlang C), interval by interval "
        "of a mean day, would take {formula:g}.",
    },
    "more": {
        "zh": "最多时（{at}）{key}要 {needed} 个，大厅现有 {there} 个：还差 {missing} 个。",
        "en": "At the most ({at}) it takes {needed} {key}; the hall has {there}: {missing} more.",
    },
    "enough": {
        "zh": "大厅现有的窗口够用。",
        "en": "The hall has enough counters.",
    },
    "one_more": {
        "zh": "{key}全天多一个，达标率 {before:.1f}% → {after:.1f}%，平均等候 "
        "{wait0:.1f} → {wait1:.1f} 分；少一个则为 {below:.1f}%、{wait2:.1f} 分。",
        "en": "One more of the {key} all day takes the share within target from {before:.1f} % "
        "to {after:.1f} % and the mean wait from {wait0:.1f} to {wait1:.1f} minutes; one less, "
        "to {below:.1f} % and {wait2:.1f} minutes.",
    },
    "busy": {
        "zh": "各天的总量不一（变异系数 {cv:.0f}%）：比天天都一样多 {hours:g} 窗口小时，"
        "{at} 多 {most} 个。原因：忙的日子等候大增，闲的日子省不回来，平均要达标就得多备窗口。",
        "en": "Whole days are busier or calmer than the mean day (by {cv:.0f} %, coefficient of "
        "variation): that takes {hours:g} counter hours more than if every day were alike, "
        "{most} more counters at {at}. Busy days lengthen waits by more than calm days shorten "
        "them, so a promise that holds on the average day needs counters in reserve.",
    },
    "calm": {
        "zh": "各天的总量不一（变异系数 {cv:.0f}%），但变化小，不用为此多备窗口。",
        "en": "Whole days are busier or calmer than the mean day (by {cv:.0f} %, coefficient of "
        "variation), by too little to take more counters.",
    },
    "missed": {
        "zh": "{name}达标低于承诺的 {asked:.0f}%，窗口已用尽：{where}。",
        "en": "For {name} less is reached than the promised {asked:.0f} %, and no counter is left "
        "to add: {where}.",
    },
    "proof": {
        "zh": "达标率取自另外 {days} 个模拟日（种子 {seed}），区间为 95%；未计休息，由排班安排。",
        "en": "Shares come from {days} other simulated days (seed {seed}), with 95 % intervals; "
        "breaks are not in it, the roster places them.",
    },
    "columns": {"zh": "时段", "en": "interval"},
    "share": {"zh": "达标 %", "en": "within target, %"},
    "load": {"zh": "在办人数", "en": "work, erlangs"},
}


def sizing_form(found: Sizing) -> Form:
    """Return a sizing as JSON: the contract's keys, then what charts and people need."""
    frame = found.frame
    every = frame.aims[0]
    return {
        "format": 1,
        "name": frame.scenario.name,
        "layout_hash": frame.scenario.layout.hash,
        "day": frame.day.isoformat(),
        "seed": found.seed,
        "replications": found.replications,
        "target": _target(every),
        "intervals": [_interval(found, at) for at in range(len(frame.spans))],
        "counter_hours": found.counter_hours,
        "stationary_counter_hours": found.stationary_hours,
        "counters": _counters(found),
        "aims": [
            {
                "name": aim.name,
                **_target(aim),
                "attained_share": [
                    form(found.shares.figure(row, at)) for at in range(len(frame.spans))
                ],
            }
            for row, aim in enumerate(frame.aims)
        ],
        "curve": [
            {"kind": _flexible_key(found, at), "points": [_point(point) for point in points]}
            for at, points in enumerate(found.curves)
        ],
        "day_factor": _day_factor(found),
        "texts": [{language: text[language] for language in ("zh", "en")} for text in _said(found)],
        "scenario": scenario_form(found.scenario),
    }


def sizing_text(found: Sizing, *, language: str) -> str:
    """Return a sizing as a table and sentences."""
    frame = found.frame
    heads = [_WORDS[word][language] for word in ("columns", "load", "share")]
    rows = [[heads[0], *(kind.key for kind in frame.kinds), heads[1], heads[2]]]
    for at in range(len(frame.spans)):
        share = found.shares.figure(0, at)
        reach = f" ± {100 * share.half_width:.1f}" if share.half_width is not None else ""
        rows.append(
            [
                _at(found, at),
                *(str(row[at]) for row in found.counts),
                f"{sum(load.offered[at] for load in found.loads):.1f}",
                "–" if share.mean is None else f"{100 * share.mean:.1f}{reach}",
            ]
        )
    every = frame.aims[0]
    head = _WORDS["head"][language].format(
        name=frame.scenario.name,
        share=100 * every.target.share,
        minutes=promised_minutes(every),
    )
    return "\n".join([head, "", *table(rows), "", *(text[language] for text in _said(found))])


def _said(found: Sizing) -> Iterator[dict[str, str]]:
    """Yield what there is to say about a sizing, in both languages."""
    yield _text("hours", hours=found.counter_hours, formula=found.stationary_hours)
    yield from _shortage(found)
    for at, points in enumerate(found.curves):
        by = {point.more: point.figures for point in points}
        known = [by[more]["within_target_share"].mean for more in (-1, 0, 1)]
        waits = [by[more]["wait_minutes"].mean for more in (-1, 0, 1)]
        if None in known or None in waits:
            continue
        shares = dict(
            zip(("below", "before", "after"), (100 * (k or 0) for k in known), strict=True)
        )
        said = dict(zip(("wait2", "wait0", "wait1"), waits, strict=True))
        kind = found.frame.kinds[found.frame.parts[at].flexible]
        name = kind_name(found.frame.scenario.layout, kind)
        yield _text("one_more", key=name, **shares, **said)
    busy = found.busy_days
    if busy is not None:
        yield _busy(found, busy)
    yield from _missed(found)
    yield _text("proof", days=found.replications, seed=found.seed)


def _shortage(found: Sizing) -> Iterator[dict[str, str]]:
    """Yield which kinds of counters the hall has too few of."""
    short = False
    for kind, row in zip(found.frame.kinds, found.counts, strict=True):
        needed, there = int(row.max()), len(kind.counters)
        if needed > there:
            short = True
            yield _text(
                "more",
                at=_at(found, int(row.argmax())),
                key=kind_name(found.frame.scenario.layout, kind),
                needed=needed,
                there=there,
                missing=needed - there,
            )
    if not short and not any(_missed(found)):
        yield _text("enough")


def _missed(found: Sizing) -> Iterator[dict[str, str]]:
    """Yield the promises that no number of counters kept."""
    mean, error = found.shares.mean, found.shares.error
    for row, aim in enumerate(found.frame.aims):
        low = mean[row] + 2 * error[row] < aim.target.share
        if aim.part is None or not low.any():
            continue
        places = [f"{_at(found, int(at))} {mean[row, at]:.1%}" for at in low.nonzero()[0]]
        yield _text(
            "missed",
            name=_aim_name(found, aim),
            asked=100 * aim.target.share,
            where=Name(zh="、".join(places), en=", ".join(places)),
        )


def _aim_name(found: Sizing, aim: Aim) -> Name:
    """Return to whom a promise is."""
    groups = found.frame.scenario.layout.groups
    names = [group.name for group in groups if group.id in aim.groups]
    if aim.class_ is not None:
        return Name(zh=aim.class_, en=aim.class_)
    if len(names) == len(groups):
        return Name(zh="全部类别", en="all groups")
    return Name(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))


def _text(word: str, **values: Any) -> dict[str, str]:
    return {
        language: text.format(
            **{
                key: value.in_language(language) if isinstance(value, Name) else value
                for key, value in values.items()
            }
        )
        for language, text in _WORDS[word].items()
    }


def _counters(found: Sizing) -> Form:
    """Return how many counters of each kind there are, and how many it takes."""
    hours = np.array(found.frame.hours)
    return {
        kind.key: {
            "there": len(kind.counters),
            "most": int(row.max()),
            "hours": float(row @ hours),
        }
        for kind, row in zip(found.frame.kinds, found.counts, strict=True)
    }


def _interval(found: Sizing, at: int) -> Form:
    since, until = _at(found, at).split("–")
    return {
        "from": since,
        "until": until,
        "counters": {
            kind.key: int(row[at])
            for kind, row in zip(found.frame.kinds, found.counts, strict=True)
        },
        "attained_share": form(found.shares.figure(0, at)),
        "offered_load": float(sum(load.offered[at] for load in found.loads)),
        "per_hour": float(sum(load.per_hour[at] for load in found.loads)),
    }


def _target(aim: Aim) -> Form:
    target = aim.target
    return {
        "walk_in_minutes": target.walk_in.total_seconds() / 60,
        "appointment_minutes": target.appointment.total_seconds() / 60,
        "share": target.share,
    }


def _point(point: Point) -> Form:
    return {"more": point.more, "counter_hours": point.counter_hours, **form(point.figures)}


def _day_factor(found: Sizing) -> Form | None:
    busy = found.busy_days
    if busy is None:
        return None
    return {
        "cv": busy.cv,
        "counter_hours": busy.counter_hours,
        "most": busy.most,
        "at": _at(found, busy.interval),
        **_busy(found, busy),
    }


def _busy(found: Sizing, busy: BusyDays) -> dict[str, str]:
    """Return what it takes that days differ, and why."""
    if busy.counter_hours <= 0:
        return _text("calm", cv=100 * busy.cv)
    return _text(
        "busy",
        cv=100 * busy.cv,
        hours=busy.counter_hours,
        most=busy.most,
        at=_at(found, busy.interval),
    )


def _flexible_key(found: Sizing, part: int) -> str:
    frame = found.frame
    return frame.kinds[frame.parts[part].flexible].key if frame.parts else EVERY


def _at(found: Sizing, at: int) -> str:
    span = found.frame.spans[at]
    return f"{clock(span.from_minute)}–{clock(span.until_minute)}"


def clock(minute: int) -> str:
    """Return a minute of the day as people read it."""
    hour, rest = divmod(minute, 60)
    return f"{hour % 24:02d}:{rest:02d}"
