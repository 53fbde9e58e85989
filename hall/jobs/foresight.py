"""Looking back at what people were told, and forward at the rest of the day, in every hall."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hall.context import Context, Forecast, View
from hall.domain.habits import Habits
from hall.domain.identities import HallId
from hall.queries.ahead import ahead
from hall.queries.foreseen import best_of
from hall.queries.learning import habits, waits_read

#: How often the journal is read for waits that ended, and the day is simulated forward.
LEARNS_EVERY, LOOKS_EVERY = timedelta(minutes=1), timedelta(minutes=3)
#: How long forecasts are kept, to be scored by those who come, and announcements with theirs.
FORECASTS_KEPT, TOLD_KEPT = timedelta(days=1), timedelta(days=31)

#: Answers the rest of the day to all that is known of it (``simulation.forecast``).
Simulate = Callable[[dict[str, Any]], dict[str, Any]]


class Foresight:
    """What the clock does about waits: learn from those that ended, forecast those to come."""

    def __init__(self, context: Context, simulate: Simulate | None) -> None:
        self._context = context
        self._simulate = simulate

    def learn(self, hall: HallId) -> None:
        """Take what the journal says of waits into account, up to now."""
        while (reading := self._context.ask(hall, waits_read)) is not None:
            self._context.forecasts.take(hall, reading)
            known = self._context.ask(hall, habits if reading.is_last else _as_before)
            self._context.forecasts.learn(hall, known, sequence=reading.sequence)

    def look_ahead(self, hall: HallId) -> None:
        """Simulate the rest of the day forward, if the hall is open and somebody can."""
        known = self._simulate and self._context.ask(hall, ahead)
        if not known or self._simulate is None:
            return
        result = self._simulate(known)
        since_ms = known["now_ms"] - FORECASTS_KEPT // timedelta(milliseconds=1)
        kept = Forecast(at_ms=known["now_ms"], result=result, best=best_of(result))
        self._context.forecasts.keep(hall, kept, since_ms=since_ms)

    def forget(self) -> None:
        """Forget announcements that no page shows any more."""
        self._context.forecasts.forget_before((self._context.now() - TOLD_KEPT).date())


def _as_before(view: View) -> Habits:
    """Return what was learned already: a long journal teaches its lesson once, at its end."""
    return view.habits
