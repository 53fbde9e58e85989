"""What the record says and what it cannot, part by part."""

from dataclasses import replace
from datetime import date, timedelta
from math import gamma

import numpy as np
import pytest

from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Place,
    Share,
)
from hall.domain.events import EventName
from hall.domain.identities import APPOINTMENT, CounterId, GroupId, MatterCode, TicketId
from hall.domain.layout import Name, Span
from hall.domain.moments import from_ms
from hall.domain.reading import BadFile
from hall.domain.roster import Roster
from hall.domain.trace import ABSENT, Doing, Outcome, States, Stops, Trace
from simulation.calibration.arrivals import WEEK, Grid, Intervals, arrivals
from simulation.calibration.calibrate import Calibration, Options, calibrate
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.day_factor import day_factor
from simulation.calibration.figures import Evidence, count_interval, share_interval
from simulation.calibration.patience import Manners, manners, still_there
from simulation.calibration.report import calibration_text
from simulation.journal import journal
from simulation.past import past_of
from simulation.scenario import Distribution
from simulation.scenario_form import scenario_form, scenario_of
from tests.simulation.round_trip import FIRST, HALL, a_hall, a_past, working_days

MEAN, SHAPE, AWAY = 60.0, 1.2, 0.08


def some_calls(
    how: Seen, *, seed: int = 1, number: int = 15_000, away: float = AWAY, wait: float = 20
) -> Calls:
    """Return first calls; whoever has left shows as ``how``."""
    stream = np.random.default_rng(seed)
    waits = np.where(stream.random(number) < 0.3, 0, stream.exponential(wait, number))
    patience = MEAN / gamma(1 + 1 / SHAPE) * stream.weibull(SHAPE, number)
    left = patience < waits
    missed = ~left & (stream.random(number) < away)
    seen = np.where(left, how, np.where(missed, Seen.MISSED, Seen.CAME))
    return Calls(
        seen=seen,
        wait=np.where(left & (how is Seen.LEFT), patience, waits),
        open_after=np.full(number, 100.0),
        back=np.zeros(number),
        lost=np.zeros(number),
    )


@pytest.mark.parametrize("how", [Seen.LEFT, Seen.GONE, Seen.MISSED])
def test_patience_is_found_however_leavings_show(how: Seen) -> None:
    found = manners(some_calls(how))

    assert found.mean_minutes is not None
    assert found.away is not None
    assert found.mean_minutes.interval[0] <= MEAN <= found.mean_minutes.interval[1]
    assert found.mean_minutes.value == pytest.approx(MEAN, rel=0.1)
    assert found.away.value == pytest.approx(AWAY, abs=0.01)


def test_taking_the_call_for_the_leaving_makes_everybody_too_patient() -> None:
    """Kaplan and Meier's estimate has too many still there, at any time; ours has not."""
    calls, after = some_calls(Seen.GONE, away=0), 15.0
    order = np.argsort(calls.wait)
    gone, at_risk = (calls.seen == Seen.GONE)[order], np.arange(len(order), 0, -1)
    there = np.cumprod(1 - gone / at_risk)
    kaplan_meier = there[np.searchsorted(calls.wait[order], after) - 1]

    found = manners(calls)

    truth = still_there(MEAN, SHAPE, after)
    assert found.shape is not None
    assert kaplan_meier > truth + 0.04
    assert still_there(_mean(found), found.shape.value, after) == pytest.approx(truth, abs=0.01)


def test_short_waits_cannot_tell_patience() -> None:
    found = manners(some_calls(Seen.GONE, number=2_000, away=0, wait=1))

    assert found.mean_minutes is None
    assert found.shape is None


def test_missed_calls_that_do_not_grow_with_the_wait_are_no_leavings() -> None:
    calls = some_calls(Seen.GONE)
    stayed = calls.where(calls.seen != Seen.GONE)
    independent = np.random.default_rng(5).random(len(stayed.wait)) < AWAY

    found = manners(replace(stayed, seen=np.where(independent, Seen.MISSED, Seen.CAME)))

    assert found.mean_minutes is None
    assert found.silent_share == 0
    assert found.away is not None
    assert found.away.value == pytest.approx(AWAY, abs=0.01)


