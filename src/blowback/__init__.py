"""Blowback: turns the public posts of a violent group's social-media campaign into evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from blowback.desk import Desk, new_case, open_case
    from blowback.desk_explain import explain

__all__ = ["Desk", "__version__", "explain", "new_case", "open_case"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # whatever the public name is
    """The public names, loaded when they are asked for, so that `import blowback` stays cheap."""
    if name in ("Desk", "new_case", "open_case"):
        from blowback import desk  # noqa: PLC0415

        return getattr(desk, name)
    if name == "explain":
        from blowback.desk_explain import explain  # noqa: PLC0415  # the gazetteer's libraries

        return explain
    raise AttributeError(f"module 'blowback' has no attribute {name!r}")
