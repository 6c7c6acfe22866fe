"""Findings about much the same accounts, put together, so that one group seen in four ways is read as one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blowback.dossier.cards import Part
from blowback.model.finding import RULINGS, Finding, Ruling

OVERLAP = 0.5  # of the accounts of the smaller of the two


@dataclass(slots=True)
class Gathered:
    """Indices of findings, the first one leads; `accounts` are those of its findings of the same ruling."""

    ruling: Ruling
    findings: list[int]
    accounts: set[str]
    more: set[str]


def gather(findings: Sequence[Finding]) -> tuple[Gathered, ...]:
    """Groups of findings, in the order of their first finding; findings that name no accounts are in none.

    A finding joins the first group whose leading finding shares at least half of the smaller one's accounts with it.
    It is compared with the leading finding alone, never in a chain: no group grows beyond its first finding's reach.
    """
    made: list[Gathered] = []
    leads: list[frozenset[str]] = []
    for number, finding in enumerate(findings):
        members = frozenset(finding.subject.members)
        if not members:
            continue
        said = finding.ruling
        near = (g for g, lead in zip(made, leads, strict=True) if _overlap(members, lead) >= OVERLAP)
        home = next(near, None)
        if home is None:
            home = Gathered(said, [], set(), set())
            made.append(home)
            leads.append(members)
        home.findings.append(number)
        (home.accounts if said == home.ruling else home.more).update(members)
    for one in made:
        one.more -= one.accounts
    return tuple(made)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b))


def labels(findings: Sequence[Finding], groups: Sequence[Gathered], nouns: Mapping[str, str]) -> list[str]:
    """A label for each finding: `Group 2` alone, `Group 2a`, `Group 2b` where several make it.

    Others are `Burst 1` and so on, by the noun of their analysis, and `Whole case` where they speak of all.
    """
    named: list[str] = []
    count: Counter[str] = Counter()
    for finding in findings:
        count[finding.analysis] += finding.ruling != "context"
        noun = nouns.get(finding.analysis, "finding")
        one = f"{noun[:1].upper()}{noun[1:]} {count[finding.analysis]}"
        named.append("Whole case" if finding.ruling == "context" else one)
    for number, group in enumerate(groups, 1):
        for place, f in enumerate(group.findings):
            named[f] = f"Group {number}" + (letters(place) if len(group.findings) > 1 else "")
    return named


def parts(findings: Sequence[Finding], groups: Sequence[Gathered], nouns: Mapping[str, str]) -> tuple[Part, ...]:
    """What is not told as groups: one part for each analysis, then what is said of the whole case."""
    told = {n for g in groups for n in g.findings}
    homes: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        if number not in told:
            homes.setdefault("" if finding.ruling == "context" else finding.analysis, []).append(number)
    made = []
    for home in sorted(homes, key=lambda h: (not h, list(nouns).index(h) if h in nouns else len(nouns))):
        noun = nouns.get(home, "finding") if home else ""
        count = Counter(findings[n].ruling for n in homes[home])
        title = f"{noun[:1].upper()}{noun[1:]}s" if home else "Whole case"
        made.append(Part(title, noun, tuple(homes[home]), {r: count[r] for r in RULINGS if count[r]}))
    return tuple(made)


def letters(place: int) -> str:
    """`a` to `z`, then `aa`, `ab`, ..."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(97 + rest) + text
    return text
