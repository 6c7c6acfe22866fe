"""The page by keyboard alone: no pointer is used here, and no key is pressed without an end in sight."""

import pytest

pytestmark = pytest.mark.browser
STOPS = 120  # more than the page has


def number(text):
    return int(text.split()[0].replace(",", ""))


def focused(page, selector):
    return page.evaluate("s => document.activeElement.matches(s)", selector)


def tab_to(page, selector, key="Tab"):
    """Press Tab until the selector has the focus."""
    for _ in range(STOPS):
        page.keyboard.press(key)
        if focused(page, selector):
            return
    pytest.fail(f"{selector} cannot be reached by {key}")


@pytest.fixture
def page(open_page, layered_file):
    return open_page(layered_file, reduced_motion="reduce")


def test_the_first_stop_leads_past_the_head(page):
    page.keyboard.press("Tab")
    assert focused(page, ".skip")
    page.keyboard.press("Enter")
    assert focused(page, "#summary")


def test_a_span_is_marked_and_unmarked(page, layered):
    tab_to(page, "#from")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.locator("#from").input_value() == "5"
    lane = layered.timeline.findings[0].counts
    assert number(page.locator("[data-span-count='0']").inner_text()) == sum(n for b, n in lane if b >= 5)
    assert page.locator("#selected").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#selected").is_hidden()
    assert page.locator("#from").input_value() == "0"


def test_a_group_is_read_and_left_again(page, layered):
    tab_to(page, ".cluster[data-group='1']")
    page.keyboard.press("Enter")
    assert focused(page, "#h-reader")
    shown = sum(bool(set(p.findings) & set(layered.groups[1].findings)) for p in layered.posts)
    assert number(page.locator("#h-reader").inner_text()) == shown > 0
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    assert focused(page, ".cluster[data-group='1']")


def test_a_finding_is_opened_read_searched_and_left_again(page, layered):
    second = layered.findings[1].finding.id
    tab_to(page, f"#{second} > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#{second}[open]")
    tab_to(page, "[data-read='1']")
    page.keyboard.press("Enter")
    assert focused(page, "#h-reader")
    tab_to(page, "[data-order=time]")
    page.keyboard.press("Space")
    assert page.locator(".reader-list .object-head").count() == 0
    tab_to(page, "#find")
    page.keyboard.type("kettle")
    expected = sum(1 in p.findings and "kettle" in p.text for p in layered.posts)
    assert number(page.locator("#h-reader").inner_text()) == expected
    page.keyboard.press("Escape")
    if page.locator("#reader").is_visible():  # the first Escape may only empty the search field
        page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    assert focused(page, "[data-read='1']")


def test_theme_and_the_way_back(page):
    tab_to(page, "#theme")
    before = page.locator("#theme").inner_text()
    page.keyboard.press("Enter")
    assert page.locator("#theme").inner_text() != before
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert focused(page, "#theme")


def test_every_stop_is_visible_and_shows_that_it_has_the_focus(page):
    seen = set()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
                const hull = e.querySelector('.hull');
                const marked = style.outlineStyle !== 'none' || (hull && getComputedStyle(hull).strokeWidth === '2px');
                return [e === document.body, [...document.querySelectorAll('*')].indexOf(e), box.width > 0, !!marked];
            }"""
        )
        if stop[0] or stop[1] in seen:
            break
        seen.add(stop[1])
        assert stop[2:] == [True, True], page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    buttons = page.locator("button:visible, summary:visible, input:visible, .cluster").count()
    assert len(seen) >= buttons > 20
