"""Finds matters by the letters a citizen touches: of pinyin, of English, or just initials."""

import functools

from pypinyin import lazy_pinyin

from hall.domain.layout import Matter


def letters_of(typed: str) -> str:
    """Return what was typed as the search compares it: letters and digits, in lower case.

    Example:
        >>> letters_of(" SB-k ")
        'sbk'
    """
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def find(matters: tuple[Matter, ...], typed: str) -> tuple[Matter, ...]:
    """Return the matters that the letters may mean, those whose name begins so first.

    Args:
        matters: all matters of the hall, in the order of its layout.
        typed: pinyin initials (``sbk`` for 社保卡), full pinyin, English, initials of English
            words, or Chinese characters, from any syllable or word on; nothing finds nothing.
    """
    letters = letters_of(typed)
    if not letters:
        return ()
    places = [(_place(matter, letters), matter) for matter in matters]
    begin = [matter for place, matter in places if place == 0]
    return (*begin, *(matter for place, matter in places if place))


def _place(matter: Matter, letters: str) -> int | None:
    """Return the first syllable or word of a matter's name that the letters spell on from."""
    spellings = _spellings(matter.name.zh, matter.name.en)
    found = [place for place, spelling in spellings if spelling.startswith(letters)]
    return min(found, default=None)


@functools.lru_cache(maxsize=4096)
def _spellings(zh: str, en: str) -> tuple[tuple[int, str], ...]:
    """Return how a name can be spelled from each of its characters, syllables and words on."""
    syllables = [syllable for syllable in lazy_pinyin(zh, errors="ignore") if syllable]
    found = []
    for sounds in (list(zh), syllables, en.lower().split()):
        for place in range(len(sounds)):
            rest = sounds[place:]
            found += [(place, "".join(rest)), (place, "".join(sound[0] for sound in rest))]
    return tuple(found)
