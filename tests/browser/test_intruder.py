"""The policy of the page against an intruder who got onto it: nothing reaches a server that waits for it.

Each attempt is also made on the same page without its policy, where it must arrive: else the test shows nothing. Every
wait is bounded.
"""

import re

import pytest

from blowback.dossier.html import render

pytestmark = pytest.mark.browser

ATTEMPTS = """async (where) => {
    const make = (name, set) => { const e = document.createElement(name); Object.assign(e, set); document.body.append(e); };
    const tries = {
        fetch: () => fetch(where + "/fetch", { mode: "no-cors" }),
        keepalive: () => fetch(where + "/keepalive", { method: "POST", mode: "no-cors", keepalive: true, body: "x" }),
        xhr: () => new Promise((done) => {
            const x = new XMLHttpRequest();
            x.onloadend = done; x.open("GET", where + "/xhr"); x.send();
        }),
        websocket: () => new Promise((done) => { new WebSocket(where.replace("http", "ws") + "/websocket").onclose = done; }),
        beacon: () => navigator.sendBeacon(where + "/beacon", "x"),
        eventsource: () => new EventSource(where + "/eventsource"),
        image: () => { new Image().src = where + "/image"; },
        script: () => make("script", { src: where + "/script" }),
        iframe: () => make("iframe", { src: where + "/iframe" }),
        object: () => make("object", { data: where + "/object" }),
        embed: () => make("embed", { src: where + "/embed" }),
        stylesheet: () => make("link", { rel: "stylesheet", href: where + "/stylesheet" }),
        inline: () => make("style", { textContent: `@import url(${where}/inline)` }),
        attribute: () => make("div", { style: `background: url(${where}/attribute); height: 1px` }),
        audio: () => make("audio", { src: where + "/audio", preload: "auto" }),
        video: () => make("video", { poster: where + "/video" }),
        preload: () => make("link", { rel: "preload", as: "image", href: where + "/preload" }),
        svg: () => {
            const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
            image.setAttribute("href", where + "/svg");
            document.querySelector("svg").append(image);
        },
    };
    const refused = [];
    await Promise.all(Object.entries(tries).map(async ([name, go]) => {
        try { await Promise.race([go(), new Promise((done) => setTimeout(done, 1500))]); } catch { refused.push(name); }
    }));
    await new Promise((done) => setTimeout(done, 700));
    return refused;
}"""
# What an escaping fault in the page would let in: markup alone.
MARKUP = """
<img src="{0}/m-img"><img srcset="{0}/m-srcset 1x"><iframe src="{0}/m-iframe"></iframe>
<script src="{0}/m-script"></script><script>new Image().src = "{0}/m-inline"; document.title = "taken"</script>
<img src="data:," onerror="new Image().src = '{0}/m-handler'; document.title = 'taken'">
<link rel="stylesheet" href="{0}/m-css"><style>body {{ background: url({0}/m-style) }}</style>
<p style="background: url({0}/m-attribute)">x</p><video poster="{0}/m-poster"></video>
<object data="{0}/m-object"></object><embed src="{0}/m-embed"><svg><image href="{0}/m-svg"/></svg>
<form action="{0}/m-form"><button id="intruding">x</button></form>
<base href="{0}/m-base/">
"""
MUST_ARRIVE = {
    "/fetch", "/keepalive", "/xhr", "/websocket", "/beacon", "/eventsource", "/image", "/script", "/iframe", "/object",
    "/stylesheet", "/inline", "/preload", "/svg",
}  # fmt: skip
MARKUP_MUST_ARRIVE = {
    "/m-img", "/m-srcset", "/m-iframe", "/m-script", "/m-inline", "/m-handler", "/m-css", "/m-style",
    "/m-object", "/m-svg",
}  # fmt: skip


@pytest.fixture(scope="module")
def text(layered):
    return render(layered)


def unguarded(text):
    bare, found = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert found == 1
    return bare


def opened(open_page, tmp_path, text):
    file = tmp_path / "index.html"
    file.write_text(text, encoding="utf-8")
    return open_page(file)


def arrivals(page, visits, expected):
    """What has come in, once all that must has, or after six seconds."""
    for _ in range(60):
        if set(visits) >= expected:
            break
        page.wait_for_timeout(100)
    return set(visits)


def test_a_script_on_the_page_reaches_nobody(open_page, text, listener, tmp_path):
    where, visits = listener
    page = opened(open_page, tmp_path, text)
    page.evaluate(ATTEMPTS, where)
    assert visits == []


def test_the_same_script_without_the_policy_arrives(open_page, text, listener, tmp_path):
    where, visits = listener
    page = opened(open_page, tmp_path, unguarded(text))
    page.evaluate(ATTEMPTS, where)
    assert arrivals(page, visits, MUST_ARRIVE) >= MUST_ARRIVE


def test_foreign_markup_on_the_page_loads_and_runs_nothing(open_page, text, listener, tmp_path):
    where, visits = listener
    page = opened(open_page, tmp_path, text.replace("</main>", MARKUP.format(where) + "</main>"))
    page.wait_for_timeout(700)
    assert page.title() == "Spring fair – dossier"
    page.evaluate("document.getElementById('intruding').click()")
    page.wait_for_timeout(500)
    assert visits == []
    assert page.url.startswith("file:")


def test_the_same_markup_without_the_policy_arrives(open_page, text, listener, tmp_path):
    where, visits = listener
    page = opened(open_page, tmp_path, unguarded(text).replace("</main>", MARKUP.format(where) + "</main>"))
    assert arrivals(page, visits, MARKUP_MUST_ARRIVE) >= MARKUP_MUST_ARRIVE
    assert page.title() == "taken"
