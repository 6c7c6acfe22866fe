"""The evidence rows as data: what is seen, what that shows, and what guards it. Ids are permanent.

Source: information-controls reference, section 5. A changed rule is a new id; the version goes up with any change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.model.blocking import State

VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row: a permanent id, the number of the row in the specification, and what the row says."""

    id: str
    row: int
    when: str
    state: State
    guard: str


def _e(name: str, row: int, when: str, state: State, guard: str = "") -> Evidence:
    return Evidence(f"E{row:02d}.{name}", row, when, state, guard)


INPUT: Final = _e(
    "input",
    1,
    "what was asked is no host name (a URL path, a slash, a space)",
    "insufficient",
    "the answer concerns another name",
)
UNREADY: Final = _e(
    "unready",
    1,
    "the resolver refuses or leaves unanswered more than half of all names that day, and this one too",
    "insufficient",
    "never ok",
)
OUTAGE: Final = _e(
    "outage",
    1,
    "silence or failure while the reachability of the whole network (or country) had collapsed",
    "insufficient",
    "a forged answer, a block page or a reset that only the name triggers stays what it is: somebody answered",
)
LEAK_NXDOMAIN: Final = _e(
    "leak_nxdomain",
    2,
    "a refusing resolver says with authority that the name does not exist",
    "blocked",
    "the zone is not its own, and another resolver's records do not name it as the zone's server",
)
LEAK_NODATA: Final = _e(
    "leak_nodata",
    2,
    "a refusing resolver says with authority that the name has no address",
    "blocked",
    "as for leak_nxdomain",
)
LEAK_BOGON: Final = _e(
    "leak_bogon",
    2,
    "a refusing resolver answers with authority and an unroutable address",
    "blocked",
    "as for leak_nxdomain",
)
LEAK_OTHER: Final = _e(
    "leak_other",
    2,
    "a refusing resolver answers with authority and an address of somebody else: other owners' names have it too, or the name's known addresses lie elsewhere",
    "blocked",
    "as for leak_nxdomain",
)
LEAK_ALONE: Final = _e(
    "leak_alone",
    2,
    "a refusing resolver answers with authority for a zone that is not its own; where the name really lies is not known",
    "likely_blocked",
    "it may host the zone for a customer",
)
PINNED: Final = _e(
    "pinned",
    2,
    "a refusing resolver answers with authority and a real address of the name's owner: kept open",
    "ok",
    "addresses seen elsewhere, by /16 or /32",
)
OWN_ZONE: Final = _e(
    "own_zone", 2, "the zone is the resolver's own, or records seen elsewhere name it as the zone's server", "ok", ""
)
BOGON: Final = _e(
    "bogon",
    3,
    "an unroutable address where a control or another network has a routable one",
    "blocked",
    "unroutable at the control too -> down",
)
BOGON_SHARED: Final = _e(
    "bogon_shared",
    3,
    "one unroutable address for names of at least k unrelated owners; no control asked",
    "blocked",
    "k owners (parameter `shared`)",
)
BOGON_ALONE: Final = _e(
    "bogon_alone",
    3,
    "an unroutable address that few other names have, and no control asked: the site's own fault looks the same",
    "insufficient",
    "",
)
BOGON_SITE: Final = _e("bogon_site", 17, "an unroutable address at the control too", "down", "")
SINKHOLE: Final = _e(
    "sinkhole",
    4,
    "one address for names of at least k unrelated owners, none of them at the controls",
    "blocked",
    "an address the control knows, its AS or /16, or a valid certificate for the name -> ok",
)
SINKHOLE_PEERS: Final = _e(
    "sinkhole_peers",
    4,
    "one address, alone and in the name's own record, for names of at least k unrelated owners, each of which other networks find elsewhere; no control asked",
    "likely_blocked",
    "no other network finds any of them there; a person reviews it",
)
SHARED_ALONE: Final = _e(
    "shared_alone",
    4,
    "one address, alone and in the name's own record, for names of at least ten unrelated owners; neither a control nor another network to compare with",
    "insufficient",
    "a sinkhole, a parking page and one large host look the same",
)
KNOWN_ANSWER: Final = _e(
    "known_answer",
    12,
    "the address is a published forged answer of this country",
    "blocked",
    "fingerprints of scope fp first; another country's -> likely_blocked needs more",
)
DIFFERS: Final = _e(
    "differs",
    4,
    "an address that is none of the control's (nor of its AS or block) and does not serve the name with a valid certificate",
    "likely_blocked",
    "valid certificate -> ok; the same page as the control's -> ok",
)
GHOST: Final = _e(
    "ghost",
    4,
    "an address for a name that does not exist at the control, and nothing serves the name there",
    "likely_blocked",
    "a resolver that rewrites every NXDOMAIN looks the same",
)
CONFLICT: Final = _e(
    "conflict",
    5,
    "replies to one question contradict each other, and a control agrees with one of them at most",
    "blocked",
    "both replies stored; rotation of one owner's addresses is no conflict",
)
FAILS: Final = _e(
    "fails",
    6,
    "NXDOMAIN, no address, SERVFAIL or REFUSED from a resolver that answers other names, where at least two control lookups resolve; three tries",
    "likely_blocked",
    "three tries, two controls",
)
FAILS_FORGED: Final = _e(
    "fails_forged",
    6,
    "the same, with authority for a zone that is not the resolver's own",
    "blocked",
    "resolvers that set `aa` on most replies are not judged by it",
)
FAILS_ONCE: Final = _e("fails_once", 6, "the same with fewer tries or one control", "impaired", "")
FAILS_UNKNOWN: Final = _e("fails_unknown", 6, "the same, and no control asked", "insufficient", "")
FAILS_BOTH: Final = _e("fails_both", 17, "the control fails too", "down", "")
ANSWERED: Final = _e(
    "answered",
    7,
    "the resolver answers with routable addresses that nothing speaks against",
    "ok",
    "an answer is not yet an open site: the DNS layer only",
)
SILENT: Final = _e(
    "silent", 8, "only timeouts, fewer than three tries or within two hours", "impaired", "loss looks the same"
)
SILENT_LONG: Final = _e(
    "silent_long",
    8,
    "only timeouts over three tries and two hours, control fine, other names answered",
    "likely_blocked",
    "packet-loss baseline",
)
SILENT_UNKNOWN: Final = _e("silent_unknown", 8, "only timeouts, and no control asked", "insufficient", "")
TCP: Final = _e(
    "tcp",
    9,
    "connections to addresses that the control reaches are refused or reset",
    "likely_blocked",
    "another address works -> ok; IPv6 alone is masked",
)
TLS_SNI: Final = _e(
    "tls_sni", 10, "reset or silence after the ClientHello; the same address answers to a neutral name", "blocked", ""
)
TLS: Final = _e(
    "tls",
    10,
    "reset after the ClientHello where the control's handshake is fine; no neutral name tried",
    "likely_blocked",
    "",
)
MITM: Final = _e(
    "mitm",
    11,
    "another certificate than the control's, not valid for the name",
    "likely_blocked",
    "the control sees it too -> down; captive portals, clocks",
)
PRINT: Final = _e("print", 12, "a published block-page fingerprint, in the right country", "blocked", "scope fp first")
PRINT_ELSEWHERE: Final = _e(
    "print_elsewhere",
    12,
    "a published block-page fingerprint of another country or of a product",
    "likely_blocked",
    "scope fp first",
)
CLUSTER: Final = _e(
    "cluster",
    13,
    "one page for at least five unrelated URLs of one vantage group, absent from the control",
    "likely_blocked",
    "proxy errors and CDN challenges left out; a person reviews it",
)
SERVER: Final = _e(
    "server",
    14,
    "the site refuses this vantage (451, 403, a challenge page), addresses and certificate are right",
    "ok",
    "locus is the server",
)
THROTTLED: Final = _e(
    "throttled",
    15,
    "far slower than the control, or it stalls in the middle of a page that the control gets whole",
    "likely_blocked",
    ">= 5 paired runs for `likely_blocked`; one run -> impaired",
)
STALLED: Final = _e("stalled", 15, "it stalled in one run", "impaired", "")
PROXY: Final = _e("proxy", 16, "the proxy reports an error", "insufficient", "no mechanism below the proxy")
HTTP_FAILS: Final = _e(
    "http_fails",
    9,
    "the request is reset where the control gets a page, or unanswered and the same address answers to a harmless name",
    "likely_blocked",
    "a broken redirect is the site's",
)
HTTP_DIFF: Final = _e(
    "http_diff",
    12,
    "another page than the control's: size, title and headers differ, over plain HTTP; no fingerprint knows it",
    "likely_blocked",
    "CDN challenges -> ok, locus server",
)
BROKEN_SITE: Final = _e("broken_site", 17, "the site itself is broken (redirect loop, no usable location)", "down", "")
DOWN: Final = _e("down", 17, "the control fails too", "down", "")
REACHED: Final = _e("reached", 7, "the page is the control's, or came over TLS with a valid certificate", "ok", "")
GENUINE: Final = _e(
    "genuine", 7, "a page that no cluster and no fingerprint knows, over a proxy", "ok", "one fetch decides little"
)
NOTHING: Final = _e("nothing", 1, "nothing was measured that could tell", "insufficient", "")

EVIDENCE: Final = tuple(v for v in list(globals().values()) if isinstance(v, Evidence))
BY_ID: Final = {e.id: e for e in EVIDENCE}
