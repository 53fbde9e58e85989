"""Missed appointments that are to be forgiven: who asks, and what is decided."""

from functools import partial

from flask import Response, make_response, request

from hall.access import allowed, context
from hall.operations.forgiving import forgive, refuse_appeal
from hall.queries.missed import appeal_for, appeals
from hall.web.pages.bookings import BOOKERS, FORGIVERS, PARDONS, may_forgive
from hall.web.pages.frame import ask, blueprint, carry_out, draw


@blueprint.get("/bookings/appeals")
@allowed(*BOOKERS)
def open_appeals() -> str:
    """Return who asks that a missed appointment be forgiven."""
    asked = ask(partial(appeals, seal=context().seal), *BOOKERS)
    return draw("appeals", appeals=asked, may_forgive=may_forgive())


@blueprint.get("/bookings/<which>/forgive")
@allowed(*FORGIVERS)
def to_forgive(which: str) -> str:
    """Ask for the reason why a missed appointment is forgiven, or is not."""
    return _drawn(which)


@blueprint.post("/bookings/<which>/forgive", endpoint="forgive")
@allowed(*FORGIVERS)
def forgive_it(which: str) -> Response:
    """Let a missed appointment not count."""
    carry_out(partial(forgive, which=which, answer=request.form.get("answer", "")), *FORGIVERS)
    return _told(which)


@blueprint.post("/bookings/<which>/refuse", endpoint="refuse_appeal")
@allowed(*FORGIVERS)
def refuse_it(which: str) -> Response:
    """Let a missed appointment count although its citizen asked."""
    answer = request.form.get("answer", "")
    carry_out(partial(refuse_appeal, which=which, answer=answer), *FORGIVERS)
    return _told(which)


def _told(which: str) -> Response:
    answer = make_response(_drawn(which))
    answer.headers["HX-Trigger"] = "changed"
    return answer


def _drawn(which: str) -> str:
    asked = ask(partial(appeal_for, which=which, seal=context().seal), *FORGIVERS)
    return draw("bookings_forgive", asked=asked, PARDONS=PARDONS)
