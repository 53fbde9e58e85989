"""How a citizen meets each refusal of booking: on real pages, by what they do there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from werkzeug.test import TestResponse

from hall.channels.console import Console
from hall.context import (
    PuzzleIsOver,
    PuzzleIsWrong,
    UnknownAppointment,
    UnknownEntry,
    UnknownHall,
    UnknownTicket,
)
from hall.domain.appointments import IllegalPardon, IllegalStep
from hall.domain.contact import WrongIdNumber, WrongPhone
from hall.domain.limits import TooOften, limits_in
from hall.domain.slots import NotThatDay
from hall.limits import What
from hall.operations import booking, forgiving, proving, standing, waitlist, waitlist_offers
from hall.operations.admission import PuzzleIsMissing
from hall.operations.call import ReasonMissing
from hall.operations.check_in import MatterIsGone, NotToday
from hall.operations.day import HallIsClosed, close_day, open_day
from hall.operations.layouts import activate_layout
from hall.queries.proving import NobodyIsReached
from tests.hall.test_booking import LAYOUT, a_day_goes_by, booked, fill
from tests.hall.test_kiosk_booking import BY_PHONE, FIRST, SECOND, WHO, Citizen
from tests.hall.test_kiosk_waiting import WISH, joined, offered
from tests.hall.workers import solved

#: Asks for what is refused, as often as one likes: every time it is refused alike.
Again = Callable[[], TestResponse]
Provoke = Callable[[Citizen], Again]
P = TypeVar("P", bound=Provoke)
TYPED = "138 0013 8000"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One way to meet a refusal.

    Attributes:
        kind: the refusal.
        provoke: what is done before, up to what is refused.
        keeps: what was typed, and must not be lost.
        on_screen: whether only the hall's touch screen can meet it.
    """

    kind: type[Exception]
    provoke: Provoke
    keeps: str
    on_screen: bool


CASES: dict[str, Case] = {}


def meets(kind: type[Exception], *, keeps: str = "", on_screen: bool = False) -> Callable[[P], P]:
    """Note a way to meet a refusal."""

    def note(provoke: P) -> P:
        CASES[provoke.__name__] = Case(kind=kind, provoke=provoke, keeps=keeps, on_screen=on_screen)
        return provoke

    return note


def at(citizen: Citizen, day: int, clock: str) -> None:
    """Move to a moment of March in the hall's time."""
    moment = datetime.fromisoformat(f"2026-03-{day:02}T{clock}:00+08:00")
    citizen.hall.clock.now = moment.astimezone(UTC)


def ruled(citizen: Citizen, rule: str) -> None:
    """Give the hall another rule of booking."""
    text = LAYOUT.replace("[booking]", f"[booking]\n{rule}")
    citizen.hall.do(activate_layout, file="ruled", text=text)


def limited(citizen: Citizen, **changed: Any) -> None:
    """Change the limits of the installation."""
    extensions = citizen.browser.application.extensions
    extensions["limits"] = replace(extensions["limits"], **changed)


def posts(citizen: Citizen, path: str, **form: str) -> Again:
    return lambda: citizen.post(path, **form)


def asked(citizen: Citizen, **who: str) -> str:
    """Book up to the last question, and return the code."""
    code = citizen.held()
    citizen.post(f"/b/{code}/contact", **{**WHO, **who})
    return code


def coded(citizen: Citizen) -> str:
    """Book in a hall that wants a code, up to where it was sent."""
    ruled(citizen, "confirmation = true")
    citizen.browser.application.extensions["channels"] = (Console(),)
    code = asked(citizen)
    citizen.post(f"/b/{code}/check")
    return code


def missed(citizen: Citizen) -> str:
    code = citizen.booked()
    a_day_goes_by(citizen.hall)
    return code


@meets(booking.NotBookable)
def a_matter_for_walk_ins(citizen: Citizen) -> Again:
    return lambda: citizen.get("/book/small/papers?m=walk")


@meets(NotThatDay)
def a_time_that_is_none(citizen: Citizen) -> Again:
    return posts(citizen, "/book/small/times", m="short", slot="2026-03-03/0541")


@meets(NotThatDay)
def hours_that_changed_while_it_was_held(citizen: Citizen) -> Again:
    code = asked(citizen)
    later = LAYOUT.replace('from = "09:00"', 'from = "09:30"')
    citizen.hall.do(activate_layout, file="later", text=later)
    return posts(citizen, f"/b/{code}/check")


@meets(booking.SlotIsFull)
def a_time_that_others_took(citizen: Citizen) -> Again:
    fill(citizen.hall)
    return posts(citizen, "/book/small/times", m="short", slot=FIRST)


