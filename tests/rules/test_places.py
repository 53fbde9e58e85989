"""The line of every key, in whatever way TOML lets it be written."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from hall.domain.places import lines_of
from tests.architecture.sources import TOP, named, ours

ODD = '''\
text = """a
[not.a.table] = ""quoted\\""" ""
"""
raw = \'\'\'it's # no comment
\'\'\'
moment = 2020-01-01 10:00:00 # a comment
said = """she said "yes""""
"quoted key".'other' = { list = [1, [2, 3], # [
 { deep = "]" }] , number = 1.5e-3}
[ spaced . out ]
yes = true
[[spaced.list]]
first = 1
[spaced.list.sub]
second = 2
[[spaced.list.more]]
third = 3
[[spaced.list]]
fourth = [
  "a, b",
  4,
]
'''


def test_odd_files_are_read_line_by_line() -> None:
    assert set(lines_of(ODD)) == set(_places("", tomllib.loads(ODD)))
    assert lines_of(ODD) == {
        "text": 1,
        "raw": 4,
        "moment": 6,
        "said": 7,
        "quoted key": 8,
        "quoted key.other": 8,
        "quoted key.other.list": 8,
        "quoted key.other.list[0]": 8,
        "quoted key.other.list[1]": 8,
        "quoted key.other.list[1][0]": 8,
        "quoted key.other.list[1][1]": 8,
        "quoted key.other.list[2]": 9,
        "quoted key.other.list[2].deep": 9,
        "quoted key.other.number": 9,
        "spaced": 10,
        "spaced.out": 10,
        "spaced.out.yes": 11,
        "spaced.list": 12,
        "spaced.list[0]": 12,
        "spaced.list[0].first": 13,
        "spaced.list[0].sub": 14,
        "spaced.list[0].sub.second": 15,
        "spaced.list[0].more": 16,
        "spaced.list[0].more[0]": 16,
        "spaced.list[0].more[0].third": 17,
        "spaced.list[1]": 18,
        "spaced.list[1].fourth": 19,
        "spaced.list[1].fourth[0]": 20,
        "spaced.list[1].fourth[1]": 21,
    }


@pytest.mark.parametrize("path", ours(".toml"), ids=named)
def test_every_key_of_every_file_of_ours_has_a_line(path: Any) -> None:
    text = (TOP / path).read_text(encoding="utf-8")
    assert set(_places("", tomllib.loads(text))) == set(lines_of(text))


def _places(at: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{at}.{key}" if at else key
            yield place
            yield from _places(place, inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{at}[{index}]"
            yield from _places(f"{at}[{index}]", inner)
