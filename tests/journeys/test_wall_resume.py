"""A screen stays equal to its hall over a connection that breaks: resume.js in a real browser."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

STATIC = Path(__file__).parents[2] / "display" / "static"
BOARD = "http://hall.test/board"

#: A socket that the test plays: it says what arrives, and keeps what the screen sends.
FAKE_SOCKET = """
function FakeSocket() {
  var handlers = {}, self = this;
  this.connected = false; this.active = true; this.sent = []; this.attempts = 0;
  this.on = function (name, act) { handlers[name] = act; };
  this.emit = function (name, message) {
    self.sent.push(message);
    if (self.answer) { self.answer(message); }
  };
  this.connect = function () { self.attempts += 1; };
  this.disconnect = function () { if (self.connected) { self.cut('io client disconnect'); } };
  this.hear = function (name, message) { handlers[name](message); };
  this.arrive = function () { self.connected = true; handlers.connect(); };
  this.cut = function (reason) {
    self.connected = false;
    handlers.disconnect(reason || 'transport close');
  };
}
"""

SCREEN = """
window.socket = new FakeSocket(); window.applied = []; window.boards = []; window.links = [];
window.news = [];
window.screenOf = function (options) {
  return Resume(Object.assign({
    socket: socket, join: {hall: 'twelve', screen: 'wall', zone: null},
    onEvent: function (event, isNews) { applied.push(event.sequence); news.push(isNews); },
    onSnapshot: function (board) { boards.push(board.sequence); },
    onLink: function (state, code) { links.push(code ? [state, code] : state); }
  }, options));
};
"""


@pytest.fixture
def stage(wall_page: Page) -> Page:
    """A page with resume.js, a fake socket and a clock that the test moves."""

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<!doctype html><title>stage</title>")

    wall_page.route("http://hall.test/", answer)
    wall_page.clock.install(time=0)
    wall_page.clock.pause_at(1)
    wall_page.goto("http://hall.test/")
    for script in ((STATIC / "resume.js").read_text("utf-8"), FAKE_SOCKET, SCREEN):
        wall_page.add_script_tag(content=script)
    return wall_page


def at_sequence(stage: Page, sequence: int, **options: Any) -> None:
    """Open a screen that has synced up to ``sequence`` and is live."""
    stage.evaluate(
        "([sequence, options]) => { window.screen_ = screenOf(options); socket.arrive();"
        " socket.hear('snapshot', {sequence: sequence}); socket.sent = []; boards = []; }",
        [sequence, options],
    )


def hear(stage: Page, *sequences: int) -> None:
    """Let live events arrive."""
    stage.evaluate("(all) => all.forEach((s) => socket.hear('event', {sequence: s}))", sequences)


def applied(stage: Page) -> list[int]:
    """Return the sequences of the events that the screen has applied."""
    found: list[int] = stage.evaluate("applied")
    return found


def sent(stage: Page) -> list[dict[str, Any]]:
    """Return what the screen has sent since it was live."""
    found: list[dict[str, Any]] = stage.evaluate("socket.sent")
    return found


def serve_board(stage: Page, board: Callable[[], dict[str, Any] | None]) -> None:
    """Answer the screen's question for the board; None stands for a server that is gone."""

    def answer(route: Route) -> None:
        found = board()
        if found is None:
            route.abort()
        else:
            route.fulfill(content_type="application/json", body=json.dumps(found))

    stage.route(BOARD, answer)


def test_the_first_sync_asks_for_everything(stage: Page) -> None:
    stage.evaluate("screenOf({}); socket.arrive()")
    assert sent(stage) == [{"hall": "twelve", "screen": "wall"}]


def test_a_screen_drawn_by_the_server_asks_for_what_came_since(stage: Page) -> None:
    stage.evaluate("screenOf({sequence: 41}); socket.arrive()")
    assert sent(stage) == [{"hall": "twelve", "screen": "wall", "after": 41}]


def test_every_reconnect_asks_for_what_was_missed(stage: Page) -> None:
    at_sequence(stage, 10)
    hear(stage, 11)
    stage.evaluate("socket.cut(); socket.arrive()")
    assert sent(stage) == [{"hall": "twelve", "screen": "wall", "after": 11}]


