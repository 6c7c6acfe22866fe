"""Each layout: what it reads, what it sets aside, what it refuses."""

# ruff: noqa: E501  # records of a file on one line

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from blowback.case.case import Case
from blowback.case.seal import verify
from blowback.desk import Desk, new_case
from blowback.desk_blocking import take_files
from blowback.errors import BlowbackError, DamagedFile, UnknownFormat
from blowback.witnesses import censored_planet, dig, fingerprints, har, lookups_csv, ooni, pages, test_lists, warc
from blowback.witnesses.measurements import LAYOUTS, layout_of
from blowback.witnesses.names import day_in, host_name

from .conftest import a, lines, records_of, site, tables_of
from .conftest import dig as printed


def test_dig_text_with_answers_chains_zones_and_timeouts() -> None:
    text = "; (1 server found)\n" + a("www.shop.example", "203.0.113.7")
    text += printed(
        "www.club.example", "198.51.100.1",
        answers=["www.club.example.\t0\tIN\tCNAME\thost.cloud.example.", "host.cloud.example. 60 IN A 192.168.222.66"],
        authority=["cloud.example.\t300\tIN\tNS\tns1.cloud.example."],
    )  # fmt: skip
    text += printed("gone.example", "198.51.100.1", "timeout")
    rows = tables_of(dig.LAYOUT, text.encode(), "198.51.100.1-06-16-31.txt")["lookups"]
    assert [r["name"] for r in rows] == ["www.shop.example", "www.club.example", "gone.example"]
    assert (rows[1]["answers"], rows[1]["owners"], rows[1]["cnames"]) == (
        "192.168.222.66",
        "host.cloud.example",
        "host.cloud.example",
    )
    assert (rows[1]["zone"], rows[1]["mname"], rows[1]["ttl_s"]) == ("cloud.example", "ns1.cloud.example", 60)
    assert (rows[2]["rcode"], rows[2]["failure"], rows[2]["resolver"], rows[2]["day"]) == (
        None, "generic_timeout_error", "198.51.100.1", "2031-06-16",
    )  # fmt: skip
    assert text.encode()[rows[1]["byte_start"] :].startswith(b"; <<>> DiG 9.7.0-P1 <<>> www.club.example")
    assert text[: rows[1]["byte_start"]].count("\n") + 1 == rows[1]["line"]


def test_a_failure_of_kdig_that_names_no_question_is_set_aside() -> None:
    text = (
        ";; ->>HEADER<<- opcode: QUERY; status: NXDOMAIN; id: 1\n;; Flags: qr rd ra; QUERY: 1; ANSWER: 0; AUTHORITY: 0; ADDITIONAL: 0\n\n"
        ";; QUESTION SECTION:\n;; shop.example.       \t\tIN\tA\n\n;; From 192.0.2.1@53(UDP) in 12.5 ms\n\n"
        ";; WARNING: response timeout for 192.0.2.1@53(UDP)\n;; ERROR: failed to query server 192.0.2.1@53(UDP)\n"
    )
    found = records_of(dig.LAYOUT, text.encode())
    assert [(len(r.rows), r.reason) for r in found] == [(1, ""), (0, "no_question")]
    assert found[0].rows[0][1]["rcode"] == "NXDOMAIN"


def test_kdig_text() -> None:
    text = (
        ";; ->>HEADER<<- opcode: QUERY; status: NXDOMAIN; id: 1\n;; Flags: qr aa rd; QUERY: 1; ANSWER: 0; AUTHORITY: 1; ADDITIONAL: 0\n\n"
        ";; QUESTION SECTION:\n;; shop.example.       \t\tIN\tA\n\n;; AUTHORITY SECTION:\nshop.example.\t300\tIN\tSOA\tns1.carrier.test. x. 1 2 3 4 5\n\n"
        ";; Received 90 B\n;; Time 2031-06-16 10:00:00 UTC\n;; From 192.0.2.1@53(UDP) in 12.5 ms\n"
    )
    (row,) = tables_of(dig.LAYOUT, text.encode())["lookups"]
    assert (row["rcode"], row["aa"], row["ra"], row["name"], row["zone"]) == (
        "NXDOMAIN",
        True,
        False,
        "shop.example",
        "shop.example",
    )
    assert (row["resolver"], row["transport"], row["rtt_ms"], row["clock"], row["day"]) == (
        "192.0.2.1",
        "udp",
        12.5,
        "exact",
        "2031-06-16",
    )


