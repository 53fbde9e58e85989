"""The verdict in plain words, Chinese and English: what to do, and three numbers."""

from dataclasses import dataclass

from hall.domain.layout import Name
from simulation.summary import Figure
from simulation.verdict.break_even import DOWN, UP
from simulation.verdict.judge import TARGET, Findings, Verdict

_ADVICE = {
    Verdict.GO: Name(
        zh="可以上线：从第一天起就不比现在差，学习期间也是。",
        en="Go: as good as today from the first day on, also while people learn.",
    ),
    Verdict.STEPS: Name(
        zh="分步推进：最终更好，但不是一开始就更好，或不是样样都好。先培训、保留部分专窗，再逐步合并。",
        en="Go in steps: better in the end, but not at once or not in everything. Train first, "
        "keep some counters special, and merge the rest step by step.",
    ),
    Verdict.NO: Name(
        zh="不建议：即使人人熟练之后，群众等候仍会变差。",
        en="Don't: citizens would wait longer even when everybody has learned.",
    ),
}
#: Where waits are as short either way: nothing is promised that was not found.
_NO_BETTER = {
    Verdict.GO: Name(
        zh="可以上线，但等候与现在没有确定的差别：理由要在等候之外找。",
        en="Go, but waits certainly change neither way: the reasons have to be others than waits.",
    ),
    Verdict.STEPS: Name(
        zh="分步推进：最终与现在没有确定的差别，学习期间可能变差。为了等候不必合并。",
        en="Go in steps: in the end no certain difference from today, and perhaps worse while "
        "people learn. For the sake of waits it is not needed.",
    ),
}
#: How a figure is called, and what it is counted in.
_CALLED = {
    "wait_minutes": Name(zh="平均等候", en="mean wait"),
    "wait_p90_minutes": Name(zh="九成群众的等候上限", en="wait that 90 % stay within"),
    "within_target_share": Name(zh="等候达标率", en="share within target"),
    "wait_p95_minutes": Name(zh="最久的 5% 群众的等候", en="wait of the last 5 %"),
    "over_seats_share": Name(zh="座位不够的开放时间", en="open time with more waiting than seats"),
    "overtime_minutes": Name(zh="闭厅后收尾时间", en="work after closing"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One of the numbers that decide, with its 95 % interval."""

    id: str
    value: float | None
    low: float | None
    high: float | None
    text: Name


def advice(found: Findings) -> Name:
    """Return what to do."""
    in_the_end = found.settled.changes["wait_minutes"]
    if in_the_end.high is None or in_the_end.high >= 0:
        return _NO_BETTER.get(found.verdict, _ADVICE[found.verdict])
    return _ADVICE[found.verdict]


def called(figure: str) -> Name:
    """Return what a figure is called."""
    return _CALLED[figure]


def numbers(found: Findings) -> tuple[Number, ...]:
    """Return the three numbers that decide: pace, wait at the beginning, target in the end."""
    limit = found.limit
    first = found.first.changes["wait_minutes"]
    target = found.settled.changes[TARGET]
    slower = percent(found.learning.first - 1)
    return (
        Number(
            id="break_even",
            value=limit.value,
            low=limit.low,
            high=limit.high,
            text=_limit(found),
        ),
        Number(
            id="first_wait_minutes",
            value=first.mean,
            low=first.low,
            high=first.high,
            text=Name(
                zh=f"上线之初（慢 {slower}），平均等候变化 {span(first)} 分钟",
                en=f"In the first days ({slower} slower) the mean wait changes by {span(first)} "
                "min",
            ),
        ),
        Number(
            id="settled_within_target_share",
            value=target.mean,
            low=target.low,
            high=target.high,
            text=Name(
                zh=f"熟练之后，等候达标率变化 {span(target, 100)} 个百分点",
                en="Once everybody has learned, the share within target changes by "
                f"{span(target, 100)} points",
            ),
        ),
    )


def percent(share: float, *, digits: int = 0) -> str:
    """Return a share as people read it."""
    return f"{share * 100:.{digits}f}%"


def span(figure: Figure, factor: float = 1) -> str:
    """Return a change with its interval."""
    if figure.mean is None:
        return "–"
    mean = f"{figure.mean * factor:+.1f}"
    if figure.low is None or figure.high is None:
        return mean
    return f"{mean} ({figure.low * factor:+.1f} … {figure.high * factor:+.1f})"


def _limit(found: Findings) -> Name:
    pace = found.limit
    if pace.value is None and found.verdict is Verdict.NO:
        return Name(
            zh=f"综合窗口再快也不够：办理时长降到 {DOWN[-1]:g} 倍，等候仍比现在长",
            en=f"However quick generalists were, down to {DOWN[-1]:g} times the handling time, "
            "waits would be longer than today",
        )
    if pace.value is None:
        return Name(
            zh=f"综合窗口即使慢到 {UP[-1]:g} 倍，等候也不比现在长",
            en=f"Even at {UP[-1]:g} times the handling time waits are not longer than today",
        )
    if pace.value < 1:
        inside = _inside(1 - pace.value, pace.high, pace.low)
        return Name(
            zh=f"综合窗口必须比专窗快 {inside}才不比现在差",
            en=f"Generalists would have to be {inside} quicker than specialists for waits not to "
            "grow",
        )
    inside = _inside(pace.value - 1, pace.low, pace.high)
    return Name(
        zh=f"综合窗口最多可以慢 {inside}，再慢就比现在差",
        en=f"Generalists may be {inside} slower before waits grow",
    )


def _inside(share: float, *ends: float | None) -> str:
    """Return a distance from pace 1, and between which others it lies."""
    reach = [percent(abs(end - 1)) for end in ends if end is not None]
    return percent(share) + (f" ({' … '.join(reach)})" if len(reach) == len(ends) else "")
