"""Whatever people do, nobody on the waitlist is passed by, and no slot is given out twice."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hall.context import Context
from hall.domain.appointments import AppointmentStatus, IllegalStep
from hall.domain.events import EventName
from hall.domain.identities import MatterCode
from hall.domain.sharing import fits
from hall.domain.slots import NotThatDay, slots_of
from hall.domain.waitlist import Entry, EntryStatus, PartOfDay
from hall.jobs.work import see_to_bookings
from hall.operations.booking import (
    HoldIsOver,
    SlotIsFull,
    TooLateToCancel,
    cancel_booking,
    confirm_booking,
    move_booking,
    release_hold,
)
from hall.operations.waitlist import TimeIsFree
from hall.store import appointments as kept
from hall.store.store import Store
from hall.store.verify import flaws
from hall.store.waitlist import open_entries
from tests.databases import in_file
from tests.hall.test_booking import LAYOUT, LONG, SHORT, TUESDAY, fill, hold, whose
from tests.hall.test_waitlist import HALF_PAST, NINE, WEDNESDAY, offer_to, waits
from tests.halls import CITIZEN, FakeClock, a_hall


class Waiting(RuleBasedStateMachine):
    """Many wait while others book, move and cancel as they like, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        store = Store.open(in_file(Path(self.folder.name)))
        clock = FakeClock(now=datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
        self.hall = a_hall(Context(store=store, clock=clock), clock, LAYOUT)
        self.codes = fill(self.hall)
        for _ in range(6):  # no job may have run when these have run out
            hold(self.hall, minute=HALF_PAST)
        self.seen = len(self.hall.events())
        self.entries = 0

    def teardown(self) -> None:  # type: ignore[explicit-override]  # Python 3.12 has override
        self.hall.context.store.close()
        self.folder.cleanup()

    @rule(
        part=st.sampled_from(PartOfDay),
        matters=st.sampled_from([(SHORT,), (SHORT,), (LONG,)]),
    )
    def somebody_waits(self, part: PartOfDay, matters: tuple[MatterCode, ...]) -> None:
        self.entries += 1
        with suppress(TimeIsFree, NotThatDay):
            waits(self.hall, f"waits {self.entries}", *matters, part=part)

    @rule(minute=st.sampled_from([NINE, HALF_PAST]), confirms=st.booleans())
    def somebody_takes_what_is_free(self, minute: int, confirms: bool) -> None:
        with suppress(SlotIsFull, NotThatDay):
            code = hold(self.hall, minute=minute)
            if confirms:
                person = whose(f"books {len(self.codes)}")
                self.hall.do(confirm_booking, CITIZEN, code=code, whose=person)
                self.codes.append(code)
            waiting = [one.entry for one in self.hall.ask(open_entries)]
            slot = f"{TUESDAY}/{minute:04d}"
            assert [e for e in waiting if self.could_have(e, (SHORT,), TUESDAY, minute, slot)] == []

    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        with suppress(IllegalStep, TooLateToCancel, HoldIsOver):
            self.hall.do(cancel_booking, CITIZEN, code=data.draw(st.sampled_from(self.codes)))

    @rule(data=st.data(), minute=st.sampled_from([NINE, HALF_PAST]))
    def somebody_moves(self, data: st.DataObject, minute: int) -> None:
        with suppress(IllegalStep, TooLateToCancel, HoldIsOver, SlotIsFull, NotThatDay):
            code = data.draw(st.sampled_from(self.codes))
            self.hall.do(move_booking, CITIZEN, code=code, day=WEDNESDAY, minute=minute)

    @rule(data=st.data(), answer=st.sampled_from([confirm_booking, release_hold]))
    def somebody_answers(self, data: st.DataObject, answer: Any) -> None:
        offered = [one.entry for one in self.hall.ask(open_entries) if one.entry.offer]
        if offered:
            code = offer_to(self.hall, data.draw(st.sampled_from(offered)))
            with suppress(HoldIsOver):
                self.hall.do(answer, CITIZEN, code=code)
                self.codes.append(code)

    @rule(minutes=st.sampled_from([5, 31, 600]))
    def time_passes(self, minutes: int) -> None:
        self.hall.clock.tick(minutes=minutes)

    @rule()
    def the_job_runs(self) -> None:
        self.hall.do(see_to_bookings)

    @staticmethod
    def could_have(
        entry: Entry, matters: tuple[MatterCode, ...], day: date, minute: int, slot: str
    ) -> bool:
        wish = entry.wish
        return (
            entry.status is EntryStatus.WAITING
            and wish.matters == matters
            and day in wish.days
            and wish.part.has(minute)
            and slot not in entry.passed
        )

    @invariant()
    def nobody_is_offered_what_somebody_before_them_could_have_had(self) -> None:
        events = self.hall.events(after=self.seen)
        self.seen += len(events)
        now = {one.entry.id: one.entry for one in self.hall.ask(open_entries)}
        for event in events:
            offered = now.get(event.details.get("entry", ""))
            if event.name is EventName.WAITLIST_OFFERED and offered:
                slot = event.details["slot"]
                day, minute = date.fromisoformat(slot[:10]), int(slot[11:])
                before = [entry for entry in now.values() if entry.joined < offered.joined]
                matters = offered.wish.matters
                assert not [e for e in before if self.could_have(e, matters, day, minute, slot)]

    @invariant()
    def no_slot_is_given_out_over_its_capacity(self) -> None:
        layout, roster, found = self.hall.ask(
            lambda view: (
                view.layout,
                view.roster,
                [a for day in (TUESDAY, WEDNESDAY) for a in kept.of_day(view, day)],
            )
        )
        takes = (AppointmentStatus.HELD, AppointmentStatus.BOOKED)
        needs: dict[tuple[date, int], Counter[Any]] = {}
        for one in found:
            for part in one.place.parts if one.at(self.hall.clock.now) in takes else ():
                needs.setdefault((one.place.day, part.minute), Counter())[part.group] += part.ms
        for (day, minute), need in needs.items():
            offer = {s.span.from_minute: s.offer for s in slots_of(layout, roster, day)}[minute]
            assert fits(offer, need, share=0.75)

    @invariant()
    def the_journal_says_what_the_tables_say(self) -> None:
        assert self.hall.ask(flaws) == []


TestWaiting = Waiting.TestCase
TestWaiting.settings = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
)
