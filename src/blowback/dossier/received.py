"""What was read: the card of the case, a receipt for each exhibit, and the hashes that fix its state."""

from __future__ import annotations

from dataclasses import asdict

from blowback import __version__
from blowback.case.case import Case
from blowback.dossier.document import CaseCard, ExhibitRead, Hashes, TableFact
from blowback.dossier.shown import cut, harmless
from blowback.model.ids import json_digest
from blowback.sources import sources
from blowback.witnesses import WITNESSES
from blowback.witnesses.measurements import MEASURED


def card(case: Case) -> CaseCard:
    """The card of the case."""
    settings = case.settings
    return CaseCard(
        title=settings.title,
        created=settings.created,
        pseudonyms=settings.pseudonyms,
        tool=settings.tool,
        missing=settings.card.missing,
        unfinished=tuple(case.unfinished()),
        **asdict(settings.card),
    )


def exhibits(case: Case) -> tuple[ExhibitRead, ...]:
    """The receipt of each exhibit, in the order they were taken in."""
    titles = {s.id: s.title for s in sources()} | {w.id: w.title for w in (*WITNESSES, *MEASURED)}
    return tuple(
        ExhibitRead(
            sha256=str(r["sha256"]),
            name=str(r["name"]),
            bytes=int(r["bytes"]),
            source=str(r["source"]),
            title=titles.get(str(r["source"]), str(r["source"])),
            stored=str(r["stored"]),
            read=int(r["read"]),
            kept=int(r["kept"]),
            duplicate=int(r["duplicate"]),
            set_aside=int(r["set_aside"]),
            zone=str(r.get("zone") or "UTC"),
            zone_assumed=bool(r.get("zone_assumed")),
            reasons={str(k): int(v) for k, v in (r.get("reasons") or {}).items()},
            clocks={str(k): int(v) for k, v in (r.get("clocks") or {}).items()},
            notes=tuple(harmless(cut(str(n), 400)[0]) for n in r.get("notes") or ()),
        )
        for r in case.receipts()
    )


def hashes(case: Case) -> Hashes:
    """Heads of the two chains, and a digest over the files of each table. `verify` reads the files; this does not."""
    parts: dict[str, list[tuple[str, str, int]]] = {}
    for entry in case.manifest.entries():
        for part in entry.parts:
            parts.setdefault(part.table, []).append((part.path, part.sha256, part.rows))
    facts = tuple(
        TableFact(name, sum(p[2] for p in held), len(held), json_digest([p[1] for p in held]))
        for name, held in sorted(parts.items())
    )
    manifest, ledger = case.manifest.chain.head(), case.ledger.head()
    return Hashes(manifest.lines, manifest.hash, ledger.lines, ledger.hash, facts, __version__)
