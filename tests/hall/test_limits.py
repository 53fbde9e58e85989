"""Limits: they hold in every process, stop who tries too often, and punish no shared address."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.limits import Limit, TooOften
from hall.jobs.schedule import Scheduler
from hall.limits import count_address
from hall.settings import Settings
from hall.start import serve
from hall.store import limit_tables as t
from hall.web.pages.signing import BY_ONE_NAME
from tests.hall.test_booking import LAYOUT
from tests.hall.test_kiosk_booking import said
from tests.hall.workers import (
    ELSEWHERE,
    HERE,
    THERE,
    MakeWorker,
    browser,
    device,
    solved,
    workers,
)
from tests.halls import FakeClock, WorkingHall, a_hall

WIDE = LAYOUT.replace("public_share = 0.5", "public_share = 0.75")
PHONES = WIDE.replace("[booking]", 'general_group = "a"\nphone_tickets = true\n[booking]')
SLOT = "2026-03-03/0540"
WHO = {"name": "张小明", "phone": "138 0013 8000"}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(kw_only=True)
class Watched:
    """A hall and as many processes as a test wants."""

    hall: WorkingHall
    make: MakeWorker


@pytest.fixture
def watched(database_url: str, clock: FakeClock, tmp_path: Path) -> Iterator[Watched]:
    with workers(database_url, clock, tmp_path) as make:
        yield Watched(hall=a_hall(make().extensions["hall"], clock, PHONES), make=make)


def hold(client: FlaskClient, day: int = 3, **more: Any) -> TestResponse:
    body: dict[str, Any] = {"matters": ["short"], "slot": f"2026-03-0{day}/0540", **more}
    return client.post("/api/v1/halls/small/appointments", json=body)


def released(client: FlaskClient, **more: Any) -> TestResponse:
    """Hold a time and give it back."""
    answer = hold(client, **more)
    if answer.status_code == 201:
        assert answer.json is not None
        assert client.post(f"/api/v1/appointments/{answer.json['code']}/release").status_code == 200
    return answer


def book(client: FlaskClient, **who: str) -> TestResponse:
    """Hold a time and try to make an appointment of it."""
    held = hold(client).json
    assert held is not None
    path = f"/api/v1/appointments/{held['code']}"
    answer = client.post(f"{path}/confirm", json={**WHO, **who})
    client.post(f"{path}/{'cancel' if answer.status_code == 200 else 'release'}")
    return answer


def test_a_browser_is_counted_in_all_processes_together_and_told_when_to_try_again(
    watched: Watched,
) -> None:
    one, other = (browser(watched.make(limit_holds="3/hour")) for _ in range(2))
    cookie = one.get_cookie("browser")
    assert cookie is not None
    other.set_cookie("browser", cookie.value)
    assert [released(client).status_code for client in (one, other, one)] == [201] * 3
    watched.hall.clock.tick(minutes=13)
    refused = hold(other)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == str(47 * 60)
    assert refused.json is not None
    assert refused.json["detail"] == "Try again in 47 minutes"
    watched.hall.clock.tick(minutes=47)
    assert hold(one).status_code == 201


def test_of_many_who_try_at_once_no_more_get_through_than_may(watched: Watched) -> None:
    limit = Limit(most=10, per=timedelta(hours=1))
    workers = [watched.make().extensions["hall"] for _ in range(4)]

    def tries(at: int) -> bool:
        context: Context = workers[at % 4]
        try:
            context.attempts.count([("one", limit), ("other", limit.times(2))], now=context.now())
        except TooOften:
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert sum(threads.map(tries, range(40))) == 10


@on_sqlite
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Try again in 1 minute"), ("zh", "请在 1 分钟后再试")],
)
def test_a_page_says_so_in_words_and_what_can_be_done_until_then(
    watched: Watched, language: str, words: str
) -> None:
    client = browser(watched.make(limit_holds="1/hour"))
    client.set_cookie("lang", language)
    watched.hall.clock.tick(minutes=59)
    form = {"key": "one", "m": "short", "slot": SLOT}
    assert client.post("/book/small/times", data=form).status_code == 303
    page = client.post("/book/small/times", data={**form, "key": "two"})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")
    assert words in said(page)
    assert ("ask a guide" in said(page)) is (language == "en")


def test_a_program_without_cookies_is_counted_by_its_address_and_others_are_not_hit(
    watched: Watched,
) -> None:
    app = watched.make(limit_holds="1/hour", limit_address_times=3)
    program = browser(app, HERE, cookies=False)
    assert [released(program).status_code for _ in range(5)] == [201] * 3 + [429] * 2
    assert released(browser(app, THERE)).status_code == 201


@on_sqlite
def test_a_program_cannot_hold_a_day(watched: Watched) -> None:
    app = watched.make(limit_open_holds=1, limit_address_times=3)
    program = browser(app, HERE, cookies=False)
    assert [hold(program, day=3 + at % 3).status_code for at in range(6)] == [201] * 3 + [429] * 3
    assert hold(program).headers["Retry-After"] == "600"
    assert hold(browser(app, THERE)).status_code == 201
    watched.hall.clock.tick(minutes=10)
    assert hold(program).status_code == 201


@on_sqlite
def test_a_browser_holds_two_times_at_once_and_no_more(watched: Watched) -> None:
    client = browser(watched.make())
    assert [hold(client, day=at).status_code for at in (3, 4, 5)] == [201, 201, 429]


@on_sqlite
def test_many_behind_one_shared_address_are_not_taken_for_one(watched: Watched) -> None:
    settings = {"limit_holds": "1/hour", "limit_address_times": 2, "limit_shared_times": 5}
    shared = watched.make(**settings, shared_networks=f"{HERE}/32, 2001:db8::/32")
    people = [browser(shared, HERE) for _ in range(6)]
    assert [released(one).status_code for one in people] == [201] * 5 + [429]
    assert released(people[0]).status_code == 429
    alike = [browser(shared, THERE) for _ in range(3)]
    assert [released(one).status_code for one in alike] == [201, 201, 429]


@on_sqlite
def test_who_solved_a_puzzle_is_trusted_more_than_the_address(watched: Watched) -> None:
    app = watched.make(limit_holds="1/hour", limit_address_times=1)
    assert released(browser(app)).status_code == 201
    assert released(browser(app)).status_code == 429
    client = browser(app)
    assert released(client, puzzle=solved(client)).status_code == 201


@on_sqlite
def test_a_browser_that_booked_is_trusted_more_and_nobody_can_claim_to_be_one(
    watched: Watched,
) -> None:
    known = browser(watched.make())
    code = known.post("/book/small/times", data={"key": "k", "m": "short", "slot": SLOT}).location
    path = code.removesuffix("/contact")
    known.post(f"{path}/contact", data={"for": "self", **WHO})
    assert known.post(f"{path}/check").location == path
    cookie = known.get_cookie("browser")
    assert cookie is not None
    strict = watched.make(limit_holds="2/hour", limit_address_times=1)
    stranger, liar, friend = (browser(strict) for _ in range(3))
    assert released(stranger).status_code == 201
    liar.set_cookie("browser", f"{cookie.value[:-1]}é")
    assert released(liar).status_code == 429
    friend.set_cookie("browser", cookie.value)
    assert released(friend).status_code == 201


@on_sqlite
@pytest.mark.parametrize("role", [Role.KIOSK, Role.GUIDE, Role.CLERK])
def test_staff_and_the_halls_own_screens_are_not_counted_by_where_they_are(
    watched: Watched, role: Role
) -> None:
    app = watched.make(limit_holds="1/hour", limit_open_holds=1, limit_address_times=1)
    client = device(app, role, watched.hall.id)
    assert [hold(client, day=at).status_code for at in (3, 4, 5, 6)] == [201] * 4


@on_sqlite
def test_an_address_is_believed_only_from_as_many_proxies_as_there_are(watched: Watched) -> None:
    settings = {"limit_holds": "1/hour", "limit_address_times": 1}
    program = browser(watched.make(**settings), cookies=False)
    claims = [{"X-Forwarded-For": f"192.0.2.{at}"} for at in range(3)]
    for at, claim in enumerate(claims):
        program.environ_base.update({"HTTP_X_FORWARDED_FOR": claim["X-Forwarded-For"]})
        assert released(program).status_code == (429 if at else 201)
    behind = browser(watched.make(**settings, proxies=1), "10.0.0.1", cookies=False)
    behind.environ_base["HTTP_X_FORWARDED_FOR"] = f"{HERE}, {ELSEWHERE}"
    assert released(behind).status_code == 201
    behind.environ_base["HTTP_X_FORWARDED_FOR"] = f"{THERE}, {ELSEWHERE}"
    assert released(behind).status_code == 429


@on_sqlite
def test_one_place_has_many_addresses_in_the_newer_internet(watched: Watched) -> None:
    app = watched.make(limit_holds="1/hour", limit_address_times=1)
    places = ["2a02:8000:1:2::1", "2a02:8000:1:2:3::9", "2a02:8000:1:3::1"]
    answers = [released(browser(app, place, cookies=False)).status_code for place in places]
    assert answers == [201, 429, 201]


def test_tries_to_book_are_counted_by_phone_from_wherever_they_come(watched: Watched) -> None:
    app = watched.make(limit_bookings="2/hour, 3/day")
    assert book(browser(app, HERE)).status_code == 200
    assert book(browser(app, THERE), phone="+86 138-0013-8000").status_code == 200
    assert book(browser(app, ELSEWHERE)).status_code == 429
    assert book(browser(app, HERE), phone="13800138001").status_code == 200
    watched.hall.clock.tick(hours=1)
    assert book(browser(app, ELSEWHERE)).status_code == 429
    watched.hall.clock.now = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    assert book(browser(app, ELSEWHERE)).status_code == 200


@on_sqlite
def test_tries_to_book_are_counted_by_id_number_also_when_they_are_refused(
    watched: Watched,
) -> None:
    app = watched.make(limit_bookings="2/day")
    number = {"id_number": "11010519491231002X"}
    client = browser(app)
    held = [hold(client, day=at).json for at in (3, 4)]
    path = "/api/v1/appointments/{}/confirm"
    codes = [path.format(one["code"]) for one in held if one]
    assert client.post(codes[0], json={**WHO, **number}).status_code == 200
    late = client.post(codes[1], json={**WHO, **number, "phone": "13800138001"})
    assert late.status_code == 200
    assert book(client, **number, phone="13800138002").status_code == 429
    touch = device(app, Role.KIOSK, watched.hall.id)
    assert book(touch, **number, phone="13800138003").status_code == 429
    guide = device(app, Role.GUIDE, watched.hall.id)
    assert book(guide, **number, phone="13800138004").status_code == 200


@on_sqlite
def test_a_move_counts_like_a_hold(watched: Watched) -> None:
    client = browser(watched.make(limit_holds="2/hour"))
    held = hold(client).json
    assert held is not None
    path = f"/api/v1/appointments/{held['code']}"
    assert client.post(f"{path}/confirm", json=WHO).status_code == 200
    moves = [client.post(f"{path}/move", json={"slot": f"2026-03-0{d}/0570"}) for d in (3, 4)]
    assert [answer.status_code for answer in moves] == [200, 429]


@on_sqlite
def test_codes_that_are_asked_for_again_are_counted_by_phone(
    watched: Watched, clock: FakeClock
) -> None:
    app = watched.make(limit_messages="1/hour", messages="console")
    a_hall(
        app.extensions["hall"], clock, PHONES.replace("[booking]", "[booking]\nconfirmation = true")
    )
    answers = []
    for client in (browser(app, HERE), browser(app, THERE)):
        held = hold(client).json
        assert held is not None
        path = f"/api/v1/appointments/{held['code']}/confirm"
        assert client.post(path, json=WHO).status_code == 202
        answers.append(client.post(f"{path}/again").status_code)
    assert answers == [200, 429]


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["/b/{}", "/book/small/find?code={}", "/api/v1/appointments/{}", "/b/{}/appointment.ics"],
)
def test_who_tries_codes_is_stopped_even_before_a_right_one(watched: Watched, path: str) -> None:
    client = browser(watched.make(limit_wrong_codes="2/hour"))
    right = hold(client).json
    assert right is not None
    assert [client.get(path.format(f"WRONG{at}")).status_code for at in range(3)] == [404, 404, 429]
    assert client.get(path.format(right["code"])).status_code == 429
    watched.hall.clock.tick(hours=1)
    assert client.get(path.format(right["code"])).status_code in (200, 303)


@on_sqlite
def test_right_codes_are_not_counted(watched: Watched) -> None:
    client = browser(watched.make(limit_wrong_codes="1/hour"))
    right = hold(client).json
    assert right is not None
    found = [client.get(f"/api/v1/appointments/{right['code']}").status_code for _ in range(3)]
    assert found == [200] * 3


@on_sqlite
def test_who_tries_names_at_the_touch_screen_is_stopped(watched: Watched) -> None:
    app = watched.make(limit_wrong_names="2/hour")
    touch, path = device(app, Role.KIOSK, watched.hall.id), "/kiosk/small/appointment/phone"

    def tried(digits: str, sign: str) -> int:
        return touch.post(path, data={"digits": digits, "sign": sign}).status_code

    assert [tried("8000", sign) for sign in "王李张"] == [200, 200, 429]
    assert tried("8001", "王") == 200
    page = touch.post("/kiosk/small/appointment/check-in", data={"digits": "8000", "sign": "王"})
    assert page.status_code == 429
    assert "Tried too often" in said(page)


@on_sqlite
def test_numbers_on_ones_own_phone_are_counted_and_at_the_touch_screen_are_not(
    watched: Watched,
) -> None:
    app = watched.make(limit_numbers="2/hour", limit_address_times=2)
    phone, touch = browser(app), device(app, Role.KIOSK, watched.hall.id)

    def taken(client: FlaskClient) -> list[int]:
        path = "/kiosk/small/tickets"
        return [client.post(path, data={"key": str(at)}).status_code for at in range(3)]

    watched.hall.clock.now += timedelta(hours=16, minutes=10)  # it opens at 9 in Shanghai
    assert taken(phone) == [303, 303, 429]
    assert taken(touch) == [303] * 3


@on_sqlite
def test_sign_ins_are_counted_in_all_processes_together(watched: Watched) -> None:
    one, other = (browser(watched.make()) for _ in range(2))
    for _ in range(9):  # without the cost of hashing each
        with one.application.test_request_context(environ_base=one.environ_base):
            count_address("name", BY_ONE_NAME, "li")
    tries = [
        client.post("/sign-in", data={"login": name, "password": "wrong"}).status_code
        for client, name in ((other, "li"), (one, " LI"), (other, "li"), (one, "wu"))
    ]
    assert tries == [401, 429, 429, 401]


@on_sqlite
def test_nobody_can_read_in_the_database_who_tried_and_all_is_forgotten(watched: Watched) -> None:
    app = watched.make()
    client = browser(app)
    puzzle = solved(client)
    book(client, id_number="11010519491231002X")
    hold(client, puzzle=puzzle)
    context = watched.hall.context

    def rows() -> list[Any]:
        with context.store.engine.connect() as connection:
            return [
                tuple(row)
                for table in (t.attempt, t.holder, t.spent_puzzle)
                for row in connection.execute(select(table))
            ]

    kept = str(rows())
    assert re.search(r"[0-9a-f]{64} 3600", kept)
    for secret in (HERE, "138", "110105", "13800138000"):
        assert secret not in re.sub(r"[0-9a-f]{24,}|\d{13}", "", kept)
    watched.hall.clock.tick(days=2)
    scheduler = Scheduler(context)
    scheduler.forget()
    scheduler.stop()
    assert rows() == []


@on_sqlite
def test_an_empty_setting_is_no_limit(watched: Watched) -> None:
    app = watched.make(limit_holds="", limit_open_holds=0, limit_bookings="", limit_wrong_codes="")
    program = browser(app, cookies=False)
    assert {released(program).status_code for _ in range(25)} == {201}
    assert {program.get(f"/api/v1/appointments/X{at}").status_code for at in range(35)} == {404}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("limit_holds", "20 an hour", "HALL_LIMIT_HOLDS: '20 an hour' is not a limit"),
        ("limit_bookings", "5/hour, 0/day", "HALL_LIMIT_BOOKINGS: '0/day' is not a limit"),
        ("shared_networks", "10.0.0.1/8", "HALL_SHARED_NETWORKS: 10.0.0.1/8 has host bits set"),
    ],
)
def test_a_server_with_a_setting_that_cannot_be_read_names_it_and_does_not_start(
    name: str, value: str, says: str
) -> None:
    with pytest.raises(SystemExit, match=re.escape(says)):
        serve(Settings.model_validate({name: value}))
