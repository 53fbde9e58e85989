"""One word per thing (docs/glossary.md): retired words do not come back into our names."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import named, ours

RETIRED = {
    "window": "counter",
    "customer": "citizen",
    "agent": "clerk",
    "category": "matter",
    "desk": "counter",
}
PLURALS = {"categories": "category"} | {f"{word}s": word for word in RETIRED}

#: Names that others gave and we must say as they do.
OTHERS_NAMES = {
    "user_agent",  # the HTTP header User-Agent in werkzeug
    "userAgent",  # and in browsers
    "simulate_until_max_customers",  # Ciw, the peer that the simulation is compared with
    "window",  # the browser's own object, in scripts only
    "one_window",  # one-window service, 一窗受理: the name of the reform
}
BARE_WINDOW_IS_THE_BROWSERS = {".js"}


def words(name: str) -> list[str]:
    """Return the words of a name: ``next_counter``, ``NextCounter`` and ``next-counter`` alike."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [PLURALS.get(part.lower(), part.lower()) for part in parts]


def retired_words(name: str, *, suffix: str = ".py") -> list[str]:
    """Return the retired words that are a part of ``name``."""
    allowed = name in OTHERS_NAMES and (name != "window" or suffix in BARE_WINDOW_IS_THE_BROWSERS)
    return [] if allowed else [word for word in words(name) if word in RETIRED]


def _python_names(text: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.string


def _template_names(text: str) -> Iterator[str]:
    """Yield what a template names; its prose and its texts are no names."""
    attributes = re.findall(r"""\b(?:id|class|name|for|data-[\w-]+)=["']([^"']*)""", text)
    expressions = re.findall(r"\{[{%](.*?)[%}]\}", text, flags=re.DOTALL)
    spoken = re.compile(r"""(["']).*?\1""", flags=re.DOTALL)
    for source in [*attributes, *(spoken.sub("", expression) for expression in expressions)]:
        yield from re.findall(r"[A-Za-z_]\w*", source)


def _names(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield path.stem
    if path.suffix == ".py":
        yield from _python_names(text)
    elif path.suffix == ".html":
        yield from _template_names(text)
    else:
        yield from re.findall(r"[A-Za-z_$][\w$]*", text)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("free_window", ["window"]),
        ("WindowIsBusy", ["window"]),
        ("customers", ["customer"]),
        ("AGENT_ID", ["agent"]),
        ("desk-number", ["desk"]),
        ("window", ["window"]),
        ("user_agent", []),
        ("counter", []),
    ],
)
def test_a_retired_word_is_seen_in_every_spelling(name: str, found: list[str]) -> None:
    assert retired_words(name) == found


def test_no_name_of_ours_uses_a_retired_word() -> None:
    found = {
        f"{named(path)}: {name} (say {RETIRED[word]})"
        for path in ours(".py", ".js", ".html", ".css")
        for name in _names(path)
        for word in retired_words(name, suffix=path.suffix)
        if path != Path(__file__)
    }
    assert found == set()
