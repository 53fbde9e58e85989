"""How those behave who booked: who never comes, and how punctual the others are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from simulation.calibration.calls import Calls, Seen
from simulation.calibration.columns import Columns
from simulation.calibration.figures import Evidence, Z, told, untold
from simulation.calibration.likelihood import covariance_at
from simulation.scenario import Appointments
from simulation.streams import Reals

#: Slots are as long as one of these, in minutes; from the longest.
SLOTS = (60, 30, 20, 15, 10, 5)
#: What stands for the length of slots that cannot be told.
USUAL_SLOT = 20
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


def booked(seen: Columns, class_: int) -> Booked | None:
    """Return how those behave who booked, or nothing where nobody did.

    Whoever comes after the slot is due at once, so the record shows that they were late but not by
    how much: unpunctuality is normal, fitted with these ends open. Bookings that nobody checked in
    are seen only where they were called, in vain and more often than others.

    Args:
        seen: the past.
        class_: the position of the class of appointments.

    Source:
        J. Tobin: Estimation of relationships for limited dependent variables. Econometrica 26
        (1958).
    """
    rows = seen.visits.class_ == class_
    count = int(rows.sum())
    if not count:
        return None
    came = rows & (seen.visits.came == 1)
    early = np.maximum(seen.visits.early[came], 0)
    mean, spread = _unpunctuality(early, seen.visits.at_the_door[came] == 1)
    slot, slot_evidence = _slot(seen.visits.due[came][early > _GRAIN])
    missed = _missed(seen.calls, seen.booked == 1)
    is_shown = missed.value is not None
    absent = float(_vain(seen).mean() * 60) if is_shown else None
    return Booked(
        rule=Appointments(
            slot_minutes=slot,
            no_show_share=round(missed.value or 0.0, 4),
            unpunctuality_mean_minutes=round(mean.value or 0.0, 3),
            unpunctuality_sd_minutes=round(spread.value or 0.0, 3),
            absent_seconds=None if absent is None else round(absent, 1),
        ),
        evidence=(missed, mean, spread, slot_evidence),
        shows_missed=is_shown,
    )


def _vain(seen: Columns) -> Reals:
    """Return how long counters waited for bookings that nobody came for, in minutes."""
    return seen.calls.where(seen.booked == 1).of(Seen.MISSED).lost


def _unpunctuality(early: Reals, at_the_door: Flags) -> tuple[Evidence, Evidence]:
    """Return mean and spread of the check-in after the slot, in minutes."""
    names = ("unpunctuality_mean_minutes", "unpunctuality_sd_minutes")
    is_known = (early > _GRAIN) & ~at_the_door
    exact, door = -early[is_known], -early[at_the_door]
    late = len(early) - len(exact) - len(door)
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


def _slot(due: Reals) -> tuple[int, Evidence]:
    """Return the length of slots: the longest that fits the slots of those who came early."""
    for length in SLOTS:
        distance = np.abs(due - np.rint(due / length) * length)
        if len(due) >= ENOUGH and np.mean(distance < _GRAIN) >= _ALL:
            return length, told("slot_minutes", length, (length, length), len(due))
    return USUAL_SLOT, untold("slot_minutes", len(due))


def _missed(calls: Calls, is_booked: Flags) -> Evidence:
    """Return the share of bookings that nobody came for, beyond the calls that all miss."""
    called = ~np.isin(calls.seen, (Seen.LEFT, Seen.NOT_CALLED))
    missed = calls.seen == Seen.MISSED
    mine, others = int((called & is_booked).sum()), int((called & ~is_booked).sum())
    if not mine or not others:
        return untold("missed_appointment_share", mine)
    share = float((missed & called & is_booked).sum() / mine)
    usual = float((missed & called & ~is_booked).sum() / others)
    own, theirs = share * (1 - share) / mine, usual * (1 - usual) / others
    if share - usual <= _CLEARLY * (own + theirs) ** 0.5:
        return untold("missed_appointment_share", mine)
    value = (share - usual) / (1 - usual)
    slope = (1 - share) / (1 - usual) ** 2
    error = Z * (own / (1 - usual) ** 2 + slope**2 * theirs) ** 0.5
    return told("missed_appointment_share", value, (value - error, value + error), mine)
