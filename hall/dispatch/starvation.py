"""Who might never be called, and what might not be understood: warnings about a valid layout."""

from collections.abc import Iterator

from hall.dispatch.takers import standings
from hall.domain.hours import joined, without
from hall.domain.identities import APPOINTMENT, ClassId
from hall.domain.layout import Group, Layout, Name, Span
from hall.domain.tickets import Line
from hall.domain.wording import listed, plain, span

#: Letters that are told apart best when they are spoken.
CLEAR_LETTERS = "AFKRSWXY"
#: Counter numbers above this have no recorded voice.
SPOKEN_COUNTERS = 120


def warnings(layout: Layout) -> list[Name]:
    """Return what the layout lets happen although nobody may want it, each thing by its name."""
    return [
        *_strict_classes(layout),
        *_light_classes(layout),
        *(warning for group in layout.groups for warning in _untaken(layout, group)),
        *_useless(layout),
        *_unheard(layout),
    ]


def _strict_classes(layout: Layout) -> Iterator[Name]:
    """Yield who waits for as long as anybody of a strict class waits."""
    strict = [rule.id for rule in layout.rule.classes if rule.strict]
    after = [rule.id for rule in layout.rule.classes if not rule.strict]
    for at, first in enumerate(strict):
        last = listed(plain(class_) for class_ in [*strict[at + 1 :], *after])
        if after or strict[at + 1 :]:
            yield Name(
                zh=f"类别 {first} 绝对优先：只要有人等候，{last.zh} 就可能一直叫不到",
                en=f"class {first} is strict: while anybody of it waits, {last.en} may starve",
            )


def _light_classes(layout: Layout) -> Iterator[Name]:
    """Yield the classes that gain less by waiting than another, so that time alone cannot help."""
    equal = [rule for rule in layout.rule.classes if not rule.strict]
    most = max((rule.weight for rule in equal), default=0)
    for rule in equal:
        if rule.weight == 0:
            yield Name(
                zh=f"类别 {rule.id} 的权重为 0：等得再久也不会提前，可能一直叫不到",
                en=f"class {rule.id} has weight 0: it gains nothing by waiting and may starve",
            )
        elif rule.weight < most:
            yield Name(
                zh=f"类别 {rule.id} 的权重低于其他类别：繁忙时被超过的时间没有上限",
                en=f"class {rule.id} weighs less than others: in a rush it may be overtaken "
                "for ever",
            )


def _untaken(layout: Layout, group: Group) -> Iterator[Name]:
    """Yield when and for which classes no counter takes a group."""
    found: dict[tuple[Span, ...] | None, list[ClassId]] = {}
    for rule in layout.rule.classes:
        gaps = _gaps(layout, Line(group=group.id, class_=rule.id))
        found.setdefault(gaps, []).append(rule.id)
    for gaps, classes in found.items():
        if gaps != ():
            everybody = len(classes) == len(layout.rule.classes)
            yield _gap_warning(group, [] if everybody else classes, gaps)


def _gaps(layout: Layout, line: Line) -> tuple[Span, ...] | None:
    """Return the opening hours in which only backups take a line; nothing if nobody ever does."""
    taken = standings(layout).of(line).taken
    if not taken:
        return None
    hours = layout.hours
    open_ = joined(
        [opening.span for opening in hours.openings] + [extra.span for extra in hours.extra_open]
    )
    always = [taking for taking in taken if taking.after_ms == 0]
    if any(taking.spans is None for taking in always):
        return ()
    return without(open_, (part for taking in always for part in taking.spans or ()))


def _gap_warning(group: Group, classes: list[ClassId], gaps: tuple[Span, ...] | None) -> Name:
    whom = listed(plain(class_) for class_ in classes)
    who_zh = f"事项类别“{group.name.zh}”" + (f"的 {whom.zh}" if classes else "")
    who_en = f"group “{group.name.en}”" + (f", {whom.en}" if classes else "")
    if gaps is None:
        return Name(zh=f"{who_zh}：没有窗口办理", en=f"{who_en}: no counter ever takes it")
    when = listed(span(gap) for gap in gaps)
    return Name(
        zh=f"{who_zh}：{when.zh} 没有窗口办理，至多有支援窗口",
        en=f"{who_en}: {when.en} no counter takes it, except to help out",
    )


def _useless(layout: Layout) -> Iterator[Name]:
    """Yield what stands in the layout and can never be used."""
    for counter in layout.counters:
        if not counter.ever_takes():
            yield Name(
                zh=f"窗口 {counter.id} 什么事项都不办理", en=f"counter {counter.id} takes nothing"
            )
    used = {matter.group for matter in layout.matters} | {layout.general_group}
    for group in layout.groups:
        if group.id not in used:
            yield Name(
                zh=f"事项类别“{group.name.zh}”没有事项，无法取号",
                en=f"group “{group.name.en}” has no matter, so nobody can take a number for it",
            )
    booked = [matter.name for matter in layout.matters if matter.appointments]
    if booked and APPOINTMENT not in layout.class_of:
        names = listed(booked)
        yield Name(
            zh=f"{names.zh} 可预约，但叫号规则没有类别 {APPOINTMENT}",
            en=f"{names.en} can be booked, but the call rule has no class {APPOINTMENT}",
        )


def _unheard(layout: Layout) -> Iterator[Name]:
    """Yield letters and counter numbers that are spoken badly or not at all."""
    letters = {group.prefix for group in layout.groups}
    bad = listed(plain(letter) for letter in sorted(letters - set(CLEAR_LETTERS)))
    free = [plain(letter) for letter in CLEAR_LETTERS if letter not in letters]
    if letters - set(CLEAR_LETTERS):
        yield Name(
            zh=f"字母 {bad.zh} 播报时不易听清"
            + (f"；更清楚且未使用的：{listed(free).zh}" if free else ""),
            en=f"letters easily misheard when spoken: {bad.en}"
            + (f"; clearer and not used: {listed(free).en}" if free else ""),
        )
    for counter in layout.counters:
        if counter.number > SPOKEN_COUNTERS:
            yield Name(
                zh=f"窗口 {counter.id}：号码 {counter.number} 超过 {SPOKEN_COUNTERS}，没有语音播报",
                en=f"counter {counter.id}: number {counter.number} is above {SPOKEN_COUNTERS} "
                "and is not spoken",
            )
