"""How often one may try: counted by browser and address, by phone and ID number, never readable.

Staff and the hall's own screens are not limited by where they are. A browser is told by a cookie,
and counted; all that come from one address are counted together as well, with a limit many times
as high, since a hall, a street or a whole carrier may stand behind it: higher still for an address
that many share, for a browser that made an appointment before, and for one that solved a puzzle.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import cast

from flask import current_app, g, request
from werkzeug.wrappers import Response

from hall.access import STAFF, caller, context
from hall.context import PuzzleIsOver, PuzzleIsWrong, UnknownAppointment, UnknownEntry
from hall.domain.addresses import Network, is_within, networks_in, place_of
from hall.domain.contact import Contact
from hall.domain.identities import HallId
from hall.domain.limits import Limit, Sender, WrongLimit, limits_in
from hall.queries.own_booking import answers
from hall.settings import Settings

#: The cookie by which a browser is told from others, and for how long one that booked is known.
BROWSER = "browser"
KNOWN_FOR = timedelta(days=180)


class What(StrEnum):
    """What is counted, each with a setting ``HALL_LIMIT_…`` of its name."""

    #: Times held, and appointments moved.
    HOLDS = "holds"
    #: Appointments of one phone, and of one ID number.
    BOOKINGS = "bookings"
    #: Messages that one phone asks for.
    MESSAGES = "messages"
    #: Numbers taken on one's own phone.
    NUMBERS = "numbers"
    #: Codes of appointments that there are not.
    WRONG_CODES = "wrong_codes"
    #: Names that do not belong to the digits of a phone, at the touch screen.
    WRONG_NAMES = "wrong_names"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The limits of this installation."""

    limits: dict[What, tuple[Limit, ...]]
    #: How many times a browser may hold at once; 0 for no such limit.
    open_holds: int
    #: How many times as high a limit is for one address, and for one that many share.
    address_times: int
    shared_times: int
    shared: tuple[Network, ...]
    #: How many numbers have to be tried for a puzzle, at most.
    work: int


def rules_from(settings: Settings) -> Rules:
    """Return the limits that the settings name.

    Raises:
        WrongLimit: one of them cannot be read; it says which.
    """
    limits = {}
    for what in What:
        name = f"limit_{what}"
        try:
            limits[what] = limits_in(getattr(settings, name))
        except WrongLimit as wrong:
            raise WrongLimit(f"HALL_{name.upper()}: {wrong}") from wrong
    try:
        shared = networks_in(settings.shared_networks)
    except ValueError as wrong:
        raise WrongLimit(f"HALL_SHARED_NETWORKS: {wrong}") from wrong
    return Rules(
        limits=limits,
        open_holds=settings.limit_open_holds,
        address_times=settings.limit_address_times,
        shared_times=settings.limit_shared_times,
        shared=shared,
        work=settings.puzzle_work,
    )


def rules() -> Rules:
    """Return the limits of this application."""
    return cast(Rules, current_app.extensions["limits"])


def count(what: What) -> None:
    """Count one more attempt of this browser, or raise ``TooOften``; refused ones count too."""
    _count(_tries(what))


def sender(hall: HallId, *, puzzle: str = "") -> Sender:
    """Return who asks for a time that others want too, after counting it as a hold.

    Args:
        hall: of which.
        puzzle: the solved puzzle that the request carries, if it does.

    Raises:
        TooOften: too many were asked for from there.
    """
    has_solved = _has_solved(hall, puzzle)
    _count(_tries(What.HOLDS, has_solved=has_solved))
    open_, seal = rules().open_holds, context().seal
    marks = _sources(has_solved=has_solved) if open_ and not _is_known_here() else ()
    return Sender(
        marks=tuple((seal.mark(kind, text), open_ * times) for kind, text, times in marks),
        puzzle=puzzle,
    )


def count_person(contact: Contact) -> None:
    """Count one more attempt to book for a phone and, if one is given, an ID number."""
    if caller().roles(None).isdisjoint(STAFF):
        numbers = (("phone", contact.phone), ("id", contact.id_number))
        _count(_of(What.BOOKINGS, ((kind, text, 1) for kind, text in numbers if text)))


def count_booker(code: str) -> None:
    """Count one more attempt to book for whoever a held appointment is for."""
    known = _contact_of(code)
    if known is not None:
        count_person(known)


def count_message(code: str) -> None:
    """Count one more message that was asked for to whoever a held appointment is for."""
    known = _contact_of(code)
    if known is not None:
        _count(_of(What.MESSAGES, [("phone", known.phone, 1)]))


def count_address(what: str, limit: Limit, text: str = "") -> None:
    """Count one more attempt from an address, of one ``text`` if it is given."""
    _count([(context().seal.mark(what, f"{place_of(_address())} {text}"), limit)])