def test_a_reply_that_breaks_off_is_set_aside() -> None:
    found = records_of(
        dig.LAYOUT, (a("shop.example", "203.0.113.7") + "\n; <<>> DiG 9.7.0-P1 <<>> club.example\n;; Got ans").encode()
    )
    assert [r.reason for r in found] == ["", "broken_reply"]


@pytest.mark.parametrize(
    ("asked", "name", "fault"),
    [
        ("Shop.Example.", "shop.example", None), ("shop.example/path/x.html", "shop.example/path/x.html", "path"),
        ("shop.example/", "shop.example/", "slash"), ("http://shop.example", "http://shop.example", "scheme"), ("a b.example", "a b.example", "space"),
        ("bücher.example", "xn--bcher-kva.example", None), ("192.0.2.1", "192.0.2.1", None), ("a..example", "a..example", "empty"),
        ("_dmarc.shop.example", "_dmarc.shop.example", None), ("x" * 64 + ".example", "x" * 64 + ".example", "character"), ("", "", "empty"),
    ],
)  # fmt: skip
def test_names_as_they_are_asked(asked: str, name: str, fault: str | None) -> None:
    assert host_name(asked) == (name, fault)


def test_days_in_file_names() -> None:
    assert day_in("192.0.2.55-06-16-14") == ("2014-06-16", "192.0.2.55")
    assert day_in("ns1.carrier.test-2014-06-16") == ("2014-06-16", "ns1.carrier.test")
    assert day_in("20140616-lookups") == ("2014-06-16", "lookups")
    assert day_in("16-06-2014")[0] == "2014-06-16"
    assert day_in("192.0.2.55")[0] is None


def test_ooni_lines_and_a_cut_one() -> None:
    content = lines(site(), {"test_keys": 3}, site("https://club.example/")) + b'{"test_keys": {"queries": ['
    found = records_of(ooni.LAYOUT, content)
    assert [r.reason for r in found] == ["", "no_measurement", "", "not_json"]
    rows = tables_of(ooni.LAYOUT, content)
    probe = [r for r in rows["lookups"] if not r["control"]]
    assert (probe[0]["answers"], probe[0]["asns"], probe[0]["resolver"]) == ("151.101.1.7", "64500", "198.51.100.9")
    assert {r["layer"] for r in rows["fetches"] if r["control"]} == {"tcp", "tls", "http"}
    assert rows["measurements"][0]["said_accessible"] == "true"


def test_an_odd_measurement_costs_itself_alone() -> None:
    odd = site(tcp_connect=[{"ip": {}, "tags": 7}], control={"dns": {"addrs": 5}})
    found = records_of(ooni.LAYOUT, lines(odd, site()))
    assert [r.reason for r in found] == ["odd_measurement", ""]


def test_dnscheck_keeps_its_lookups_in_sets() -> None:
    inner = {"queries": [{"hostname": "dns.example", "query_type": "A", "engine": "doh", "resolver_address": "https://dns.example/q",
                          "failure": None, "answers": [{"ipv4": "203.0.113.9"}]}]}  # fmt: skip
    check = {"test_name": "dnscheck", "probe_asn": "AS64496", "input": "https://dns.example/q", "measurement_start_time": "2031-06-16 10:00:00",
             "test_keys": {"domain": "example.org", "lookups": {"https://dns.example/q": inner}, "bootstrap": None}}  # fmt: skip
    rows = tables_of(ooni.LAYOUT, lines(check))
    assert [r["transport"] for r in rows["lookups"]] == ["doh"]


