"""The pages of messages: what waits, was sent or failed; the words; and leaving them."""

from functools import partial
from typing import Any

from flask import Response, abort, current_app, make_response, request
from werkzeug.exceptions import NotFound

from hall.access import OVERSEERS, allowed, caller, context, public
from hall.context import UnknownAppointment, UnknownMessage, View
from hall.domain.identities import HallId, PersonId
from hall.domain.letters import LANGUAGES, BadWording, Wording, check, example, fill, placeholders
from hall.domain.messages import Kind, MessageId, MessageState, Quiet
from hall.operations.messages import set_quiet_hours, word_message
from hall.queries.messages import leaving, shown, speech
from hall.web.pages import message_sayings
from hall.web.pages.frame import ask, blueprint, draw, go, my_hall

#: What can be looked at alone; "unsure" are those that may have come twice.
SHOWN = (*(state.value for state in MessageState), "unsure")


@blueprint.get("/manager/messages")
@allowed(*OVERSEERS)
def messages() -> str:
    """Show what became of the messages, the newest first."""
    hall, outbox, wanted = my_hall(*OVERSEERS), context().outbox, request.args.get("show", "")
    if wanted == "unsure":
        found = outbox.unsure(hall)
    else:
        found = outbox.messages(hall, state=MessageState(wanted) if wanted in SHOWN else None)
    seal = context().seal
    return _draw(
        "messages",
        counts=outbox.counts(hall),
        shows=wanted,
        SHOWN=SHOWN,
        messages=ask(lambda view: [shown(view, one, seal=seal) for one in found], *OVERSEERS),
        channels=current_app.config["MESSAGES"],
    )


@blueprint.post("/manager/messages/<message>/again")
@allowed(*OVERSEERS)
def send_again(message: str) -> Response:
    """Send a message again that failed."""
    try:
        context().outbox.retry(my_hall(*OVERSEERS), MessageId(message), now=context().now())
    except UnknownMessage as error:
        raise NotFound from error
    return go("staff.messages")


@blueprint.get("/manager/messages/words")
@allowed(*OVERSEERS)
def message_words() -> str:
    """Show how messages are worded, and when they are not sent."""
    return _words()


@blueprint.post("/manager/messages/words/<kind>")
@allowed(*OVERSEERS)
def change_words(kind: str) -> Response:
    """Preview the words of a kind of message, keep them, or go back to those shipped."""
    if kind not in set(Kind):
        abort(404)
    hall, of, step = my_hall(*OVERSEERS), Kind(kind), request.form.get("step", "")
    if step == "shipped":
        for language in LANGUAGES:
            context().messaging.forget_wording(hall, of, language)
        return go("staff.message_words", _anchor=kind)
    given = {language: _given(language) for language in LANGUAGES}
    try:
        if step == "keep":
            by = PersonId(caller().id)
            word_message(
                context().messaging, hall, kind=of, words=given.items(), by=by, now=context().now()
            )
            return go("staff.message_words", _anchor=kind)
        for wording in given.values():
            check(of, wording)
    except BadWording as error:
        return make_response(_words(of, given, mistakes=error.mistakes), 422)
    return make_response(_words(of, given))


@blueprint.post("/manager/messages/quiet")
@allowed(*OVERSEERS)
def change_quiet() -> Response:
    """Set the hours in which messages that can wait do."""
    quiet = Quiet(from_minute=_minute("from"), until_minute=_minute("until"))
    set_quiet_hours(context().messaging, my_hall(*OVERSEERS), quiet)
    return go("staff.message_words")


@blueprint.get("/messages/stop/<hall>/<token>")
@public
def leave_messages(hall: str, token: str) -> str:
    """Ask whether somebody wants no more messages."""
    _person(hall, token)
    return _leaving(hall, done="")


@blueprint.post("/messages/stop/<hall>/<token>")
@public
def left_messages(hall: str, token: str) -> str:
    """Send somebody no more messages, or some again; a mail program asks for it in one click."""
    person, messaging = _person(hall, token), context().messaging
    if request.form.get("step") == "again":
        messaging.subscribe(HallId(hall), person)
        return _leaving(hall, done="again")
    messaging.unsubscribe(HallId(hall), person, now=context().now())
    return _leaving(hall, done="stop")


def _person(hall: str, token: str) -> str:
    try:
        return context().ask(HallId(hall), partial(leaving, token=token, seal=context().seal))
    except UnknownAppointment as error:
        raise NotFound from error


def _leaving(hall: str, *, done: str) -> str:
    name = context().ask(HallId(hall), lambda view: view.layout.name)
    return draw("leave_messages", name=name, done=done)


def _words(
    of: Kind | None = None,
    given: dict[str, Wording] | None = None,
    *,
    mistakes: tuple[Any, ...] = (),
) -> str:
    """Show the words of every kind; of one, those that were typed, with what they come out as."""
    kinds, quiet = ask(partial(_worded, of=of, given=given or {}, mistakes=mistakes), *OVERSEERS)
    return _draw("message_words", kinds=kinds, quiet=quiet, languages_of_messages=LANGUAGES)


def _worded(
    view: View, *, of: Kind | None, given: dict[str, Wording], mistakes: tuple[Any, ...]
) -> tuple[list[dict[str, Any]], Quiet]:
    spoken, name = speech(view), view.layout.name
    kinds = []
    for kind in Kind:
        words = {language: spoken.words[kind, language] for language in LANGUAGES}
        wrong = mistakes if kind is of else ()
        typed = given if kind is of else words
        previews = {
            language: fill(wording, example(kind, language, hall=name.in_language(language)))
            for language, wording in ({} if wrong else typed).items()
        }
        kinds.append(
            {
                "kind": kind,
                "words": typed,
                "is_own": kind in spoken.own,
                "previews": previews,
                "mistakes": wrong,
                "is_open": kind is of,
                "placeholders": placeholders(kind),
            }
        )
    return kinds, spoken.quiet


def _given(language: str) -> Wording:
    form = request.form
    text = form.get(f"text-{language}", "").replace("\r\n", "\n").strip()
    return Wording(subject=form.get(f"subject-{language}", "").strip(), text=text)


def _minute(name: str) -> int:
    hours, _, minutes = request.form.get(name, "").partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()):
        abort(422)
    found = int(hours) * 60 + int(minutes)
    return found if found < 24 * 60 else abort(422)


def _draw(template: str, **values: Any) -> str:
    layout = ask(lambda view: view.layout, *OVERSEERS)
    return draw(template, layout=layout, zone=layout.zone, tell=message_sayings, **values)
