"""Cards of findings and groups: each with what the desk counts beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blowback.dossier import evidence, objects
from blowback.dossier.cards import FindingCard, GroupCard, Trace
from blowback.dossier.groups import Gathered
from blowback.dossier.methods import rule_text
from blowback.dossier.pairs import Pairs
from blowback.dossier.reading import Desk
from blowback.dossier.shown import setting
from blowback.model.analysis import Analysis
from blowback.model.finding import Finding
from blowback.model.panel import Panel


def _named(finding: Finding, words: str) -> dict[str, str]:
    """The numbers that a rule's words leave to the parameters."""
    named = set(words.replace(",", " ").replace(")", " ").split())
    return {k: setting(v) for k, v in finding.parameters.items() if k in named and isinstance(v, int | float)}


def noun_of(known: Mapping[str, Analysis], analysis: str) -> str:
    """What the evidence of an analysis is; that of an unknown one is taken to be posts."""
    held = known.get(analysis)
    return held.evidence_noun if held else "post"


class Cards:
    """What is counted once and told on many cards. The desk has had `behind.gather`, `choose` and `objects.name`."""

    def __init__(
        self,
        desk: Desk,
        found: Sequence[Finding],
        together: Sequence[Gathered],
        *,
        pairs: Pairs,
        labels: Sequence[str],
        rules: Mapping[str, Analysis],
        manifest: str,
        panels: Mapping[int, tuple[Panel, ...]],
        traces: Mapping[int, tuple[Trace, ...]],
    ) -> None:
        self._found, self._together, self._pairs, self._rules = found, together, pairs, rules
        self._labels = labels
        self._manifest, self._panels, self._traces = manifest, panels, traces
        self._behind, self._of_groups = evidence.counts(desk), evidence.group_counts(desk)
        self._objects, self._delays = objects.most(desk), objects.delays(desk)
        self._home = {f: g for g, one in enumerate(together) for f in one.findings}

    def findings(self) -> tuple[FindingCard, ...]:
        """One card for each finding, in order."""
        return tuple(self._finding(number, finding) for number, finding in enumerate(self._found))

    def _finding(self, number: int, finding: Finding) -> FindingCard:
        home = self._home.get(number, -1)
        behind = self._behind.get(number, evidence.Behind())
        objects_total, most = self._objects.get(number, (0, ()))
        rule = rule_text(self._rules, finding.analysis, finding.rule)
        digest = finding.digest or "not stamped"
        return FindingCard(
            finding=finding,
            label=self._labels[number],
            group=home,
            ruling=finding.ruling,
            kinds=self._pairs.kinds.get(number, ()),
            of_first=self._of_first(home, finding),
            rule=rule,
            settings=_named(finding, rule.when),
            first_us=behind.first_us,
            last_us=behind.last_us,
            clock=behind.clock,
            posts=behind.posts,
            shown=behind.shown,
            objects=most,
            objects_total=objects_total,
            delays=objects.coarse(self._delays.get(number, ()), behind.clock),
            pairings=self._pairs.windows.get(number, ()),
            cite=f"{finding.id}, digest {digest}, manifest {self._manifest}",
            panels=self._panels.get(number, ()),
            noun=noun_of(self._rules, finding.analysis),
            traces=self._traces.get(number, ()),
        )

    def _of_first(self, home: int, finding: Finding) -> int:
        if home < 0:
            return 0
        first = self._found[self._together[home].findings[0]]
        return len(set(first.subject.members) & set(finding.subject.members))

    def groups(self) -> tuple[GroupCard, ...]:
        """One card for each group, in order."""
        return tuple(self._group(number, one) for number, one in enumerate(self._together))

    def _group(self, number: int, one: Gathered) -> GroupCard:
        behind = self._of_groups.get(number, evidence.Behind())
        kinds = dict.fromkeys(k for f in one.findings for k in self._pairs.kinds.get(f, ()))
        return GroupCard(
            label=f"Group {number + 1}",
            ruling=one.ruling,
            findings=tuple(one.findings),
            kinds=tuple(kinds),
            accounts=len(one.accounts),
            more=len(one.more),
            posts=behind.posts,
            first_us=behind.first_us,
            last_us=behind.last_us,
        )