def test_censored_planet_satellite_and_hyperquack() -> None:
    satellite = {
        "vp": "198.51.100.20", "test_url": "shop.example", "location": {"country_code": "ZZ"}, "passed_liveness": True, "in_control_group": True,
        "anomaly": True, "start_time": "2031-06-16 10:00:00.5 -0400 EDT",
        "response": [{"url": "shop.example", "response": {"198.51.100.66": {"asnum": 64501, "matched": []}}, "error": "null", "rcode": 0}],
    }  # fmt: skip
    quack = {
        "vp": "198.51.100.21", "test_url": "shop.example", "location": {"country_code": "ZZ"}, "service": "http", "anomaly": True, "controls_failed": False,
        "response": [{"matches_template": False, "response": {}, "error": "read: connection reset by peer", "start_time": "2031-06-16 10:00:00"},
                     {"matches_template": True, "control_url": "control.example", "response": {"status_line": "200 OK", "body": ""}, "error": ""}],
    }  # fmt: skip
    rows = tables_of(censored_planet.LAYOUT, lines(satellite, quack))
    asked = next(r for r in rows["lookups"] if not r["control"])
    assert (asked["answers"], asked["asns"], asked["matched"], asked["day"]) == (
        "198.51.100.66",
        "64501",
        "none",
        "2031-06-16",
    )
    assert asked["measured_at"].hour == 14
    assert [(f["failure"], f["control"]) for f in rows["fetches"]] == [("connection_reset", False), (None, True)]
    assert layout_of("x.json", lines(satellite))[1].id == "censored_planet"
    older = {
        **satellite,
        "response": [{"url": "shop.example", "response": ["198.51.100.66"], "error": "null", "rcode": 0}],
    }
    assert tables_of(censored_planet.LAYOUT, lines(older))["lookups"][0]["matched"] is None
    first = {
        "resolver": "198.51.100.20",
        "query": "shop.example",
        "answers": {"198.51.100.66": ["asnum"]},
        "passed": True,
    }
    assert tables_of(censored_planet.LAYOUT, lines(first))["lookups"][0]["matched"] == "asnum"


def test_a_table_of_lookups_with_rows_that_do_not_fit() -> None:
    content = b"resolver,day,domain,rcode,answers\n192.0.2.1,2031-06-16,shop.example,NOERROR,203.0.113.7 203.0.113.8\n192.0.2.1,2031-06-16,,NOERROR,\n192.0.2.1,x\n"
    found = records_of(lookups_csv.LAYOUT, content)
    assert [r.reason for r in found] == ["", "no_name", "ragged_row"]
    assert found[0].rows[0][1]["answers"] == "203.0.113.7 203.0.113.8"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("2031-06-16,NOERROR,203.0.113.7", ""), ("day1,nxdomain,", ""), ("day 12,3,", ""), ("day4-more-sites,SERVFAIL,", ""), ("2031-06-16,timeout,", ""),
        ("2031-06-16,NOERROR,-", ""), ("2031-06-16,NOERROR,cdn.example.", ""), ("2031-06-16,NOERROR,2001:db8::1", ""),
        ("2031-02-30,NOERROR,203.0.113.7", "bad_date"), ("16/06/2031,NOERROR,203.0.113.7", "bad_date"), ("yesterday,NOERROR,203.0.113.7", "bad_date"),
        ("2031-06-16,BANANA,", "bad_rcode"), ("2031-06-16,99,", "bad_rcode"), ("2031-06-16,NOERROR,999.1.1.1", "bad_answer"),
        ("2031-06-16,NOERROR,not_an_ip!", "bad_answer"),
    ],
)  # fmt: skip
def test_a_lookup_has_a_day_a_code_and_answers_that_can_be(cells: str, reason: str) -> None:
    content = f"resolver,domain,day,rcode,answers\n192.0.2.1,shop.example,{cells}\n".encode()
    (found,) = records_of(lookups_csv.LAYOUT, content)
    assert (found.reason, bool(found.rows)) == (reason, not reason)


