"""What the v1.1 stream says between tweets: deletions, withholding, accounts that go. Undoing is no removal."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.removal_sql import countries, removal

_SUBJECT: Final = {"id_str": "VARCHAR", "id": "VARCHAR"}
_ABOUT: Final[dict[str, Any]] = {
    **_SUBJECT, "status": _SUBJECT, "user": _SUBJECT, "user_id": "VARCHAR", "timestamp_ms": "VARCHAR",
    "withheld_in_countries": ["VARCHAR"],
}  # fmt: skip
# event -> kind of subject, state, actor
_EVENTS: Final = {
    "delete": ("post", "deleted", "author"),
    "status_delete": ("post", "deleted", "author"),
    "status_withheld": ("post", "withheld", "government"),
    "user_withheld": ("account", "withheld", "government"),
    "user_suspend": ("account", "suspended", "platform"),
    "user_delete": ("account", "deleted", "author"),
    "user_protect": ("account", "private", "author"),
}
_OTHER: Final = (
    "limit", "warning", "disconnect", "scrub_geo", "friends", "event", "user_update", "user_unsuspend", "user_undelete",
    "user_unprotect", "status_undelete", "drop", "undrop", "for_user", "control", "direct_message",
)  # fmt: skip
SHAPE: Final[dict[str, Any]] = {**dict.fromkeys(_EVENTS, _ABOUT), **dict.fromkeys(_OTHER, "JSON")}


def _event(name: str) -> str:
    kind, state, actor = _EVENTS[name]
    whose = "user" if kind == "account" else "status"
    e = f"r.{name}"
    subject = f"coalesce({e}.{whose}.id_str, {e}.{whose}.id, {e}.id_str, {e}.id)"
    at = f"epoch(try_cast({e}.timestamp_ms AS DOUBLE) / 1000)"
    scope = countries(f"coalesce({e}.withheld_in_countries, [])")
    found = removal(
        subject, f"'{kind}'", f"'{state}'", f"'{actor}'", f"'{name} event'", scope=scope, removed_at=at
    )  # fmt: skip
    return f"WHEN {subject} IS NOT NULL THEN {found}"


# a removal, or NULL; and the name of an event that is none
GONE: Final = f"CASE {' '.join(_event(n) for n in _EVENTS)} END"
OTHER: Final = "CASE " + " ".join(f"WHEN r.{n} IS NOT NULL THEN '{n}'" for n in _OTHER) + " END"
