"""The canonical form of a layout: parsed, defaulted, plain JSON, from which its hash is made."""

from datetime import timedelta
from typing import Any

from hall.domain.layout import Counter, Layout, Matter, Name, Span

#: The only format of layout files there is.
FORMAT = 1


def canonical_form(layout: Layout) -> dict[str, Any]:
    """Return the layout as plain JSON; layouts that mean the same have the same form."""
    return {
        "format": FORMAT,
        "hall": _hall(layout),
        "groups": [
            {"id": group.id, "prefix": group.prefix, "name": _name(group.name)}
            for group in layout.groups
        ],
        "matters": [_matter(matter) for matter in layout.matters],
        "bundles": [
            {"id": bundle.id, "name": _name(bundle.name), "matters": list(bundle.matters)}
            for bundle in layout.bundles
        ],
        "counters": [_counter(counter) for counter in layout.counters],
        "call_rule": {
            "policy": layout.rule.policy.value,
            "automatic_seconds": layout.rule.automatic_pause.total_seconds(),
            "classes": [
                {
                    "id": rule.id,
                    "credit_minutes": _minutes(rule.credit),
                    "weight": rule.weight,
                    "strict": rule.strict,
                    "early": rule.early,
                }
                for rule in layout.rule.classes
            ],
            "calls": layout.rule.calls,
            "no_show_seconds": layout.rule.no_show_after.total_seconds(),
        },
    }


def _hall(layout: Layout) -> dict[str, Any]:
    return {
        "id": layout.hall,
        "name": _name(layout.name),
        "time_zone": layout.time_zone,
        "opening": [
            {"days": sorted(opening.days), **_span(opening.span)}
            for opening in layout.hours.openings
        ],
        "closed": sorted(day.isoformat() for day in layout.hours.closed),
        "extra_open": [
            {"date": extra.date.isoformat(), **_span(extra.span)}
            for extra in layout.hours.extra_open
        ],
        "target": {
            "walk_in_minutes": _minutes(layout.target.walk_in),
            "appointment_minutes": _minutes(layout.target.appointment),
            "share": layout.target.share,
        },
        "surge": {
            "waiting_per_counter": layout.surge.waiting_per_counter,
            "waiting": layout.surge.waiting,
            "longest_minutes": _minutes(layout.surge.longest),
        },
        "seats": layout.seats,
        "general_group": layout.general_group,
        "phone_tickets": layout.phone_tickets,
    }


def _matter(matter: Matter) -> dict[str, Any]:
    return {
        "code": matter.code,
        "group": matter.group,
        "name": _name(matter.name),
        "department": matter.department,
        "handling_minutes": _minutes(matter.handling),
        "promised_days": matter.promised_days,
        "materials": [
            {"id": paper.id, "name": _name(paper.name), "required": paper.required}
            for paper in matter.materials
        ],
        "appointments": matter.appointments,
        "daily_limit": matter.daily_limit,
    }


def _counter(counter: Counter) -> dict[str, Any]:
    return {
        "id": counter.id,
        "number": counter.number,
        "name": _name(counter.name),
        "zone": counter.zone,
        "takes": sorted(counter.takes),
        "classes": sorted(counter.classes),
        "during": [{**_span(part.span), "takes": sorted(part.takes)} for part in counter.during],
        "bonus_minutes": {group: _minutes(bonus) for group, bonus in counter.bonus},
        "backup": [
            {"group": help_.group, "after_minutes": _minutes(help_.after)}
            for help_ in counter.backup
        ],
        "pace": dict(counter.pace),
    }


def _name(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _span(span: Span) -> dict[str, int]:
    return {"from_minute": span.from_minute, "until_minute": span.until_minute}


def _minutes(length: timedelta) -> float:
    return length / timedelta(minutes=1)
