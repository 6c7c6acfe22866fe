"""Rows of `lookups` as the judge reads them: plain objects, lists split, the network named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from blowback.analyses.blocking.networks import Naming
from blowback.model.moments import micros
from blowback.tools.services import unroutable

_LISTS: Final = ("answers", "owners", "asns", "cnames")
_AS_IS: Final = (
    "measurement", "resolver", "server", "day", "transport", "name", "fault", "qtype", "rcode", "failure", "ra", "zone",
    "mname", "matched", "control", "url", "question", "exhibit", "record_no",
)  # fmt: skip
REFUSALS: Final = frozenset(["REFUSED", "NOTAUTH"])


@dataclass(slots=True)
class Reply:
    """One reply (or none) to one question. Lists are tuples; `at` is microseconds since 1970 or None."""

    n: int
    network: str
    country: str | None
    measurement: str | None
    resolver: str
    server: str | None
    day: str
    at: int | None
    transport: str
    name: str
    fault: str | None
    qtype: str
    rcode: str | None
    failure: str | None
    aa: bool
    ra: bool | None
    answers: tuple[str, ...]
    owners: tuple[str, ...]
    asns: tuple[str, ...]
    cnames: tuple[str, ...]
    zone: str | None
    mname: str | None
    matched: str | None
    control: bool
    url: str | None
    question: str | None
    exhibit: str
    record_no: int

    @property
    def refused(self) -> bool:
        """Refused, or sent away with a referral: the server does not work for strangers."""
        referral = self.rcode == "NOERROR" and not self.answers and not self.cnames and self.ra is False and not self.aa
        return self.rcode in REFUSALS or referral

    @property
    def silent(self) -> bool:
        """No reply came."""
        return self.rcode is None and self.failure is not None

    @property
    def failed(self) -> bool:
        """A reply without a usable address."""
        return not self.silent and not self.answers

    @property
    def resolved(self) -> bool:
        """An address came, or the source says that its controls had one."""
        return bool(self.answers) or self.matched == "control"

    @property
    def bogons(self) -> tuple[str, ...]:
        """Unroutable addresses among the answers."""
        return tuple(a for a in self.answers if unroutable(a))

    @property
    def evidence(self) -> str:
        """The way back: exhibit's first 12 digits and record."""
        return f"{self.exhibit[:12]}:{self.record_no}"

    def owner(self, address: str) -> str:
        """The name whose record an address is: a CNAME's target, or the name itself."""
        place = self.answers.index(address)
        return self.owners[place] if place < len(self.owners) else self.name


def replies(table: pa.Table, naming: Naming) -> list[Reply]:
    """Every row once: what two exhibits both hold (the same file as text and parsed) is counted once.

    Args:
        table: the step `asked`.
        naming: names networks.

    Returns:
        In the order of resolver, day, name and place in the exhibit, so that nothing depends on the order of rows.
    """
    rows = [_reply(row, naming) for row in table.to_pylist()]
    rows.sort(key=lambda r: (r.exhibit, r.record_no, r.n, r.name))
    held: defaultdict[tuple[Any, ...], int] = defaultdict(int)  # how often the case has it
    here: defaultdict[tuple[Any, ...], int] = defaultdict(int)  # how often one exhibit has it
    kept = []
    for row in rows:
        key = (row.resolver, row.day, row.at, row.name, row.qtype, row.rcode, row.answers, row.control, row.measurement)
        here[*key, row.exhibit] += 1
        if here[*key, row.exhibit] > held[key]:
            held[key] += 1
            kept.append(row)
    return sorted(kept, key=lambda r: (r.resolver, r.day, r.name, r.exhibit, r.record_no, r.n))


def _reply(row: dict[str, Any], naming: Naming) -> Reply:
    group = f"{row['exhibit'][:12]}:{row['measurement']}" if row["measurement"] else None
    lists: dict[str, Any] = {n: tuple((row[n] or "").split(" ")) if row[n] else () for n in _LISTS}
    given: dict[str, Any] = {n: row[n] for n in _AS_IS} | {"measurement": group}
    network = naming.name(row["network"], row["resolver"], row["server"])
    return Reply(
        n=row["reply_no"],
        network=network,
        country=row["country"] or naming.country(network),
        aa=bool(row["aa"]),
        at=micros(row["measured_at"]),
        **given,
        **lists,
    )


def by_day(rows: Iterable[Reply]) -> dict[tuple[str, str], list[Reply]]:
    """Rows of each resolver and day."""
    out: defaultdict[tuple[str, str], list[Reply]] = defaultdict(list)
    for row in rows:
        out[row.resolver, row.day].append(row)
    return out
