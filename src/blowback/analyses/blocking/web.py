"""One measurement of a site -> what it shows, layer by layer: layers above an address that is not trusted are masked.

Order: answers (bogon, failure, another's address), TCP, TLS, HTTP, each hop of a redirect in turn; then the page itself.
A certificate that is valid for the name makes any address right. The control is the same minute's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.dns import Ruled, judge
from blowback.analyses.blocking.known import Known
from blowback.analyses.blocking.prints import Prints
from blowback.analyses.blocking.readiness import Readiness
from blowback.analyses.blocking.same_page import CHALLENGE, same
from blowback.analyses.blocking.seen import Reply
from blowback.analyses.blocking.steps import Measured, host_of_endpoint, host_of_url
from blowback.model.blocking import BLOCKED
from blowback.tools.services import block_of

_RESET: Final = frozenset(["connection_reset", "eof_error", "connection_aborted"])
_SILENT: Final = frozenset(["generic_timeout_error", "connection_timed_out", "host_unreachable", "network_unreachable"])
_NO_V6: Final = frozenset(["network_unreachable", "host_unreachable"])
_TRIALS: Final = 3  # fewer trials may be the network's weather
_RANK: Final = {"blocked": 0, "likely_blocked": 1, "ok": 2, "down": 3, "impaired": 4, "insufficient": 5}
_DNS: Final = {
    "NXDOMAIN": "dns.nxdomain",
    "NOERROR": "dns.nodata",
    "SERVFAIL": "dns.servfail",
    "REFUSED": "dns.refused",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What a measurement shows of its site, and why, in one sentence."""

    ruled: Ruled
    why: str
    resolver: str = "direct"


@dataclass(frozen=True, slots=True)
class World:
    """What is known beside one measurement: fingerprints, readiness of resolver-days, controls and other networks."""

    prints: Prints
    days: Mapping[tuple[str, str], Readiness]
    known: Known
    shared: int


def judge_site(one: Measured, world: World) -> Site:
    """What one measurement shows."""
    if not one.lookups and not one.fetches:
        return _nothing(one)
    if one.row["test"].startswith("hyperquack"):
        return _quack(one, world.prints)
    if one.proxied:
        return Site(Ruled(e.PROXY, cause="proxy"), f"the proxy, not the site: {one.proxied}", "proxy")
    for name in _chain(one):
        if (found := _resolution(one, name, world)) is not None:
            return replace(found, why=found.why + _behind(one, world)) if found.ruled.state in BLOCKED else found
    for step in (_tcp, _tls):
        if (found := step(one)) is not None:
            return found
    return _page(one, world.prints)


def _behind(one: Measured, world: World) -> str:
    """What the control's address gave from the vantage, where DNS led elsewhere or nowhere: is it blocked behind DNS too?

    The verdict stays with DNS, which comes first; a second way of blocking is told in words.
    """
    if not one.detour:
        return ""
    past = replace(one, fetches=one.detour, detour=[])
    found = next((s for step in (_tcp, _tls) if (s := step(past)) is not None), None) or _page(past, world.prints)
    told = {
        "ok": "behind DNS it is open", "blocked": f"behind DNS it is blocked as well ({found.ruled.mechanism})",
        "likely_blocked": f"behind DNS it is likely blocked as well ({found.ruled.mechanism})",
        "impaired": f"behind DNS it fails as well ({found.ruled.mechanism})",
    }.get(found.ruled.state)  # fmt: skip
    return f"; {told}" if told else ""


