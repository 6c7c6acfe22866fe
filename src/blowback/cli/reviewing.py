"""`review`: people decide about claims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from blowback.case.judgements import count
from blowback.cli import options as opt
from blowback.cli import show
from blowback.cli.review_walk import Walk
from blowback.desk import Desk
from blowback.desk_review import Waiting, decide, export, merge, pending, reliability, reviewer
from blowback.desk_review_set import pairs_in
from blowback.dossier.shown import harmless
from blowback.errors import UsageError
from blowback.tools.words import plural


def _list(found: list[Waiting], waiting: int, *, as_json: bool) -> None:
    if as_json:
        show.json([{**w.as_dict(), "text": harmless(w.text)} for w in found])
        return
    for one in found:
        row = one.claim
        place = row["place_name"] or "no place"
        told = "; ".join(r.says for r in one.reasons)
        show.say(
            f"{row['claim_id']}  {row['modality']} {row['type'] or 'no type'}, {harmless(place)}: {harmless(told)}"
        )
    some = f"{len(found)} of " if len(found) < waiting else ""
    show.say(f"{some}{plural(waiting, 'claim')} to look at")


def _reliability(desk: Desk, *, as_json: bool) -> None:
    rows = reliability(desk.case).to_pylist()
    if as_json:
        show.json(rows)
        return
    for row in rows:
        if not row["n"] and row["bin"] != "all":
            continue
        share = "" if row["share"] is None else f", {row['share']:.2f} right [{row['low']:.2f}, {row['high']:.2f}]"
        said = "" if row["said"] is None else f", said {row['said']:.2f}"
        brier = "" if row["brier"] is None else (
            f"; Brier {row['brier']:.3f} [{row['brier_low']:.3f}, {row['brier_high']:.3f}], ECE {row['ece']:.3f}"
        )  # fmt: skip
        told = f": {row['says']}" if row["says"] else ""
        show.say(
            f"{row['of']:<9} {row['picked']:<6}  {row['bin']:<11}  {row['hits']} of {row['n']}{share}{said}{brier}{told}"
        )


def _merge(desk: Desk, file: Path, *, as_json: bool) -> None:
    done = merge(desk.case, file)
    if as_json:
        show.json(done.as_dict())
        return
    told = f"{plural(done.added, 'judgement')} added, {done.known} known already, {len(done.set_aside)} set aside"
    show.say(f"{done.file}: {told}")
    for aside in done.set_aside:
        show.say(f"  line {aside['line']}: {aside['reason']}")
    for one in done.conflicts:
        said = "; ".join(f"{j['who']} {j['decision']} {j['set'] or ''}".strip() for j in one["judgements"])
        show.say(f"  both kept, to be settled: {one['claim_id']}: {harmless(said)}")
    for known in done.overruled:
        show.say(f"  {known} is overruled by a decision that was made knowing it")


def _one(desk: Desk, words: list[str], sets: list[str], why: str, name: str | None, *, as_json: bool) -> None:
    if len(words) != 2:
        raise UsageError(
            "--decide needs a claim and a decision", hint="--decide CLAIM_ID accept|correct|reject|note|skip"
        )
    given, rest = pairs_in(sets)
    if rest:
        raise UsageError(f"--set {rest}: not FIELD=VALUE", hint="Write --set type=capture")
    made = decide(desk.case, words[0], words[1], given=given, why=why, name=name)
    if as_json:
        show.json(made.as_dict())
    else:
        show.say(f"kept {made.id}: {made.decision}")


def _walk(desk: Desk, found: list[Waiting], name: str | None) -> None:
    before = count(desk.case)
    reviewer(name)  # before the first question
    try:
        Walk(desk.case, name, found).run()
    except KeyboardInterrupt:
        kept = plural(count(desk.case) - before, "decision")
        show.tell(f"\ninterrupted: {kept} kept; the same command goes on where you stopped")
        raise typer.Exit(130) from None
    show.say(f"{plural(count(desk.case) - before, 'decision')} kept, {len(pending(desk.case))} left")


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        epilog="Examples: blowback review mycase --as elm; "
        "blowback review mycase --decide x:0123#1 correct --set type=capture --set place=2 --why 'a clash only'"
    )
    def review(
        case: opt.CasePath,
        words: Annotated[
            list[str] | None, typer.Argument(metavar="[DECISION]", help="With --decide: accept, correct, reject, note or skip.")
        ] = None,
        name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who decides (default: who is logged in).")] = None,
        listed: Annotated[bool, typer.Option("--list", help="List what waits, and ask nothing.")] = False,
        limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many claims.")] = None,
        again: Annotated[bool, typer.Option("--again", help="Bring up what was skipped, too.")] = False,
        sample: Annotated[
            int | None, typer.Option("--sample", min=1, help="So many claims drawn by lot instead: for calibration.")
        ] = None,
        seed: Annotated[int, typer.Option("--seed", help="Of the lot.")] = 0,
        decided: Annotated[
            str | None, typer.Option("--decide", metavar="CLAIM", help="Decide on one claim and ask nothing.")
        ] = None,
        sets: Annotated[
            list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="What a correction sets; can be repeated.")
        ] = None,
        why: Annotated[str, typer.Option("--why", help="The reason, or the words of a note.")] = "",
        to: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="Write all decisions as one file.")] = None,
        of: Annotated[Path | None, typer.Option("--merge", metavar="FILE", help="Take in another reviewer's file.")] = None,
        how_right: Annotated[bool, typer.Option("--calibration", help="How often claims were read right.")] = False,
        as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """Walk through uncertain claims of the latest run and decide: accept, correct, reject, note, skip.

        Every decision is a line of judgements.jsonl and of the ledger the moment it is told to be kept. The next
        `blowback analyse CASE claims` takes decisions into account.
        """
        desk = Desk(case)
        _alone(decided is not None, to is not None, of is not None, how_right, listed)
        if decided is not None:
            _one(desk, [decided, *(words or [])], sets or [], why, name, as_json=as_json)
        elif words or sets or why:
            raise UsageError("a decision without --decide", hint="--decide CLAIM_ID accept|correct|reject|note|skip")
        elif to is not None:
            told: dict[str, Any] = {"file": str(to), "judgements": export(desk.case, to)}
            if as_json:
                show.json(told)
            else:
                show.say(f"wrote {plural(told['judgements'], 'judgement')} to {to}")
        elif of is not None:
            _merge(desk, of, as_json=as_json)
        elif how_right:
            _reliability(desk, as_json=as_json)
        else:
            every = pending(desk.case, again=again, sample=sample, seed=seed)
            found = every[:limit]
            if listed or as_json:
                _list(found, len(every), as_json=as_json)
            else:
                _walk(desk, found, name)


def _alone(*asked: bool) -> None:
    if sum(asked) > 1:
        raise UsageError(
            "more than one thing is asked for",
            hint="--decide, --export, --merge, --calibration and --list go one at a time",
        )
