"""The canonical form of a layout: parsed, defaulted, plain JSON, from which its hash is made."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from hall.domain.booking_file import booking_form, booking_in
from hall.domain.canonical import digest
from hall.domain.identities import (
    BundleId,
    ClassId,
    CounterId,
    GroupId,
    HallId,
    LayoutHash,
    MatterCode,
)
from hall.domain.layout import (
    Backup,
    Bundle,
    CallRule,
    ClassRule,
    Counter,
    During,
    ExtraDay,
    Group,
    Hours,
    Layout,
    Material,
    Matter,
    Name,
    Opening,
    Policy,
    Span,
    Surge,
    Target,
)
from hall.domain.nearby import Location

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
        **_booking(layout),
    }


def layout_of(form: dict[str, Any]) -> Layout:
    """Return the layout that a canonical form describes; its own form is the same again.

    Raises:
        KeyError, TypeError, ValueError: it is no canonical form of a layout.
    """
    hall, groups = form["hall"], form["groups"]
    return Layout(
        hash=LayoutHash(digest(form)),
        hall=HallId(hall["id"]),
        name=_name_in(hall["name"]),
        time_zone=hall["time_zone"],
        hours=_hours_in(hall),
        target=Target(
            walk_in=_length(hall["target"]["walk_in_minutes"]),
            appointment=_length(hall["target"]["appointment_minutes"]),
            share=float(hall["target"]["share"]),
        ),
        surge=Surge(
            waiting_per_counter=hall["surge"]["waiting_per_counter"],
            waiting=hall["surge"]["waiting"],
            longest=_length(hall["surge"]["longest_minutes"]),
        ),
        seats=hall["seats"],
        general_group=GroupId(hall["general_group"]) if hall["general_group"] else None,
        phone_tickets=hall["phone_tickets"],
        approval=hall.get("approval", False),
        groups=tuple(
            Group(id=GroupId(g["id"]), prefix=g["prefix"], name=_name_in(g["name"])) for g in groups
        ),
        matters=tuple(_matter_in(matter) for matter in form["matters"]),
        bundles=tuple(_bundle_in(bundle) for bundle in form["bundles"]),
        counters=tuple(_counter_in(counter) for counter in form["counters"]),
        rule=_rule_in(form["call_rule"]),
        booking=booking_in(form.get("booking")),
        walk=_length(hall.get("walk_minutes", 0)),
        location=Location(**hall["location"]) if "location" in hall else None,
        phone=hall.get("phone", ""),
        address=_name_in(hall["address"]) if "address" in hall else None,
    )


def _booking(layout: Layout) -> dict[str, Any]:
    """Return the booking rules; the usual ones stay unsaid, as in layouts from before bookings."""
    form = booking_form(layout.booking)
    return {} if form == booking_form(booking_in(None)) else {"booking": form}


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
        # these came later: a layout without them keeps the hash it had
        **({"approval": True} if layout.approval else {}),
        **({"walk_minutes": _minutes(layout.walk)} if layout.walk else {}),
        **({"location": asdict(layout.location)} if layout.location else {}),
        **({"phone": layout.phone} if layout.phone else {}),
        **({"address": _name(layout.address)} if layout.address else {}),
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


def _hours_in(hall: dict[str, Any]) -> Hours:
    return Hours(
        openings=tuple(
            Opening(days=frozenset(part["days"]), span=_span_in(part)) for part in hall["opening"]
        ),
        closed=frozenset(map(date.fromisoformat, hall["closed"])),
        extra_open=tuple(
            ExtraDay(date=date.fromisoformat(part["date"]), span=_span_in(part))
            for part in hall["extra_open"]
        ),
    )


def _matter_in(form: dict[str, Any]) -> Matter:
    return Matter(
        code=MatterCode(form["code"]),
        group=GroupId(form["group"]),
        name=_name_in(form["name"]),
        department=form["department"],
        handling=_length(form["handling_minutes"]),
        promised_days=form["promised_days"],
        materials=tuple(
            Material(id=paper["id"], name=_name_in(paper["name"]), required=paper["required"])
            for paper in form["materials"]
        ),
        appointments=form["appointments"],
        daily_limit=form["daily_limit"],
    )


def _bundle_in(form: dict[str, Any]) -> Bundle:
    return Bundle(
        id=BundleId(form["id"]),
        name=_name_in(form["name"]),
        matters=tuple(map(MatterCode, form["matters"])),
    )


def _counter_in(form: dict[str, Any]) -> Counter:
    bonus, pace = form["bonus_minutes"], form["pace"]
    return Counter(
        id=CounterId(form["id"]),
        number=form["number"],
        name=_name_in(form["name"]),
        zone=form["zone"],
        takes=tuple(map(GroupId, form["takes"])),
        classes=tuple(map(ClassId, form["classes"])),
        during=tuple(
            During(span=_span_in(part), takes=tuple(map(GroupId, part["takes"])))
            for part in form["during"]
        ),
        bonus=tuple((GroupId(group), _length(bonus[group])) for group in sorted(bonus)),
        backup=tuple(
            Backup(group=GroupId(help_["group"]), after=_length(help_["after_minutes"]))
            for help_ in form["backup"]
        ),
        pace=tuple((GroupId(group), float(pace[group])) for group in sorted(pace)),
    )


def _rule_in(form: dict[str, Any]) -> CallRule:
    return CallRule(
        policy=Policy(form["policy"]),
        automatic_pause=timedelta(seconds=form["automatic_seconds"]),
        classes=tuple(
            ClassRule(
                id=ClassId(rule["id"]),
                credit=_length(rule["credit_minutes"]),
                weight=float(rule["weight"]),
                strict=rule["strict"],
                early=rule["early"],
            )
            for rule in form["classes"]
        ),
        calls=form["calls"],
        no_show_after=timedelta(seconds=form["no_show_seconds"]),
    )


def _name_in(form: dict[str, str]) -> Name:
    return Name(zh=form["zh"], en=form["en"])


def _span_in(form: dict[str, Any]) -> Span:
    return Span(from_minute=form["from_minute"], until_minute=form["until_minute"])


def _length(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)