def test_codes_by_number_are_what_they_mean() -> None:
    content = b"resolver,domain,day,rcode\n192.0.2.1,a.example,day1,3\n192.0.2.1,b.example,day1,timeout\n"
    rows = [r.rows[0][1] for r in records_of(lookups_csv.LAYOUT, content)]
    assert [(r["rcode"], r["failure"]) for r in rows] == [("NXDOMAIN", None), ("TIMEOUT", None)]


def test_a_table_with_other_columns_is_no_table_of_lookups() -> None:
    assert layout_of("x.csv", b"resolver,day,colour,weight\n1,2,3,4\n") is None


def test_lists_of_targets_and_of_claims() -> None:
    table = b"url,category_code,date_added\nhttp://Shop.example/,FEXP,2014-04-15\nhttp://no host,X,\nhttp://club.example/a/b,VOIP,\n"
    found = records_of(test_lists.LAYOUT, table, "global.csv")
    rows = [r for record in found for _, r in record.rows]
    assert [(r["host"], r["category"], r["category_given"]) for r in rows] == [
        ("shop.example", "NEWS", "FEXP"),
        ("club.example", "COMT", "VOIP"),
    ]
    assert [r.reason for r in found] == ["", "no_host", ""]
    plain = tables_of(
        test_lists.LAYOUT, b"shop.example \nclub.example/a/b\ntool.example/\n", "blocked-northnet-dns.txt"
    )["targets"]
    assert {r["kind"] for r in plain} == {"claim"}
    assert plain[0]["about"] == "northnet dns"
    assert [r["repaired"] for r in plain] == [None, "path", "slash"]
    by_proxy = b"Day 1 Results\n====\nBlocks found on PROXY 192.0.2.x\n---\nshop.example\n---\nDay 2 Results\n====\nBlocks found on PROXY 192.0.2.x2\nclub.example_\n"
    told = tables_of(test_lists.LAYOUT, by_proxy, "proxies.txt")["targets"]
    assert [(r["about"], r["host"], r["kind"]) for r in told] == [
        ("day 1 192.0.2.x", "shop.example", "claim"),
        ("day 2 192.0.2.x2", "club.example", "claim"),
    ]


def test_fingerprints_of_three_makers() -> None:
    by_ooni = b"name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\nzz_1,isp,,body,contains,No entry here,5,ZZ,x,,\n,isp,,body,contains,,5,ZZ,x,,\n"
    found = records_of(fingerprints.LAYOUT, by_ooni, "fingerprints_http.csv")
    assert found[0].rows[0][1] | {"countries": "ZZ"} == found[0].rows[0][1]
    assert found[1].reason == "no_pattern"
    by_planet = json.dumps({"fingerprint": "b_isp_zz_1", "pattern": "No entry.*here"}).encode()
    (row,) = tables_of(fingerprints.LAYOUT, by_planet)["fingerprints"]
    assert (row["scope"], row["pattern_type"], row["countries"]) == ("isp", "regexp", "ZZ")
    by_lab = json.dumps(
        [
            {
                "name": "dns_zz",
                "response": "192.0.2.66",
                "scope": "isp",
                "expected_countries": ["ZZ"],
                "confidence_no_fp": 9,
            }
        ]
    ).encode()
    (row,) = tables_of(fingerprints.LAYOUT, by_lab)["fingerprints"]
    assert (row["place"], row["pattern"]) == ("dns", "192.0.2.66")