def test_who_left_silently_is_told_from_who_said_so() -> None:
    told, silent = some_calls(Seen.LEFT, seed=1), some_calls(Seen.MISSED, seed=2)
    both = {
        name: np.concatenate([getattr(told, name), getattr(silent, name)])
        for name in Calls.__slots__
    }

    found = manners(Calls(**both))

    assert found.silent_share == pytest.approx(0.5, abs=0.08)
    assert _mean(found) == pytest.approx(MEAN, rel=0.1)


def test_the_day_factor_leaves_out_what_weekdays_bring() -> None:
    weekdays = np.arange(60) % 5
    totals = np.random.default_rng(3).poisson(np.array([900, 500, 500, 400, 200])[weekdays])

    found = day_factor(totals, weekdays)

    assert found is not None
    assert found.cv < 0.05
    assert found.interval[0] == 0


def test_the_day_factor_covers_its_truth() -> None:
    covered = 0
    for seed in range(100):
        stream = np.random.default_rng(seed)
        weekdays = np.arange(43) % 5
        found = day_factor(stream.poisson(400 * stream.gamma(1 / 0.15**2, 0.15**2, 43)), weekdays)
        assert found is not None
        covered += found.interval[0] <= 0.15 <= found.interval[1]
    assert covered >= 88


def test_few_days_tell_no_day_factor() -> None:
    assert day_factor(np.array([10, 20, 30, 20, 10, 15]), np.array([0, 1, 2, 3, 4, 0])) is None


def some_intervals(days: int) -> Intervals:
    return Intervals(
        minutes=(540, 600, 660),
        hours=np.ones(3),
        of_weekday=dict.fromkeys(range(5), (0, 1, 2)),
        days=np.array([days] * 5 + [0, 0], dtype=float),
    )


def some_counts(rates: Grid, days: int, seed: int) -> Grid:
    """Return counts per weekday, group and interval over so many days of each weekday."""
    counts = np.zeros((WEEK, 1, 3))
    counts[:5, 0] = np.random.default_rng(seed).poisson(rates * days)
    return counts


def test_thin_weekdays_lean_on_the_profile_of_all_days() -> None:
    """The estimates are nearer to the truth than the cells alone, where weekdays are alike."""
    rates = np.tile([2.0, 3.0, 1.0], (5, 1)) * np.linspace(0.9, 1.1, 5)[:, None]
    alone, ours = 0.0, 0.0
    for seed in range(30):
        counts = some_counts(rates, 4, seed)
        found = arrivals(counts, some_intervals(4), [GroupId("a")], cv=0.0, scale=1.0)
        grid = found.usual if found.weekly is None else found.weekly[:5, 0]
        alone += float(np.sum((counts[:5, 0] / 4 - rates) ** 2))
        ours += float(np.sum((grid - rates) ** 2))
    assert ours < 0.5 * alone


def test_weekdays_that_differ_clearly_have_rates_of_their_own() -> None:
    rates = np.array([[30.0, 60, 20], [20, 20, 20], [20, 20, 20], [20, 20, 20], [5, 5, 20]])

    found = arrivals(some_counts(rates, 9, 1), some_intervals(9), [GroupId("a")], cv=0.1, scale=1)

    assert found.weekly is not None
    assert found.weekly[0, 0] == pytest.approx(rates[0], rel=0.2)
    assert found.weekly[4, 0] == pytest.approx(rates[4], rel=0.4)
    assert [weekday for weekday, _ in found.weekdays()] == [0, 1, 2, 3, 4]


