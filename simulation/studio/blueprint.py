"""The studio's addresses."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from simulation.studio.pages import Pages
from simulation.studio.ports import Ports
from simulation.studio.result_pages import ResultPages
from simulation.studio.trade_pages import TradePages


def make_studio(ports: Ports) -> Blueprint:
    """Return the studio as a blueprint, on the ports of one hall's server."""
    studio = Blueprint(
        "studio",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/studio",
    )
    pages = Pages(ports)
    trades = TradePages(pages)
    results = ResultPages(pages, trades)
    routes: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("GET", "/planner", pages.home),
        ("POST", "/planner", pages.begin),
        ("GET", "/planner/<study>", pages.study),
        ("POST", "/planner/<study>", pages.compare),
        ("POST", "/planner/<study>/copy", pages.copy),
        ("POST", "/planner/<study>/forget", pages.forget),
        ("GET", "/planner/<study>/trade", trades.choose),
        ("POST", "/planner/<study>/trade", trades.trade),
        ("GET", "/planner/run/<run>", results.run),
        ("GET", "/planner/run/<run>/progress", results.progress),
        ("GET", "/planner/run/<run>/report", results.report),
        ("GET", "/planner/run/<run>/tables.xlsx", results.sheets),
        ("GET", "/planner/run/<run>/wall/<side>", results.wall),
        ("POST", "/planner/run/<run>/cancel", results.cancel),
        ("POST", "/planner/run/<run>/again", results.again),
        ("POST", "/planner/run/<run>/schedule", results.schedule),
    )
    for method, rule, page in routes:
        name = page.__name__
        studio.add_url_rule(rule, name, ports.guard.planners(_plain(page)), methods=[method])
    studio.after_request(_keep_nothing)
    return studio


def _plain(page: Callable[..., Any]) -> Callable[..., Any]:
    """Return a page as a function of its own, so that its rule of access can be noted on it."""

    def show(**values: str) -> Any:
        return page(**values)

    show.__name__ = page.__name__
    return show


def _keep_nothing(response: Response) -> Response:
    """Never show an old page again."""
    response.headers["Cache-Control"] = "no-store"
    return response
