"""What the analysis of moves reads and what it leaves behind."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.columns import Column

LINKS: Final = (
    Column("post_id", "text", "post, its own words", nullable=False),
    Column("account_id", "text", "its author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("url", "text", "canonical link", nullable=False),
)
CONTENTS: Final = (
    Column("post_id", "text", "post with a link", nullable=False),
    Column("kind", "text", "folded_text or media", nullable=False),
    Column("value", "text", "fingerprint of its words or of its file", nullable=False),
)


def _t(name: str, meaning: str, *, may: bool = False) -> Column:
    return Column(name, "text", meaning, nullable=may)


def _n(name: str, meaning: str, unit: str, *, may: bool = True) -> Column:
    return Column(name, "int", meaning, unit, nullable=may)


def _f(name: str, meaning: str) -> Column:
    return Column(name, "float", meaning)


_EVENT: Final = _t("event", "one change of a service's reachability, hashed")
MOVES: Final = Output(
    "moves", "one place that links lead to, around one change of a service's reachability", (
        _EVENT, _t("service", "the service, or the hosts of it that were blocked"), _t("direction", "blocked or open_again"),
        _t("networks", "networks in which it was seen"), _t("names", "names that were measured"),
        _t("after", "last day that shows the state before"), _t("by", "first day that shows the state after"),
        _t("kind", "blocked (the service itself), host, category (other hosts of its category) or rest (hosts too small to be told)"),
        _t("place", "the service, host or category that the row counts"),
        _n("before", "uses before: accounts and days with a link to it", "account-days"),
        _n("before_of", "uses of all places (for other places: all but the service)", "account-days"),
        _n("after_uses", "uses after", "account-days"), _n("after_of", "the same of all places", "account-days"),
        _f("odds_ratio", "odds of a use leading there, after over before, beyond what is usual at other dates"),
        _f("low", "lower end of its 95 % interval"), _f("high", "upper end"), _f("p", "two-sided"),
        _f("q", "after false-discovery control (Benjamini-Hochberg) over all services of the case, or over all other places"),
        _f("elsewhere", "share of other dates at which the share changes as much"),
        _n("dates", "other dates", "days"), _f("dispersion", "variance over that of independent uses"),
        _f("widened", "how much the interval is widened by what other dates show"),
        _n("accounts", "accounts that link there within the two windows; empty where fewer than least_accounts", "accounts"),
        _n("contents", "texts, files and names of files seen with a link to the service before and first seen with this place after", "contents"),
        _f("contents_usual", "mean of the same at other dates before it"), _f("contents_elsewhere", "share of these dates with as many"),
        _t("word", "fell, rose, same or cannot_tell"), _t("why", "why it cannot be told; else empty"),
        _t("seen_before", "replies that show the state before: exhibit's 12 digits and record", may=True),
        _t("seen_after", "replies that show the state after", may=True),
    ),
)  # fmt: skip
DAYS: Final = Output(
    "move_days", "one day of the posts around one change that could be tested", (
        _EVENT, _t("day", "UTC day"), _n("to_service", "uses of the service", "account-days", may=False),
        _n("elsewhere", "uses of all other places", "account-days", may=False),
        _n("to_changed", "uses of the other places that changed", "account-days", may=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (MOVES, DAYS)
