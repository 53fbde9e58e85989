"""The puzzles that browsers solve: each of one hall, for a while, and signed (ALTCHA, version 2).

A browser looks for the one number below ``work`` whose SHA-256, together with what the puzzle
names, begins as the puzzle says. Who booked by hand never notices; who wants a whole day has to
do it for every single hold. Nothing about anybody is in it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from hall.domain.identities import HallId
from hall.domain.moments import from_ms, to_ms
from hall.store.seal import Seal

#: How long a puzzle can be used, which is longer than people choose.
LASTS = timedelta(minutes=30)
#: A solved one is shorter than this.
LONGEST = 2000


class PuzzleIsWrong(Exception):
    """This is no solved puzzle of this hall."""


class PuzzleIsOver(Exception):
    """The puzzle was solved too long ago, or was used before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """A puzzle that was solved: its mark, and until when it can be used."""

    mark: str
    until: datetime


def new_puzzle(seal: Seal, hall: HallId, *, work: int, now: datetime) -> dict[str, Any]:
    """Return a puzzle for a browser: an ALTCHA challenge.

    Args:
        seal: signs it, with a key of the hall's own.
        hall: where it can be used.
        work: how many numbers have to be tried at most; half of them on average.
        now: the present moment.
    """
    made = create_challenge(
        "SHA-256",
        1,
        counter=secrets.randbelow(work),
        data={"until": to_ms(now + LASTS)},
        hmac_secret=_key(seal, hall),
    )
    return made.to_dict()


def solved_puzzle(seal: Seal, hall: HallId, text: str, *, now: datetime) -> Solved:
    """Return the puzzle that was solved in ``text``, an ALTCHA payload.

    Raises:
        PuzzleIsWrong: it is none of this hall's, or the number is not the one.
        PuzzleIsOver: it was given out too long ago.
    """
    key = _key(seal, hall)
    if len(text) > LONGEST or not verify_solution(text, key).verified:
        raise PuzzleIsWrong
    given = Payload.from_base64(text).challenge
    until = from_ms((given.parameters.data or {})["until"])
    if until <= now:
        raise PuzzleIsOver
    return Solved(mark=seal.mark("spent", str(given.signature)), until=until)


def _key(seal: Seal, hall: HallId) -> str:
    return seal.mark("puzzle", hall)
