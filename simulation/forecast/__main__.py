"""A process that looks ahead for halls: a line of JSON in, one out, until its input ends.

It gives way to everything else on the machine. What it cannot make sense of is answered with
``{"error": …}``; the next line is another question.
"""

import json
import os
import sys

from simulation.forecast.known import Known
from simulation.forecast.looking import look_ahead

#: How much everybody else goes first.
NICE = 10


def answered(line: str) -> str:
    """Return the answer to a question, as it is written."""
    try:
        answer = look_ahead(Known.of(json.loads(line)))
    except (ValueError, KeyError, TypeError) as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    return json.dumps(answer)


def main() -> int:
    """Answer until nobody asks any more."""
    os.nice(NICE)
    for line in sys.stdin:
        print(answered(line), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
