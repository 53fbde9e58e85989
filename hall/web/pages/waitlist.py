"""How many wait for a time to be given back, for those who book."""

from hall.access import allowed
from hall.queries.waitlist import waiting_per_day
from hall.web.pages.bookings import BOOKERS
from hall.web.pages.frame import ask, blueprint, draw


@blueprint.get("/bookings/waiting")
@allowed(*BOOKERS)
def who_waits() -> str:
    """Return for which days how many wait."""
    return draw("bookings_waiting", days=ask(waiting_per_day, *BOOKERS))
