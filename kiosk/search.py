"""Finds matters by the letters a citizen touches: of pinyin, of English, or just initials."""

import functools

from pypinyin import lazy_pinyin

from hall.domain.layout import Matter

BEGINS, SHORTENS, GOES_ON = range(3)


def letters_of(typed: str) -> str:
    """Return what was typed as the search compares it: letters and digits, in lower case.

    Example:
        >>> letters_of(" SB-k ")
        'sbk'
    """
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def find(matters: tuple[Matter, ...], typed: str) -> tuple[Matter, ...]:
    """Return the matters that the letters may mean, best first.

    A name that begins so stands before one that the letters shorten (``sbk``, 社保卡, for
    社会保障卡), and that before one that goes on so from a later syllable or word.

    Args:
        matters: all matters of the hall, in the order of its layout.
        typed: pinyin initials, full pinyin, English, initials of English words, or Chinese
            characters; nothing finds nothing.
    """
    letters = letters_of(typed)
    ranks = [(_rank(matter, letters), matter) for matter in matters] if letters else []
    return tuple(
        matter for wanted in (BEGINS, SHORTENS, GOES_ON) for rank, matter in ranks if rank == wanted
    )


def _rank(matter: Matter, letters: str) -> int | None:
    spellings = _spellings(matter.name.zh, matter.name.en)
    places = [place for place, spelling in spellings if spelling.startswith(letters)]
    if 0 in places:
        return BEGINS
    if any(_shortens(letters, initials) for initials in _initials(matter.name.zh, matter.name.en)):
        return SHORTENS
    return GOES_ON if places else None


def _shortens(letters: str, initials: str) -> bool:
    """Return whether the letters are some of the initials in this order, the first one included."""
    left = iter(initials)
    return initials.startswith(letters[0]) and all(letter in left for letter in letters)


@functools.lru_cache(maxsize=4096)
def _spellings(zh: str, en: str) -> tuple[tuple[int, str], ...]:
    """Return how a name can be spelled from each of its characters, syllables and words on."""
    found = []
    for sounds in _sounds(zh, en):
        for place in range(len(sounds)):
            rest = sounds[place:]
            found += [(place, "".join(rest)), (place, "".join(sound[0] for sound in rest))]
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def _initials(zh: str, en: str) -> tuple[str, ...]:
    return tuple("".join(sound[0] for sound in sounds) for sounds in _sounds(zh, en))


def _sounds(zh: str, en: str) -> tuple[list[str], list[str], list[str]]:
    """Return the characters, the pinyin syllables and the English words of a name."""
    syllables = [syllable for syllable in lazy_pinyin(zh, errors="ignore") if syllable]
    return list(zh), syllables, en.lower().split()