def hall_of_booking(code: str) -> HallId:
    """Return the hall of the appointment with a code; whoever tries many is stopped.

    Raises:
        TooOften: too many codes were tried that there are not.
        UnknownAppointment: this is one more of them.
    """
    return _hall_of(code, context().hall_of_booking)


def hall_of_waiting(code: str) -> HallId:
    """Return the hall whose waitlist has a place with a code; whoever tries many is stopped.

    Raises:
        TooOften: too many codes were tried that there are not.
        UnknownEntry: this is one more of them.
    """
    return _hall_of(code, context().hall_of_waiting)


def _hall_of(code: str, find: Callable[[str], HallId]) -> HallId:
    found: dict[tuple[str, str], HallId] = g.setdefault("halls_of_codes", {})
    key = find.__name__, code
    if key not in found:
        tries = list(_tries(What.WRONG_CODES))
        context().attempts.check(tries, now=context().now())
        try:
            found[key] = find(code)
        except (UnknownAppointment, UnknownEntry):
            _count(tries)
            raise
    return found[key]


def check_names(hall: HallId, digits: str) -> None:
    """Raise ``TooOften`` if too many names were tried for the last digits of a phone."""
    context().attempts.check(_names(hall, digits), now=context().now())


def count_wrong_name(hall: HallId, digits: str) -> None:
    """Count one more name that nobody has whose phone ends so."""
    _count(_names(hall, digits))


def remember_browser(response: Response, *, has_booked: bool = False) -> None:
    """Give a browser a cookie to be told by; once it made an appointment it is known."""
    if _is_known_here():
        return
    name, is_known = _browser()
    if has_booked and not is_known:
        name = name or secrets.token_urlsafe(12)
        value, age = f"{name}.{_proof(name)}", KNOWN_FOR
        response.set_cookie(BROWSER, value, max_age=age, samesite="Lax", httponly=True)
    elif not name and BROWSER not in str(response.headers.getlist("Set-Cookie")):
        name = secrets.token_urlsafe(12)
        response.set_cookie(BROWSER, name, samesite="Lax", httponly=True)


def _contact_of(code: str) -> Contact | None:
    seal = context().seal
    hall = hall_of_booking(code)
    return context().ask(hall, lambda view: answers(view, code=code, seal=seal)).contact


def _count(tries: Iterable[tuple[str, Limit]]) -> None:
    found = list(tries)
    if found:
        context().attempts.count(found, now=context().now())


def _tries(what: What, *, has_solved: bool = False) -> Iterator[tuple[str, Limit]]:
    """Return by what marks this request is counted, and the limits."""
    device = caller().device
    if not _is_known_here():
        yield from _of(what, _sources(has_solved=has_solved))
    elif device is not None and what is What.WRONG_CODES:
        yield from _of(what, [("device", device.id, rules().address_times)])


def _names(hall: HallId, digits: str) -> list[tuple[str, Limit]]:
    device, sources = caller().device, [("digits", f"{hall} {digits}", 1)]
    if device is not None:
        sources.append(("device", device.id, rules().address_times))
    return list(_of(What.WRONG_NAMES, sources))


def _of(what: What, sources: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, Limit]]:
    seal, limits = context().seal, rules().limits[what]
    for kind, text, times in sources:
        for limit in limits:
            yield seal.mark(f"{what} {kind}", text), limit.times(times)


def _sources(*, has_solved: bool) -> Iterator[tuple[str, str, int]]:
    """Return where a request comes from: browser and address, and how much higher its limit is."""
    name, is_known = _browser()
    if name:
        yield "browser", name, 1
    is_trusted = has_solved or is_known or is_within(_address(), rules().shared)
    times = rules().shared_times if is_trusted else rules().address_times
    yield "address", place_of(_address()), times


def _is_known_here() -> bool:
    """Whether somebody has signed in, or an enrolled device asks."""
    return caller().person is not None or caller().device is not None


def _has_solved(hall: HallId, puzzle: str) -> bool:
    try:
        return bool(puzzle) and bool(context().solved(hall, puzzle))
    except (PuzzleIsWrong, PuzzleIsOver):
        return False


def _browser() -> tuple[str, bool]:
    """Return what a browser is told by, and whether it made an appointment before."""
    name, claims, proof = request.cookies.get(BROWSER, "").partition(".")
    if not claims:
        return name, False
    is_known = secrets.compare_digest(proof.encode(), _proof(name).encode())
    return (name, True) if is_known else ("", False)


def _proof(name: str) -> str:
    return context().seal.mark("known browser", name)[:20]


def _address() -> str:
    """Return where the request comes from, as far as proxies that are ours tell it."""
    return request.remote_addr or ""
