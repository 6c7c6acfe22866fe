"""The plan and consent file: who measures what, why, from where, with whose permission, how fast. Nouns only.

Reading and checking is in `plan_read.py`. A plan that lacks a consent, a contact, a risk text for the country of a
vantage, or that has expired, is refused before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from urllib.parse import urlsplit

from blowback.probe.pace import Rates

Kind = Literal["direct", "socks5", "http-connect"]
Transport = Literal["udp", "tcp", "dot", "doh"]
PORTS: Final[dict[str, int]] = {"udp": 53, "tcp": 53, "dot": 853, "doh": 443, "socks5": 1080, "http-connect": 8080}
SENSITIVE: Final = ("MILX", "HATE", "PORN", "XED", "LGBT", "DATE", "GMB", "ALDR", "PROV")
BODIES_NOT_KEPT: Final = ("MILX", "HATE", "PORN", "PROV")
RESOLVER_PERMISSIONS: Final = {
    "owned": "it is the operator's own",
    "written": "its owner permits it in writing",
    "line": "the provider assigns it to the vantage's line",
    "public": "it is offered to everybody, such as a public DoH service",
}
VANTAGE_PERMISSIONS: Final = {"owned": "it is the operator's own", "written": "its holder permits it in writing"}
RISK_LEVELS: Final = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Who measures, why, whom to write to, and from when to when the plan holds."""

    who: str
    why: str
    contact: str
    signed: date
    expires: date
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent of those whose lines are used: given, by whom, when, in which words; the legal note that was read."""

    given: bool
    by: str
    date: date
    statement: str
    legal: str


@dataclass(frozen=True, slots=True)
class Risk:
    """What may happen to the people behind a vantage in one country, in plain words.

    Args:
        country: ISO code of two letters. level: low, medium or high.
        accepted_by: who weighed a high risk and accepts it; a high risk without it is refused.
    """

    country: str
    level: str
    text: str
    accepted_by: str = ""


@dataclass(frozen=True, slots=True)
class Resolver:
    """A name server that the operator lists.

    Args:
        name: of dot and doh: the name its certificate must be for. path: of doh.
        permission: a key of `RESOLVER_PERMISSIONS`.
    """

    id: str
    address: str
    permission: str
    transport: Transport = "udp"
    port: int = 53
    name: str = ""
    path: str = "/dns-query"

    @property
    def endpoint(self) -> str:
        """As OONI writes it: `192.0.2.1:53`, or the URL of DoH."""
        if self.transport == "doh":
            return f"https://{self.name}{self.path}"
        return endpoint(self.address, self.port)


@dataclass(frozen=True, slots=True)
class Vantage:
    """Where a measurement starts: this machine's own line, or a proxy that the operator may use.

    Args:
        kind: direct, socks5 or http-connect. address, port: of the proxy.
        country, network, network_name: coarse place: country code, `AS64500`, name.
        resolvers: ids. A proxied vantage takes only tcp, dot and doh; without any, the control's addresses are used.
        permission: a key of `VANTAGE_PERMISSIONS`. consent: of the person whose line it is.
        user, password_env: of the proxy; the password stands in that environment variable, not in the plan.
    """

    id: str
    kind: Kind
    country: str
    network: str
    permission: str
    consent: str = ""
    network_name: str = ""
    address: str = ""
    port: int = 0
    user: str = ""
    password_env: str = ""
    resolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to measure.

    Args:
        category: Citizen Lab code. vantages: ids; empty = all. innocuous: a name that nobody has a reason to block.
    """

    url: str
    category: str = ""
    vantages: tuple[str, ...] = ()
    innocuous: bool = False

    @property
    def host(self) -> str:
        """Host name in A-labels, or address."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. late: how long replies are awaited after the first one to a UDP query."""

    dns: float = 4.0
    late: float = 1.0
    tcp: float = 10.0
    tls: float = 10.0
    http: float = 15.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often.

    Args:
        rounds: each URL is measured so often; apart_s: seconds between starts of rounds.
        tries: attempts of a lookup or connection that fails. residual_s: pause before a neutral name is tried again
            at an address that may be blocked for a while because of the name before.
        stop_after: so many measurements in a row that fail together with their control, innocuous ones among them, stop
            a vantage: the fault is on our side.
        addresses: addresses of one host that are tried, at most. redirects: hops that are followed, at most.
        innocuous_every: one innocuous URL after so many targets.
        at_once: URLs measured at the same time from one vantage.
    """

    rounds: int = 3
    apart_s: float = 7200.0
    tries: int = 3
    residual_s: float = 120.0
    stop_after: int = 5
    addresses: int = 2
    redirects: int = 5
    innocuous_every: int = 5
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent and kept of pages.

    Args:
        allow: sensitive categories that this plan measures all the same.
        keep_bodies: keep text bodies up to max_body bytes. keep_bodies_of: also of these sensitive categories.
        max_body: bytes that are read of a body, at most. user_agent: header; the contact is added.
        name_contact: say the contact in the User-Agent, where that is safe.
        neutral_name: harmless name for handshakes and requests to an address that failed with the target's name.
        trust: PEM file of roots; empty = the system's.
        scrub: texts, such as the line's public address, that are blotted out of headers and bodies.
    """

    neutral_name: str = "www.example.org"
    allow: tuple[str, ...] = ()
    keep_bodies: bool = True
    keep_bodies_of: tuple[str, ...] = ()
    max_body: int = 131_072
    user_agent: str = "Mozilla/5.0 (compatible; blowback-measure)"
    name_contact: bool = True
    trust: str = ""
    scrub: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, checked."""

    name: str
    sha256: str
    purpose: Purpose
    consent: Consent
    risks: tuple[Risk, ...]
    vantages: tuple[Vantage, ...]
    controls: tuple[Vantage, ...]
    resolvers: tuple[Resolver, ...]
    targets: tuple[Target, ...]
    opt_out: tuple[str, ...] = ()
    rates: Rates = field(default_factory=Rates)
    timeouts: Timeouts = field(default_factory=Timeouts)
    schedule: Schedule = field(default_factory=Schedule)
    content: Content = field(default_factory=Content)
    skipped: tuple[tuple[str, str], ...] = ()

    def resolvers_of(self, vantage: Vantage) -> tuple[Resolver, ...]:
        """The resolvers of a vantage, in its order."""
        known = {r.id: r for r in self.resolvers}
        return tuple(known[i] for i in vantage.resolvers)

    def targets_of(self, vantage: Vantage) -> tuple[Target, ...]:
        """What is measured from a vantage."""
        return tuple(t for t in self.targets if not t.vantages or vantage.id in t.vantages)

    def keeps_body_of(self, category: str) -> bool:
        """Whether text bodies of this category are kept."""
        known = category.upper()
        return self.content.keep_bodies and (known not in BODIES_NOT_KEPT or known in self.content.keep_bodies_of)


def endpoint(address: str, port: int) -> str:
    """`192.0.2.1:443`, `[2001:db8::1]:443`."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def opted_out(name: str, opt_out: tuple[str, ...]) -> str:
    """The entry of the opt-out list that covers a host name (itself or a domain above it), or an empty text."""
    host = name.lower().rstrip(".")
    return next((e for e in opt_out if "/" not in e and (host == e or host.endswith("." + e))), "")
