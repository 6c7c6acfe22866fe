"""A finding: a sentence with its rule, null, interval, counter-evidence and evidence. None lacks any of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Certainty = Literal["observed", "inferred", "alleged"]
CERTAINTIES: tuple[Certainty, ...] = ("observed", "inferred", "alleged")
# What the rule makes of the subject. stands: the mechanism stands out after its nulls. explained: it stands out, and a
# lawful or innocent reading that was tested fits it (an organic surge, news, counter-speech). cannot_tell: the data
# decide neither way. context: a statement about the whole case, "nothing was found" included.
Ruling = Literal["stands", "explained", "cannot_tell", "context"]
RULINGS: tuple[Ruling, ...] = ("stands", "explained", "cannot_tell", "context")


@dataclass(frozen=True, slots=True)
class Effect:
    """A size with its interval: `value` lies in [`low`, `high`] at `level`, by `method`."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    method: str
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Null:
    """What chance alone gives: the model in words, what it expects, and how rare the observation is under it.

    `p` is the raw p-value and `q` its value after false-discovery control over everything tested; None where the
    null is a base rate and not a test.
    """

    name: str
    says: str
    observed: float
    expected: float
    p: float | None
    q: float | None
    tested: int
    method: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What the finding is about. Never a single person: a group, a pair's group, a tag, a host, a case."""

    kind: str
    id: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One judged statement. The stamp (`run`, `engine`, `code`, `tables`) is added by the desk."""

    id: str
    analysis: str
    subject: Subject
    says: str
    certainty: Certainty
    effect: Effect
    rule: str
    parameters: Mapping[str, str | int | float | bool]
    nulls: tuple[Null, ...]
    counter_evidence: tuple[str, ...]
    evidence: tuple[str, ...]  # post ids (or what `Analysis.evidence_noun` says), the first ones in time order
    evidence_total: int
    ruling: Ruling = "stands"
    tables: Mapping[str, str] = field(default_factory=dict)  # output name -> content digest
    run: str = ""
    engine: str = ""
    code: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        missing = [
            name
            for name in ("id", "analysis", "says", "rule", "nulls", "counter_evidence", "evidence")
            if not getattr(self, name)
        ]
        if missing or self.certainty not in CERTAINTIES or self.ruling not in RULINGS:
            msg = f"a finding without {', '.join(missing) or 'a certainty and a ruling word'} is not a finding"
            raise ValueError(msg)

    def __repr__(self) -> str:
        return f"<finding {self.id}, {self.certainty}: {self.says}>"

    def as_dict(self) -> dict[str, Any]:
        """A plain dict in field order, ready for JSON."""
        return asdict(self)

    def core(self) -> dict[str, Any]:
        """What the digest covers: all but the stamp, so that it does not depend on engine, run or version."""
        stamp = {"run", "engine", "code", "digest"}
        return {f.name: asdict(self)[f.name] for f in fields(self) if f.name not in stamp}