def _quack(one: Measured, prints: Prints) -> Site:
    """Remote HTTP trials against the server's own template: every trial is off while a control still fits it."""
    trials, controls = one.layer("http"), one.layer("http", control=True)
    off = [t for t in trials if t["label"] != "template"]
    if len(off) < len(trials):
        return Site(Ruled(e.REACHED), "a trial fits the server's template")
    if one.row["control_failure"] or (controls and all(c["label"] != "template" for c in controls)):
        return Site(Ruled(e.NOTHING, cause="unsure"), "the server no longer answers controls by its template")
    if found := next((f for t in off if (f := prints.page(t, one.country)) is not None), None):
        return Site(
            Ruled(e.PRINT if found[1] else e.PRINT_ELSEWHERE, "http.blockpage", "name"),
            f"carries the published fingerprint {found[0]}",
        )
    failure = off[0]["failure"] or ""
    word = "reset" if failure in _RESET else "timeout" if failure in _SILENT else "diff"
    told = f"{len(off)} trials are off the server's template ({failure or 'another answer'}); controls fit it"
    lone = word == "timeout" or len(off) < _TRIALS
    return Site(Ruled(e.SILENT if lone else e.HTTP_FAILS, f"http.{word}", "name"), told)


def _nothing(one: Measured) -> Site:
    if one.controlled and not one.control_ok and not any(c.resolved for c in one.control_lookups):
        return Site(Ruled(e.DOWN, cause="site"), "the control does not resolve it either")
    return Site(Ruled(e.NOTHING, cause="unsure"), "the probe measured nothing")


def _chain(one: Measured) -> list[str]:
    """The names that were resolved on the way, the site's own first."""
    names = [one.host, *(r.name for r in sorted(one.lookups, key=lambda r: (r.n, r.record_no)))]
    return list(dict.fromkeys(n for n in names if n))


def _resolution(one: Measured, name: str, world: World) -> Site | None:
    """What the network's resolver says of a name; None where nothing speaks against it."""
    mine = [r for r in one.lookups if r.name == name]
    own = [r for r in mine if r.transport == "system"] or [r for r in mine if r.transport in ("udp", "tcp", "unknown")]
    if not own:
        return None
    unready = [r for r in own if (day := world.days.get((r.resolver, r.day))) is not None and not day.ready]
    if unready and len(unready) == len(own):
        return _unready(unready, world)
    answered = [r for r in own if r.answers]
    control = [c for c in one.control_lookups if c.name == name]
    known = {a for c in control for a in c.answers}
    resolver = own[0].resolver
    if not answered:
        return _unresolved(one, own, control, resolver)
    if (found := _conflict(own, known)) is not None:
        return found
    bogons = {a for r in answered for a in one.bogons(r)}
    if bogons and known & bogons:
        return Site(Ruled(e.BOGON_SITE, cause="site"), "the control has an unroutable address too")
    if bogons and (known or one.control_ok or _others(one, name)):
        where = "the control has a routable one"
        return Site(Ruled(e.BOGON, "dns.injection.bogon", "name"), f"{name} is {min(bogons)} here; {where}", resolver)
    return _foreign(one, name, answered, control)


def _unready(own: list[Reply], world: World) -> Site:
    """A resolver that refuses or leaves unanswered most names: only what it leaks counts."""
    ruled = [judge(r, world.days[r.resolver, r.day], world.known, world.shared) for r in own]
    best = min(ruled, key=lambda r: _RANK[r.state])
    word = world.days[own[0].resolver, own[0].day].word
    return Site(best, f"{own[0].resolver} is {word} that day; {best.rule.when}", own[0].resolver)


def _conflict(own: list[Reply], known: set[str]) -> Site | None:
    """Replies to one question that share no address: at most one of them can be the resolver's."""
    by: dict[str, list[Reply]] = {}
    for reply in own:
        if reply.question and reply.answers:
            by.setdefault(f"{reply.resolver} {reply.question}", []).append(reply)
    for replies in by.values():
        sets = [set(r.answers) for r in replies]
        blocks = [{block_of(a) for a in s} for s in sets]
        apart = len(sets) > 1 and not set.intersection(*sets) and not set.intersection(*blocks)
        if apart and (not known or any(not (s & known) for s in sets)):
            first = min(sets[0])
            why = f"{len(sets)} replies to one question for {replies[0].name} contradict each other; the first says {first}"
            return Site(Ruled(e.CONFLICT, "dns.injection", "name"), why, replies[0].resolver)
    return None


