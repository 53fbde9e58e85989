"""Reading staff files: everything validated at once, like layouts."""

from datetime import date
from pathlib import Path

from hall.domain.hours import in_business_day
from hall.domain.identities import GroupId
from hall.domain.layout import Layout, Span
from hall.domain.reading import DAYS, Source, Table
from simulation.roster.staff import Clerk, Contract, Rest, ShiftKind, Staff

FORMAT = 1
WEEK = 7
#: What is written for every group.
_EVERY = "*"
_DAY_MINUTES = 1440


def read_staff(path: Path, layout: Layout, *, first: date) -> Staff:
    """Return the staff in the file at ``path``.

    Args:
        path: where it is.
        layout: whose groups are the skills.
        first: the first day of the roster if the file names none.

    Raises:
        BadFile: with everything that is wrong with it.
    """
    return staff_in(Source.of(path), layout, first=first)


def staff_in(source: Source, layout: Layout, *, first: date) -> Staff:
    """Return the staff that ``source`` holds, or raise ``BadFile`` with all its problems."""
    table = source.table()
    if table.whole("format") != FORMAT:
        table.complain("format", f"should be {FORMAT}")
    step = table.whole("step_minutes", 15, least=5, most=60)
    begins = table.date("from") if "from" in table else first
    number = table.whole("days", WEEK, least=1, most=WEEK)
    shifts = tuple(_shift(part, layout, step) for part in _some(table, "shifts"))
    agreed = [_contract(part, shifts) for part in _some(table, "contracts")]
    contracts = {contract.id: contract for contract in agreed}
    clerks = tuple(_clerk(part, contracts, layout) for part in _some(table, "clerks"))
    _once(table, "shifts", [shift.id for shift in shifts])
    _once(table, "contracts", [contract.id for contract in agreed])
    _once(table, "clerks", [clerk.id for clerk in clerks if clerk])
    table.finish()
    source.finish()
    return Staff(
        file=source.file,
        first=begins,
        number_of_days=number,
        step_minutes=step,
        shifts=shifts,
        clerks=tuple(clerk for clerk in clerks if clerk),
    )


def _some(table: Table, key: str) -> list[Table]:
    found = table.tables(key)
    if not found:
        table.complain(key, "names nobody" if key == "clerks" else "is missing")
    return found


def _once(table: Table, key: str, names: list[str]) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            table.complain(f"{key}[{at}].id", f"{name!r} is there twice")


def _shift(part: Table, layout: Layout, step: int) -> ShiftKind:
    name = part.identity("id")
    days = part.days("days") if "days" in part else frozenset(range(len(DAYS)))
    span = in_business_day(layout.hours, part.span())
    breaks = tuple(_rest(rest, layout, span) for rest in part.tables("breaks"))
    found = ShiftKind(id=name, days=days, span=span, breaks=breaks)
    if span.from_minute % step:
        part.complain("from", f"should be on a step of {step} minutes")
    if not found.patterns(step):
        part.complain("breaks", "cannot be taken one after the other, with work between them")
    part.finish()
    return found


def _rest(part: Table, layout: Layout, shift: Span) -> Rest:
    minutes = part.whole("minutes", least=1, most=_DAY_MINUTES)
    within = in_business_day(layout.hours, part.span())
    if within.from_minute < shift.from_minute or within.until_minute > shift.until_minute:
        part.complain("from", "the break is not within the shift")
    elif within.until_minute - within.from_minute < minutes:
        part.complain("minutes", "is longer than from and until leave room for")
    part.finish()
    return Rest(minutes=minutes, within=within)


def _contract(part: Table, shifts: tuple[ShiftKind, ...]) -> Contract:
    known = [shift.id for shift in shifts]
    wanted = part.texts("shifts", known)
    for at, name in enumerate(wanted):
        if name not in known:
            part.complain(f"shifts[{at}]", f"there is no shift {name!r}")
    found = Contract(
        id=part.identity("id"),
        most_hours=part.number("hours_per_week", 40, least=1, most=168),
        least_hours=part.number("least_hours_per_week", 0, most=168),
        days=part.whole("days_per_week", 5, least=1, most=WEEK),
        consecutive_days=part.whole("consecutive_days", 6, least=1, most=WEEK),
        rest_hours=part.number("rest_hours", 11, most=24),
        cost_per_hour=part.number("cost_per_hour", 1.0, most=10_000),
        shifts=frozenset(wanted),
    )
    if found.least_hours > found.most_hours:
        part.complain("least_hours_per_week", "is more than hours_per_week")
    part.finish()
    return found


def _clerk(part: Table, contracts: dict[str, Contract], layout: Layout) -> Clerk | None:
    name = part.identity("id")
    spoken = part.text("name", name)
    contract = part.text("contract", next(iter(contracts), ""))
    skills = part.texts("skills", [_EVERY])
    for at, skill in enumerate(skills):
        if skill != _EVERY and skill not in layout.group_of:
            part.complain(f"skills[{at}]", f"the layout has no group {skill!r}")
    leave = frozenset(part.dates("leave"))
    if contract not in contracts:
        part.complain("contract", f"there is no contract {contract!r}")
    part.finish()
    if contract not in contracts:
        return None
    every = frozenset(layout.group_of)
    return Clerk(
        id=name,
        name=spoken,
        contract=contracts[contract],
        skills=every if _EVERY in skills else frozenset(map(GroupId, skills)),
        leave=leave,
    )
