"""The lines of a hall in the model: only their heads are ever compared."""

from heapq import heappop, heappush

from hall.dispatch.pick import NOBODY

_BITS = 32
_MASK = (1 << _BITS) - 1


class Lines:
    """Lines of stops in the order of ``due``, then of joining; whole numbers throughout."""

    def __init__(self, count: int) -> None:
        #: Per line, when its head is due, or ``NOBODY``; as ``pick_line`` wants it.
        self.due = [NOBODY] * count
        #: Per line, when its head joined a line, counted over all lines.
        self.order = [0] * count
        # A place is due and order in one number, so that comparing places is one comparison.
        self._places: list[list[int]] = [[] for _ in range(count)]
        self._rows: list[int] = []

    def join(self, line: int, due: int, row: int) -> None:
        """Put a stop in line."""
        order = len(self._rows)
        self._rows.append(row)
        places = self._places[line]
        heappush(places, due << _BITS | order)
        if places[0] & _MASK == order:
            self.due[line] = due
            self.order[line] = order

    def take(self, line: int) -> int:
        """Take the head out of a line and return its row."""
        places = self._places[line]
        row = self._rows[heappop(places) & _MASK]
        if places:
            head = places[0]
            self.due[line] = head >> _BITS
            self.order[line] = head & _MASK
        else:
            self.due[line] = NOBODY
        return row

    def length(self, line: int) -> int:
        """Return how many stand in a line, those who left without a word among them."""
        return len(self._places[line])

    def rest(self) -> list[int]:
        """Return the rows of all who still stand in some line."""
        return [self._rows[place & _MASK] for places in self._places for place in places]
