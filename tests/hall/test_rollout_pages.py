"""The pages and the API of layouts: previewed, decided by two, put in force, taken back."""

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import MatterCode
from hall.operations.issue import issue_ticket
from hall.operations.rollout import approve_layout, schedule_layout
from tests.hall.halls_of_two import special
from tests.hall.test_api import Api, api
from tests.hall.test_pages import ENGLISH, Visitor, visit
from tests.hall.test_rollout import (
    COMPREHENSIVE,
    DEPUTY,
    TUESDAY,
    WITHOUT_CARD,
    WITHOUT_THREE,
    wants_approval,
)
from tests.halls import KIOSK, FakeClock, WorkingHall, a_hall

__all__ = ["api"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/manager/layouts"


@pytest.fixture
def careful(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall with special counters that wants a second person's approval."""
    return a_hall(context, clock, wants_approval(special()))


def sent(visitor: Visitor, text: str, **fields: str) -> TestResponse:
    """Send the form that schedules a layout."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.client.get("/").text)
    assert token
    data = {"day": "2026-03-03", "time": "00:00", "note": "合并窗口", **fields}
    file = (io.BytesIO(text.encode()), "new.toml")
    return visitor.client.post(
        PATH, data={"csrf_token": token[1], "file": file, **data}, headers=ENGLISH
    )


def test_a_layout_is_uploaded_looked_at_approved_by_another_and_put_in_force(
    app: Flask, careful: WorkingHall
) -> None:
    first = visit(app, careful, Role.MANAGER)
    answer = sent(first, wants_approval(COMPREHENSIVE))
    page = first.get(answer.headers["Location"]).text
    assert answer.status_code == 303
    for words in (
        "Counter 1: takes: now also Social security",
        "合并窗口",
        "You scheduled it, so it must be somebody else.",
    ):
        assert words in page
    address = answer.headers["Location"]
    assert first.send(f"{address}/approve").status_code == 403
    second = visit(app, careful, Role.MANAGER, login="wang")
    assert "must be somebody else" not in second.get(address).text
    assert second.send(f"{address}/approve").status_code == 303
    assert "Approved by Wang" in second.get(address).text
    assert second.send(f"{address}/activate").status_code == 303
    assert careful.ask(lambda view: view.layout.counters[0].takes) == ("tax", "social")
    assert "Back to the layout before (3 counters)" in second.get(PATH).text


def test_everything_that_is_wrong_with_a_file_is_listed(app: Flask, careful: WorkingHall) -> None:
    manager = visit(app, careful, Role.MANAGER)
    wrong = special().replace('prefix = "A"', 'prefix = "AA"')
    answer = sent(manager, wrong.replace('time_zone = "UTC"', 'time_zone = "Mars"'))
    assert answer.status_code == 422
    assert "groups[0].prefix" in answer.text
    assert "time_zone" in answer.text
    assert answer.text.count("new.toml:") == 2


def test_a_preview_says_how_many_wait_and_what_is_in_the_way(
    app: Flask, careful: WorkingHall
) -> None:
    manager = visit(app, careful, Role.MANAGER)
    careful.do(issue_ticket, KIOSK, matters=(MatterCode("card"),))
    page = manager.get(sent(manager, WITHOUT_CARD).headers["Location"]).text
    assert "1 person waits" in page
    assert "Matter “Card” is not in the new layout and F001 still needs it" in page


def test_one_click_goes_back(app: Flask, careful: WorkingHall) -> None:
    manager = visit(app, careful, Role.MANAGER)
    other = visit(app, careful, Role.ADMINISTRATOR, login="wang")
    address = sent(manager, COMPREHENSIVE).headers["Location"]
    other.send(f"{address}/approve")
    other.send(f"{address}/activate")
    assert "Counter 1: takes: no longer Social security" in manager.get(f"{PATH}/back").text
    assert manager.send(f"{PATH}/back", when="now").status_code == 303
    assert careful.ask(lambda view: view.layout.counters[0].takes) == ("tax",)
    assert manager.send(f"{PATH}/back", when="tomorrow").status_code == 303
    assert "back to the layout before" in manager.get(PATH).text


def test_tomorrow_begins_when_the_night_is_over(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    night = special().replace('from = "08:00", until = "16:00"', 'from = "20:00", until = "04:30"')
    hall = a_hall(context, clock, night)
    hall.clock.now = TUESDAY.replace(hour=1)
    page = visit(app, hall, Role.MANAGER).get(PATH).text
    assert 'name="day" required value="2026-03-03"' in page
    assert 'name="time" value="04:30"' in page


def test_a_planner_schedules_and_decides_nothing(app: Flask, careful: WorkingHall) -> None:
    planner = visit(app, careful, Role.PLANNER)
    address = sent(planner, COMPREHENSIVE).headers["Location"]
    assert "Withdraw" not in planner.get(address).text
    assert planner.send(f"{address}/withdraw").status_code == 403
    auditor = visit(app, careful, Role.AUDITOR, login="shen")
    assert sent(auditor, COMPREHENSIVE).status_code == 403
    assert auditor.get(address).status_code == 200


def test_a_clerk_whose_counter_is_gone_is_sent_to_choose_another(
    app: Flask, careful: WorkingHall
) -> None:
    li = visit(app, careful, Role.CLERK)
    li.post("/clerk/counter", counter="3")
    assert li.get("/clerk").status_code == 200
    made = careful.do(schedule_layout, file="new.toml", text=WITHOUT_THREE, at=None)
    careful.do(approve_layout, DEPUTY, rollout=made.id)
    gone = [li.get(path) for path in ("/clerk", "/clerk/now")]
    assert [answer.headers.get("Location") for answer in gone] == ["/clerk/counter"] * 2


def test_the_outcome_is_shown_beside_the_forecast(app: Flask, careful: WorkingHall) -> None:
    expected = {"within_target_share": {"mean": 0.9, "low": 0.85, "high": 0.95}}
    made = careful.do(
        schedule_layout,
        file="new.toml",
        text=COMPREHENSIVE,
        at=TUESDAY,
        report={"reference": "study-7", "expected": expected},
    )
    manager = visit(app, careful, Role.MANAGER)
    assert "Study: study-7" in manager.get(f"{PATH}/{made.id}").text
    part = manager.get(f"{PATH}/{made.id}/outcome").text
    assert "No whole day has passed" in part
    assert "85.0 % – 95.0 %" in part


def test_the_api_schedules_previews_activates_and_goes_back(api: Api) -> None:
    body = {"text": COMPREHENSIVE, "at": "2026-03-03T00:00:00Z", "note": "merge"}
    made = api.post("/halls/small/layouts", Role.PLANNER, body).json or {}
    path = f"/halls/small/layouts/{made['id']}"
    assert (made["stage"], made["at"]) == ("scheduled", "2026-03-03T00:00:00.000Z")
    told = api.get(path, Role.AUDITOR).json or {}
    assert [change["counter"] for change in told["changes"]["counters"]] == ["1", "2"]
    assert (told["now"]["waiting"], told["outcome"]["days"]) == (0, [])
    assert api.post(f"{path}/activate", Role.PLANNER).status_code == 403
    assert (api.post(f"{path}/activate", Role.MANAGER).json or {})["stage"] == "in_force"
    again = api.post(f"{path}/withdraw", Role.MANAGER)
    assert (again.status_code, (again.json or {})["code"]) == (409, "not_scheduled")
    back = api.post("/halls/small/layouts/back", Role.MANAGER, {})
    assert (back.status_code, (back.json or {})["is_back"]) == (201, True)
    found = api.get("/halls/small/layouts", Role.MANAGER).json or {}
    assert [rollout["stage"] for rollout in found["rollouts"]] == ["in_force", "replaced"]


@pytest.mark.parametrize(
    ("reference", "is_link"), [("/planner/runs/7", True), ("//elsewhere/7", False), ("7", False)]
)
def test_a_study_of_ours_is_linked_and_nothing_else(
    app: Flask, careful: WorkingHall, reference: str, *, is_link: bool
) -> None:
    made = careful.do(
        schedule_layout,
        file="new.toml",
        text=COMPREHENSIVE,
        at=TUESDAY,
        report={"reference": reference, "expected": {}},
    )
    page = visit(app, careful, Role.MANAGER).get(f"{PATH}/{made.id}").text
    assert (f'href="{reference}"' in page) is is_link
    assert is_link or f"Study: {reference}" in page


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "format = 1"}, 422, "bad_file"),
        ({"text": special()}, 409, "layout_in_force"),
        ({"text": WITHOUT_CARD}, 409, "layout_does_not_fit"),
        ({"text": COMPREHENSIVE, "at": "tomorrow"}, 422, "invalid"),
        ({"text": COMPREHENSIVE, "at": "2026-03-03T00:00:00"}, 422, "invalid"),
    ],
)
def test_the_api_says_why_a_layout_is_refused(
    api: Api, body: dict[str, str], status: int, code: str
) -> None:
    api.post("/halls/small/tickets", Role.KIOSK, {"matters": ["card"]})
    answer = api.post("/halls/small/layouts", Role.MANAGER, body)
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)


def test_what_is_in_the_way_is_told_in_the_caller_s_language(api: Api) -> None:
    api.post("/halls/small/tickets", Role.KIOSK, {"matters": ["card"]})
    chinese, english = (
        api.post("/halls/small/layouts", Role.MANAGER, {"text": WITHOUT_CARD}, **header).json or {}
        for header in ({"Accept-Language": "zh"}, {"Accept-Language": "en"})
    )
    assert "新方案没有事项“社保卡”，F001 还需要" in chinese["detail"]
    assert "F001 still needs it" in english["detail"]
