"""Validation: the days of a journal run again by the model, and compared with what was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean

from hall.domain.identities import GroupId
from hall.domain.layout import Layout, Name
from hall.domain.trace import ABSENT, Stops
from simulation.past import Flaw, Past, PastDay
from simulation.scenario import Scenario
from simulation.validation.compared import Compared, compared
from simulation.validation.efforts import DrawnWork, drawn_patience, observed_work, usual_ms
from simulation.validation.floor import IMPOSSIBLE
from simulation.validation.places import Lived, lived
from simulation.validation.replay import replay_of
from simulation.validation.ruled import Calls, check_calls, together
from simulation.validation.trust import Limits, biases, doubts, uncorrelated
from simulation.validation.whole import whole_layout

Progress = Callable[[int, int], None]
#: A day, and why it could not be compared.
LeftOut = tuple[date, Name]

_NOT_OVER = Name(zh="流水没有记到闭厅", en="the journal ends before the day does")
_CHANGED = Name(
    zh="当天的方案变化不只是窗口办理的事项，不能合成一个方案",
    en="the layout changed within the day in more than what counters take",
)
_IMPOSSIBLE = Name(zh="流水中有不可能发生的事件", en="the journal tells of something impossible")


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How to validate."""

    seed: int = 1
    #: How often each day is run where a scenario says how long services take.
    replications: int = 20
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Validation:
    """What a validation found; without reasons against it, the model may be trusted."""

    source: str
    #: The scenario whose services and layout were tested; nothing if both are as they were.
    scenario: Scenario | None
    replications: int
    limits: Limits
    compared: Compared
    calls: Calls
    left_out: tuple[LeftOut, ...]
    flaws: tuple[Flaw, ...]
    #: How many were never called: what they would have taken is an average.
    never_called: int
    #: How long clerks took on the mean until the next call, when somebody waited for it.
    wrap_up_seconds: float | None
    reasons: tuple[Name, ...]

    @property
    def is_trusted(self) -> bool:
        """Whether the model may be used to recommend anything."""
        return not self.reasons


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A day, its life, and the layout under which the model runs it."""

    day: PastDay
    life: Lived
    layout: Layout


def validate(
    past: Past,
    scenario: Scenario | None = None,
    *,
    options: Options | None = None,
    progress: Progress = lambda _done, _known: None,
) -> Validation:
    """Run the days that were again and return how the model's waits compare with the real ones.

    People, lines, who left uncalled and which counter was open when are as they were. So are
    services without a scenario, wrapping up included: that tests the model. With one they are
    drawn, under its layout and paces: that tests whether it describes the hall.

    Source:
        A. M. Law: Simulation modeling and analysis, 5th edition (2015), section 5.6.1.
    """
    options = options or Options()
    limits, left_out = options.limits, list[LeftOut]()
    ready = list(_ready(past, scenario, left_out))
    layout = scenario.layout if scenario else past.days[-1].layout
    usual = usual_ms([each.life for each in ready], layout)
    model = []
    for done, each in enumerate(ready, start=1):
        model.append(list(_runs(each, scenario, usual, options)))
        progress(done, len(ready))
    found = compared([each.day for each in ready], model, layout)
    calls = together(check_calls(day) for day in past.days)
    return Validation(
        source=past.source,
        scenario=scenario,
        replications=options.replications if scenario else 1,
        limits=limits,
        compared=found,
        calls=calls,
        left_out=tuple(left_out),
        flaws=past.flaws,
        never_called=sum(map(_never_called, ready)),
        wrap_up_seconds=_wrap_up_seconds(ready),
        reasons=tuple(_reasons(found, calls, past, limits, is_drawn=scenario is not None)),
    )


def _reasons(
    found: Compared, calls: Calls, past: Past, limits: Limits, *, is_drawn: bool
) -> Iterator[Name]:
    yield from biases(found, limits)
    if not is_drawn:
        yield from uncorrelated(found.all, limits)
    yield from doubts(calls, past.flaws, limits)


def _ready(past: Past, scenario: Scenario | None, left_out: list[LeftOut]) -> Iterator[_Ready]:
    """Yield the days that can be run again, and note why the others cannot."""
    for day in past.days:
        layout = scenario.layout if scenario else whole_layout(day)
        life = _life(day)
        if not day.is_over:
            left_out.append((day.day, _NOT_OVER))
        elif layout is None:
            left_out.append((day.day, _CHANGED))
        elif life is None:
            left_out.append((day.day, _IMPOSSIBLE))
        elif unknown := _unknown(life, layout):
            left_out.append((day.day, unknown))
        else:
            yield _Ready(day=day, life=life, layout=layout)


def _life(day: PastDay) -> Lived | None:
    try:
        return lived(day)
    except IMPOSSIBLE:
        return None


def _unknown(life: Lived, layout: Layout) -> Name | None:
    """Return which groups and counters of a day the layout does not know, if there are any."""
    groups = {place.line.group for place in life.places} - layout.group_of.keys()
    bound = {place.line.counter for place in life.places if place.line.counter}
    counters = (life.counters.keys() | bound) - layout.counter_of.keys()
    names = ", ".join(sorted({*map(str, groups), *map(str, counters)}))
    if not names:
        return None
    return Name(zh=f"方案中没有：{names}", en=f"the layout does not know {names}")


def _runs(
    each: _Ready, scenario: Scenario | None, usual: Mapping[GroupId, int], options: Options
) -> Iterator[Stops]:
    """Yield the stops of a day as the model says them, once for each replication."""
    if scenario is None:
        replay = replay_of(each.day, each.life, each.layout)
        yield replay.run(observed_work(replay, usual))
        return
    approach_ms = round(scenario.approach_seconds * 1000)
    replay = replay_of(each.day, each.life, each.layout, approach_ms=approach_ms, is_drawn=True)
    work = DrawnWork(replay, scenario, usual)
    for replication in range(options.replications):
        kept = drawn_patience(replay, scenario, options.seed, replication)
        yield replay.run(work.of(options.seed, replication), kept)


def _never_called(each: _Ready) -> int:
    return sum(place.is_waited and place.called == ABSENT for place in each.life.places)


def _wrap_up_seconds(ready: Sequence[_Ready]) -> float | None:
    wraps = [wrap for each in ready for wrap in each.life.wrap_ups]
    return fmean(wraps) / 1000 if wraps else None
