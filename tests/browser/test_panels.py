"""Maps, boards and quotes in a real browser: readable in both schemes, at every width, on paper, without script."""

# ruff: noqa: E501  # scripts that run in the page
import importlib.util
import sys
from pathlib import Path

import pytest

from blowback.dossier.html import render

pytestmark = pytest.mark.browser
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "dossier"


def _load(name):
    spec = importlib.util.spec_from_file_location(name, FIXTURES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def claims_document(tmp_path_factory):
    from blowback.dossier.build import build

    made, claims_made = _load("made"), _load("claims_made")
    case, known = claims_made.fair_of_claims(made, tmp_path_factory.mktemp("claims") / "case")
    return build(case, made_at="2026-04-01T12:00:00Z", known=known)


@pytest.fixture(scope="module")
def claims_file(claims_document, tmp_path_factory):
    path = tmp_path_factory.mktemp("claims-page") / "index.html"
    path.write_text(render(claims_document), encoding="utf-8")
    return path


def opened(open_page, file, **settings):
    page = open_page(file, reduced_motion="reduce", **settings)
    page.evaluate("document.querySelectorAll('.finding').forEach((d) => { d.open = true; })")
    return page


def test_the_page_asks_for_nothing_and_complains_of_nothing(open_page, claims_file):
    page = opened(open_page, claims_file)
    page.locator(".as-table summary").first.click()
    assert page.asked == [claims_file.as_uri()]
    assert page.complaints == []
    assert page.locator("svg.map").count() >= 3


def test_labels_on_a_map_do_not_run_into_each_other_at_any_width(open_page, claims_file):
    for width in (390, 1280):
        page = opened(open_page, claims_file, viewport={"width": width, "height": 900})
        overlaps = page.evaluate(
            """() => [...document.querySelectorAll('svg.map')].flatMap((map) => {
                const boxes = [...map.querySelectorAll('text')].filter((t) => getComputedStyle(t).display !== 'none')
                    .map((t) => [t.textContent, t.getBoundingClientRect()]);
                return boxes.flatMap(([a, p], n) => boxes.slice(0, n).filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1
                    && p.top < q.bottom - 2 && q.top < p.bottom - 2).map(([b]) => `${a} / ${b}`)); })"""
        )
        assert overlaps == []
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('svg.map text')].filter((t) => getComputedStyle(t).display !== 'none')
                .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a)"""
        )
        assert len(sizes) > 8
        assert min(sizes) >= 9


def test_a_map_stays_inside_its_frame(open_page, claims_file):
    page = opened(open_page, claims_file)
    assert page.evaluate(
        "[...document.querySelectorAll('svg.map')].every((m) => getComputedStyle(m).overflow === 'hidden')"
    )
    assert page.locator("svg.map .outlines .land").first.evaluate("e => e.getTotalLength()") > 1000


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_needs_sideways_scrolling(open_page, claims_file, width):
    page = opened(open_page, claims_file, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1280:
        wide = page.evaluate(
            "[...document.querySelectorAll('.board')].map((b) => b.scrollWidth - b.parentElement.clientWidth)"
        )
        assert max(wide) <= 0, "the whole board is seen without scrolling"


def test_arabic_lines_run_right_to_left_and_their_marks_keep_the_letters_joined(open_page, claims_file):
    page = opened(open_page, claims_file)
    line = page.locator(".quote .line", has_text="سنفتح سوق الربيع").first
    assert line.evaluate("e => getComputedStyle(e).direction") == "rtl"
    first, last = line.locator("mark").first, line.locator("mark").last
    assert first.inner_text() == "سنفتح"
    assert first.bounding_box()["x"] > last.bounding_box()["x"], "the first mark stands to the right"
    marked = line.evaluate(
        "e => e.getBoundingClientRect().width && [...e.childNodes].reduce((w, n) => { const r = document.createRange(); r.selectNode(n); return w + r.getBoundingClientRect().width; }, 0)"
    )
    plain = line.evaluate(
        "e => { e.textContent = e.textContent; const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().width; }"
    )
    assert marked == pytest.approx(plain, rel=0.02), "marking parts does not take letters out of their joins"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_marked_and_every_word_stands_out_from_its_ground(open_page, claims_file, scheme):
    page = opened(open_page, claims_file, color_scheme=scheme)
    ratios = page.evaluate(
        """() => {
            const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const channel = (c) => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
            const light = (rgb) => .2126 * channel(rgb[0]) + .7152 * channel(rgb[1]) + .0722 * channel(rgb[2]);
            const ground = (e) => { const layers = []; for (; e; e = e.parentElement) layers.unshift(getComputedStyle(e).backgroundColor);
                canvas.clearRect(0, 0, 1, 1); for (const c of ['#fff', ...layers]) { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); }
                return canvas.getImageData(0, 0, 1, 1).data; };
            const ink = (e) => { canvas.fillStyle = getComputedStyle(e).color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
            return [...document.querySelectorAll('.board *, .quote *, .signs *, .odds, .tally-says')].filter((e) => e.offsetParent &&
                [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
                const b = light(ground(e)), a = light(ink(e));
                return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
        }"""
    )
    assert len(ratios) > 200
    assert min(ratios) >= 4.5


def test_outcomes_are_told_apart_without_colour(open_page, claims_file):
    """In shades of grey each sign on a board still has a word beside it, and no two signs the same drawing."""
    page = opened(open_page, claims_file)
    rows = page.locator(".board").first.locator("tbody tr")
    shapes = {}
    for row in rows.all():
        sign = row.locator(".outcome svg")
        style = sign.locator(".sign").evaluate(
            "e => { const s = getComputedStyle(e); return [s.fill, s.strokeDasharray, s.strokeWidth].join(); }"
        )
        shapes[row.locator(".outcome span").inner_text()] = (style, sign.locator("path, .part").count())
    assert {"hit", "miss", "weak hit"} <= set(shapes)
    assert len(set(shapes.values())) == len(shapes)


def test_the_board_reads_the_same_without_script(open_page, claims_file, claims_document):
    page = open_page(claims_file, java_script_enabled=False)
    assert page.locator(".tally-says").count() == 1
    text = page.locator(".tally-says").text_content()
    assert "that were held against event data" in text
    assert page.locator("svg.map").count() >= 3
    assert page.locator(".quote mark").count() > 10


def test_on_paper_the_board_stands_also_where_the_finding_cannot_tell(open_page, claims_file):
    page = opened(open_page, claims_file)
    page.evaluate("document.querySelector('.board').closest('.finding').className = 'finding cannot_tell'")
    page.emulate_media(media="print")
    assert page.locator(".board").first.is_visible()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")


def test_a_row_of_the_board_leads_to_its_posts(open_page, claims_file, claims_document):
    page = opened(open_page, claims_file)
    row = page.locator(".board").first.locator("tbody tr").first
    row.locator("[data-posts]").click()
    board = next(p for c in claims_document.findings for p in c.panels if hasattr(p, "announced"))
    held = {q.id: q for q in claims_document.posts}
    assert page.locator("#h-reader").inner_text() == "1 post"
    wanted = [
        held[r.posts[0]].text for r in board.announced if f"{r.place} {r.what}" in page.locator("#chips").inner_text()
    ]
    assert page.locator(".reader-list .post-text").first.inner_text() in wanted
    page.locator("#chips button").last.click()
    assert page.locator("#h-reader").inner_text() != "1 post"
    assert page.complaints == []


def test_tables_behind_maps_open_by_keyboard(open_page, claims_file):
    page = opened(open_page, claims_file)
    summary = page.locator(".as-table summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".as-table[open] tbody tr").first.is_visible()
