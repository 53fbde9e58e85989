"""The layouts of one day as one: what changed in the course of the day, the clock sets."""

from collections.abc import Iterable
from dataclasses import replace

from hall.domain.hours import minute_of_day
from hall.domain.layout import Counter, During, Layout, Span
from hall.domain.layout_form import canonical_form
from hall.domain.moments import from_ms
from simulation.past import PastDay

#: Later than any minute of a business day.
_END = 3 * 24 * 60


def whole_layout(day: PastDay) -> Layout | None:
    """Return one layout that stands for all of a day's, or nothing where none can.

    Counters may be added, and take something else from some minute on. Anything else that changed
    within the day, such as the call rule, cannot be said in one layout.
    """
    whole = before = day.layout
    for since, layout in day.layouts[1:]:
        if _frame(layout) != _frame(before) or not set(before.counter_of) <= set(layout.counter_of):
            return None
        minute = minute_of_day(layout.zone, day.day, from_ms(since))
        counters = []
        for counter in layout.counters:
            was, so_far = before.counter_of.get(counter.id), whole.counter_of.get(counter.id)
            if was is None or so_far is None:
                counters.append(counter)
            elif _fixed(was) == _fixed(counter):
                counters.append(_from(so_far, counter, minute) if was != counter else so_far)
            else:
                return None
        whole, before = replace(layout, counters=tuple(counters)), layout
    return whole


def _frame(layout: Layout) -> dict[str, object]:
    """Return all of a layout but its counters."""
    return {key: part for key, part in canonical_form(layout).items() if key != "counters"}


def _fixed(counter: Counter) -> Counter:
    """Return all of a counter but what it takes when."""
    return replace(counter, takes=(), during=())


def _from(before: Counter, after: Counter, minute: int) -> Counter:
    """Return a counter that is as ``before`` until a minute of the day and ``after`` from then."""
    rest = During(span=Span(from_minute=minute, until_minute=_END), takes=after.takes)
    during = (*_cut(before.during, 0, minute), *_cut(after.during, minute, _END), rest)
    return replace(before, during=during)


def _cut(parts: Iterable[During], since: int, until: int) -> tuple[During, ...]:
    """Return parts of a day as far as they lie between two minutes."""
    return tuple(
        During(span=Span(from_minute=start, until_minute=end), takes=part.takes)
        for part in parts
        if (start := max(part.span.from_minute, since))
        < (end := min(part.span.until_minute, until))
    )
