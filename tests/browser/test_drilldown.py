"""From a group or a finding down to its posts, with the place of each in its file."""

import pytest

pytestmark = pytest.mark.browser


def number(text):
    return int(text.split()[0].replace(",", ""))


def read_all(page):
    """Unfold the list; bounded, as no fixture has more than 40 pages of posts."""
    for _ in range(40):
        more = page.locator(".reader-list .more")
        if not more.count():
            return
        more.click()
    pytest.fail("the list of posts has no end")


def footers(page):
    return page.locator(".reader-list .post-foot").all_inner_texts()


def test_each_finding_opens_its_own_posts_with_file_line_byte_and_hash(open_page, layered_file, layered):
    page = open_page(layered_file)
    page.locator("#open-all").click()
    for n, card in enumerate(layered.findings):
        page.locator(f"[data-read='{n}']").click()
        page.locator("[data-order=time]").click()
        read_all(page)
        mine = [p for p in layered.posts if n in p.findings]
        assert number(page.locator("#h-reader").inner_text()) == len(mine) == card.shown > 0
        assert page.locator("#chips").inner_text() == f"{card.label} ×"
        for post, foot in zip(mine, footers(page), strict=True):
            exhibit = layered.exhibits[post.exhibit]
            assert foot.startswith(f"{post.id} · {exhibit.name} {exhibit.sha256[:12]} · record {post.record_no:,}, ")
            assert foot.endswith(
                f"line {post.line:,}, byte {post.byte_start:,} + {post.byte_len:,}, hash {post.record_hash}"
            )
        page.keyboard.press("Escape")


def test_posts_stand_under_the_object_they_share(open_page, layered_file, layered):
    page = open_page(layered_file)
    page.locator("[data-read='0']").click()
    read_all(page)
    shares = [(p.id, o) for p in layered.posts for f, o in p.shares if f == 0]
    heads = page.locator(".reader-list .object-head small").all_inner_texts()
    loose = sum(0 in p.findings and not any(f == 0 for f, _ in p.shares) for p in layered.posts)
    assert len(heads) == len({o for _, o in shares}) > 1
    assert sum(number(h.split(": ")[1]) for h in heads) == len(shares)
    assert len(footers(page)) == len(shares) + loose
    assert page.locator(".reader-list .since").first.inner_text() == "first"
    assert page.locator(".reader-list .since").nth(1).inner_text() == "+ 3 s"


def test_a_group_opens_the_posts_of_all_its_findings_and_a_dot_one_account(open_page, layered_file, layered):
    page = open_page(layered_file)
    group = next(n for n, g in enumerate(layered.groups) if len(g.findings) == 2)
    page.locator(f".cluster[data-group='{group}'] .dot").first.click()
    node = next(n for n in layered.network.nodes if n.group == group)
    among = [p for p in layered.posts if set(p.findings) & set(layered.groups[group].findings)]
    assert number(page.locator("#h-reader").inner_text()) == sum(p.account == node.account for p in among) > 0
    page.locator("#chips button").last.click()
    assert number(page.locator("#h-reader").inner_text()) == len(among)
    assert page.locator("#chips").inner_text() == f"{layered.groups[group].label} ×"
    assert page.locator(".reader-list .tag").first.inner_text() == f"{layered.groups[group].label}a"
    page.locator("#chips button").click()
    assert number(page.locator("#h-reader").inner_text()) == len(layered.posts)


def test_a_link_to_a_finding_opens_it(open_page, layered_file, layered):
    page = open_page(layered_file)
    last = layered.findings[-1].finding.id
    assert page.locator(f"#{last}").get_attribute("open") is None
    page.evaluate("id => { location.hash = id; }", last)
    page.wait_for_selector(f"#{last}[open]")
    assert page.locator(f"#{last} .against").is_visible()


def test_groups_that_cannot_be_told_look_and_read_apart(open_page, layered_file, layered):
    page = open_page(layered_file)
    rulings = page.locator(".glance tbody .verdict").all_inner_texts()
    assert rulings == ["stands out"] * 3 + ["cannot tell"]
    assert page.locator(".cluster.cannot_tell").count() == 1
    assert page.locator("#time-chart .bars.unsure").count() == 1
    assert "3 groups with" in page.locator(".say li").nth(2).inner_text()
