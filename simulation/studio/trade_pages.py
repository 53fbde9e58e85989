"""The pages of bookings: what to vary, and the curve of whom it costs what."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, request
from flask import url_for as address
from flask_babel import gettext

from hall.domain.identities import APPOINTMENT
from hall.domain.layout import Layout
from hall.domain.studies import Run, RunKind, RunStatus, Study
from simulation.scenario import Scenario
from simulation.scenario_form import scenario_of
from simulation.studio import saying
from simulation.studio.controls import booked_share
from simulation.studio.pages import DAYS, SEED, USUAL_DAYS, Pages, base_of, go
from simulation.studio.sheets import shown, workbook
from simulation.studio.trade_tables import chart_data, curve_table, figures_table
from simulation.studio.version import model_version
from simulation.trade.settings import Setting, present
from simulation.trade.words import help_for, long, title

PERCENT = 100
#: The share that is supposed to book where nobody does, in percent.
SUPPOSED = 30


class TradePages:
    """What planners see of bookings, beside the plans of a study."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.ports = pages.ports

    def choose(self, study: str) -> str | Response:
        """Show what can be varied, once the study knows what it starts from."""
        found, fit, runs = self.pages.opened(study)
        if fit.result is None:
            return go("studio.study", study=study)
        form = self._form(found, fit, runs, of=request.args.get("of", ""))
        return self.pages.draw("trade", study=found, **form)

    def trade(self, study: str) -> Response:
        """Try one setting at every value."""
        found, fit, runs = self.pages.opened(study)
        of = request.form.get("of", "")
        hall = self._hall(fit, runs, of)
        base = scenario_of(hall)
        setting = _setting(request.form.get("over", ""), base)
        booked = None
        if not booked_share(base) and setting is not Setting.BOOKED:
            booked = request.form.get("booked", SUPPOSED, type=int) / PERCENT
            if not 0 < booked < 1:
                abort(422)
        run = self.ports.runs.start(
            study,
            kind=RunKind.TRADE,
            document={
                "base": hall,
                "of": of,
                "plan": self._names(fit, runs)[of] if of else None,
                "over": setting.value,
                "title": {"zh": title(setting).zh, "en": title(setting).en},
                "booked": booked,
                "name": found.name,
                "seed": SEED,
                "days": request.form.get("days", USUAL_DAYS, type=int),
                "source": fit.document["source"],
                "source_days": fit.document.get("days", []),
                "model": model_version(),
            },
        )
        return go("studio.run", run=run.id)

    def result(self, run: Run, study: Study, result: Mapping[str, Any]) -> Response:
        """Show a curve."""
        layout = scenario_of(run.document["base"]).layout
        found, fit, runs = self.pages.opened(study.id)
        form = self._form(found, fit, runs, of=run.document["of"], over=result["over"])
        table = curve_table(result)
        return self.pages.charts(
            "curve",
            study=study,
            run=run,
            result=result,
            layout=layout,
            table_made=(table, list(shown(table))),
            facts=self._facts(run, study, layout, result),
            supposed=supposed(run),
            chart_data=chart_data(result),
            **{name: value for name, value in form.items() if name != "layout"},
        )

    def sheets(self, run: Run, study: Study, result: Mapping[str, Any]) -> bytes:
        """Return a curve as a workbook."""
        layout = scenario_of(run.document["base"]).layout
        made = figures_table(result)
        return workbook({made.name: made}, self._facts(run, study, layout, result))

    def _form(
        self, study: Study, fit: Run, runs: Sequence[Run], *, of: str, over: str = ""
    ) -> dict[str, Any]:
        """Return what the form of a curve shows."""
        names = self._names(fit, runs)
        of = of if of in names else ""
        base = scenario_of(self._hall(fit, runs, of))
        can_book = APPOINTMENT in base.layout.class_of
        return {
            "layout": base.layout,
            "halls": names,
            "of": of,
            "can_book": can_book,
            "booked": round(booked_share(base) * PERCENT),
            "supposed_share": SUPPOSED,
            "settings": [_offered(setting, base) for setting in Setting] if can_book else [],
            "over": over or Setting.CREDIT.value,
            "days": DAYS,
            "chosen_days": study.document["days"],
        }

    def _names(self, fit: Run, runs: Sequence[Run]) -> dict[str, str]:
        """Return what can be varied: the hall as it is, and every plan that was compared."""
        zone = base_of(fit).layout.zone
        plans = {
            run.id: f"{run.document['name']} · {saying.moment(run.queued_at, zone)}"
            for run in runs
            if run.kind is RunKind.COMPARISON and run.status is RunStatus.DONE
        }
        return {"": gettext("The hall as it is"), **plans}

    def _hall(self, fit: Run, runs: Sequence[Run], of: str) -> dict[str, Any]:
        """Return the scenario of the hall as it is, or of a plan, as a form."""
        if of not in self._names(fit, runs):
            abort(422)
        now = self.ports.now()
        chosen = self.ports.scenarios.run(of, now=now) if of else fit
        found: dict[str, Any] = (chosen.result or abort(409))["scenario"]
        return found

    def _facts(
        self, run: Run, study: Study, layout: Layout, result: Mapping[str, Any]
    ) -> list[tuple[str, str]]:
        """Return what a curve rests on: what somebody needs to find the same again."""
        asked, began = run.document, run.started_at or run.queued_at
        return [
            (gettext("Study"), study.name),
            (gettext("Hall"), asked["plan"] or gettext("The hall as it is")),
            (gettext("Starts from"), saying.source(asked)),
            (gettext("Simulated"), gettext("%(days)s each", days=saying.days(result["days"]))),
            (gettext("Seed"), str(result["seed"])),
            (gettext("Layout as it is"), result["layout_hash"][:12]),
            (gettext("Model"), asked["model"]),
            (gettext("Made"), saying.moment(began, layout.zone)),
            (gettext("Address"), address("studio.run", run=run.id, _external=True)),
        ]


def supposed(run: Run) -> int | None:
    """Return how many percent were supposed to book, where nobody does."""
    share = run.document["booked"]
    return None if share is None else round(share * PERCENT)


def _setting(written: str, base: Scenario) -> Setting:
    """Return the setting that was chosen, where this hall has it."""
    if written not in set(Setting) or APPOINTMENT not in base.layout.class_of:
        abort(422)
    return Setting(written)


def _offered(setting: Setting, base: Scenario) -> dict[str, Any]:
    """Return a setting as the form offers it."""
    return {
        "id": setting.value,
        "title": title(setting),
        "help": help_for(setting),
        "now": long(setting, present(base, setting)),
    }
