"""The dossier in a real browser: asks for nothing, runs nothing foreign, and does what it offers."""

import pytest

from blowback.dossier import html
from blowback.dossier.html import render

pytestmark = pytest.mark.browser


def brush(page, start=0.3, end=0.6):
    page.locator("#time-chart").evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = page.locator("#time-chart").bounding_box()
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + 90, steps=4)
    page.mouse.up()


def number(text):
    return int(text.split()[0].replace(",", ""))


def test_it_asks_for_nothing_but_itself_and_complains_of_nothing(open_page, page_file):
    page = open_page(page_file)
    brush(page)
    page.locator("#selected-read").click()
    page.locator(".reader-list .more").scroll_into_view_if_needed()
    assert page.asked == [page_file.as_uri()]
    assert page.complaints == []
    assert page.title() == "Spring fair – dossier"


def test_hostile_posts_reach_no_server_and_run_nothing(open_page, make_document, listener, tmp_path):
    where, visits = listener
    vile = [
        f'<img src="{where}/img"><link rel=stylesheet href="{where}/css"><iframe src="{where}/frame"></iframe>',
        f"</script><script>fetch('{where}/fetch'); new Image().src='{where}/image'; document.title='taken'</script>",
        f'<svg onload="location=\'{where}/svg\'"></svg> <meta http-equiv=refresh content="0;url={where}/meta">',
        f"{where}/plain and <a href='{where}/ping' ping='{where}/ping'>here</a>",
    ]
    file = tmp_path / "index.html"
    file.write_text(render(make_document(*vile, crowd=300)), encoding="utf-8")
    page = open_page(file)
    page.locator("#open-all").click()
    for button in page.locator("[data-read]").all():
        button.click()
        for _ in range(20):  # 60 posts a page: far more than there are
            if not page.locator(".reader-list .more").count():
                break
            page.locator(".reader-list .more").click()
        assert page.locator(".reader-list .more").count() == 0
    assert "<img" in page.locator(".reader-list").inner_text()
    assert page.locator("#reader img, #reader script, #reader a, #reader iframe, main img, main iframe").count() == 0
    assert page.title() == "Spring fair – dossier"
    assert page.complaints == []
    assert page.asked == [file.as_uri()]
    assert visits == []


def test_packed_posts_open_from_disk(open_page, document, tmp_path, monkeypatch):
    monkeypatch.setattr(html, "PACK_FROM", 0)
    file = tmp_path / "index.html"
    file.write_text(render(document), encoding="utf-8")
    page = open_page(file)
    page.locator("[data-read='0']").click()
    assert number(page.locator("#h-reader").inner_text()) == document.findings[0].shown
    assert page.complaints == []


def test_a_brushed_span_moves_the_counts_and_the_posts(open_page, page_file, document):
    page = open_page(page_file)
    brush(page)
    first, last = int(page.locator("#from").input_value()), int(page.locator("#to").input_value())
    assert 0 < first < last < len(document.timeline.counts) - 1
    line = document.timeline
    for kind, lanes in (("span", line.findings), ("group", line.groups)):
        for n, lane in enumerate(lanes):
            expected = sum(count for b, count in lane.counts if first <= b <= last)
            assert number(page.locator(f"[data-{kind}-count='{n}']").text_content()) == expected
    low, high = (line.start_us + b * line.step_s * 1_000_000 for b in (first, last + 1))
    inside = sum(low <= p.at_us < high for p in document.posts)
    assert f"{inside} embedded posts" in page.locator("#selected-says").inner_text()
    page.locator("#selected-read").click()
    assert number(page.locator("#h-reader").inner_text()) == inside
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#selected").is_hidden()


def test_search_folds_arabic_spelling(open_page, page_file, document):
    page = open_page(page_file)
    page.locator("[data-read='0']").click()
    page.locator("#find").fill("الساحه")
    found = sum("الساحة" in p.text and 0 in p.findings for p in document.posts)
    assert number(page.locator("#h-reader").inner_text()) == found > 0


def test_arabic_runs_right_to_left_and_overrides_are_marks(open_page, page_file):
    page = open_page(page_file)
    page.locator("[data-read]").first.click()
    page.locator("#find").fill("نحتاج")
    text = page.locator(".reader-list .post-text").first
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert "hxxps://fair[.]example" in text.inner_text()
    page.locator("#find").fill("tram line")
    assert page.locator(".reader-list .post-text").count() == 0 or (
        page.locator(".reader-list .post-text").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    )
    page.locator("#find").fill("isolated")
    marks = page.locator(".reader-list .ctl").all_inner_texts()
    assert {"RLO", "PDF", "LRI", "PDI", "ZWSP"} <= set(marks)
    assert "\u202e" not in page.locator("#reader-list").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_in_both_schemes(open_page, page_file, scheme, tmp_path):
    page = open_page(page_file, color_scheme=scheme)
    page.locator("#open-all").click()
    ratios = page.evaluate(
        """() => {
            const channel = (c) => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
            const light = (rgb) => .2126 * channel(rgb[0]) + .7152 * channel(rgb[1]) + .0722 * channel(rgb[2]);
            const read = (text) => text.match(/[\\d.]+/g).map(Number);
            const ground = (e) => { for (; e; e = e.parentElement) { const c = read(getComputedStyle(e).backgroundColor);
                if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
            return [...document.querySelectorAll('main *, header *, footer *')].filter((e) => e.offsetParent &&
                [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
                const a = light(read(getComputedStyle(e).color)), b = light(ground(e));
                return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
        }"""
    )
    assert len(ratios) > 100
    assert min(ratios) >= 4.5
    shot = page.screenshot(path=tmp_path / f"{scheme}.png")
    assert len(shot) > 10_000


def test_the_toggle_changes_the_scheme(open_page, page_file):
    page = open_page(page_file, color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator("#theme").inner_text() == "Dark"
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.locator("#theme").inner_text() == "Light"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_needs_sideways_scrolling(open_page, page_file, width):
    page = open_page(page_file, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_has_all_findings_open(open_page, page_file):
    page = open_page(page_file)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.finding:not([open]), .finding details:not([open])").count() == 0
    assert page.locator(".toc").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.finding[open]").count() == 1
    assert page.locator(".finding details[open]").count() == 0


def test_without_script_sentences_charts_and_findings_stand(open_page, page_file, document):
    page = open_page(page_file, java_script_enabled=False)
    for sentence in document.sentences:
        assert page.get_by_text(sentence.says).count() >= 1
    assert page.locator(".finding").count() == len(document.findings)
    assert page.locator("#time-chart svg").is_visible()
    assert page.locator("#net svg").is_visible()
    assert page.locator("#theme").is_hidden()


def test_the_table_has_the_figures_of_the_chart(open_page, page_file, document):
    page = open_page(page_file)
    page.locator("#time-table summary").click()
    page.wait_for_selector("#time-table tbody tr")
    counts = page.locator("#time-table tbody tr td:nth-child(2)").all_inner_texts()
    assert [int(c.replace(",", "")) for c in counts] == [n for n in document.timeline.counts if n]
