"""What the judge of blocking reads and what it leaves behind."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output, Step
from blowback.model.blocking import STATES
from blowback.model.columns import Column
from blowback.model.tables import TABLES

_EXHIBIT: Final = ("exhibit", "record_no")
READS: Final[dict[str, tuple[str, ...]]] = {
    "lookups": (
        "measurement", "network", "country", "resolver", "server", "day", "measured_at", "transport", "name", "fault", "qtype", "rcode",
        "failure", "aa", "ra", "answers", "owners", "asns", "cnames", "zone", "mname", "matched", "question", "reply_no", "control",
        "url", *_EXHIBIT,
    ),
    "fetches": (
        "measurement", "vantage", "network", "country", "layer", "via", "day", "url", "name", "hop", "hop_url", "address", "sni", "neutral",
        "failure", "certificate", "status", "location", "title", "server", "headers", "body_bytes", "body_sha256", "body_print",
        "body", "speed_bps", "control", "label", *_EXHIBIT,
    ),
    "measurements": (
        "measurement", "vantage", "network", "country", "test", "version", "input", "resolver", "day", "measured_at", "said_blocking", "said_accessible",
        "control_failure", "label", "record_hash", "byte_len", *_EXHIBIT,
    ),
    "targets": ("url", "host", "domain", "service", "category", "category_given", "list", "kind", "about", "author", "stance", "party", "repaired", *_EXHIBIT),
    "fingerprints": ("name", "scope", "place", "pattern_type", "pattern", "countries"),
    "networks": ("place", "network", "country", "source"),
    "volumes": ("network", "country", "series", "begins_at", "step_s", "value", *_EXHIBIT),
}  # fmt: skip
_ASKS: Final = {
    "lookups": "every reply", "fetches": "every step towards a page", "measurements": "every measurement",
    "targets": "what should be tested, and what is said to be blocked", "fingerprints": "published patterns", "networks": "names of networks",
    "volumes": "how much of each network was reachable",
}  # fmt: skip


def _step(table: str, names: tuple[str, ...]) -> Step:
    lines = [", ".join(names[n : n + 6]) for n in range(0, len(names), 6)]
    sql = "select " + ",\n  ".join(lines) + f"\nfrom {table}"
    columns = tuple(c for n in names for c in TABLES[table].columns if c.name == n)
    return Step(f"all_{table}", sql, columns, asks=_ASKS[table])


STEPS: Final = tuple(_step(table, names) for table, names in READS.items())


def _t(name: str, meaning: str, *, may: bool = True) -> Column:
    return Column(name, "text", meaning, nullable=may)


def _n(name: str, meaning: str, unit: str) -> Column:
    return Column(name, "int", meaning, unit, nullable=False)


_NETWORK: Final = _t("network", "network that is judged", may=False)
_DAY: Final = _t("day", "UTC day, or the label of the day as given", may=False)
_NAME: Final = _t("name", "host name", may=False)
_JUDGED: Final = (
    _t("state", ", ".join(STATES), may=False),
    _t("mechanism", "how, the deepest that the evidence supports; empty where the state has none", may=False),
    _t("cause", "name, collateral?, pinned, server, site, resolver, input, proxy, unsure or empty", may=False),
    _t("rule", "id of the evidence row that decided", may=False),
    _t("poisoned", "label that is poisoned, where it is not the name's own", may=False),
)
_EVIDENCE: Final = _t("evidence", "first exhibit's 12 digits and record that say so", may=False)
OUTPUTS: Final = (
    Output("verdicts", "one name at one resolver (or path) of one network on one day", (
        _NETWORK, _t("resolver", "server asked, or direct, or the proxy", may=False), _DAY, _NAME, *_JUDGED,
        _t("layer", "dns, web or page", may=False), _n("lookups", "observations that say so", "observations"),
        _n("lookups_of", "observations in all", "observations"), _t("seen", "what was seen, in short", may=False),
        _t("url", "URL, where one was measured", may=False), _t("country", "country of the network, where known", may=False), _EVIDENCE,
    )),
    Output("cells", "one name in one network on one day: the strongest of its resolvers and paths", (
        _NETWORK, _DAY, _NAME, *_JUDGED, _n("resolvers", "resolvers and paths that say so", "resolvers"),
        _n("resolvers_informative", "that say anything", "resolvers"), _n("resolvers_asked", "that were asked", "resolvers"),
        _n("lookups", "observations that say so", "observations"), _n("lookups_of", "observations in all", "observations"), _EVIDENCE,
    )),
    Output("brackets", "one name that was ever blocked in one network: between which days it became so, and ceased", (
        _NETWORK, _NAME, _t("onset_after", "last day seen open before; empty: blocked when first looked at"),
        _t("onset_by", "first day seen blocked", may=False), _t("end_after", "last day seen blocked", may=False),
        _t("end_by", "first day seen open after; empty: blocked when last looked at"), _n("days_blocked", "days seen blocked", "days"),
        _n("days_open", "days seen open", "days"), _n("days_unknown", "days that tell nothing", "days"),
        _n("switches", "changes between days that tell something", "changes"),
    )),
    Output("resolver_days", "one resolver on one day: whether what it says can mean anything", (
        _NETWORK, _t("resolver", "server asked", may=False), _DAY, _t("word", "recursing, refusing, dead or few", may=False),
        _n("lookups", "lookups", "lookups"), _n("refused", "refused or sent away", "lookups"), _n("silent", "without a reply", "lookups"),
        _n("answered", "answered", "lookups"), _n("authoritative", "answered with authority", "lookups"),
        _n("invalid", "for what is no host name", "lookups"),
    )),
    Output("outages", "one stretch in which a series of a network or country lies far below its usual level", (
        _t("network", "network; empty where the series is of a whole country", may=False), _t("country", "country, where known", may=False),
        _t("series", "what is counted", may=False),
        Column("last_usual", "time", "last bin at its usual level before; empty: low from the start", "UTC"),
        Column("first_low", "time", "first low bin", "UTC", nullable=False), Column("last_low", "time", "last low bin", "UTC", nullable=False),
        Column("first_usual", "time", "first bin at its usual level after; empty: low to the end", "UTC"),
        Column("until", "time", "end of the last low bin", "UTC", nullable=False), Column("hours", "float", "from the first low bin to its end", "h", nullable=False),
        Column("ratio", "float", "mean of the low bins over their usual level", nullable=False),
        Column("least", "float", "lowest bin", nullable=False), Column("most", "float", "highest of the low bins", nullable=False),
        Column("spread", "float", "spread of single bins around the usual level, as a share of it", nullable=False),
        Column("p", "float", "chance of a stretch so low anywhere in the series, by its own scatter", nullable=False),
        Column("as_low", "float", "share of other stretches of that length as low: outages that come again are among them", nullable=False),
        _t("word", "collapse or cannot_tell", may=False),
        _t("why", "noisy (its own scatter gives the like) or few_history; else empty", may=False),
        _t("evidence", "records of the low bins: exhibit's 12 digits and record", may=False),
    )),
    Output("volumes_seen", "one series of a network or country that was looked at", (
        _t("network", "network; empty where the series is of a whole country", may=False), _t("country", "country, where known", may=False),
        _t("series", "what is counted", may=False), _n("values", "values", "values"), _n("known", "of these, with a usual level to be held against", "values"),
        Column("first", "time", "first bin", "UTC", nullable=False), Column("last", "time", "last bin", "UTC", nullable=False),
        _t("evidence", "first records", may=False),
    )),
    Output("changes", "two days of one network over a fixed panel of names", (
        _NETWORK, _DAY, _t("before", "day before it in the panel", may=False), _n("panel", "names that tell something on both days", "names"),
        _n("newly_blocked", "open before, blocked from this day", "names"), _n("newly_open", "blocked before, open from this day", "names"),
        Column("p", "float", "exact sign test that both directions are alike; 1 where nothing changed", nullable=False),
        _n("added", "names first asked on this day, which are no change of policy", "names"),
    )),
    Output("collateral", "a poisoned label and what shares it", (
        _NETWORK, _t("label", "name or zone that is poisoned", may=False), _t("taken", "names that were taken with it", may=False),
        _t("kept_open", "names under it that are kept open", may=False), _t("not_known", "names under it on a list, not measured", may=False),
    )),
    Output("review", "a group of like pages that a person should look at", (
        _t("cluster", "print of the pages", may=False), Column("proposed", "bool", "proposed as a block page", nullable=False),
        _t("word", "proposed, proxy_error, challenge, control or few", may=False), _n("pages", "pages", "pages"), _n("urls", "URLs", "URLs"),
        _n("owners", "unrelated sites", "sites"), _n("vantages", "vantages", "vantages"), _t("networks", "networks", may=False),
        _n("control_pages", "control's pages with the same print", "pages"), _t("fingerprint", "published fingerprint that knows it", may=False),
        _t("title", "title", may=False), _t("text", "its first words", may=False), _t("names", "sites", may=False), _EVIDENCE,
    )),
    Output("measured", "one measurement of a site, with the tool's own word beside ours", (
        _t("measurement", "exhibit's first 12 digits and number", may=False), _NETWORK, _DAY, _t("input", "what was tested", may=False),
        _t("label", "annotation of the measurement"), *_JUDGED, _t("why", "in one sentence", may=False),
        _t("blocking", "our verdict in web_connectivity's words; empty: cannot tell", may=False),
        _t("accessible", "true, false or empty: cannot tell", may=False), _t("said_blocking", "the tool's own"),
        _t("said_accessible", "the tool's own"), Column("agrees", "bool", "both are equal; empty where the tool says nothing"), _EVIDENCE,
    )),
    Output("listed", "one entry of a list of targets", tuple(c for n in READS["targets"] for c in TABLES["targets"].columns if c.name == n)),
)  # fmt: skip
