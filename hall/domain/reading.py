"""Reading a file that a person wrote: every problem at once, each with its place."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from hall.domain.layout import Name, Span
from hall.domain.places import lines_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IDENTITY = re.compile(r"[\w.:-]{1,64}")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
#: No number in a file is greater; in minutes it would be two thousand years.
MOST = 10**9
_ABSENT: Any = object()
_MISSING = "is missing"


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
        self._text = text
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
            return cls(str(path), path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            problem = f"cannot be read: {error.strerror}"
            raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error
        except UnicodeDecodeError as error:
            problem = f"is not UTF-8 at byte {error.start}"
            raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error

    def complain(self, at: str, problem: str) -> None:
        """Note that ``at`` is wrong."""
        self.problems.append(Problem(at=at, problem=problem, line=self._line_of(at)))

    def doubts(self, at: str) -> bool:
        """Whether something was wrong at ``at`` or inside it."""
        return any(re.match(rf"{re.escape(at)}\b", problem.at) for problem in self.problems)

    def forget(self, at: str, problem: str) -> None:
        """Take back what was noted about ``at``: it has another cause."""
        self.problems = [p for p in self.problems if (p.at, p.problem) != (at, problem)]

    def finish(self) -> None:
        """Raise all that was found, if anything was, in the order of the file."""
        if self.problems:
            raise BadFile(self.file, sorted(self.problems, key=lambda p: p.line or 0))

    def table(self) -> "Table":
        """Return the whole file as a table."""
        return Table(self, "", self.content)

    def _line_of(self, at: str) -> int | None:
        """Return the line of ``at``, or of the nearest table around it, or nothing."""
        while at and at not in self._lines:
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        return self._lines.get(at)

    @cached_property
    def _lines(self) -> dict[str, int]:
        return lines_of(self._text)


class Table:
    """A table of a file, from which each key is taken once; what is left over is a problem.

    A table that is missing (``content`` is nothing) is one problem and says nothing about its keys.
    """

    def __init__(self, source: Source, at: str, content: dict[str, Any] | None) -> None:
        self.source = source
        self.at = at
        self._missing = content is None
        self._left = dict(content or {})
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        """Whether ``key`` is there and was not taken yet."""
        return key in self._left

    def complain(self, key: str, problem: str) -> None:
        """Note that ``key`` of this table is wrong."""
        if not self._missing:
            self.source.complain(self.place(key), problem)

    def place(self, key: str) -> str:
        """Return the dotted place of ``key`` in the file."""
        return f"{self.at}.{key}" if self.at and key else self.at or key

    def take(self, key: str, default: Any, kinds: tuple[type, ...], kind: str) -> Any:
        """Return the value of ``key`` if it is of ``kinds``, else nothing, noting why."""
        self._asked.append(key)
        if key not in self._left:
            if default is _ABSENT:
                self.complain(key, _MISSING)
            return None if default is _ABSENT else default
        value = self._left.pop(key)
        if type(value) not in kinds:
            self.complain(key, f"should be {kind}, not {_said(value)}")
            return None
        return value

    def text(self, key: str, default: str = _ABSENT) -> str:
        """Return a text that is not empty."""
        value = self.take(key, default, (str,), "a text")
        if value is not None and value != default and not value.strip():
            self.complain(key, "is empty")
        return value or ""

    def identity(self, key: str) -> str:
        """Return a text by which something is known, fit for addresses and keys."""
        value = self.text(key)
        if value.strip() and not IDENTITY.fullmatch(value):
            self.complain(key, f"should be 1 to 64 letters, digits or -_.: and not {value!r}")
        return value

    def number(
        self, key: str, default: float = _ABSENT, *, least: float = 0, most: float = MOST
    ) -> float:
        """Return a number from ``least`` to ``most``."""
        value = self.take(key, default, (int, float), "a number")
        if value is None:
            return least
        return float(self._within(key, value, least, most))

    def whole(self, key: str, default: int = _ABSENT, *, least: int = 0, most: int = MOST) -> int:
        """Return a whole number from ``least`` to ``most``."""
        value = self.take(key, default, (int,), "a whole number")
        if value is None:
            return least
        return int(self._within(key, value, least, most))

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self.take(key, default, (bool,), "true or false"))

    def choice(self, key: str, default: str, among: Sequence[str]) -> str:
        """Return one of the words of ``among``."""
        value = self.text(key, default)
        if value in among or not value.strip():
            return value if value in among else default
        self.complain(key, f"should be one of {', '.join(among)}, not {value!r}")
        return default

    def name(self, key: str) -> Name:
        """Return a name in Chinese and English."""
        part = self.table(key)
        found = Name(zh=part.text("zh"), en=part.text("en"))
        part.finish()
        return found

    def table(self, key: str, default: dict[str, Any] = _ABSENT) -> "Table":
        """Return a table inside this one."""
        return Table(self.source, self.place(key), self.take(key, default, (dict,), "a table"))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of a list; none when the key is absent."""
        return [
            Table(self.source, f"{self.place(key)}[{index}]", value)
            for index, value in enumerate(self._list(key, [], (dict,), "a table"))
        ]

    def texts(self, key: str, default: list[str] = _ABSENT) -> tuple[str, ...]:
        """Return a list of texts."""
        return self._list(key, default, (str,), "a text")

    def dates(self, key: str) -> tuple[date, ...]:
        """Return a list of dates."""
        return self._list(key, [], (date,), "a date like 2026-10-01")

    def numbers(self, key: str, default: list[float] = _ABSENT) -> tuple[float, ...]:
        """Return a list of numbers, none below 0."""
        found = self._list(key, default, (int, float), "a number")
        return tuple(
            float(self._within(f"{key}[{index}]", value, 0, MOST))
            for index, value in enumerate(found)
        )

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
        """Return the span ``from`` ``until``; an ``until`` not after it is the next morning."""
        start, end = self.clock("from"), self.clock("until")
        return Span(from_minute=start, until_minute=end if end > start else end + 1440)

    def clock(self, key: str) -> int:
        """Return a time of day in minutes."""
        text = self.text(key)
        if text and not CLOCK.fullmatch(text):
            self.complain(key, f"should be a time like 08:30, not {text!r}")
            return 0
        hours, _, minutes = text.partition(":")
        return int(hours or 0) * 60 + int(minutes or 0)

    def keys(self) -> list[str]:
        """Return the keys that were not taken yet, in the order of the file."""
        return list(self._left)

    def finish(self) -> None:
        """Note every key that nobody asked for; a misspelt key is that one problem alone."""
        for key in self._left:
            close = get_close_matches(key, self._asked, n=1, cutoff=0.75)
            for meant in close:
                self.source.forget(self.place(meant), _MISSING)
            self.complain(key, f"is not known here{did_you_mean(close)}")

    def _within(self, key: str, value: float, least: float, most: float) -> float:
        if least <= value <= most:
            return value
        bounds = f"from {least:g} to {most:g}" if most < MOST else f"at least {least:g}"
        self.complain(key, f"should be {bounds}, not {value}")
        return least

    def _list(self, key: str, default: Any, kinds: tuple[type, ...], kind: str) -> tuple[Any, ...]:
        values = self.take(key, default, (list,), "a list") or ()
        wrong = [index for index, value in enumerate(values) if type(value) not in kinds]
        for index in wrong:
            self.complain(f"{key}[{index}]", f"should be {kind}, not {_said(values[index])}")
        return () if wrong else tuple(values)


def did_you_mean(close: Sequence[str]) -> str:
    """Return the end of a sentence that offers ``close`` instead, empty if there is nothing."""
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return repr(value) if isinstance(value, str) else str(value)
