"""What a curve says in plain sentences, Chinese and English."""

from collections.abc import Iterator, Sequence

from hall.domain.identities import APPOINTMENT, WALK_IN
from hall.domain.layout import Name
from hall.domain.moments import length_ms
from hall.measures.figures import MINUTE_MS
from simulation.summary import Figure
from simulation.trade.curve import Curve, Point
from simulation.trade.names import ALL, IDLE, P90, WHO, WITHIN
from simulation.trade.settings import Setting
from simulation.trade.words import long, short

#: From so many minutes on, no digits after the point are told.
_WHOLE = 10
#: Less is no wait, in minutes.
_A_WAIT = 1
#: Idle time that changes by less is the same.
_SAME = 0.01


def says(found: Curve) -> tuple[Name, ...]:
    """Return what a curve says, a sentence each: now, at its ends, who pays, what is kept."""
    waits = [point.figures[id_][P90].mean or 0 for point in found.points for id_ in WHO]
    parts = (_nobody_waits, _kept) if max(waits) < _A_WAIT else (_now, _ends, _pays, _kept)
    return tuple(sentence for part in parts for sentence in part(found))


def targets(found: Curve) -> dict[str, float]:
    """Return within how many minutes the hall promises to call, by class."""
    layout = found.scenario.layout
    return {id_: length_ms(layout.target_of(id_)) / MINUTE_MS for id_ in WHO}


def keeps(found: Curve, point: Point, id_: str) -> bool:
    """Whether a value keeps the hall's promise to walk-ins or to booked citizens, on the mean.

    Where none of them come, it is kept.
    """
    within = point.figures[id_][WITHIN].mean
    return within is None or within >= found.scenario.layout.target.share


def _nobody_waits(found: Curve) -> Iterator[Name]:
    idle = _percent(found.now.figures[ALL][IDLE].mean or 0)
    yield Name(
        zh=f"无论取哪个值都几乎没人等候，窗口有 {idle}% 的时间空闲：没有什么要权衡的。",
        en=f"With every value hardly anybody waits, and counters are idle {idle} % of their time: "
        "there is nothing to weigh.",
    )


def _now(found: Curve) -> Iterator[Name]:
    value, idle = long(found.setting, found.present), found.now.figures[ALL][IDLE].mean
    waits = _waits(found.now)
    rest = Name(zh="", en="")
    if idle is not None:
        rest = Name(
            zh=f"；窗口有 {_percent(idle)}% 的时间空闲",
            en=f"; counters are idle {_percent(idle)} % of their time",
        )
    yield Name(
        zh=f"现在（{value.zh}）：{waits.zh}{rest.zh}。",
        en=f"Now, with {value.en}, {waits.en}{rest.en}.",
    )


def _waits(point: Point) -> Name:
    """Return how long nine in ten wait, of those who come at all."""
    zh = {WALK_IN: "现场群众九成等候不超过", APPOINTMENT: "预约群众九成等候不超过"}
    en = {WALK_IN: "9 of 10 walk-ins", APPOINTMENT: "9 of 10 booked citizens"}
    known = {id_: mean for id_ in WHO if (mean := point.figures[id_][P90].mean) is not None}
    return Name(
        zh="，".join(f"{zh[id_]} {_minutes(mean)} 分钟" for id_, mean in known.items()),
        en=" and ".join(
            f"{en[id_]} wait at most {_minutes(mean)} min" for id_, mean in known.items()
        ),
    )


def _ends(found: Curve) -> Iterator[Name]:
    """Yield what the first and the last value lead to, where the present one is neither."""
    said = []
    for point in (found.points[0], found.points[-1]):
        means = [point.figures[id_][P90].mean for id_ in WHO]
        if point.value == found.present or None in means:
            continue
        value = long(found.setting, point.value)
        walk_in, booked = (_minutes(mean or 0) for mean in means)
        said.append(
            Name(
                zh=f"{value.zh}时分别为 {walk_in} 和 {booked} 分钟",
                en=f"with {value.en} it is {walk_in} and {booked} min",
            )
        )
    if said:
        english = "; ".join(part.en for part in said)
        yield Name(
            zh="；".join(part.zh for part in said) + "。",
            en=f"{english[0].upper()}{english[1:]}.",
        )


