"""One measurement of a site as its layers: what the probe and the control saw of addresses, handshakes and the page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa

from blowback.analyses.blocking.networks import Naming
from blowback.analyses.blocking.seen import Reply
from blowback.model.blocking import DETOUR
from blowback.tools.services import unroutable

UNKNOWN: Final = "unknown"
REMOTE: Final = "satellite"  # its lookups are judged with those of other resolvers


@dataclass(slots=True)
class Measured:
    """One measurement: its own row, the probe's and the control's lookups and fetches."""

    id: str
    row: dict[str, Any]
    network: str
    country: str | None
    host: str
    lookups: list[Reply] = field(default_factory=list)
    control_lookups: list[Reply] = field(default_factory=list)
    fetches: list[dict[str, Any]] = field(default_factory=list)
    control_fetches: list[dict[str, Any]] = field(default_factory=list)
    detour: list[dict[str, Any]] = field(default_factory=list)  # steps at the control's address, from the vantage
    reached: frozenset[str] = (
        frozenset()
    )  # unroutable addresses' /16 that some control reaches all the same: its own world

    @property
    def day(self) -> str:
        """Its day."""
        return str(self.row["day"])

    @property
    def evidence(self) -> str:
        """The way back: exhibit's first 12 digits and record."""
        return f"{self.row['exhibit'][:12]}:{self.row['record_no']}"

    @property
    def controlled(self) -> bool:
        """Whether any control was asked and answered."""
        return bool(self.control_lookups or self.control_fetches)

    def bogons(self, reply: Reply) -> tuple[str, ...]:
        """Unroutable addresses among the answers, those of a network that the controls reach left out."""
        return tuple(a for a in reply.bogons if neighbourhood(a) not in self.reached)

    def layer(self, name: str, *, control: bool = False) -> list[dict[str, Any]]:
        """The probe's or control's steps of one layer, in order of hops; pages asked for by a harmless name are no pages."""
        rows = self.control_fetches if control else self.fetches
        return [f for f in rows if f["layer"] == name and not (name == "http" and f["neutral"])]

    def harmless_passes(self, address: str | None) -> bool:
        """Whether a request with a harmless Host at an address was answered."""
        asked = (f for f in self.fetches if f["layer"] == "http" and f["neutral"] and f["address"] == address)
        return any(not f["failure"] for f in asked)

    @property
    def page(self) -> dict[str, Any] | None:
        """The last hop's page (or failure)."""
        hops = [f for f in self.layer("http") if f["hop"] is not None]
        return max(hops, key=lambda f: f["hop"], default=None)

    @property
    def control_page(self) -> dict[str, Any] | None:
        """The control's page (or failure)."""
        return next(iter(self.layer("http", control=True)), None)

    @property
    def control_ok(self) -> bool:
        """Whether the control got a page."""
        page = self.control_page
        return page is not None and page["failure"] is None and page["status"] is not None

    def control_tried(self, layer: str, address: str | None) -> dict[str, Any] | None:
        """The control's attempt at one endpoint."""
        return next((f for f in self.layer(layer, control=True) if f["address"] == address), None)

    @property
    def proxied(self) -> str:
        """What a proxy on the way reported, where no connection got past it; else empty."""
        tries = [f for f in self.fetches if f["layer"] in ("tcp", "tls", "http")]
        failures = [f["failure"] or "" for f in tries]
        return failures[0] if failures and all("proxy" in f for f in failures) else ""

    def valid_tls(self, address: str, name: str) -> bool:
        """Whether a handshake at an address had a certificate that is valid for a name."""
        return any(
            f["certificate"] == "valid" and host_of_endpoint(f["address"]) == address and (f["sni"] or name) == name
            for f in self.layer("tls")
        )


def neighbourhood(address: str) -> str:
    """The first two numbers of an IPv4 address, the first four groups of an IPv6 address."""
    return ".".join(address.split(".")[:2]) if "." in address else ":".join(address.split(":")[:3])


def host_of_endpoint(endpoint: str | None) -> str:
    """The address of `192.0.2.1:443` or `[2001:db8::1]:443`."""
    text = endpoint or ""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0] if text.count(":") == 1 else text


def host_of_url(url: str | None) -> str:
    """The host of a URL in lower case; empty where there is none."""
    try:
        text = url or ""
        return (urlsplit(text if "://" in text else f"//{text}").hostname or "").lower()
    except ValueError:
        return ""


def measured(table: pa.Table, lookups: list[Reply], fetches: pa.Table, naming: Naming) -> list[Measured]:
    """Measurements with their parts; those of remote DNS surveys are judged with the other lookups, not here."""
    out: dict[str, Measured] = {}
    seen: set[tuple[int, int]] = set()
    for row in sorted(table.to_pylist(), key=lambda r: (r["exhibit"], r["record_no"])):
        raw = (row["record_hash"], row["byte_len"])
        if row["test"] == REMOTE or (raw[0] is not None and raw in seen):  # the same record in two files
            continue
        seen.add(raw)
        network = naming.name(row["network"], None)
        key = f"{row['exhibit'][:12]}:{row['measurement']}"
        out[key] = Measured(key, row, network, row["country"] or naming.country(network), host_of_url(row["input"]))
    for reply in lookups:
        if reply.measurement in out:
            one = out[reply.measurement]
            (one.control_lookups if reply.control else one.lookups).append(reply)
    by_key: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in fetches.to_pylist():
        if row["measurement"]:
            by_key[f"{row['exhibit'][:12]}:{row['measurement']}"].append(row)
    for key, rows in by_key.items():
        if key in out:
            for row in sorted(rows, key=_order):
                one = out[key]
                steps = one.detour if row["label"] == DETOUR else one.fetches
                (one.control_fetches if row["control"] else steps).append(row)
    reached = frozenset(
        neighbourhood(host_of_endpoint(f["address"]))
        for one in out.values() for f in one.control_fetches
        if f["layer"] == "tcp" and f["failure"] is None and unroutable(host_of_endpoint(f["address"]))
    )  # fmt: skip
    for one in out.values():
        one.reached = reached
        if one.network == UNKNOWN and one.fetches and one.row["test"].startswith("hyperquack"):
            one.network = naming.name(None, one.fetches[0]["address"])  # the server that echoes stands in its network
        names = [f["name"] for f in (*one.fetches, *one.control_fetches) if f["name"]]
        one.host = names[0] if names else next((r.name for r in one.control_lookups), one.host)
    return list(out.values())


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["hop"],
        row["layer"],
        row["address"] or "",
        row["sni"] or "",
        row["failure"] or "",
        row["hop_url"] or "",
    )
