"""Waiting for a freed time as its callers meet it, on both databases."""

from typing import Any

import pytest

from hall.store.verify import flaws
from tests.hall.test_booking import fill
from tests.hall.test_booking_api import WHO, Reception, reception

__all__ = ["reception"]

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = "/halls/small/waitlist"
WISH = {**WHO, "matters": ["short"], "days": ["2026-03-03"]}


@pytest.fixture
def codes(reception: Reception) -> list[str]:
    """The codes of Tuesday's appointments: nothing is left."""
    return [*fill(reception.hall), *fill(reception.hall, 570)]


def test_somebody_waits_is_offered_a_time_and_takes_it(
    reception: Reception, codes: list[str]
) -> None:
    status, joined = reception.post(LIST, WISH)
    assert (status, joined["status"], joined["ahead"]) == (201, "waiting", 0)
    assert reception.post(f"/appointments/{codes[0]}/cancel")[0] == 200
    _, place = reception.get(f"/waitlist/{joined['code']}")
    assert (place["status"], place["offer"]["slot"]) == ("offered", "2026-03-03/0540")
    assert place["offer"]["until"] == "2026-03-02T09:30:00.000Z"
    code = place["offer"]["code"]
    status, refused = reception.post(f"/appointments/{code}/confirm", {**WHO, "name": "李四"})
    assert (status, refused["code"]) == (409, "offer_is_personal")
    assert reception.post(f"/appointments/{code}/confirm", WHO)[1]["status"] == "booked"
    _, place = reception.get(f"/waitlist/{joined['code']}")
    assert (place["status"], place["because"], place["offer"]) == ("left", "booked", None)
    assert reception.hall.ask(flaws) == []


def test_leaving_passes_the_offer_on(reception: Reception, codes: list[str]) -> None:
    first = reception.post(LIST, WISH)[1]["code"]
    _, second = reception.post(LIST, {**WISH, "name": "李四"})
    assert second["ahead"] == 1
    reception.post(f"/appointments/{codes[0]}/cancel")
    status, left = reception.post(f"/waitlist/{first}/leave")
    assert (status, left["status"], left["because"]) == (200, "left", "citizen")
    assert reception.get(f"/waitlist/{second['code']}")[1]["status"] == "offered"
    assert reception.post(f"/waitlist/{first}/leave")[0] == 200
    assert reception.hall.ask(flaws) == []


@one_database
@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"matters": []}, 422, "not_bookable"),
        ({"matters": ["walk"]}, 422, "not_bookable"),
        ({"days": ["2026-03-07"]}, 422, "not_that_day"),
        ({"days": ["2026-03-04"]}, 409, "time_is_free"),
        ({"phone": "12"}, 422, "wrong_phone"),
        ({"name": None}, 422, "who_is_missing"),
        ({"part": "night"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_waited_for_is_refused(
    reception: Reception, codes: list[str], wish: dict[str, Any], status: int, code: str
) -> None:
    assert codes
    answered, refused = reception.post(LIST, {**WISH, **wish})
    assert (answered, refused["code"]) == (status, code)


@one_database
def test_why_somebody_need_not_wait_is_said_in_both_languages(
    reception: Reception, codes: list[str]
) -> None:
    assert codes
    path, wish = f"/api/v1{LIST}", {**WISH, "days": ["2026-03-04"]}
    for language, words in (("zh", "3月4日周三 09:00"), ("en", "book it, or wait for other days")):
        answer = reception.client.post(path, json=wish, headers={"Accept-Language": language})
        assert answer.json is not None
        assert words in answer.json["detail"]
    assert reception.post(LIST, WISH)[0] == 201
    assert reception.post(LIST, WISH)[1]["code"] == "already_waiting"


@one_database
def test_staff_see_who_waits_for_which_day_masked(reception: Reception, codes: list[str]) -> None:
    assert codes
    reception.post(LIST, WISH)
    assert reception.get(LIST)[0] == 401
    _, found = reception.get(LIST, **reception.guide)
    assert found["days"] == [{"day": "2026-03-03", "waiting": 1}]
    assert [one["contact"]["phone"] for one in found["entries"]] == ["138****8000"]
    page = reception.client.get("/bookings/waiting?lang=en", headers=reception.guide)
    assert "Waiting for a free time:" in page.text
    assert "<b>1</b>" in page.text


@one_database
def test_a_place_that_there_is_not_is_told_so(reception: Reception) -> None:
    assert reception.get("/waitlist/XXXXXXXX")[1]["code"] == "unknown_entry"
