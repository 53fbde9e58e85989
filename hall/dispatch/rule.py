"""The call rule of a layout as terms: what each counter thinks of each line at a time of day."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.dispatch.pick import NOBODY, Terms, pick_line, score
from hall.domain.identities import RETURNED, ClassId, CounterId, GroupId
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
    rule = layout.class_of.get(line.class_) or layout.class_of[layout.rule.classes[-1].id]
    after_ms = _after_ms(counter, line, minute)
    if after_ms is None:
        return None
    bonus_ms = (
        length_ms(dict(counter.bonus)[line.group]) if line.group in dict(counter.bonus) else 0
    )
    return Terms(
        line=at,
        rank=_rank(layout.rule.classes, rule),
        head_start=(length_ms(rule.credit) + bonus_ms) * _THOUSAND,
        weight=round(rule.weight * _THOUSAND),
        after_ms=after_ms,
        early=rule.early,
    )


def _after_ms(counter: Counter, line: Line, minute: int) -> int | None:
    """Return how long a head must have waited for this counter, or nothing when it is not taken."""
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


def _rank(classes: Sequence[ClassRule], rule: ClassRule) -> int:
    strict = [other.id for other in classes if other.strict]
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
    rule = layout.class_of[head.line.class_]
    terms = terms_of(layout, counter, head.line, minute=minute, at=0)
    credit_ms = length_ms(rule.credit)
    return Reason(
        class_=rule.id,
        waited_ms=now_ms - head.due_ms,
        credit_ms=credit_ms,
        bonus_ms=terms.head_start // _THOUSAND - credit_ms if terms else 0,
        weight=rule.weight,
        score=score(terms, head.due_ms, now_ms) if terms else 0,
        strict=rule.strict,
        backup=bool(terms and terms.after_ms),
        bound=head.line.counter is not None,
    )


def class_on_return(layout: Layout, class_: ClassId) -> ClassId:
    """Return the class of the line for somebody who comes back: never worth less than before."""
    back = layout.class_of.get(RETURNED)
    own = layout.class_of[class_]
    if back is None or own.strict or own.credit >= back.credit:
        return class_
    return RETURNED


def able(layout: Layout, group: GroupId, class_: ClassId, *, minute: int) -> list[CounterId]:
    """Return the counters that take ``group`` and ``class_`` at this time, backups left out."""
    line = Line(group=group, class_=class_)
    return [
        counter.id
        for counter in layout.counters
        if (terms := terms_of(layout, counter, line, minute=minute, at=0)) and not terms.after_ms
    ]


__all__ = ["NOBODY", "Head", "Reason", "able", "choose", "class_on_return", "reason", "terms_of"]
