"""Our verdict in the words of OONI's web_connectivity, so that both can be held against each other."""

from __future__ import annotations

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.steps import Measured
from blowback.analyses.blocking.web import Site


def in_ooni_words(site: Site, one: Measured) -> tuple[str, str]:
    """(`blocking`, `accessible`) as web_connectivity would write our verdict: false, dns, tcp_ip, http-failure, http-diff."""
    r = site.ruled
    if r.state == "insufficient":
        return "", ""
    if r.state in ("ok", "down"):
        reached = r.rule in (e.REACHED, e.ANSWERED)
        return "false", "true" if reached else "false"
    if r.mechanism.startswith("dns"):
        return "dns", "false"
    first = not any(f["hop"] for f in one.layer("tcp") if f["failure"])
    if r.rule is e.HTTP_FAILS:
        return "http-failure", "false"
    if r.mechanism.startswith("tcp"):
        return "tcp_ip" if first else "http-failure", "false"
    return "http-diff" if r.mechanism in ("http.diff", "http.blockpage", "http.redirect") else "http-failure", "false"
