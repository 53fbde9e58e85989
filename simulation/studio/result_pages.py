"""The pages of a run: its progress, its result, its report, its sheets, its wall."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, render_template, request
from flask import url_for as address
from flask_babel import gettext

from hall.domain.hours import moment, spans_of
from hall.domain.layout import Layout
from hall.domain.layout_diff import differences
from hall.domain.studies import UNDER_WAY, Run, RunKind, Study
from simulation.scenario_form import layout_text, scenario_of
from simulation.studio import saying
from simulation.studio.pages import Pages, as_workbook, go
from simulation.studio.playback import board_at_opening
from simulation.studio.sheets import shown, workbook
from simulation.studio.starts import open_days
from simulation.studio.tables import tables
from simulation.studio.trade_pages import TradePages

KEY_FIGURES = (
    *("wait_minutes", "wait_p90_minutes", "within_target_share"),
    *("utilization", "overtime_minutes"),
)


class ResultPages:
    """The pages of the runs of a hall's studies."""

    def __init__(self, pages: Pages, trades: TradePages) -> None:
        self.pages = pages
        self.trades = trades
        self.ports = pages.ports

    def run(self, run: str) -> str | Response:
        """Show how far a run is, or what it found."""
        found, study = self._opened(run)
        if found.kind is RunKind.FIT:
            return go("studio.study", study=study.id)
        if found.result is None:
            return self.pages.draw("run", run=found, study=study)
        if found.kind is RunKind.TRADE:
            return self.trades.result(found, study, found.result)
        return self.pages.charts("result", **self._result(found, study, found.result))

    def progress(self, run: str) -> Response:
        """Return how far a run is; one that is over makes the page load anew."""
        found, study = self._opened(run)
        self.ports.runs.go_on()
        answer = make_response(self.pages.draw("progress", run=found, study=study))
        if found.status not in UNDER_WAY:
            answer.headers["HX-Refresh"] = "true"
        return answer

    def cancel(self, run: str) -> Response:
        """End a run at once."""
        found, _ = self._opened(run)
        self.ports.runs.cancel(found.id)
        if found.kind is RunKind.FIT:
            return go("studio.home")
        return go("studio.run", run=run)

    def again(self, run: str) -> Response:
        """Carry out once more what did not come to an end."""
        found, study = self._opened(run)
        started = self.ports.runs.start(study.id, kind=found.kind, document=found.document)
        if found.kind is RunKind.FIT:
            return go("studio.study", study=study.id)
        return go("studio.run", run=started.id)

    def report(self, run: str) -> Response:
        """Show a result as it is printed."""
        found, study, result = self._compared(run)
        return self.pages.charts("report", **self._result(found, study, result))

    def sheets(self, run: str) -> Response:
        """Return every table of a result as a workbook."""
        found, study = self._opened(run)
        if found.kind is RunKind.TRADE:
            return as_workbook(self.trades.sheets(found, study, found.result or abort(404)), run)
        found, study, result = self._compared(run)
        layout = scenario_of(result["scenario"]).layout
        made = workbook(tables(result, layout), self.facts(found, study, layout))
        return as_workbook(made, run)

    def wall(self, run: str, side: str) -> Response:
        """Show a simulated day on the wall's own view."""
        _, _, result = self._compared(run)
        if side not in saying.SIDES:
            abort(404)
        scenario = scenario_of(result["scenario" if side == "after" else "scenario_before"])
        day = result["sides"][side]["day"]
        board = board_at_opening(scenario.layout, day)
        values = self.ports.wall(scenario.layout, board)
        numbers = {c["id"]: c["number"] for c in result["sides"][side]["counters"]}
        at = request.args.get("at", day["openings"][0][0], type=int)
        played = {**day, "numbers": numbers, "at": at}
        values["page"]["words"] |= {"live": gettext("Simulated")}
        back = address("studio.run", run=run)
        return make_response(render_template("studio/wall.html", **values, day=played, back=back))

    def schedule(self, run: str) -> Response:
        """Schedule the plan's layout for a moment of the hall's own time."""
        _, study, result = self._compared(run)
        layout = scenario_of(result["scenario"]).layout
        at = datetime.fromisoformat(request.form["at"]).replace(tzinfo=layout.zone)
        report = {
            "reference": address("studio.run", run=run),
            "expected": result["expected"],
        }
        note = request.form.get("note", "").strip() or study.name
        self.ports.schedule_layout(study.hall, layout_text(layout), at, note, report)
        return go("studio.run", run=run, scheduled=at.isoformat(timespec="minutes"))

    def facts(self, run: Run, study: Study, layout: Layout) -> list[tuple[str, str]]:
        """Return what a result rests on: what somebody needs to find the same again."""
        asked, result = run.document, run.result or {}
        began = run.started_at or run.queued_at
        return [
            (gettext("Study"), study.name),
            (gettext("Starts from"), saying.source(asked)),
            (gettext("Simulated"), saying.days(result["days"])),
            (gettext("Seed"), str(result["seed"])),
            (gettext("Layout as it is"), result["sides"]["before"]["layout_hash"][:12]),
            (gettext("Layout of the plan"), result["sides"]["after"]["layout_hash"][:12]),
            (gettext("Model"), asked["model"]),
            (gettext("Made"), f"{began.astimezone(layout.zone):%Y-%m-%d %H:%M}"),
            (gettext("Address"), address("studio.run", run=run.id, _external=True)),
        ]

    def _result(self, run: Run, study: Study, result: Mapping[str, Any]) -> dict[str, Any]:
        """Return everything that a result is drawn from."""
        plan = scenario_of(result["scenario"]).layout
        before = scenario_of(result["scenario_before"]).layout
        made = tables(result, plan)
        return {
            "study": study,
            "run": run,
            "result": result,
            "layout": plan,
            "figures": [saying.key_figure(result, name) for name in KEY_FIGURES],
            "changes": saying.changes(run.document["summary"]),
            "gains": saying.gains(result, plan.groups),
            "differences": differences(before, plan),
            "tables": {name: (table, list(shown(table))) for name, table in made.items()},
            "facts": self.facts(run, study, plan),
            "may_schedule": plan.hall == study.hall and plan.hash != before.hash,
            "chart_data": _chart_data(result),
            "schedule_at": f"{self._next_opening(plan):%Y-%m-%dT%H:%M}",
        }

    def _next_opening(self, layout: Layout) -> datetime:
        """Return when the hall opens tomorrow, or on the first day after it on which it does."""
        today = self.ports.now().astimezone(layout.zone).date()
        day = (open_days(layout, today) or [today])[0]
        return moment(layout.zone, day, spans_of(layout.hours, day)[0].from_minute)

    def _compared(self, run: str) -> tuple[Run, Study, dict[str, Any]]:
        """Return a comparison that the caller may open, with its study and what it found."""
        found, study = self._opened(run)
        if found.kind is not RunKind.COMPARISON:
            abort(404)
        return found, study, found.result or abort(404)

    def _opened(self, run: str) -> tuple[Run, Study]:
        """Return a run that the caller may open, with its study."""
        found = self.ports.scenarios.run(run, now=self.ports.now())
        study = self.ports.scenarios.study(found.study)
        self.ports.guard.check(study.hall)
        return found, study


