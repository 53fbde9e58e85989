"""Studies and their runs, as they are kept."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from hall.domain.identities import HallId
from hall.domain.moments import from_ms, length_ms, to_ms
from hall.domain.studies import Run, RunKind, RunStatus, Study
from hall.store import study_tables as t
from hall.store.store import Store
from hall.store.tables import ticket as tickets

#: A run whose process was not heard of for so long has ended without a word.
SILENT = timedelta(seconds=30)
_QUEUED, _RUNNING = RunStatus.QUEUED.value, RunStatus.RUNNING.value


class UnknownStudy(Exception):
    """There is no such study."""


class UnknownRun(Exception):
    """There is no such run."""


class Studies:
    """The studies of a store, and what their runs found."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, hall: HallId, *, name: str, document: dict[str, Any], by: str, now: datetime
    ) -> Study:
        """Keep a new study."""
        row = {
            "id": f"s-{secrets.token_urlsafe(9)}",
            "hall": hall,
            "name": name,
            "made_by": by,
            "made_ms": to_ms(now),
            "changed_ms": to_ms(now),
            "document": document,
        }
        with self._store.writing() as connection:
            connection.execute(insert(t.study), row)
        return self.study(str(row["id"]))

    def change(self, study: str, *, now: datetime, **values: Any) -> Study:
        """Change a study's ``name`` or its ``document``."""
        with self._store.writing() as connection:
            connection.execute(
                update(t.study).where(t.study.c.id == study).values(changed_ms=to_ms(now), **values)
            )
        return self.study(study)

    def study(self, study: str) -> Study:
        """Return a study by id."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(t.study).where(t.study.c.id == study)).first()
        if row is None:
            raise UnknownStudy(study)
        return _study(row)

    def studies(self, hall: HallId) -> list[Study]:
        """Return the studies of a hall, the one changed last first."""
        query = select(t.study).where(t.study.c.hall == hall).order_by(t.study.c.changed_ms.desc())
        with self._store.engine.connect() as connection:
            return [_study(row) for row in connection.execute(query)]

    def forget(self, study: str) -> None:
        """Forget a study and its runs."""
        with self._store.writing() as connection:
            connection.execute(delete(t.study_run).where(t.study_run.c.study == study))
            connection.execute(delete(t.study).where(t.study.c.id == study))

    def tickets_by_day(self, hall: HallId, *, most: int) -> list[tuple[date, int]]:
        """Return how many tickets each of the last days of a hall had, the last first."""
        c = tickets.c
        query = select(c.day, func.count().label("tickets")).where(c.hall == hall)
        query = query.group_by(c.day).order_by(c.day.desc()).limit(most)
        with self._store.engine.connect() as connection:
            return [(date.fromisoformat(row.day), row.tickets) for row in connection.execute(query)]

    def queue(self, study: str, *, kind: RunKind, document: dict[str, Any], now: datetime) -> Run:
        """Put a run of a study behind all that are queued."""
        row = {
            "id": f"r-{secrets.token_urlsafe(9)}",
            "study": study,
            "kind": kind.value,
            "status": _QUEUED,
            "document": document,
            "done": 0,
            "known": 0,
            "queued_ms": to_ms(now),
        }
        with self._store.writing() as connection:
            connection.execute(insert(t.study_run), row)
        return self.run(str(row["id"]), now=now)

    def run(self, run: str, *, now: datetime) -> Run:
        """Return a run with its result."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(t.study_run).where(t.study_run.c.id == run)).first()
        if row is None:
            raise UnknownRun(run)
        return _run(row, now)

    def runs(
        self, *, study: str | None = None, hall: HallId | None = None, now: datetime
    ) -> list[Run]:
        """Return the runs of a study, or of a hall, the newest first, without their results."""
        query = _WITHOUT_RESULT
        if study is not None:
            query = query.where(t.study_run.c.study == study)
        if hall is not None:
            query = query.join(t.study, t.study.c.id == t.study_run.c.study)
            query = query.where(t.study.c.hall == hall)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.order_by(t.study_run.c.queued_ms.desc()))
            return [_run(row, now) for row in rows]

    def begin_next(self, *, at_most: int, now: datetime) -> Run | None:
        """Return the run that begins now, if fewer than ``at_most`` are at work.

        Runs that were not heard of for too long are given up first.
        """
        c = t.study_run.c
        under_way = select(c.id).where(c.status.in_((_QUEUED, _RUNNING)))
        with self._store.writing() as connection:
            connection.execute(under_way.order_by(c.id).with_for_update())  # one at a time decides
            connection.execute(
                update(t.study_run)
                .where(c.status == _RUNNING, c.heard_ms < to_ms(now - SILENT))
                .values(status=RunStatus.INTERRUPTED.value, ended_ms=c.heard_ms)
            )
            at_work = select(func.count()).select_from(t.study_run).where(c.status == _RUNNING)
            first = select(c.id).where(c.status == _QUEUED).order_by(c.queued_ms, c.id).limit(1)
            begun = connection.execute(
                update(t.study_run)
                .where(
                    c.id == first.scalar_subquery(),
                    c.status == _QUEUED,
                    at_work.scalar_subquery() < at_most,
                )
                .values(status=_RUNNING, started_ms=to_ms(now), heard_ms=to_ms(now))
                .returning(t.study_run)
            ).first()
        return None if begun is None else _run(begun, now)

    def heard(self, run: str, *, done: int | None, known: int | None, now: datetime) -> bool:
        """Note that a run's process is at work, and how far; return whether it may go on."""
        values: dict[str, Any] = {"heard_ms": to_ms(now)}
        if done is not None:
            values |= {"done": done, "known": known}
        return self._end(run, was=(_RUNNING,), **values)

    def end(
        self,
        run: str,
        status: RunStatus,
        *,
        now: datetime,
        result: dict[str, Any] | None = None,
        problem: str | None = None,
    ) -> bool:
        """Note how a run ended; return whether it was still under way."""
        return self._end(
            run,
            was=(_QUEUED, _RUNNING),
            status=status.value,
            ended_ms=to_ms(now),
            result=result,
            problem=problem,
        )

    def _end(self, run: str, *, was: tuple[str, ...], **values: Any) -> bool:
        c = t.study_run.c
        with self._store.writing() as connection:
            done = connection.execute(
                update(t.study_run).where(c.id == run, c.status.in_(was)).values(**values)
            )
        return done.rowcount == 1


def _study(row: Row[Any]) -> Study:
    return Study(
        id=row.id,
        hall=HallId(row.hall),
        name=row.name,
        made_by=row.made_by,
        made_at=from_ms(row.made_ms),
        changed_at=from_ms(row.changed_ms),
        document=row.document,
    )


def _run(row: Row[Any], now: datetime) -> Run:
    """Return a run; one at work that was not heard of for too long is shown as interrupted."""
    status = RunStatus(row.status)
    silent_ms = to_ms(now) - (row.heard_ms or to_ms(now))
    if status is RunStatus.RUNNING and silent_ms > length_ms(SILENT):
        status = RunStatus.INTERRUPTED
    return Run(
        id=row.id,
        study=row.study,
        kind=RunKind(row.kind),
        status=status,
        document=row.document,
        done=row.done,
        known=row.known,
        queued_at=from_ms(row.queued_ms),
        started_at=from_ms(row.started_ms) if row.started_ms else None,
        ended_at=from_ms(row.ended_ms) if row.ended_ms else None,
        result=row._mapping.get("result"),
        problem=row.problem,
    )


_WITHOUT_RESULT: Select[Any] = select(*(c for c in t.study_run.c if c.name != "result"))
