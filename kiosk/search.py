"""Finds matters by the letters a citizen touches: pinyin or its initials, English words or initials."""

import functools

from pypinyin import lazy_pinyin

from hall.domain.layout import Matter


@functools.lru_cache(maxsize=4096)
def _keys(zh: str, en: str) -> tuple[str, str, str, str]:
    syllables = [s for s in lazy_pinyin(zh, errors="ignore") if s]
    words = en.lower().split()
    return (
        "".join(s[0] for s in syllables),
        "".join(syllables),
        "".join(word[0] for word in words),
        "".join(words),
    )


def letters_of(typed: str) -> str:
    """Return what was typed as the search compares it: letters and digits, in lower case.

    Example:
        >>> letters_of(" SB-k ")
        'sbk'
    """
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def find(matters: tuple[Matter, ...], typed: str) -> tuple[Matter, ...]:
    """Return the matters that the letters may mean, those that begin with them first.

    Args:
        matters: all matters of the hall, in the order of its layout.
        typed: pinyin initials (``sbk`` for 社保卡), full pinyin, English, initials of English
            words, or Chinese characters; nothing finds nothing.
    """
    letters = letters_of(typed)
    if not letters:
        return ()
    begin, inside = [], []
    for matter in matters:
        keys = (*_keys(matter.name.zh, matter.name.en), matter.name.zh)
        if any(key.startswith(letters) for key in keys):
            begin.append(matter)
        elif any(letters in key for key in keys):
            inside.append(matter)
    return (*begin, *inside)
