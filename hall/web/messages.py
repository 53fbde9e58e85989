"""Gathers the words of code and templates into the catalogues that translators fill in.

``make messages`` (``python -m hall.web.messages``) adds new words to every catalogue, keeps
retired ones at its end and lists what has no translation yet. A new language is a new folder:
``python -m hall.web.messages ja_JP``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).parents[2]
TRANSLATIONS = Path(__file__).parent / "translations"
#: Where words are looked for, and how each kind of file is read.
_SOURCES = ("hall", "kiosk", "display", "simulation")
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
#: The functions whose argument is a word; the number is the place of the plural, "c" a context.
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER = "# The words of every screen. `make messages` adds new ones; fill in what is empty."


def words_in_use() -> Catalog:
    """Return every word of the code and the templates, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for source in _SOURCES:
        reading = [source]
        try:
            for file, _, word, _, context in extract_from_dir(
                ROOT / source,
                _METHODS,
                {"**.html": {"silent": "false"}},
                keywords=_KEYWORDS,
                callback=lambda file, *_, reading=reading: reading.append(file),
            ):
                catalog.add(word, locations=[(f"{source}/{file}", 0)], context=context)
        except TemplateSyntaxError as error:
            error.add_note(f"in {source}/{reading[-1]}")
            raise
    return catalog


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue of a file whose folder names the locale; a new one is empty."""
    locale = path.parents[1].name
    if not path.is_file():
        return Catalog(locale=locale, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Return the words in use that a catalogue has no translation for."""
    for message in catalogue:
        strings = message.string or ("",)
        if message.id and not all((strings,) if isinstance(strings, str) else strings):
            yield message


def bring_up_to_date(path: Path, in_use: Catalog) -> Catalog:
    """Add new words to the catalogue of a file, retire unused ones, and return it."""
    catalogue = read_catalogue(path)
    catalogue.update(in_use, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.header_comment = _HEADER
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    with written.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    written.replace(path)
    return catalogue


def main(arguments: list[str]) -> int:
    """Bring every catalogue up to date, print what is untranslated, return the exit code."""
    in_use = words_in_use()
    locales = {path.name for path in TRANSLATIONS.iterdir() if path.is_dir()} | set(arguments)
    missing = False
    for locale in sorted(locales):
        path = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
        for message in untranslated(bring_up_to_date(path, in_use)):
            missing = True
            files = ", ".join(file for file, _ in message.locations)
            sys.stdout.write(f"{locale}: {message.id!r} ({files}) is not translated\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
