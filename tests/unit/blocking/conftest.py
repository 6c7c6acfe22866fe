"""Measurements in every layout, written for these tests: invented names under .example and .test, addresses for documentation."""

# ruff: noqa: E501  # records of a file on one line

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from blowback.analyses.blocking.blocking import blocking
from blowback.model.finding import Finding
from blowback.model.tables import TABLES
from blowback.testing import played
from blowback.witnesses.measured import Layout, Record, of_bytes

AT = "Mon Jun 16 14:04:05 2031"


def dig(name: str, server: str, status: str = "NOERROR", **more: Any) -> str:
    """What dig prints for one question.

    `flags`, `answers` (lines of the answer section), `authority` (lines), `when`; status `timeout` prints no reply.
    """
    head = f"\n; <<>> DiG 9.7.0-P1 <<>> {name}\n"
    if status == "timeout":
        return head.lstrip("\n") + ";; connection timed out; no servers could be reached\n"
    answers, authority = more.get("answers", []), more.get("authority", [])
    out = [
        head, ";; Got answer:\n", f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4242\n",
        f";; flags: {more.get('flags', 'qr rd ra')}; QUERY: 1, ANSWER: {len(answers)}, AUTHORITY: {len(authority)}, ADDITIONAL: 0\n\n",
        f";; QUESTION SECTION:\n;{name}.\t\t\tIN\tA\n\n",
    ]  # fmt: skip
    if answers:
        out += [";; ANSWER SECTION:\n", *(f"{line}\n" for line in answers), "\n"]
    if authority:
        out += [";; AUTHORITY SECTION:\n", *(f"{line}\n" for line in authority), "\n"]
    out += [
        ";; Query time: 20 msec\n",
        f";; SERVER: {server}#53({server})\n",
        f";; WHEN: {more.get('when', AT)}\n",
        ";; MSG SIZE  rcvd: 60\n",
    ]
    return "".join(out)


def a(name: str, address: str, **more: Any) -> str:
    """A question that is answered with one address."""
    server = more.pop("server", "198.51.100.1")
    return dig(name, server, answers=[f"{name}.\t300\tIN\tA\t{address}"], **more)


def tables_of(
    layout: Layout, content: bytes, name: str = "file", exhibit: str = "0"
) -> dict[str, list[dict[str, Any]]]:
    """Rows by table that a layout reads from bytes."""
    out: dict[str, list[dict[str, Any]]] = {}
    for record in layout.read(of_bytes(name, content)):
        for table, row in record.rows:
            out.setdefault(table, []).append({**row, **record.located(), "exhibit": exhibit * 64})
    return out


def records_of(layout: Layout, content: bytes, name: str = "file") -> list[Record]:
    return list(layout.read(of_bytes(name, content)))


