"""How those behave who booked: who never comes, and how punctual the others are."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from simulation.calibration.calls import Calls, Seen
from simulation.calibration.columns import Bookings, Columns
from simulation.calibration.figures import Evidence, Z, share, told, untold
from simulation.calibration.likelihood import covariance_at
from simulation.scenario import USUAL_SLOT, Appointments
from simulation.streams import Reals

#: Slots are as long as one of these, in minutes; from the longest.
SLOTS = (60, 30, 20, 15, 10, 5)
#: Fewer bookings say nothing of how punctual they are.
ENOUGH = 20
#: This share of known slots must begin where slots of a length do.
_ALL = 0.98
#: From how many standard errors bookings are said to miss more calls than others.
_CLEARLY = 3.0
_GRAIN = 1e-6

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """What the record says of bookings."""

    rule: Appointments
    evidence: tuple[Evidence, ...]
    #: Whether those who never came are in the record.
    shows_missed: bool
    #: How many of those never had a ticket.
    without_ticket: int
    #: Of all visits, those that can be booked; of the others nobody has an appointment.
    bookable: float


def booked(seen: Columns, class_: int) -> Booked | None:
    """Return how those behave who booked, or nothing where nobody did.

    Where the record holds no appointments, only their tickets: whoever comes after the slot is due
    at once, so that they were late shows, but not by how much: unpunctuality is normal, fitted with
    these ends open. Bookings that nobody checked in show there only where they were called, in vain
    and more often than others.

    Args:
        seen: the past.
        class_: the position of the class of appointments.

    Source:
        J. Tobin: Estimation of relationships for limited dependent variables. Econometrica 26
        (1958).
    """
    rows = seen.visits.class_ == class_
    if not rows.any():
        return None
    came = rows & (seen.visits.came == 1)
    known, early = seen.bookings, seen.visits.early[came]
    slot, missed = _by_tickets(seen, came) if known is None else _by_appointments(known)
    mean, spread = _unpunctuality(
        early, seen.visits.at_the_door[came] == 1, is_told=known is not None
    )
    is_called = known is None and missed.value is not None
    rule = Appointments(
        slot_minutes=round(slot.value or USUAL_SLOT),
        no_show_share=round(missed.value or 0.0, 4),
        unpunctuality_mean_minutes=round(mean.value or 0.0, 3),
        unpunctuality_sd_minutes=round(spread.value or 0.0, 3),
        absent_seconds=round(float(_vain(seen).mean() * 60), 1) if is_called else None,
    )
    return Booked(
        rule=rule if known is None else _by_rules(rule, known),
        evidence=(missed, mean, spread, slot),
        shows_missed=missed.value is not None,
        without_ticket=known.missed if known else 0,
        bookable=known.bookable if known and known.bookable else 1.0,
    )


def _by_rules(rule: Appointments, known: Bookings) -> Appointments:
    """Return that the hall's rules give the slots, where its own record holds the appointments.

    Length, shares and overbooking are then those of the layout.
    """
    if not known.bookable:
        return rule
    return replace(rule, slot_minutes=None, by_rules=True, by_staff=round(known.by_staff, 4))


def _by_appointments(known: Bookings) -> tuple[Evidence, Evidence]:
    """Return the length of slots and the share that nobody checked in, as the record says."""
    slot = told("slot_minutes", known.slot_minutes, (known.slot_minutes,) * 2, known.kept)
    return slot, share("missed_appointment_share", known.missed, known.kept + known.missed)


def _by_tickets(seen: Columns, came: Flags) -> tuple[Evidence, Evidence]:
    """Return them as far as tickets show them."""
    was_early = seen.visits.early[came] > _GRAIN
    return _slot(seen.visits.due[came][was_early]), _missed(seen.calls, seen.booked == 1)


def _vain(seen: Columns) -> Reals:
    """Return how long counters waited for bookings that nobody came for, in minutes."""
    return seen.calls.where(seen.booked == 1).of(Seen.MISSED).lost


def _unpunctuality(early: Reals, at_the_door: Flags, *, is_told: bool) -> tuple[Evidence, Evidence]:
    """Return mean and spread of the check-in after the slot, in minutes.

    Args:
        early: how long before the slot, below 0 after it.
        at_the_door: who may have come before they could check in.
        is_told: whether it is known how late the late ones were.
    """
    names = ("unpunctuality_mean_minutes", "unpunctuality_sd_minutes")
    is_late = ~at_the_door & (early <= _GRAIN) & (not is_told)
    exact, door = -early[~at_the_door & ~is_late], -early[at_the_door]
    late = int(is_late.sum())
    if len(exact) < ENOUGH:
        return untold(names[0], len(early)), untold(names[1], len(early))

    def worth(at: Reals) -> float:
        mean, sd = float(at[0]), float(np.exp(at[1]))
        found = norm.logpdf(exact, mean, sd).sum() + norm.logcdf(door, mean, sd).sum()
        return -float(found + late * norm.logsf(0.0, mean, sd))

    start = np.array([float(exact.mean()), np.log(float(exact.std()) + 1)])
    best = minimize(worth, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-8})
    mean, sd = float(best.x[0]), float(np.exp(best.x[1]))
    errors = Z * np.sqrt(np.diag(covariance_at(worth, best.x)))
    reach = float(np.exp(errors[1]))
    around_mean = (mean - float(errors[0]), mean + float(errors[0]))
    return (
        told(names[0], mean, around_mean, len(early)),
        told(names[1], sd, (sd / reach, sd * reach), len(early)),
    )


def _slot(due: Reals) -> Evidence:
    """Return the length of slots: the longest that fits the slots of those who came early."""
    for length in SLOTS:
        distance = np.abs(due - np.rint(due / length) * length)
        if len(due) >= ENOUGH and np.mean(distance < _GRAIN) >= _ALL:
            return told("slot_minutes", length, (length, length), len(due))
    return untold("slot_minutes", len(due))


def _missed(calls: Calls, is_booked: Flags) -> Evidence:
    """Return the share of bookings that nobody came for, beyond the calls that all miss."""
    called = ~np.isin(calls.seen, (Seen.LEFT, Seen.NOT_CALLED))
    missed = calls.seen == Seen.MISSED
    mine, others = int((called & is_booked).sum()), int((called & ~is_booked).sum())
    if not mine or not others:
        return untold("missed_appointment_share", mine)
    part = float((missed & called & is_booked).sum() / mine)
    usual = float((missed & called & ~is_booked).sum() / others)
    own, theirs = part * (1 - part) / mine, usual * (1 - usual) / others
    if part - usual <= _CLEARLY * (own + theirs) ** 0.5:
        return untold("missed_appointment_share", mine)
    value = (part - usual) / (1 - usual)
    slope = (1 - part) / (1 - usual) ** 2
    error = Z * (own / (1 - usual) ** 2 + slope**2 * theirs) ** 0.5
    return told("missed_appointment_share", value, (value - error, value + error), mine)
