"""Admitting a browser that nobody knows to what others want too: no machine, not too much."""

from datetime import datetime

from hall.domain.actors import Role
from hall.domain.appointments import AppointmentId
from hall.domain.limits import Sender
from hall.store.change import Change
from hall.store.limits import check_open_holds, keep_holder, spend_puzzle
from hall.store.puzzles import PuzzleIsOver, solved_puzzle


class PuzzleIsMissing(Exception):
    """The hall wants a puzzle solved before the public takes a time, against machines."""


def admit(change: Change, sender: Sender | None) -> None:
    """Use up the puzzle that the hall wants solved; staff and the hall's own screens need none.

    Raises:
        PuzzleIsMissing: none was sent.
        PuzzleIsWrong: it is none of this hall's, or not solved.
        PuzzleIsOver: it was solved too long ago, or was used before.
    """
    if change.by.role is not Role.CITIZEN or not change.layout.booking.puzzle:
        return
    if sender is None or not sender.puzzle:
        raise PuzzleIsMissing
    solved = solved_puzzle(change.seal, change.hall, sender.puzzle, now=change.now)
    if not spend_puzzle(change, solved.mark, until=solved.until):
        raise PuzzleIsOver


def admit_holder(change: Change, sender: Sender | None) -> None:
    """Admit somebody to one more hold, or raise ``TooOften`` if so many are held from there."""
    admit(change, sender)
    if sender is not None:
        for mark, most in sender.marks:
            check_open_holds(change, mark, most=most)


def note_holder(
    change: Change, appointment: AppointmentId, sender: Sender | None, *, until: datetime
) -> None:
    """Keep from where a time is held, by marks alone."""
    if sender is not None:
        keep_holder(change, appointment, (mark for mark, _ in sender.marks), until=until)
