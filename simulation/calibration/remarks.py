"""What a planner must know about a calibration, in Chinese and English."""

from collections.abc import Iterator

import numpy as np

from hall.domain.layout import Name
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.estimates import Estimates
from simulation.calibration.patience import ENOUGH as FEWEST_LEFT
from simulation.calibration.services import EMPIRICAL, ENOUGH
from simulation.calibration.serving import UNKNOWN

#: So many flaws of a journal are named.
MOST_FLAWS = 5
#: Below this share still there after the longest waits, the curve has been seen, not guessed.
_HALF = 0.5
#: Counter time otherwise than in the scenario that is worth a remark.
_OFTEN_OFF = 0.05
#: Services without a start of their own that are worth a remark.
_MANY = 0.1
#: So many days are few.
_FEW_DAYS = 10


def remarks(found: Estimates) -> tuple[Name, ...]:
    """Return what cannot be told, what is doubtful, and what was decided for lack of better."""
    return (
        *_days(found),
        *_services(found),
        *_left_out_services(found),
        *_patience(found),
        *_no_shows(found),
        *_bookings(found),
        *_staffing(found),
    )


def left_out(days: int) -> Iterator[Name]:
    """Yield how many days were not whole."""
    if days:
        yield Name(
            zh=f"有 {days} 天不完整或没有来访者，未计入。",
            en=f"Days that are not whole or had no visitors do not count: {days}.",
        )


def _days(found: Estimates) -> Iterator[Name]:
    days = len(found.seen.days)
    if days < _FEW_DAYS:
        yield Name(
            zh=f"只有 {days} 天的数据，所有数字都很粗略。",
            en=f"Days seen: {days}. So few make every number rough.",
        )
    if found.day_factor is None:
        yield Name(
            zh="天数太少，看不出各天总量的波动；方案按没有波动计算，现实通常更波动（0.13 以上）。",
            en="There are too few days to tell how whole days vary. The scenario has no such "
            "variation; real halls usually have 0.13 and more.",
        )
    unknown = int((found.seen.visits.group == UNKNOWN).sum())
    without = int((found.seen.visits.matter == UNKNOWN).sum())
    if unknown:
        yield Name(
            zh=f"有 {unknown} 张号票的事项类别不在方案中，未计入。",
            en=f"Tickets of groups that the layout does not have, which do not count: {unknown}.",
        )
    if without > unknown:
        yield Name(
            zh=f"有 {without} 张号票没有已知事项，只按类别计入。",
            en=f"Tickets without a known matter, which count for their group alone: {without}.",
        )


def _services(found: Estimates) -> Iterator[Name]:
    services = found.seen.services
    known = {time.code: time for time in found.work.times}
    for at, matter in enumerate(found.layout.matters):
        n, time = int((services.matter == at).sum()), known.get(matter.code)
        if time is None:
            yield Name(
                zh=f"{matter.name.zh}：只有 {n} 次可用的办理记录（需要 {ENOUGH} 次），"
                "无法得知办理时长，沿用方案中的时长。",
                en=f"{matter.name.en}: how long it takes cannot be told from {n} services "
                f"(it takes {ENOUGH}); the layout's time stands.",
            )
        elif n < EMPIRICAL and not time.is_lognormal:
            yield Name(
                zh=f"{matter.name.zh}：{n} 次办理时长与对数正态分布不符；"
                f"达到 {EMPIRICAL} 次后改用实测值。",
                en=f"{matter.name.en}: its {n} service times are not lognormal; from {EMPIRICAL} "
                "on they are used as they were seen.",
            )
    if services.is_from_call:
        yield Name(
            zh="大多数办理没有按“开始”：办理时长从叫号算起，含到窗时长。",
            en="Most services were never started by hand: service times are counted from the call, "
            "with the approach in them.",
        )
    elif services.unstarted > _MANY * max(len(services.took) + services.unstarted, 1):
        yield Name(
            zh=f"有 {services.unstarted} 次办理没有按“开始”，不能分开到窗与办理，未用于时长。",
            en=f"{services.unstarted} services were never started by hand, so that the approach "
            "cannot be told from the service; they do not count for the times.",
        )