def test_busy_days_by_chance_are_no_weekday_effect() -> None:
    """Four Mondays that happened to be busy are what a day factor of 0.3 brings."""
    rates = np.full((5, 3), 50.0) * np.array([1.3, 0.9, 0.9, 1.0, 0.9])[:, None]

    found = arrivals(some_counts(rates, 4, 1), some_intervals(4), [GroupId("a")], cv=0.3, scale=1)

    assert found.weekly is None
    assert found.weekdays() == ()


def test_intervals_of_counts_and_shares() -> None:
    assert count_interval(0) == pytest.approx((0.0, 3.689), abs=0.001)
    assert count_interval(10) == pytest.approx((4.795, 18.39), abs=0.01)
    assert share_interval(0, 20)[0] == 0
    assert share_interval(5, 20) == pytest.approx((0.102, 0.464), abs=0.005)


def find(found: Calibration, figure: str, **of: str) -> Evidence:
    """Return the evidence of one figure."""
    return next(e for e in found.evidence if e.figure == figure and dict(e.of) == of)


def test_many_services_are_drawn_as_seen_and_few_are_lognormal() -> None:
    text = HALL.replace("a = { a-1 = 0.6, a-2 = 0.4 }", "a = { a-1 = 0.97, a-2 = 0.03 }")
    found = calibrate(a_past(a_hall(12, text), seed=1))
    services = dict(found.scenario.services)

    often, seldom = (services[MatterCode(code)] for code in ("a-1", "a-2"))

    assert often.distribution is Distribution.EMPIRICAL
    assert seldom.distribution is Distribution.LOGNORMAL
    minutes = found.scenario.layout.matter_of[MatterCode("a-1")].handling.total_seconds() / 60
    assert np.mean(often.values_minutes) == pytest.approx(minutes, rel=1e-3)
    assert minutes == pytest.approx(find(found, "service_minutes", matter="a-1").value, rel=1e-3)


def test_people_read_names_in_their_language() -> None:
    found = calibrate(a_past(a_hall(3), seed=1))
    layout = found.scenario.layout
    named = replace(
        found.scenario,
        layout=replace(
            layout,
            groups=tuple(
                replace(g, name=Name(zh=f"类{g.id}", en=f"Of {g.id}")) for g in layout.groups
            ),
            matters=tuple(
                replace(m, name=Name(zh=f"事{m.code}", en=f"To {m.code}")) for m in layout.matters
            ),
        ),
    )
    for language, names in (
        ("zh", ["类a, 事a-1", "周一", "1 号窗口"]),
        ("en", ["Of a, To a-1", "Mon", "counter 1"]),
    ):
        text = calibration_text(replace(found, scenario=named), language=language)
        assert [name for name in names if name not in text] == []


def test_a_matter_that_nobody_came_for_keeps_its_time_and_says_so() -> None:
    text = HALL.replace("a = { a-1 = 0.6, a-2 = 0.4 }", "a = { a-1 = 1.0 }").replace(
        "counts = [ 0.9, 0.1 ]", "counts = [ 1.0 ]"
    )
    found = calibrate(a_past(a_hall(3, text), seed=1))

    assert find(found, "service_minutes", matter="a-2").value is None
    assert found.scenario.layout.matter_of[MatterCode("a-2")].handling.total_seconds() == 480
    assert any("a2" in warning.en and "cannot be told" in warning.en for warning in found.warnings)


def test_a_slow_counter_is_found_and_the_others_are_not_blamed() -> None:
    slow = HALL.replace("pace = { a = 1.1 }", "pace = { a = 1.5, b = 1.5 }")
    scenario = a_hall(20, slow)
    past = a_past(scenario, seed=1)
    stated = a_hall(20, HALL.replace("pace = { a = 1.1 }", "pace = { a = 1.0 }")).layout
    days = tuple(replace(day, layout=stated, layouts=((0, stated),)) for day in past.days)

    found = calibrate(replace(past, days=days)).scenario.layout

    paces = {c.id: c.pace_for(GroupId("a")) for c in found.counters}
    beside = [paces[CounterId("2")] / paces[CounterId(other)] for other in ("1", "3")]
    assert beside == pytest.approx([1.5, 1.5], rel=0.1)


