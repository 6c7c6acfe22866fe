"""No id, handle or name of anybody in any file of a case outside exhibits/ and keys/, for all formats."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import blowback
from blowback.tools.handles import hide_handles, hide_links
from blowback.tools.keyed import Keys

from .grove import FORMATS, WRITTEN, leaks, secrets_in

KEYS = Keys(b"of this case")
PLATFORMS = ("x", "telegram", "bluesky", "reddit", "youtube", "table", "facebook")


def test_the_test_itself_would_see_a_leak() -> None:
    assert all(secrets_in(text) for text in WRITTEN), [t for t in WRITTEN if not secrets_in(t)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_text_keeps_a_name(platform: str) -> None:
    shown = hide_handles(pa.array(WRITTEN), KEYS, platform=platform).to_pylist()
    assert [(t, s) for t, s in zip(WRITTEN, shown, strict=True) if secrets_in(s)] == []
    # alone, in a crowd, and in the middle of other words
    around = hide_handles(pa.array([f"مرحبا {t} and then" for t in WRITTEN] * 2), KEYS, platform=platform).to_pylist()
    assert [s for s in around if secrets_in(s)] == []


@pytest.mark.parametrize("link", [t for t in WRITTEN if "://" in t and " " not in t])
def test_no_link_keeps_a_name(link: str) -> None:
    (shown,) = hide_links(pa.array([link]), KEYS).to_pylist()
    assert not secrets_in(shown), shown


@pytest.mark.parametrize("source", sorted(FORMATS))
def test_a_case_keeps_no_name_outside_exhibits_and_keys(source: str, tmp_path: Path) -> None:
    given = FORMATS[source](tmp_path)
    case = blowback.new_case(tmp_path / "case")
    receipt = case.ingest(given)
    assert receipt.exhibits[0]["source"] == source
    assert receipt.total("kept") >= len(WRITTEN)
    case.analyse("coordination", window="60s", min_objects=1, shuffles=1)
    case.dossier()
    assert leaks(case.path) == []
    assert case.verify() == []


@pytest.mark.parametrize("source", sorted(FORMATS))
def test_every_pseudonym_can_be_looked_up(source: str, tmp_path: Path) -> None:
    case = blowback.new_case(tmp_path / "case")
    case.ingest(FORMATS[source](tmp_path))
    held = {v for p in (case.path / "keys/vault").iterdir() for v in pq.read_table(p)["value"].to_pylist()}
    assert any(secrets_in(v) for v in held)
    shown = {}
    for name, columns in {
        "posts": (
            "post_id",
            "account_id",
            "channel_id",
            "repost_of",
            "repost_of_account",
            "quote_of",
            "reply_to",
            "conversation_id",
        ),
        "accounts": ("account_id", "handle"),
        "removals": ("subject",),
        "media": ("native_id",),
    }.items():
        for column in columns:
            table = case.table(name)
            shown |= {v: (name, column) for v in table[column].to_pylist() if v} if table.num_rows else {}
    marks = case.table("marks").to_pylist()
    shown |= {m["value"]: ("marks", m["kind"]) for m in marks if m["kind"] in ("mention", "reply_to", "repost")}
    for token, where in shown.items():
        if ":rt-" not in token:
            assert case.reveal(token, reason="check"), where


def test_a_name_in_a_text_leads_to_the_account_that_bears_it(tmp_path: Path) -> None:
    case = blowback.new_case(tmp_path / "case")
    case.ingest(FORMATS["x_v11"](tmp_path))
    handles = {h[:10] for h in case.table("accounts")["handle"].to_pylist() if h}
    texts = case.table("posts")["text"].to_pylist()
    assert any(f"RT @{h}:" in t for t in texts for h in handles)
    assert any(f"x.com/{h}/status/" in t for t in texts for h in handles)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x_v11", "Elm_Tree77.jsonl"), ("x_v11", "tweets-of-ELM_TREE77 (777000000001).jsonl"),
        ("ytdlp", "Beans [VidYewTree1].info.json"), ("reddit_pushshift", "Elm-Tree_7_comments.zst"),
        ("table", "oak_tree_1_.parquet"),
    ],
)  # fmt: skip
def test_a_file_s_name_names_nobody(source: str, name: str, tmp_path: Path) -> None:
    given = FORMATS[source](tmp_path).rename(tmp_path / name)
    case = blowback.new_case(tmp_path / "case")
    (receipt,) = case.ingest(given).exhibits
    case.dossier()
    assert leaks(case.path) == []
    assert not secrets_in(receipt["name"])
    assert receipt["name"].endswith(name.rsplit(".", 1)[1])
    assert any("file's name" in note for note in receipt["notes"])
    assert case.verify() == []
    assert case.ingest(given).exhibits[0]["recognised"]


def test_ordinary_file_names_stay(tmp_path: Path) -> None:
    case = blowback.new_case(tmp_path / "case")
    (receipt,) = case.ingest(FORMATS["x_v11"](tmp_path)).exhibits
    assert receipt["name"] == "v11.jsonl"
    assert not any("file's name" in note for note in receipt["notes"])