@meets(booking.SlotIsFull)
def a_move_to_a_time_that_others_took(citizen: Citizen) -> Again:
    code = citizen.booked()
    fill(citizen.hall, 570)
    return posts(citizen, f"/b/{code}/move", slot=SECOND)


@meets(standing.TooManyBookings, keeps="13800138000")
def a_second_one_on_one_day(citizen: Citizen) -> Again:
    citizen.booked()
    code = citizen.held(SECOND)
    citizen.post(f"/b/{code}/contact", **WHO)
    return posts(citizen, f"/b/{code}/check")


@meets(standing.BookingIsBlocked, keeps="13800138000")
def a_booking_after_two_that_were_missed(citizen: Citizen) -> Again:
    for day in (3, 4):
        citizen.booked(f"2026-03-0{day}/0540")
        a_day_goes_by(citizen.hall, date(2026, 3, day))
    code = citizen.held("2026-03-05/0540")
    citizen.post(f"/b/{code}/contact", **WHO)
    return posts(citizen, f"/b/{code}/check")


@meets(standing.BookingIsBlocked, keeps=TYPED)
def waiting_after_two_that_were_missed(citizen: Citizen) -> Again:
    a_booking_after_two_that_were_missed(citizen)
    return posts(citizen, "/book/small/wait", **{**WISH, "day": "2026-03-05"})


@meets(booking.TooLateToCancel)
def a_change_too_late(citizen: Citizen) -> Again:
    code = citizen.booked()
    at(citizen, 3, "08:00")
    return posts(citizen, f"/b/{code}/cancel")


@meets(booking.HoldIsOver)
def a_hold_that_ran_out(citizen: Citizen) -> Again:
    code = asked(citizen)
    citizen.hall.clock.tick(minutes=11)
    return posts(citizen, f"/b/{code}/check")


@meets(proving.WrongProof)
def a_wrong_code(citizen: Citizen) -> Again:
    return posts(citizen, f"/b/{coded(citizen)}/confirm", digits="none")


@meets(proving.TooManyCodes)
def a_fourth_code(citizen: Citizen) -> Again:
    code = coded(citizen)
    limited(citizen, limits=dict.fromkeys(What, ()))
    for _ in range(2):
        citizen.post(f"/b/{code}/confirm/again")
    return posts(citizen, f"/b/{code}/confirm/again")


@meets(NobodyIsReached, keeps=TYPED)
def a_phone_that_no_code_reaches(citizen: Citizen) -> Again:
    ruled(citizen, "confirmation = true")
    return posts(citizen, f"/b/{citizen.held()}/contact", **WHO)


@meets(WrongPhone, keeps='value="12"')
def a_wrong_phone(citizen: Citizen) -> Again:
    return posts(citizen, f"/b/{citizen.held()}/contact", **{**WHO, "phone": "12"})


@meets(WrongIdNumber, keeps="110105194912310021")
def a_wrong_id_number(citizen: Citizen) -> Again:
    form = {**WHO, "id_number": "110105194912310021"}
    return posts(citizen, f"/b/{citizen.held()}/contact", **form)


@meets(waitlist.AlreadyWaiting, keeps=TYPED)
def waiting_twice(citizen: Citizen) -> Again:
    fill(citizen.hall)
    fill(citizen.hall, 570)
    joined(citizen)
    return posts(citizen, "/book/small/wait", **WISH)


@meets(waitlist.TimeIsFree, keeps=TYPED)
def waiting_for_what_is_free(citizen: Citizen) -> Again:
    return posts(citizen, "/book/small/wait", **WISH)


@meets(NotThatDay, keeps=TYPED)
def waiting_for_a_day_that_is_none(citizen: Citizen) -> Again:
    return posts(citizen, "/book/small/wait", **{**WISH, "day": "2026-03-07"})


@meets(waitlist_offers.OfferIsPersonal)
def a_freed_time_of_somebody_else(citizen: Citizen) -> Again:
    codes = [*fill(citizen.hall), *fill(citizen.hall, 570)]
    place = joined(citizen)
    citizen.post(f"/b/{codes[0]}/cancel")
    form = {**WHO, "name": "李四"}
    return posts(citizen, f"/b/{offered(citizen, place)}/contact", **form)


@meets(PuzzleIsMissing)
def a_browser_without_scripts(citizen: Citizen) -> Again:
    ruled(citizen, "puzzle = true")
    return posts(citizen, "/book/small/times", m="short", slot=FIRST)


@meets(PuzzleIsMissing, keeps=TYPED)
def waiting_without_scripts(citizen: Citizen) -> Again:
    fill(citizen.hall)
    fill(citizen.hall, 570)
    ruled(citizen, "puzzle = true")
    return posts(citizen, "/book/small/wait", **WISH)


