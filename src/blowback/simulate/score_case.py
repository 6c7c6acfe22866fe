"""Score a case against the truth of the exports it was made from: every mechanism, run or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.case.case import Case
from blowback.case.pseudonyms import keys_of
from blowback.dossier.runs import latest_runs
from blowback.simulate import score_machinery as machinery
from blowback.simulate.score import Score, members_of, read, score
from blowback.simulate.score_machinery import Mechanism, Row, exact

# What each analysis must have left for its score.
OUTPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bursts": ("bursts",), "injected": ("posts",), "hijacks": ("posts",), "releases": ("items",), "phases": ("objects",),
}  # fmt: skip
MORE: Final[Mapping[str, tuple[str, ...]]] = {"injected": ("bundles",), "hijacks": ("tags",), "releases": ("carriers",)}


@dataclass(frozen=True, slots=True)
class CaseScore:
    """Groups of accounts, and every other mechanism."""

    groups: Score | None  # None: coordination has not run
    machinery: tuple[Mechanism, ...]

    def as_dict(self) -> dict[str, Any]:
        """A plain dict, ready for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Plain lines of text."""
        out = ["groups: not run"] if self.groups is None else self.groups.lines()
        for one in self.machinery:
            if one.planted or one.ran:
                out += ["", *one.lines()]
        return out


def score_case(case_path: Path, truth_path: Path) -> CaseScore:
    """Score the latest findings and runs of a case against the truth of the exports it was made from.

    Raises:
        NotACase: the folder holds no case.
        CustodyError: pseudonyms are on and the key is not here.
        NotReadable, Unexpected: see `score.score`.
    """
    case, told = Case.open(case_path), read(truth_path)
    keys = keys_of(case)

    def account_id(platform: str, native: str) -> str:
        return f"{platform}:{keys.token(native, 'account') if keys else native}"

    def post_id(platform: str, native: str) -> str:
        return f"{platform}:{keys.token(native, 'post') if keys else native}"

    found = _outputs(case)
    groups = score(truth_path, members_of(case.path), account_id) if _has(case, "coordination") else None
    full = {
        **{k: [] for k in ("injections", "hijacks", "releases", "leads", "claims", "returns", "migrations")},
        **told,
    }
    return CaseScore(
        groups,
        (
            machinery.bursts(full, found["bursts"]) if "bursts" in found else Mechanism("bursts", False, _pushed(full)),
            *(
                judge(full, found[name], post_id) if name in found else Mechanism(label, False, len(full[label]))
                for name, label, judge in (
                    ("injected", "injections", machinery.injections), ("hijacks", "hijacks", machinery.hijacks),
                    ("releases", "releases", machinery.releases),
                )
            ),
            machinery.leads(full, found["phases"]) if "phases" in found else Mechanism("leads", False, len(full["leads"])),
            Mechanism("claims", False, len(full["claims"])),
            _removals(case, told, account_id, post_id),
            *(Mechanism(name, False, len(full[name])) for name in ("returns", "migrations")),
        ),
    )  # fmt: skip


def _has(case: Case, analysis: str) -> bool:
    return any(r.analysis == analysis for r in latest_runs(case))


def _pushed(told: Mapping[str, Any]) -> int:
    return sum(b["kind"] != "organic_surge" for b in told["bursts"])


def _outputs(case: Case) -> dict[str, dict[str, pa.Table]]:
    """The outputs of the latest run that left what a score needs, for each analysis."""
    out: dict[str, dict[str, pa.Table]] = {}
    for run in latest_runs(case):
        wanted = OUTPUTS.get(run.analysis, ())
        paths = {name: run.output(name) for name in (*wanted, *MORE.get(run.analysis, ()))}
        if wanted and all(paths[name] for name in wanted):
            out[run.analysis] = {name: pq.read_table(path) for name, path in paths.items() if path}
    return out


def _removals(case: Case, told: Mapping[str, Any], account_id: Any, post_id: Any) -> Mechanism:  # noqa: ANN401
    """Removals are read from the exports, not inferred: what was planted must be rows of the table."""
    rule = told["removals"]
    parts = case.tables()["removals"]
    subjects: set[str] = set()
    for path in parts:
        subjects |= set(pc.unique(pq.read_table(path, columns=["subject"]).column("subject")).to_pylist())
    wanted = {
        "accounts": {account_id(a["platform"], a["native_id"]) for a in rule.get("accounts", ())},
        "posts": {post_id(p["platform"], p["native_id"]) for p in rule.get("posts", ())}
        | {post_id("x", i) for i in (*rule["deleted_posts"], *rule["withheld_posts"])}
        | {post_id("reddit", i) for i in rule.get("moderated_posts", ())},
    }
    rows = []
    for name, some in wanted.items():
        hits = len(some & subjects)
        status = "found" if hits == len(some) else "partly" if hits else "missed"
        rows.append(Row(name, status if some else "none", f"{exact(hits, len(some))} have a row in removals"))
    planted = [r for r in rows if r.status != "none"]
    return Mechanism(
        "removals", True, len(planted), sum(r.status == "found" for r in planted),
        sum(r.status == "missed" for r in planted), 0, tuple(rows),
    )  # fmt: skip
