"""Break-even paces, verdicts, and what they are made of."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from examples.xinglongtai.predict import AFTER_MINUTES, PACES, predict
from hall.domain.identities import CounterId, GroupId
from hall.domain.layout import Policy
from hall.domain.reading import BadFile
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.summary import Figure
from simulation.vary import with_comprehensive, with_demand, with_pace, with_takes
from simulation.verdict.break_even import BreakEven, Pace, break_even
from simulation.verdict.form import verdict_form
from simulation.verdict.judge import Findings, Verdict, judge
from simulation.verdict.learning import WEEKS, Learning
from simulation.verdict.load import busy_on_paper, loads
from simulation.verdict.options import hybrids, policies
from simulation.verdict.reasons import reasons
from simulation.verdict.study import Study, study
from simulation.verdict.text import study_text
from simulation.verdict.training import training
from simulation.verdict.trials import Trials
from simulation.verdict.wording import advice
from tests.simulation.halls import EXAMPLES, a_steady_scenario

#: In one process: what is found once serves all of them.
pytestmark = pytest.mark.xdist_group("verdict")

#: Visits a day, and the break-even paces that an independent model found, on mean and on p90.
KNOWN = {800: (1.21, 1.27), 1100: (1.05, 1.13)}


def example(name: str) -> Scenario:
    return read_scenario(EXAMPLES / f"{name}.toml")


@cache
def twelve(visits: int, days: int = 30) -> Trials:
    before, after = (example(f"twelve/{name}-{visits}") for name in ("silo", "pooled"))
    return Trials(before, after, days=days)


@cache
def found(visits: int) -> BreakEven:
    return break_even(twelve(visits))


@cache
def judged(visits: int) -> Findings:
    found(visits)
    return judge(twelve(visits), Learning())


@pytest.mark.parametrize("visits", KNOWN)
def test_generalists_may_be_as_slow_as_an_independent_model_found(visits: int) -> None:
    """Two rows of the table; ``python -m benchmarks break_even`` prints all of it."""
    mean, p90 = KNOWN[visits]
    assert found(visits).mean.value == pytest.approx(mean, abs=0.04)
    assert found(visits).p90.value == pytest.approx(p90, abs=0.04)


@pytest.mark.parametrize("visits", KNOWN)
def test_a_break_even_pace_lies_in_its_interval(visits: int) -> None:
    for pace in (found(visits).mean, found(visits).p90):
        assert pace.low is not None
        assert pace.value is not None
        assert pace.high is not None
        assert pace.low < pace.value < pace.high < pace.low + 0.08


def test_at_break_even_the_halls_are_equally_bad() -> None:
    pace = found(800).mean.value or 0
    wait = twelve(800).change(twelve(800).at(pace), "wait_minutes")
    assert abs(wait.mean or 0) < 0.2 < (wait.half_width or 0)


def test_slower_plans_have_smaller_break_even_paces() -> None:
    before, after = example("twelve/silo-800"), example("twelve/pooled-800")
    slower = break_even(Trials(before, with_pace(after, 1.1), days=10))
    alone = break_even(Trials(before, after, days=10))
    assert slower.mean.value == pytest.approx((alone.mean.value or 0) / 1.1, abs=0.01)


def test_a_hall_is_as_bad_as_itself_at_its_own_pace() -> None:
    hall = example("twelve/pooled-800")
    pace = break_even(Trials(hall, hall, days=10)).mean
    assert pace.value == pytest.approx(1.0, abs=1e-9)


def test_the_share_within_target_may_get_worse_though_the_mean_gets_better() -> None:
    """At 1,100 visits fewer wait very long, but more wait longer than 15 minutes."""
    settled = judged(1100).settled
    assert (settled.changes["wait_minutes"].high or 0) < 0
    assert (settled.changes["within_target_share"].high or 0) < 0
    assert judged(1100).verdict is Verdict.STEPS
    (said,) = [text for text in reasons(judged(1100)) if "15 minutes gets worse" in text.en]
    assert "although the mean wait gets shorter" in said.en
    assert "尽管平均等候变短" in said.zh


def test_nothing_is_promised_where_waits_are_the_same_either_way() -> None:
    hall = example("twelve/pooled-800")
    same = judge(Trials(hall, hall, days=10), Learning(first=1.0))
    assert same.verdict is Verdict.GO
    assert "neither way" in advice(same).en
    assert "neither way" not in advice(exemplary(Verdict.GO)).en


@cache
def exemplary(name: Verdict) -> Findings:
    trials = Trials(example(f"{name}/before"), example(f"{name}/after"), days=15)
    return judge(trials, Learning())


@pytest.mark.parametrize("name", list(Verdict))
def test_the_examples_come_out_as_they_are_called(name: Verdict) -> None:
    assert exemplary(name).verdict is name


def test_a_cut_that_looks_possible_on_paper_is_advised_against() -> None:
    findings = exemplary(Verdict.NO)
    halls = findings.trials.before_scenario, findings.trials.after_scenario
    assert [len(hall.layout.counters) for hall in halls] == [50, 12]
    assert 0.9 < findings.paper < 1
    assert (findings.limit.high or 0) < 1
    assert any("looks possible" in text.en for text in reasons(findings))


def test_work_on_paper_is_the_utilization_that_is_known_of_the_twelve() -> None:
    """Utilization .74 at 800 visits; breaks are no staffed time."""
    assert busy_on_paper(example("twelve/pooled-800")) == pytest.approx(0.74, abs=0.01)
    assert busy_on_paper(with_pace(example("twelve/pooled-800"), 1.1)) > 0.78
    steady = a_steady_scenario(counters=2, per_hour=60, horizon_minutes=400)
    assert busy_on_paper(steady) == pytest.approx(0.5)
    shares = loads(example("twelve/pooled-800"))
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[GroupId("d")] == max(shares.values())


def test_people_learn_as_a_hyperbola() -> None:
    curve = Learning(first=1.3, settled=1.02, half_weeks=4)
    assert curve.pace(0) == pytest.approx(1.3)
    assert curve.pace(4) == pytest.approx(1.16)
    assert curve.weeks_until(1.16) == pytest.approx(4)
    assert curve.weeks_until(1.4) == 0
    assert curve.weeks_until(1.01) is None


def test_waits_are_forecast_by_week() -> None:
    weeks = judged(800).weeks
    waits = [week.figures["wait_minutes"].mean or 0 for week in weeks]
    assert tuple(week.week for week in weeks) == WEEKS
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == pytest.approx(judged(800).first.figures["wait_minutes"].mean)


def test_training_in_the_order_of_the_plan_gains_most() -> None:
    """Two well-chained skills a counter are known to give 83 % of the gain of full flexibility."""
    trials = twelve(800, 5)
    plan = training(trials, steps=12)
    gains = [step.gain_share for step in plan.steps]
    assert gains == sorted(gains)
    assert gains[-1] > 0.75
    hall = trials.before_scenario
    groups = [group.id for group in hall.layout.groups]
    anyhow = with_takes(
        hall,
        {c.id: {*c.takes, groups[at % 6]} for at, c in enumerate(hall.layout.counters)},
    )
    wait = trials.level(trials.run([anyhow])[0], "wait_minutes").mean or 0
    assert plan.steps[-1].wait_minutes < wait


def test_whoever_can_do_everything_learns_nothing_more() -> None:
    hall = with_comprehensive(example("twelve/silo-800"))
    assert training(Trials(hall, hall, days=1), steps=3).steps == ()


def test_special_counters_help_while_generalists_are_slow() -> None:
    kinds = hybrids(twelve(1100, 5), Learning())
    waits = [kind.first.figures["wait_minutes"].mean or 0 for kind in kinds]
    assert [len(kind.special) for kind in kinds] == [3, 6, 9]
    assert waits == sorted(waits, reverse=True)
    assert kinds[0].settled.figures["wait_minutes"].mean is not None
    assert (CounterId("1"), GroupId("a")) in kinds[-1].special


def test_calling_policies_are_compared() -> None:
    ways = policies(twelve(800, 5), 1.0)
    waits = {policy: stage.figures["wait_minutes"].mean or 0 for policy, stage in ways.items()}
    assert set(waits) == set(Policy)
    assert waits[Policy.CLERK] == min(waits.values())
    assert waits[Policy.BOUND_AT_ISSUE] == max(waits.values())


def test_a_study_is_a_document_for_the_charts() -> None:
    form = verdict_form(study(twelve(800, 5), Learning(), steps=2))
    assert set(form["break_even"]) == {"mean", "p90"}
    assert form["verdict"] in list(Verdict)
    assert len(form["numbers"]) == 3
    assert all(set(text) == {"zh", "en"} for text in form["reasons"])
    assert [week["week"] for week in form["learning"]["weeks"]] == list(WEEKS)
    assert len(form["plan"]["training"]["steps"]) == 2
    assert form["after"]["layout_hash"] == example("twelve/pooled-800").layout.hash


def test_the_hall_before_the_reform_predicts_what_was_published_after() -> None:
    prediction = predict(days=12)
    waits = [wait.mean or 0 for wait in prediction.waits]
    assert waits == sorted(waits)
    assert (prediction.waits[0].low or 0) < AFTER_MINUTES < (prediction.waits[-1].high or 0)
    assert PACES[0] < (prediction.pace.mean or 0) < PACES[-1]


def test_halls_on_different_days_are_not_judged() -> None:
    before = example("twelve/silo-800")
    after = replace(example("twelve/pooled-800"), run=(date(2026, 3, 3),))
    with pytest.raises(BadFile, match="run: should be as in"):
        Trials(before, after, days=1)


def test_a_verdict_warns_when_the_halls_are_for_different_people() -> None:
    before, after = example("twelve/silo-800"), example("twelve/pooled-800")
    for hall, is_warned in ((after, False), (with_demand(after, 1.1), True)):
        findings = judge(Trials(before, hall, days=1), Learning())
        assert ("Mind: the two scenarios" in reasons(findings)[0].en) is is_warned
        found = Study(findings=findings, plan=None)
        assert ("Mind: the two scenarios" in study_text(found, language="en")) is is_warned
        assert ("注意：两个方案" in verdict_form(found)["reasons"][0]["zh"]) is is_warned


def test_halls_that_do_nothing_alike_are_not_judged() -> None:
    before = example("twelve/silo-800")
    after = replace(example("go/after"), run=before.run)
    with pytest.raises(BadFile, match="matters: has none of the matters of"):
        Trials(before, after, days=1)


@pytest.mark.parametrize(("wait", "weeks"), [(5.0, True), (-5.0, False)])
def test_longer_waits_until_a_pace_are_said_only_where_there_are_any(
    wait: float, *, weeks: bool
) -> None:
    steps = exemplary(Verdict.STEPS)
    change = Figure(mean=wait, low=wait - 1, high=wait + 1)
    first = replace(steps.first, changes=dict.fromkeys(steps.first.changes, change))
    limit = Pace(value=1.1, low=1.0, high=1.2)
    found = replace(steps, first=first, break_even=BreakEven(mean=limit, p90=limit))
    assert any("after about 4 weeks" in said.en for said in reasons(found)) is weeks
    at_once = replace(found, learning=Learning(first=1.1001))
    assert not any("after about" in said.en for said in reasons(at_once))
