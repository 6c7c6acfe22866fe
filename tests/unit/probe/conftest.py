"""A whole plan as text, to be spoiled by the tests, and plans as objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

TODAY = datetime.now(UTC).date()
WHOLE = f"""
innocuous = ["https://www.example.org/", "https://quiet.example/"]
opt_out = ["left-alone.example", "198.51.100.0/24"]

[purpose]
who = "A. Analyst"
organisation = "Example institute"
why = "Does the order of May match what is blocked?"
contact = "measure@institute.example"
signed = {TODAY - timedelta(days=2)}
expires = {TODAY + timedelta(days=60)}

[consent]
given = true
by = "B. Holder"
date = {TODAY - timedelta(days=3)}
statement = "I know what is sent from my line and may stop it at any time."
legal = "Note of counsel, read and kept."

[[risk]]
country = "ZZ"
level = "low"
text = "Looking at news sites is lawful here."

[[vantages]]
id = "line"
kind = "direct"
country = "ZZ"
network = "AS64500"
permission = "owned"
resolvers = ["isp"]

[[vantages]]
id = "friend"
kind = "socks5"
address = "127.0.0.1"
port = 1081
country = "ZZ"
network = "AS64501"
permission = "written"
consent = "signed on paper, kept in the safe"
resolvers = ["far"]

[[controls]]
id = "control"
kind = "socks5"
address = "127.0.0.1"
country = "ZZ"
network = "AS64502"
permission = "owned"
resolvers = ["far"]

[[resolvers]]
id = "isp"
address = "10.77.1.10"
permission = "line"

[[resolvers]]
id = "far"
address = "10.77.3.53"
transport = "dot"
name = "dns.example"
permission = "written"

[[targets]]
url = "https://news.example/page?x=1"
category = "NEWS"

[[targets]]
url = "http://other.example"
vantages = ["line"]

[rates]
queries_per_resolver_s = 2
jitter = 0.0

[schedule]
rounds = 2
apart_s = 3600
"""


@pytest.fixture
def whole() -> str:
    """A plan that holds."""
    return WHOLE


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a plan file."""

    def write(text: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
