"""Drawing who comes on a day: everything that a citizen brings is drawn at the arrival."""

from datetime import date
from math import gamma

import numpy as np

from hall.domain.identities import APPOINTMENT, WALK_IN, GroupId
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Openings
from simulation.appointing import Appointing, Wanting
from simulation.arrivals import Intensity, intervals, walk_ins
from simulation.effort import Efforts
from simulation.flows import NONE, Flow, in_order, in_vain_ms
from simulation.scenario import NoShows, Patience, Scenario, Steady
from simulation.streams import Key, Purpose, Reals, Wholes
from simulation.visits import FOR_EVER, Visits

HOUR_MS = 3_600_000


class People:
    """Everybody who might come to a scenario's hall."""

    def __init__(self, scenario: Scenario) -> None:
        layout, demand = scenario.layout, scenario.demand
        self.scenario = scenario
        rule = scenario.appointments
        self._booking = None if rule is None else Appointing(scenario, rule)
        self._efforts = Efforts(scenario)
        self._classes = [rule.id for rule in layout.rule.classes]
        place = {matter.code: at for at, matter in enumerate(layout.matters)}
        #: Per group, the share of each matter among the first matters of its visits.
        self._first: dict[GroupId, Reals] = {}
        for group, mix in demand.mix:
            weights = np.zeros(len(place))
            for code, weight in mix:
                weights[place[code]] = weight
            self._first[group] = weights / max(weights.sum(), 1e-300)
        #: The weight of each matter as a further one: as often as it is a first one.
        self._further = np.zeros(len(place))
        for group, rates in demand.per_hour:
            self._further += self._first[group] * np.mean(rates)

    def draw(self, key: Key, openings: Openings) -> Visits:
        """Return the visits of one day, in the order in which they come."""
        demand, booking = self.scenario.demand, self._booking
        is_steady = isinstance(self.scenario.run, Steady)
        factor = 1.0 if is_steady else day_factor(key, demand.day_factor_cv)
        starts, ends = intervals(openings, demand.interval_minutes * MINUTE_MS)
        flows: list[Flow] = []
        asked: list[Wanting] = []
        weekday = None if is_steady else date.fromordinal(max(key.day, 1)).weekday()
        for group, rates in demand.rates_on(weekday):
            per_ms = np.broadcast_to(np.array(rates) * factor / HOUR_MS, starts.shape)
            intensity = Intensity(starts=starts, ends=ends, per_ms=per_ms)
            arrival = walk_ins(key.stream(Purpose.ARRIVALS, group), intensity)
            class_ = self._class(key.stream(Purpose.CLASS, group).random(len(arrival)))
            walking = self._flow(key, group, group, (arrival, arrival, class_))
            if booking is None:
                flows.append(walking)
                continue
            flows.append(walking.of(class_ != booking.class_))
            asking = booking.ask(key, group, openings, intensity)
            facts = (asking.wish, asking.wish, np.full(len(asking.wish), booking.class_))
            asked.append((asking, self._flow(key, group, f"{group}/{APPOINTMENT}", facts)))
        if booking is None:
            return in_order(flows)
        return booking.together(key, openings, flows, asked)

    def _flow(
        self, key: Key, group: GroupId, flow: str, facts: tuple[Wholes, Wholes, Wholes]
    ) -> Flow:
        """Return the visits with these arrivals, due times and classes, and all else drawn."""
        arrival, due, class_ = facts
        matters = self._matters(key, group, flow, len(arrival))
        work = np.zeros_like(matters)
        for part in range(matters.shape[1]):
            here = matters[:, part] != NONE
            uniform = key.stream(Purpose.EFFORT, flow, part).random(len(arrival))
            work[here, part] = self._efforts.work_ms(matters[here, part], uniform[here])
        in_vain, back = _no_shows(key, flow, self.scenario.no_shows, len(arrival))
        return Flow(
            arrival=arrival,
            due=due,
            class_=class_,
            patience=_patience(key, flow, self.scenario.patience, len(arrival)),
            matters=matters,
            work=work,
            in_vain=in_vain,
            back=back,
            slot=np.full(len(arrival), NONE),
        )

    def _class(self, uniform: Reals) -> Wholes:
        """Return the classes of those who come: the shares of the scenario, the rest walks in."""
        shares = self.scenario.demand.classes
        places = [self._classes.index(class_) for class_, _ in shares]
        places.append(self._classes.index(WALK_IN))
        up_to = np.cumsum([share for _, share in shares])
        return np.array(places)[np.searchsorted(up_to, uniform, side="right")]

    def _matters(self, key: Key, group: GroupId, flow: str, count: int) -> Wholes:
        """Return the matters of some visits: the first of the group, further ones of any."""
        shares = self.scenario.demand.matters_per_visit
        uniform = key.stream(Purpose.MATTERS, flow).random((count, 2))
        up_to = np.cumsum(shares[:-1])
        many = np.searchsorted(up_to, uniform[:, 0], side="right")
        matters = np.full((count, len(shares)), NONE)
        matters[:, 0] = _pick(self._first[group], uniform[:, 1])
        for part in range(1, len(shares)):
            chance = key.stream(Purpose.FURTHER, flow, part).random(count)
            for row in np.flatnonzero(many >= part):
                weights = self._further.copy()
                weights[matters[row, :part]] = 0
                if weights.any():
                    matters[row, part] = _pick(weights, chance[row : row + 1])[0]
        return matters


def _pick(weights: Reals, uniform: Reals) -> Wholes:
    """Return a position for each uniform number, as often as its weight says."""
    up_to = np.cumsum(weights)
    return np.asarray(np.searchsorted(up_to, uniform * up_to[-1], side="right"))


def day_factor(key: Key, cv: float) -> float:
    """Return how busy the day is, with mean 1: gamma, so that totals vary beyond Poisson."""
    if cv == 0:
        return 1.0
    shape = 1 / cv**2
    return float(key.stream(Purpose.DAY_FACTOR).gamma(shape) / shape)


def _patience(key: Key, flow: str, patience: Patience | None, count: int) -> Wholes:
    """Return how long each would wait, in whole milliseconds: Weibull, by inverse transform."""
    if patience is None:
        return np.full(count, FOR_EVER)
    uniform = key.stream(Purpose.PATIENCE, flow).random(count)
    return np.rint(scale_ms(patience) * (-np.log1p(-uniform)) ** (1 / patience.shape)).astype(
        np.int64
    )


def scale_ms(patience: Patience) -> float:
    """Return the scale of the Weibull distribution with this mean and shape, in milliseconds."""
    return patience.mean_minutes * MINUTE_MS / gamma(1 + 1 / patience.shape)


def _no_shows(key: Key, flow: str, rule: NoShows | None, count: int) -> tuple[Wholes, Wholes]:
    """Return how long a counter waits in vain for each, and when they come back after that."""
    in_vain, back = np.zeros(count, dtype=np.int64), np.full(count, FOR_EVER)
    if rule is None:
        return in_vain, back
    is_away = key.stream(Purpose.NO_SHOW, flow).random(count) < rule.share
    in_vain[is_away] = in_vain_ms(rule.seconds)
    uniform = key.stream(Purpose.RETURN, flow).random((count, 2))
    returns = is_away & (uniform[:, 0] < rule.return_share)
    minutes = -rule.return_minutes * np.log1p(-uniform[:, 1])
    back[returns] = np.rint(minutes[returns] * MINUTE_MS).astype(np.int64)
    return in_vain, back
