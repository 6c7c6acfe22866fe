"""The dossier as a frozen document: everything a rendering shows, nothing it has to look up.

Times are integer microseconds since 1970, UTC. Texts are already defanged and cut; renderings still escape them and
make control characters visible. `to_json` and `from_json` are each other's inverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from blowback.dossier.cards import (
    FindingCard,
    GroupCard,
    NumbersCard,
    ObjectNamed,
    Part,
    PostShown,
    ReasonCard,
    RuleText,
)
from blowback.dossier.decode import decode
from blowback.errors import NotReadable
from blowback.model.finding import Ruling
from blowback.model.ids import json_digest

SCHEMA = 5
MEASURED = ("lookups", "fetches", "measurements", "volumes")  # tables of measurements of a network


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What `case.toml` says; `unfinished` are plain sentences about an intake that was cut off."""

    title: str
    created: str
    pseudonyms: bool
    tool: str
    purpose: str
    collector: str
    legal_basis: str
    end_date: str
    missing: tuple[str, ...]
    unfinished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExhibitRead:
    """The receipt of one exhibit: read = kept + duplicate + set_aside. `title` is the format in words."""

    sha256: str
    name: str
    bytes: int
    source: str
    title: str
    stored: str
    read: int
    kept: int
    duplicate: int
    set_aside: int
    zone: str
    zone_assumed: bool
    reasons: Mapping[str, int]
    clocks: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def adds_up(self) -> bool:
        """Whether nothing that was read is unaccounted for."""
        return self.read == self.kept + self.duplicate + self.set_aside


@dataclass(frozen=True, slots=True)
class Sentence:
    """One plain sentence with its certainty word, the section it points to, and the table it was counted in."""

    says: str
    certainty: str
    link: str
    source: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Posts of one finding or group over time: (bin, posts) for bins that are not empty."""

    label: str
    ruling: Ruling
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Bracket:
    """Something that began or ceased between two moments: seen to be not so at `from_us`, seen to be so at `to_us`."""

    from_us: int
    to_us: int
    says: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Posts per bin of `step_s` seconds from `start_us`, and those behind a group that stands out as (bin, posts).

    `groups` and `findings` are in the order of those of the document. Posts outside the plotted span are counted in
    `before` and `after`, not drawn. `brackets` are what other evidence dates within that span.
    """

    start_us: int
    step_s: int
    step: str
    counts: tuple[int, ...]
    behind: tuple[tuple[int, int], ...]
    groups: tuple[Lane, ...]
    findings: tuple[Lane, ...]
    before: int
    after: int
    note: str
    brackets: tuple[Bracket, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One pseudonymous account of a group at its place in the drawing (units of the drawing).

    `stands` is false for accounts that only an undecided finding names.
    """

    account: str
    group: int
    stands: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A surviving pair: indices into `Network.nodes`, the most distinct objects of any kind and window, the kinds."""

    a: int
    b: int
    n_objects: int
    kinds: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """The circle a group is drawn in; `shown` of its `members` accounts have a node."""

    group: int
    label: str
    ruling: Ruling
    x: float
    y: float
    r: float
    members: int
    shown: int


@dataclass(frozen=True, slots=True)
class Network:
    """Groups of accounts, laid out. `pairs` and `accounts` are totals before any cap."""

    width: float
    height: float
    clusters: tuple[Cluster, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    accounts: int
    pairs: int
    note: str


@dataclass(frozen=True, slots=True)
class RemovalCount:
    """How many posts, accounts, ... of one state, by the actor the source names."""

    actor: str
    state: str
    subject_kind: str
    certainty: str
    rows: int
    subjects: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """Something the figures cannot carry, with its share of posts where there is one."""

    title: str
    says: str
    share: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """Pairs of accounts that meet within a window, and what shifted timelines give."""

    window_s: int
    pairs: int
    by_chance: float | None


@dataclass(frozen=True, slots=True)
class Tested:
    """What one run tested for a kind of mark; see its table `summary`. `survive`: pairs that stand, at the widest count."""

    kind: str
    marks: int
    accounts: int
    tested: int
    survive: int
    outcome: str
    windows: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter of a run with its unit and meaning."""

    name: str
    value: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Method:
    """One run that this dossier rests on."""

    run: str
    analysis: str
    version: str
    asks: str
    cannot_show: str
    parameters: tuple[Setting, ...]
    engine: str
    code: str
    outcome: str
    findings: int
    tables: Mapping[str, str]
    rules: tuple[RuleText, ...]
    tested: tuple[Tested, ...]


@dataclass(frozen=True, slots=True)
class TableFact:
    """A canonical table: rows, files, and a digest over the SHA-256 of its files in the manifest."""

    name: str
    rows: int
    files: int
    digest: str


@dataclass(frozen=True, slots=True)
class Hashes:
    """What fixes the state of the case that was read."""

    manifest_lines: int
    manifest_head: str
    ledger_lines: int
    ledger_head: str
    tables: tuple[TableFact, ...]
    blowback: str


@dataclass(frozen=True, slots=True)
class Document:
    """A dossier. `made_at` is the only thing in it that is not decided by the case."""

    made_at: str
    case: CaseCard
    exhibits: tuple[ExhibitRead, ...]
    sentences: tuple[Sentence, ...]
    timeline: Timeline
    network: Network
    groups: tuple[GroupCard, ...]
    parts: tuple[Part, ...]
    findings: tuple[FindingCard, ...]
    findings_total: int
    objects: tuple[ObjectNamed, ...]
    posts: tuple[PostShown, ...]
    posts_note: str
    reasons: tuple[ReasonCard, ...]
    numbers: tuple[NumbersCard, ...]
    removals: tuple[RemovalCount, ...]
    limits: tuple[Limit, ...]
    methods: tuple[Method, ...]
    hashes: Hashes
    schema: int = field(default=SCHEMA)

    @property
    def measured(self) -> bool:
        """Whether the case holds measurements and no posts, so that nothing should be said of posts."""
        rows = {t.name: t.rows for t in self.hashes.tables}
        return not rows.get("posts") and any(rows.get(name) for name in MEASURED)

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts and tuples, ready for JSON."""
        return asdict(self)

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, one document."""
        return orjson.dumps(self.as_dict(), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)

    def digest(self) -> str:
        """SHA-256 of the content: the same case gives the same digest.

        The moment it was made is left out, and the end of the ledger: writing a dossier adds a line there.
        """
        whole = {k: v for k, v in self.as_dict().items() if k != "made_at"}
        whole["hashes"] = {k: v for k, v in whole["hashes"].items() if not k.startswith("ledger_")}
        return json_digest(whole)

    @classmethod
    def from_json(cls, text: bytes | str) -> Document:
        """Read back what `to_json` wrote.

        Raises:
            NotReadable: it is not JSON, not a dossier, or one of another schema version.
        """
        hint = "Make it anew with `blowback dossier CASE`"
        try:
            held = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise NotReadable(f"the dossier is not JSON: {error}", hint=hint) from error
        if not isinstance(held, dict) or held.get("schema") != SCHEMA:
            found = held.get("schema") if isinstance(held, dict) else None
            raise NotReadable(f"the dossier has schema {found}; this version reads {SCHEMA}", hint=hint)
        try:
            return decode(cls, held)
        except (KeyError, TypeError, ValueError) as error:
            raise NotReadable(f"the dossier is damaged: {error}", hint=hint) from error
