"""Plans that hold are read; plans that do not are refused, with file, table, key and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from blowback.errors import BlowbackError, NotReadable, Unexpected
from blowback.probe.plan_read import NoConsent, read_plan

from .conftest import TODAY

Write = Callable[[str], Path]


def test_a_whole_plan_is_read(whole: str, written: Write) -> None:
    plan = read_plan(written(whole))
    assert [t.url for t in plan.targets if not t.innocuous] == [
        "https://news.example/page?x=1",
        "http://other.example/",
    ]
    assert [t.url for t in plan.targets_of(plan.vantages[1])] == [
        "https://news.example/page?x=1",
        "https://www.example.org/",
        "https://quiet.example/",
    ]
    assert plan.resolvers[1].endpoint == "10.77.3.53:853"
    assert plan.rates.queries == 2
    assert len(plan.sha256) == 64


SPOILED = [
    # (what is replaced, by what, what the error must name)
    ('who = "A. Analyst"', "", ["[purpose]", "who", "missing"]),
    ('contact = "measure@institute.example"', 'contact = " "', ["[purpose]", "contact"]),
    ('legal = "Note of counsel, read and kept."', "", ["[consent]", "legal"]),
    ("given = true", 'given = "yes"', ["[consent]", "given", "true or false"]),
    ('why = "Does', 'wy = "Does', ["[purpose]", "why", "missing"]),
    ('level = "low"', 'level = "none"', ["[[risk]] number 1", "level", "low, medium, high"]),
    ('country = "ZZ"\nlevel', 'country = "zz"\nlevel', ["[[risk]] number 1", "country"]),
    ('country = "ZZ"\nlevel', 'country = "AA"\nlevel', ["[[risk]]", "ZZ", "line"]),
    ('level = "low"', 'level = "high"', ["high", "nobody accepts"]),
    ('kind = "direct"', 'kind = "vpn"', ["[[vantages]] number 1", "kind", "direct, socks5, http-connect"]),
    ('kind = "direct"', 'kind = "direct"\naddress = "127.0.0.1"', ["[[vantages]] number 1", "address", "unknown"]),
    ('network = "AS64500"', 'network = "64500"', ["[[vantages]] number 1", "network"]),
    ('permission = "owned"\nresolvers = ["isp"]', 'resolvers = ["isp"]', ["[[vantages]] number 1", "permission"]),
    ('permission = "written"\nconsent', 'permission = "open"\nconsent', ["number 2", "permission", "owned, written"]),
    ('resolvers = ["isp"]', 'resolvers = ["google"]', ["line", "google", "isp, far"]),
    ('resolvers = ["isp"]', "", ["line", "no resolvers"]),
    ('AS64501"\npermission = "written"', 'AS64501"\npermission = "owned"', None),
    ('consent = "signed on paper, kept in the safe"\nresolvers = ["far"]',
     'consent = "signed on paper"\nresolvers = ["isp"]', ["friend", "UDP", "isp"]),
    ('address = "10.77.1.10"', 'address = "dns.example"', ["[[resolvers]] number 1", "address", "numeric"]),
    ('name = "dns.example"', "", ["[[resolvers]] number 2", "name", "dot"]),
    ('transport = "dot"', 'transport = "doq"', ["[[resolvers]] number 2", "transport", "udp, tcp, dot, doh"]),
    ('permission = "line"', 'permission = "found"', ["[[resolvers]] number 1", "permission"]),
    ('id = "isp"', 'id = "far"', ["[[resolvers]]", "far", "twice"]),
    ('url = "https://news.example/page?x=1"', 'url = "ftp://news.example/"', ["[[targets]] number 1", "ftp"]),
    ('url = "https://news.example/page?x=1"', 'url = "https://a:b@news.example/"', ["[[targets]] number 1", "user name"]),
    ('url = "https://news.example/page?x=1"', 'url = "https://news .example/"', ["[[targets]] number 1"]),
    ('category = "NEWS"', 'category = "MILX"', ["news.example", "MILX", "allow"]),
    ('vantages = ["line"]', 'vantages = ["nowhere"]', ["other.example", "nowhere"]),
    ("queries_per_resolver_s = 2", "queries_per_resolver_s = 6", ["[rates]", "queries_per_resolver_s", "5", "held in code"]),
    ("jitter = 0.0", "connections_per_host_s = 2.1", ["[rates]", "connections_per_host_s", "2"]),
    ("jitter = 0.0", "queries_per_resolver_day = 1000000", ["[rates]", "queries_per_resolver_day"]),
    ("rounds = 2", "rounds = true", ["[schedule]", "rounds"]),
    ("rounds = 2", "round = 2", ["[schedule]", "unknown key 'round'"]),
    ("[schedule]", "[shedule]", ["unknown key 'shedule'", "schedule"]),
    ('innocuous = ["https://www.example.org/", "https://quiet.example/"]', "", ["innocuous"]),
    ('opt_out = ["left', 'opt_out = ["10.77.1.0/24", "left', ["isp", "10.77.1.10", "opt-out"]),
    ('opt_out = ["left', 'opt_out = ["dns.example", "left', ["far", "opt-out"]),
    ('opt_out = ["left', 'opt_out = ["not a name", "left', ["opt_out", "not a name"]),
    ("[rates]", '[content]\ntrust = "roots.pem"\n[rates]', ["[content]", "trust", "roots.pem"]),
    ('contact = "measure@institute.example"', 'contact = "a@b.example\\r\\nX-Other: 1"', ["[purpose]", "contact", "one line"]),
    ("[rates]", '[content]\nuser_agent = "a\\nb"\n[rates]', ["[content]", "user_agent", "one line"]),
    ("[purpose]", "[purpose", ["no TOML"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "named"), SPOILED, ids=range(len(SPOILED)))
def test_what_is_off_is_named(whole: str, written: Write, old: str, new: str, named: list[str] | None) -> None:
    assert old in whole
    path = written(whole.replace(old, new, 1))
    if named is None:  # the spoiling that spoils nothing
        read_plan(path)
        return
    with pytest.raises(Unexpected) as caught:
        read_plan(path)
    said = str(caught.value)
    assert "plan.toml" in said
    assert [n for n in named if n not in said] == [], said
    assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("given = true", "given = false", "consent"),
        (f"expires = {TODAY + timedelta(days=60)}", f"expires = {TODAY - timedelta(days=1)}", "today"),
        (f"expires = {TODAY + timedelta(days=60)}", f"expires = {TODAY + timedelta(days=800)}", "year"),
        (f"signed = {TODAY - timedelta(days=2)}", f"signed = {TODAY + timedelta(days=2)}", "today"),
        (f"date = {TODAY - timedelta(days=3)}", f"date = {TODAY + timedelta(days=3)}", "future"),
        ('consent = "signed on paper, kept in the safe"', "", "friend"),
    ],
)
def test_without_consent_it_is_refused(whole: str, written: Write, old: str, new: str, named: str) -> None:
    assert old in whole
    with pytest.raises(NoConsent) as caught:
        read_plan(written(whole.replace(old, new)))
    assert caught.value.exit_code == 2
    assert named in str(caught.value)


def test_opted_out_targets_are_left_out_and_told(whole: str, written: Write) -> None:
    plan = read_plan(written(whole.replace("news.example/page?x=1", "www.left-alone.example/")))
    assert [t.host for t in plan.targets if not t.innocuous] == ["other.example"]
    assert plan.skipped == (("https://www.left-alone.example/", "opt-out list: left-alone.example"),)


def test_files_beside_the_plan(whole: str, written: Write, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "url,category_code,notes\nhttps://Böhm.example/,NEWS,x\nhttp://b.example:80/,POLR,\n"
    )
    (tmp_path / "never.txt").write_text("# who asked\nb.example  # by mail\n")
    text = 'targets_file = "list.csv"\nopt_out_file = "never.txt"\n' + whole
    plan = read_plan(written(text))
    assert "https://xn--bhm-sna.example/" in [t.url for t in plan.targets]
    assert "http://b.example/" in dict(plan.skipped)


def test_a_missing_file_is_not_readable(tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        read_plan(tmp_path / "absent.toml")


def test_sensitive_categories_can_be_allowed_and_their_bodies_are_still_not_kept(whole: str, written: Write) -> None:
    text = whole.replace('category = "NEWS"', 'category = "MILX"').replace(
        "[rates]", '[content]\nallow = ["MILX"]\n[rates]'
    )
    plan = read_plan(written(text))
    assert not plan.keeps_body_of("MILX")
    assert plan.keeps_body_of("NEWS")


@pytest.mark.parametrize(
    "junk", [b"", b"\xff\xfe\x00", b"a = 1\n", b"[[purpose]]\n", b"purpose = 3\n", b"targets = 7\n"]
)
def test_junk_is_refused_with_a_hint(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.toml"
    path.write_bytes(junk)
    with pytest.raises(BlowbackError) as caught:
        read_plan(path)
    assert caught.value.hint