def _unresolved(one: Measured, own: list[Reply], control: list[Reply], resolver: str) -> Site | None:
    name = own[0].name
    kinds = {r.rcode or r.failure or "" for r in own if r.qtype != "AAAA"} or {own[0].rcode or own[0].failure or ""}
    code = min(kinds)
    mechanism = _DNS.get(
        code, "dns.timeout" if "timeout" in code else "dns.nodata" if "no_data" in code else "dns.servfail"
    )
    if any(c.resolved for c in control) or (not control and one.control_ok) or _others(one, name):
        rule = e.SILENT if mechanism == "dns.timeout" else e.FAILS
        return Site(Ruled(rule, mechanism, "name"), f"{name}: {code} here, an address at the control", resolver)
    if one.controlled:
        return Site(Ruled(e.FAILS_BOTH, cause="site"), f"{name} has no address at the control either")
    return Site(Ruled(e.FAILS_UNKNOWN, cause="unsure"), f"{name}: {code}, and no control")


def _others(one: Measured, name: str) -> bool:
    """Whether an encrypted resolver, or one that the network does not run, gave a routable address."""
    return any(
        r.name == name and r.transport in ("doh", "dot") and r.answers and not one.bogons(r) for r in one.lookups
    )


def _foreign(one: Measured, name: str, answered: list[Reply], control: list[Reply]) -> Site | None:
    """Addresses that are not the control's, and do not serve the name with a valid certificate."""
    good = [c for c in control if c.answers]
    if not good:
        return _ghost(one, name, answered, control)
    theirs = {a for c in good for a in c.answers}
    asns = {n for c in good for n in c.asns} - {"0"}
    blocks = {block_of(a) for a in theirs}
    mine = {a for r in answered for a in r.answers}
    if mine & theirs or asns & {n for r in answered for n in r.asns} or {block_of(a) for a in mine} & blocks:
        return None
    if any(one.valid_tls(a, name) for a in mine):
        return None
    tried = [f for f in one.fetches if f["layer"] in ("tcp", "tls") and host_of_endpoint(f["address"]) in mine]
    page = _page_from(one, mine)
    if (
        page is not None
        and (control_page := one.control_page) is not None
        and page["failure"] is None
        and same(page, control_page)
    ):
        return None
    if not tried and page is None:
        return Site(Ruled(e.ANSWERED), f"{name} has other addresses than at the control; nothing was tried there")
    shown = min(mine)
    why = f"{name} is {shown} here, which is none of the control's addresses and does not serve it with a valid certificate"
    return Site(Ruled(e.DIFFERS, "dns.injection.other", "name"), why, answered[0].resolver)


def _ghost(one: Measured, name: str, answered: list[Reply], control: list[Reply]) -> Site | None:
    """An address for a name that the control cannot resolve."""
    if not control or one.control_ok or any(one.valid_tls(a, name) for r in answered for a in r.answers):
        return None
    if any(c.rcode == "NXDOMAIN" for c in control) and not _others(one, name):
        why = f"{name} does not exist at the control; this network's resolver gives {answered[0].answers[0]}, which serves nothing"
        return Site(Ruled(e.GHOST, "dns.injection.other", "unsure"), why, answered[0].resolver)
    return Site(Ruled(e.FAILS_BOTH, cause="site"), f"the control finds no address of {name}")


def _page_from(one: Measured, addresses: set[str]) -> dict[str, Any] | None:
    return next((f for f in one.layer("http") if host_of_endpoint(f["address"]) in addresses), None)


