"""A week's roster as JSON for programs and charts, and as text for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from hall.domain.hours import spans_of
from hall.domain.layout import Span
from simulation.roster.binding import Shortfall
from simulation.roster.crews import Rule
from simulation.roster.duties import Duty
from simulation.roster.rota import Rota, fed_back
from simulation.scenario_form import roster_form as counters_form
from simulation.scenario_form import scenario_form
from simulation.sizing.form import clock
from simulation.sizing.frame import kind_name
from simulation.table import table

Form = dict[str, Any]

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_RULES = {
    Rule.HOURS: {"zh": "每周工时", "en": "the hours of a week"},
    Rule.DAYS: {"zh": "每周工作天数", "en": "the days of a week"},
    Rule.CONSECUTIVE: {"zh": "连续工作天数", "en": "the days in a row"},
    Rule.REST: {"zh": "两班之间的休息", "en": "the rest between two shifts"},
    Rule.LEAVE: {"zh": "请假（{away}）", "en": "leave ({away})"},
    Rule.SKILLS: {
        "zh": "技能：会坐{key}且当天没请假的只有 {able} 人",
        "en": "skills: only {able} clerks who are not on leave can staff the {key}",
    },
    Rule.BREAKS: {"zh": "班中休息", "en": "breaks"},
    Rule.CONTRACT_SHIFTS: {
        "zh": "合同允许的班次",
        "en": "the shifts that contracts allow",
    },
    Rule.SHIFTS: {"zh": "没有班次包含这段时间", "en": "no shift covers this time"},
    Rule.CLERKS: {"zh": "人手不够", "en": "too few clerks"},
}
_WORDS = {
    "covered": {
        "zh": "需求 {need:g} 窗口小时，全部排满；工时合计 {hours:g}。",
        "en": "All {need:g} counter hours that are needed are covered, with {hours:g} paid hours.",
    },
    "short": {
        "zh": "需求 {need:g} 窗口小时，缺 {short:g}；工时合计 {hours:g}。",
        "en": "Of {need:g} counter hours that are needed {short:g} are not covered; "
        "{hours:g} paid hours.",
    },
    "uncovered": {
        "zh": "{day} {span}：{key}缺 {number} 个。原因：{rules}。",
        "en": "{day} {span}: {number} missing of the {key}. What stands in the way: {rules}.",
    },
    "owed": {
        "zh": "{name}：合同至少 {least:g} 小时，少排 {hours:g} 小时。原因：{rules}。",
        "en": "{name}: the contract promises {least:g} hours, the roster gives {hours:g} less. "
        "What stands in the way: {rules}.",
    },
    "unknown": {
        "zh": "{day}：大厅开放，但没有方案说明这天需要多少窗口，因此没有排班。",
        "en": "{day}: the hall is open, but nothing says what it needs; nobody is given a shift.",
    },
    "gap": {
        "zh": "与最优的差距不超过 {gap:.1f}%。",
        "en": "At most {gap:.1f} % from the best possible.",
    },
    "fair": {
        "zh": "每周工时最少 {least:g}，最多 {most:g}。",
        "en": "The shortest week has {least:g} hours, the longest {most:g}.",
    },
    "clerk": {"zh": "姓名", "en": "clerk"},
    "hours": {"zh": "工时", "en": "hours"},
    "off": {"zh": "休", "en": "–"},
    "leave": {"zh": "假", "en": "leave"},
    "or": {"zh": "；或", "en": "; or "},
    "list": {"zh": "、", "en": ", "},
    "nobody": {"zh": "无", "en": "nobody"},
}


def roster_form(found: Rota) -> Form:
    """Return a week's roster as JSON."""
    staff = found.staff
    return {
        "format": 1,
        "name": found.scenario.name,
        "layout_hash": found.scenario.layout.hash,
        "from": staff.first.isoformat(),
        "days": [day.isoformat() for day in staff.days],
        "feasible": not found.shortfalls,
        "needed_hours": found.need.hours,
        "uncovered_hours": found.uncovered_hours,
        "paid_hours": sum(found.hours),
        "cost": found.cost,
        "gap": found.gap,
        "clerks": [
            {
                "id": clerk.id,
                "name": clerk.name,
                "hours": found.hours[at],
                "duties": [_duty(found, duty) for duty in found.duties if duty.clerk == at],
            }
            for at, clerk in enumerate(staff.clerks)
        ],
        "series": list(_series(found)),
        "shortfalls": [_shortfall(found, short) for short in found.shortfalls],
        "texts": list(texts(found)),
        "staffing": counters_form(found.roster),
        "scenario": scenario_form(fed_back(found)),
    }


def roster_text(found: Rota, *, language: str) -> str:
    """Return a week's roster as a table of clerks and days, and what there is to say about it."""
    heads = [_WORDS["clerk"][language]]
    heads += [day_name(day, language) for day in found.staff.days]
    rows = [[*heads, _WORDS["hours"][language]]]
    rows += [
        [clerk.name, *cells(found, at, language), f"{found.hours[at]:g}"]
        for at, clerk in enumerate(found.staff.clerks)
    ]
    said = [text[language] for text in texts(found)]
    return "\n".join([found.scenario.name, "", *table(rows), "", *said])


