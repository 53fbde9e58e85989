"""What operators ask: is it up, is it ready, how is it doing."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from hall.access import context, public
from hall.context import View
from hall.domain.counters import CounterState
from hall.web.commands import answered

blueprint = Blueprint("operational", __name__)


@blueprint.get("/health")
@public
def health() -> Response:
    """Answer while the process is up."""
    return answered(200, {"status": "up"})


@blueprint.get("/ready")
@public
def ready() -> Response:
    """Answer 200 while the database answers and its tables are of the present version."""
    is_ready = context().is_ready()
    return answered(200 if is_ready else 503, {"status": "ready" if is_ready else "not ready"})


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Tell Prometheus how every hall is doing; counts only, nobody's data."""
    registry = CollectorRegistry()
    gauges = {
        name: Gauge(f"hall_{name}", text, ["hall"], registry=registry)
        for name, text in (
            ("sequence", "Last journal number"),
            ("waiting", "People waiting"),
            ("serving", "People called or served"),
            ("counters_ready", "Counters able to call"),
        )
    }
    for hall in context().halls():
        for name, value in context().ask(hall, _figures).items():
            gauges[name].labels(hall).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _figures(view: View) -> dict[str, int]:
    states = [counter.state for counter in view.counters_now().values()]
    return {
        "sequence": view.sequence,
        "waiting": sum(line.waiting for line in view.lines()),
        "serving": len(view.all_at_counters()),
        "counters_ready": states.count(CounterState.READY),
    }
