"""Checking a password is slow on purpose; it must not stop the hall."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
from gevent import monkey; monkey.patch_all()
import gevent
from hall.operations.people import _aside, _hasher
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.001)
gevent.spawn(tick)
gevent.sleep(0)
kept = _aside(_hasher.hash, "correct horse")
assert _aside(_hasher.verify, kept, "correct horse")
print(len(ticks))
"""


def test_the_hall_goes_on_while_a_password_is_checked() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) > 5
