"""The call rule of a layout as terms: what each counter thinks of each line at a time of day."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.dispatch.pick import Terms, pick_line, score
from hall.domain.identities import RETURNED, WALK_IN, ClassId, CounterId, GroupId
from hall.domain.layout import ClassRule, Counter, Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line

_THOUSAND = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The first ticket of a line, as far as the rule must know it."""

    line: Line
    due_ms: int
    order: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a head was called: its score, term by term."""

    class_: ClassId
    waited_ms: int
    credit_ms: int
    bonus_ms: int
    weight: float
    score: int
    strict: bool
    backup: bool
    bound: bool


def terms_of(layout: Layout, counter: Counter, line: Line, *, minute: int, at: int) -> Terms | None:
    """Return the counter's terms for ``line``, or nothing when it does not take the line.

    Args:
        layout: the active layout.
        counter: one of its counters.
        line: any line.
        minute: wall-clock minutes after the midnight of the business day.
        at: where the line stands in the caller's arrays.
    """
    after_ms = after(counter, line, minute=minute)
    if after_ms is None:
        return None
    rule = rule_of(layout, line.class_)
    return Terms(
        line=at,
        rank=rank(layout, rule),
        head_start=(length_ms(rule.credit) + bonus_ms(counter, line.group)) * _THOUSAND,
        weight=round(rule.weight * _THOUSAND),
        after_ms=after_ms,
        early=rule.early,
    )


def after(counter: Counter, line: Line, *, minute: int) -> int | None:
    """Return how long a head must have waited for this counter, in ms; nothing if never taken."""
    if line.counter is not None:
        return 0 if line.counter == counter.id else None
    if counter.classes and line.class_ not in counter.classes:
        return None
    if line.group in counter.takes_at(minute):
        return 0
    for help_ in counter.backup:
        if help_.group == line.group:
            return length_ms(help_.after)
    return None


def bonus_ms(counter: Counter, group: GroupId) -> int:
    """Return by how much the counter prefers a group, in milliseconds."""
    return sum(length_ms(bonus) for preferred, bonus in counter.bonus if preferred == group)


def rule_of(layout: Layout, class_: ClassId) -> ClassRule:
    """Return what a class is worth; one that the layout does not know any more just walks in."""
    return layout.class_of.get(class_) or layout.class_of[WALK_IN]


def rank(layout: Layout, rule: ClassRule) -> int:
    """Return the place of a class among those that come before others; all the rest share one."""
    strict = [other.id for other in layout.rule.classes if other.strict]
    return strict.index(rule.id) if rule.strict else len(strict)


def choose(
    layout: Layout, counter: Counter, heads: Sequence[Head], *, minute: int, now_ms: int
) -> int | None:
    """Return the index of the head that ``counter`` calls now, or nothing if it can call nobody."""
    eligible = [
        terms
        for at, head in enumerate(heads)
        if (terms := terms_of(layout, counter, head.line, minute=minute, at=at)) is not None
    ]
    best = pick_line(eligible, [h.due_ms for h in heads], [h.order for h in heads], now_ms)
    return best if best >= 0 else None


def reason(layout: Layout, counter: Counter, head: Head, *, minute: int, now_ms: int) -> Reason:
    """Return why ``head`` is worth what it is to ``counter`` now; any counter may ask."""
    rule = rule_of(layout, head.line.class_)
    terms = terms_of(layout, counter, head.line, minute=minute, at=0)
    return Reason(
        class_=rule.id,
        waited_ms=now_ms - head.due_ms,
        credit_ms=length_ms(rule.credit),
        bonus_ms=bonus_ms(counter, head.line.group),
        weight=rule.weight,
        score=score(terms, head.due_ms, now_ms) if terms else 0,
        strict=rule.strict,
        backup=bool(terms and terms.after_ms),
        bound=head.line.counter is not None,
    )


def class_on_return(layout: Layout, class_: ClassId) -> ClassId:
    """Return the class of the line for somebody who comes back: never worth less than before."""
    back, own = layout.class_of.get(RETURNED), rule_of(layout, class_)
    if back is None or (own.strict and not back.strict):
        return class_
    worth_more = back.credit > own.credit and back.weight >= own.weight
    return RETURNED if worth_more or (back.strict and not own.strict) else class_


def class_on_next_stop(layout: Layout, class_: ClassId) -> ClassId:
    """Return the class of the line for a next stop: as on return, but nobody is called who walks.

    Where people walk between zones, who could be called before they are due stands among those
    who cannot.
    """
    again = class_on_return(layout, class_)
    if not layout.walk or not rule_of(layout, again).early:
        return again
    return RETURNED if RETURNED in layout.class_of else WALK_IN


def able(layout: Layout, group: GroupId, class_: ClassId, *, minute: int) -> list[CounterId]:
    """Return the counters that take ``group`` and ``class_`` at this time, backups left out."""
    line = Line(group=group, class_=class_)
    return [counter.id for counter in layout.counters if after(counter, line, minute=minute) == 0]