def test_pages_tell_day_vantage_and_site_by_their_place() -> None:
    body = b"<html><title>Closed</title><p>a</p><p>b</p></html>"
    (row,) = tables_of(pages.LAYOUT, body, "pages/day2/192.0.2.x/www.shop.example.html")["fetches"]
    assert (row["day"], row["vantage"], row["name"], row["via"], row["control"]) == (
        "day2",
        "192.0.2.x",
        "www.shop.example",
        "proxy",
        False,
    )
    assert (row["title"], row["body_print"]) == ("Closed", "html:1 p:2 title:1")
    (alone,) = tables_of(pages.LAYOUT, body, "pages/block-0011aabb.html")["fetches"]
    assert (alone["layer"], alone.get("url")) == ("page", None)
    (control,) = tables_of(pages.LAYOUT, body, "day2/NOPROXY/www.shop.example_index.htm")["fetches"]
    assert (control["control"], control["url"]) == (True, "www.shop.example/index")


def test_har_and_warc() -> None:
    log = {"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [
        {"startedDateTime": "2031-06-16T10:00:00+02:00", "request": {"url": "http://shop.example/"},
         "response": {"status": 403, "headers": [{"name": "Server", "value": "box"}], "content": {"text": "<title>No</title>", "mimeType": "text/html"}}},
        {"request": {}}]}}  # fmt: skip
    found = records_of(har.LAYOUT, json.dumps(log).encode(), "x.har")
    row = found[0].rows[0][1]
    assert (row["status"], row["server"], row["title"], row["measured_at"].hour) == (403, "box", "No", 8)
    assert found[1].reason == "no_url"
    with pytest.raises(DamagedFile, match=r"x\.har"):
        records_of(har.LAYOUT, b'{"log": {"creator": 1, "entries": [', "x.har")
    block = b"HTTP/1.1 200 OK\r\nServer: box\r\n\r\n<html><title>Shop</title></html>"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://shop.example/\r\nWARC-Date: 2031-06-16T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    whole = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nab\r\n\r\n" + head + block + b"\r\n\r\n"
    (row,) = tables_of(warc.LAYOUT, whole, "x.warc")["fetches"]
    assert (row["status"], row["title"], row["day"]) == (200, "Shop", "2031-06-16")
    with pytest.raises(DamagedFile, match="cut"):
        records_of(warc.LAYOUT, (head + block)[:-5], "x.warc")


def _archive(path: Path, kind: str) -> Path:
    text = a("shop.example", "203.0.113.7").encode()
    files = {
        "out/192.0.2.1-06-16-31.txt": text,
        "out/blocked-northnet-dns.txt": b"shop.example\n",
        "out/picture.bin": b"\x00\x01\x02" * 30,
    }
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as out:
            for name, content in files.items():
                out.writestr(name, content)
        return path
    with tarfile.open(path, f"w:{kind}") as out:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(content)
            out.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize("kind", ["xz", "gz", "bz2", "", "zip"])
def test_an_archive_is_one_exhibit_whose_rows_name_the_file_inside(tmp_path: Path, kind: str) -> None:
    desk = new_case(tmp_path / "case")
    done = desk.blocking_import(_archive(tmp_path / "dump.any", kind))
    (receipt,) = done.receipt.exhibits
    assert (receipt["read"], receipt["kept"], receipt["set_aside"]) == (3, 2, 1)
    assert receipt["reasons"] == {"not_recognised": 1}
    (row,) = desk.table("lookups").to_pylist()
    assert (row["member"], row["resolver"], row["exhibit"]) == (
        "out/192.0.2.1-06-16-31.txt",
        "192.0.2.1",
        receipt["sha256"],
    )
    assert verify(desk.case) == []


def test_broken_compression_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    cut = tmp_path / "ooni.jsonl.gz"
    cut.write_bytes(gzip.compress(lines(*[site(f"http://s{n}.example/") for n in range(50)]))[:-40])
    desk = new_case(tmp_path / "case")
    with pytest.raises(DamagedFile):
        desk.blocking_import(cut)
    short = _archive(tmp_path / "dump.tar.xz", "xz")
    short.write_bytes(short.read_bytes()[:-30])
    with pytest.raises(DamagedFile):
        desk.blocking_import(short)
    assert desk.table("lookups").num_rows == 0
    assert verify(desk.case) == []


