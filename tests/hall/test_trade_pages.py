"""The pages of what bookings cost: whose hall is varied, and who cannot be."""

import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import display
import kiosk
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import APPOINTMENT
from hall.domain.layout_file import read_layout
from hall.domain.roster import Roster
from hall.domain.studies import Run, RunKind, RunStatus
from hall.jobs.runs import Runs
from hall.server import studio_ports
from hall.settings import Settings
from hall.web.application import make_web
from simulation.scenario import Scenario
from simulation.scenario_form import scenario_form
from simulation.studio import make_studio
from simulation.studio.typed import typed_scenario
from simulation.trade.curve import Asked, curve
from simulation.trade.form import curve_form
from simulation.trade.settings import Setting
from simulation.vary import with_booked
from tests.hall.test_pages import Visitor, visit
from tests.halls import EXAMPLES, WorkingHall

SOURCE = {"kind": "typed", "visitors": 240}


@pytest.fixture(scope="module")
def silo() -> Scenario:
    """Twelve special counters; nobody books."""
    layout = read_layout(EXAMPLES / "twelve" / "silo.toml")
    return typed_scenario(layout, Roster(), visitors=240, days=[date(2026, 3, 2)])


@dataclass(frozen=True, kw_only=True)
class Planning:
    """A planner with a study that starts from some hall."""

    browser: Visitor
    hall: WorkingHall
    study: str

    def ended(self, kind: RunKind, result: dict[str, Any], **asked: Any) -> Run:
        """Return a run of the study that has come to an end."""
        studies, now = self.hall.context.studies, self.hall.clock.now
        document = {"source": SOURCE, "name": "a plan", "model": "m", **asked}
        run = studies.queue(self.study, kind=kind, document=document, now=now)
        studies.end(run.id, RunStatus.DONE, now=now, result=result)
        return run

    def asked(self) -> Run:
        """Return the run that was asked for last."""
        runs = self.hall.context.studies.runs(study=self.study, now=self.hall.clock.now)
        return next(run for run in runs if run.status is RunStatus.QUEUED)


Open = Callable[[Scenario], Planning]


@pytest.fixture
def opened(hall: WorkingHall, context: Context, tmp_path: Path) -> Open:
    """Open a study that starts from a scenario; its runs never begin."""
    idle = Runs(context, command=(), feed=lambda _: (), at_most=0)
    app = make_web(Settings(data=tmp_path, secret_key="a key for tests"), context)
    studio = make_studio(replace(studio_ports(context), runs=idle))
    for door in (kiosk.blueprint, display.blueprint, studio):
        app.register_blueprint(door)

    def open_study(scenario: Scenario) -> Planning:
        study = context.studies.add(
            hall.id,
            name="study",
            document={"change": {}, "days": 20, "seed": 1},
            by="planner-1",
            now=hall.clock.now,
        )
        made = Planning(browser=visit(app, hall, Role.PLANNER), hall=hall, study=study.id)
        made.ended(RunKind.FIT, {"scenario": scenario_form(scenario)})
        return made

    return open_study


def test_a_plan_that_was_compared_can_be_varied(opened: Open, silo: Scenario) -> None:
    at = opened(silo)
    plan = scenario_form(with_booked(silo, 0.25))
    compared = at.ended(RunKind.COMPARISON, {"scenario": plan})
    page = at.browser.get(f"/planner/{at.study}/trade?of={compared.id}").text
    assert "Nobody books" not in page
    assert "now: 25 % booked" in page
    answer = at.browser.send(f"/planner/{at.study}/trade", of=compared.id, over="slot")
    assert answer.status_code == 303
    asked = at.asked()
    assert asked.kind is RunKind.TRADE
    assert (asked.document["base"], asked.document["booked"]) == (plan, None)
    assert (asked.document["over"], asked.document["days"]) == ("slot", 60)
    assert "Length of a slot" in at.browser.get(answer.headers["Location"]).text


def test_where_nobody_books_a_share_is_supposed(opened: Open, silo: Scenario) -> None:
    at = opened(silo)
    path = f"/planner/{at.study}/trade"
    assert "Nobody books in this hall" in at.browser.get(path).text
    at.browser.send(path, over="credit", booked="45", days="20")
    assert (at.asked().document["booked"], at.asked().document["days"]) == (0.45, 20)
    assert at.browser.send(path, over="credit", booked="0").status_code == 422


def test_a_share_of_bookings_is_varied_without_supposing_one(opened: Open, silo: Scenario) -> None:
    at = opened(silo)
    at.browser.send(f"/planner/{at.study}/trade", over="booked", booked="45")
    assert at.asked().document["booked"] is None


def test_a_hall_without_a_class_for_appointments_says_so(opened: Open, silo: Scenario) -> None:
    rule = silo.layout.rule
    classes = tuple(each for each in rule.classes if each.id != APPOINTMENT)
    layout = replace(silo.layout, rule=replace(rule, classes=classes))
    at = opened(replace(silo, layout=layout))
    path = f"/planner/{at.study}/trade"
    page = at.browser.get(path).text
    assert "has no class for appointments" in page
    assert 'name="over"' not in page
    assert at.browser.send(path, over="credit").status_code == 422


@pytest.mark.parametrize("sent", [{"over": "weather"}, {"over": "slot", "of": "r-elsewhere"}])
def test_what_is_not_offered_cannot_be_varied(
    opened: Open, silo: Scenario, sent: dict[str, str | list[str]]
) -> None:
    at = opened(silo)
    assert at.browser.send(f"/planner/{at.study}/trade", **sent).status_code == 422


def test_a_curve_is_shown_and_kept_but_is_no_layout_to_schedule(
    opened: Open, silo: Scenario
) -> None:
    at = opened(silo)
    asked = Asked(setting=Setting.OVERBOOKING, days=2)
    found = curve_form(curve(with_booked(silo, 0.5), asked))
    about = {"base": scenario_form(silo), "over": "overbooking", "booked": 0.5, "of": ""}
    title = {"zh": "超额预约", "en": "Overbooking"}
    run = at.ended(RunKind.TRADE, found, **about, plan=None, title=title)
    page = at.browser.get(f"/planner/run/{run.id}").text
    assert html.escape(found["says"][0]["en"]) in page
    assert "Supposed: 50 % of the people book" in page
    assert "no (now)" in page
    sheets = at.browser.get(f"/planner/run/{run.id}/tables.xlsx")
    assert sheets.data.startswith(b"PK")
    for part in ("report", "wall/after"):
        assert at.browser.get(f"/planner/run/{run.id}/{part}").status_code == 404
