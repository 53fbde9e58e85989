"""Every package says in its first line what it is for, and no package is without a place."""

import ast

import pytest

from tests.architecture.sources import PRODUCT, TOP, parsed

CHARTERS = {
    "hall.domain": "What the words mean: matters, counters, layouts, tickets, visits, "
    "appointments, events. Pure.",
    "hall.dispatch": "Who is called next, and to which counter. Pure; the simulation runs this "
    "very code.",
    "hall.measures": "What was good or bad about a day, from its events, live or simulated. Pure.",
    "hall.store": "How the hall remembers. The only package that speaks SQL.",
    "hall.channels": "How a message leaves the hall: by mail, by an SMS gateway, or whatever else "
    "takes a text.",
    "hall.operations": "Everything that can be done. One action a module, one transaction each.",
    "hall.queries": "Everything that can be asked. Reads only.",
    "hall.context": "What a request may use: store, clock, active layout.",
    "hall.access": "Who may do what: people, devices, roles.",
    "hall.limits": "How often one may try: counted by browser and address, by phone and ID "
    "number, never readable.",
    "hall.push": "What the outside hears at once. The only package that speaks websockets.",
    "hall.jobs": "What happens by the clock. The only package that schedules.",
    "hall.commands": "The commands of an operator, a module a subject.",
    "hall.web": "HTTP for those who work in the hall, and the public API.",
    "kiosk": "What citizens touch: kiosk, phone, booking.",
    "display": "The screens and the voice.",
    "simulation": "The hall that might be, under the same rules.",
    "hall.server": "The composition root: the only module that knows every other.",
}


@pytest.mark.parametrize("package", CHARTERS)
def test_a_package_says_first_what_it_is_for(package: str) -> None:
    place = TOP.joinpath(*package.split("."))
    module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    docstring = ast.get_docstring(parsed(module)) or ""
    assert docstring.splitlines()[0] == CHARTERS[package]


def test_no_package_is_without_a_charter() -> None:
    folders = [TOP / name for name in PRODUCT if name != "hall"]
    folders += [path.parent for path in (TOP / "hall").glob("*/__init__.py")]
    packages = {".".join(folder.relative_to(TOP).parts) for folder in folders}
    assert packages <= set(CHARTERS)
