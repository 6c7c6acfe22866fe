"""The case's key, and what is behind a pseudonym: for the key's holder, in the ledger before the answer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.case.case import KEY, Case
from blowback.case.vault import FOLDER
from blowback.errors import CustodyError, UnknownName, UsageError
from blowback.tools.keyed import DOMAINS, Keys

_TOKEN = re.compile(r"^(?:(?P<platform>[a-z0-9_.-]+):)?@?(?P<token>[0-9a-f]{20}|[0-9a-f]{10})$")


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is behind a pseudonym: a native id or handle, and the domain it was keyed in."""

    token: str
    domain: str
    value: str


def keys_of(case: Case) -> Keys | None:
    """The key of a case; None where pseudonyms are off.

    Raises:
        CustodyError: the case was dumped without its keys, or the key is not the one it was made with.
    """
    if not case.pseudonyms:
        return None
    path = case.path / KEY
    if not path.is_file():
        raise CustodyError(
            f"the key of the case {case.path.name} is not here ({KEY})",
            hint="Put back the folder keys/ from the case's holder; without it nothing can be added or looked up",
        )
    secret = path.read_bytes()
    if len(secret) != 32:
        raise CustodyError(
            f"{KEY} has {len(secret)} bytes, not 32", hint="Put back the folder keys/ from the case's holder"
        )
    told = _recorded(case)
    if told is not None and told != hashlib.sha256(secret).hexdigest():
        raise CustodyError(
            f"{KEY} is not the key this case was made with: it would give everybody other pseudonyms",
            hint="Put back the folder keys/ from the case's holder",
        )
    return Keys(secret)


def _recorded(case: Case) -> str | None:
    """SHA-256 of the key as the first line of the ledger has it; None for cases made before it was noted."""
    first = next(iter(case.ledger.entries()), {})
    out = first.get("out")
    held = out.get(KEY) if isinstance(out, dict) else None
    return str(held["sha256"]) if isinstance(held, dict) and "sha256" in held else None


def reveal(case: Case, token: str, who: str | None = None, *, reason: str = "") -> list[Revealed]:
    """Look up one pseudonym. The ledger has who, what and why before the answer is given.

    Args:
        case: the case, with its keys.
        token: as the tables show it (`x:3f..`, 20 hex digits) or as the text does (`@` and 10 hex digits).
        who: who asks; the account at the keyboard unless given.
        reason: why; asked for, because the ledger is read by others.

    Returns:
        What was found, most often one value. The first 10 digits may fit several.

    Raises:
        UsageError: pseudonyms are off, no reason, or it is no pseudonym.
        CustodyError: the keys are not here.
        UnknownName: nothing in the vault goes by this pseudonym.
        CaseLocked: another process writes; nothing was looked up.
    """
    if not case.pseudonyms:
        raise UsageError("pseudonyms are off in this case", hint="Ids and handles are in the tables as they are")
    told = _TOKEN.match(token.strip())
    if told is None:
        raise UsageError(
            f"{token!r} is not a pseudonym", hint="Give it as the tables show it, such as x:0123456789abcdef0123"
        )
    if not reason.strip():
        raise UsageError("no reason is given", hint="Say why with --reason; it goes into the ledger")
    keys = keys_of(case)
    if keys is None or not (case.path / FOLDER).is_dir():
        raise CustodyError(
            f"the vault of the case {case.path.name} is not here ({FOLDER}/)",
            hint="Put back the folder keys/ from the case's holder; without it nothing can be looked up",
        )
    case.ledger.append("reveal", who=who, token=token.strip(), reason=reason.strip())
    found = _search(case, keys, told["token"])
    if not found:
        raise UnknownName(
            f"nothing in this case goes by {token}",
            hint="Check the digits; a post without a native id has a hash of its content, which hides nobody",
        )
    return found


def _search(case: Case, keys: Keys, token: str) -> list[Revealed]:
    found: dict[Revealed, None] = {}
    for path in sorted((case.path / FOLDER).glob("*.parquet")):
        for group in pq.ParquetFile(path).iter_batches(batch_size=1 << 20):
            for domain in DOMAINS:
                values = group["value"].filter(pc.equal(group["domain"], domain))
                if not len(values):
                    continue
                tokens = keys.tokens(values, domain)
                for n in pc.indices_nonzero(pc.starts_with(tokens, token)).to_pylist():
                    found[Revealed(tokens[n].as_py(), domain, values[n].as_py())] = None
    return sorted(found, key=lambda r: (DOMAINS.index(r.domain), r.value))
