"""Where each key of a TOML file stands: the line, which the standard library forgets."""

import re
from collections import defaultdict
from collections.abc import Iterator

_SKIPPED = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^\s,\]}#]+(?: \d[^\s,\]}#]*)?",
    re.DOTALL,
)


def lines_of(text: str) -> dict[str, int]:
    r"""Return the line of every table, key and list item of a valid TOML file.

    Example:
        >>> lines_of('[[counters]]\ntakes = [\n"x" ]')
        {'counters': 1, 'counters[0]': 1, 'counters[0].takes': 2, 'counters[0].takes[0]': 3}
    """
    return _Walk(text).lines


class _Walk:
    """One walk through a file; ``lines`` grows as it goes."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text = text
        self._at = 0
        self._counted_to, self._line = 0, 1
        self._items: defaultdict[str, int] = defaultdict(int)
        self._document()

    def _document(self) -> None:
        table = ""
        while self._next():
            if self._took("[["):
                table = self._new_item(list(self._keys()))
                self._took("]]")
            elif self._took("["):
                table = self._inside(list(self._keys()))
                self._took("]")
            else:
                self._pair(table)

    def _pair(self, table: str) -> None:
        place = table
        for key in self._keys():
            place = _joined(place, key)
            self._note(place)
        self._took("=")
        self._value(place)

    def _value(self, place: str) -> None:
        self._next()
        if self._took("["):
            index = 0
            while self._next() != "]":
                self._note(f"{place}[{index}]")
                self._value(f"{place}[{index}]")
                index += 1
                self._comma()
            self._took("]")
        elif self._took("{"):
            while self._next() != "}":
                self._pair(place)
                self._comma()
            self._took("}")
        else:
            self._match(_SCALAR)

    def _keys(self) -> Iterator[str]:
        while True:
            found = self._match(_KEY)
            yield next(part for part in found.groups() if part is not None)
            if not self._took("."):
                return

    def _new_item(self, keys: list[str]) -> str:
        """Return the place of one more table of a list of tables."""
        tables = _joined(self._inside(keys[:-1]), keys[-1])
        self._note(tables)
        self._items[tables] += 1
        return self._inside(keys)

    def _inside(self, keys: list[str]) -> str:
        """Return the place that ``keys`` mean here: of a list of tables, the last one so far."""
        place = ""
        for key in keys:
            place = _joined(place, key)
            if self._items[place]:
                place = f"{place}[{self._items[place] - 1}]"
            self._note(place)
        return place

    def _note(self, place: str) -> None:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        self.lines.setdefault(place, self._line)

    def _next(self) -> str:
        """Skip what means nothing and return the next character, empty at the end."""
        self._match(_SKIPPED)
        return self._text[self._at : self._at + 1]

    def _comma(self) -> None:
        self._next()
        self._took(",")

    def _took(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"not TOML at character {self._at}")
        self._at = found.end()
        return found


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
