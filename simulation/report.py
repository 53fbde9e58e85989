"""Results as text for people and as JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from simulation.compare import Change, Comparison, Kind, Result, Side
from simulation.replicate import MOST
from simulation.summary import Figure, Summary, form
from simulation.table import table

_WORDS = {
    "en": {
        "layout": "layout {hash}, seed {seed}, {replications} replications, 95 % intervals",
        "all": "all",
        "class": "class {name}",
        "arrived": "arrived",
        "wait_minutes": "mean wait, min",
        "wait_p90_minutes": "90 % wait at most, min",
        "within_target_share": "within target, %",
        "abandoned_share": "left, %",
        "time_in_hall_minutes": "time in hall, min",
        "stops_per_visit": "stops a visit",
        "waiting_max": "most waiting at once",
        "over_seats_share": "open time with more waiting than seats, %",
        "utilization": "counters busy, %",
        "overtime_minutes": "after closing, min",
        "idle_share": "counters idle, %",
        "booked": "appointments given",
        "no_slot": "found no slot, walked in",
        "missed_appointments": "never came to their appointment",
        "late_appointments": "too late for it, walked in",
        "differences": "Difference: {scenario} − {against}, the same people",
        "why": "Why",
        "counters": "Counters in use: {before} → {after}.",
        "choice": "Counters that could serve a citizen, on the mean: {before:.1f} → {after:.1f}.",
        "spread": "Busy: the idlest tenth of the counters {low0:.0f} %, the busiest {high0:.0f} % "
        "→ {low1:.0f} % and {high1:.0f} %.",
        "known": "The mean wait is known to ± {half:.2f} min ({share:.1f} %); a stated precision "
        "may take at most {most} replications.",
        "group": "Groups",
        "class_": "Classes",
        "matter": "Matters",
        "gainers": "{kind} that wait less: {names}.",
        "losers": "{kind} that wait longer: {names}.",
        "nobody": "No group, class or matter certainly waits longer.",
        "more": "{names} and {more} more",
        "one": "{name} ({minutes:+.1f} min)",
        "list": ", ",
    },
    "zh": {
        "layout": "窗口设置 {hash}，种子 {seed}，重复 {replications} 次，区间为 95%",
        "all": "全部",
        "class": "类别 {name}",
        "arrived": "来访",
        "wait_minutes": "平均等候（分）",
        "wait_p90_minutes": "九成等候不超过（分）",
        "within_target_share": "等候达标 %",
        "abandoned_share": "弃号 %",
        "time_in_hall_minutes": "在厅时长（分）",
        "stops_per_visit": "每次来访到窗次数",
        "waiting_max": "同时等候最多",
        "over_seats_share": "等候超过座位的开放时间 %",
        "utilization": "窗口忙碌 %",
        "overtime_minutes": "闭厅后收尾（分）",
        "idle_share": "窗口空闲 %",
        "booked": "预约成功",
        "no_slot": "约不到号，改为现场取号",
        "missed_appointments": "爽约",
        "late_appointments": "迟到，改为现场取号",
        "differences": "差异：{scenario} − {against}（同样的群众）",
        "why": "原因",
        "counters": "启用窗口：{before} → {after}。",
        "choice": "平均一位群众可去的窗口：{before:.1f} → {after:.1f}。",
        "spread": "忙碌程度：最闲的一成窗口 {low0:.0f}%，最忙的一成 {high0:.0f}% "
        "→ {low1:.0f}% 和 {high1:.0f}%。",
        "known": "平均等候精确到 ± {half:.2f} 分（{share:.1f}%）；按精度要求最多重复 {most} 次。",
        "group": "事项类别",
        "class_": "人群类别",
        "matter": "事项",
        "gainers": "等候缩短的{kind}：{names}。",
        "losers": "等候变长的{kind}：{names}。",
        "nobody": "没有任何事项类别、人群类别或事项确定等得更久。",
        "more": "{names}，还有 {more} 项",
        "one": "{name}（{minutes:+.1f} 分）",
        "list": "、",
    },
}
_COLUMNS = (
    "arrived",
    "wait_minutes",
    "wait_p90_minutes",
    "within_target_share",
    "abandoned_share",
)
_OF_ALL = (
    "time_in_hall_minutes",
    "stops_per_visit",
    "waiting_max",
    "over_seats_share",
    "utilization",
    "overtime_minutes",
)
#: Said where the scenario says how those come who booked.
_OF_BOOKINGS = (
    "idle_share",
    "booked",
    "no_slot",
    "missed_appointments",
    "late_appointments",
)
_KINDS = {Kind.GROUP: "group", Kind.CLASS: "class_", Kind.MATTER: "matter"}
#: At most so many are named.
_NAMED = 8
#: Figures that are shares, shown in percent.
_PERCENT = ("_share", "utilization")


def run_form(result: Result, *, seed: int) -> dict[str, Any]:
    """Return a result as JSON."""
    return {
        "format": 1,
        "name": result.scenario.name,
        "layout_hash": result.scenario.layout.hash,
        "seed": seed,
        "replications": len(result.runs),
        "precision": _precision(result),
        "measures": form(result.summary),
    }


def compare_form(
    results: Sequence[Result], comparisons: Sequence[Comparison], *, seed: int
) -> dict[str, Any]:
    """Return a comparison as JSON."""
    return {
        "scenarios": [run_form(result, seed=seed) for result in results],
        "differences": [
            {
                "scenario": found.scenario.name,
                "against": found.against.name,
                "measures": form(found.difference),
                "gain": [_change(change) for change in found.gainers],
                "lose": [_change(change) for change in found.losers],
            }
            for found in comparisons
        ],
    }


def run_text(result: Result, *, seed: int, language: str) -> str:
    """Return a result as tables: all, classes and groups; then what belongs to the whole hall."""
    words, layout = _WORDS[language], result.scenario.layout
    head = words["layout"].format(hash=layout.hash[:12], seed=seed, replications=len(result.runs))
    rows = [["", *(words[column] for column in _COLUMNS)]]
    rows += [
        [name, *(_said(named[column], column) for column in _COLUMNS)]
        for name, named in _selections(layout, result.summary, language)
        if named["arrived"].mean
    ]
    known = result.summary["all"]
    whole = [[words[name], _said(known[name], name)] for name in _of_all(known)]
    parts = [result.scenario.name, head, *_known(result, language), "", *table(rows)]
    return "\n".join([*parts, "", *table(whole)])


def compare_text(
    results: Sequence[Result], comparisons: Sequence[Comparison], *, seed: int, language: str
) -> str:
    """Return a comparison as tables and reasons."""
    words = _WORDS[language]
    parts = [run_text(result, seed=seed, language=language) for result in results]
    for found in comparisons:
        title = words["differences"].format(
            scenario=found.scenario.name, against=found.against.name
        )
        rows = [
            [words[name], _said(found.difference["all"][name], name, signed=True)]
            for name in (*_COLUMNS[1:], *_of_all(found.difference["all"]))
        ]
        who = [["", *(words[column] for column in _COLUMNS[1:])]]
        who += [
            [name, *(_said(named[column], column, signed=True) for column in _COLUMNS[1:])]
            for name, named in _selections(found.scenario.layout, found.difference, language)
            if named["wait_minutes"].mean is not None
        ]
        why = [words["why"], *_reasons(found, language)]
        parts.append("\n".join([title, *table(rows), "", *table(who), "", *why]))
    return "\n\n".join(parts)


def _of_all(known: Mapping[str, Figure]) -> tuple[str, ...]:
    """Return the figures of the whole hall that there are, in order."""
    return (*_OF_ALL, *(name for name in _OF_BOOKINGS if name in known))


def _selections(
    layout: Layout, summary: Summary, language: str
) -> Iterator[tuple[str, dict[str, Figure]]]:
    words = _WORDS[language]
    yield words["all"], summary["all"]
    for rule in layout.rule.classes:
        if rule.id in summary["classes"]:
            yield words["class"].format(name=rule.id), summary["classes"][rule.id]
    for group in layout.groups:
        if group.id in summary["groups"]:
            yield group.name.in_language(language), summary["groups"][group.id]


def _precision(result: Result) -> dict[str, float | int | None]:
    """Return how well the mean wait is known, and how many replications it may take."""
    wait = result.summary["all"]["wait_minutes"]
    half = wait.half_width
    share = half / wait.mean if half is not None and wait.mean else None
    return {"half_width_minutes": half, "half_width_share": share, "most_replications": MOST}


def _known(result: Result, language: str) -> Iterator[str]:
    known = _precision(result)
    half, share = known["half_width_minutes"], known["half_width_share"]
    if half is not None and share is not None:
        yield _WORDS[language]["known"].format(half=half, share=share * 100, most=MOST)


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind.value, "id": change.id, "wait_minutes": form(change.wait)}


def _reasons(found: Comparison, language: str) -> Iterator[str]:
    words = _WORDS[language]
    before, after = found.before, found.after
    yield words["counters"].format(before=before.counters, after=after.counters)
    yield words["choice"].format(before=before.choice, after=after.choice)
    yield words["spread"].format(**_spread("0", before), **_spread("1", after))
    for which, changes in (("gainers", found.gainers), ("losers", found.losers)):
        for kind in Kind:
            mine = [change for change in changes if change.kind is kind]
            if mine:
                said = _named(mine, found.scenario.layout, language)
                name = words[_KINDS[kind]]
                yield words[which].format(kind=name, names=said)
    if not found.losers:
        yield words["nobody"]


def _named(changes: Sequence[Change], layout: Layout, language: str) -> str:
    """Return who changed and by how much, the first of them by name."""
    words = _WORDS[language]
    names = words["list"].join(
        words["one"].format(name=name_of(change, layout, language), minutes=change.wait.mean)
        for change in changes[:_NAMED]
    )
    more = len(changes) - _NAMED
    return names if more <= 0 else words["more"].format(names=names, more=more)


def name_of(change: Change, layout: Layout, language: str) -> str:
    """Return how those who gain or lose are called."""
    if change.kind is Kind.GROUP:
        return layout.group_of[GroupId(change.id)].name.in_language(language)
    if change.kind is Kind.MATTER:
        return layout.matter_of[MatterCode(change.id)].name.in_language(language)
    return change.id


def _spread(at: str, side: Side) -> dict[str, float]:
    return {f"low{at}": side.spread.low * 100, f"high{at}": side.spread.high * 100}


def _said(figure: Figure, name: str, *, signed: bool = False) -> str:
    """Return a figure with its interval's half width."""
    if figure.mean is None:
        return "–"
    factor = 100 if name.endswith(_PERCENT) else 1
    mean = f"{figure.mean * factor:{'+' if signed else ''}.1f}"
    return mean if figure.half_width is None else f"{mean} ± {figure.half_width * factor:.1f}"