@meets(PuzzleIsWrong)
def a_puzzle_that_is_none(citizen: Citizen) -> Again:
    ruled(citizen, "puzzle = true")
    return posts(citizen, "/book/small/times", m="short", slot=FIRST, puzzle="none")


@meets(PuzzleIsOver)
def a_page_that_was_open_overnight(citizen: Citizen) -> Again:
    limited(citizen, work=1000)
    ruled(citizen, "puzzle = true")
    puzzle = solved(citizen.browser)
    citizen.hall.clock.tick(hours=12)
    slot = "2026-03-04/0540"
    return posts(citizen, "/book/small/times", m="short", slot=slot, puzzle=puzzle)


@meets(TooOften)
def codes_that_were_tried_too_often(citizen: Citizen) -> Again:
    rules = citizen.browser.application.extensions["limits"]
    limited(citizen, limits={**rules.limits, What.WRONG_CODES: limits_in("1/hour")})
    for _ in range(2):
        citizen.get("/b/XXXXXXXX")
    return lambda: citizen.get("/book/small/find?code=XXXXXXXX")


@meets(UnknownAppointment, keeps="XXXXXXXX")
def a_code_that_none_has(citizen: Citizen) -> Again:
    return lambda: citizen.get("/book/small/find?code=XXXXXXXX")


@meets(UnknownAppointment)
def the_page_of_no_appointment(citizen: Citizen) -> Again:
    return lambda: citizen.get("/b/XXXXXXXX")


@meets(UnknownEntry)
def the_page_of_no_place(citizen: Citizen) -> Again:
    return lambda: citizen.get("/w/XXXXXXXX")


@meets(UnknownHall)
def a_hall_that_there_is_not(citizen: Citizen) -> Again:
    return lambda: citizen.get("/book/nowhere")


@meets(UnknownTicket)
def the_page_of_no_number(citizen: Citizen) -> Again:
    return lambda: citizen.get("/t/XXXXXXXX")


@meets(NotToday)
def coming_too_early(citizen: Citizen) -> Again:
    return posts(citizen, f"/b/{citizen.booked()}/check-in")


@meets(MatterIsGone)
def coming_for_what_is_gone(citizen: Citizen) -> Again:
    code = citizen.booked()
    gone = LAYOUT.replace('"short"', '"other"')
    citizen.hall.do(activate_layout, file="gone", text=gone)
    at(citizen, 3, "09:00")
    return posts(citizen, f"/b/{code}/check-in")


@meets(HallIsClosed)
def coming_when_the_day_was_closed(citizen: Citizen) -> Again:
    code = citizen.booked()
    at(citizen, 3, "09:00")
    citizen.hall.do(open_day)
    citizen.hall.do(close_day)
    return posts(citizen, f"/b/{code}/check-in")


@meets(IllegalStep)
def cancelling_twice(citizen: Citizen) -> Again:
    code = citizen.booked()
    citizen.post(f"/b/{code}/cancel")
    return posts(citizen, f"/b/{code}/cancel")


@meets(ReasonMissing)
def asking_without_a_word(citizen: Citizen) -> Again:
    return posts(citizen, f"/b/{missed(citizen)}/appeal", words=" ")


@meets(forgiving.TooLateToAppeal)
def asking_too_late(citizen: Citizen) -> Again:
    code = missed(citizen)
    citizen.hall.clock.tick(days=60)
    return posts(citizen, f"/b/{code}/appeal", words="please")


@meets(IllegalPardon, keeps="in hospital")
def asking_twice(citizen: Citizen) -> Again:
    code = missed(citizen)
    citizen.post(f"/b/{code}/appeal", words="in hospital")
    return posts(citizen, f"/b/{code}/appeal", words="again")


@meets(UnknownAppointment, keeps="XXXXXXXX", on_screen=True)
def a_wrong_code_at_the_screen(citizen: Citizen) -> Again:
    return lambda: citizen.get("/kiosk/small/appointment?code=XXXXXXXX")


@meets(UnknownAppointment, on_screen=True)
def somebody_else_at_the_screen(citizen: Citizen) -> Again:
    booked(citizen.hall, "one")
    at(citizen, 3, "09:00")
    form = {"digits": "8000", "sign": "B", "which": "1"}
    return posts(citizen, "/kiosk/small/appointment/check-in", **form)


@meets(IllegalStep, on_screen=True)
def coming_twice_at_the_screen(citizen: Citizen) -> Again:
    code = citizen.booked()
    at(citizen, 3, "09:00")
    form = {"digits": "8000", "sign": "张"}
    found = citizen.post(BY_PHONE, **form).text
    which = found.partition('name="which" value="')[2].partition('"')[0]
    citizen.post(f"/b/{code}/check-in")
    return posts(citizen, "/kiosk/small/appointment/check-in", **form, which=which)
