"""A lock that is first come, first served, for the writers of one process."""

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """Hands the lock from each holder to whoever has waited longest.

    SQLite's own waiting is by polling, and a plain lock is unfair between busy connections: with
    either, a few requests in a burst wait for a second while others overtake them.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        """Take the lock, waiting for one's turn."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hand the lock on."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
