"""A study as text for a terminal."""

from collections.abc import Iterator, Sequence

from hall.domain.layout import Name
from simulation.summary import Figure
from simulation.table import table
from simulation.verdict.judge import Findings
from simulation.verdict.reasons import reasons
from simulation.verdict.stage import Stage
from simulation.verdict.study import Plan, Study
from simulation.verdict.wording import advice, called, numbers, percent

_WORDS = {
    "head": Name(
        zh="{after}，对照 {before}：{days} 天，种子 {seed}，区间为 95%",
        en="{after}, against {before}; days: {days}, seed {seed}, 95 % intervals",
    ),
    "numbers": Name(zh="三个关键数字", en="Three numbers decide"),
    "reasons": Name(zh="理由", en="Why"),
    "weeks": Name(zh="学习期间（与现在相比）", en="While people learn (against today)"),
    "week": Name(zh="上线后周数", en="weeks after"),
    "pace": Name(zh="用时倍数", en="pace"),
    "risk": Name(zh="风险", en="Risk"),
    "today": Name(zh="现在", en="today"),
    "first": Name(zh="上线之初", en="first days"),
    "settled": Name(zh="熟练之后", en="settled"),
    "worst": Name(
        zh="最差一成日子的平均等候（分）", en="mean wait on the worst tenth of days, min"
    ),
    "worse": Name(zh="比现在等得久的日子 %", en="days with a longer wait than today, %"),
    "training": Name(
        zh="培训次序（现在 {now:.1f} 分钟；人人全能 {best:.1f} 分钟）",
        en="What to train next (today {now:.1f} min; everybody in everything {best:.1f} min)",
    ),
    "counter": Name(zh="窗口", en="counter"),
    "learns": Name(zh="学会", en="learns"),
    "wait": Name(zh="平均等候（分）", en="mean wait, min"),
    "gain": Name(zh="已得收益 %", en="gained so far, %"),
    "hybrids": Name(zh="保留部分专窗", en="Some counters kept special"),
    "kept": Name(zh="专窗数", en="special counters"),
    "policies": Name(zh="叫号方式（熟练之后）", en="Ways to call (settled)"),
}
_POLICIES = {
    "clerk": Name(zh="窗口人员按键", en="the clerk presses next"),
    "automatic": Name(zh="自动叫号", en="automatic"),
    "shortest_queue": Name(zh="取号排最短队", en="shortest queue when issued"),
    "bound_at_issue": Name(zh="取号轮流定窗口", en="in turn when issued"),
}
_WAITS = ("wait_minutes", "wait_p90_minutes", "within_target_share")
#: Figures that are shares, shown in percent.
_SHARES = "_share"


def study_text(study: Study, *, language: str) -> str:
    """Return a study for people: the verdict, three numbers, the reasons, then tables."""
    found = study.findings
    parts = [*_verdict(found, language), *_weeks(found, language), *_risk(found, language)]
    if study.plan is not None:
        parts += _plan(study.plan, found, language)
    return "\n".join(parts)


def _say(word: str, language: str) -> str:
    return _WORDS[word].in_language(language)


def _verdict(found: Findings, language: str) -> Iterator[str]:
    trials = found.trials
    yield _say("head", language).format(
        after=trials.after_scenario.name,
        before=trials.before_scenario.name,
        days=len(trials.before),
        seed=trials.seed,
    )
    yield ""
    yield advice(found).in_language(language)
    yield ""
    yield _say("numbers", language)
    for at, number in enumerate(numbers(found), start=1):
        yield f"{at}. {number.text.in_language(language)}"
    yield ""
    yield _say("reasons", language)
    for reason in reasons(found):
        yield f"- {reason.in_language(language)}"


def _weeks(found: Findings, language: str) -> Iterator[str]:
    head = [_say("week", language), _say("pace", language)]
    head += [_called(name, language) for name in _WAITS]
    rows = [
        [
            str(week.week),
            f"{week.pace:.2f}",
            *(f"{_level(week.figures, n)} ({_change(week.changes, n)})" for n in _WAITS),
        ]
        for week in found.weeks
    ]
    yield from _section(_say("weeks", language), [head, *rows])


def _risk(found: Findings, language: str) -> Iterator[str]:
    stages = (found.today, found.first, found.settled)
    rows = [["", *(_say(name, language) for name in ("today", "first", "settled"))]]
    rows += [
        [_called(name, language), *(_level(stage.figures, name) for stage in stages)]
        for name in found.today.figures
    ]
    rows.append(
        [_say("worst", language), *(f"{stage.worst_days_wait_minutes:.1f}" for stage in stages)]
    )
    rows.append(
        [_say("worse", language), *(f"{stage.worse_days_share * 100:.0f}" for stage in stages)]
    )
    yield from _section(_say("risk", language), rows)


def _plan(plan: Plan, found: Findings, language: str) -> Iterator[str]:
    layout = found.trials.before_scenario.layout
    training = plan.training
    title = _say("training", language).format(
        now=training.wait_minutes, best=training.best_wait_minutes
    )
    rows = [["", *(_say(word, language) for word in ("counter", "learns", "wait", "gain"))]]
    for at, step in enumerate(training.steps, start=1):
        learns = layout.group_of[step.group].name.in_language(language)
        gained = percent(step.gain_share)
        rows.append([str(at), step.counter, learns, f"{step.wait_minutes:.1f}", gained])
    yield from _section(title, rows)
    if plan.hybrids:
        kept = [(str(len(hybrid.special)), hybrid.first, hybrid.settled) for hybrid in plan.hybrids]
        rows = _of_stages([("0", found.first, found.settled), *kept], language)
        yield from _section(_say("hybrids", language), rows)
    head = ["", *(_called(name, language) for name in _WAITS)]
    ways = [
        [_POLICIES[policy].in_language(language), *(_level(stage.figures, n) for n in _WAITS)]
        for policy, stage in plan.policies.items()
    ]
    yield from _section(_say("policies", language), [head, *ways])


def _of_stages(kinds: Sequence[tuple[str, Stage, Stage]], language: str) -> list[list[str]]:
    """Return a table of halls with some counters special, at first and in the end."""
    head = [_say("kept", language)]
    head += [
        f"{_called(name, language)}, {_say(when, language)}"
        for when in ("first", "settled")
        for name in ("wait_minutes", "within_target_share")
    ]
    rows = [
        [
            name,
            *(
                _level(stage.figures, figure)
                for stage in stages
                for figure in ("wait_minutes", "within_target_share")
            ),
        ]
        for name, *stages in kinds
    ]
    return [head, *rows]


def _section(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield title
    yield from table(rows)


def _called(name: str, language: str) -> str:
    unit = "%" if name.endswith(_SHARES) else Name(zh="分", en="min").in_language(language)
    return f"{called(name).in_language(language)}, {unit}"


def _level(figures: dict[str, Figure], name: str) -> str:
    mean = figures[name].mean
    return "–" if mean is None else f"{mean * _factor(name):.1f}"


def _change(changes: dict[str, Figure], name: str) -> str:
    figure = changes[name]
    if figure.mean is None:
        return "–"
    reach = "" if figure.half_width is None else f" ± {figure.half_width * _factor(name):.1f}"
    return f"{figure.mean * _factor(name):+.1f}{reach}"


def _factor(name: str) -> float:
    return 100 if name.endswith(_SHARES) else 1
