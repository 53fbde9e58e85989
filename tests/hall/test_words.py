"""Every word is there in both languages, and what others wrote is as they wrote it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hall.web.icons import NoSuchIcon, icon
from hall.web.messages import TRANSLATIONS, read_catalogue, untranslated, words_in_use
from hall.web.vendored import VENDOR, wrong_sums
from hall.web.words import choose_language

CHINESE = TRANSLATIONS / "zh_CN" / "LC_MESSAGES" / "messages.po"
PLACES = re.compile(r"%\(\w+\)[ds]")


def test_every_word_is_in_the_chinese_catalogue() -> None:
    known = {(message.id, message.context) for message in read_catalogue(CHINESE)}
    wanted = {(message.id, message.context) for message in words_in_use() if message.id}
    assert wanted - known == set()


def test_every_word_of_the_chinese_catalogue_is_translated() -> None:
    assert [message.id for message in untranslated(read_catalogue(CHINESE))] == []


def test_a_translation_fills_in_the_same_values() -> None:
    wrong = [
        message.id
        for message in read_catalogue(CHINESE)
        if message.id and message.string and _values(message.id) != _values(message.string)
    ]
    assert wrong == []


def _values(text: str | Iterable[str]) -> set[str]:
    parts = [text] if isinstance(text, str) else text
    return {place for part in parts for place in PLACES.findall(part)}


@pytest.fixture
def reader() -> FlaskClient:
    """A browser on an application whose only page says its language."""
    app = Flask("words")
    app.add_url_rule("/", view_func=choose_language)
    return app.test_client()


@pytest.mark.parametrize(
    ("address", "accepts", "language"),
    [
        ("/", "", "zh"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("/", "fr", "zh"),
        ("/?lang=zh", "en", "zh"),
        ("/?lang=klingon", "en", "en"),
    ],
)
def test_the_address_then_the_browser_choose_the_language(
    reader: FlaskClient, address: str, accepts: str, language: str
) -> None:
    answer = reader.get(address, headers={"Accept-Language": accepts})
    assert answer.text == language


def test_a_language_once_chosen_beats_the_browsers(reader: FlaskClient) -> None:
    reader.set_cookie("lang", "zh")
    assert reader.get("/", headers={"Accept-Language": "en"}).text == "zh"


@pytest.mark.parametrize("vendor", [VENDOR, Path(__file__).parents[1] / "journeys" / "vendor"])
def test_every_vendored_file_is_the_one_in_the_manifest(vendor: Path) -> None:
    assert list(wrong_sums(vendor)) == []


def test_a_changed_a_missing_and_a_strange_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "thing-1").mkdir()
    (tmp_path / "thing-1" / "changed.js").write_text("changed")
    (tmp_path / "thing-1" / "strange.js").write_text("strange")
    (tmp_path / "manifest.json").write_text(
        '{"packages": [{"name": "thing", "version": "1", "licence": "MIT", "folder": "thing-1",'
        ' "files": {"changed.js": {"source": "c", "sha256": "0"},'
        ' "missing.js": {"source": "m", "sha256": "0"}}}]}'
    )
    wrong = "\n".join(wrong_sums(tmp_path))
    assert "changed.js: not the file" in wrong
    assert "missing.js: missing" in wrong
    assert "strange.js: not in the manifest" in wrong


def test_an_icon_is_drawn_unseen_by_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("ticket")
    assert "<path" in icon("ticket")


def test_an_icon_that_was_not_vendored_is_named() -> None:
    with pytest.raises(NoSuchIcon, match="no-such-icon"):
        icon("no-such-icon")