def test_paces_that_do_not_differ_stay_as_the_layout_has_them() -> None:
    scenario = a_hall(20)

    found = calibrate(a_past(scenario, seed=1)).scenario.layout

    assert [c.pace for c in found.counters] == [c.pace for c in scenario.layout.counters]


def test_services_that_nobody_started_are_counted_from_the_call() -> None:
    """A clerk who never presses start lets every service begin when it ends."""
    past = a_past(a_hall(10), seed=1)
    days = []
    for day in past.days:
        stops, states = day.trace.stops, States()
        rows = zip(
            day.trace.states.counter,
            day.trace.states.since,
            day.trace.states.until,
            day.trace.states.doing,
            strict=True,
        )
        for counter, since, until, doing in rows:
            if doing is Doing.SERVING:
                states.until[-1] = until
            else:
                states.add(counter, since, until, doing)
        started = [
            ABSENT if start == ABSENT else end
            for start, end in zip(stops.started, stops.finished, strict=True)
        ]
        trace = replace(day.trace, stops=replace(stops, started=started), states=states)
        days.append(replace(day, trace=trace))

    found, usual = calibrate(replace(past, days=tuple(days))), calibrate(past)

    assert found.scenario.approach_seconds == 0
    assert any("counted from the call" in warning.en for warning in found.warnings)
    for code in ("a-1", "b-1"):
        whole = find(found, "service_minutes", matter=code).value
        alone = find(usual, "service_minutes", matter=code).value
        assert whole == pytest.approx((alone or 0) + 20 / 60, rel=0.02)


def test_a_roster_that_was_kept_stays() -> None:
    scenario = a_hall(5)

    found = calibrate(a_past(scenario, seed=1))

    assert found.scenario.staffing == scenario.staffing


def test_counters_are_staffed_as_they_were_where_the_roster_was_not_kept() -> None:
    scenario = a_hall(10, HALL.replace("[staffing]\nbreaks", "[staffing]\nshifts = [ { days = "
        '"mon-fri", counters = [ "3" ], from = "13:00", until = "16:00" } ]\nbreaks'))  # fmt: skip
    past = a_past(scenario, seed=1)
    days = tuple(replace(day, roster=Roster()) for day in past.days)

    found = calibrate(replace(past, days=days))

    hours, roster = scenario.layout.hours, found.scenario.staffing
    whole = (_span(9, 12), _span(13, 16))
    assert roster.staffed(CounterId("1"), scenario.run[0], hours) == whole  # type: ignore[index]
    assert roster.staffed(CounterId("3"), scenario.run[0], hours) == whole[1:]  # type: ignore[index]
    assert {rest.counters for rest in found.scenario.staffing.breaks} == {("1",), ("2",)}
    assert any("not staffed as" in warning.en for warning in found.warnings)


def test_a_counter_that_never_opened_is_left_out() -> None:
    scenario = a_hall(5, HALL + '[[layout_inline.counters]]\nid = "4"\ntakes = [ "*" ]\n')
    past = a_past(a_hall(5), seed=1)
    days = tuple(
        replace(day, layout=scenario.layout, layouts=((0, scenario.layout),)) for day in past.days
    )

    found = calibrate(replace(past, days=days))

    assert [counter.id for counter in found.scenario.layout.counters] == ["1", "2", "3"]
    assert any("Counter 4 was never open" in warning.en for warning in found.warnings)


def test_bookings_that_never_came_and_never_showed_cannot_be_told() -> None:
    text = HALL.replace("absent_seconds = 90\n", "")

    found = calibrate(a_past(a_hall(15, text), seed=1))

    assert find(found, "missed_appointment_share").value is None
    assert found.scenario.appointments is not None
    assert found.scenario.appointments.no_show_share == 0
    assert any("never checked in" in warning.en for warning in found.warnings)


