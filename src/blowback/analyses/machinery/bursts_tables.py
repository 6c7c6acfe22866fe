"""What the burst analysis leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

NUMBERED: Final = (
    Column("n", "int", "post in the order of time, ties by post_id; from 0", nullable=False),
    Column("post_id", "text", "post", nullable=False),
    Column("account_id", "text", "author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("clock", "text", "how far the time can be trusted", nullable=False),
    Column("kind", "text", "post, repost, quote, reply, comment or service", nullable=False),
    Column("client", "text", "application that posted"),
    Column("lang", "text", "language the export states"),
    Column("wording", "text", "fingerprint of the folded text; empty for reposts"),
)
OBJECTS: Final = (
    Column("object", "int", "object in the order of kind and value; from 0", nullable=False),
    Column("kind", "text", "kind of mark", nullable=False),
    Column("value", "text", "what is carried", nullable=False),
    Column("posts", "int", "posts that carry it", "posts", nullable=False),
)
USES: Final = (
    Column("object", "int", "object", nullable=False),
    Column("n", "int", "post that carries it", nullable=False),
)
CLOCKS: Final = (
    Column("n", "int", "post", nullable=False),
    Column("text", "text", "as published", nullable=False),
)
_ID: Final = Column("burst_id", "text", "burst within the run: kind, value and onset, hashed", nullable=False)


def _share(name: str, meaning: str) -> tuple[Column, Column, Column]:
    return (
        Column(name, "float", meaning, "share"),
        Column(f"{name}_low", "float", "lower end of its 95 % interval", "share"),
        Column(f"{name}_high", "float", "upper end", "share"),
    )


BURSTS: Final = Output(
    "bursts",
    "one stretch in which a series has more posts than its habits give (q <= fdr and at least min_posts posts)",
    (
        _ID,
        Column("scope", "text", "case (all posts), group (all posts of its accounts) or object", nullable=False),
        Column("kind", "text", "kind of mark; lang for a stated language; group; case for all posts", nullable=False),
        Column("value", "text", "the object, or the group's id in the coordination run; empty for the whole case", nullable=False),
        Column("onset", "time", "where the rate steps up most clearly", "UTC", nullable=False),
        Column("onset_low", "time", "earliest step that fits nearly as well (95 %)", "UTC", nullable=False),
        Column("onset_high", "time", "latest", "UTC", nullable=False),
        Column("peak_at", "time", "start of the clock hour (UTC) with most posts", "UTC", nullable=False),
        Column("end_at", "time", "last post of the last window that stands out", "UTC", nullable=False),
        Column("posts", "int", "posts from onset to end", "posts", nullable=False),
        Column("expected", "float", "posts its baseline gives there", "posts", nullable=False),
        Column("excess_low", "float", "posts beyond the baseline, lower end (95 % predictive)", "posts", nullable=False),
        Column("excess_high", "float", "upper end", "posts", nullable=False),
        Column("peak_posts", "int", "posts of the peak hour", "posts", nullable=False),
        *_share("peak_share", "posts of the peak hour / posts"),
        *_share("first7h_share", "posts in the seven hours from the onset / posts"),
        *_share("top50_share", "posts of the 50 accounts with most / posts"),
        Column("top50_expected", "float", "the same with posts per account as elsewhere in the case", "share"),
        Column("top50_limit", "float", "97.5 % point of that", "share"),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        Column("class", "text", "machinery, organic_surge, known_event or cannot_tell", nullable=False),
        Column("signs", "text", "signs of machinery that hold, joined by commas", nullable=False),
        Column("against", "text", "signs tested that do not hold", nullable=False),
        Column("untested", "text", "signs that the data cannot show, or that a group shows because it was chosen", nullable=False),
        Column("event", "text", "words of the calendar event at its onset; empty where none"),
        Column("slot_s", "int", "seconds from the nearest half hour to the onset; empty where clocks are too coarse", "seconds"),
        Column("slot_named", "int", "earlier posts that name this clock time; empty where clocks are too coarse", "posts"),
        Column("cut", "bool", "it breaks off at once while it is strong, as a limit of the collection makes it", nullable=False),
        Column("width_s", "int", "window in which it stands out most", "seconds", nullable=False),
        Column("p", "float", "chance that any window of the series is so full (all widths and starts)", nullable=False),
        Column("q", "float", "after false-discovery control over all series (Benjamini-Hochberg)", nullable=False),
        Column("same_as", "text", "burst of another series made of mostly the same posts, which stands for it; else empty"),
    ),
)  # fmt: skip
SIGNS: Final = Output(
    "signs",
    "one sign of one burst: what was seen, and what as many consecutive posts elsewhere in the case give",
    (
        _ID,
        Column("sign", "text", "concentration, wording, client, clockwork, entry, replies, newcomers or slot", nullable=False),
        Column("seen", "float", "the sign's measure in the burst", nullable=False),
        Column("low", "float", "lower end of its interval"),
        Column("high", "float", "upper end"),
        Column("expected", "float", "median elsewhere or under its null"),
        Column("p", "float", "share of the null at least so extreme"),
        Column("runs", "int", "runs or draws of the null", nullable=False),
        Column("holds", "bool", "it counts as a sign of machinery", nullable=False),
        Column("says", "text", "in words", nullable=False),
    ),
)  # fmt: skip
SERIES: Final = Output(
    "series",
    "one bin around a burst that stands for itself",
    (
        _ID,
        Column("at", "time", "start of the bin", "UTC", nullable=False),
        Column("step_s", "int", "width of the bin", "seconds", nullable=False),
        Column("seen", "int", "posts", "posts", nullable=False),
        Column("expected", "float", "posts its baseline gives", "posts", nullable=False),
        Column("low", "float", "2.5 % point of the baseline", "posts", nullable=False),
        Column("high", "float", "97.5 % point", "posts", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "one kind of series: what was tested, and what stood out",
    (
        Column("kind", "text", "kind of mark, lang, group or case", nullable=False),
        Column("series", "int", "series tested: those with at least min_posts posts", "series", nullable=False),
        Column("posts", "int", "posts in them", "posts", nullable=False),
        Column("bursts", "int", "bursts found", "bursts", nullable=False),
        Column("machinery", "int", "of these, machinery", "bursts", nullable=False),
        Column("organic_surge", "int", "organic surges", "bursts", nullable=False),
        Column("known_event", "int", "at a known event", "bursts", nullable=False),
        Column("cannot_tell", "int", "neither", "bursts", nullable=False),
        Column("resolution_s", "int", "unit of the data's times", "seconds", nullable=False),
        Column("days", "int", "days with posts", "days", nullable=False),
        Column("silent", "float", "share of days without posts: gaps of the collection look like bursts", "share", nullable=False),
        Column("small", "int", "groups without a series: fewer than min_posts posts, or posts of fewer than three accounts", "groups", nullable=False),
        Column("lone", "int", "bursts of groups left out because one account wrote more than half", "bursts", nullable=False),
        Column("overdispersion_1h", "float", "median over series: variance beyond Poisson at an hour, as a multiple of mean squared"),
        Column("outcome", "text", "done, too_short (nothing to hold it against) or no_series", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (BURSTS, SIGNS, SERIES, SUMMARY)
