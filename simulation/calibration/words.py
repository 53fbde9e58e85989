"""What the figures of a calibration are called, in Chinese and English."""

from typing import NamedTuple

from hall.domain.layout import Name


class Word(NamedTuple):
    """A figure's name, and whether it is a share."""

    name: Name
    is_share: bool = False


WORDS = {
    "visits_per_hour": Word(Name(zh="每小时来访", en="visits per hour")),
    "weekday_level": Word(Name(zh="与平日相比", en="beside the mean day")),
    "day_factor_cv": Word(Name(zh="日总量波动（变异系数）", en="day factor, cv")),
    "mix": Word(Name(zh="事项占比 %", en="share of the group, %"), is_share=True),
    "class_share": Word(Name(zh="类别占比 %", en="share of visits, %"), is_share=True),
    "matters_share": Word(
        Name(zh="一次来访的事项数占比 %", en="visits with so many matters, %"), is_share=True
    ),
    "service_minutes": Word(Name(zh="办理时长（分）", en="service, min")),
    "service_cv": Word(Name(zh="办理时长变异系数", en="service, cv")),
    "pace": Word(Name(zh="用时倍数", en="takes so much longer")),
    "approach_seconds": Word(Name(zh="到窗时长（秒）", en="approach, s")),
    "patience_mean_minutes": Word(Name(zh="平均耐心（分）", en="mean patience, min")),
    "patience_shape": Word(Name(zh="耐心的形状", en="patience, shape")),
    "no_show_share": Word(
        Name(zh="在厅未应号 %", en="there but missed the call, %"), is_share=True
    ),
    "return_share": Word(Name(zh="过号后返回 %", en="of those, came back, %"), is_share=True),
    "return_minutes": Word(Name(zh="多久后返回（分）", en="came back after, min")),
    "no_show_seconds": Word(Name(zh="过号占用窗口（秒）", en="missed call, s")),
    "in_vain_seconds": Word(Name(zh="叫到已离开的人占用窗口（秒）", en="call of who had left, s")),
    "missed_appointment_share": Word(Name(zh="爽约 %", en="missed appointments, %"), is_share=True),
    "unpunctuality_mean_minutes": Word(
        Name(zh="签到晚于时段（分，平均）", en="check-in after the slot, min, mean")
    ),
    "unpunctuality_sd_minutes": Word(
        Name(zh="签到早晚差（分，标准差）", en="check-in, min, spread")
    ),
    "slot_minutes": Word(Name(zh="时段长度（分）", en="slot, min")),
    "staffed_share": Word(Name(zh="开窗时间 %", en="of open time staffed, %"), is_share=True),
    "paused_share": Word(Name(zh="其中暂停 %", en="of that paused, %"), is_share=True),
    "waiting_minutes": Word(
        Name(zh="平均等候（分，按排队人数推算）", en="wait by Little’s law, min")
    ),
}