def _tcp(one: Measured) -> Site | None:
    """A hop none of whose addresses can be reached, though the control can."""
    for hop in sorted({f["hop"] for f in one.layer("tcp")}):
        tries = _trusted(one, [f for f in one.layer("tcp") if f["hop"] == hop])
        failed = [f for f in tries if f["failure"]]
        if not tries or len(failed) < len(tries) or _through(one, hop):
            continue
        theirs = [c for f in failed if (c := one.control_tried("tcp", f["address"])) is not None]
        if theirs and all(c["failure"] for c in theirs) and not one.control_ok:
            return Site(Ruled(e.DOWN, cause="site"), "the control cannot connect either")
        if not (one.control_ok or any(not c["failure"] for c in theirs)):
            return Site(Ruled(e.NOTHING, cause="unsure"), "no connection, and no control to compare with")
        failure = failed[0]["failure"]
        word = "refused" if failure == "connection_refused" else "reset" if failure in _RESET else "timeout"
        where = "" if hop == 0 else f" (redirect hop {hop})"
        rule = e.SILENT if word == "timeout" else e.TCP  # one silence is what loss gives too
        return Site(
            Ruled(rule, f"tcp.{word}", "name"), f"{failed[0]['address']}: {failure}{where}; the control gets through"
        )
    return None


