"""Carrying out one command of the API, once, however often it is sent."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from flask import Response, jsonify, request, url_for

from hall.access import caller, context
from hall.context import Answered, Change, Key, Once
from hall.domain.actors import Actor
from hall.domain.identities import HallId
from hall.domain.tickets import Ticket
from hall.operations.call import Call
from hall.operations.issue import Issued
from hall.queries.tickets import ticket_json

R = TypeVar("R")
LONGEST_KEY = 200

#: A status and a body; no body is 204.
Said = tuple[int, dict[str, Any] | None]


def carry_out(
    hall: HallId, do: Callable[[Change], R], *, by: Actor, say: Callable[[R], Said]
) -> Response:
    """Carry out an operation and answer; a repeat with the same key gets the first answer."""
    key = request.headers.get("Idempotency-Key", "")[:LONGEST_KEY]
    once = None
    if key:
        body = request.get_data(cache=True)
        told = f"{request.method} {request.path}\n".encode() + body
        fingerprint = hashlib.sha256(told).hexdigest()
        kept = Key(caller=caller().id, key=key, fingerprint=fingerprint)
        once = Once(key=kept, render=lambda result: list(say(result)))
    try:
        status, answer = say(context().perform(hall, do, by=by, once=once))
    except Answered as earlier:
        status, answer = earlier.answer
    return answered(status, answer)


def answered(status: int, body: dict[str, Any] | None) -> Response:
    """Return an answer of the API."""
    if body is None:
        return Response(status=204)
    answer = jsonify(body)
    answer.status_code = status
    return answer


def say_ticket(ticket: Ticket) -> Said:
    """Answer with a ticket."""
    return 200, ticket_json(ticket)


def say_issued(issued: Issued) -> Said:
    """Answer with a new ticket, its secret and what was announced."""
    return 201, {
        **ticket_json(issued.ticket),
        "secret": issued.secret,
        "ahead": issued.ahead,
        "estimate": issued.estimate,
        "track_url": url_for("kiosk.phone", secret=issued.secret, _external=True),
    }


def say_call(call: Call | None) -> Said:
    """Answer with a call and its reason, or that nobody waits."""
    if call is None:
        return 204, None
    return 200, {"ticket": ticket_json(call.ticket), "reason": asdict(call.reason)}
