"""Five plain sentences, made of counts alone; each points to the section where its figures come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blowback.dossier.cards import FindingCard, Part, ReasonCard
from blowback.dossier.document import ExhibitRead, RemovalCount, Sentence, Timeline
from blowback.dossier.facts import Facts
from blowback.dossier.groups import Gathered
from blowback.dossier.runs import Run
from blowback.dossier.shown import cut, percent, when, whole
from blowback.dossier.timeline import peak
from blowback.tools.words import listed, plural


def sentences(
    counted: Facts,
    exhibits: Sequence[ExhibitRead],
    line: Timeline,
    *,
    cards: Sequence[FindingCard],
    groups: Sequence[Gathered],
    parts: Sequence[Part],
    total: int,
    runs: Sequence[Run],
    removals: Sequence[RemovalCount],
    reasons: Sequence[ReasonCard] = (),
) -> tuple[Sentence, ...]:
    """What was read, when it was busiest, which groups and what machinery was found, what is gone.

    A case that holds measurements and no posts is told without posts and groups.
    """
    stated = [_stated(r) for r in reasons if r.networks]
    if counted.measured and not counted.posts:
        return (_read(counted, exhibits), *_tested(total, runs), *stated, *(_part(p, cards) for p in parts if p.noun))
    return (
        _read(counted, exhibits),
        _busiest(counted, line),
        _found(counted, groups, len(cards), total, runs=runs),
        *_largest(cards),
        *stated,
        *(_part(part, cards) for part in parts if part.noun),
        _gone(removals),
    )


def _read(counted: Facts, exhibits: Sequence[ExhibitRead]) -> Sentence:
    read, kept = sum(e.read for e in exhibits), sum(e.kept for e in exhibits)
    twice, aside = sum(e.duplicate for e in exhibits), sum(e.set_aside for e in exhibits)
    span = f", dated {when(counted.first_us, 'day')} to {when(counted.last_us, 'day')}" if counted.posts else ""
    gave = [f"{plural(counted.posts, 'post')} by {plural(counted.accounts, 'account')}{span}"]
    gave = gave if counted.posts or not counted.measured else []
    says = (
        f"{plural(len(exhibits), 'file')} with {plural(read, 'record')} gave {', and '.join([*gave, *_measurements(counted)])}; "
        f"{whole(kept)} records were kept, {whole(twice)} were there already and {whole(aside)} were set aside with a reason."
    )
    tables = ", ".join(["exhibits", *(["posts"] if gave else []), *counted.measured])
    return Sentence(says, "observed", "received", tables)


_ROWS = {
    "lookups": ("reply to a DNS question", "replies to DNS questions"),
    "fetches": ("step towards a page", "steps towards pages"),
    "measurements": ("measurement", "measurements"),
    "volumes": ("value of a series of reachability", "values of series of reachability"),
}


def _measurements(counted: Facts) -> Iterator[str]:
    """What the tables of measurements hold, and of which days."""
    told = [f"{whole(n)} {_ROWS[name][n != 1]}" for name, n in counted.measured.items()]
    days = list(dict.fromkeys(counted.days))
    if told:
        yield listed(told) + (f" of {' to '.join(days)}" if days else "")


def _tested(total: int, runs: Sequence[Run]) -> Iterator[Sentence]:
    """Only where there is nothing to say: no run, or no finding."""
    if not any(r.outcome == "done" for r in runs):
        yield Sentence(
            "The measurements were not judged yet, so nothing can be said about blocking.",
            "observed",
            "methods",
            "runs",
        )
    elif not total:
        yield Sentence("There is no finding to show.", "observed", "methods", "findings")


def _stated(reason: ReasonCard) -> Sentence:
    """The stated reason, and the word for each network."""
    words = listed([f"{n.wording} for {n.network}" for n in reason.networks])
    quote = cut(reason.quote, 160)[0]
    says = (
        f"The reason stated by {reason.actor} on {reason.date}, “{quote}”, was held against what was measured: {words}."
    )
    return Sentence(says, "inferred", "reasons", reason.file)


def _busiest(counted: Facts, line: Timeline) -> Sentence:
    top = peak(line)
    if top is None or not counted.posts:
        return Sentence("There are no posts, so there is no busiest time.", "observed", "timeline", "posts")
    start, posts = top
    used = [n for n in line.counts if n]
    typical = sorted(used)[len(used) // 2]
    clock = "day" if line.step_s >= 86_400 else "minute"
    each, many = ("span of 5 minutes", "spans") if line.step_s == 300 else (line.step, f"{line.step}s")
    says = (
        f"The busiest {each} began on {when(start, clock)} UTC with {plural(posts, 'post')}; half of the {many} with "
        f"any post had {whole(typical)} or fewer."
    )
    return Sentence(says, "observed", "timeline", "posts")


def _found(counted: Facts, groups: Sequence[Gathered], found: int, total: int, *, runs: Sequence[Run]) -> Sentence:
    if not any(r.outcome == "done" for r in runs):
        return Sentence(
            "No analysis has run yet, so nothing can be said about coordination.", "observed", "methods", "runs"
        )
    standing = [g for g in groups if g.ruling == "stands"]
    unclear = len(groups) - len(standing)
    if not standing:
        says = "No group stands out after the chance models; that is not evidence that nobody coordinated."
        says += f" For {plural(unclear, 'group')} the analysis cannot tell." if unclear else ""
        return Sentence(says, "observed", "findings" if total else "methods", "findings, runs")
    accounts = {a for g in standing for a in g.accounts}
    share = f", {percent(counted.behind / counted.posts)} of all," if counted.posts and counted.behind else ""
    verb = "stands" if len(standing) == 1 else "stand"
    more = f" (the first {found} of {whole(total)} findings are counted here)" if total > found else ""
    says = (
        f"{plural(len(standing), 'group')} with {plural(len(accounts), 'account')} in all {verb} out after the chance "
        f"models{more}; {plural(counted.behind, 'post')}{share} are behind them."
    )
    says += f" For {plural(unclear, 'more group')} the analysis cannot tell." if unclear else ""
    return Sentence(says, "inferred", "findings", "findings, coactions")


_LEAD = {"stands": "The largest group", "cannot_tell": "The largest of the groups for which it cannot tell"}


def _largest(cards: Sequence[FindingCard]) -> Iterator[Sentence]:
    """The first group, where there is one."""
    if not cards:
        yield Sentence("There is no finding to show.", "observed", "findings", "findings")
    first = next((c for c in cards if c.group >= 0), None)
    if first:
        source = f"findings, {first.finding.id}"
        says = f"{_LEAD.get(first.ruling, 'The first finding')}: {first.finding.says}"
        yield Sentence(says, first.finding.certainty, first.finding.id, source)


def _part(part: Part, cards: Sequence[FindingCard]) -> Sentence:
    """How many of one kind of machinery, and the first of them in its own words."""
    stands, explained, unclear = (part.counts.get(r, 0) for r in ("stands", "explained", "cannot_tell"))
    first = cards[part.findings[0]].finding
    told = [f"{plural(stands, part.noun) if stands else f'No {part.noun}'} {'stands' if stands < 2 else 'stand'} out"]
    told += (
        [f"{whole(explained)} {'has' if explained == 1 else 'have'} an innocent reading that fits"] if explained else []
    )
    told += [f"for {whole(unclear)} it cannot tell"] if unclear else []
    return Sentence(f"{listed(told)}. {first.says}", first.certainty, first.id, f"findings of {first.analysis}")


def _gone(removals: Sequence[RemovalCount]) -> Sentence:
    told = sum(r.rows for r in removals if r.certainty == "observed" and r.state != "missing")
    gaps = sum(r.rows for r in removals) - told
    if not removals:
        says = "The files say nothing of removed, withheld or missing posts; that does not mean that none were."
        return Sentence(says, "observed", "removals", "removals")
    states = ", ".join(sorted({r.state for r in removals if r.state != "missing"}))
    says = f"The sources themselves state {plural(told, 'removal')}" + (f" ({states})" if states else "")
    says += f"; {whole(gaps)} more are missing, and nobody says why." if gaps else "."
    return Sentence(says, "observed", "removals", "removals")
