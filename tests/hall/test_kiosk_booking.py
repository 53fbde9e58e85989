"""A citizen books: plain pages over HTTP, without JavaScript; every refusal in words."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.operations.layouts import activate_layout
from hall.store.appointments import of_day
from tests.hall.test_booking import LAYOUT, a_day_goes_by
from tests.halls import EXAMPLES, FakeClock, WorkingHall, a_hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WHO = {"for": "self", "name": "张小明", "phone": "138 0013 8000"}
FIRST, SECOND = "2026-03-03/0540", "2026-03-03/0570"


@dataclass(kw_only=True)
class Citizen:
    """Somebody with a browser, who books in the small hall."""

    hall: WorkingHall
    browser: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path, follow_redirects=True)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.browser.post(path, data=form, follow_redirects=True)

    def hold(self, slot: str = FIRST, **form: Any) -> TestResponse:
        return self.browser.post(
            "/book/small/times", data={"key": slot, "m": "short", "slot": slot, **form}
        )

    def held(self, slot: str = FIRST, **form: Any) -> str:
        """Hold a time and return its code."""
        found = re.fullmatch(r"/b/(\w+)/contact", self.hold(slot, **form).location)
        assert found is not None
        return found[1]

    def booked(self, slot: str = FIRST, *, m: str = "short", **who: str) -> str:
        """Book, and return the code."""
        code = self.held(slot, key=f"{slot}{who}", m=m)
        assert self.post(f"/b/{code}/contact", **{**WHO, **who}).status_code == 200
        assert self.post(f"/b/{code}/check").status_code == 200
        return code

    def names(self) -> list[str]:
        """Return what the journal says of appointments."""
        found = [e.name.value.partition("Appointment") for e in self.hall.events()]
        return [what for nothing, is_about, what in found if is_about and not nothing]


@pytest.fixture
def citizen(app: Flask, context: Context, clock: FakeClock) -> Citizen:
    """Somebody in front of the hall's pages, in English."""
    found = Citizen(hall=a_hall(context, clock, LAYOUT), browser=app.test_client())
    found.browser.set_cookie("lang", "en")
    return found


def said(page: TestResponse) -> str:
    """Return the words of a page, without its marks."""
    return said_in(page.text)


