"""Results as text for people and as JSON for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulation.compare import Comparison, Result, Side
from simulation.summary import Figure, form
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
        "differences": "Difference: {scenario} − {against}, the same people",
        "why": "Why",
        "counters": "Counters in use: {before} → {after}.",
        "choice": "Counters that could serve a citizen, on the mean: {before:.1f} → {after:.1f}.",
        "spread": "Busy: the idlest tenth of the counters {low0:.0f} %, the busiest {high0:.0f} % "
        "→ {low1:.0f} % and {high1:.0f} %.",
        "gainers": "Wait less: {names}.",
        "losers": "Wait longer: {names}.",
        "nobody": "No group certainly waits longer.",
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
        "differences": "差异：{scenario} − {against}（同样的群众）",
        "why": "原因",
        "counters": "启用窗口：{before} → {after}。",
        "choice": "平均一位群众可去的窗口：{before:.1f} → {after:.1f}。",
        "spread": "忙碌程度：最闲的一成窗口 {low0:.0f}%，最忙的一成 {high0:.0f}% "
        "→ {low1:.0f}% 和 {high1:.0f}%。",
        "gainers": "等候缩短：{names}。",
        "losers": "等候变长：{names}。",
        "nobody": "没有任何事项类别确定变慢。",
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
        for name, named in _selections(result, language)
        if named["arrived"].mean
    ]
    whole = [[words[name], _said(result.summary["all"][name], name)] for name in _OF_ALL]
    return "\n".join([result.scenario.name, head, "", *table(rows), "", *table(whole)])


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
            for name in (*_COLUMNS[1:], *_OF_ALL)
        ]
        parts.append("\n".join([title, *table(rows), "", words["why"], *_reasons(found, language)]))
    return "\n\n".join(parts)


def _selections(result: Result, language: str) -> Iterator[tuple[str, dict[str, Figure]]]:
    summary, layout = result.summary, result.scenario.layout
    words = _WORDS[language]
    yield words["all"], summary["all"]
    for rule in layout.rule.classes:
        yield words["class"].format(name=rule.id), summary["classes"][rule.id]
    for group in layout.groups:
        yield group.name.in_language(language), summary["groups"][group.id]


def _reasons(found: Comparison, language: str) -> Iterator[str]:
    words = _WORDS[language]
    before, after = found.before, found.after
    yield words["counters"].format(before=before.counters, after=after.counters)
    yield words["choice"].format(before=before.choice, after=after.choice)
    yield words["spread"].format(**_spread("0", before), **_spread("1", after))
    names = found.scenario.layout.group_of
    for which, waits in (("gainers", found.gainers), ("losers", found.losers)):
        said = [
            words["one"].format(name=names[group].name.in_language(language), minutes=wait.mean)
            for group, wait in waits
        ]
        if said:
            yield words[which].format(names=words["list"].join(said))
    if not found.losers:
        yield words["nobody"]


def _spread(at: str, side: Side) -> dict[str, float]:
    return {f"low{at}": side.spread.low * 100, f"high{at}": side.spread.high * 100}


def _said(figure: Figure, name: str, *, signed: bool = False) -> str:
    """Return a figure with its interval's half width."""
    if figure.mean is None:
        return "–"
    factor = 100 if name.endswith(_PERCENT) else 1
    mean = f"{figure.mean * factor:{'+' if signed else ''}.1f}"
    return mean if figure.half_width is None else f"{mean} ± {figure.half_width * factor:.1f}"
