"""The canonical tables of blocking: what should be tested, what was measured, and what is known of answers and networks.

They are part of `model.tables.TABLES`. Every row leads back to the bytes it was read from; `member` names the file
inside an archive. Lists within a cell (addresses, names) are joined by one space.
"""

from __future__ import annotations

from typing import Final

from blowback.model.columns import LOCATOR, Table
from blowback.model.columns import column as _c

_WHERE: Final = (_c("member", "text", "file inside the exhibit, where it is an archive"), *LOCATOR)
_SEEN: Final = (
    _c("measurement", "text", "number of the measurement within the exhibit; empty where rows stand alone"),
    _c("vantage", "text", "who measured, as given"),
    _c("network", "text", "network that is judged, as given (AS number, name); empty where the source does not say"),
    _c("country", "text", "country of the network, two letters"),
)
_WHEN: Final = (
    _c("day", "text", "UTC day, or the label of the day as given", must=True),
    _c("measured_at", "time", "when, where stated", "UTC"),
    _c("clock", "text", "how far `measured_at` can be trusted", must=True),
)

TARGETS: Final = Table(
    "targets",
    "one entry of a list of what should be tested, or of what somebody says is blocked",
    (
        _c("url", "text", "canonical URL", must=True),
        _c("host", "text", "its host, A-labels", must=True),
        _c("domain", "text", "registrable domain, or the host where there is none", must=True),
        _c("service", "text", "service that the domain belongs to: domains of one service count once", must=True),
        _c("category", "text", "Citizen Lab code as it is used today"),
        _c("category_given", "text", "the code as given: lists of before 2017 have others"),
        _c("list", "text", "name of the list", must=True),
        _c("kind", "text", "test (should be tested) or claim (is said to be blocked)", must=True),
        _c("about", "text", "for a claim: network, proxy or day that the list names"),
        _c("author", "text", "who labelled it"),
        _c("labelled_at", "text", "when, as given"),
        _c("stance", "text", "promotes, reports_on, studies, victim_of, opposes; empty where nobody said"),
        _c("party", "text", "party to the conflict"),
        _c("notes", "text", "notes as given"),
        _c("repaired", "text", "what was mended in the entry, such as path or slash"),
        *_WHERE,
    ),
)
MEASUREMENTS: Final = Table(
    "measurements",
    "one measurement as its tool wrote it, with what the tool itself made of it",
    (
        *_SEEN,
        _c("test", "text", "name of the test", must=True),
        _c("version", "text", "version of the test"),
        _c("input", "text", "what was tested", must=True),
        _c("resolver", "text", "the probe's resolver, as given"),
        *_WHEN,
        _c("said_blocking", "text", "the tool's own verdict: false, dns, tcp_ip, http-failure, http-diff, or empty"),
        _c("said_accessible", "text", "the tool's own word: true, false or empty"),
        _c("control_failure", "text", "why the control failed"),
        _c("addresses", "text", "addresses that the control reaches or resolves"),
        _c("label", "text", "annotation of the measurement, such as the case of a test suite"),
        *_WHERE,
    ),
)
LOOKUPS: Final = Table(
    "lookups",
    "one reply (or none) to one DNS question put by one vantage to one resolver",
    (
        *_SEEN,
        _c("resolver", "text", "server asked, as given", must=True),
        _c("server", "text", "address that the reply came from"),
        *_WHEN,
        _c("transport", "text", "udp, tcp, dot, doh, system or unknown", must=True),
        _c("asked", "text", "the name as it was asked", must=True),
        _c("name", "text", "the name in lower case, A-labels, without the last dot", must=True),
        _c("fault", "text", "why this is no host name: path, space, ...; what was asked cannot be judged then"),
        _c("qtype", "text", "type asked for", must=True),
        _c("rcode", "text", "response code; empty where no reply came"),
        _c("failure", "text", "failure string of OONI df-007; empty where a reply came"),
        _c("aa", "bool", "the answer is authoritative; empty where the source does not say"),
        _c("ra", "bool", "recursion is available; empty where the source does not say"),
        _c("answers", "text", "addresses, in order"),
        _c("owners", "text", "owner name of each address"),
        _c("asns", "text", "AS number of each address, 0 where unknown"),
        _c("cnames", "text", "targets of the CNAME chain, in order"),
        _c("zone", "text", "owner of the SOA or NS records: the zone that the server answers from"),
        _c("mname", "text", "first server in the SOA, or the zone's name servers"),
        _c("matched", "text", "what the source itself found equal to its controls: ip, http, asnum, asname, cert"),
        _c("ttl_s", "int", "least TTL of the addresses", "s"),
        _c("rtt_ms", "float", "time to the reply", "ms"),
        _c("question", "text", "shared by the replies to one question"),
        _c("reply_no", "int", "0-based order of the replies to one question", must=True),
        _c("control", "bool", "true where a control asked", must=True),
        _c("url", "text", "URL that it was asked for"),
        *_WHERE,
    ),
)
FETCHES: Final = Table(
    "fetches",
    "one step towards a URL over one path: a TCP connect, a TLS handshake, one hop of HTTP, or a page alone",
    (
        *_SEEN,
        _c("layer", "text", "tcp, tls, http, or page (a body without its request)", must=True),
        _c("via", "text", "direct, proxy, socks5, http-connect or unknown", must=True),
        *_WHEN,
        _c("url", "text", "URL that was measured; empty for a page of which it is not known"),
        _c("name", "text", "its host"),
        _c("hop", "int", "0-based redirect hop", must=True),
        _c("hop_url", "text", "URL of the hop"),
        _c("address", "text", "address and port"),
        _c("sni", "text", "name in the ClientHello"),
        _c("neutral", "bool", "a harmless name was tried at the same address", must=True),
        _c("failure", "text", "failure string of OONI df-007; empty on success"),
        _c("certificate", "text", "valid, wrong_name, unknown_authority, expired, invalid; empty where unknown"),
        _c("status", "int", "HTTP status"),
        _c("location", "text", "where a redirect leads"),
        _c("title", "text", "title of the page"),
        _c("server", "text", "software that the server names"),
        _c("headers", "text", "names of the headers, lower case, sorted"),
        _c("body_bytes", "int", "length of the body", "bytes"),
        _c("body_sha256", "text", "SHA-256 of the body"),
        _c("body_print", "text", "fingerprint of how often each tag occurs"),
        _c("body", "text", "first 64 KiB of the body as text; images never"),
        _c("speed_bps", "float", "speed over a large object", "bytes/s"),
        _c("control", "bool", "true where a control fetched", must=True),
        _c("label", "text", "what the source calls it (an allegation)"),
        *_WHERE,
    ),
)
FINGERPRINTS: Final = Table(
    "fingerprints",
    "one published pattern of a block page, of a false positive, or of a forged answer",
    (
        _c("name", "text", "its published name", must=True),
        _c("scope", "text", "nat, isp, prod, inst, vbw (vague), fp (false positive), or as given"),
        _c("place", "text", "dns, body, or header.<name>", must=True),
        _c("pattern_type", "text", "full, prefix, contains or regexp", must=True),
        _c("pattern", "text", "the pattern", must=True),
        _c("countries", "text", "where it is expected, two letters each; empty = anywhere"),
        _c("confidence", "int", "publisher's confidence that it has no false positives, 0 to 10"),
        _c("list", "text", "name of the list", must=True),
        *_WHERE,
    ),
)
NETWORKS: Final = Table(
    "networks",
    "which network a server or address range belongs to, as somebody says",
    (
        _c("place", "text", "address, CIDR range, host name, domain or AS number", must=True),
        _c("network", "text", "name of the network", must=True),
        _c("country", "text", "two letters"),
        _c("source", "text", "who says so"),
        *_WHERE,
    ),
)
VOLUMES: Final = Table(
    "volumes",
    "how much of a network was reachable, or how much traffic it had, in one bin of time",
    (
        _c("network", "text", "AS number or name, as given; empty where the row is of a whole country"),
        _c("country", "text", "two letters"),
        _c("series", "text", "what is counted: bgp, ping-slash24, merit-nt, gtr, value, or as given", must=True),
        _c("begins_at", "time", "start of the bin", "UTC", must=True),
        _c("step_s", "float", "width of the bin; 0 where the source does not say", "s", must=True),
        _c("value", "float", "the value, in the series' own unit", must=True),
        _c("clock", "text", "how far `begins_at` can be trusted", must=True),
        *_WHERE,
    ),
)
BLOCKING: Final = (TARGETS, MEASUREMENTS, LOOKUPS, FETCHES, FINGERPRINTS, NETWORKS, VOLUMES)
