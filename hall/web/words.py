"""Which language a page speaks, and where its words come from.

Words in code and templates are English; ``translations/zh_CN`` has the Chinese. The catalogue is
read from its source at the first page of a process, so that there is nothing to compile.
"""

import functools
import io
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from hall.domain.layout import Name

#: The languages of the product, each in its own words; the first is the default.
LANGUAGES = {"zh": "中文", "en": "English"}
_LOCALES = {"zh": "zh_CN", "en": "en"}
_TRANSLATIONS = Path(__file__).parent / "translations"
_A_YEAR_SECONDS = 365 * 24 * 3600


def choose_language() -> str:
    """Return the language of this request: asked for, kept from before, the browser's, Chinese."""
    if not has_request_context():
        return next(iter(LANGUAGES))
    for wanted in (request.args.get("lang"), request.cookies.get("lang")):
        if wanted in LANGUAGES:
            return wanted
    return request.accept_languages.best_match(LANGUAGES) or next(iter(LANGUAGES))


def localized(name: Name | Mapping[str, str]) -> str:
    """Return a name of the hall's own data in the language of this request."""
    language = choose_language()
    return name.in_language(language) if isinstance(name, Name) else name[language]


def address_with(**changes: str | int) -> str:
    """Return the address of the page being shown with something else asked for (``lang="en"``)."""
    arguments = {**request.args.to_dict(flat=False), **changes}
    return f"{request.path}?{urlencode(arguments, doseq=True)}"


@functools.cache
def catalogue(locale: Locale | None) -> NullTranslations:
    """Return the words of a locale; one without a catalogue speaks as the source does."""
    sources = {Locale.parse(path.parents[1].name): path for path in _TRANSLATIONS.glob("*/*/*.po")}
    if locale not in sources:
        return NullTranslations()
    with sources[locale].open("rb") as file:
        words = read_po(file, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return Translations(compiled)


class _Words(Domain):  # type: ignore[misc]  # flask-babel has no types
    """Hands out catalogues that were read from their source."""

    def get_translations(self) -> NullTranslations:
        return catalogue(get_locale())


class _Babel(Babel):  # type: ignore[misc]  # flask-babel has no types
    """Babel that takes its words from our catalogues."""

    @functools.cached_property
    def domain_instance(self) -> Domain:
        return _Words()


def _keep_language(response: Response) -> Response:
    """Remember the language that an address asked for."""
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and wanted != request.cookies.get("lang"):
        response.set_cookie("lang", wanted, max_age=_A_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


def speak(app: Flask) -> None:
    """Give every page of an application its languages: gettext, names, the language switch."""
    babel = _Babel()
    babel.init_app(app, locale_selector=lambda: _LOCALES[choose_language()])
    app.after_request(_keep_language)
    app.jinja_env.filters["localized"] = localized
    app.jinja_env.globals.update(
        language=choose_language, languages=LANGUAGES, address_with=address_with
    )
