"""The scheduler: asks in every hall what is due, again and again, in one process at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from hall.context import Change, Context, View
from hall.domain.actors import SYSTEM
from hall.domain.identities import HallId
from hall.jobs.foresight import LEARNS_EVERY, LOOKS_EVERY, Foresight, Simulate
from hall.jobs.sending import LOOKS_EVERY as LOOKS_INTO_OUTBOXES_EVERY
from hall.jobs.sending import Sending
from hall.jobs.work import JOBS, Job
from hall.store.forgetting import Retention, forget_people

logger = logging.getLogger(__name__)

#: How long the answers to commands are kept for their repeats.
REMEMBERED = timedelta(hours=24)


class Scheduler:
    """Runs the jobs while this process is the one that does."""

    def __init__(
        self,
        context: Context,
        *,
        simulate: Simulate | None = None,
        sending: Sending | None = None,
        retention: Retention | None = None,
    ) -> None:
        self._context = context
        self._retention = retention or Retention()
        self._sending = sending or Sending(context)
        self._foresight = Foresight(context, simulate)
        self._alone = context.store.alone("jobs")
        self._clockwork = BackgroundScheduler(timezone="UTC")
        for job in JOBS:
            self._declare(job.name, job.every, self.run, job)
        self._declare("forget", timedelta(hours=1), self.forget)
        self._declare("learn", LEARNS_EVERY, self.learn)
        self._declare("forecast", LOOKS_EVERY, self.look_ahead)
        self._declare("messages", LOOKS_INTO_OUTBOXES_EVERY, self.send)

    def start(self) -> None:
        """Begin to ask what is due."""
        self._clockwork.start()

    def stop(self) -> None:
        """Finish what runs, and leave the jobs to another process."""
        if self._clockwork.running:
            self._clockwork.shutdown()
        self._alone.let_go()

    def run(self, job: Job) -> None:
        """Do one job wherever it is due; a hall that fails does not keep it from the others."""
        self._in_every_hall(job.name, lambda hall: self._run_in(hall, job))

    def learn(self) -> None:
        """Learn in every hall from waits that ended."""
        self._in_every_hall("learn", self._foresight.learn)

    def look_ahead(self) -> None:
        """Simulate every hall's day forward."""
        self._in_every_hall("forecast", self._foresight.look_ahead)

    def send(self) -> None:
        """Send what is due in every hall's outbox."""
        self._in_every_hall("messages", self._sending.send)

    def forget(self) -> None:
        """Forget what nobody will ask for again."""
        if self._alone.is_ours():
            now = self._context.now()
            self._context.store.forget_before(now - REMEMBERED)
            forget_people(self._context.store, self._retention, now=now)
            self._context.attempts.forget(self._context.now())
            self._foresight.forget()

    def _in_every_hall(self, name: str, do: Callable[[HallId], None]) -> None:
        if not self._alone.is_ours():
            return
        failures = []
        for hall in self._context.store.halls():
            try:
                do(hall)
            except Exception as error:  # noqa: BLE001  # raised below, all together
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"job {name}", failures)

    def _run_in(self, hall: HallId, job: Job) -> None:
        """Do a job in one hall if it is due and no other process has done it this second."""

        def if_still_due(change: Change) -> None:
            if job.is_due(change):
                job.do(change)

        def is_due(view: View) -> bool:
            return view.layout_hash is not None and job.is_due(view)

        slot = self._context.now().isoformat(timespec="seconds")
        if self._context.ask(hall, is_due) and self._context.store.claim(
            f"{job.name}/{hall}", slot, now=self._context.now()
        ):
            logger.info("%s in %s", job.name, hall)
            self._context.perform(hall, if_still_due, by=SYSTEM)

    def _declare(
        self, name: str, every: timedelta, do: Callable[..., None], *arguments: object
    ) -> None:
        self._clockwork.add_job(
            do,
            "interval",
            args=arguments,
            seconds=every.total_seconds(),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=round(every.total_seconds()),
        )
