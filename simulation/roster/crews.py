"""Who can stand in for whom, who is there when, and the rules that may stand in the way."""

from dataclasses import dataclass
from enum import StrEnum

from hall.domain.layout import Span
from simulation.roster.need import Need
from simulation.roster.staff import ShiftKind, Staff


class Rule(StrEnum):
    """What may keep a need from being covered."""

    #: Hours a week, most and least. 周工时
    HOURS = "hours_per_week"
    #: Days a week. 周工作日
    DAYS = "days_per_week"
    #: Days in a row. 连续工作日
    CONSECUTIVE = "consecutive_days"
    #: Hours between two shifts. 班间休息
    REST = "rest_hours"
    #: Leave. 请假
    LEAVE = "leave"
    #: What clerks can do. 技能
    SKILLS = "skills"
    #: Breaks. 班中休息
    BREAKS = "breaks"
    #: Which shifts a contract allows. 合同班次
    CONTRACT_SHIFTS = "contract_shifts"
    #: When there are shifts at all. 班次时间
    SHIFTS = "shifts"
    #: How many clerks there are. 人数
    CLERKS = "clerks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """Clerks with the same skills, by position, and the kinds of counters they can staff."""

    clerks: tuple[int, ...]
    kinds: frozenset[int]


def crews_of(staff: Staff, need: Need, without: frozenset[Rule] = frozenset()) -> list[Crew]:
    """Return the clerks by what they can do."""
    alike: dict[frozenset[int], list[int]] = {}
    for at, clerk in enumerate(staff.clerks):
        anything = Rule.SKILLS in without
        kinds = frozenset(
            kind
            for kind, known in enumerate(need.kinds)
            if anything or known.groups <= clerk.skills
        )
        alike.setdefault(kinds, []).append(at)
    return [Crew(clerks=tuple(clerks), kinds=kinds) for kinds, clerks in alike.items()]


def works(shift: ShiftKind, breaks: tuple[Span, ...], span: Span) -> bool:
    """Whether a clerk on a shift with these breaks is there for the whole of a span."""
    if span.from_minute < shift.span.from_minute or span.until_minute > shift.span.until_minute:
        return False
    return all(
        rest.until_minute <= span.from_minute or span.until_minute <= rest.from_minute
        for rest in breaks
    )