def test_events_in_order_are_applied_at_once_without_asking(stage: Page) -> None:
    at_sequence(stage, 10)
    hear(stage, 11, 12, 13)
    assert applied(stage) == [11, 12, 13]
    assert sent(stage) == []


def test_an_event_that_is_not_newer_is_ignored(stage: Page) -> None:
    at_sequence(stage, 10)
    hear(stage, 11, 11, 9, 10)
    assert applied(stage) == [11]
    assert sent(stage) == []


def test_a_gap_is_buffered_and_asked_for_once(stage: Page) -> None:
    at_sequence(stage, 10)
    hear(stage, 12, 13)
    assert applied(stage) == []
    assert [message["after"] for message in sent(stage)] == [10]
    stage.evaluate(
        "socket.hear('events', {sequence: 12, events: [{sequence: 11}, {sequence: 12}]})"
    )
    assert applied(stage) == [11, 12, 13]


def test_live_events_wait_while_a_sync_is_under_way(stage: Page) -> None:
    stage.evaluate("screenOf({}); socket.arrive()")
    hear(stage, 21, 20, 22)
    assert applied(stage) == []
    stage.evaluate("socket.hear('snapshot', {sequence: 20})")
    assert applied(stage) == [21, 22]
    assert stage.evaluate("boards") == [20]