def _chart_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the charts are drawn from."""
    sides = result["sides"]
    return {
        "kind": "result",
        "times": result["times"],
        "target": result["target"],
        "courses": {side: sides[side]["course"] for side in saying.SIDES},
        "days": {side: sides[side]["day"] for side in saying.SIDES},
        "counters": {
            side: [
                {
                    "id": counter["id"],
                    "number": counter["number"],
                    "busy": sides[side]["figures"]["counters"][counter["id"]][0],
                }
                for counter in sides[side]["counters"]
            ]
            for side in saying.SIDES
        },
        "learning": learning_curve(result["verdict"]),
        "words": saying.chart_words(),
        "language": saying.language(),
    }


def learning_curve(verdict: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the mean wait of the weeks after the rollout beside today's.

    The interval is that of the difference: both plans meet the same people, so it tells more than
    the interval of the wait, which holds how days differ.
    """
    found = []
    for week in verdict["learning"]["weeks"] if verdict else ():
        mean, change = week["figures"]["wait_minutes"]["mean"], week["changes"]["wait_minutes"]
        now = None if None in (mean, change["mean"]) else mean - change["mean"]
        low, high = (None if None in (now, end) else now + end for end in change["ci95"])
        found.append({"week": week["week"], "mean": mean, "low": low, "high": high, "now": now})
    return found