def arrow(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    return {n: pa.Table.from_pylist([dict(r) for r in t], schema=TABLES[n].arrow) for n, t in rows.items()}


def judged(
    *parts: Mapping[str, list[dict[str, Any]]], **given: Any
) -> tuple[dict[str, list[dict[str, Any]]], list[Finding]]:
    """Output tables (as lists of rows) and findings for rows by table."""
    whole: dict[str, list[dict[str, Any]]] = {}
    for number, part in enumerate(parts):
        for table, rows in part.items():
            whole.setdefault(table, []).extend({**r, "exhibit": f"{number}" * 64} for r in rows)
    out, findings = played(blocking, arrow(whole), **given)
    return {n: t.to_pylist() for n, t in out.items()}, findings


def target(host: str, category: str = "", **more: Any) -> dict[str, Any]:
    """A row of `targets`."""
    return {
        "url": f"http://{host}", "host": host, "domain": host, "service": host, "category": category, "category_given": category,
        "list": "global.csv", "kind": "test", "stance": "", "party": "", "record_no": 1, "exhibit": "9" * 64, **more,
    }  # fmt: skip


def site(url: str = "http://shop.example/", **more: Any) -> dict[str, Any]:
    """A web_connectivity measurement in which all is well; `more` replaces test keys, `top` the rest."""
    host = url.split("/")[2]
    https = url.startswith("https")
    end = f"151.101.1.7:{443 if https else 80}"
    page = {"failure": None, "request": {"url": url, "method": "GET"}, "tags": ["depth=0"], "address": end,
            "response": {"code": 200, "headers": {"Content-Type": "text/html"}, "body": f"<html><title>Garden shop {host}</title>" + "<p>seeds" * 90}}  # fmt: skip
    query = {"hostname": host, "query_type": "A", "engine": "getaddrinfo", "failure": None, "resolver_address": "", "transaction_id": 1,
             "answers": [{"answer_type": "A", "ipv4": "151.101.1.7", "asn": 64500}], "tags": ["depth=0"]}  # fmt: skip
    ok = {"failure": None, "status": True}
    control = {
        "dns": {"failure": None, "addrs": ["151.101.1.7"]}, "tcp_connect": {end: ok}, "ip_info": {"151.101.1.7": {"asn": 64500}},
        "tls_handshake": {end: {"server_name": host, **ok}} if https else {},
        "http_request": {"failure": None, "status_code": 200, "title": f"Garden shop {host}", "body_length": len(page["response"]["body"]),
                         "headers": {"Content-Type": "text/html"}},
    }  # fmt: skip
    keys = {
        "queries": [query], "tcp_connect": [{"ip": "151.101.1.7", "port": 443 if https else 80, "status": {"failure": None, "success": True}, "tags": ["depth=0"]}],
        "tls_handshakes": [{"address": end, "server_name": host, "failure": None, "no_tls_verify": False, "tags": ["depth=0"]}] if https else [],
        "requests": [page], "control": control, "control_failure": None, "blocking": False, "accessible": True,
    }  # fmt: skip
    top = more.pop("top", {})
    keys.update(more)
    return {"data_format_version": "0.2.0", "test_name": "web_connectivity", "test_version": "0.5.0", "input": url, "probe_asn": "AS64496",
            "probe_cc": "ZZ", "resolver_ip": "198.51.100.9", "measurement_start_time": "2031-06-16 10:00:00", **top, "test_keys": keys}  # fmt: skip


def lines(*measurements: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(m).encode() + b"\n" for m in measurements)


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """A folder of dig text of three networks over two days: one blocks ten names, one leaks, one refuses everything.

    Of the labelled sites none of the ten in the category SEED is blocked; the ten blocked ones are in TOOL.
    """
    folder = tmp_path / "lookups"
    folder.mkdir()
    seeds, tools = [f"www.seed{n}.example" for n in range(10)], [f"www.tool{n}.example" for n in range(10)]
    other = [f"www.plain{n}.example" for n in range(40)]
    for day, when in (("16", AT), ("17", AT.replace("16", "17"))):
        text = [a(n, f"151.101.1.{i + 1}", when=when) for i, n in enumerate([*seeds, *other])]
        text += [a(n, "192.168.222.66", when=when) for n in tools]
        text += [
            dig("www.seed0.example/path/x", "198.51.100.1", "NXDOMAIN", when=when),
            dig("www.slow.example", "", "timeout"),
        ]
        (folder / f"198.51.100.1-06-{day}-31.txt").write_text("".join(text))
        leak = [dig(n, "192.0.2.1", "REFUSED", flags="qr rd", when=when) for n in [*seeds, *other]]
        leak += [dig(n, "192.0.2.1", "NXDOMAIN", flags="qr aa rd", when=when,
                     authority=[f"{n[4:]}.\t300\tIN\tSOA\tns1.carrier.test. admin.carrier.test. 1 2 3 4 5"]) for n in tools[:3]]  # fmt: skip
        (folder / f"ns1.carrier.test-06-{day}-31.txt").write_text("".join(leak))
        (folder / f"192.0.2.77-06-{day}-31.txt").write_text(
            "".join(dig(n, "192.0.2.77", "REFUSED", flags="qr rd", when=when) for n in [*seeds, *tools])
        )
    (folder / "networks.csv").write_text(
        "place,network,country\n198.51.100.1,Northnet,ZZ\nns1.carrier.test,Carrier,ZZ\n192.0.2.77,Silentnet,ZZ\n"
    )
    rows = (
        [f"http://{n},SEED" for n in seeds] + [f"http://{n},TOOL" for n in tools] + [f"http://{n},PLAIN" for n in other]
    )
    (folder / "global.csv").write_text("url,category_code\n" + "\n".join(rows) + "\n")
    return folder
