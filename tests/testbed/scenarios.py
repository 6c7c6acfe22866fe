"""Scenarios of the test-bed, as data: what is set up, and what must be seen, at verdict and mechanism level."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """One case.

    id: also the site's name, `<id>.example`.
    resolver: key of layout.RESOLVERS (or "far") that the vantage asks; it lies about this name, if it lies.
    filter: rules of the isp, by name (see rules.py), for this site.
    site: how the site itself behaves (see servers.py).
    via: direct, socks5, connect, or broken-proxy.
    count: so many sites of the same kind (a block page that many unrelated URLs share).
    states, mechanisms: any of these is right; () = none may be told.
    evidence: name of the check in test_scenarios.py on the lines themselves.
    hours: measured in rounds two hours apart.
    """

    id: str
    states: tuple[str, ...]
    mechanisms: tuple[str, ...]
    evidence: str
    scheme: str = "https"
    resolver: str = "honest"
    filter: tuple[str, ...] = ()
    site: str = "page"
    via: str = "direct"
    count: int = 1
    hours: bool = False
    category: str = "NEWS"

    @property
    def hosts(self) -> tuple[str, ...]:
        if self.count == 1:
            return (f"{self.id}.example",)
        return tuple(f"{self.id}-{n}.example" for n in range(1, self.count + 1))

    @property
    def vantage(self) -> str:
        """Vantages differ by resolver, path and number of rounds."""
        return f"{self.via}-{self.resolver}"


BAD = ("blocked", "likely_blocked")
SCENARIOS = (
    # DNS
    Scenario("nxdomain", BAD, ("dns.nxdomain",), "nxdomain", resolver="nxdomain"),
    Scenario("nxdomain-soa", BAD, ("dns.nxdomain",), "nxdomain_soa", resolver="nxdomain_soa"),
    Scenario("bogon", ("blocked",), ("dns.injection.bogon",), "bogon", resolver="bogon"),
    Scenario("sinkhole", BAD, ("dns.injection.blockpage", "dns.injection.other", "http.blockpage"), "sinkhole",
             scheme="http", resolver="blockpage", count=5),
    Scenario("servfail", BAD, ("dns.servfail",), "servfail", resolver="servfail"),
    Scenario("refused", BAD, ("dns.refused",), "refused", resolver="refused"),
    Scenario("nodata", BAD, ("dns.nodata",), "nodata", resolver="nodata"),
    Scenario("silent", ("impaired", "likely_blocked"), ("dns.timeout",), "dns_timeout", resolver="silent"),
    Scenario("silent-hours", ("likely_blocked", "blocked"), ("dns.timeout",), "dns_timeout", resolver="silent", hours=True),
    Scenario("injected", ("blocked",), ("dns.injection",), "injected", resolver="far"),
    Scenario("poisoned-cname", BAD, ("dns.injection.other", "dns.injection", "dns.injection.bogon"), "poisoned_cname",
             resolver="cname"),
    Scenario("wrong-host", BAD, ("dns.injection.other", "tls.mitm"), "wrong_host", resolver="other"),
    Scenario("leak", ("blocked",), ("dns.nxdomain", "dns.injection.bogon"), "leak", resolver="leaky"),
    Scenario("refuses-all", ("insufficient",), (), "refuses_all", resolver="refuses_all"),
    Scenario("dead-resolver", ("insufficient",), (), "dead_resolver", resolver="dead"),
    Scenario("flapping", BAD, ("dns.nxdomain",), "flapping", resolver="flapping", hours=True),
    # TCP
    Scenario("syn-drop", ("likely_blocked", "impaired"), ("tcp.timeout",), "tcp_timeout", filter=("drop_ip",)),
    Scenario("syn-drop-hours", BAD, ("tcp.timeout",), "tcp_timeout", filter=("drop_ip",), hours=True),
    Scenario("ip-reset", BAD, ("tcp.reset", "tcp.refused"), "tcp_refused", filter=("reset_ip",)),
    # TLS
    Scenario("sni-reset", ("blocked",), ("tls.reset.sni",), "sni_reset", filter=("sni_reset",)),
    Scenario("sni-drop", ("blocked",), ("tls.timeout.sni", "tls.timeout"), "sni_drop", filter=("sni_drop",)),
    Scenario("stateful", ("blocked",), ("tls.reset.sni",), "stateful", filter=("stateful",)),
    Scenario("mitm", BAD, ("tls.mitm",), "mitm", filter=("mitm",)),
    Scenario("v6-sni", ("blocked",), ("tls.reset.sni",), "sni_reset", filter=("sni_reset6",), site="v6_only"),
    # HTTP
    Scenario("host-reset", BAD, ("http.reset",), "host_reset", scheme="http", filter=("host_reset",)),
    Scenario("host-drop", ("blocked", "likely_blocked", "impaired"), ("http.timeout",), "host_drop", scheme="http",
             filter=("host_drop",)),
    Scenario("page", BAD, ("http.blockpage",), "page", scheme="http", filter=("page",), count=5),
    Scenario("throttle", ("likely_blocked",), ("http.throttle", "tls.throttle"), "throttle", scheme="http",
             filter=("throttle",), site="large", hours=True),
    Scenario("redirect-hop", BAD, ("tls.reset.sni",), "redirect_hop", scheme="http", filter=("sni_reset_hop",),
             site="redirect"),
    # together
    Scenario("dns-and-sni", BAD, ("dns.nxdomain", "tls.reset.sni"), "dns_and_sni", resolver="nxdomain",
             filter=("sni_reset",)),
    # through proxies
    Scenario("socks-sni", ("blocked",), ("tls.reset.sni",), "sni_reset", filter=("sni_reset",), via="socks5"),
    Scenario("socks-reset", BAD, ("tcp.reset", "tcp.refused"), "tcp_refused", filter=("reset_ip",), via="socks5"),
    Scenario("connect-mitm", BAD, ("tls.mitm",), "mitm", filter=("mitm",), via="connect"),
    Scenario("connect-drop", ("insufficient",), (), "proxy_error", filter=("drop_ip",), via="connect"),
    Scenario("socks-page", ("ok",), (), "fine", via="socks5"),
    Scenario("no-proxy", ("insufficient",), (), "proxy_error", via="broken-proxy"),
    # not the network
    Scenario("open", ("ok",), (), "fine"),
    Scenario("open-http", ("ok",), (), "fine", scheme="http", category="MILX"),
    Scenario("rotation", ("ok",), (), "rotation", site="rotation"),
    Scenario("geo", ("ok",), ("http.error",), "geo", site="geo"),
    Scenario("dead-site", ("down",), (), "dead_site", site="dead"),
    Scenario("refusing-site", ("down",), (), "dead_site", site="refusing"),
    Scenario("private-site", ("down",), (), "private_site", site="private"),
    Scenario("expired", ("down",), (), "expired", site="expired"),
    Scenario("no-such-name", ("down",), (), "no_such_name", site="nowhere"),
    Scenario("challenge", ("ok",), (), "challenge", site="challenge"),
    Scenario("v6-broken", ("ok",), (), "v6_broken", site="v6_broken"),
    Scenario("opted-out-hop", ("ok",), (), "opted_out_hop", scheme="http", site="to_opted_out"),
    Scenario("odd-port-hop", ("ok",), (), "odd_port_hop", scheme="http", site="to_odd_port"),
    Scenario("changing", ("ok",), (), "fine", scheme="http", site="changing"),
)  # fmt: skip
INNOCUOUS = tuple(f"calm-{n}.example" for n in range(1, 11))
CROWD = tuple(f"plain-{n}.example" for n in range(1, 51))  # of the innocuous runs
NEUTRAL = "neutral.example"
BUSY = "busy.example"  # answers 429
HOSTS = tuple(h for s in SCENARIOS for h in s.hosts)
NUMBER = {h: n for n, h in enumerate((*HOSTS, *INNOCUOUS, NEUTRAL, BUSY), 1)}  # of the site, for its address
assert len(NUMBER) < 250
BY_HOST = {h: s for s in SCENARIOS for h in s.hosts}
