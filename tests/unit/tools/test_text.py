"""Folding, the peers' normal form, links, handles."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools import fold, handles, links
from blowback.tools.keyed import Keys

texts = st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=8)


@given(texts)
@settings(max_examples=80, deadline=None)
def test_plain_is_what_python_s_own_rules_give(values) -> None:
    expected = [None if v is None else fold.plain_slowly(v) for v in values]
    assert fold.plain(pa.array(values, pa.string())).to_pylist() == expected


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_folding_twice_changes_nothing_and_every_letter_leads_back(text) -> None:
    folded, origin = fold.fold_one(text)
    assert fold.fold(pa.array([text])).to_pylist() == [folded]
    assert fold.fold_one(folded)[0] == folded
    assert len(origin) == len(folded)
    assert origin == sorted(origin)
    assert all(0 <= at < len(text) for at in origin)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("مُحَمَّد", "محمد"),
        ("أحـــمد", "احمد"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("١٢٣", "123"),
        ("СОСНА", "cосна"),
        ("Ünïcode", "unicode"),
        ("gar\u200bden\u202e", "garden"),
        ("#Garden", "garden"),
        ("see https://a.example/x now @you", "see now"),
        ("tomatoes!!! are, early", "tomatoes are early"),
    ],
)
def test_letters_that_readers_take_for_the_same_fold_alike(left: str, right: str) -> None:
    one, other = fold.fold(pa.array([left, right])).to_pylist()
    assert one == other != ""


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.ORG:80/a?utm_source=x&b=1#top", "http://example.org/a?b=1"),
        ("https://example.org/", "https://example.org"),
        ("https://example.org/a?b=1&b=2", "https://example.org/a?b=1&b=2"),
        ("https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1"),
        ("https://مثال.example/ا", "https://xn--mgbh0fb.example/ا"),
        ("not a link", "not a link"),
        ("https://example.org:8443/", "https://example.org:8443"),
    ],
)
def test_one_spelling_for_one_address(url: str, canonical: str) -> None:
    assert links.canonical_url(url) == canonical
    assert links.canonical_urls(pa.array([url, None])).to_pylist() == [canonical, None]


def test_domains_defanging_and_what_a_text_mentions() -> None:
    urls = pa.array(["https://a.b.co.uk/x", "https://example.org", None, "nonsense"])
    assert links.domains(urls).to_pylist() == ["b.co.uk", "example.org", None, None]
    assert links.defang("see https://a.example/x.y and b.org!") == "see hxxps://a[.]example/x.y and b[.]org!"
    assert links.tags_in("#حديقة #123 a#b https://x.example/#z #a_1,#é") == ["حديقة", "a_1", "é"]
    assert handles.handles_in("mail a@b.example @Bob, @c_d!") == ["bob", "c_d"]
    assert links.links_in("(https://a.example/x), www.b.example.") == ["https://a.example/x", "www.b.example"]


KEYS = Keys(b"a secret")
BOB = "@" + KEYS.token("bob_the_gardener", "handle")[:10]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hi @Bob_the_Gardener!", f"hi {BOB}!"),
        ("🌱@bob_the_gardener مرحبا", f"🌱{BOB} مرحبا"),
        ("a@bob_the_gardener is nobody's mail", f"a{BOB} is nobody's mail"),
        (".@Bob_the_Gardener", f".{BOB}"),
        ("@", "@"),
        ("", ""),
        (None, None),
    ],
)
def test_handles_in_texts_get_their_pseudonym(text, shown) -> None:
    assert handles.hide_handles(pa.array([text], pa.string()), KEYS).to_pylist() == [shown]


@pytest.mark.parametrize(
    "link",
    [
        "https://twitter.com/bob_the_gardener/status/1234567890123",
        "x.com/bob_the_gardener",
        "https://t.me/bob_the_gardener/77",
        "https://www.reddit.com/user/bob_the_gardener",
        "https://bsky.app/profile/bob_the_gardener.example",
        "https://www.youtube.com/@bob_the_gardener",
        "https://instagram.com/bob_the_gardener/",
        "https://www.tiktok.com/@bob_the_gardener/video/99887766",
    ],
)
def test_profile_and_post_links_hide_whom_they_lead_to(link: str) -> None:
    (shown,) = handles.hide_handles(pa.array([f"look: {link} !"]), KEYS).to_pylist()
    assert "bob_the" not in shown
    assert "1234567890123" not in shown
    assert shown.startswith("look: ")


@given(st.lists(st.text(max_size=30), max_size=6))
@settings(max_examples=60, deadline=None)
def test_texts_without_an_at_sign_or_link_come_back_as_they_are(values) -> None:
    plain = [v.replace("@", "").replace("＠", "").replace(".", "").replace(":", "").replace("/", "") for v in values]
    assert handles.hide_handles(pa.array(plain, pa.string()), KEYS).to_pylist() == plain


def test_nfc_is_python_s_for_every_code_point_and_for_pairs() -> None:
    starters = "aeᄀ가กا\u09c7ゟ"
    odd = [chr(c) for c in range(0x80, 0x30000) if not 0xD800 <= c < 0xE000]
    rows = odd + [s + c for s in starters for c in odd[:12000]]
    assert fold.nfc(pa.array(rows)).to_pylist() == [unicodedata.normalize("NFC", r) for r in rows]
    assert fold.nfc(pa.array([None, "", "a"])).to_pylist() == [None, "", "a"]
