"""Two halls on the same days: the hall of today, and the planned one at any pace."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hall.domain.reading import BadFile, Problem
from hall.measures.measure import Measures
from simulation.crew import Alone, Crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario, Steady
from simulation.summary import Figure, figure
from simulation.vary import with_pace

#: Paces that differ by less are the same.
DIGITS = 4

#: Is told how many runs are done, of how many as far as is known.
Progress = Callable[[int, int], None]


class Trials:
    """Runs of the two halls, a day each, paired; what was run once is not run again."""

    def __init__(
        self,
        before: Scenario,
        after: Scenario,
        *,
        seed: int = 1,
        days: int = 60,
        crew: Crew | None = None,
        progress: Progress = lambda _done, _known: None,
    ) -> None:
        """Prepare, and run the hall of today.

        Args:
            before: the hall of today.
            after: the planned one; its own paces are those that are multiplied.
            seed: another seed meets other people.
            days: how many days, at least; each day of the scenarios as often as any other.
            crew: who does the runs.
            progress: is told how many runs are done, of how many as far as is known.

        Raises:
            BadFile: the two halls are not run on the same days, or do nothing alike.
        """
        if before.run != after.run:
            problem = f"should be as in {before.file}, so that both halls have the same days"
            raise BadFile(after.file, [Problem(at="run", problem=problem)])
        if not before.layout.matter_of.keys() & after.layout.matter_of.keys():
            problem = f"has none of the matters of {before.file}; these are two different halls"
            raise BadFile(after.file, [Problem(at="matters", problem=problem)])
        self.before_scenario = before
        self.after_scenario = after
        self.seed = seed
        self.replications = -(-days // len(daily(before)))
        self._crew = Alone() if crew is None else crew
        self._progress = progress
        self._done = 0
        self._after: dict[float, list[Measures]] = {}
        self.before = self.run([before])[0]

    @property
    def has_same_people(self) -> bool:
        """Whether both halls are meant for the same people."""
        sides = (self.before_scenario, self.after_scenario)
        facts = [(s.demand, s.services, s.patience, s.appointments, s.no_shows) for s in sides]
        hours = [side.layout.hours for side in sides]
        return facts[0] == facts[1] and hours[0] == hours[1]

    def at(self, pace: float) -> list[Measures]:
        """Return the days of the planned hall at a pace."""
        self.prepare([pace])
        return self._after[round(pace, DIGITS)]

    def prepare(self, paces: Iterable[float]) -> None:
        """Run the planned hall at several paces, all of them on one draw of the people."""
        wanted = {round(pace, DIGITS) for pace in paces} - set(self._after)
        missing = sorted(wanted)
        runs = self.run([with_pace(self.after_scenario, pace) for pace in missing])
        self._after.update(zip(missing, runs, strict=True))

    def run(self, scenarios: Sequence[Scenario]) -> list[list[Measures]]:
        """Return the days of some scenarios, day by day the same people as in all other runs."""
        pieces = [daily(scenario) for scenario in scenarios]
        together = [piece for days in pieces for piece in days]
        if not together:
            return []
        found = iter(
            replicate(
                together,
                seed=self.seed,
                extent=Extent(replications=self.replications),
                crew=self._crew,
                progress=lambda done, known: self._progress(self._done + done, self._done + known),
            )
        )
        self._done += len(together) * self.replications
        return [[run for _ in days for run in next(found)] for days in pieces]

    def change(self, runs: Sequence[Measures], name: str) -> Figure:
        """Return by how much a figure of all is more than today, paired by day."""
        pairs = zip(runs, self.before, strict=True)
        return figure(_minus(one["all"][name], other["all"][name]) for one, other in pairs)

    def level(self, runs: Sequence[Measures], name: str) -> Figure:
        """Return a figure of all."""
        return figure(run["all"][name] for run in runs)


def daily(scenario: Scenario) -> list[Scenario]:
    """Return the scenario's days as scenarios of one day each; a steady run is one."""
    if isinstance(scenario.run, Steady):
        return [scenario]
    return [replace(scenario, run=(day,)) for day in scenario.run]


def _minus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other