def _left_out_services(found: Estimates) -> Iterator[Name]:
    services = found.seen.services
    if services.short:
        yield Name(
            zh=f"有 {services.short} 次办理不到 5 秒，视为误按，未用于时长。",
            en=f"{services.short} services of less than 5 seconds count as a wrong key, and not "
            "for the times.",
        )
    if services.several > _MANY * max(len(services.took), 1):
        yield Name(
            zh=f"有 {services.several} 次一并办理多个事项，分不清各用多久，未用于时长。",
            en=f"{services.several} services were of several matters at once: how long each took "
            "cannot be told, and they do not count for the times.",
        )


def _patience(found: Estimates) -> Iterator[Name]:
    manners, calls = found.manners, found.calls
    longest = float(np.quantile(calls.wait, 0.99)) if len(calls.wait) else 0.0
    if manners.mean_minutes is None and manners.left < FEWEST_LEFT:
        yield Name(
            zh=f"耐心无法得知：离开的人太少（约 {manners.left:.0f} 人）。方案中没有人中途离开。",
            en=f"Patience cannot be told: too few left (about {manners.left:.0f}). Nobody leaves "
            "in the scenario.",
        )
    elif manners.mean_minutes is None:
        yield Name(
            zh=f"耐心无法得知：等候太短（99% 在 {longest:.0f} 分钟内），看不出人们会等多久。"
            "方案中没有人中途离开。",
            en=f"Patience cannot be told: waits are too short (99 % within {longest:.0f} minutes) "
            "to see how long people would stay. Nobody leaves in the scenario.",
        )
    elif manners.least_seen > _HALF:
        yield Name(
            zh=f"等候很少超过 {longest:.0f} 分钟，那时仍有 {manners.least_seen:.0%} 的人在等；"
            "更长的耐心是按曲线外推的。",
            en=f"Hardly anybody waited beyond {longest:.0f} minutes, when "
            f"{manners.least_seen:.0%} were still there; longer patience is the curve's guess.",
        )


def _no_shows(found: Estimates) -> Iterator[Name]:
    manners, missed = found.manners, found.calls.count(Seen.MISSED)
    if not missed:
        return
    if manners.silent_share > 0:
        yield Name(
            zh="过号随等候变长而增多，所以一部分过号的人其实已经离开；两者按此增长分开，"
            "单个的人无法区分。",
            en="Missed calls grow with the wait, so some of them had left. The two are told apart "
            "by that growth; of a single citizen it cannot be told.",
        )
    elif _knows_who_left(found.calls):
        yield Name(
            zh="过号不随等候变长而增多：没有迹象表明其中有人已经离开。",
            en="Missed calls do not grow with the wait: no sign that any of them had left.",
        )
    else:
        yield Name(
            zh="记录不显示谁离开了；过号又不随等候增多，所以全部算作人还在但没有应号。",
            en="The record does not show who left, and missed calls do not grow with the wait: "
            "all of them count as citizens who were there and missed the call.",
        )


def _knows_who_left(calls: Calls) -> bool:
    return calls.count(Seen.GONE, Seen.LEFT) > 0


def _bookings(found: Estimates) -> Iterator[Name]:
    if found.booked is None:
        return
    if not found.booked.shows_missed:
        yield Name(
            zh="记录中没有从未签到的预约，爽约比例无法得知；方案只含到场的预约。",
            en="The record does not show bookings that were never checked in: their share cannot "
            "be told, and the scenario has only the bookings that came.",
        )
    if any(
        e.figure == "unpunctuality_mean_minutes" and e.value is None for e in found.booked.evidence
    ):
        yield Name(
            zh="提前签到的预约太少，守时情况无法得知；方案中人人准时。",
            en="Too few who booked came early: how punctual they are cannot be told, and in the "
            "scenario everybody is.",
        )


def _staffing(found: Estimates) -> Iterator[Name]:
    staffing = found.staffing
    if not staffing.is_as_planned:
        yield Name(
            zh="实际开窗与记录中的排班不符；方案按多数日子的实际情况排班。",
            en="The counters were not staffed as the record's roster says; the scenario has them "
            "as they were on most days.",
        )
    if staffing.off_share > _OFTEN_OFF:
        yield Name(
            zh=f"各天开窗差别很大：{staffing.off_share:.0%} 的窗口时间与方案不同。",
            en=f"Staffing differed from day to day: {staffing.off_share:.0%} of counter time was "
            "otherwise than in the scenario.",
        )
    for counter in staffing.unused:
        yield Name(
            zh=f"窗口 {counter} 从未开过，方案中不开。",
            en=f"Counter {counter} was never open, and is not in the scenario.",
        )