def an_appointment(
    status: AppointmentStatus,
    start_ms: int,
    ticket: TicketId | None,
    share: Share = Share.PUBLIC,
) -> Appointment:
    start = from_ms(start_ms)
    return Appointment(
        id=AppointmentId(f"{ticket}/{start_ms}"),
        status=status,
        place=Place(day=start.date(), minute=0, start=start, parts=()),
        matters=(),
        bundle=None,
        share=share,
        made_at=start,
        held_until=None,
        ticket=ticket,
    )


def test_appointments_of_the_record_say_who_never_came_and_how_late_the_late_were() -> None:
    text = HALL.replace("absent_seconds = 90\n", "").replace(
        "appointment = 0.2", "appointment = 0.6"
    )
    past = a_past(a_hall(1, text), seed=1)
    stops = past.days[0].trace.stops
    rows = [row for row, class_ in enumerate(stops.class_) if class_ == APPOINTMENT]
    rows = [row for row in rows if stops.stop[row] == 1]
    early_ms = np.random.default_rng(1).normal(5 * 60_000, 8 * 60_000, len(rows)).astype(int)
    starts = [stops.issued[row] + int(ms) for row, ms in zip(rows, early_ms, strict=True)]
    kept = [
        an_appointment(AppointmentStatus.CHECKED_IN, start, stops.ticket[row])
        for row, start in zip(rows, starts, strict=True)
    ]
    missed = [an_appointment(AppointmentStatus.MISSED, start, None) for start in starts[:3]]

    found = calibrate(replace(past, appointments=(*kept, *missed)))

    share = find(found, "missed_appointment_share")
    assert share.value == pytest.approx(3 / (len(rows) + 3))
    assert found.scenario.appointments is not None
    assert found.scenario.appointments.absent_seconds is None
    slot = past.days[0].layout.booking.slot / timedelta(minutes=1)
    assert found.scenario.appointments.slot_minutes == slot
    assert find(found, "class_share", **{"class": "appointment"}).value == pytest.approx(
        (len(rows) + 3) / (len(set(stops.ticket)) + 3)
    )
    mean, spread = (find(found, f"unpunctuality_{name}_minutes") for name in ("mean", "sd"))
    assert mean.interval is not None
    assert mean.interval[0] <= -5 <= mean.interval[1]
    assert spread.value == pytest.approx(8, rel=0.25)


def test_a_hall_whose_own_appointments_are_known_gives_its_slots_by_its_rules() -> None:
    """One of its matters cannot be booked, so that more would ask than have an appointment."""
    text = HALL.replace("absent_seconds = 90\n", "")
    past = a_past(a_hall(1, text), seed=1)
    layout = past.days[0].layout
    last = layout.matters[-1].code
    matters = tuple(replace(m, appointments=m.code != last) for m in layout.matters)
    (day,) = (replace(day, layout=replace(layout, matters=matters)) for day in past.days)
    stops = day.trace.stops
    rows = [row for row, class_ in enumerate(stops.class_) if class_ == APPOINTMENT]
    rows = [row for row in rows if stops.stop[row] == 1]
    shares = [Share.STAFF if at % 4 == 0 else Share.PUBLIC for at in range(len(rows))]
    kept = [
        an_appointment(AppointmentStatus.CHECKED_IN, stops.due[row], stops.ticket[row], share)
        for row, share in zip(rows, shares, strict=True)
    ]

    found = calibrate(replace(past, days=(day,), appointments=tuple(kept))).scenario

    rule = found.appointments
    assert rule is not None
    assert (rule.by_rules, rule.slot_minutes, rule.overbooking) == (True, None, None)
    assert rule.by_staff == pytest.approx(shares.count(Share.STAFF) / len(shares), abs=1e-4)
    first = [
        matters[0] for matters, stop in zip(stops.matters, stops.stop, strict=True) if stop == 1
    ]
    bookable = sum(code != last for code in first) / len(first)
    booked = len(rows) / len(first)
    assert 0 < bookable < 1
    assert dict(found.demand.classes)[APPOINTMENT] == pytest.approx(booked / bookable)
    assert scenario_of(scenario_form(found)).appointments == rule