def test_unasked_events_are_applied_unless_something_is_missing_before_them(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate(
        "socket.hear('events', {after: 9, sequence: 11, events: [{sequence: 10}, {sequence: 11}]})"
    )
    assert applied(stage) == [11]
    stage.evaluate("socket.hear('events', {after: 12, sequence: 13, events: [{sequence: 13}]})")
    assert applied(stage) == [11]
    assert [message["after"] for message in sent(stage)] == [11]
    stage.evaluate("socket.hear('events', {after: 11, sequence: 12, events: [{sequence: 12}]})")
    assert applied(stage) == [11, 12, 13]


def test_a_heartbeat_repairs_a_lost_last_event(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate("socket.hear('heartbeat', {sequence: 11})")
    assert [message.get("after") for message in sent(stage)] == [10]


def test_a_heartbeat_with_the_same_head_asks_nothing(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate("socket.hear('heartbeat', {sequence: 10})")
    assert sent(stage) == []


def test_a_server_restored_from_a_backup_is_believed(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate("socket.hear('heartbeat', {sequence: 4})")
    assert sent(stage) == [{"hall": "twelve", "screen": "wall"}]
    stage.evaluate("socket.hear('snapshot', {sequence: 4})")
    hear(stage, 5)
    assert applied(stage) == [5]


def test_an_unanswered_sync_is_asked_again(stage: Page) -> None:
    at_sequence(stage, 10)
    hear(stage, 13)
    stage.evaluate("socket.hear('heartbeat', {sequence: 13})")
    assert len(sent(stage)) == 1
    stage.clock.run_for(4100)
    assert [message["after"] for message in sent(stage)] == [10, 10]


def test_a_server_that_falls_silent_is_lost_and_tried_again_within_two_seconds(
    stage: Page,
) -> None:
    at_sequence(stage, 10)
    stage.clock.run_for(9100)
    assert stage.evaluate("links") == ["live", "lost"]
    assert stage.evaluate("socket.connected") is False
    stage.clock.run_for(2000)
    assert stage.evaluate("socket.attempts") == 1


def test_heartbeats_keep_the_link(stage: Page) -> None:
    at_sequence(stage, 10)
    for _ in range(4):
        stage.clock.run_for(5000)
        stage.evaluate("socket.hear('heartbeat', {sequence: 10})")
    assert stage.evaluate("links") == ["live"]


def test_a_server_that_hangs_up_is_tried_again(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate("socket.cut('io server disconnect')")
    stage.clock.run_for(2000)
    assert stage.evaluate("socket.attempts") == 1


def test_a_refused_screen_says_why(stage: Page) -> None:
    at_sequence(stage, 10)
    stage.evaluate("socket.hear('refused', {code: 'forbidden'})")
    assert stage.evaluate("links") == ["live", ["refused", "forbidden"]]


def test_without_a_socket_the_board_is_polled_and_the_screen_says_so(stage: Page) -> None:
    head = iter(range(11, 100))
    serve_board(stage, lambda: {"sequence": next(head)})
    at_sequence(stage, 10, board=BOARD)
    stage.evaluate("socket.cut()")
    for known in (1, 2, 3):
        with stage.expect_response(BOARD):
            stage.clock.run_for(3000)
        stage.wait_for_function("(known) => boards.length === known", arg=known)
    assert stage.evaluate("boards") == [11, 12, 13]
    assert stage.evaluate("links") == ["live", "lost", "polling"]
    stage.evaluate("socket.arrive()")
    assert sent(stage)[-1]["after"] == 10
    stage.evaluate("socket.hear('events', {after: 10, sequence: 11, events: [{sequence: 11}]})")
    assert stage.evaluate("links") == ["live", "lost", "polling", "live"]
    assert stage.evaluate("[applied, news]") == [[11], [False]]


def test_a_server_that_is_gone_altogether_is_lost(stage: Page) -> None:
    answers: list[dict[str, Any] | None] = [{"sequence": 11}, None]
    serve_board(stage, lambda: answers.pop(0))
    at_sequence(stage, 10, board=BOARD)
    stage.evaluate("socket.cut()")
    with stage.expect_response(BOARD):
        stage.clock.run_for(3000)
    stage.wait_for_function("links[links.length - 1] === 'polling'")
    with stage.expect_event("requestfailed"):
        stage.clock.run_for(3000)
    stage.wait_for_function("links[links.length - 1] === 'lost'")


def test_a_board_older_than_the_events_applied_is_not_shown(stage: Page) -> None:
    head = [11, 12]
    serve_board(stage, lambda: {"sequence": head.pop(0)})
    at_sequence(stage, 10, board=BOARD)
    hear(stage, 11, 12)
    with stage.expect_response(BOARD):
        stage.clock.run_for(500)
    with stage.expect_response(BOARD):
        stage.clock.run_for(2000)
    stage.wait_for_function("boards.length > 0")
    assert stage.evaluate("boards") == [12]


def test_many_events_fetch_the_board_once_a_second(stage: Page) -> None:
    asked: list[int] = []

    def board() -> dict[str, Any]:
        asked.append(1)
        return {"sequence": 204}

    serve_board(stage, board)
    at_sequence(stage, 200, board=BOARD)
    for event in range(201, 205):
        with stage.expect_response(BOARD) if event == 201 else nullcontext():
            stage.evaluate("(s) => socket.hear('event', {sequence: s})", event)
            stage.clock.run_for(200)
    assert len(asked) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_screen_on_a_bad_line_hears_every_event_once_and_in_order(stage: Page, seed: int) -> None:
    """300 events over a line that loses, doubles, swaps and cuts; answers may be late."""
    result = stage.evaluate(
        """
        (seed) => {
          var head = 0, late = [], journal = [];
          function random() {
            seed = (seed * 1103515245 + 12345) % 2147483648;
            return seed / 2147483648;
          }
          function hear(name, message) { if (socket.connected) { socket.hear(name, message); } }
          socket.answer = function (message) {
            var missed = journal.slice(message.after), at = head;
            function say() { hear('events', {sequence: at, events: missed}); }
            if (random() < 0.3) { late.push(say); } else { say(); }
          };
          screenOf({sequence: 0});
          socket.arrive();
          for (var i = 0; i < 300; i += 1) {
            head += 1;
            journal.push({sequence: head});
            if (random() < 0.04) { socket.cut(); }
            if (!socket.connected && random() < 0.3) { late = []; socket.arrive(); }
            if (random() > 0.15) { hear('event', {sequence: head}); }
            if (random() < 0.1) { hear('event', {sequence: Math.max(1, head - 1)}); }
            if (random() < 0.3 && late.length) { late.shift()(); }
          }
          late = [];
          if (socket.connected) { socket.cut(); }
          random = function () { return 1; };
          socket.arrive();
          return {head: head, applied: applied};
        }
        """,
        seed,
    )
    assert result["applied"] == list(range(1, result["head"] + 1))
