"""A rehearsal: a copy of the hall under its next layout, to be tried by people and programs."""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import tomli_w

from hall import start
from hall.commands.common import BadInput, Commands, add
from hall.context import Change, Context
from hall.domain.actors import SYSTEM, Role
from hall.domain.identities import HallId
from hall.domain.layout_file import layout_in, read_layout
from hall.domain.reading import Source
from hall.domain.rollouts import Stage
from hall.domain.roster import Roster
from hall.operations.day import FORGOTTEN, close_day
from hall.settings import Settings, read_settings
from hall.store.copying import OtherVersion, SeveralHalls, copy_hall
from hall.store.rollouts import rollouts
from hall.store.store import Store

#: A hall that is rehearsed can be entered at any hour.
ALWAYS = [{"days": "mon-sun", "from": "00:00", "until": "24:00"}]
#: Lies in the folder of a rehearsal: it may be thrown away.
MARK = "this-is-a-rehearsal"
SLOWEST, FASTEST = 1.0, 600.0


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "rehearsal", _rehearsal, "a copy of the hall under its next layout")
    parser.add_argument("--hall", type=HallId, help="which one, where there are several")
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="a backup (SQLite) to copy"
    )
    parser.add_argument(
        "--layout", type=Path, metavar="FILE", help="default: the next one scheduled, or today's"
    )
    parser.add_argument(
        "--scenario", type=Path, metavar="FILE", help="whose citizens and clerks come and work"
    )
    parser.add_argument("--speed", type=_speed, default=60.0, help="1 to 600 times life's")
    parser.add_argument("--port", type=int, help="default: the one behind HALL_PORT")
    parser.add_argument("--data", type=Path, help="default: rehearsal in HALL_DATA; made anew")


def _rehearsal(asked: argparse.Namespace) -> int:
    live = read_settings()
    settings = _settings(live, asked)
    if asked.source is not None and not asked.source.is_file():
        raise BadInput(f"{asked.source}: there is no such file")
    source = f"sqlite:///{asked.source.resolve()}" if asked.source else live.database
    _make_anew(settings.data)
    context = start.open_context(settings)
    hall = _copied(source, context.store, asked.hall)
    context.perform(hall, partial(_prepare, file=asked.layout), by=SYSTEM)
    for login, name, role in start.EXAMPLE_PEOPLE:
        start.person_with(context, login, name, hall, role)
    print("演练 REHEARSAL")
    print("\n".join(start.welcome(settings, context)))
    if asked.scenario is not None:
        let_people_in(settings, context, hall, asked.scenario, speed=asked.speed)
    context.store.close()
    start.serve(settings)


def let_people_in(
    settings: Settings, context: Context, hall: HallId, scenario: Path, *, speed: float
) -> None:
    """Let a scenario's citizens and clerks drive the server that this process becomes."""
    _, token = context.people.add_device(
        hall=hall, role=Role.CLERK, name="rehearsal", counter=None, now=context.now()
    )
    kept = settings.data / "rehearsal_token"
    kept.touch(mode=0o600)
    kept.write_text(token, encoding="ascii")
    command = [sys.executable, "-m", "simulation", "rehearse", str(scenario.resolve())]
    options = ["--server", start.local(settings), "--speed", str(speed), "--token-file", str(kept)]
    subprocess.Popen(  # noqa: S603  # our own command
        [*command, *options, "--parent", str(os.getpid())], cwd=start.TOP
    )


def _settings(live: Settings, asked: argparse.Namespace) -> Settings:
    """Return the settings of the rehearsal's server: nothing of it is where the live hall is."""
    settings = live.model_copy(
        update={
            "data": (asked.data or live.data / "rehearsal").resolve(),
            "database_url": "",
            "secret_key": "",
            "public_url": "",
            "port": asked.port or live.port + 1,
            "workers": 1,
            "rehearsal": True,
        }
    )
    if settings.data == live.data.resolve() or settings.port == live.port:
        raise BadInput("a rehearsal needs a folder and a port of its own (--data, --port)")
    return settings


def _make_anew(folder: Path) -> None:
    """Make the folder of a rehearsal, in the place of an earlier one's and of nothing else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadInput(f"{folder}: holds something else than a rehearsal")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def _copied(source: str, target: Store, hall: HallId | None) -> HallId:
    try:
        return copy_hall(source, target, hall=hall)
    except OtherVersion:
        raise BadInput("the data are of another version; start the hall once, then copy") from None
    except SeveralHalls as error:
        raise BadInput(f"--hall? there is {error.args[0] or 'none'}") from None


def _prepare(change: Change, *, file: Path | None) -> None:
    """End the copied day, and put the layout in force that is to be rehearsed."""
    if change.day is not None:
        close_day(change, reason=FORGOTTEN)
    if file is not None and read_layout(file).hall != change.hall:
        raise BadInput(f"{file}: it is the layout of {read_layout(file).hall}, not {change.hall}")
    text = _next(change) if file is None else file.read_text("utf-8-sig")
    open_ = always_open(text)
    layout = layout_in(Source(str(file or "layout"), open_))
    change.activate(layout, open_, for_today=False)
    change.load_roster(Roster(), "")  # whoever opens a counter works there, at any hour


def _next(change: Change) -> str:
    """Return the layout file that comes into force next, or the one in force."""
    coming = sorted(rollouts(change, Stage.SCHEDULED), key=lambda rollout: rollout.at)
    return change.layout_source(coming[0].layout if coming else change.base_layout)


def always_open(text: str) -> str:
    """Return a layout file's text with the hall open day and night, and else the same."""
    form = tomllib.loads(text)
    hall = {key: form["hall"][key] for key in form["hall"] if key not in ("closed", "extra_open")}
    return tomli_w.dumps({**form, "hall": {**hall, "opening": ALWAYS}})


def _speed(text: str) -> float:
    """Read how much faster than life."""
    speed = float(text)
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(text)
    return speed
