"""One meaning, one hash: the simulation report of today is the rollout of Monday."""

import hashlib
import json

import pytest

from hall.domain.canonical import canonical, digest
from hall.domain.layout_form import canonical_form
from tests.rules.builders import a_layout

HASH = a_layout().hash


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"n": [1.0, 0.1, 1e21, 1e-7, -0.0]}, '{"n":[1,0.1,1e+21,1e-7,0]}'),
        ('窗\n口"', '"窗\\n口\\""'),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'),
    ],
)
def test_canonical_json_is_written_as_rfc_8785_says(value: object, written: str) -> None:
    assert canonical(value).decode() == written


def test_the_hash_is_sha_256_over_the_canonical_form() -> None:
    form = canonical_form(a_layout())
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    whole = text.replace(".0,", ",").replace(".0}", "}")
    assert hashlib.sha256(whole.encode()).hexdigest() == digest(form) == HASH


@pytest.mark.parametrize(
    "same",
    [
        {"counters": ['id = "1"\nnumber = 1\ntakes = [ "tax", "social" ]']},
        {"counters": ['takes = [ "*" ]  # everything\nid = "1"']},
        {"counters": ['id = "1"\ntakes = [ "*" ]\npace = {}\nbackup = []']},
        {"rule": 'policy = "clerk"\ncalls = 3\nno_show_seconds = 120'},
        {"hall": "seats = 0\ntarget = { share = 0.90 }"},
        {"classes": "{ priority = { credit_minutes = 30.0, weight = 1 }, walk_in = {} }"},
        {"opening": '[ { days = "mon,tue,wed,thu,fri", from = "8:00", until = "16:00" } ]'},
    ],
)
def test_what_means_the_same_has_the_same_hash(same: dict[str, object]) -> None:
    assert a_layout(**same).hash == HASH


@pytest.mark.parametrize(
    "other",
    [
        {"counters": ['id = "1"\nnumber = 2\ntakes = [ "*" ]']},
        {"counters": ['id = "1"\ntakes = [ "*" ]\nzone = "A"']},
        {"counters": ['id = "1"\ntakes = [ "*" ]\npace = { tax = 1.1 }']},
        {"counters": ['id = "1"\ntakes = [ "*" ]\nbonus_minutes = { tax = 1 }']},
        {"counters": ['id = "1"\ntakes = [ "*" ]\nclasses = [ "walk_in" ]']},
        {"rule": 'policy = "automatic"'},
        {"rule": "calls = 2"},
        {"hall": "seats = 1"},
        {"hall": 'general_group = "tax"'},
        {"hall": "phone_tickets = true"},
        {"hall": "location = { latitude = 0, longitude = 0 }"},
        {"hall": "closed = [ 2026-10-01 ]"},
        {"hall": "surge = { waiting = 30 }"},
        {"zone": "Asia/Shanghai"},
        {"groups": ("tax", "social")},
        {"classes": "{ priority = { credit_minutes = 31 }, walk_in = {} }"},
        {"classes": "{ priority = { credit_minutes = 30, strict = true }, walk_in = {} }"},
    ],
)
def test_what_means_something_else_has_another_hash(other: dict[str, object]) -> None:
    assert a_layout(**other).hash != HASH


def test_the_order_of_strict_classes_means_something() -> None:
    strict = "{{ {} = {{ strict = true }}, {} = {{ strict = true }}, walk_in = {{}} }}"
    first = a_layout(classes=strict.format("priority", "vip"))
    second = a_layout(classes=strict.format("vip", "priority"))
    assert first.hash != second.hash