def test_a_journal_tells_which_appointments_were_missed() -> None:
    """An appointment is missed once its day is over, when no day is open."""
    scenario = a_hall(1)
    events = journal(scenario.layout, a_past(scenario, seed=1).days[0].trace, day=FIRST)
    place = {"day": FIRST.isoformat(), "minute": 540, "start": "2026-03-02T01:00:00.000Z"}
    held = {"place": {**place, "parts": []}, "matters": [], "share": "public"}
    for name, details in (
        (EventName.APPOINTMENT_HELD, {**held, "until": "2026-03-02T02:00:00.000Z"}),
        (EventName.APPOINTMENT_CONFIRMED, {}),
        (EventName.APPOINTMENT_MISSED, {}),
    ):
        last = events[-1]
        event = replace(
            last, sequence=last.sequence + 1, name=name, appointment="b", details=details
        )
        events.append(event.chained(last.hash))

    past = past_of(events)

    assert [booking.status for booking in past.appointments] == [AppointmentStatus.MISSED]
    assert past.flaws == ()


def test_days_that_are_not_over_do_not_count() -> None:
    past = a_past(a_hall(4), seed=1)
    broken = replace(past.days[-1], is_over=False)

    found = calibrate(replace(past, days=(*past.days[:-1], broken)))

    assert len(found.days) == 3
    assert any("do not count: 1." in warning.en for warning in found.warnings)


def test_chosen_days_alone_count() -> None:
    days = working_days(6)
    past = a_past(a_hall(6), seed=1)

    found = calibrate(past, Options(since=days[1], until=days[3]))

    assert found.days == tuple(days[1:4])
    assert found.scenario.run == tuple(days[1:4])


def test_a_past_without_a_whole_day_is_refused() -> None:
    past = a_past(a_hall(2), seed=1)

    with pytest.raises(BadFile) as bad:
        calibrate(past, Options(since=date(2030, 1, 1)))

    assert "no whole day" in bad.value.lines()[0]


def test_visitors_of_another_hall_are_refused() -> None:
    past = a_past(a_hall(2), seed=1)
    day = past.days[0]
    stops = replace(
        day.trace.stops,
        group=[GroupId("elsewhere")] * len(day.trace.stops),
        matters=[()] * len(day.trace.stops),
    )

    with pytest.raises(BadFile) as bad:
        calibrate(replace(past, days=(replace(day, trace=replace(day.trace, stops=stops)),)))

    assert "none of the groups" in bad.value.lines()[0]


def test_one_day_is_calibrated_with_all_that_it_cannot_tell() -> None:
    found = calibrate(a_past(a_hall(1), seed=1))

    assert find(found, "day_factor_cv").value is None
    assert found.scenario.demand.day_factor_cv == 0
    assert any("make every number rough" in warning.en for warning in found.warnings)


def test_a_day_on_which_nobody_was_served_says_so() -> None:
    past = a_past(a_hall(1), seed=1)
    day = past.days[0]
    count = len(set(day.trace.stops.ticket))
    stops = replace(
        day.trace.stops,
        **{name: getattr(day.trace.stops, name)[:count] for name in Stops.__slots__}
        | {
            "called": [ABSENT] * count,
            "started": [ABSENT] * count,
            "outcome": [Outcome.CLOSED] * count,
            "finished": [day.openings[-1][1]] * count,
        },
    )

    found = calibrate(replace(past, days=(replace(day, trace=Trace(stops=stops)),)))

    assert find(found, "service_minutes", matter="a-1").value is None
    assert find(found, "patience_mean_minutes").value is None
    assert found.scenario.patience is None


def _span(since: int, until: int) -> Span:
    return Span(from_minute=since * 60, until_minute=until * 60)


def _mean(found: Manners) -> float:
    assert found.mean_minutes is not None
    return found.mean_minutes.value
