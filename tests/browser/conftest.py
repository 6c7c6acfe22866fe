"""A browser without a network, and dossiers of a case made by hand."""

import importlib.util
import os
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("BLOWBACK_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _made():
    path = Path(__file__).resolve().parents[1] / "fixtures" / "dossier" / "made.py"
    spec = importlib.util.spec_from_file_location("dossier_made", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["dossier_made"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright for Python is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=30_000)
        yield running
        running.close()


@pytest.fixture(scope="session")
def make_document(tmp_path_factory):
    """(texts that are posted beside the hostile ones) -> the document of a case."""
    from blowback.dossier.build import build

    made = _made()

    def make(*extra: str, crowd: int = 1500, **settings):
        case = made.make(tmp_path_factory.mktemp("case") / "case", crowd=crowd, extra=extra, **settings).case
        return build(case, made_at="2026-04-01T12:00:00Z", known=made.KNOWN)

    return make


@pytest.fixture(scope="session")
def document(make_document):
    return make_document()


@pytest.fixture(scope="session")
def page_file(document, tmp_path_factory):
    from blowback.dossier.html import render

    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render(document), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def layered(make_document):
    """A group that two kinds of marks show, and one for which the analysis cannot tell."""
    return make_document(crowd=600, again=("g1",), unclear=("g4",))


@pytest.fixture(scope="session")
def layered_file(layered, tmp_path_factory):
    from blowback.dossier.html import render

    path = tmp_path_factory.mktemp("layered") / "index.html"
    path.write_text(render(layered), encoding="utf-8")
    return path


@pytest.fixture
def listener():
    """A server on this machine that counts who comes: (its address, the paths that were asked for)."""
    visits = []

    class Door(BaseHTTPRequestHandler):
        timeout = 3  # a caller that says nothing is let go

        def do_GET(self):
            visits.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_):
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def open_page(browser):
    """Open a file in a fresh profile; everything it asks for and complains of is kept on the page object."""
    contexts = []

    def go(path: Path, **settings):
        settings.setdefault("viewport", {"width": 1280, "height": 860})
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.set_default_navigation_timeout(15_000)
        page.asked, page.complaints = [], []
        page.on("request", lambda r: page.asked.append(r.url))
        page.on("console", lambda m: page.complaints.append(m.text))
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy ' + e.blockedURI))"
        )
        page.goto(path.as_uri())
        if settings.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready=yes]", state="attached")
        return page

    yield go
    for context in contexts:
        context.close()
