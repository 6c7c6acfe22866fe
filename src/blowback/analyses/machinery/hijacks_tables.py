"""What the hijack analysis reads in its steps and leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

_POST: Final = Column("post_id", "text", "post", nullable=False)
_ACCOUNT: Final = Column("account_id", "text", "author", nullable=False)
_VALUE: Final = Column("value", "text", "hashtag without #", nullable=False)
_STRAND: Final = Column(
    "strand", "int", "number of the strand within its tag, the largest first; 0: none stands out", nullable=False
)

NAMES: Final = (_VALUE,)
TAGGED: Final = (
    _POST, _ACCOUNT,
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("kind", "text", "post, repost, quote, reply or comment", nullable=False),
    Column("text_folded", "text", "text in folded form"),
    Column("lang", "text", "language the export states"),
)  # fmt: skip
CARRIES: Final = (
    _POST,
    Column("kind", "text", "kind of mark", nullable=False),
    Column("value", "text", "what is carried", nullable=False),
)
ANSWERS: Final = (
    Column("account_id", "text", "who passes on, answers or quotes", nullable=False),
    Column("target_id", "text", "the post passed on, answered or quoted", nullable=False),
)
PEOPLE: Final = (
    _ACCOUNT,
    Column("handle", "text", "handle under its pseudonym"),
    Column("followers", "int", "followers, the most that any export says", "accounts"),
)
SEEN: Final = (_POST, Column("views", "int", "views, the most that any record says", "count"))

CLASSES: Final = {
    "repurposed": "its own author circle speaks of something else under the tag",
    "counter": "the strand is mostly answers to a campaign",
    "news": "the strand is mostly reports",
    "own_people": "its authors belong to the tag's others: they took something up, protest included",
    "cannot_tell": "it stands apart, but which side is the tag's own, or whether it is one campaign, cannot be told",
    "none": "nothing under the tag stands apart",
}
_TESTS: Final = (
    Column("drift", "float", "share of the strand's words that fellows use and hardly any other account under the tag", "share"),
    Column("drift_usual", "float", "the same for the tag's sub-topics (placebos): their median", "share"),
    Column("drift_z", "float", "drift against the placebos, in robust standard deviations"),
    Column("placebos", "int", "sub-topics it was measured against", "words"),
    Column("borrowed", "int", "wordings taken from others without saying so, and given the strand's marker", "posts"),
    Column("borrowed_usual", "float", "share of such takings among the tag's other posts", "share"),
    Column("bundling", "float", "share of its posts with a marker that is theirs alone", "share"),
    Column("bundling_usual", "float", "the same for as many posts drawn from the tag at random, mean", "share"),
    Column("links", "float", "share of its posts with a link that is theirs alone", "share"),
    Column("links_usual", "float", "the same for as many posts drawn at random, mean", "share"),
    Column("novelty", "float", "share of its authors without any tie to the tag's others", "share"),
    Column("novelty_usual", "float", "the same where the strand is dealt among the tag's posts at random, mean", "share"),
    Column("p_novelty", "float", "chance of so many without a tie, dealt at random"),
    Column("singles", "int", "its authors of whom one post under the tag is all that is known", "accounts"),
    Column("before", "int", "other accounts that used the tag before the strand began", "accounts"),
    Column("p_before", "float", "chance that all its authors came so late, were the tag's accounts in random order"),
    Column("wordings", "int", "distinct wordings of the strand", "wordings"),
    Column("copied", "float", "share of its posts whose wording another of its authors posted, too", "share"),
    Column("tongue", "text", "language or script of most of its posts, where it is rare among the tag's others; else empty"),
)  # fmt: skip
_EXPOSED: Final = (
    Column("exposure_low", "int", "accounts outside that answered, quoted, passed on or repeated a post of the strand", "accounts"),
    Column("exposure_high", "int", "views or followers of its authors, and accounts outside that used the tag meanwhile; "
           "empty where more than half of the authors are unknown", "people"),
    Column("exposure_beside", "int", "of the upper end: accounts outside that used the tag between onset and last post", "accounts"),
    Column("exposure_unknown", "int", "authors with neither views nor followers: what they reached is in neither end", "accounts"),
)  # fmt: skip
TAGS: Final = Output(
    "tags",
    "one strand of one tag that is large enough to be tested; a tag where nothing stands apart has one row",
    (
        _VALUE, _STRAND,
        Column("posts", "int", "posts with the tag", "posts", nullable=False),
        Column("accounts", "int", "accounts with a wording of their own under the tag", "accounts", nullable=False),
        Column("first_at", "time", "first post with the tag", "UTC", nullable=False),
        Column("last_at", "time", "last post with the tag", "UTC", nullable=False),
        Column("onset_at", "time", "onset of the re-purposing: by then one in twenty of the strand's posts was there", "UTC"),
        Column("until_at", "time", "last post of the strand", "UTC"),
        Column("strand_posts", "int", "posts of the strand, passed on included", "posts", nullable=False),
        Column("strand_accounts", "int", "its authors", "accounts", nullable=False),
        Column("hijack", "int", "of these posts, the re-purposing itself", "posts", nullable=False),
        Column("counter", "int", "answers to it", "posts", nullable=False),
        Column("news", "int", "reports on it", "posts", nullable=False),
        Column("own", "int", "posts of the tag outside the strand (never listed)", "posts", nullable=False),
        Column("share", "float", "re-purposed posts / posts with the tag from onset on", "share"),
        Column("share_low", "float", "lower end: only posts with a chance of nine in ten, bootstrap over accounts", "share"),
        Column("share_high", "float", "upper end: every post with a chance of one in ten, bootstrap over accounts", "share"),
        *_TESTS,
        Column("tested", "int", "markers of this tag that were tested", "markers", nullable=False),
        Column("p", "float", "the smaller p of both tests of the strand's best marker, doubled", nullable=False),
        Column("q", "float", "after false-discovery control over every marker of every tag (Benjamini-Hochberg)", nullable=False),
        Column("class", "text", "; ".join(f"{k}: {v}" for k, v in CLASSES.items()), nullable=False),
        Column("reason", "text", "why this class, in words", nullable=False),
        *_EXPOSED,
    ),
)  # fmt: skip
POSTS: Final = Output(
    "posts",
    "one post of a strand: re-purposing, answer or report. Posts of the tag's own crowd are counted, never listed",
    (
        _POST, _VALUE, _STRAND,
        Column("posted_at", "time", "when", "UTC", nullable=False),
        Column("class", "text", "hijack, counter or news", nullable=False),
        Column("score", "float", "chance that it belongs to the strand, by words, markers and author", "share", nullable=False),
        Column("why", "text", "what puts it there", nullable=False),
    ),
)  # fmt: skip
MARKERS: Final = Output(
    "markers",
    "a marker of a strand, or one of the commonest of the tag's own, with how many posts and accounts carry it",
    (
        _VALUE, _STRAND,
        Column("side", "text", "strand or own", nullable=False),
        Column("kind", "text", "hashtag, domain, url or mention; own mentions are not listed", nullable=False),
        Column("marker", "text", "what is carried", nullable=False),
        Column("posts", "int", "posts of that side with it", "posts", nullable=False),
        Column("accounts", "int", "accounts of that side with it", "accounts", nullable=False),
        Column("pmi", "float", "log2 of how much more often it stands with the tag than if both were drawn alone, among the posts looked at", nullable=False),
    ),
)  # fmt: skip
HOURS: Final = Output(
    "hours",
    "one hour of a tag with a strand",
    (
        _VALUE, _STRAND,
        Column("hour", "time", "start of the hour", "UTC", nullable=False),
        Column("posts", "int", "posts with the tag", "posts", nullable=False),
        Column("strand_posts", "int", "of these, posts of the strand", "posts", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "the whole run",
    (
        Column("posts", "int", "posts under tags that were looked at", "posts", nullable=False),
        Column("tags", "int", "tags with enough posts and accounts", "tags", nullable=False),
        Column("tested_tags", "int", "of these, tags with a marker that could be tested", "tags", nullable=False),
        Column("tested", "int", "markers tested: the family of the tests", "markers", nullable=False),
        Column("expected", "float", "markers that pass by chance at most, at the given rate", "markers", nullable=False),
        Column("passed", "int", "markers with q at or below the limit", "markers", nullable=False),
        Column("strands", "int", "strands they make", "strands", nullable=False),
        Column("repurposed", "int", "of these, of the class repurposed", "strands", nullable=False),
        Column("first_id", "text", "the first post under a tag that was looked at: where reading begins"),
        Column("outcome", "text", "done, no_tags (no tag is large enough) or untestable", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (TAGS, POSTS, MARKERS, HOURS, SUMMARY)
