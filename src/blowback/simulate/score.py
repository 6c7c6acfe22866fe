"""Compare the groups that were found with the ones that were planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow as pa

from blowback.case.lines import objects_in
from blowback.errors import NotReadable, Unexpected
from blowback.tools.intervals import wilson

AccountId = Callable[[str, str], str]
Status = Literal["found", "partly", "missed"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a count with its 95 % Wilson interval; `value` is None where there was nothing to count."""

    hits: int
    of: int
    value: float | None
    low: float
    high: float

    def __str__(self) -> str:
        if self.value is None:
            return "none"
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def share(hits: int, of: int) -> Share:
    """A share of a count with Wilson's interval at 95 %."""
    low, high = wilson(hits, of)
    return Share(hits, of, hits / of if of else None, low, high)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One planted group and the found group that holds most of it."""

    planted: str
    kind: str
    export: str
    tau_s: float
    size: int
    status: Status
    found: str | None  # group_id
    found_size: int
    precision: Share  # members of the found group that belong to the planted one
    recall: Share  # members of the planted group that were found in it
    f1: float


@dataclass(frozen=True, slots=True)
class Score:
    """All planted groups, and the accounts over all groups."""

    groups: tuple[GroupScore, ...]
    precision: Share  # accounts in any found group, those of other machinery aside, that belong to any planted group
    recall: Share
    f1: float
    false_accounts: int  # in a found group, but in no planted group nor in other planted machinery
    other_accounts: int  # in a found group along with other planted machinery: bursts, injections, hijacks, the network
    false_groups: int  # found groups without two accounts of one planted group or of other machinery

    def as_dict(self) -> dict[str, Any]:
        """A plain dict, ready for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The score as plain lines of text, widths aligned."""
        out = [f"{'planted':<10}{'kind':<13}{'tau s':>6}{'size':>6}  {'result':<8}{'precision':<20}{'recall':<20}F1"]
        out += [
            f"{g.planted:<10}{g.kind:<13}{g.tau_s:>6g}{g.size:>6}  {g.status:<8}{g.precision!s:<20}{g.recall!s:<20}"
            f"{g.f1:.2f}"
            for g in self.groups
        ]
        count = sum(g.status == "found" for g in self.groups)
        out.append(
            f"{count} of {len(self.groups)} planted groups found; accounts: precision {self.precision}, recall "
            f"{self.recall}, F1 {self.f1:.2f}; {self.false_accounts} accounts and {self.false_groups} groups beside, "
            f"{self.other_accounts} accounts of other planted machinery"
        )
        return out


def score(truth: Path, members: pa.Table, account_id: AccountId) -> Score:
    """Compare found groups with the planted ones.

    Args:
        truth: `truth.json` of the simulator.
        members: found groups, columns `group_id, account_id` (others are ignored).
        account_id: (platform, native id) -> account_id as in the case.

    Raises:
        NotReadable: the truth cannot be read.
        Unexpected: it is no truth of the simulator.
    """
    told = read(truth)
    found: dict[str, set[str]] = {}
    for group, account in zip(
        members.column("group_id").to_pylist(), members.column("account_id").to_pylist(), strict=True
    ):
        found.setdefault(str(group), set()).add(account)
    planted = {g["group_id"]: {account_id(g["platform"], a) for a in g["accounts"]} for g in told["groups"]}
    groups = tuple(_group(g, planted[g["group_id"]], found) for g in told["groups"])
    predicted, true = set().union(*found.values()), set().union(*planted.values())
    other = {account_id(platform, a) for platform, a in _machinery(told)} - true
    beside, claimed = predicted - true, predicted - other  # they were planted too: naming them is no mistake
    lone = [f for f in found.values() if not any(len(f & p) >= 2 for p in (*planted.values(), other))]
    return Score(
        groups=groups,
        precision=share(len(predicted & true), len(claimed)),
        recall=share(len(predicted & true), len(true)),
        f1=_f1(len(predicted & true), len(claimed), len(true)),
        false_accounts=len(beside - other),
        other_accounts=len(beside & other),
        false_groups=len(lone),
    )


def _machinery(told: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Platform and account of everybody whose posts other machinery planted; organic surges, fans and press are none."""
    pushed = [b for b in told.get("bursts", ()) if b["kind"] != "organic_surge"]
    out = {
        ("x", a) for one in (*pushed, *told.get("injections", ()), *told.get("hijacks", ())) for a in one["accounts"]
    }
    out |= {(r["platform"], r["new"]) for r in told.get("returns", ())}
    for role, accounts in told.get("network", {}).items():
        kind, platform = role.split()
        out |= {(platform, a) for a in accounts} if kind not in ("press", "counter") else set()
    return out


def members_of(case_path: Path) -> pa.Table:
    """Members of the groups in a case's findings: `group_id, account_id`; empty where nothing was found.

    Findings that say "cannot tell" claim nothing, so they count neither for nor against.
    """
    told = [entry for _, entry in objects_in(case_path / "findings.jsonl")]
    latest: dict[str, str] = {}
    for finding in told:
        latest[_asked(finding)] = finding["run"]
    rows = [
        (f"{f['run']} {f['subject']['id']}", member)
        for f in told
        if latest[_asked(f)] == f["run"] and f.get("ruling", "stands") == "stands" and f["subject"]["kind"] == "group"
        for member in f["subject"].get("members", ())
    ]
    return pa.table(
        {
            "group_id": pa.array([r[0] for r in rows], pa.string()),
            "account_id": pa.array([r[1] for r in rows], pa.string()),
        }
    )


def _asked(finding: Mapping[str, Any]) -> str:
    """What was asked: the analysis and its kind. A later run with another window replaces an earlier one."""
    return f"{finding['analysis']} {finding['parameters'].get('kind', '')}"


def read(truth: Path) -> dict[str, Any]:
    """The truth of a simulation. Raises as `score` does."""
    try:
        told = orjson.loads(truth.read_bytes())
    except OSError as error:
        raise NotReadable(
            f"the truth {truth} cannot be read ({error.strerror})", hint="Give the truth.json that simulate wrote"
        ) from error
    except orjson.JSONDecodeError as error:
        raise Unexpected(f"{truth.name} is no JSON: {error}", hint="Give the truth.json that simulate wrote") from error
    if not isinstance(told, dict) or not {"groups", "bursts", "scenario"} <= set(told):
        raise Unexpected(f"{truth.name} is no truth of the simulator", hint="Give the truth.json that simulate wrote")
    return told


def _f1(hits: int, predicted: int, true: int) -> float:
    return 2 * hits / (predicted + true) if predicted + true else 0.0


def _group(told: Mapping[str, Any], planted: set[str], found: Mapping[str, set[str]]) -> GroupScore:
    best = max(sorted(found), key=lambda g: (len(found[g] & planted), -len(found[g])), default=None)
    members = found[best] if best is not None else set()
    hits = len(members & planted)
    if hits < 2:
        best, members, hits = None, set(), 0
    whole = hits >= planted_half(len(planted)) and 2 * hits >= len(members)
    status: Status = "missed" if best is None else "found" if whole else "partly"
    return GroupScore(
        planted=told["group_id"],
        kind=told["kind"],
        export=told["export"],
        tau_s=told["tau_s"],
        size=len(planted),
        status=status,
        found=best,
        found_size=len(members),
        precision=share(hits, len(members)),
        recall=share(hits, len(planted)),
        f1=_f1(hits, len(members), len(planted)),
    )


def planted_half(size: int) -> int:
    """A planted group is found when at least half of it is in one found group, half of which belongs to it."""
    return -(-size // 2)