def _pays(found: Curve) -> Iterator[Name]:
    """Yield who pays for what, from the first value to the last."""
    first, last = found.points[0], found.points[-1]
    longer = _certainly(first, last, WALK_IN, P90) > 0 > _certainly(first, last, APPOINTMENT, P90)
    idle = [point.figures[ALL][IDLE].mean or 0.0 for point in found.points]
    is_same = max(idle) - min(idle) < _SAME
    if found.setting is Setting.CREDIT and longer and is_same:
        yield Name(
            zh="优先越多，只是把等候从预约群众转给现场群众：窗口空闲没有变化。",
            en="More credit only moves waiting from booked citizens to walk-ins: counters are idle "
            "as much as before.",
        )
        return
    if is_same:
        yield Name(zh="窗口空闲几乎不变。", en="Counters are idle about as much with every value.")
        return
    value = {end: long(found.setting, point.value) for end, point in (("a", first), ("b", last))}
    low, high = _percent(idle[0]), _percent(idle[-1])
    yield Name(
        zh=f"从“{value['a'].zh}”到“{value['b'].zh}”，窗口空闲由 {low}% 变为 {high}%。",
        en=f"From {value['a'].en} to {value['b'].en}, idle time of counters goes from {low} % to "
        f"{high} %.",
    )


def _kept(found: Curve) -> Iterator[Name]:
    """Yield with which values the hall keeps its promise."""
    share, minutes = _percent(found.scenario.layout.target.share), targets(found)
    promise = Name(
        zh=f"服务承诺（{share}% 的人，现场 {minutes[WALK_IN]:g} 分钟、"
        f"预约 {minutes[APPOINTMENT]:g} 分钟以内）",
        en=f"The promise ({share} % within {minutes[WALK_IN]:g} min, booked "
        f"{minutes[APPOINTMENT]:g})",
    )
    both = [p.value for p in found.points if all(keeps(found, p, id_) for id_ in WHO)]
    if both:
        values = _listed(found, both)
        yield Name(
            zh=f"{promise.zh}对两者都做到：{values.zh}。",
            en=f"{promise.en} is kept for both with: {values.en}.",
        )
        return
    one = {id_: [p.value for p in found.points if _serves(found, p, id_)] for id_ in WHO}
    if not any(one.values()):
        yield Name(
            zh=f"{promise.zh}哪个取值都做不到，对现场和预约都是。",
            en=f"{promise.en} is kept with none of these values, neither for walk-ins nor for "
            "booked citizens.",
        )
        return
    walk_in, booked = (_listed(found, one[id_]) for id_ in WHO)
    yield Name(
        zh=f"{promise.zh}没有一个取值对两者都做到；对现场：{walk_in.zh}；对预约：{booked.zh}。",
        en=f"{promise.en} is kept for both with none of these values; for walk-ins with: "
        f"{walk_in.en}; for booked citizens with: {booked.en}.",
    )


def _serves(found: Curve, point: Point, id_: str) -> bool:
    """Whether some of these come, and the promise to them is kept."""
    return point.figures[id_][WITHIN].mean is not None and keeps(found, point, id_)


def _listed(found: Curve, values: Sequence[float]) -> Name:
    if not values:
        return Name(zh="无", en="none")
    if len(values) == len(found.points):
        return Name(zh="所有取值", en="every value")
    said = [short(found.setting, value) for value in values]
    return Name(zh="、".join(each.zh for each in said), en=", ".join(each.en for each in said))


def _certainly(first: Point, last: Point, id_: str, name: str) -> int:
    """Return whether a figure is certainly higher (1) or lower (-1) in the last than the first.

    Both were compared with the present value on the same people; so are their intervals.
    """
    one, other = first.changes[id_][name], last.changes[id_][name]
    if _is_above(other, one):
        return 1
    return -1 if _is_above(one, other) else 0


def _is_above(one: Figure, other: Figure) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def _minutes(mean: float) -> str:
    return f"{mean:.0f}" if mean >= _WHOLE else f"{mean:.1f}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"