def cells(found: Rota, clerk: int, language: str) -> Iterator[str]:
    """Yield what a clerk does on each day: the hours of the shift, leave or nothing."""
    by_day = {duty.day: duty for duty in found.duties if duty.clerk == clerk}
    for at, day in enumerate(found.staff.days):
        duty = by_day.get(at)
        if duty is not None:
            yield spoken(found.staff.shifts[duty.shift].span)
        else:
            away = day in found.staff.clerks[clerk].leave
            yield _WORDS["leave" if away else "off"][language]


def texts(found: Rota) -> Iterator[dict[str, str]]:
    """Yield what there is to say, in both languages: first how well it covers, then why not."""
    hours, need = sum(found.hours), found.need.hours
    if found.uncovered_hours:
        yield _text("short", need=need, short=found.uncovered_hours, hours=hours)
    else:
        yield _text("covered", need=need, hours=hours)
    for short in found.shortfalls:
        yield _explained(found, short)
    needed = {piece.day for piece in found.need.pieces}
    for at, day in enumerate(found.staff.days):
        if at not in needed and spans_of(found.scenario.layout.hours, day):
            yield {
                language: text.format(day=day_name(day, language))
                for language, text in _WORDS["unknown"].items()
            }
    yield _text("fair", least=min(found.hours), most=max(found.hours))
    yield _text("gap", gap=100 * found.gap)


def day_name(day: date, language: str) -> str:
    """Return a day as a column's head."""
    return f"{WEEKDAYS[language][day.weekday()]} {day.month}-{day.day}"


def spoken(span: Span) -> str:
    """Return a span as people read it."""
    return f"{clock(span.from_minute)}–{clock(span.until_minute)}"


def _explained(found: Rota, short: Shortfall) -> dict[str, str]:
    said = {}
    for language in ("zh", "en"):
        rules = _WORDS["or"][language].join(
            _RULES[rule][language].format(**_facts(found, short, language)) for rule in short.rules
        )
        rules = rules or _RULES[Rule.CLERKS][language]
        if short.owed_to is not None:
            clerk = found.staff.clerks[short.owed_to]
            said[language] = _WORDS["owed"][language].format(
                name=clerk.name, least=clerk.contract.least_hours, hours=short.hours, rules=rules
            )
            continue
        facts = _facts(found, short, language)
        said[language] = _WORDS["uncovered"][language].format(
            span=spoken(short.span), number=short.counters, rules=rules, **facts
        )
    return said


def _facts(found: Rota, short: Shortfall, language: str) -> dict[str, Any]:
    """Return what sentences about a shortfall may name."""
    staff = found.staff
    days = staff.days if short.day is None else (staff.days[short.day],)
    who = staff.clerks if short.owed_to is None else (staff.clerks[short.owed_to],)
    # Leave on another day may stand in the way too: then those hours were not left for this one.
    away = [clerk.name for clerk in who if clerk.leave.intersection(days)]
    away = away or [clerk.name for clerk in who if clerk.leave.intersection(staff.days)]
    kind = None if short.kind is None else found.need.kinds[short.kind]
    layout = found.scenario.layout
    return {
        "day": day_name(days[0], language),
        "key": "" if kind is None else kind_name(layout, kind).in_language(language),
        "away": _WORDS["list"][language].join(away) or _WORDS["nobody"][language],
        "able": short.able,
    }


def _text(word: str, **values: Any) -> dict[str, str]:
    return {language: text.format(**values) for language, text in _WORDS[word].items()}


def _duty(found: Rota, duty: Duty) -> Form:
    shift = found.staff.shifts[duty.shift]
    return {
        "day": found.staff.days[duty.day].isoformat(),
        "shift": shift.id,
        **_span(shift.span),
        "breaks": [_span(rest) for rest in duty.breaks],
        "places": [{**_span(place.span), "counter": place.counter} for place in duty.places],
    }


def _series(found: Rota) -> Iterator[Form]:
    """Yield need against roster, piece by piece, by kind of counter."""
    for piece, staffed in zip(found.need.pieces, found.staffed, strict=True):
        yield {
            "day": found.staff.days[piece.day].isoformat(),
            **_span(piece.span),
            "counters": {
                kind.key: {"needed": piece.needed[at], "staffed": staffed[at]}
                for at, kind in enumerate(found.need.kinds)
            },
        }


def _shortfall(found: Rota, short: Shortfall) -> Form:
    form: Form = {"hours": short.hours, "rules": list(short.rules), **_explained(found, short)}
    if short.owed_to is not None:
        return {"clerk": found.staff.clerks[short.owed_to].id, **form}
    assert short.day is not None and short.kind is not None  # noqa: S101, PT018
    return {
        "day": found.staff.days[short.day].isoformat(),
        **_span(short.span),
        "kind": found.need.kinds[short.kind].key,
        "counters": short.counters,
        **form,
    }


def _span(span: Span) -> dict[str, str]:
    return {"from": clock(span.from_minute), "until": clock(span.until_minute)}
