"""A small case with a claims run, and a server on loopback that answers as a test wants it to."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from blowback.case.case import Case

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures" / "review"))
from review_made import made_case

Answer = Callable[[dict[str, Any]], Any]


class Fake:
    """What it was asked, and what it answers: a str is the model's text, bytes the whole body, an int a status."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answer = lambda _: "{}"
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.asked.append({"path": self.path, **body})
                fake.headers.append(dict(self.headers))
                said = fake.answer(body)
                status = said if isinstance(said, int) else 200
                whole = {"choices": [{"message": {"role": "assistant", "content": said}}]}
                content = said if isinstance(said, bytes) else json.dumps(whole).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def garden(tmp_path: Path) -> tuple[Case, dict[str, str]]:
    """(case, short post name -> post id)."""
    return made_case(tmp_path)
