"""A citizen waits for a freed time on plain pages, or goes to another hall."""

import re

import pytest

from hall.operations.layouts import activate_layout
from tests.hall.test_booking import LAYOUT, fill, hold
from tests.hall.test_kiosk_booking import WHO, Citizen, citizen, said, screen
from tests.halls import GUIDE, WorkingHall, a_hall

__all__ = ["citizen", "screen"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WISH = {**WHO, "m": "short", "day": "2026-03-03", "part": "any"}


@pytest.fixture
def codes(citizen: Citizen) -> list[str]:
    """The codes of Tuesday's appointments: nothing is left."""
    return [*fill(citizen.hall), *fill(citizen.hall, 570)]


def other_hall(
    citizen: Citizen, name: str, *, layout: str = LAYOUT, where: str = ""
) -> WorkingHall:
    """Make another hall of the same installation."""
    text = layout.replace('id = "small"', f'id = "{name}"\n{where}').replace(
        'en = "Small"', f'en = "{name.title()}"'
    )
    return a_hall(citizen.hall.context, citizen.hall.clock, text)


def joined(citizen: Citizen, **wish: str) -> str:
    """Join the list and return the code of the place."""
    page = citizen.browser.post(
        "/book/small/wait", data={"key": str(wish), **WISH, **wish}, follow_redirects=False
    )
    found = re.fullmatch(r"/w/(\w+)", page.location)
    assert found is not None
    return found[1]


def offered(citizen: Citizen, place: str) -> str:
    """Return the code of the time that is kept for a place."""
    found = re.search(r"/b/(\w+)/check", citizen.get(f"/w/{place}").text)
    assert found is not None
    return found[1]


def test_a_full_day_leads_to_the_list_and_a_freed_time_to_the_appointment(
    citizen: Citizen, codes: list[str]
) -> None:
    times = citizen.get("/book/small/times?day=2026-03-03&m=short")
    assert "/book/small/wait?day=2026-03-03&amp;m=short" in times.text
    ask = citizen.get("/book/small/wait?day=2026-03-03&m=short")
    assert ask.text.count(" checked>") == 3  # the day, the part of it, for whom
    place = joined(citizen)
    assert "You are the first" in said(citizen.get(f"/book/small/find?code={place.lower()}"))
    citizen.post(f"/b/{codes[0]}/cancel")
    assert "Kept for you until 17:30" in said(citizen.get(f"/w/{place}"))
    code = offered(citizen, place)
    check = said(citizen.get(f"/b/{code}"))
    assert "A time is free for you" in check
    assert "13800138000" in check
    assert "Change the answers" not in check
    assert code in said(citizen.post(f"/b/{code}/check"))
    assert "You have the appointment" in said(citizen.get(f"/w/{place}"))


def test_who_does_not_want_the_time_keeps_the_place_once(
    citizen: Citizen, codes: list[str]
) -> None:
    place = joined(citizen)
    citizen.post(f"/b/{codes[0]}/cancel")
    back = citizen.post(f"/b/{offered(citizen, place)}/release")
    assert back.request.path == f"/w/{place}"
    assert "You let one time go" in said(back)
    citizen.post(f"/b/{codes[6]}/cancel")
    again = citizen.post(f"/b/{offered(citizen, place)}/release")
    assert "You let a second time go" in said(again)


def test_leaving_is_done_by_a_button_and_twice_is_once(citizen: Citizen, codes: list[str]) -> None:
    assert codes
    place = joined(citizen)
    assert citizen.get(f"/w/{place}/leave").status_code == 405
    for _ in range(2):
        left = citizen.post(f"/w/{place}/leave")
        assert "what we knew of you for it is forgotten" in said(left)
    assert citizen.get("/w/XXXXXXXX").status_code == 404


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"name": ""}, "Please give a name"),
        ({"day": ""}, "This time cannot be booked"),
        ({"day": "2026-03-07"}, "This time cannot be booked"),
        ({"day": "2026-03-04"}, "You need not wait: a time that suits you is free"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    citizen: Citizen, codes: list[str], wish: dict[str, str], words: str
) -> None:
    assert codes
    answer = citizen.post("/book/small/wait", **{**WISH, **wish})
    assert answer.status_code in (409, 422)
    assert words in said(answer)
    assert 'value="138 0013 8000"' in answer.text


def test_at_least_one_day_has_to_suit(citizen: Citizen, codes: list[str]) -> None:
    assert codes
    answer = citizen.post("/book/small/wait", **{k: v for k, v in WISH.items() if k != "day"})
    assert "Please choose at least one day" in said(answer)


def test_somebody_else_cannot_take_what_is_kept(citizen: Citizen, codes: list[str]) -> None:
    place = joined(citizen)
    citizen.post(f"/b/{codes[0]}/cancel")
    code = offered(citizen, place)
    assert citizen.get(f"/b/{code}/contact").request.path == f"/b/{code}/check"
    refused = citizen.post(f"/b/{code}/contact", **{**WHO, "name": "李四"})
    assert refused.status_code == 409


def test_who_may_not_have_it_is_told_why_and_passed_over(
    citizen: Citizen, codes: list[str]
) -> None:
    place, second = joined(citizen), joined(citizen, name="李四")
    citizen.post(f"/b/{codes[0]}/cancel")
    code = offered(citizen, place)
    staffed = hold(citizen.hall, by=GUIDE)
    citizen.post(f"/b/{staffed}/contact", **WHO)
    citizen.post(f"/b/{staffed}/check")
    refused = citizen.post(f"/b/{code}/check")
    assert refused.status_code == 409
    assert "This time goes to the next who waits" in said(refused)
    assert "At most 1 a day for one person" in said(refused)
    assert offered(citizen, second)


def test_the_nearest_halls_with_free_times_and_their_waits_are_offered(
    citizen: Citizen, codes: list[str]
) -> None:
    assert codes
    north = "location = { latitude = 40, longitude = 116 }"
    near = "location = { latitude = 40.1, longitude = 116 }"
    far = "location = { latitude = 31, longitude = 121 }"
    text = LAYOUT.replace('id = "small"', f'id = "small"\n{north}')
    citizen.hall.do(activate_layout, file="here", text=text)
    other_hall(citizen, "nowhere")
    other_hall(citizen, "far", where=far)
    other_hall(citizen, "near", where=near)
    other_hall(citizen, "strange", layout=LAYOUT.replace('"short"', '"other"'))
    page = citizen.get("/book/small/times?day=2026-03-03&m=short")
    names = re.findall(r'choice" href="/book/(\w+)/days\?m=short"', page.text)
    assert names == ["near", "far", "nowhere"]
    assert "11 km away" in said(page)
    assert "first free: Tue, Mar 3 09:00" in said(page)
    assert "closed now" in said(page)
    citizen.hall.clock.tick(hours=16, minutes=10)
    page = citizen.get("/book/small/wait?day=2026-03-03&m=short")
    assert "without an appointment now: 5 minutes" in said(page)
