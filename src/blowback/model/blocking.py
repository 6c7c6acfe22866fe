"""The nouns of blocking: targets, what was seen of them (lookups, fetches), and what that shows (verdict rows).

States and mechanisms are closed lists. `insufficient` is the state of a cell in which nothing could be learnt: it is
never turned into `ok`. A mechanism is a path of the OONI taxonomy's kind (`dns.nxdomain`, `tls.reset.sni`): the
deepest node that the evidence supports, so that its beginning may be compared.

Source: information-controls reference, section 5 (evidence to verdict); OONI specification df-000 and df-007.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

State = Literal["blocked", "likely_blocked", "impaired", "down", "ok", "insufficient"]
STATES: Final[dict[State, str]] = {
    "blocked": "an artefact of blocking was seen (a forged answer, a block page, a reset that only the name triggers)",
    "likely_blocked": "the probe fails where a control of the same time succeeds, and no innocent reading was found",
    "impaired": "it fails in a way that loss or load would also explain",
    "down": "the control fails too: the site, not the network",
    "ok": "it works, or differs for a reason that is not the network's (server-side refusal, another CDN address)",
    "insufficient": "nothing can be learnt from what was measured here; never 'not blocked'",
}
INFORMATIVE: Final[tuple[State, ...]] = ("blocked", "likely_blocked", "ok")
BLOCKED: Final[tuple[State, ...]] = ("blocked", "likely_blocked")

MECHANISMS: Final[dict[str, str]] = {
    "dns.nxdomain": "the resolver says that the name does not exist",
    "dns.nodata": "the resolver answers without an address",
    "dns.servfail": "the resolver reports a failure",
    "dns.refused": "the resolver refuses this name, not others",
    "dns.timeout": "questions for this name are left without an answer",
    "dns.injection": "two answers that contradict each other to one question",
    "dns.injection.bogon": "the answer is a private, loopback or otherwise unroutable address",
    "dns.injection.blockpage": "the answer is an address that serves a block page",
    "dns.injection.other": "the answer is an address that the name's owner does not use",
    "tcp.timeout": "no handshake with addresses that the control reaches",
    "tcp.reset": "the handshake is reset",
    "tcp.refused": "the handshake is refused",
    "tls.reset": "the connection is reset after the ClientHello",
    "tls.reset.sni": "reset after the ClientHello with this name; the same address answers to a neutral name",
    "tls.reset.other": "reset after the ClientHello; no test with a neutral name",
    "tls.timeout": "silence after the ClientHello",
    "tls.timeout.sni": "silence after the ClientHello with this name; the same address answers to a neutral name",
    "tls.timeout.other": "silence after the ClientHello; no test with a neutral name",
    "tls.mitm": "another certificate than the control's, and it is not valid for the name",
    "tls.throttle": "far slower than the control over TLS, other pages are not",
    "http.blockpage": "a page that says it is blocked, or one page for many unrelated URLs",
    "http.redirect": "sent on to a block page",
    "http.reset": "reset after the request",
    "http.timeout": "silence after the request",
    "http.diff": "another page than the control's",
    "http.throttle": "far slower than the control, other pages are not",
    "http.error": "the server itself refuses (451, 403, geo page): no block by the network",
}
CAUSES: Final[dict[str, str]] = {
    "name": "the name itself is poisoned or matched",
    "collateral?": "a label that others share is poisoned (its CNAME's target, or a zone above it): it may not be meant",
    "pinned": "the server answers for the name by itself, with an address of the name's owner: kept open",
    "server": "the site's own server refuses",
    "site": "the site fails for the control too",
    "resolver": "the resolver refuses or is dead for most names",
    "input": "what was asked is no host name (a URL path, a slash, a space)",
    "proxy": "the proxy failed, not the site",
    "unsure": "not told apart",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What should be tested: a URL in its canonical form, and what somebody said of it.

    Args:
        url: canonical URL (scheme and host in lower case, no default port, no fragment, no empty path).
        host: the URL's host, A-labels.
        domain: registrable domain (public suffix + 1), or the host where there is none (an address).
        service: name of the service that the domain belongs to; domains of one service count once.
        category: canonical Citizen Lab code (new codes); empty where none is given.
        category_given: the code as it was given (old lists have others).
        list: which list or file it stands in.
        author: who labelled it.
        labelled_at: when it was added or labelled, as given.
        stance: promotes, reports_on, studies, victim_of, opposes, or empty where nobody said.
        party: party to the conflict, or empty.
        repaired: what was mended (path cut from a DNS name, slash, spaces), or empty.
    """

    url: str
    host: str
    domain: str
    service: str
    category: str = ""
    category_given: str = ""
    list: str = ""
    author: str = ""
    labelled_at: str = ""
    stance: str = ""
    party: str = ""
    repaired: str = ""


