"""A citizen's own browser solves the puzzle: while they choose, or a moment after the touch."""

import re
from datetime import date

import pytest
from playwright.sync_api import Route, expect

from hall.context import Context
from hall.domain.appointments import AppointmentStatus
from hall.store.appointments import of_day
from tests.halls import EXAMPLES, FakeClock, WorkingHall, a_hall
from tests.journeys.touching import PHONE, NewPage, check

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings("ignore:(?s).*/static:pytest.PytestUnraisableExceptionWarning"),
]
TIMES = "/book/yunxi/times?m=social-card&day=2026-03-03&part=morning&lang=zh"


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that wants puzzles solved."""
    text = (EXAMPLES / "yunxi" / "layout.toml").read_text("utf-8")
    return a_hall(context, clock, f"{text}\n[booking]\npuzzle = true\n")


def statuses(hall: WorkingHall) -> list[AppointmentStatus]:
    """Return how the appointments of two days stand."""
    days = (date(2026, 3, 3), date(2026, 3, 4))
    return [one.status for day in days for one in hall.ask(of_day, day)]


def test_a_citizen_books_without_noticing_that_a_puzzle_was_solved(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(PHONE)
    page.goto(f"{url}/book/yunxi/papers?m=social-card&lang=zh")
    expect(page.locator("#puzzle")).to_have_value(re.compile(".{200}"))
    page.click("text=选择日期")
    page.click("a.choice:has-text('3月4日')")
    expect(page.locator("#puzzle")).to_have_value(re.compile(".{200}"))
    check(page, "phone")
    page.click("button.slot >> nth=0")
    page.fill("#name", "张小明")
    page.fill("#phone", "13800138000")
    page.click(".questions button")
    page.click("text=确认预约")
    expect(page.locator(".panel.booked")).to_be_visible()
    assert statuses(hall) == [AppointmentStatus.BOOKED]


def test_who_is_faster_than_the_puzzle_is_told_and_needs_no_second_touch(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(PHONE)
    asked: list[Route] = []
    page.route("**/puzzle", lambda route: asked.append(route))  # noqa: PLW0108  # it is marked
    page.goto(url + TIMES)
    page.click("button.slot >> nth=0")
    expect(page.locator("#puzzle-says")).to_have_text("请稍候，正在进行防刷验证……")
    expect(page.locator("#puzzle-bar")).to_be_visible()
    check(page, "phone")
    asked[0].continue_()
    expect(page.locator("#kept")).to_be_visible()
    assert statuses(hall) == [AppointmentStatus.HELD]


def test_who_thinks_about_it_for_long_needs_no_second_touch_either(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(PHONE)
    page.clock.install()
    page.goto(url + TIMES)
    expect(page.locator("#puzzle")).to_have_value(re.compile(".{200}"))
    page.clock.fast_forward("40:00")
    hall.clock.tick(minutes=40)
    page.click("button.slot >> nth=0")
    expect(page.locator("#kept")).to_be_visible()
    assert statuses(hall) == [AppointmentStatus.HELD]


@pytest.mark.parametrize("scripts", [True, False])
def test_where_the_puzzle_cannot_be_solved_the_page_says_what_else_can_be_done(
    new_page: NewPage, url: str, hall: WorkingHall, scripts: bool
) -> None:
    page = new_page(PHONE, java_script_enabled=scripts)
    page.route("**/puzzle", lambda route: route.abort())
    page.goto(url + TIMES)
    if scripts:
        expect(page.locator("#puzzle-says")).to_contain_text("防刷验证未能完成")
    else:
        expect(page.locator("noscript .refused")).to_contain_text("请导办人员代为预约")
    page.click("button.slot >> nth=0")
    expect(page.locator(".refused >> nth=0")).to_contain_text("您也可以到大厅现场取号")
    if scripts:
        check(page, "phone")
    assert statuses(hall) == []


def test_who_tried_too_often_reads_when_to_try_again(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(PHONE)
    page.goto(f"{url}/book/yunxi?lang=zh")
    for _ in range(30):
        assert page.request.get(f"{url}/b/WRONG").status == 404
    page.goto(f"{url}/b/WRONG")
    expect(page.locator("[role=alert]")).to_contain_text(
        re.compile("请在 60 分钟后再试.*取号", re.DOTALL)
    )
    check(page, "phone")
