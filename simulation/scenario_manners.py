"""Reading from a scenario file how citizens behave: patience, no-shows, appointments."""

from collections.abc import Iterable
from datetime import date

from hall.domain.identities import APPOINTMENT
from hall.domain.layout import Layout
from hall.domain.reading import Table
from simulation.scenario import USUAL_SLOT, Appointments, NoShows, Patience, Steady

#: No counter waits longer for anybody, in seconds.
LONGEST = 3600
#: No first slot is given out more often.
MOST_AT_FIRST = 100


def patience_from(part: Table) -> Patience | None:
    """Return how long citizens wait, or nothing when they never leave."""
    if part.choice("distribution", "none", ["none", "weibull"]) == "none":
        _forget(part, ("mean_minutes", "shape", "in_vain_seconds"))
        part.finish()
        return None
    found = Patience(
        mean_minutes=part.number("mean_minutes", least=0.01),
        shape=part.number("shape", 1.0, least=0.1, most=100),
        in_vain_seconds=part.number("in_vain_seconds", 0, most=LONGEST),
    )
    part.finish()
    return found


def no_shows_from(table: Table) -> NoShows | None:
    """Return who is not there when called, or nothing when everybody is."""
    if "no_shows" not in table:
        return None
    part = table.table("no_shows")
    found = NoShows(
        share=part.number("share", most=1),
        seconds=part.number("seconds", least=0.001, most=LONGEST),
        return_share=part.number("return_share", 0, most=1),
        return_minutes=part.number("return_minutes", 10, most=1440),
    )
    part.finish()
    return found


def appointments_from(
    table: Table, layout: Layout, run: tuple[date, ...] | Steady
) -> Appointments | None:
    """Return how those behave who booked, or nothing when bookings come like everybody else."""
    if "appointments" not in table:
        return None
    if APPOINTMENT not in layout.class_of:
        table.complain("appointments", f"the layout has no class {APPOINTMENT}")
    part = table.table("appointments")
    unpunctuality = part.table("unpunctuality_minutes", {"mean": 0, "sd": 0})
    absent = part.number("absent_seconds", 0, most=LONGEST) if "absent_seconds" in part else None
    by_rules = part.truth("by_rules", default=False)
    length = None if by_rules and "slot_minutes" not in part else USUAL_SLOT
    found = Appointments(
        slot_minutes=length and part.whole("slot_minutes", length, least=1, most=1440),
        no_show_share=part.number("no_show_share", 0, most=1),
        unpunctuality_mean_minutes=unpunctuality.number("mean", 0, least=-1440, most=1440),
        unpunctuality_sd_minutes=unpunctuality.number("sd", 0, most=1440),
        absent_seconds=absent,
        first_block=part.whole("first_block", 1, least=1, most=MOST_AT_FIRST),
        overbooking=part.truth("overbooking", default=False) if "overbooking" in part else None,
        by_rules=by_rules,
        by_staff=part.number("by_staff", 0, most=1) if by_rules else 0.0,
    )
    if by_rules:
        _check_rules(part, layout, run)
    unpunctuality.finish()
    part.finish()
    return found


def _check_rules(part: Table, layout: Layout, run: tuple[date, ...] | Steady) -> None:
    """Complain where the rules of booking could give no slots."""
    if isinstance(run, Steady):
        part.complain("by_rules", "a steady run has no slots that the hall's rules could give")
    if not any(matter.appointments for matter in layout.matters):
        part.complain("by_rules", "no matter of the layout can be booked (appointments = true)")


def _forget(part: Table, keys: Iterable[str]) -> None:
    """Take keys that say nothing here, so that switching patience off leaves the rest standing."""
    for key in keys:
        part.number(key, 0)
