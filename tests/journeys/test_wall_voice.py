"""The voice says each call once, in order, without a gap: voice.js in a real browser."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route

from tests.journeys.conftest import FLAGS

STATIC = Path(__file__).parents[2] / "display" / "static"
VOICE = STATIC / "voice"

#: A loudspeaker that the test plays: it keeps what it is told to say, and is done when told.
FAKE_SPEAKER = """
window.said = []; window.turns = []; window.doneWith = null;
window.speaker = {say: function (call, chime, done) {
  if (doneWith) { throw new Error('two at once'); }
  said.push((chime ? 'chime ' : '') + call.number); doneWith = done;
}};
window.done = function (heard) { var act = doneWith; doneWith = null; act(heard); };
window.voiceOf = function (speaker) {
  return window.voice = Voice({
    speaker: speaker, memory: 'spoken',
    onTurn: function (call) { turns.push(call && call.number); }
  });
};
window.call = function (id) {
  var at = '2026-03-02T09:00:0' + id + 'Z';
  return {announcement: String(id), number: 'A00' + id, counter: 3, at: at};
};
"""

#: Writes down when each clip starts and how long it is; the sound itself is real.
LISTEN = """
window.starts = [];
var start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (at) {
  starts.push([at, this.buffer.duration]);
  start.call(this, at);
};
"""


def answer(route: Route) -> None:
    """Serve an empty page and the recorded clips; what is not recorded is not found."""
    path = route.request.url.partition("//hall.test/")[2].partition("?")[0]
    clip = VOICE / path.removeprefix("voice/")
    if not path:
        route.fulfill(content_type="text/html", body="<!doctype html><title>stage</title><p>Hall")
    elif clip.is_file():
        route.fulfill(path=clip)
    else:
        route.fulfill(status=404)


def set_up(page: Page) -> Page:
    """Give a page voice.js and the clips."""
    page.route("http://hall.test/**", answer)
    page.goto("http://hall.test/")
    for script in ((STATIC / "voice.js").read_text("utf-8"), FAKE_SPEAKER, LISTEN, SPEAK):
        page.add_script_tag(content=script)
    return page


@pytest.fixture
def queue(wall_page: Page) -> Page:
    """A page with a voice whose loudspeaker and clock the test moves."""
    wall_page.clock.install()
    set_up(wall_page).evaluate("voiceOf(speaker)")
    return wall_page


def announce(page: Page, *ids: int) -> None:
    page.evaluate("(ids) => ids.forEach((id) => voice.announce(call(id)))", ids)


def heard(page: Page, times: int = 1) -> None:
    """Let the loudspeaker finish so many times, with the pauses between."""
    for _ in range(times):
        page.evaluate("done(true)")
        page.clock.run_for(1000)


def test_a_call_is_said_twice_with_one_chime(queue: Page) -> None:
    announce(queue, 1)
    heard(queue, 2)
    assert queue.evaluate("said") == ["chime A001", "A001"]
    assert queue.evaluate("turns") == ["A001", None]


def test_calls_are_said_one_after_the_other_in_order(queue: Page) -> None:
    announce(queue, 1, 2)
    assert queue.evaluate("said") == ["chime A001"]
    heard(queue, 4)
    assert queue.evaluate("said") == ["chime A001", "A001", "chime A002", "A002"]
    assert queue.evaluate("voice.spoken") == ["1", "2"]


def test_what_was_called_first_is_said_first_whenever_it_arrives(queue: Page) -> None:
    announce(queue, 1, 4, 2, 3)
    heard(queue, 6)
    assert queue.evaluate("voice.spoken") == ["1", "2", "3", "4"]


def test_an_announcement_is_said_once_however_often_it_arrives(queue: Page) -> None:
    announce(queue, 1, 1, 2, 1, 2)
    heard(queue, 4)
    announce(queue, 2, 1)
    assert queue.evaluate("voice.spoken") == ["1", "2"]
    assert queue.evaluate("doneWith") is None


def test_a_reload_repeats_nothing(queue: Page) -> None:
    announce(queue, 1)
    queue.reload()
    set_up(queue).evaluate("voiceOf(speaker)")
    announce(queue, 1, 2)
    assert queue.evaluate("said") == ["chime A002"]
    assert queue.evaluate("voice.spoken") == ["1", "2"]


def test_the_repeat_is_dropped_while_three_or_more_wait(queue: Page) -> None:
    announce(queue, 1, 2, 3, 4)
    heard(queue, 3)
    assert queue.evaluate("said") == ["chime A001", "chime A002", "A002", "chime A003"]


def test_a_waiting_call_is_cancelled_when_its_ticket_is_served(queue: Page) -> None:
    announce(queue, 1, 2, 3)
    queue.evaluate("voice.cancel((call) => call.number === 'A002')")
    heard(queue, 4)
    assert queue.evaluate("said") == ["chime A001", "A001", "chime A003", "A003"]
    assert queue.evaluate("voice.spoken") == ["1", "3"]


def test_the_repeat_is_dropped_when_the_citizen_is_there(queue: Page) -> None:
    announce(queue, 1)
    queue.evaluate("voice.cancel((call) => call.number === 'A001')")
    heard(queue)
    assert queue.evaluate("said") == ["chime A001"]
    assert queue.evaluate("turns") == ["A001", None]


def test_a_call_that_nobody_can_hear_stays_large_for_six_seconds(queue: Page) -> None:
    queue.evaluate("voiceOf(null)")
    announce(queue, 1, 2)
    queue.clock.run_for(6000)
    assert queue.evaluate("turns") == ["A001"]
    queue.clock.run_for(500)
    assert queue.evaluate("turns") == ["A001", "A002"]


def test_unheard_calls_hurry_while_many_wait(queue: Page) -> None:
    queue.evaluate("voiceOf(null)")
    announce(queue, 1, 2, 3, 4)
    queue.clock.run_for(3500)
    assert queue.evaluate("turns") == ["A001", "A002"]


# ---- the loudspeaker, with the recorded clips


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_clip_is_the_one_its_manifest_names(language: str) -> None:
    folder = VOICE / language
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    sums = {clip["file"]: clip["sha256"] for clip in manifest.values()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.opus")
    }
    assert found == sums


#: Says one call with a real loudspeaker; ``heard`` tells when it is over and whether it was heard.
SPEAK = """
window.states = []; window.heard = null;
window.speak = function (number, languages, folder) {
  window.loud = Speaker({folder: folder || '/voice/', languages: languages, volume: 0.5,
                         onState: function (state) { states.push(state); }});
  loud.say({number: number, counter: 3}, true, function (heard) { window.heard = heard; });
};
"""


def speak(page: Page, number: str, languages: list[str], folder: str = "/voice/") -> None:
    """Say one call with a real loudspeaker."""
    page.evaluate("(all) => speak.apply(null, all)", [number, languages, folder])


def seconds(language: str, *keys: str) -> list[float]:
    """Return how long clips are, as their manifest says."""
    manifest = json.loads((VOICE / language / "manifest.json").read_text("utf-8"))
    return [manifest[key]["seconds"] for key in keys]


def starts(page: Page, clips: int) -> list[tuple[float, float]]:
    """Return when so many clips start, and how long they are."""
    page.wait_for_function("(clips) => starts.length >= clips", arg=clips)
    found: list[list[float]] = page.evaluate("starts")
    return [(at, length) for at, length in found]


@pytest.mark.parametrize(
    ("languages", "number", "lengths"),
    [
        (["zh"], "A012", seconds("zh", "chime", "call-A", "number-012", "counter-3")),
        (["en"], "007", seconds("en", "chime", "call", "number-007", "counter-3")),
        (
            ["zh", "en"],
            "K101",
            [
                *seconds("zh", "chime", "call-K", "number-101", "counter-3"),
                *seconds("en", "call-K", "number-101", "counter-3"),
            ],
        ),
    ],
)
def test_the_clips_of_a_call_follow_each_other_without_a_gap(
    wall_page: Page, languages: list[str], number: str, lengths: list[float]
) -> None:
    speak(set_up(wall_page), number, languages)
    clips = starts(wall_page, len(lengths))
    assert [length for _, length in clips] == pytest.approx(lengths, abs=0.05)
    ends = [at + length for at, length in clips]
    assert [at for at, _ in clips[1:]] == pytest.approx(ends[:-1], abs=1e-6)


def test_a_number_without_a_recording_rings_and_the_page_says_so(wall_page: Page) -> None:
    speak(set_up(wall_page), "A1000", ["zh"])
    wall_page.wait_for_function("heard !== null")
    assert len(starts(wall_page, 1)) == 1
    assert wall_page.evaluate("heard") is False
    assert wall_page.evaluate("states")[-1] == "incomplete"


def test_a_language_without_the_number_leaves_it_to_the_other(wall_page: Page) -> None:
    speak(set_up(wall_page), "A999", ["zh", "en"])
    lengths = seconds("zh", "chime", "call-A", "number-999", "counter-3")
    clips = starts(wall_page, len(lengths))
    assert [length for _, length in clips] == pytest.approx(lengths, abs=0.05)
    assert wall_page.evaluate("states")[-1] == "incomplete"


def test_without_any_clips_the_screen_alone_calls(wall_page: Page) -> None:
    speak(set_up(wall_page), "A012", ["zh"], "/nothing/")
    wall_page.wait_for_function("heard !== null")
    assert wall_page.evaluate("[heard, states[states.length - 1]]") == [False, "silent"]
    assert wall_page.evaluate("starts") == []


@pytest.fixture
def quiet_page(chromium_path: str, browsers: Playwright) -> Iterator[Page]:
    """A page in a browser that makes no sound before a touch."""
    browser: Browser = browsers.chromium.launch(executable_path=chromium_path, args=[*FLAGS])
    yield browser.new_page()
    browser.close()


def test_a_browser_that_blocks_sound_is_unlocked_by_a_touch(quiet_page: Page) -> None:
    """The page brings its scripts along: what a test evaluates counts as a touch."""
    scripts = ((STATIC / "voice.js").read_text("utf-8"), LISTEN, SPEAK, "speak('A012', ['zh'])")
    body = "<!doctype html><p>Hall" + "".join(f"<script>{script}</script>" for script in scripts)
    quiet_page.route("http://hall.test/**", answer)
    quiet_page.route(
        "http://hall.test/", lambda route: route.fulfill(content_type="text/html", body=body)
    )
    quiet_page.goto("http://hall.test/")
    quiet_page.wait_for_function("heard !== null")
    assert quiet_page.evaluate("[heard, states[states.length - 1]]") == [False, "blocked"]
    quiet_page.evaluate("() => { document.body.onclick = function () { loud.unlock(); }; }")
    quiet_page.click("p")
    assert len(starts(quiet_page, 1)) == 1
    quiet_page.wait_for_function("states[states.length - 1] === 'ready'")
