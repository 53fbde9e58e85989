"""What the server writes to its log: JSON lines, the traceback of a failure inside."""

import json
import logging
from collections.abc import Iterator

import pytest

from hall.server import write_log


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger without handlers, put back afterwards."""
    found = logging.getLogger()
    before, level = found.handlers[:], found.level
    found.handlers.clear()
    yield found
    found.handlers[:] = before
    found.setLevel(level)


def test_a_failure_is_one_line_that_machines_can_read(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log("INFO")
    logger = logging.getLogger("hall.test")
    logger.debug("not worth knowing")
    try:
        int("broken")
    except ValueError:
        logger.exception("job %s failed in %s", "open_day", "云溪")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == (
        "job open_day failed in 云溪",
        "error",
        "hall.test",
    )
    assert "broken" in told["exception"]
