"""The words of the screens: a screen in a hall speaks two languages at once."""

from collections.abc import Mapping

from flask_babel import force_locale, get_locale, gettext

_LOCALES = {"zh": "zh_CN", "en": "en"}


def languages() -> tuple[str, str]:
    """Return the language of this request, written large, and the one written small beside it."""
    first = get_locale().language
    return first, "zh" if first == "en" else "en"


def words(language: str) -> Mapping[str, str]:
    """Return every word of the wall and the counter screen in ``language``."""
    with force_locale(_LOCALES.get(language, language)):
        return _screen_words() | _state_words()


def _screen_words() -> dict[str, str]:
    return {
        "calling": gettext("Now calling"),
        "counter": gettext("to counter"),
        "at_counter": gettext("Counter %(number)s"),
        "again": gettext("Called again"),
        "calls": gettext("Called before"),
        "next": gettext("Up next"),
        "booked": gettext("Booked, called at the agreed time"),
        "waiting": gettext("Waiting now"),
        "people": gettext("%(number)s people"),
        "wait": gettext("Wait from now"),
        "minutes": gettext("%(number)s min"),
        "best": gettext("Shortest wait of the next hours: from about %(time)s", time="%(time)s"),
        "scan": gettext("The queue on your phone"),
        "scan_slip": gettext("The code on your slip follows your own number"),
        "missed": gettext("Missed your call? See a guide: you need no new number."),
        "none_yet": gettext("Nobody has been called yet"),
        "sit_down": gettext("Take a number and a seat: you will be called"),
        "closed": gettext("The hall is closed"),
        "opens_at": gettext("Opens at %(number)s"),
        "takes": gettext("This counter takes"),
        "everything": gettext("All matters"),
    }


def _state_words() -> dict[str, str]:
    return {
        "live": gettext("Connected"),
        "polling": gettext("Connection broken: this screen may be 2 seconds late"),
        "lost": gettext("No connection: listen to the staff"),
        "refused": gettext("This screen is not admitted"),
        "ready": gettext("Sound on"),
        "blocked": gettext("Touch here to turn the sound on"),
        "incomplete": gettext("Bell only: no recording of this number"),
        "silent": gettext("No sound: watch the screen"),
        "counter_ready": gettext("Open"),
        "counter_paused": gettext("Paused for a moment"),
        "counter_closed": gettext("Counter closed"),
        "counter_free": gettext("Please wait for your number"),
    }
