"""Uses of places: an account's links to one place on one day count once, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.blocking.moves_events import Event
from blowback.analyses.blocking.steps import host_of_url
from blowback.tools.hosts import ALIASES, OWN, SHORTENERS, file_name
from blowback.tools.links import domain_of
from blowback.tools.services import service_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_DAY_US: Final = 86_400_000_000
NOWHERE: Final = -1  # a shortener, no host, or the platform itself


@dataclass(slots=True)
class Uses:
    """Links of a case, each with account, day, place.

    `day` counts from `first` (days since 1970) to `first + days - 1`. `place` is an index into `places` (services by name),
    or NOWHERE. `own` marks links to the platform that the post stands on: they are counted only where it is the
    service that was blocked.
    """

    first: int
    days: int
    places: list[str]
    post: Ints
    posts: pa.Array
    account: Ints
    day: Ints
    place: Ints
    own: Bools
    url: Ints
    hosts: list[str]
    files: list[str | None]

    @classmethod
    def of(cls, links: pa.Table) -> Uses:
        """From the step `links`; no rows give no days."""
        posts, account, url = (_coded(links.column(n)) for n in ("post_id", "account_id", "url"))
        urls = url.dictionary.to_pylist()
        hosts = [host_of_url(u) for u in urls]
        services = [service_of(h) if h else "" for h in hosts]
        short = [h in SHORTENERS or domain_of(h) in SHORTENERS if h else True for h in hosts]
        names = sorted({s for s, hidden in zip(services, short, strict=True) if s and not hidden})
        number = {s: n for n, s in enumerate(names)}
        of_url = np.array([NOWHERE if s else number[v] for v, s in zip(services, short, strict=True)], np.int64)
        day = links.column("posted_at").cast(pa.int64()).to_numpy() // _DAY_US
        first = int(day.min()) if len(day) else 0
        at = url.indices.to_numpy().astype(np.int64)
        return cls(
            first, int(day.max()) - first + 1 if len(day) else 0, names, posts.indices.to_numpy().astype(np.int64), posts.dictionary,
            account.indices.to_numpy().astype(np.int64), day - first, of_url[at] if len(at) else at, _own(links, hosts, at), at, hosts,
            [file_name(u) for u in urls],
        )  # fmt: skip

    def placed(self, event: Event) -> tuple[Ints, int]:
        """(place of each link, number of the event's own place); hosts that were blocked alone are a place of their own."""
        place = np.where(self.own & (self.place != self._number(event.service)), NOWHERE, self.place)
        if not event.hosts:
            return place, self._number(event.service)
        inside = [any(h == b or h.endswith(f".{b}") for b in event.hosts) for h in self.hosts]
        return np.where(np.array(inside, np.bool_)[self.url], len(self.places), place), len(self.places)

    def named(self, place: int, event: Event) -> str:
        """The name of a place as `placed` numbers it."""
        return self.places[place] if place < len(self.places) else event.label

    def _number(self, service: str) -> int:
        return self.places.index(service) if service in self.places else len(self.places) + 1


def _own(links: pa.Table, hosts: list[str], url: Ints) -> Bools:
    """Which links lead to the platform that their own post stands on: quotes and pictures, no way elsewhere."""
    platform = _coded(pc.list_element(pc.split_pattern(links.column("post_id").combine_chunks(), ":", max_splits=1), 0))
    domain = [ALIASES.get(d, d) for d in (domain_of(h) or "" for h in hosts)]
    table = np.array(
        [[d in OWN.get(p, ()) for d in domain] for p in platform.dictionary.to_pylist()] or [[False]], np.bool_
    )
    return table[platform.indices.to_numpy(), url] if len(url) else np.zeros(0, np.bool_)


def _coded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_encode()


def distinct(account: Ints, day: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
    """Uses: (account, day, place), each once, links that lead nowhere left out."""
    kept = place != NOWHERE
    places, days = (int(a.max()) + 1 if len(a) else 1 for a in (place, day))
    key = np.unique((account[kept] * days + day[kept]) * places + place[kept])
    return key // (days * places), key // places % days, key % places
