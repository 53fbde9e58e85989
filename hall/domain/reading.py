"""Reading a file that a person wrote: every problem at once, each with its place."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.layout import Name, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
_ABSENT: Any = object()


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with a file, and where."""

    at: str
    problem: str
    line: int | None = None


class BadFile(Exception):
    """A file cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return one line per problem: file, line where known, key, what is wrong."""
        return [
            f"{self.file}:{p.line}: {p.at}: {p.problem}"
            if p.line
            else f"{self.file}: {p.at}: {p.problem}"
            for p in self.problems
        ]


class Source:
    """A TOML file being read: its text, its name and the problems found so far."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._lines = text.splitlines()
        self.problems: list[Problem] = []
        try:
            self.content: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            problem = Problem(at="file", problem=str(error), line=int(found[1]) if found else None)
            raise BadFile(file, [problem]) from error

    @classmethod
    def of(cls, path: Path) -> "Source":
        """Return the file at ``path`` opened for reading."""
        try:
            return cls(str(path), path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadFile(str(path), [Problem(at="file", problem=str(error))]) from error

    def complain(self, at: str, problem: str) -> None:
        """Note that ``at`` is wrong."""
        self.problems.append(Problem(at=at, problem=problem, line=self._line_of(at)))

    def finish(self) -> None:
        """Raise all that was found, if anything was."""
        if self.problems:
            raise BadFile(self.file, self.problems)

    def table(self) -> "Table":
        """Return the whole file as a table."""
        return Table(self, "", self.content)

    def _line_of(self, at: str) -> int | None:
        """Return the line where the key ``at`` stands, or its nearest table, or nothing."""
        start, header = 0, ""
        keys = at.split(".")
        for depth, key in enumerate(keys):
            name, _, index = key.partition("[")
            header = f"{header}.{name}" if header else name
            pattern = re.compile(rf"\s*\[\[?\s*{re.escape(header)}\s*\]\]?")
            found = [n for n, line in enumerate(self._lines) if n >= start and pattern.match(line)]
            nth = int(index[:-1]) if index else 0
            if nth < len(found):
                start = found[nth]
                continue
            pattern = re.compile(
                rf'\s*"?{re.escape(name)}"?\s*=|.*[{{,]\s*"?{re.escape(name)}"?\s*='
            )
            for number in range(start, len(self._lines)):
                if number > start and depth and self._lines[number].startswith("["):
                    break
                if pattern.match(self._lines[number]):
                    return number + 1
        return start + 1 if start else None


class Table:
    """A table of a file, from which each key is taken once; what is left over is a problem."""

    def __init__(self, source: Source, at: str, content: dict[str, Any]) -> None:
        self.source = source
        self.at = at
        self._left = dict(content)

    def __contains__(self, key: str) -> bool:
        """Whether ``key`` is there and was not taken yet."""
        return key in self._left

    def complain(self, key: str, problem: str) -> None:
        """Note that ``key`` of this table is wrong."""
        self.source.complain(self.place(key), problem)

    def place(self, key: str) -> str:
        """Return the dotted place of ``key`` in the file."""
        return f"{self.at}.{key}" if self.at and key else self.at or key

    def take(self, key: str, default: Any, kinds: tuple[type, ...], kind: str) -> Any:
        """Return the value of ``key`` if it is of ``kinds``, noting when it is not."""
        value = self._left.pop(key, _ABSENT)
        if value is _ABSENT:
            if default is _ABSENT:
                self.complain(key, "is missing")
                return None
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.complain(key, f"should be {kind}, not {value!r}")
            return None if default is _ABSENT else default
        return value

    def text(self, key: str, default: str = _ABSENT) -> str:
        """Return a text that is not empty."""
        value = self.take(key, default, (str,), "a text")
        if value is not None and value != default and not value.strip():
            self.complain(key, "is empty")
        return value or ""

    def number(
        self, key: str, default: float = _ABSENT, *, least: float = 0.0, most: float = 1e9
    ) -> float:
        """Return a number from ``least`` to ``most``."""
        value = self.take(key, default, (int, float), "a number")
        if value is None:
            return least
        if not least <= value <= most:
            self.complain(key, f"should be from {least:g} to {most:g}, not {value:g}")
            return least
        return float(value)

    def whole(self, key: str, default: int = _ABSENT, *, least: int = 0, most: int = 10**9) -> int:
        """Return a whole number from ``least`` to ``most``."""
        value = self.take(key, default, (int,), "a whole number")
        if value is None:
            return least
        if not least <= value <= most:
            self.complain(key, f"should be from {least} to {most}, not {value}")
            return least
        return int(value)

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self.take(key, default, (bool,), "true or false"))

    def choice(self, key: str, default: str, among: Iterable[str]) -> str:
        """Return one of the words of ``among``."""
        value, allowed = self.text(key, default), list(among)
        if value not in allowed:
            self.complain(key, f"should be one of {', '.join(allowed)}, not {value!r}")
            return allowed[0]
        return value

    def name(self, key: str) -> Name:
        """Return a name in Chinese and English."""
        part = self.table(key)
        found = Name(zh=part.text("zh"), en=part.text("en"))
        part.finish()
        return found

    def table(self, key: str, default: dict[str, Any] = _ABSENT) -> "Table":
        """Return a table inside this one."""
        value = self.take(key, default, (dict,), "a table")
        return Table(self.source, self.place(key), value or {})

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of a list; none when the key is absent."""
        values = self.take(key, [], (list,), "a list of tables")
        found = []
        for index, value in enumerate(values):
            if isinstance(value, dict):
                found.append(Table(self.source, f"{self.place(key)}[{index}]", value))
            else:
                self.complain(f"{key}[{index}]", f"should be a table, not {value!r}")
        return found

    def texts(self, key: str, default: list[str] = _ABSENT) -> tuple[str, ...]:
        """Return a list of texts."""
        return self._list(key, default, (str,), "a text")

    def dates(self, key: str) -> tuple[date, ...]:
        """Return a list of dates."""
        return self._list(key, [], (date,), "a date like 2026-10-01")

    def numbers(self, key: str, default: list[float] = _ABSENT) -> tuple[float, ...]:
        """Return a list of numbers, none below 0."""
        found = self._list(key, default, (int, float), "a number")
        for index, value in enumerate(found):
            if value < 0:
                self.complain(f"{key}[{index}]", f"should not be below 0, not {value:g}")
        return tuple(float(value) for value in found)

    def date(self, key: str) -> date:
        """Return a date."""
        value = self.take(key, _ABSENT, (date,), "a date like 2026-10-01")
        return value or date(1970, 1, 1)

    def days(self, key: str) -> frozenset[int]:
        """Return days of the week, written like ``mon-fri`` or ``mon,wed`` (0 is Monday)."""
        text = self.text(key)
        found: set[int] = set()
        for part in filter(None, (p.strip() for p in text.split(","))):
            first, _, last = part.partition("-")
            if first not in DAYS or (last or first) not in DAYS:
                self.complain(key, f"should be days like mon-fri or mon,wed, not {text!r}")
                return frozenset(found)
            start, end = DAYS.index(first), DAYS.index(last or first)
            found.update(
                range(start, end + 1) if start <= end else {*range(start, 7), *range(end + 1)}
            )
        return frozenset(found)

    def span(self) -> Span:
        """Return the span from ``from`` until ``until``; an ``until`` not after it is next morning."""
        start, end = self._clock("from"), self._clock("until")
        return Span(from_minute=start, until_minute=end if end > start else end + 1440)

    def keys(self) -> list[str]:
        """Return the keys that were not taken yet, in the order of the file."""
        return list(self._left)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._left:
            self.complain(key, "is not known here")

    def _clock(self, key: str) -> int:
        text = self.text(key)
        if text and not CLOCK.fullmatch(text):
            self.complain(key, f"should be a time like 08:30, not {text!r}")
            return 0
        hours, _, minutes = text.partition(":")
        return int(hours or 0) * 60 + int(minutes or 0)

    def _list(self, key: str, default: Any, kinds: tuple[type, ...], kind: str) -> tuple[Any, ...]:
        values = self.take(key, default, (list,), "a list")
        for index, value in enumerate(values or ()):
            if not isinstance(value, kinds) or isinstance(value, bool):
                self.complain(f"{key}[{index}]", f"should be {kind}, not {value!r}")
                return ()
        return tuple(values or ())
