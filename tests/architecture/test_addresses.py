"""A hall works without the internet: no page of ours asks another machine for anything."""

import re

from tests.architecture.sources import named, ours

ADDRESS = re.compile(r"""(?:https?:|wss?:|["'(=]\s*)//[\w.-]+\.\w+[^\s"')]*""")
NOT_FETCHED = ("http://www.w3.org/",)  # names of XML languages


def test_no_template_style_or_script_names_an_outside_address() -> None:
    found = [
        f"{named(path)}: {address}"
        for path in ours(".html", ".css", ".js", ".svg", ".json", ".webmanifest")
        if "static" in path.parts or "templates" in path.parts
        for address in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if not address.startswith(NOT_FETCHED)
    ]
    assert found == []
