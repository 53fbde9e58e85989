"""Refusals as problem details (RFC 9457), in the caller's language."""

from collections.abc import Callable

from flask import Flask, Response, jsonify, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from hall.domain.limits import TooOften
from hall.domain.reading import BadFile
from hall.web.details import DETAILS
from hall.web.refusals import HTTP, REFUSALS, Refusal

_ = lazy_gettext


def refusal_of(error: Exception) -> Refusal:
    """Return how an error is told."""
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    status = error.code if isinstance(error, HTTPException) and error.code else 500
    return HTTP.get(status, Refusal(status, "refused", _("This cannot be done")))


def told(error: Exception) -> dict[str, str]:
    """Return a refusal in the caller's words, and which field it is about: for the doors' pages."""
    found = refusal_of(error)
    title = str(found.title)
    return {
        "code": found.code,
        "at": found.at or "",
        "title": title,
        "detail": detail_of(error),
        "status": str(found.status),
    }


def problem(error: Exception, *, errors: list[dict[str, str]] | None = None) -> Response:
    """Return the problem details of an error."""
    found = refusal_of(error)
    title = str(found.title)
    if errors is None:
        errors = places(error, found)
    body = {
        "type": f"urn:hall:error:{found.code}",
        "code": found.code,
        "title": title,
        "status": found.status,
        "detail": detail_of(error) or title,
        "errors": errors,
    }
    answer = jsonify(body)
    answer.status_code = found.status
    answer.mimetype = "application/problem+json"
    return answer


def places(error: Exception, found: Refusal) -> list[dict[str, str]]:
    """Return where something is wrong, and what."""
    if isinstance(error, BadFile):
        return [
            {"at": f"{p.at}" + (f" (line {p.line})" if p.line else ""), "problem": p.problem}
            for p in error.problems
        ]
    return [{"at": found.at, "problem": str(found.title)}] if found.at else []


def detail_of(error: Exception) -> str:
    """Return what is to be said of this very case, beyond the title."""
    say = DETAILS.get(type(error))
    return say(error) if say else ""


def wants_json() -> bool:
    """Whether an error is told as problem details or as a page."""
    accepts = request.accept_mimetypes
    return request.path.startswith("/api/") or not accepts.accept_html


def register(app: Flask, *, page: Callable[[Exception], Response]) -> None:
    """Tell every refusal: as problem details to programs, by ``page`` to people."""
    app.extensions["told"] = told

    def tell(error: Exception) -> Response:
        answer = problem(error) if wants_json() else page(error)
        if isinstance(error, TooOften):
            answer.headers["Retry-After"] = str(error.seconds)
        return answer

    for kind in (*REFUSALS, HTTPException, InternalServerError):
        app.register_error_handler(kind, tell)
