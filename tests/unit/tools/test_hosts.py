"""Where links lead, names of files across hosts, languages as labels."""

from __future__ import annotations

import pyarrow as pa
import pytest

from blowback.tools.hosts import file_name, hosts
from blowback.tools.tongues import tongues


def test_aliases_of_a_service_are_one_host() -> None:
    urls = ["https://youtu.be/abc", "https://www.youtube.com/watch?v=abc", "https://a.vault.example/x", "no link", None]
    assert hosts(pa.array(urls)).to_pylist() == ["youtube.com", "youtube.com", "vault.example", None, None]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/d/harvest-hour-12-en.mp3", "https://b.example/f/harvest_hour_12_AR.mp4"),
        ("https://a.example/Harvest%20Hour%2012", "https://b.example/harvest-hour-12-720p-english"),
    ],
)
def test_a_file_name_is_the_same_across_hosts_and_languages(first: str, second: str) -> None:
    assert file_name(first) == file_name(second) == "harvest hour 12"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "https://a.example/watch",
        "https://a.example/index.html",
        "https://a.example/documents",
        "http://[bad",
    ],
)
def test_names_that_strangers_share_are_none(url: str) -> None:
    assert file_name(url) is None


def test_languages_are_stated_or_named_by_script() -> None:
    stated = pa.array(["en-US", "und", None, None, None, "ar"])
    texts = pa.array(["x", "مرحبا بكم جميعا", "привет всем @name", "https://example.org/only", "hello out there", None])
    assert tongues(stated, texts).to_pylist() == ["en", "Arabic script", "Cyrillic script", None, "Latin script", "ar"]
