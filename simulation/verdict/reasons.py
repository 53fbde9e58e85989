"""Why the verdict is what it is: sentences for people, Chinese and English."""

from collections.abc import Iterator

from hall.domain.identities import GroupId
from hall.domain.layout import Name
from simulation.compare import Kind
from simulation.verdict.judge import TARGET, WAITS, Findings, Verdict
from simulation.verdict.stage import Stage
from simulation.verdict.wording import called, percent

#: At most so many groups are named.
NAMED = 5


def reasons(found: Findings) -> tuple[Name, ...]:
    """Return why, the weightiest first."""
    return (
        *_about_people(found),
        *_about_pace(found),
        _about_waits(found),
        *_about_target(found),
        *_about_paper(found),
        *_about_harm(found),
        _about_bad_days(found),
        *_about_groups(found),
    )


def _about_pace(found: Findings) -> Iterator[Name]:
    mean, p90 = found.break_even.mean.value, found.break_even.p90.value
    if mean is not None and p90 is not None:
        yield Name(
            zh=f"盈亏平衡：办理时长为现在的 {mean:.2f} 倍（按平均等候）、"
            f"{p90:.2f} 倍（按九成群众的等候上限）。",
            en=f"Break-even: at {mean:.2f} times the handling time by the mean wait, at "
            f"{p90:.2f} times by the wait that 90 % stay within.",
        )
    limit = found.limit.value
    until = None if limit is None else found.learning.weeks_until(limit)
    weeks = round(until or 0)
    if weeks and any(_is_longer(found.first, name) for name in WAITS):
        many = "1 week" if weeks == 1 else f"{weeks} weeks"
        yield Name(
            zh=f"按设定的学习曲线，约 {weeks} 周后达到这个速度；此前等候比现在长。",
            en="By the learning curve that was set, this pace is reached after about "
            f"{many}; until then waits are longer than today.",
        )


def _about_waits(found: Findings) -> Name:
    today, first, settled = (_wait(s) for s in (found.today, found.first, found.settled))
    return Name(
        zh=f"平均等候：现在 {today:.1f} 分钟，上线之初 {first:.1f} 分钟，"
        f"熟练之后 {settled:.1f} 分钟。",
        en=f"Mean wait: {today:.1f} min today, {first:.1f} min in the first days, "
        f"{settled:.1f} min once everybody has learned.",
    )


def _about_target(found: Findings) -> Iterator[Name]:
    settled = found.settled
    if TARGET not in settled.harm:
        return
    minutes = found.trials.after_scenario.layout.target.walk_in.total_seconds() / 60
    was, now = (s.figures[TARGET].mean or 0 for s in (found.today, settled))
    even_so = settled.is_as_good("wait_minutes")
    zh = "尽管平均等候变短：等一会儿的人变多，等很久的人变少" if even_so else "平均等候也变长"
    en = (
        "although the mean wait gets shorter: fewer wait very long, but more wait too long"
        if even_so
        else "as does the mean wait"
    )
    yield Name(
        zh=f"{minutes:g} 分钟内叫到的比例变差（{percent(was)} → {percent(now)}），{zh}。",
        en=f"The share called within {minutes:g} minutes gets worse ({percent(was)} → "
        f"{percent(now)}), {en}.",
    )


def _about_paper(found: Findings) -> Iterator[Name]:
    paper, today = found.paper, found.paper_today
    many = len(found.trials.after_scenario.layout.counters)
    was = len(found.trials.before_scenario.layout.counters)
    if paper >= 1:
        yield Name(
            zh=f"{many} 个窗口的工作量超过在岗时间（{percent(paper)}）：高峰之后只能靠加班。",
            en=f"The work exceeds the staffed time of {many} counters ({percent(paper)}).",
        )
    elif found.verdict is Verdict.NO:
        yield Name(
            zh=f"账面上 {many} 个窗口忙碌 {percent(paper)}（现在 {was} 个，{percent(today)}），"
            "看似可行；但来访集中在高峰，日子有忙闲，余量不够，队伍一旦排起来当天消不掉。",
            en=f"On paper {many} counters are busy {percent(paper)} (today {was}: "
            f"{percent(today)}), which looks possible; but citizens come in peaks and days "
            "differ, and a line that has grown is not worked off the same day.",
        )


def _about_harm(found: Findings) -> Iterator[Name]:
    at_first = Name(zh="上线之初", en="In the first days")
    in_the_end = Name(zh="熟练之后", en="Once everybody has learned")
    always = Name(zh="上线之初和熟练之后都", en="In the first days and ever after")
    first, settled = found.first.harm, found.settled.harm
    both = [(always, first)] if first == settled else [(at_first, first), (in_the_end, settled)]
    for when, harm in both:
        if harm:
            yield Name(
                zh=f"{when.zh}确定变差的有：{'、'.join(called(name).zh for name in harm)}。",
                en=f"{when.en} these certainly get worse: "
                f"{', '.join(called(name).en for name in harm)}.",
            )


def _about_bad_days(found: Findings) -> Name:
    today, first, settled = (
        s.worst_days_wait_minutes for s in (found.today, found.first, found.settled)
    )
    return Name(
        zh=f"最差的一成日子，平均等候：现在 {today:.0f} 分钟，上线之初 {first:.0f} 分钟，"
        f"熟练之后 {settled:.0f} 分钟。",
        en=f"On the worst tenth of days the mean wait is {today:.0f} min today, {first:.0f} min "
        f"in the first days, {settled:.0f} min once everybody has learned.",
    )


def _about_groups(found: Findings) -> Iterator[Name]:
    losers = [c for c in found.comparison.losers if c.kind is Kind.GROUP]
    if not losers:
        return
    names = found.trials.after_scenario.layout.group_of
    said = [(names[GroupId(c.id)].name, c.wait.mean or 0) for c in losers[:NAMED]]
    yield Name(
        zh="熟练之后仍等得更久的类别："
        + "、".join(f"{n.zh}（{w:+.1f} 分）" for n, w in said)
        + "。",
        en="Groups that wait longer even then: "
        + ", ".join(f"{n.en} ({w:+.1f} min)" for n, w in said)
        + ".",
    )


def _is_longer(stage: Stage, name: str) -> bool:
    """Whether a wait is certainly longer than today."""
    return (stage.changes[name].low or 0) > 0


def _wait(stage: Stage) -> float:
    return stage.figures["wait_minutes"].mean or 0.0


def _about_people(found: Findings) -> Iterator[Name]:
    if not found.trials.has_same_people:
        yield Name(
            zh="注意：两个方案的来访、办理时长、耐心或预约不同，差异不只来自窗口设置。",
            en="Mind: the two scenarios differ in who comes, how long matters take, patience or "
            "bookings, so that the differences are not those of the counters alone.",
        )
