"""What the commands of an operator print, and with what status they end."""

import json
from pathlib import Path

import pytest

from hall.__main__ import main
from hall.context import Context
from hall.domain.actors import SYSTEM, Role
from hall.domain.events import EventName
from hall.domain.identities import HallId, MatterCode
from hall.operations.issue import issue_ticket
from hall.operations.people import admit_once
from hall.settings import Settings
from hall.start import make_example, open_context, welcome
from tests.halls import EXAMPLES

YUNXI = HallId("yunxi")
LAYOUT = EXAMPLES / "yunxi" / "layout.toml"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for every command of a test."""
    monkeypatch.setenv("HALL_DATA", str(tmp_path))
    monkeypatch.delenv("HALL_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def context(data: Path) -> Context:
    return open_context(Settings(data=data))


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_init_makes_a_hall_and_signs_its_first_manager_in_once(
    capsys: pytest.CaptureFixture[str], context: Context
) -> None:
    status, out, _ = said(capsys, "init", "--layout", LAYOUT)
    code = out.split("/sign-in/once/")[1].strip()
    person = admit_once(context.people, code=code, now=context.now())
    assert status == 0
    assert context.ask(YUNXI, lambda view: view.layout.hash) in out
    assert person.roles == {(YUNXI, Role.MANAGER), (YUNXI, Role.ADMINISTRATOR)}


def test_the_example_hall_can_be_made_again_and_keeps_its_data(
    data: Path, context: Context
) -> None:
    for _ in range(2):
        make_example(context)
    printed = "\n".join(welcome(Settings(data=data), context))
    names = [event.name for event in context.ask(YUNXI, lambda view: view.journal(after=0))]
    assert names.count(EventName.LAYOUT_ACTIVATED) == 1
    for address in ("/kiosk/yunxi", "/display/yunxi", "/clerk", "/manager"):
        assert address in printed
    assert printed.count("/sign-in/once/") == 4


def test_layout_check_names_file_line_place_and_problem(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.toml", LAYOUT.read_text("utf-8")
    bad.write_text(good.replace('prefix = "A"', 'prefix = "AA"'), "utf-8")
    line = good.splitlines().index('prefix = "A"') + 1
    status, out, err = said(capsys, "layout", "check", bad)
    assert (status, out) == (2, "")
    assert f"{bad}:{line}: groups[0].prefix:" in err


def test_layout_check_warns_and_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    many = EXAMPLES / "xinglongtai" / "before-layout.toml"
    status, out, err = said(capsys, "layout", "check", many)
    assert (status, out.split()[0]) == (0, "xinglongtai")
    assert "easily misheard" in err


def test_layout_diff_says_in_words_what_differs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(LAYOUT.read_text("utf-8").replace("seats = 80", "seats = 81"), "utf-8")
    assert said(capsys, "layout", "diff", LAYOUT, LAYOUT)[:2] == (0, "")
    status, out, _ = said(capsys, "layout", "diff", LAYOUT, other)
    assert (status, out) == (0, "Hall: seats: “80” becomes “81”\n")


def test_a_layout_and_a_roster_are_loaded_into_the_hall_they_are_for(
    capsys: pytest.CaptureFixture[str], context: Context, tmp_path: Path
) -> None:
    make_example(context)
    other = tmp_path / "other.toml"
    other.write_text(LAYOUT.read_text("utf-8").replace("seats = 80", "seats = 81"), "utf-8")
    assert said(capsys, "layout", "load", other)[0] == 0
    assert said(capsys, "roster", "load", EXAMPLES / "yunxi" / "roster.toml")[0] == 0
    assert context.ask(YUNXI, lambda view: view.layout.seats) == 81
    status, _, err = said(capsys, "layout", "load", EXAMPLES / "twelve" / "pooled.toml")
    assert (status, "twelve" in err, "yunxi" in err) == (2, True, True)


def test_a_layout_is_scheduled_approved_by_another_person_and_taken_back(
    capsys: pytest.CaptureFixture[str], context: Context, tmp_path: Path
) -> None:
    careful, other = tmp_path / "careful.toml", tmp_path / "other.toml"
    text = LAYOUT.read_text("utf-8").replace("seats = 80", "seats = 80\napproval = true")
    careful.write_text(text, "utf-8")
    other.write_text(text.replace("seats = 80", "seats = 81"), "utf-8")
    make_example(context)
    assert said(capsys, "layout", "load", careful)[0] == 0
    said(capsys, "user", "add", "wang", "--role", "manager")
    words = ("layout", "schedule", other, "--by", "manager", "--note", "more seats", "--at")
    status, out, _ = said(capsys, *words, "now")
    id_ = out.split()[0]
    assert (status, out.split()[2]) == (0, "scheduled")
    assert said(capsys, "layout", "approve", id_, "--by", "manager")[0] == 2
    assert said(capsys, "layout", "approve", id_, "--by", "clerk")[0] == 2
    assert said(capsys, "layout", "approve", id_, "--by", "wang")[1].split()[2] == "in_force"
    assert context.ask(YUNXI, lambda view: view.layout.seats) == 81
    assert said(capsys, "layout", "back")[1].split()[2] == "in_force"
    assert context.ask(YUNXI, lambda view: view.layout.seats) == 80
    _, out, _ = said(capsys, *words, "2100-01-01T08:00")
    assert said(capsys, "layout", "withdraw", out.split()[0])[0] == 0
    _, out, _ = said(capsys, "layout", "list")
    assert [line.split()[3] for line in out.splitlines()[1:]] == [
        "withdrawn",
        "in_force",
        "replaced",
        "replaced",
    ]
    assert said(capsys, "layout", "schedule", other, "--at", "soon")[0] == 2
    assert said(capsys, "journal", "verify")[0] == 0


def test_a_token_is_printed_alone_and_acts_in_its_role(
    capsys: pytest.CaptureFixture[str], context: Context
) -> None:
    make_example(context)
    words = ("token", "create", "--role", "kiosk", "--hall", "yunxi", "--counter", "3")
    status, out, _ = said(capsys, *words)
    device = context.people.device_with(out.strip())
    assert status == 0
    assert device is not None
    assert (device.role, device.counter, device.hall) == (Role.KIOSK, "3", YUNXI)
    status, out, err = said(capsys, "token", "create", "--role", "kiosk", "--counter", "99")
    assert (status, out, "99" in err) == (2, "", True)


def test_a_user_is_added_signed_in_again_and_stopped(
    capsys: pytest.CaptureFixture[str], context: Context
) -> None:
    make_example(context)
    _, out, _ = said(capsys, "user", "add", "wang", "--role", "clerk", "--name", "王芳")
    _, again, _ = said(capsys, "user", "sign-in", "wang")
    assert out.split("/once/")[1] != again.split("/once/")[1]
    assert context.people.person_called("wang").roles == {(YUNXI, Role.CLERK)}
    assert said(capsys, "user", "stop", "wang")[0] == 0
    assert not context.people.person_called("wang").is_active
    assert said(capsys, "user", "stop", "nobody")[0] == 2


def test_the_journal_is_exported_line_by_line_within_a_period(
    capsys: pytest.CaptureFixture[str], context: Context
) -> None:
    make_example(context)
    for _ in range(2):
        context.perform(
            YUNXI,
            lambda change: issue_ticket(change, matters=(MatterCode("social-card"),)),
            by=SYSTEM,
        )
    _, out, _ = said(capsys, "journal", "export", "--hall", "yunxi")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["sequence"] for event in events] == [1, 2, 3, 4, 5]
    assert events[-1]["number"] == "A002"
    _, out, _ = said(capsys, "journal", "export", "--from", events[-1]["at"])
    last = [json.loads(line) for line in out.splitlines()]
    assert events[-1] in last
    assert all(event["at"] >= events[-1]["at"] for event in last)
    assert said(capsys, "journal", "export", "--until", "2020-01-01")[:2] == (0, "")
    assert said(capsys, "journal", "export", "--until", "soon")[0] == 2


def test_verify_ends_with_1_and_the_first_bad_sequence(
    capsys: pytest.CaptureFixture[str], context: Context
) -> None:
    make_example(context)
    assert said(capsys, "journal", "verify")[:2] == (0, "yunxi: 2 events, whole\n")
    with context.store.writing() as connection:
        connection.exec_driver_sql("UPDATE journal SET actor = 'somebody' WHERE sequence = 2")
    status, out, _ = said(capsys, "journal", "verify", "--hall", "yunxi")
    assert (status, out) == (1, "yunxi 2: it was changed: its hash is another\n")


@pytest.mark.parametrize("words", [["journal", "verify"], ["journal", "export"]])
def test_a_hall_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    status, out, err = said(capsys, *words, "--hall", "nowhere")
    assert (status, out, "nowhere" in err) == (2, "", True)


def test_several_processes_on_sqlite_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_WORKERS", "2")
    with pytest.raises(SystemExit, match="needs PostgreSQL"):
        main(["serve"])