def _trusted(one: Measured, tries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attempts at addresses of the network's own resolver; without IPv6 where the probe plainly has none."""
    system = {a for r in one.lookups if r.transport == "system" for a in r.answers}
    mine = [f for f in tries if host_of_endpoint(f["address"]) in system] or tries
    six = [f for f in mine if (f["address"] or "").startswith("[")]
    if six and all(f["failure"] in _NO_V6 for f in six) and len(six) < len(mine):
        return [f for f in mine if f not in six]
    return mine


def _through(one: Measured, hop: int) -> bool:
    """Whether the hop's request had a response after all, by whichever address."""
    return any(f["hop"] == hop and f["failure"] is None and f["status"] for f in one.layer("http"))


def _tls(one: Measured) -> Site | None:
    """A hop none of whose handshakes succeeds, though the control's do."""
    for hop in sorted({f["hop"] for f in one.layer("tls")}):
        shakes = _trusted(one, [f for f in one.layer("tls") if f["hop"] == hop and not f["neutral"]])
        failed = [f for f in shakes if f["failure"]]
        if not shakes or len(failed) < len(shakes) or (_through(one, hop) and not _https(one, hop)):
            continue
        theirs = [c for f in failed if (c := one.control_tried("tls", f["address"])) is not None]
        if theirs and all(c["failure"] for c in theirs):
            return Site(Ruled(e.DOWN, cause="site"), f"the control's handshake fails too: {theirs[0]['failure']}")
        if not (one.control_ok or any(not c["failure"] for c in theirs)):
            return Site(Ruled(e.NOTHING, cause="unsure"), "no handshake, and no control to compare with")
        return _shake(one, failed[0], hop)
    return None


def _https(one: Measured, hop: int) -> bool:
    return any(f["hop"] == hop and (f["hop_url"] or "").startswith("https") for f in one.layer("http"))


def _shake(one: Measured, failed: dict[str, Any], hop: int) -> Site:
    failure = failed["failure"]
    where = "" if hop == 0 else f" (redirect hop {hop})"
    if failed["certificate"]:
        why = f"{failed['address']}: {failure}{where}, where the control's certificate is valid"
        return Site(Ruled(e.MITM, "tls.mitm", "name"), why)
    kind = "reset" if failure in _RESET else "timeout"
    neutral = [f for f in one.layer("tls") if f["neutral"] and f["address"] == failed["address"]]
    why = f"{failed['address']}: {failure} after the ClientHello{where}; the control's handshake is fine"
    if any(not f["failure"] or f["certificate"] for f in neutral):
        return Site(Ruled(e.TLS_SNI, f"tls.{kind}.sni", "name"), f"{why}, and so is one with a neutral name here")
    return Site(Ruled(e.SILENT if kind == "timeout" else e.TLS, f"tls.{kind}.other", "name"), why)


def _page(one: Measured, prints: Prints) -> Site:
    page, control = one.page, one.control_page
    if page is None:
        return _no_page(one)
    for hop in one.layer("http"):
        if (found := prints.page(hop, one.country)) is not None:
            name, right = found
            rule = e.PRINT if right else e.PRINT_ELSEWHERE
            mechanism = "http.redirect" if hop["location"] and not hop["body"] else "http.blockpage"
            return Site(Ruled(rule, mechanism, "name"), f"carries the published fingerprint {name}")
    secure = _valid_page(one, page)
    if page["failure"]:
        return _failed_page(one, page)
    if control is None or not one.control_ok:
        return _without_control(one, page, secure=secure)
    if same(page, control):
        return Site(Ruled(e.REACHED), "the page is the control's")
    if CHALLENGE.search(f"{page['title'] or ''} {page['body'] or ''}"[:4000]) or (
        secure and page["status"] in (401, 403, 451, 429, 503)
    ):
        return Site(
            Ruled(e.SERVER, "http.error", "server"),
            "the site's own server (or its CDN) refuses this vantage; address and certificate are right",
        )
    if secure:
        return Site(Ruled(e.REACHED), "another page than the control's, over TLS with a valid certificate")
    return Site(
        Ruled(e.HTTP_DIFF, "http.diff", "unsure"),
        "over plain HTTP, another page than the control's: size, title and headers differ",
    )


def _valid_page(one: Measured, page: dict[str, Any]) -> bool:
    url = page["hop_url"] or page["url"] or ""
    if not url.startswith("https://"):
        return False
    name = host_of_url(url)
    return any(f["certificate"] == "valid" and f["hop"] == page["hop"] and f["sni"] == name for f in one.layer("tls"))


def _no_page(one: Measured) -> Site:
    shaken = [f for f in one.layer("tls") if f["certificate"] == "valid" and not f["neutral"]]
    if shaken:
        return Site(Ruled(e.REACHED), "the handshake has a valid certificate; no page was asked for")
    if one.controlled and not one.control_ok and one.control_page is not None:
        return Site(Ruled(e.DOWN, cause="site"), f"the control gets no page either: {one.control_page['failure']}")
    if any(r.answers for r in one.lookups) and not one.layer("tcp"):
        return Site(Ruled(e.ANSWERED), "the name resolves; nothing else was measured")
    return Site(Ruled(e.NOTHING, cause="unsure"), "no page was measured")


def _failed_page(one: Measured, page: dict[str, Any]) -> Site:
    failure, hop = page["failure"], page["hop"]
    if not one.control_ok:
        if one.control_page is not None:
            return Site(Ruled(e.DOWN, cause="site"), f"{failure} here; the control gets no page either")
        return Site(Ruled(e.NOTHING, cause="unsure"), f"{failure}, and no control to compare with")
    if failure.startswith("http_too_many_redirects"):
        return Site(Ruled(e.BROKEN_SITE, cause="site"), "the site redirects without end")
    where = "" if hop == 0 else f" (redirect hop {hop})"
    if page["status"] and failure in _SILENT:
        return Site(
            Ruled(e.STALLED, "http.throttle", "unsure"),
            f"the page stalls in the middle{where}; the control gets it whole",
        )
    word = "reset" if failure in _RESET else "timeout" if failure in _SILENT else "diff"
    why = f"{failure}{where}; the control gets a page"
    if one.harmless_passes(page["address"]):
        return Site(
            Ruled(e.HTTP_FAILS, f"http.{word}", "name"), f"{why}, and the same address answers to a harmless name"
        )
    rule = e.SILENT if word == "timeout" else e.HTTP_FAILS
    return Site(Ruled(rule, f"http.{word}", "name"), why)


def _without_control(one: Measured, page: dict[str, Any], *, secure: bool) -> Site:
    if secure and page["status"] and page["status"] < 400:
        return Site(Ruled(e.REACHED), "over TLS with a valid certificate; no control was needed")
    if one.control_page is not None and one.control_page["failure"]:
        return Site(Ruled(e.NOTHING, cause="unsure"), f"the control failed: {one.control_page['failure']}")
    return Site(Ruled(e.NOTHING, cause="unsure"), "a page over plain HTTP, and no control to compare with")
