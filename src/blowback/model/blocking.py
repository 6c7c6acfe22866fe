"""The nouns of blocking: states, mechanisms and causes of a verdict, and the rationale that verdicts are held against.

Targets, measurements, lookups and fetches are canonical tables (`model.blocking_tables`); verdicts are an output table of the
analysis. States and mechanisms are closed lists. `insufficient` is the state of a cell in which nothing could be learnt: it is
never turned into `ok`. A mechanism is a path of the OONI taxonomy's kind (`dns.nxdomain`, `tls.reset.sni`): the
deepest node that the evidence supports, so that its beginning may be compared.

Source: information-controls reference, section 5 (evidence to verdict); OONI specification df-000 and df-007.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

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
    "network": "the whole network was down or cut off at that time",
    "unsure": "not told apart",
}


DETOUR: Final = (
    "detour"  # label of a step at the control's address from the vantage, where DNS led elsewhere or nowhere
)
STANCES: Final = ("promotes", "reports_on", "studies", "victim_of", "opposes", "")


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
