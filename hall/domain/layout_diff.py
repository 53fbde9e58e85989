"""What changes from one layout to another, in words that a hall manager can check."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.domain.layout import Bundle, ClassRule, Counter, Group, Layout, Matter, Name, Policy
from hall.domain.wording import (
    NOTHING,
    extra_days,
    listed,
    minutes,
    opening_hours,
    plain,
    seconds,
    span,
    yes,
)

#: What a property is called, and what it is: one value, or several in no order.
Aspect = tuple[Name, Name | tuple[Name, ...]]
#: What a thing is called, and its properties, the most telling first.
Said = tuple[Name, list[Aspect]]

_POLICIES = {
    Policy.CLERK: Name(zh="窗口人员按键叫号", en="the clerk presses next"),
    Policy.AUTOMATIC: Name(zh="自动叫号", en="automatic calls"),
    Policy.SHORTEST_QUEUE: Name(zh="排最短队", en="shortest queue"),
    Policy.BOUND_AT_ISSUE: Name(zh="取号即定窗口", en="counter fixed when issued"),
}
_NOTHING_SEEN = Name(
    zh="仅先后顺序或内部编号有变化", en="Only the order in which things stand, or inner ids, change"
)


def differences(before: Layout, after: Layout) -> list[Name]:
    """Return one sentence for each thing that differs; none if the layouts mean the same."""
    if before.hash == after.hash:
        return []
    found = [
        *_things(_hall, {0: before}, {0: after}, before, after),
        *_things(_group, before.group_of, after.group_of, before, after),
        *_things(_matter, before.matter_of, after.matter_of, before, after),
        *_things(_bundle, before.bundle_of, after.bundle_of, before, after),
        *_things(_counter, before.counter_of, after.counter_of, before, after),
        *_things(_rule, {0: before}, {0: after}, before, after),
        *_things(_class, before.class_of, after.class_of, before, after),
    ]
    return found or [_NOTHING_SEEN]


def differences_at_counters(before: Layout, after: Layout) -> dict[CounterId, list[Name]]:
    """Return what differs at each counter at which something does."""
    found = {}
    for id_ in dict.fromkeys((*before.counter_of, *after.counter_of)):
        old = {id_: counter} if (counter := before.counter_of.get(id_)) else {}
        new = {id_: counter} if (counter := after.counter_of.get(id_)) else {}
        if said := list(_things(_counter, old, new, before, after)):
            found[id_] = said
    return found


def _things(
    said: Callable[[Any, Layout], Said],
    old: Mapping[Any, Any],
    new: Mapping[Any, Any],
    before: Layout,
    after: Layout,
) -> Iterator[Name]:
    """Yield what was removed, what was added, and what changed, each by its id."""
    for id_, thing in old.items():
        if id_ not in new:
            subject, _ = said(thing, before)
            yield Name(zh=f"取消{subject.zh}", en=f"{subject.en} is removed")
    for id_, thing in new.items():
        subject, aspects = said(thing, after)
        if id_ in old:
            for (label, was), (_, now) in zip(said(old[id_], before)[1], aspects, strict=True):
                if was != now:
                    yield _change(subject, label, was, now)
        else:
            label, value = aspects[0]
            value = listed(value) if isinstance(value, tuple) else value
            yield Name(
                zh=f"新增{subject.zh}（{label.zh}：{value.zh}）",
                en=f"{subject.en} is added ({label.en}: {value.en})",
            )


def _change(
    subject: Name, label: Name, was: Name | tuple[Name, ...], now: Name | tuple[Name, ...]
) -> Name:
    if isinstance(was, Name) or isinstance(now, Name):
        was, now = _one(was), _one(now)
        return Name(
            zh=f"{subject.zh}：{label.zh}由“{was.zh}”改为“{now.zh}”",
            en=f"{subject.en}: {label.en}: “{was.en}” becomes “{now.en}”",
        )
    more = listed(name for name in now if name not in was)
    less = listed(name for name in was if name not in now)
    zh = [f"增加{more.zh}"] * (more != NOTHING) + [f"取消{less.zh}"] * (less != NOTHING)
    en = [f"now also {more.en}"] * (more != NOTHING) + [f"no longer {less.en}"] * (less != NOTHING)
    return Name(
        zh=f"{subject.zh}：{label.zh}{'，'.join(zh)}",
        en=f"{subject.en}: {label.en}: {'; '.join(en)}",
    )


def _one(value: Name | tuple[Name, ...]) -> Name:
    return value if isinstance(value, Name) else listed(value)


def _hall(layout: Layout, _: Layout) -> Said:
    target, surge = layout.target, layout.surge
    general = layout.general_group
    return Name(zh="大厅", en="Hall"), [
        (Name(zh="编号", en="id"), plain(layout.hall)),
        (Name(zh="名称", en="name"), layout.name),
        (Name(zh="时区", en="time zone"), plain(layout.time_zone)),
        (Name(zh="开放时间", en="opening hours"), opening_hours(layout.hours)),
        (Name(zh="休息日", en="closed on"), tuple(map(plain, sorted(layout.hours.closed)))),
        (Name(zh="调休开放", en="extra days"), extra_days(layout.hours)),
        (Name(zh="等候目标", en="target"), minutes(target.walk_in)),
        (Name(zh="预约等候目标", en="target for appointments"), minutes(target.appointment)),
        (Name(zh="达标率", en="share within target"), plain(f"{target.share:.4g}")),
        (Name(zh="拥挤预警人数", en="surge warning at"), plain(surge.waiting)),
        (
            Name(zh="每窗口预警人数", en="surge warning per counter"),
            plain(surge.waiting_per_counter),
        ),
        (Name(zh="最长等候预警", en="surge warning after"), minutes(surge.longest)),
        (Name(zh="座位", en="seats"), plain(layout.seats)),
        (Name(zh="跨区步行", en="walk to another zone"), minutes(layout.walk)),
        (Name(zh="直接取号", en="just a number"), _groups([general] if general else [], layout)),
        (Name(zh="手机取号", en="tickets by phone"), yes(layout.phone_tickets)),
        (Name(zh="方案须经第二人批准", en="layouts need a second person"), yes(layout.approval)),
        (Name(zh="位置", en="location"), plain(layout.location.words if layout.location else "–")),
        (Name(zh="电话", en="phone"), plain(layout.phone or "–")),
        (Name(zh="地址", en="address"), layout.address or plain("–")),
    ]


def _group(group: Group, _: Layout) -> Said:
    return _called(Name(zh="事项类别", en="Group"), group.name), [
        (Name(zh="字母", en="letter"), plain(group.prefix)),
        (Name(zh="名称", en="name"), group.name),
    ]


def _matter(matter: Matter, layout: Layout) -> Said:
    needed = Name(zh="（可选）", en=" (optional)")
    return _called(Name(zh="事项", en="Matter"), matter.name), [
        (Name(zh="类别", en="group"), _groups([matter.group], layout)),
        (Name(zh="名称", en="name"), matter.name),
        (Name(zh="部门", en="department"), plain(matter.department)),
        (Name(zh="办理时长", en="handling time"), minutes(matter.handling)),
        (Name(zh="承诺时限", en="promised days"), plain(matter.promised_days)),
        (
            Name(zh="材料", en="papers"),
            tuple(p.name if p.required else _joined(p.name, needed) for p in matter.materials),
        ),
        (Name(zh="可预约", en="appointments"), yes(matter.appointments)),
        (Name(zh="每日限量", en="daily limit"), plain(matter.daily_limit or "–")),
    ]


def _bundle(bundle: Bundle, layout: Layout) -> Said:
    return _called(Name(zh="一件事", en="Bundle"), bundle.name), [
        (Name(zh="包含", en="matters"), _matters(bundle.matters, layout)),
        (Name(zh="名称", en="name"), bundle.name),
    ]


def _counter(counter: Counter, layout: Layout) -> Said:
    takes = tuple(_groups([group], layout) for group in counter.takes)
    helps = (
        _pair(_groups([help_.group], layout), minutes(help_.after)) for help_ in counter.backup
    )
    bonus = (_pair(_groups([group], layout), minutes(length)) for group, length in counter.bonus)
    pace = (_pair(_groups([group], layout), plain(f"×{pace:g}")) for group, pace in counter.pace)
    during = (_pair(span(part.span), _groups(part.takes, layout)) for part in counter.during)
    return Name(zh=f"窗口 {counter.id}", en=f"Counter {counter.id}"), [
        (Name(zh="办理", en="takes"), takes),
        (Name(zh="号码", en="number"), plain(counter.number)),
        (Name(zh="名称", en="name"), counter.name),
        (Name(zh="区域", en="zone"), plain(counter.zone or "–")),
        (Name(zh="只接待", en="serves only"), tuple(map(plain, counter.classes))),
        (Name(zh="分时办理", en="takes during the day"), listed(during)),
        (Name(zh="偏好", en="prefers"), listed(bonus)),
        (Name(zh="支援", en="helps out after"), listed(helps)),
        (Name(zh="用时倍数", en="pace"), listed(pace)),
    ]


def _rule(layout: Layout, _: Layout) -> Said:
    rule = layout.rule
    strict = [plain(class_.id) for class_ in rule.classes if class_.strict]
    return Name(zh="叫号规则", en="Call rule"), [
        (Name(zh="方式", en="policy"), _POLICIES[rule.policy]),
        (Name(zh="自动叫号间隔", en="pause before automatic calls"), seconds(rule.automatic_pause)),
        (Name(zh="绝对优先顺序", en="strict order"), listed(strict)),
        (Name(zh="叫号次数", en="calls"), plain(rule.calls)),
        (Name(zh="过号时限", en="no-show after"), seconds(rule.no_show_after)),
    ]


def _class(rule: ClassRule, _: Layout) -> Said:
    return Name(zh=f"类别 {rule.id}", en=f"Class {rule.id}"), [
        (Name(zh="优先时间", en="credit"), minutes(rule.credit)),
        (Name(zh="权重", en="weight"), plain(f"{rule.weight:g}")),
        (Name(zh="绝对优先", en="strict"), yes(rule.strict)),
        (Name(zh="可提前叫号", en="may be called early"), yes(rule.early)),
    ]


def _groups(ids: Iterable[GroupId], layout: Layout) -> Name:
    return listed(layout.group_of[group].name for group in ids)


def _matters(codes: Sequence[MatterCode], layout: Layout) -> Name:
    return listed(layout.matter_of[code].name for code in codes)


def _called(what: Name, name: Name) -> Name:
    return Name(zh=f"{what.zh}“{name.zh}”", en=f"{what.en} “{name.en}”")


def _pair(left: Name, right: Name) -> Name:
    return _joined(left, Name(zh=f" {right.zh}", en=f" {right.en}"))


def _joined(left: Name, right: Name) -> Name:
    return Name(zh=left.zh + right.zh, en=left.en + right.en)
