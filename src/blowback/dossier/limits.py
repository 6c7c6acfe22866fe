"""What the figures cannot carry: clocks, gaps, unread records, and what each analysis cannot show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blowback.dossier.document import CaseCard, ExhibitRead, Limit, Method
from blowback.dossier.facts import Facts
from blowback.dossier.shown import kind_words, whole
from blowback.model.tables import CLOCKS
from blowback.tools.words import plural

_CARD = {"purpose": "purpose", "collector": "collector", "legal_basis": "legal basis", "end_date": "end date"}
_WHY = {"no_marks": "the files hold none", "too_many_pairs": "too many pairs for the limit that was set"}


def limits(
    card: CaseCard, exhibits: Sequence[ExhibitRead], counted: Facts, methods: Sequence[Method]
) -> tuple[Limit, ...]:
    """Everything a reader must know before leaning on a figure."""
    return (*_clocks(counted, exhibits), *_gaps(counted, exhibits), *_case(card), *_methods(methods))


def _clocks(counted: Facts, exhibits: Sequence[ExhibitRead]) -> Iterator[Limit]:
    for clock, meaning in CLOCKS.items():
        if posts := counted.clocks.get(clock, 0):
            name = clock.replace("_", " ")
            yield Limit(f"Clock: {name}", f"{plural(posts, 'post')}: {meaning}.", posts / counted.posts, "posts.clock")
    for e in exhibits:
        if e.zone_assumed:
            yield Limit("Assumed zone", f"Local times in {e.name} were read as {e.zone}.", None, "exhibits.zone")
    if counted.id_time_off:
        says = (
            f"The stated time of {plural(counted.id_time_off, 'post')} is over a minute from the time inside the "
            f"post's own id ({whole(counted.id_times)} could be compared)."
        )
        yield Limit("Clocks disagree", says, counted.id_time_off / counted.id_times, "posts.id_time")


def _gaps(counted: Facts, exhibits: Sequence[ExhibitRead]) -> Iterator[Limit]:
    if counted.without_text:
        says = f"{plural(counted.without_text, 'post')} carry no text; what was in them is not known here."
        yield Limit("No text", says, counted.without_text / counted.posts, "posts.text")
    if counted.reposts_without_target:
        says = f"{plural(counted.reposts_without_target, 'repost')} do not say what they pass on, so they join no pair."
        yield Limit("Reposts without target", says, counted.reposts_without_target / counted.reposts, "posts.repost_of")
    aside = sum(e.set_aside for e in exhibits)
    if aside:
        read = sum(e.read for e in exhibits)
        what = "posts" if counted.posts or not counted.measured else "rows"
        says = f"{plural(aside, 'record')} could not become {what}; each is listed with its reason and place."
        yield Limit("Set aside", says, aside / read, "set_aside")
    for e in exhibits:
        if not e.adds_up:
            yield Limit("Receipt does not add up", f"The counts of {e.name} do not add up.", None, "exhibits")
    if counted.posts or not counted.measured:
        says = (
            "The files are what a collector asked a platform for. What was never collected, or was gone, is not here."
        )
        yield Limit("Selection", says, None, "exhibits")
    if counted.measured:
        says = (
            "Only names that somebody put on a list were asked, of the servers that could be reached, on these days: "
            "shares are of what was tested, never of the web."
        )
        yield Limit("What was tested", says, None, ", ".join(counted.measured))


def _case(card: CaseCard) -> Iterator[Limit]:
    for sentence in card.unfinished:
        yield Limit("Unfinished intake", sentence, None, "case")
    if card.missing:
        missing = ", ".join(_CARD.get(m, m) for m in card.missing)
        yield Limit("Case card", f"Not filled in: {missing}.", None, "case.toml")
    if not card.pseudonyms:
        says = "Pseudonyms are off in this case: ids are as the export gave them. Do not pass this file on."
        yield Limit("No pseudonyms", says, None, "case.toml")


def _methods(methods: Sequence[Method]) -> Iterator[Limit]:
    told = set()
    for method in methods:
        if method.cannot_show and method.analysis not in told:
            told.add(method.analysis)
            yield Limit(f"What {method.analysis} cannot show", method.cannot_show, None, f"methods/{method.analysis}")
        if method.outcome != "done":
            yield Limit(f"{method.analysis} did not finish", f"Run {method.run}: {method.outcome}.", None, "runs")
        if untested := {t.kind: t.outcome for t in method.tested if t.outcome != "done"}:
            kinds = "; ".join(f"{kind_words(k)}: {_WHY.get(o, o)}" for k, o in untested.items())
            yield Limit("Not tested", f"{method.analysis}: {kinds}.", None, f"summary of {method.run}")
