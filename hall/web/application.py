"""The web application of the hall: the API, the staff's pages, errors, headers, words."""

from datetime import timedelta
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Request, Response
from flask_wtf.csrf import CSRFProtect
from typing_extensions import override
from werkzeug.exceptions import UnprocessableEntity, default_exceptions
from werkzeug.middleware.proxy_fix import ProxyFix

from hall.access import guard as guard_routes
from hall.access import public
from hall.channels.chosen import chosen_channels
from hall.context import Context
from hall.limits import rules_from
from hall.settings import Settings
from hall.web import errors, headers, operational
from hall.web import pages as staff
from hall.web.api import api
from hall.web.api_bookings import reservations
from hall.web.api_counters import work
from hall.web.api_layouts import layouts
from hall.web.api_waitlist import waiting
from hall.web.api_waits import waits
from hall.web.icons import icon
from hall.web.pages.frame import refuse
from hall.web.words import speak

#: A clerk's day, and then some.
SIGNED_IN_FOR = timedelta(hours=14)
#: No body of ours is larger than a layout file.
LARGEST_BODY = 2_000_000
SPEC_ENDPOINT = "openapi.spec"
#: What Flask and its extensions are told in every hall alike.
CONFIGURATION: dict[str, Any] = {
    "OPENAPI_VERSION": "3.1.0",
    "MAX_CONTENT_LENGTH": LARGEST_BODY,
    "PERMANENT_SESSION_LIFETIME": SIGNED_IN_FOR,
    "SESSION_REFRESH_EACH_REQUEST": False,  # a late answer must not bring an old session back
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_NAME": "hall_session",
    "WTF_CSRF_CHECK_DEFAULT": False,
    "WTF_CSRF_TIME_LIMIT": None,
    "JSON_SORT_KEYS": False,
}


#: The parts of the API.
DOORS = (api, work, reservations, waiting, waits, layouts)


def make_web(settings: Settings, context: Context) -> Flask:
    """Return the application without the doors: what those who work in the hall need."""
    app = APIFlask(
        "hall.web",
        title="Hall",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
    )
    app.request_class = _Request
    app.config.update(CONFIGURATION, SECRET_KEY=settings.key, PUBLIC_URL=settings.public_url)
    app.config.update(REHEARSAL=settings.rehearsal, MESSAGES=settings.messages)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions["hall"] = context
    app.extensions["limits"] = rules_from(settings)
    app.extensions["channels"] = chosen_channels(settings)
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.globals["rehearsal"] = settings.rehearsal
    if settings.rehearsal:  # it may be open in the browser of somebody who is at work
        app.config["SESSION_COOKIE_NAME"] = "rehearsal_session"
    csrf = CSRFProtect(app)
    speak(app)
    guard_routes(app, csrf)
    headers.protect(app)
    errors.register(app, page=refuse)
    app.error_processor(_refused)
    for blueprint in (*DOORS, operational.blueprint, staff.blueprint):
        app.register_blueprint(blueprint)
    app.view_functions[SPEC_ENDPOINT] = public(app.view_functions[SPEC_ENDPOINT])
    return app


def _refused(error: HTTPError) -> Response:
    """Tell APIFlask's refusals as every other is told; what is wrong with a body by field."""
    refused = default_exceptions[error.status_code]()
    if not errors.wants_json():
        return refuse(refused)
    if not isinstance(refused, UnprocessableEntity):
        return errors.problem(refused)
    places = [
        {"at": str(field), "problem": " ".join(problems)}
        for fields in error.detail.values()
        for field, problems in fields.items()
    ]
    return errors.problem(refused, errors=places)


class _Request(Request):
    """A request whose missing body is an empty one: most commands need none."""

    @override
    def get_json(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_json(*args, **kwargs) if self.get_data() else {}
