"""The studio's pages: where a study starts, what it changes, what came out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from flask import url_for as address
from flask_babel import gettext

from hall.domain.reading import BadFile
from hall.domain.studies import UNDER_WAY, Run, RunKind, Study
from simulation.scenario import Scenario
from simulation.scenario_form import scenario_of
from simulation.studio import saying, starts
from simulation.studio.change import Change, change_of
from simulation.studio.controls import Impossible, change_in, check, controls, summary
from simulation.studio.evidence import evidence
from simulation.studio.ports import Ports
from simulation.studio.version import model_version

#: How many days a comparison simulates: a quick look, as usual, thoroughly.
DAYS = (20, 60, 200)
USUAL_DAYS = 60
SEED = 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Pages:
    """The pages on the ports of one hall's server."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def home(self) -> str:
        """Show where a study can start, and the studies there are."""
        hall, guard = self.ports.guard.my_hall(), self.ports.guard
        layout, _ = self.ports.read_journal.setup(hall)
        days = self.ports.read_journal.days(hall)
        runs = self.ports.scenarios.runs(hall=hall, now=self.ports.now())
        latest = {run.study: run for run in reversed(runs)}
        return self.draw(
            "home",
            layout=layout,
            days=days,
            chosen=min(starts.CHOSEN_DAYS, len(days)),
            most=max((tickets for _, tickets in days), default=1),
            fewest=starts.FEWEST_DAYS,
            visitors=starts.USUAL_VISITORS,
            examples=starts.SHIPPED,
            studies=self.ports.scenarios.studies(hall),
            latest=latest,
            names=guard.names(hall),
        )

    def begin(self) -> Response:
        """Make a study from what was chosen, and begin to look at it."""
        hall = self.ports.guard.my_hall()
        days = sorted(map(date.fromisoformat, request.form.getlist("day")))
        layout, roster = self.ports.read_journal.setup(hall, days[0] if days else None)
        kind, now = request.form.get("source"), self.ports.now()
        if kind == "days":
            source = starts.days_source(days or abort(422), layout, roster)
            name = gettext("Study of %(days)s", days=saying.days(len(days)))
        elif kind == "typed":
            visitors = request.form.get("visitors", type=int) or abort(422)
            source = starts.typed_source(visitors, layout, roster, now.date())
            name = gettext("Study of typed-in minutes")
        else:
            source = starts.example_source(request.form.get("example", "")) or abort(422)
            name = gettext("Study of an example")
        document = {"change": Change().form, "days": USUAL_DAYS, "seed": SEED}
        study = self.ports.scenarios.add(
            hall, name=name, document=document, by=self.ports.guard.me(), now=now
        )
        self.ports.runs.start(study.id, kind=RunKind.FIT, document=source)
        return go("studio.study", study=study.id)

    def study(self, study: str) -> str | Response:
        """Show what a study starts from, and the controls of its plan."""
        found, fit, runs = self.opened(study)
        if fit.result is None:
            return self.draw("fit", study=found, run=fit)
        change = change_of(found.document["change"])
        tried = [run for run in runs if run.kind is not RunKind.FIT]
        return self._editor(found, fit, change, runs=tried)

    def compare(self, study: str) -> Response:
        """Keep the plan as the controls say it, and compare it with the hall as it is."""
        found, fit, _ = self.opened(study)
        base = base_of(fit)
        change = change_of(found.document["change"])
        try:
            change = change_in(request.form, base)
            check(base, change)
            told = summary(base, change)
        except (BadFile, Impossible, ValueError) as error:
            return self._again(found, fit, change, str(error))
        days = request.form.get("days", USUAL_DAYS, type=int)
        document = {**found.document, "change": change.form, "days": days}
        name = request.form.get("name", "").strip() or found.name
        self.ports.scenarios.change(study, now=self.ports.now(), name=name, document=document)
        run = self.ports.runs.start(
            study,
            kind=RunKind.COMPARISON,
            document={
                "base": (fit.result or {})["scenario"],
                "change": change.form,
                "name": name,
                "summary": told,
                "seed": document["seed"],
                "days": days,
                "source": fit.document["source"],
                "source_days": fit.document.get("days", []),
                "model": model_version(),
            },
        )
        return go("studio.run", run=run.id)

    def _again(self, study: Study, fit: Run, change: Change, problem: str) -> Response:
        """Show the editor with what is wrong with the plan."""
        page = self._editor(study, fit, change, problem=problem)
        page.status_code = 422
        return page

    def _editor(
        self,
        study: Study,
        fit: Run,
        change: Change,
        *,
        runs: Sequence[Run] = (),
        problem: str | None = None,
    ) -> Response:
        """Show what a study starts from, and the controls of its plan."""
        base, result = base_of(fit), fit.result or {}
        return self.charts(
            "study",
            study=study,
            fit=fit,
            result=result,
            evidence=evidence(result["evidence"], base.layout),
            layout=base.layout,
            controls=controls(base, change),
            days=DAYS,
            runs=runs,
            problem=problem,
        )

    def copy(self, study: str) -> Response:
        """Make a study that starts from the same and changes the same."""
        found, fit, _ = self.opened(study)
        name = gettext("Copy of %(name)s", name=found.name)
        copied = self.ports.scenarios.add(
            found.hall,
            name=name,
            document=found.document,
            by=self.ports.guard.me(),
            now=self.ports.now(),
        )
        self.ports.runs.start(copied.id, kind=RunKind.FIT, document=fit.document)
        return go("studio.study", study=copied.id)

    def forget(self, study: str) -> Response:
        """Forget a study."""
        self.opened(study)
        for run in self.ports.scenarios.runs(study=study, now=self.ports.now()):
            self.ports.runs.cancel(run.id)
        self.ports.scenarios.forget(study)
        return go("studio.home")

    def opened(self, study: str) -> tuple[Study, Run, list[Run]]:
        """Return a study that the caller may open, the fit it starts from, and all its runs."""
        found = self.ports.scenarios.study(study)
        self.ports.guard.check(found.hall)
        runs = self.ports.scenarios.runs(study=study, now=self.ports.now())
        fit = next(run for run in runs if run.kind is RunKind.FIT)
        return found, self.ports.scenarios.run(fit.id, now=self.ports.now()), runs

    def draw(self, template: str, **values: Any) -> str:
        """Return a page."""
        shared = {**self.ports.guard.shown(), "words": saying, "under_way": UNDER_WAY}
        return render_template(f"studio/{template}.html", **shared, **values)

    def charts(self, template: str, **values: Any) -> Response:
        """Return a page with charts, which are drawn with styles of their own."""
        page = make_response(self.draw(template, **values))
        page.headers["Content-Security-Policy"] = self.ports.chart_policy
        return page


def base_of(fit: Run) -> Scenario:
    """Return the hall as it is, as a study starts from it."""
    if fit.result is None:
        abort(409)
    return scenario_of(fit.result["scenario"], file=gettext("the hall as it is"))


def go(endpoint: str, **values: Any) -> Response:
    """Send the browser to another page."""
    return make_response(redirect(address(endpoint, **values), 303))


def as_workbook(content: bytes, name: str) -> Response:
    """Return a workbook as a file to keep."""
    answer = make_response(content)
    answer.mimetype = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
