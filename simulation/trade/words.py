"""What the values and figures of a curve are called, in Chinese and English."""

from collections.abc import Mapping

from hall.domain.identities import APPOINTMENT, WALK_IN
from hall.domain.layout import Name
from simulation.trade.names import ALL, IDLE, NO_SLOT, P90, WITHIN
from simulation.trade.settings import STRICT, Setting

_TITLES = {
    Setting.CREDIT: Name(zh="预约优先时间", en="Credit of booked citizens"),
    Setting.BOOKED: Name(zh="预约比例", en="Share of visits that is booked"),
    Setting.SLOT: Name(zh="预约时段长度", en="Length of a slot"),
    Setting.FIRST_BLOCK: Name(zh="首个时段的预约数", en="Bookings in the first slot"),
    Setting.OVERBOOKING: Name(zh="超额预约", en="Overbooking"),
}
_UNITS = {
    Setting.CREDIT: Name(zh="分钟", en="minutes"),
    Setting.BOOKED: Name(zh="占全部来访 %", en="% of all visits"),
    Setting.SLOT: Name(zh="分钟", en="minutes"),
    Setting.FIRST_BLOCK: Name(zh="倍于其他时段", en="times as many as in others"),
    Setting.OVERBOOKING: Name(zh="", en=""),
}
_HELPS = {
    Setting.CREDIT: Name(
        zh="预约群众比现场取号的优先多少分钟：越多，预约等得越短，现场等得越久。",
        en="How many minutes booked citizens are ahead of walk-ins: the more, the less they wait, "
        "and the longer walk-ins do.",
    ),
    Setting.BOOKED: Name(
        zh="来的人里有多少先预约：预约把人分散到全天，爽约留下空当。",
        en="How many of those who come book first: bookings spread people over the day, missed "
        "ones leave gaps.",
    ),
    Setting.SLOT: Name(
        zh="时段越长，同时到的人越多；越短，稍早稍晚的影响越大。",
        en="In long slots many come at once; in short ones early and late matter more.",
    ),
    Setting.FIRST_BLOCK: Name(
        zh="开门时多约几位，窗口一开始就有人可办（Bailey–Welch 规则）。",
        en="More bookings at opening, so that counters have work from the first minute on "
        "(the rule of Bailey and Welch).",
    ),
    Setting.OVERBOOKING: Name(
        zh="按爽约率多放号：空闲少了，都来的日子大家等得久。",
        en="As many more bookings as are usually missed: less idle time, and longer waits on days "
        "on which all come.",
    ),
}
_LONG = {
    Setting.CREDIT: Name(zh="预约优先 {} 分钟", en="{} minutes' credit"),
    Setting.BOOKED: Name(zh="{}% 预约", en="{} % booked"),
    Setting.SLOT: Name(zh="{} 分钟一个时段", en="slots of {} minutes"),
    Setting.FIRST_BLOCK: Name(zh="首个时段约 {} 倍", en="{} times as many in the first slot"),
}
_SPECIAL = {
    (Setting.CREDIT, 0): Name(zh="预约不优先", en="no credit"),
    (Setting.CREDIT, STRICT): Name(zh="预约一律优先", en="booked citizens always first"),
    (Setting.FIRST_BLOCK, 1): Name(zh="首个时段不多约", en="no more in the first slot"),
    (Setting.OVERBOOKING, 0): Name(zh="不超额预约", en="no overbooking"),
    (Setting.OVERBOOKING, 1): Name(zh="超额预约", en="overbooking"),
}
_WHO = {
    WALK_IN: Name(zh="现场", en="walk-ins"),
    APPOINTMENT: Name(zh="预约", en="booked"),
    ALL: Name(zh="全部", en="all"),
}

#: The columns of a table: whose figure, which one, and how it is called.
COLUMNS: Mapping[tuple[str, str], Name] = {
    (WALK_IN, P90): Name(zh="现场九成（分）", en="walk-ins 90 %, min"),
    (WALK_IN, "wait_minutes"): Name(zh="现场平均（分）", en="walk-ins mean, min"),
    (WALK_IN, WITHIN): Name(zh="现场达标 %", en="walk-ins in target, %"),
    (APPOINTMENT, P90): Name(zh="预约九成（分）", en="booked 90 %, min"),
    (APPOINTMENT, "wait_minutes"): Name(zh="预约平均（分）", en="booked mean, min"),
    (APPOINTMENT, WITHIN): Name(zh="预约达标 %", en="booked in target, %"),
    (ALL, IDLE): Name(zh="窗口空闲 %", en="counters idle, %"),
    (ALL, "overtime_minutes"): Name(zh="闭厅后收尾（分）", en="after closing, min"),
    (ALL, NO_SLOT): Name(zh="约不到的人/天", en="found no slot, a day"),
}


def title(setting: Setting) -> Name:
    """Return what a setting is called."""
    return _TITLES[setting]


def unit(setting: Setting) -> Name:
    """Return what the values of a setting are counted in."""
    return _UNITS[setting]


def help_for(setting: Setting) -> Name:
    """Return what a setting is good for, and what it costs."""
    return _HELPS[setting]


def who(id_: str) -> Name:
    """Return what those who wait are called."""
    return _WHO[id_]


def short(setting: Setting, value: float) -> Name:
    """Return a value as it stands at an axis or in a table."""
    if setting is Setting.OVERBOOKING:
        return Name(zh="是", en="yes") if value else Name(zh="否", en="no")
    if value == STRICT:
        return Name(zh="一律优先", en="always first")
    said = f"{value * 100:g}%" if setting is Setting.BOOKED else f"{value:g}"
    return Name(zh=said, en=said)


def long(setting: Setting, value: float) -> Name:
    """Return a value as part of a sentence: "with …"."""
    if (setting, value) in _SPECIAL:
        return _SPECIAL[setting, value]
    said = f"{value * 100:g}" if setting is Setting.BOOKED else f"{value:g}"
    words = _LONG[setting]
    return Name(zh=words.zh.format(said), en=words.en.format(said))
