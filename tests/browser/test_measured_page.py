"""A case of measurements in a real browser: both schemes, every width, paper, keyboard, and the way to the raw reply."""

# ruff: noqa: E501  # scripts that run in the page
import importlib.util
from pathlib import Path

import pytest

from blowback.dossier.build import build
from blowback.dossier.html import render

pytestmark = pytest.mark.browser
MADE = Path(__file__).resolve().parents[1] / "fixtures" / "dossier" / "measured_made.py"


@pytest.fixture(scope="module")
def measured_file(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("measured_made", MADE)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    folder = tmp_path_factory.mktemp("measured")
    page = folder / "index.html"
    page.write_text(render(build(made.make(folder / "of"), made_at="2031-07-01T12:00:00Z")), encoding="utf-8")
    return page


def test_the_page_asks_for_nothing_and_complains_of_nothing(open_page, measured_file):
    page = open_page(measured_file, reduced_motion="reduce")
    page.set_viewport_size({"width": 700, "height": 900})  # what follows the width must not miss the chart
    page.locator("#open-all").click()
    assert page.asked == [measured_file.as_uri()]
    assert page.complaints == []
    assert page.locator("#timeline").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_cell_is_read_by_its_letter_and_stands_out_from_its_ground(open_page, measured_file, scheme):
    page = open_page(measured_file, color_scheme=scheme, reduced_motion="reduce")
    page.locator("#open-all").click()
    cells = page.locator(".heat td.h")
    assert {c.strip()[0] for c in cells.all_inner_texts()} == {"B", "O"}
    contrast = page.evaluate(
        """() => { const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const cell = document.querySelector('.heat td.h-strong'), style = getComputedStyle(cell);
          const [x, y] = [light(style.color), light(style.backgroundColor)].sort((p, q) => q - p);
          return (x + 0.05) / (y + 0.05); }"""
    )
    assert contrast >= 4.5


def test_a_cell_leads_to_its_reply_by_keyboard(open_page, measured_file):
    page = open_page(measured_file, reduced_motion="reduce")
    page.locator("#open-all").click()
    page.locator(".heat a").first.focus()
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    row.wait_for(state="visible")
    assert "192[.]168[.]222[.]66" in row.inner_text()
    assert "198.51.100.1-06-17-31.txt" in row.inner_text()


def test_nothing_is_wider_than_a_narrow_screen(open_page, measured_file):
    page = open_page(measured_file, viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".heat tbody th").first.is_visible()


def test_letters_stay_on_paper(open_page, measured_file):
    page = open_page(measured_file, reduced_motion="reduce")
    page.locator("#open-all").click()
    page.emulate_media(media="print")
    assert page.locator(".heat td.h-strong").first.is_visible()
    assert page.locator(".reason-held").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")
