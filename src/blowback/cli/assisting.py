"""`assist`: an optional look by a language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.tools.words import plural


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        epilog="Example: blowback assist mycase --base-url http://127.0.0.1:8080/v1 --model qwen3-8b --limit 20"
    )
    def assist(
        case: opt.CasePath,
        model: Annotated[str, typer.Option("--model", metavar="NAME", help="Model to ask, as its server names it.")],
        base_url: Annotated[
            str, typer.Option("--base-url", metavar="URL", help="Server with the OpenAI chat interface.")
        ] = "http://127.0.0.1:8080/v1",
        allow_remote: Annotated[
            bool, typer.Option("--allow-remote", help="Ask a server on another machine: texts of posts leave this one.")
        ] = False,
        replay: Annotated[
            Path | None, typer.Option("--replay", metavar="FILE", help="Take answers from this file; nothing is asked.")
        ] = None,
        limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many claims.")] = 50,
        sample: Annotated[
            int | None, typer.Option("--sample", min=1, help="So many claims drawn by lot instead of those that wait.")
        ] = None,
        translate: Annotated[
            bool, typer.Option("--translate", help="Translate claims that are not in English; for display only.")
        ] = False,
        as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """Let a language model look at claims that wait for review. Off unless you run it; nothing depends on it.

        Each field it fills in is held to the post; what fails is rejected, what differs from the rules goes to `review`.
        It never decides. The key of a server that wants one is read from BLOWBACK_ASSIST_KEY and written nowhere.
        """
        from blowback.desk_assist import Assisted, Manner  # noqa: PLC0415  # off: not even loaded
        from blowback.desk_assist import assist as look  # noqa: PLC0415

        def tell(done: Assisted) -> None:
            show.say(
                f"Run {done.run}: {done.answered} of {plural(done.claims, 'claim')} answered, {done.asked} asked anew"
            )
            show.say("; ".join(f"{n} {o}" for o, n in done.outcomes.items()) or "nothing was said")
            for name, some in (("rules", done.with_rules), ("people", done.with_people)):
                for a in some:
                    show.say(f"  as the {name} read it: {a.field} {a.same} of {a.of} [{a.low:.2f}, {a.high:.2f}]")
            for row in done.rejected:
                if row["rejected"]:
                    show.say(f"  rejected {row['rejected']} of {row['of']}: {row['check']} ({row['says']})")
            for why, count in done.missing.items():
                show.say(f"  {plural(count, 'claim')} without an answer: {why}")
            show.say(f"Suggestions: {done.table}; `blowback review {case}` shows them. They are machine-made.")

        desk = Desk(case)
        manner = Manner(model, base_url, allow_remote, replay, limit, sample, translate)
        if allow_remote and replay is None:
            show.tell(f"texts of posts are sent to {base_url}; the ledger says so")
        with show.keeping(desk, "what was answered is kept; the same command goes on"), show.thinking() as progress:
            done = look(desk.case, manner, progress)
        if as_json:
            show.json(done.as_dict())
        else:
            tell(done)
