"""A citizen follows the number on the phone: plain forms, over HTTP, without JavaScript."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hall.context import Context
from hall.domain.events import EventName
from hall.domain.identities import CounterId, MatterCode
from hall.domain.tickets import Status
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.day import close_day
from hall.operations.issue import Issued, issue_ticket
from hall.operations.serve import finish, hold, no_show, start
from tests.hall.halls_of_two import special
from tests.halls import EXAMPLES, KIOSK, FakeClock, WorkingHall, a_hall, clerk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIVE = CounterId("5")


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is always open; counter 5 is ready."""
    hall = a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")
    hall.do(open_counter, clerk(), counter=FIVE)
    return hall


@pytest.fixture
def phone(app: Flask, hall: WorkingHall) -> FlaskClient:
    """A citizen's own browser."""
    return app.test_client()


def a_ticket(hall: WorkingHall) -> Issued:
    return hall.do(issue_ticket, KIOSK, matters=(MatterCode("social-card"),))


def called(hall: WorkingHall, issued: Issued) -> Issued:
    found = hall.do(call_next, clerk(), counter=FIVE)
    assert found is not None
    assert found.ticket.id == issued.ticket.id
    return issued


def text_of(phone: FlaskClient, issued: Issued) -> str:
    page = phone.get(f"/t/{issued.secret}")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


def test_a_waiting_citizen_sees_place_range_and_papers(
    phone: FlaskClient, hall: WorkingHall
) -> None:
    for _ in range(4):
        a_ticket(hall)
    text = text_of(phone, a_ticket(hall))
    assert "排队中 A005" in text
    assert "前面还有 4 人" in text
    assert re.search(r"大约还要 \d+", text)
    assert "近期免冠照片" in text
    assert "快到您了" not in text


def test_who_is_nearly_first_is_told_to_come_back(phone: FlaskClient, hall: WorkingHall) -> None:
    assert "快到您了" in text_of(phone, a_ticket(hall))


def test_a_called_citizen_reads_the_counter(phone: FlaskClient, hall: WorkingHall) -> None:
    assert "请到 5 号窗口" in text_of(phone, called(hall, a_ticket(hall)))


def test_without_javascript_the_page_loads_itself_again(
    phone: FlaskClient, hall: WorkingHall
) -> None:
    page = phone.get(f"/t/{a_ticket(hall).secret}").text
    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in page


def test_a_citizen_at_the_counter_reads_where(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = called(hall, a_ticket(hall))
    hall.do(start, clerk(), ticket=issued.ticket.id)
    assert "正在 5 号窗口办理" in text_of(phone, issued)


def test_a_citizen_set_aside_is_told_to_stay(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = called(hall, a_ticket(hall))
    hall.do(start, clerk(), ticket=issued.ticket.id)
    hall.do(hold, clerk(), ticket=issued.ticket.id, reason="copy")
    assert "请不要离开大厅" in text_of(phone, issued)


def test_who_missed_the_call_is_sent_to_the_guide(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = called(hall, a_ticket(hall))
    hall.do(no_show, clerk(), ticket=issued.ticket.id)
    text = text_of(phone, issued)
    assert "已过号" in text
    assert "请到导办台，不用重新取号" in text


def test_a_finished_visit_is_no_longer_refreshed(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = called(hall, a_ticket(hall))
    hall.do(finish, clerk(), ticket=issued.ticket.id, outcomes={})
    page = phone.get(f"/t/{issued.secret}").text
    assert "谢谢您" in page
    assert 'http-equiv="refresh"' not in page
    assert "<script" not in page


def test_whoever_was_left_over_is_told_that_the_day_is_over(
    phone: FlaskClient, hall: WorkingHall
) -> None:
    issued = a_ticket(hall)
    hall.do(close_day)
    assert "今天已经闭厅" in text_of(phone, issued)


def test_later_lets_five_people_pass_once_however_often_it_is_touched(
    phone: FlaskClient, hall: WorkingHall
) -> None:
    issued = a_ticket(hall)
    for _ in range(12):
        hall.clock.tick(seconds=20)
        a_ticket(hall)
    for _ in range(2):
        answer = phone.post(f"/t/{issued.secret}/later", data={"key": "one page"})
        assert answer.status_code == 303
    assert "前面还有 5 人" in text_of(phone, issued)


def test_later_with_nobody_behind_is_told_in_words(phone: FlaskClient, hall: WorkingHall) -> None:
    answer = phone.post(f"/t/{a_ticket(hall).secret}/later")
    assert answer.status_code == 409
    assert "您后面暂时没有人在等" in answer.text


def test_leaving_is_asked_first_and_then_final(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = a_ticket(hall)
    question = phone.get(f"/t/{issued.secret}/leave").text
    assert "确定取消排队吗" in question
    assert "排队中" in text_of(phone, issued)
    phone.post(f"/t/{issued.secret}/abandon", data={"key": "one page"})
    assert "已取消排队" in text_of(phone, issued)
    assert hall.events()[-1].name is EventName.TICKET_ABANDONED


def test_a_step_that_came_too_late_is_told_in_words(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = called(hall, a_ticket(hall))
    answer = phone.post(f"/t/{issued.secret}/later")
    assert answer.status_code == 409
    assert "现在不能这样操作了" in answer.text
    assert hall.ask(lambda view: view.ticket(issued.ticket.id)).status is Status.CALLED


@pytest.mark.parametrize("address", ["/t/nobody-has-this", "/t/nobody-has-this/leave"])
def test_a_wrong_address_is_told_in_words(phone: FlaskClient, address: str) -> None:
    answer = phone.get(address)
    assert answer.status_code == 404
    assert "没有这个号" in answer.text


def test_looking_changes_nothing(phone: FlaskClient, hall: WorkingHall) -> None:
    issued = a_ticket(hall)
    assert phone.get(f"/t/{issued.secret}/abandon").status_code == 405
    assert phone.get(f"/t/{issued.secret}/later").status_code == 405
    assert "排队中" in text_of(phone, issued)


def test_phone_and_slip_name_the_stops_where_no_counter_takes_all(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    hall = a_hall(context, clock, special().replace('takes = [ "*" ]', 'takes = [ "tax" ]'))
    matters = (MatterCode("invoice"), MatterCode("card"))
    secret = hall.do(issue_ticket, KIOSK, matters=matters).secret
    browser, english = app.test_client(), {"Accept-Language": "en"}
    phone = browser.get(f"/t/{secret}", headers=english).text
    assert re.search(
        r"Tax · Counter 1, 3 <b>next</b>.*Social security · Counter 2<", phone, re.DOTALL
    )
    slip = browser.get(f"/kiosk/small/slip/{secret}", headers=english).text
    assert "Tax (Counter 1, 3) → Social security (Counter 2)" in slip
