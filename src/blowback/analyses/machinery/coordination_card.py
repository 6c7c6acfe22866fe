"""What is said of a group: per kind of mark, and over all of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.coordination_layer import BURST_FDR, Layer, expected
from blowback.analyses.machinery.coordination_windows import SECOND

Ints = npt.NDArray[np.int64]
# When permuting gives the group four fifths of what it has, the objects' bursts are the group's own doing (or nobody
# else's): that null cannot speak for or against it.
OWN_BURST: Final = 0.8
_LOOKED_AT: Final = 2000  # pairs from which the telling window is chosen
RULINGS: Final = ("beyond_both", "own_burst", "cannot_tell")


def layer_card(group: str, layer: Layer, row: Ints, acts: pa.Table, listed_us: int) -> dict[str, Any]:
    """One kind of mark of one group; `row` are its tested pairs."""
    found = layer.found
    held = row[layer.core[row]] if layer.core[row].any() else row
    window = _telling(layer, held, listed_us)
    permuted, shifted = expected(layer, held, window)
    observed = int(found.within[held, layer.windows.curve_us.index(window)].sum())
    by_burst, by_habit = float(permuted.sum()), float(shifted.sum())
    closer = held[layer.q_permute[held] <= BURST_FDR]
    covered, whole = (len(np.unique(np.concatenate([found.a[r], found.b[r]]))) for r in (closer, held))
    own = by_burst >= OWN_BURST * observed
    ruling = "beyond_both" if 2 * covered >= whole else "own_burst" if own else "cannot_tell"
    lag = np.abs(acts.column("lag_s").to_numpy())
    times = pc.unique(pa.chunked_array([c for s in "ab" for c in acts.column(f"at_{s}").chunks], pa.timestamp("us")))
    return {
        "group_id": group, "kind": layer.kind, "accounts": len(np.unique(np.concatenate([found.a[row], found.b[row]]))),
        "edges": len(held), "ties": len(row) - len(held), "window_s": window // SECOND,
        "objects": pc.count_distinct(acts.column("value")).as_py(), "observed": observed, "expected_permute": by_burst,
        "expected_shift": by_habit, "beyond_burst": len(closer), "ruling": ruling,
        "best_p_shift": min(1.0, float(found.p_shift[held].min()) * len(held)),
        "worst_q_shift": float(layer.q_shift[held].max()),
        "best_p_permute": min(1.0, float(found.p_permute[held].min()) * len(held)),
        "best_q_permute": float(layer.q_permute[held].min()), "tested": layer.family[0],
        "covered": covered / whole, "first_at": pc.min(times).as_py(), "last_at": pc.max(times).as_py(),
        "median_lag_s": float(np.median(lag)) if len(lag) else None,
    }  # fmt: skip


def _telling(layer: Layer, row: Ints, widest_us: int) -> int:
    """The window of the curve in which the group meets most beyond what is expected of its habits, for the sentence.

    The test itself uses none. Excess over the root of the expected count: a rule of thumb to show, not to decide.
    """
    some, found = row[:_LOOKED_AT], layer.found
    if layer.kind == "rhythm":  # its chance is known for the widest window alone
        return layer.windows.curve_us[-1]
    best, at = -np.inf, layer.windows.curve_us[-1]
    for n, window in enumerate(layer.windows.curve_us):
        if window > widest_us:
            break
        seen = float(found.within[some, n].sum())
        usual = float(expected(layer, some, window)[1].sum())
        excess = (seen - usual) / np.sqrt(usual + 1.0)
        if excess > best:
            best, at = excess, window
    return at


def card(name: str, group: str, layers: list[dict[str, Any]], edges: Any, size: int, core: int) -> dict[str, Any]:  # noqa: ANN401
    """A group over its layers; the numbers are those of the layer that says most."""
    lead = max(layers, key=_weight)
    pairs = len(np.unique(np.stack([np.minimum(edges.a, edges.b), np.maximum(edges.a, edges.b)]), axis=1).T)
    ordered = sorted(layers, key=_weight, reverse=True)
    same = ("window_s", "objects", "observed", "expected_permute", "expected_shift", "beyond_burst", "best_p_shift",
            "worst_q_shift", "best_p_permute", "best_q_permute", "median_lag_s")  # fmt: skip
    return {
        "kind": name, "group_id": group, "size": size, "core": core, "edges": pairs,
        "density": 2 * pairs / (size * (size - 1)) if size > 1 else 0.0, "kinds": ",".join(c["kind"] for c in ordered),
        "lead": lead["kind"], "lead_edges": lead["edges"],
        "beyond_burst_share": max(c["covered"] for c in layers), "ruling": min((c["ruling"] for c in layers), key=RULINGS.index), **{n: lead[n] for n in same},
        "first_at": min(c["first_at"] for c in layers if c["first_at"]),
        "last_at": max(c["last_at"] for c in layers if c["last_at"]),
    }  # fmt: skip


def _weight(one: dict[str, Any]) -> tuple[float, str]:
    excess = (one["observed"] - one["expected_shift"]) / np.sqrt(one["expected_shift"] + 1.0)
    return float(excess), str(one["kind"])