def test_a_file_of_no_layout_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("colour,weight\nred,1\n")
    with pytest.raises(UnknownFormat, match="dig") as caught:
        take_files(Case.new(tmp_path / "case"), [tmp_path / "x.csv"])
    assert "lookups_csv" in caught.value.hint


def test_a_folder_file_by_file_the_others_left_out(dumps: Path, tmp_path: Path) -> None:
    (dumps / "notes.md").write_text("# notes of the field trip\n")
    (dumps / ".hidden").write_text("x")
    desk = new_case(tmp_path / "case")
    done = desk.blocking_import(dumps)
    assert [e["name"] for e in done.receipt.exhibits] == ["lookups/global.csv", "lookups/networks.csv", "lookups.tar"]
    assert done.as_dict()["rows"]["lookups"] == 270
    assert {r["member"] for r in desk.table("lookups").to_pylist()} >= {"lookups/198.51.100.1-06-16-31.txt"}
    assert [Path(x["path"]).name for x in done.left_out] == ["notes.md"]
    again = Desk(desk.path).blocking_import(dumps)
    assert {e["recognised"] for e in again.receipt.exhibits} == {True}
    assert again.receipt.total("read") == 0
    assert verify(desk.case) == []


def test_equal_bytes_under_two_names_are_two_days(tmp_path: Path) -> None:
    """A server that is silent on two days prints the same text twice."""
    silent = "".join(printed(f"www.s{n}.example", "", "timeout") for n in range(12))
    names = ("198.51.100.1-06-16-31.txt", "198.51.100.1-06-17-31.txt")
    for name in names:
        (tmp_path / name).write_text(silent)
    for given in ([tmp_path], [tmp_path / n for n in names]):
        desk = new_case(tmp_path / f"case{len(given)}")
        desk.blocking_import(*given)
        assert {r["day"] for r in desk.table("lookups").to_pylist()} == {"2031-06-16", "2031-06-17"}
        assert desk.table("lookups").num_rows == 24
        assert verify(desk.case) == []


def test_the_same_measurements_in_two_files_count_once(tmp_path: Path) -> None:
    content = lines(site(), site("https://club.example/"))
    (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(content))
    desk = new_case(tmp_path / "case")
    desk.blocking_import(tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz")
    result = desk.blocking_judge()
    assert result.table("measured").num_rows == 2
    assert {c["lookups_of"] for c in result.table("cells").to_pylist()} == {1}


def test_damaged_files_of_every_layout_end_in_rows_reasons_or_named_errors() -> None:
    """Bytes flipped, cut, doubled and put in: nothing but what the program says on purpose."""
    seeds = [
        "".join(a(f"www.s{n}.example", "151.101.1.1") for n in range(4)).encode(), lines(site(), site("https://club.example/")),
        b"resolver,day,domain,rcode,answers\n192.0.2.1,2031-06-16,shop.example,NOERROR,151.101.1.1\n", b"http://shop.example/,NEWS\n" * 3,
        json.dumps([{"name": "zz", "pattern": "x", "confidence_no_fp": 1}]).encode(), b"WARC/1.0\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
        json.dumps({"log": {"creator": 1, "entries": [{"request": {"url": "http://shop.example/"}}]}}).encode(),
    ]  # fmt: skip
    dice = random.Random(5)
    for _ in range(400):
        content = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(max(1, len(content)))
            what = dice.choice(["flip", "cut", "put", "double"])
            if what == "flip":
                content[at : at + 1] = bytes([dice.randrange(256)])
            elif what == "cut":
                del content[at : at + dice.randint(1, 60)]
            elif what == "put":
                content[at:at] = dice.choice([b'"', b"\n", b"\x00", b"\xff\xfe", b"null", b"{}", b"1e999"])
            else:
                content[at:at] = content[at : at + 40]
        for layout in LAYOUTS:
            with suppress(BlowbackError):
                records_of(layout, bytes(content), "day1/192.0.2.x/shop.example.html")