STANCES: Final = ("promotes", "reports_on", "studies", "victim_of", "opposes", "")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One DNS question put from one vantage to one resolver, and one reply (or none).

    Several replies to one question are several lookups with the same `question` id (`reply_no` 0, 1, ...).

    Args:
        vantage: who measured: a place, an ASN or the importer's word; "control" for trusted resolvers.
        network: whose behaviour is judged: the resolver's network, or the probe's ASN, as known.
        resolver: address or name of the server asked.
        at: when, UTC.
        clock: how far `at` can be trusted (model.tables.CLOCKS).
        transport: udp, tcp, dot, doh, system or unknown.
        qname: the name that was asked, lower case, without the last dot.
        qtype: A, AAAA, ...
        rcode: NOERROR, NXDOMAIN, SERVFAIL, REFUSED, ...; empty where no reply came.
        failure: OONI df-007 failure string; empty where a reply came.
        aa: answered with authority. ra: recursion is available.
        answers: addresses, in order. cnames: targets of the chain, in order.
        soa: owner name of the SOA in the authority section, else empty. soa_mname: its first server.
        ttl_s: least TTL of the answers, seconds. rtt_ms: milliseconds.
        question: id shared by the replies to one question. reply_no: 0-based. late: came after the first.
        control: this is a control's lookup. url: the URL that it was made for, where there is one.
    """

    vantage: str
    network: str
    resolver: str
    at: datetime
    qname: str
    qtype: str = "A"
    clock: str = "exact"
    transport: str = "unknown"
    rcode: str = ""
    failure: str = ""
    aa: bool = False
    ra: bool = False
    answers: tuple[str, ...] = ()
    cnames: tuple[str, ...] = ()
    soa: str = ""
    soa_mname: str = ""
    ttl_s: int | None = None
    rtt_ms: float | None = None
    question: str = ""
    reply_no: int = 0
    late: bool = False
    control: bool = False
    url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetch:
    """One step towards a URL over one path: a TCP connect, a TLS handshake or one hop of HTTP.

    Args:
        layer: tcp, tls or http.
        vantage, network: as for `Lookup`. via: direct, socks5, http-connect, proxy or unknown.
        at: when, UTC. clock: as for `Lookup`.
        url: the URL measured. hop: 0-based redirect hop; `hop_url` is that hop's own URL.
        address: address and port tried ("192.0.2.1:443").
        sni: name in the ClientHello (tls only). neutral: it is a harmless name tried at the same address.
        failure: OONI df-007 failure string; empty on success.
        certificate: valid, wrong_name, unknown_authority, expired, invalid, or empty where unknown.
        status: HTTP status. location: where a redirect leads. title, server: as in the page.
        body_bytes: length; body_sha256: of the body; body_print: fingerprint of its tag counts.
        speed_bps: bytes a second over a large object, where measured.
        control: this is a control's. body_file: where the body lies (member of an archive, file in a folder).
    """

    layer: Literal["tcp", "tls", "http"]
    vantage: str
    network: str
    at: datetime
    url: str
    clock: str = "exact"
    via: str = "unknown"
    hop: int = 0
    hop_url: str = ""
    address: str = ""
    sni: str = ""
    neutral: bool = False
    failure: str = ""
    certificate: str = ""
    status: int | None = None
    location: str = ""
    title: str = ""
    server: str = ""
    body_bytes: int | None = None
    body_sha256: str = ""
    body_print: str = ""
    speed_bps: float | None = None
    control: bool = False
    body_file: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What the evidence shows of one name, at one resolver or path of one network, on one day.

    Args:
        network: whose behaviour this is. resolver: server asked, or the path (`direct`, a proxy) for fetches.
        day: UTC day, YYYY-MM-DD. name: host name (or URL where only the URL can be told apart).
        state: one of `STATES`. mechanism: a key of `MECHANISMS`, empty where the state has none.
        cause: a key of `CAUSES`. rule: permanent id of the rule that decided.
        poisoned: label that is poisoned where it is not the name itself.
        lookups: observations behind the row.
    """

    network: str
    resolver: str
    day: str
    name: str
    state: State
    mechanism: str
    cause: str
    rule: str
    poisoned: str = ""
    lookups: int = 1


WORDINGS: Final = ("consistent", "partly", "not shown", "contradicted", "cannot tell")


@dataclass(frozen=True, slots=True)
class Rationale:
    """A stated reason for blocking, fixed and hashed before anything is analysed.

    Args:
        actor: who states it. quote: their words. date: when. source: where it was said.
        networks: whose networks it covers; empty = every network of the case.
        blocked: what it predicts blocked: categories, stances, parties, domains (any of these matches).
        open: what it predicts open, in the same form; empty = everything else.
        minimum_coverage: least share of the predicted units that must be blocked if the reason is to hold, 0..1.
        version: raised when it is amended; `amends` is the SHA-256 of the version before.
    """

    actor: str
    quote: str
    date: str
    blocked: dict[str, tuple[str, ...]]
    open: dict[str, tuple[str, ...]] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    minimum_coverage: float = 0.5
    source: str = ""
    version: int = 1
    amends: str = ""