def said_in(text: str) -> str:
    """Return the words of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_a_visit_is_booked_from_the_first_page_to_the_code(citizen: Citizen) -> None:
    assert "Make an appointment" in said(citizen.get("/book/small"))
    papers = citizen.get("/book/small/papers?m=short")
    assert "/book/small/days?m=short" in papers.text
    days = citizen.get("/book/small/days?m=short")
    assert "/book/small/times?day=2026-03-03&amp;m=short" in days.text
    times = citizen.get("/book/small/times?day=2026-03-03&m=short")
    assert f'value="{FIRST}"' in times.text
    code = citizen.held()
    contact = citizen.get(f"/b/{code}/contact")
    assert "Kept for you until" in said(contact)
    check = citizen.post(f"/b/{code}/contact", **WHO)
    assert "13800138000" in said(check)
    done = citizen.post(f"/b/{code}/check")
    assert code in said(done)
    assert "<svg role=" in done.text
    assert citizen.names() == ["Held", "Confirmed"]


def test_papers_that_two_matters_need_are_listed_once(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")
    page = app.test_client().get("/book/yunxi/papers?bundle=newborn")
    assert page.text.count("<span>身份证") == 1
    assert "/book/yunxi/days?bundle=newborn" in page.text


def test_only_what_can_be_booked_is_offered(citizen: Citizen) -> None:
    assert "Walk in only" not in said(citizen.get("/book/small?group=b"))
    assert "Long" in said(citizen.get("/book/small?group=b"))
    refused = citizen.get("/book/small/papers?m=walk")
    assert refused.status_code == 422
    assert "No appointments are given for this matter" in said(refused)


def test_matters_are_found_by_letters(citizen: Citizen) -> None:
    assert "m=short" in citizen.get("/book/small?q=sho").text
    nothing = citizen.get("/book/small?q=zzz")
    assert "Nothing found" in said(nothing)
    assert "group=a" in nothing.text


def test_a_full_time_is_shown_as_full_and_refused_beside_the_times(citizen: Citizen) -> None:
    for at in range(6):
        citizen.booked(phone=f"1380013800{at}")
    times = citizen.get("/book/small/times?day=2026-03-03&m=short")
    assert "09:00 full" in said(times)
    assert f'value="{FIRST}"' not in times.text
    refused = citizen.hold(key="late")
    assert refused.status_code == 409
    assert "This time has just been taken" in said(refused)
    assert f'value="{SECOND}"' in refused.text


def test_a_day_without_room_is_told_in_calendar_and_list(citizen: Citizen) -> None:
    for slot in (FIRST, SECOND):
        for at in range(6):
            citizen.booked(slot, phone=f"138001380{at}{slot[-2]}")
    days = citizen.get("/book/small/days?m=short")
    assert "3 full" in said(days)
    assert "Tue, Mar 3 full" in said(days)
    assert "This day has no free time" in said(
        citizen.get("/book/small/times?day=2026-03-03&m=short")
    )


@pytest.mark.parametrize("slot", ["2026-03-03/0541", "2027-03-03/0540", "tomorrow"])
def test_a_time_that_cannot_be_booked_is_refused_in_words(citizen: Citizen, slot: str) -> None:
    refused = citizen.hold(slot)
    assert refused.status_code == 422
    assert "This time cannot be booked" in said(refused)


def test_two_taps_on_one_time_hold_it_once(citizen: Citizen) -> None:
    assert citizen.hold().location == citizen.hold().location
    assert citizen.names() == ["Held"]


def test_another_time_lets_the_first_go(citizen: Citizen) -> None:
    first = citizen.held()
    citizen.held(SECOND)
    assert citizen.names() == ["Held", "Released", "Held"]
    assert "kept for you too long ago" in said(citizen.get(f"/b/{first}/contact"))


def test_a_refused_time_leaves_the_one_that_is_held(citizen: Citizen) -> None:
    code = citizen.held()
    citizen.hold("2026-03-03/0541")
    assert citizen.names() == ["Held"]
    assert "Who comes?" in said(citizen.get(f"/b/{code}/contact"))


def test_going_back_gives_the_time_free(citizen: Citizen) -> None:
    code = citizen.held()
    back = citizen.post(f"/b/{code}/release")
    assert f'value="{FIRST}"' in back.text
    assert citizen.names() == ["Held", "Released"]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "Please give a name"),
        ({"phone": ""}, "phone", "Please give a phone number"),
        ({"phone": "12"}, "phone", "This is not a phone number"),
        ({"email": "nobody"}, "email", "This is not an e-mail address"),
        ({"id_number": "110105194912310021"}, "id_number", "This ID number is not right"),
        ({"for": "company"}, "whom", "Please say for whom"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    citizen: Citizen, given: dict[str, str], field: str, words: str
) -> None:
    code = citizen.held()
    answer = citizen.post(f"/b/{code}/contact", **{**WHO, **given})
    assert answer.status_code == 422
    assert "1 answer is not right yet" in said(answer)
    why = re.search(rf'id="{field}-why">(.*?)</p>', answer.text, re.DOTALL)
    assert why is not None
    assert words in said_in(why[1])
    assert f'id="{field}" name="{field}"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'value="张小明"' in answer.text or field == "name"


def test_every_refusal_speaks_chinese_too(citizen: Citizen) -> None:
    code = citizen.held()
    answer = citizen.post(f"/b/{code}/contact?lang=zh", **{"for": "other", "phone": "12"})
    words = said(answer)
    for told in ("请填写姓名", "手机号不正确", "请填写办事人姓名", "有 3 处需要修改"):
        assert told in words


def test_one_books_for_a_company_or_somebody_else(citizen: Citizen) -> None:
    code = citizen.held()
    check = citizen.post(f"/b/{code}/contact", **{**WHO, "for": "company", "whom": "云溪茶厂"})
    assert "Company 云溪茶厂" in said(check)
    again = citizen.get(f"/b/{code}/contact")
    assert re.search(r'id="for-company" value="company" checked', again.text)
    other = citizen.post(f"/b/{code}/contact", **{**WHO, "for": "other", "whom": "李四"})
    assert "For 李四" in said(other)


def test_an_id_number_is_shown_masked_and_may_come_back_so(citizen: Citizen) -> None:
    code = citizen.held()
    check = citizen.post(f"/b/{code}/contact", **{**WHO, "id_number": "11010519491231002X"})
    again = citizen.get(f"/b/{code}/contact")
    assert 'value="110***2X"' in again.text
    once_more = citizen.post(f"/b/{code}/contact", **{**WHO, "id_number": "110***2X"})
    for page in (check, again, once_more):
        assert "11010519491231002X" not in page.text
    for page in (check, once_more):
        assert "110***2X" in said(page)
    assert citizen.post(f"/b/{code}/contact", **{**WHO, "id_number": "110***3X"}).status_code == 422


def test_an_id_number_is_enough_for_who_has_no_phone(citizen: Citizen) -> None:
    who = {"phone": "", "id_number": "11010519491231002X"}
    code = citizen.booked(**who)
    assert code in said(citizen.get(f"/b/{code}"))
    again = citizen.held(SECOND, key="again")
    citizen.post(f"/b/{again}/contact", **{**WHO, **who, "name": "张三"})
    assert "At most 1 a day for one person" in said(citizen.post(f"/b/{again}/check"))


def test_a_hold_that_ran_out_says_so_and_leads_back_to_the_times(citizen: Citizen) -> None:
    code = citizen.held()
    citizen.post(f"/b/{code}/contact", **WHO)
    citizen.hall.clock.tick(minutes=11)
    for page in (
        citizen.get(f"/b/{code}/contact"),
        citizen.get(f"/b/{code}/check"),
        citizen.post(f"/b/{code}/contact", **WHO),
        citizen.post(f"/b/{code}/check"),
    ):
        assert page.status_code == 409
        assert "The time was kept for you too long ago" in said(page)
        assert "/book/small/times?day=2026-03-03&amp;m=short" in page.text
    assert "no longer kept" in said(citizen.get(f"/b/{code}"))


def test_who_has_as_many_as_one_may_have_is_told_and_may_change_the_answers(
    citizen: Citizen,
) -> None:
    citizen.booked()
    code = citizen.held(SECOND)
    citizen.post(f"/b/{code}/contact", **WHO)
    refused = citizen.post(f"/b/{code}/check")
    assert refused.status_code == 409
    assert "You have as many appointments as one may have" in said(refused)
    assert "At most 1 a day for one person" in said(refused)
    citizen.post(f"/b/{code}/contact", **{**WHO, "name": "李四"})
    assert citizen.post(f"/b/{code}/check").status_code == 200


def test_who_missed_is_warned_then_blocked_with_the_reason(citizen: Citizen) -> None:
    citizen.booked()
    a_day_goes_by(citizen.hall, date(2026, 3, 3))
    code = citizen.held("2026-03-04/0540")
    check = citizen.post(f"/b/{code}/contact", **WHO)
    assert "You missed 1 appointment. After 1 more you cannot book online for 30" in said(check)
    citizen.post(f"/b/{code}/check")
    a_day_goes_by(citizen.hall, date(2026, 3, 4))
    code = citizen.held("2026-03-05/0540")
    citizen.post(f"/b/{code}/contact", **WHO)
    refused = citizen.post(f"/b/{code}/check")
    assert refused.status_code == 403
    assert "You missed appointments" in said(refused)
    assert "walking in is possible at any time" in said(refused)


def test_a_code_is_found_again_however_it_is_typed(citizen: Citizen) -> None:
    code = citizen.booked()
    for typed in (code, f" {code[:4].lower()}-{code[4:]} ", f"https://h.example/b/{code}?lang=en"):
        assert code in said(
            citizen.browser.get(
                "/book/small/find", query_string={"code": typed}, follow_redirects=True
            )
        )
    nobody = citizen.get("/book/small/find?code=XXXXXXXX")
    assert nobody.status_code == 404
    assert "There is no appointment with this code" in said(nobody)
    assert citizen.get("/b/XXXXXXXX").status_code == 404


def test_moving_keeps_the_time_until_the_other_is_confirmed(citizen: Citizen) -> None:
    code = citizen.booked()
    days = citizen.get(f"/b/{code}/move")
    assert f"/b/{code}/move?day=2026-03-04" in days.text
    times = citizen.get(f"/b/{code}/move?day=2026-03-04")
    assert 'value="2026-03-04/0540"' in times.text
    ask = citizen.get(f"/b/{code}/move?slot=2026-03-04/0540")
    assert "Until now Tue, Mar 3 09:00 New Wed, Mar 4 09:00" in said(ask)
    assert citizen.names() == ["Held", "Confirmed"]
    assert "Wed, Mar 4 09:00" in said(citizen.post(f"/b/{code}/move", slot="2026-03-04/0540"))
    assert citizen.names() == ["Held", "Confirmed", "Moved"]


def test_a_move_to_a_full_time_is_refused_beside_the_times(citizen: Citizen) -> None:
    for at in range(6):
        citizen.booked(SECOND, phone=f"1380013800{at}")
    code = citizen.booked(phone="13800138009")
    refused = citizen.post(f"/b/{code}/move", slot=SECOND)
    assert refused.status_code == 409
    assert "This time has just been taken" in said(refused)
    assert "yours stays: Tue, Mar 3 09:00" in said(refused)
    assert citizen.post(f"/b/{code}/move", slot="never").status_code == 422


def test_an_appointment_whose_matter_is_gone_says_so_and_can_be_cancelled(
    citizen: Citizen,
) -> None:
    code = citizen.booked()
    citizen.hall.do(activate_layout, file="later", text=LAYOUT.replace('"short"', '"other"'))
    assert "Not every matter of this appointment is offered" in said(citizen.get(f"/b/{code}"))
    assert citizen.get(f"/b/{code}/move").status_code == 422
    refused = citizen.post(f"/b/{code}/move", slot=SECOND)
    assert refused.status_code == 422
    assert "No appointments are given for this matter" in said(refused)
    assert citizen.post(f"/b/{code}/cancel").status_code == 200


def test_cancelling_is_asked_first_and_never_done_by_a_link(citizen: Citizen) -> None:
    code = citizen.booked()
    assert "Cancel the appointment?" in said(citizen.get(f"/b/{code}/cancel"))
    assert citizen.names() == ["Held", "Confirmed"]
    assert "The appointment is cancelled" in said(citizen.post(f"/b/{code}/cancel"))
    again = citizen.post(f"/b/{code}/cancel")
    assert again.status_code == 409
    assert "It was cancelled" in said(again)


def test_too_late_to_change_is_said_in_words(citizen: Citizen) -> None:
    code = citizen.booked()
    citizen.hall.clock.now = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    page = citizen.get(f"/b/{code}")
    assert "It can no longer be moved or cancelled here" in said(page)
    for step in ("move", "cancel"):
        assert citizen.browser.get(f"/b/{code}/{step}").location == f"/b/{code}"
        refused = citizen.post(f"/b/{code}/{step}", slot=SECOND)
        assert refused.status_code == 409
        assert "It is too late to change this appointment here" in said(refused)


@pytest.mark.parametrize(
    ("minute", "before", "after"),
    [
        (65, "You are early: your turn comes at 09:30", "You are early"),
        (92, "You are on time", "on time"),
        (105, "Your time is over", "You are late"),
    ],
)
def test_checking_in_tells_how_punctual_it_is(
    citizen: Citizen, minute: int, before: str, after: str
) -> None:
    code = citizen.booked(SECOND)
    citizen.hall.clock.now = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    assert f"/b/{code}/check-in" not in citizen.get(f"/b/{code}").text
    too_early = citizen.post(f"/b/{code}/check-in")
    assert too_early.status_code == 409
    assert "It is too early to check in" in said(too_early)
    citizen.hall.clock.tick(minutes=minute)
    assert before in said(citizen.get(f"/b/{code}"))
    number = citizen.post(f"/b/{code}/check-in")
    assert number.request.path.startswith("/t/")
    assert "A001" in said(number)
    assert after in said(number)
    again = citizen.post(f"/b/{code}/check-in")
    assert "You have checked in already" in said(again)
    assert "Your number A001" in said(again)


def test_the_calendar_entry_follows_every_move(citizen: Citizen) -> None:
    code = citizen.booked()
    before = entry(citizen, code)
    citizen.post(f"/b/{code}/move", slot="2026-03-04/0570")
    after = entry(citizen, code)
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert before["uid"] == after["uid"]
    assert str(after["dtstart"].dt) == "2026-03-04 09:30:00+08:00"
    assert after["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert code in after["url"]
    citizen.post(f"/b/{code}/cancel")
    assert entry(citizen, code)["status"] == "CANCELLED"


def entry(citizen: Citizen, code: str) -> Any:
    """Return the appointment as a calendar reads it."""
    answer = citizen.get(f"/b/{code}/appointment.ics")
    assert answer.mimetype == "text/calendar"
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert calendar.walk("VTIMEZONE")
    (found,) = calendar.walk("VEVENT")
    return found


def test_a_hall_without_appointments_says_so(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    hall = a_hall(context, clock, LAYOUT.replace("appointments = true", ""))
    page = app.test_client().get(f"/book/{hall.id}?lang=en")
    assert "This hall takes no appointments" in said(page)


def test_phone_and_address_of_the_hall_stand_on_its_pages_and_in_calendars(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    told = 'phone = "021-12 34"\naddress = { zh = "安定路 1 号", en = "1 Anding Road" }\ntime_zone'
    citizen = Citizen(
        hall=a_hall(context, clock, LAYOUT.replace("time_zone", told, 1)), browser=app.test_client()
    )
    citizen.browser.set_cookie("lang", "en")
    code = citizen.booked()
    page = citizen.get(f"/b/{code}")
    assert "1 Anding Road" in said(page)
    assert '<a href="tel:021-1234">' in page.text
    assert entry(citizen, code)["location"].endswith(", 1 Anding Road")


@pytest.fixture
def screen(app: Flask, citizen: Citizen) -> FlaskClient:
    """The enrolled touch screen of the hall."""
    _, token = citizen.hall.context.people.add_device(
        hall=citizen.hall.id, role=Role.KIOSK, name="door", counter=None, now=citizen.hall.clock.now
    )
    client = app.test_client()
    client.set_cookie(DEVICE_COOKIE, token)
    client.set_cookie("lang", "en")
    return client


BY_PHONE = "/kiosk/small/appointment/phone"


def test_the_screen_leads_from_a_code_to_its_appointment(
    citizen: Citizen, screen: FlaskClient
) -> None:
    code = citizen.booked()
    part = screen.get(f"/kiosk/small/appointment?code={code[:7]}")
    assert f"code={code}" in part.text
    assert screen.get(f"/kiosk/small/appointment?code={code}").location == f"/b/{code}"
    wrong = screen.get("/kiosk/small/appointment?code=XXXXXXXX")
    assert wrong.status_code == 404
    assert "There is no appointment with this code" in said(wrong)


def test_digits_and_name_check_in_at_the_screen(citizen: Citizen, screen: FlaskClient) -> None:
    citizen.booked()
    citizen.hall.clock.now = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
    typed = "8000"
    page = screen.post(BY_PHONE, data={"digits": typed[:3], "next": typed[3]})
    assert 'value="张"' in page.text
    found = screen.post(BY_PHONE, data={"digits": typed, "sign": "张"})
    which = re.search(r'name="which" value="(\w+)"', found.text)
    assert which is not None
    form = {"digits": typed, "sign": "张", "which": which[1]}
    came = screen.post("/kiosk/small/appointment/check-in", data=form, follow_redirects=True)
    assert came.request.path.startswith("/kiosk/small/ticket/")
    assert "on time" in said(came)
    again = screen.post("/kiosk/small/appointment/check-in", data=form)
    assert again.status_code == 409
    assert "You have checked in already" in said(again)


def test_who_only_knows_the_digits_learns_nothing(citizen: Citizen, screen: FlaskClient) -> None:
    citizen.booked()
    citizen.hall.clock.now = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
    for digits in ("8000", "8001"):
        page = screen.post(BY_PHONE, data={"digits": digits})
        assert page.text.count('name="sign"') == 12 + 26
    wrong = screen.post(BY_PHONE, data={"digits": "8000", "sign": "B"})
    assert "No appointment of today has these digits and this name" in said(wrong)
    (mine,) = citizen.hall.ask(lambda view: of_day(view, date(2026, 3, 3)))
    form = {"digits": "8000", "sign": "B", "which": mine.id}
    assert screen.post("/kiosk/small/appointment/check-in", data=form).status_code == 404


def test_a_digit_is_wiped(screen: FlaskClient) -> None:
    page = screen.post(BY_PHONE, data={"digits": "80", "wipe": "1"})
    assert 'name="digits" value="8"' in page.text


def test_a_screen_that_is_not_the_halls_finds_an_appointment_and_asks_for_no_sign_in(
    citizen: Citizen,
) -> None:
    code = citizen.booked()
    assert "Find my appointment" in said(citizen.get("/kiosk/small/appointment"))
    assert code in said(citizen.get(f"/kiosk/small/appointment?code={code}"))


def test_nobody_checks_others_in_from_home(citizen: Citizen) -> None:
    assert citizen.post(BY_PHONE, digits="8000").status_code == 401


def test_the_first_pages_lead_to_booking_where_appointments_are_taken(
    citizen: Citizen, screen: FlaskClient
) -> None:
    assert 'href="/book/small"' in citizen.get("/").text
    citizen.hall.clock.now = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
    assert 'href="/kiosk/small/appointment"' in screen.get("/kiosk/small").text
    assert 'href="/book/small"' in citizen.get("/kiosk/small").text
