"""The page: one file, strict policy, everything escaped, the same bytes each time."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from blowback.dossier import html, markdown
from blowback.dossier.publish import publish

VILE = "</script><script>x</script><img src=x onerror=y> \u202e {{7*7}} \x00 <!--<script>"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.attributes = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.attributes += attrs

    def handle_data(self, data):
        if self.tags:
            tag, attrs = self.tags[-1]
            self.texts[attrs.get("id", tag)] = self.texts.get(attrs.get("id", tag), "") + data


@pytest.fixture(scope="module")
def page(document):
    return Page(html.render(document))


def test_the_same_document_gives_the_same_bytes(document):
    assert html.render(document) == html.render(document)


def test_the_policy_names_exactly_the_style_and_script_on_the_page(document):
    text = html.render(document)
    policy = next(a["content"] for t, a in Page(text).tags if t == "meta" and "http-equiv" in a)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL).group(1)
    for body in (style, script):
        assert base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_nothing_on_the_page_loads_runs_or_leads_outside(page):
    assert [
        t for t, _ in page.tags if t in {"img", "iframe", "object", "embed", "form", "audio", "video", "base"}
    ] == []
    assert [t for t, _ in page.tags].count("script") == 3
    links = [a["href"] for t, a in page.tags if t in {"a", "link"}]
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert [k for k, _ in page.attributes if k.startswith("on") or k in {"style", "src", "srcset", "action"}] == []


def test_every_inner_link_leads_somewhere(page):
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for t, a in page.tags if t == "a"} <= set(ids)


def test_vile_strings_stay_text_wherever_they_stand(document):
    finding = replace(document.findings[0].finding, says=VILE, counter_evidence=(VILE,))
    card = replace(document.findings[0], finding=finding, cite=VILE)
    vile = replace(
        document,
        case=replace(document.case, title=VILE, purpose=VILE, collector=VILE),
        exhibits=tuple(replace(e, name=VILE, notes=(VILE,), reasons={VILE: 1}) for e in document.exhibits),
        findings=(card, *document.findings[1:]),
        posts=tuple(replace(p, text=VILE, client=VILE, account=VILE) for p in document.posts),
        limits=tuple(replace(x, title=VILE, says=VILE) for x in document.limits),
    )
    text = html.render(vile)
    page = Page(text)
    assert [t for t, _ in page.tags].count("script") == 3
    assert "img" not in [t for t, _ in page.tags]
    assert "\x00" not in text
    assert "\u202e" not in re.sub(r"<script type=.*", "", text, flags=re.DOTALL)
    assert "{{7*7}}" in text
    assert json.loads(page.texts["posts"])["text"][0] == VILE


def test_hidden_characters_become_marks_with_names():
    marks = str(html.shown("a\u202eb\u200bc\x00d"))
    assert re.sub(r"<[^>]*>", "", marks) == "aRLObZWSPcNULd"
    assert 'title="right-to-left override, U+202E"' in marks
    assert str(html.shown("می\u200cخواهم")) == "می\u200cخواهم"


def test_big_columns_are_packed_and_open_again(document, monkeypatch):
    monkeypatch.setattr(html, "PACK_FROM", 0)
    page = Page(html.render(document))
    columns = json.loads(gzip.decompress(base64.b64decode(page.texts["posts"])))
    assert columns["id"] == [p.id for p in document.posts]


def test_without_script_the_page_says_what_was_found(document, page):
    text = html.render(document)
    visible = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    for sentence in document.sentences:
        assert sentence.says in visible.replace("&lt;", "<")
    for card in document.findings:
        assert card.finding.id in visible
        assert all(n.name.replace("'", "&#39;") in visible for n in card.finding.nulls)
        assert all(c in visible for c in card.finding.counter_evidence)
        assert card.cite in visible


def test_markdown_is_a_function_of_the_document_and_holds_no_markup_of_others(document):
    title = replace(document, case=replace(document.case, title="<b>*x*</b> [a](b)\u202e"))
    text = markdown.render(title)
    assert text == markdown.render(title)
    assert text.startswith("# \\<b\\>\\*x\\*\\</b\\> \\[a\\](b)⟦RLO⟧\n")
    assert all(c.finding.id in text for c in document.findings)


def test_publish_writes_both_files_counts_on_and_is_in_the_ledger(fair):
    from blowback.dossier.document import Document

    first, second = publish(fair.case), publish(fair.case)
    assert second.parent.name == first.parent.name + "-2"
    held = Document.from_json((first.parent / "dossier.json").read_bytes())
    assert first.read_text(encoding="utf-8") == html.render(held)
    again = Document.from_json((second.parent / "dossier.json").read_bytes())
    assert again.digest() == held.digest()
    assert sorted(p.name for p in (fair.case.path / "dossiers").iterdir()) == [first.parent.name, second.parent.name]
    line = next(e for e in fair.case.ledger.entries() if e["verb"] == "dossier")
    assert line["content"] == held.digest()
    assert hashlib.sha256(first.read_bytes()).hexdigest() in {o["sha256"] for o in line["out"].values()}
