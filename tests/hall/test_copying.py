"""A hall is copied whole, except for what is known of people; the first one is only read."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.contact import Contact
from hall.domain.identities import CounterId, HallId, MatterCode
from hall.operations.booking import confirm_booking
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.operations.people import add_person, sign_in_once
from hall.store.appointments import UnknownAppointment, Whose, hall_with_code, of_day, used
from hall.store.appointments import whose as kept_whose
from hall.store.copying import OtherVersion, SeveralHalls, copy_hall
from hall.store.people_tables import device, person, voucher
from hall.store.store import Store
from hall.store.tables import once
from hall.store.verify import flaws
from hall.store.view import UnknownTicket
from tests.hall.test_booking import LAYOUT, TUESDAY, hold
from tests.halls import CITIZEN, EXAMPLES, KIOSK, FakeClock, WorkingHall, a_hall, clerk

NAME, LOGIN = "王主任的真名", "wang-the-manager"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Store]:
    found = Store.open(f"sqlite:///{tmp_path / 'copy' / 'hall.db'}")
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def busy(hall: WorkingHall) -> WorkingHall:
    """A hall in the middle of its day, with people, a device and a slip in somebody's hand."""
    hall.do(open_counter, clerk(), counter=CounterId("1"))
    for _ in range(3):
        hall.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),))
    hall.do(call_next, clerk(), counter=CounterId("1"))
    people = hall.context.people
    somebody = add_person(people, login=LOGIN, name=NAME, password="correct horse battery")
    people.grant(somebody.id, hall.id, Role.MANAGER)
    sign_in_once(people, person=somebody.id, now=hall.clock.now)
    people.add_device(hall=hall.id, role=Role.KIOSK, name="kiosk", counter=None, now=hall.clock.now)
    return hall


def test_the_copy_is_the_hall_as_its_journal_says(
    busy: WorkingHall, database_url: str, target: Store
) -> None:
    assert copy_hall(database_url, target) == busy.id
    copied = WorkingHall(
        context=Context(store=target, clock=busy.clock), id=busy.id, clock=busy.clock
    )
    assert copied.ask(flaws) == []
    assert copied.events() == busy.events()
    assert copied.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),)).ticket.number == "A004"
    assert len(busy.events()) == len(copied.events()) - 1


def test_nothing_is_left_of_people(
    busy: WorkingHall, database_url: str, target: Store, tmp_path: Path
) -> None:
    secret = busy.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),)).secret
    copy_hall(database_url, target)
    with target.engine.connect() as connection:
        people = connection.execute(select(person)).all()
        devices = connection.execute(select(device)).all()
        left = [connection.execute(select(table)).all() for table in (voucher, once)]
    assert [(row.login, row.name, row.password_hash, row.is_active) for row in people] == [
        (people[0].id, people[0].id, None, False)
    ]
    assert [row.is_active for row in devices] == [False]
    assert left == [[], []]
    with pytest.raises(UnknownTicket):
        target.hall_with(secret=secret)
    target.close()
    kept = b"".join(file.read_bytes() for file in (tmp_path / "copy").iterdir())
    assert (NAME.encode() in kept, LOGIN.encode() in kept) == (False, False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sqlite_file_is_not_changed_by_being_copied(
    busy: WorkingHall, database_url: str, target: Store
) -> None:
    file = Path(database_url.removeprefix("sqlite:///"))
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    copy_hall(database_url, target)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert busy.ask(flaws) == []


def test_of_several_halls_one_is_named(hall: WorkingHall, database_url: str, target: Store) -> None:
    other = (EXAMPLES / "twelve" / "pooled.toml").read_text("utf-8")
    a_hall(hall.context, hall.clock, other.replace('id = "twelve"', 'id = "a-dozen"'))
    with pytest.raises(SeveralHalls, match="twelve"):
        copy_hall(database_url, target)
    assert copy_hall(database_url, target, hall=HallId("a-dozen")) == "a-dozen"
    assert target.halls() == ["a-dozen"]


def test_what_is_no_hall_is_not_copied(target: Store, tmp_path: Path) -> None:
    with pytest.raises(SeveralHalls):
        copy_hall(f"sqlite:///{tmp_path / 'nothing.db'}", target)
    (tmp_path / "empty.db").touch()
    with pytest.raises(OtherVersion):
        copy_hall(f"sqlite:///{tmp_path / 'empty.db'}", target)


def test_appointments_come_along_as_nobodys(
    context: Context, clock: FakeClock, database_url: str, target: Store
) -> None:
    small = a_hall(context, clock, LAYOUT)
    contact = Contact(name=NAME, phone="13800138000", id_number="11010519491231002X")
    whose = context.seal.whose(contact, language="zh")
    codes = [hold(small) for _ in range(2)]
    small.do(confirm_booking, CITIZEN, code=codes[0], whose=whose)
    copy_hall(database_url, target)
    copied = WorkingHall(context=Context(store=target, clock=clock), id=small.id, clock=clock)
    assert copied.ask(flaws) == []
    (booked, _) = copied.ask(lambda view: of_day(view, TUESDAY))
    assert copied.ask(lambda view: kept_whose(view, booked.id)) == Whose(language="zh")
    with pytest.raises(UnknownAppointment):
        hall_with_code(target.engine, codes[0])
    days = [small.ask(used, since=TUESDAY, until=TUESDAY) for small in (small, copied)]
    assert days[0] == days[1]
