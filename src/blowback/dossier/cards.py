"""What a dossier shows of each group, finding and post; plain values only, see `document` for units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blowback.model.finding import Finding, Ruling
from blowback.model.panel import Grid, Panel


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words."""

    id: str
    when: str
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectShared:
    """Something the accounts of a group share.

    Args:
        kind: of the mark, as in the tables.
        says: the tag or address itself, or an excerpt of a post that carries it.
        posts, accounts: how many share it.
        span_s: seconds from the first of those posts to the last.
        offsets_s: seconds since the first, of the first posts in time order.
    """

    kind: str
    says: str
    posts: int
    accounts: int
    span_s: float
    offsets_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """Co-actions whose two posts are apart by at most `up_to_s` seconds, and by more than the step before it."""

    up_to_s: int
    count: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pairs of the group's accounts that meet within one window, and how many of these stand."""

    window_s: int
    pairs: int
    survive: int


@dataclass(frozen=True, slots=True)
class Trace:
    """The way from a piece of evidence that is no post to its bytes.

    Args:
        key: as in `Finding.evidence`: first 12 digits of the exhibit, then the record.
        exhibit: index into `Document.exhibits`; -1 where it is not there.
        member: the file inside the exhibit, where that is an archive.
        day: as given. name: what was asked for. at: server, proxy or network that was asked.
        says: the reply in short.
        record_no, line, byte_start, byte_len, record_hash: as in the canonical tables; line and byte count inside `member`.
    """

    key: str
    exhibit: int
    member: str
    day: str
    name: str
    at: str
    says: str
    record_no: int
    line: int | None
    byte_start: int | None
    byte_len: int | None
    record_hash: str


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding with what a reader needs beside it.

    Args:
        finding: as the analysis judged it.
        label: `Group 1`, or `Group 1a`, `Group 1b`, ... where several findings are about much the same accounts.
        group: its place in `Document.groups`; -1 where it names no accounts.
        ruling: whether its group stands out.
        panels: what its analysis shows beside it.
        noun: what its evidence is: `post`, `measurement`.
        traces: where each piece of evidence lies that is no post.
        kinds: the kinds of marks that join it, the one it speaks of first; empty where they are not known.
        of_first: how many of its accounts the first finding of its group names, too.
        rule: its rule in words.
        settings: the parameters that the rule's words name.
        clock: the coarsest clock among its posts.
        posts: distinct posts among the co-actions of its accounts; 0 where the run kept none.
        shown: how many of those are embedded in the dossier.
        objects: the objects its accounts share most.
        delays: co-actions by how far apart their two posts are.
        pairings: pairs inside the group for each window.
        cite: one line that names finding, digest and manifest head.
    """

    finding: Finding
    label: str
    group: int
    ruling: Ruling
    kinds: tuple[str, ...]
    of_first: int
    rule: RuleText
    settings: Mapping[str, str]
    first_us: int | None
    last_us: int | None
    clock: str
    posts: int
    shown: int
    objects: tuple[ObjectShared, ...]
    objects_total: int
    delays: tuple[Delay, ...]
    pairings: tuple[Pairing, ...]
    cite: str
    panels: tuple[Panel, ...]
    noun: str
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Findings that are told together, beside the groups: those of one analysis, or those of the whole case.

    Args:
        title: heading of the part, such as `Bursts`; `Whole case` for what is said of the case as a whole.
        noun: what one of them is called; empty for the whole case.
        findings: indices into `Document.findings`.
        counts: findings by ruling, in the order of the rulings; rulings without any are left out.
    """

    title: str
    noun: str
    findings: tuple[int, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a test: value and interval already written out, and what it is in words."""

    name: str
    value: str
    interval: str
    says: str


@dataclass(frozen=True, slots=True)
class ReasonHeld:
    """A stated reason held against one network.

    Args:
        wording: consistent, partly, not shown, contradicted or cannot tell. rule: when that word is used.
        power: whether enough was measured for a word at all.
        overturn: what would change the word; empty where the audit does not say.
        doubt: how far the word depends on who labelled the sites.
        categories: categories of sites with n, blocked, interval and q.
    """

    network: str
    wording: str
    rule: str
    measures: tuple[Measure, ...]
    power: str
    overturn: str
    doubt: str
    categories: Grid


@dataclass(frozen=True, slots=True)
class ReasonCard:
    """A stated reason for blocking as the latest audit of the case has it.

    Args:
        predicts: in words, what the reason predicts blocked (and open).
        known: when the case wrote the reason down, and whether that was after its data had been judged.
        without_data: networks it speaks of that the case does not have.
        file: the audit, inside the case. run: the run it was made over; `stale` where the case was judged anew since.
    """

    actor: str
    quote: str
    date: str
    source: str
    predicts: str
    known: str
    networks: tuple[ReasonHeld, ...]
    without_data: tuple[str, ...]
    limits: tuple[str, ...]
    file: str
    run: str
    stale: bool


@dataclass(frozen=True, slots=True)
class NumbersCard:
    """The numbers of somebody's sentence (`0 of 7 blocked`) as the latest audit of such has them.

    Args:
        says: the numbers as claimed, or the names that were looked up. lines: what they allow, in sentences.
    """

    says: str
    lines: tuple[str, ...]
    file: str
    stale: bool


@dataclass(frozen=True, slots=True)
class GroupCard:
    """Findings about much the same accounts, told as one group.

    Args:
        label: `Group 1`, `Group 2`, ...: those that stand out first, largest first.
        ruling: `stands` where one of its findings stands.
        findings: indices into `Document.findings`, the first one leads.
        kinds: kinds of marks it was found by, in the order of its findings.
        accounts: named by its findings of that ruling.
        more: accounts that only its undecided findings name.
        posts: distinct posts behind its findings of that ruling.
    """

    label: str
    ruling: Ruling
    findings: tuple[int, ...]
    kinds: tuple[str, ...]
    accounts: int
    more: int
    posts: int
    first_us: int | None
    last_us: int | None


@dataclass(frozen=True, slots=True)
class ObjectNamed:
    """An object that embedded posts share, for the heading above them."""

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class PostShown:
    """One embedded post with the way back to its bytes; `exhibit` is an index into `Document.exhibits`."""

    id: str
    account: str
    at_us: int
    clock: str
    kind: str
    text: str
    cut: bool
    lang: str
    client: str
    repost_of: str
    findings: tuple[int, ...]
    shares: tuple[tuple[int, int], ...]  # (index of a finding, index into `Document.objects`)
    exhibit: int
    record_no: int
    line: int | None
    byte_start: int | None
    byte_len: int | None
    record_hash: str
    removed: str = ""
