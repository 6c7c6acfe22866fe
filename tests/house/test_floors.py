"""A floor imports only lower floors; drawers of floor 2 do not import each other; there is no cycle."""

from __future__ import annotations

import pytest

from .code import modules

FLOOR = {
    "errors": 0, "model": 0, "": 0,
    "tools": 1,
    "sources": 2, "witnesses": 2, "analyses": 2, "engine": 2,
    "case": 3, "dossier": 3, "exports": 3, "probe": 3, "simulate": 3, "hooks": 3,
    "config": 1, "desk": 4, "testing": 4,
    "cli": 5, "web": 5,
}  # fmt: skip
DRAWERS = {"sources", "witnesses", "analyses", "engine"}
NETWORK = {"socket", "http", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}


def drawer(name: str) -> str:
    top = name.split(".", maxsplit=1)[0]
    return next((d for d in sorted(FLOOR, key=len, reverse=True) if d and (top == d or top.startswith(d + "_"))), "")


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_what_lies_below(name: str) -> None:
    here = drawer(name)
    assert here in FLOOR
    if not name:  # the package itself offers the public names, and loads them only when they are asked for
        return
    for other in modules()[name].imports - {""}:
        there = drawer(other)
        same = there == here
        assert same or FLOOR[there] <= FLOOR[here], (
            f"{name} (floor {FLOOR[here]}) imports {other} (floor {FLOOR[there]})"
        )
        if not same and {here, there} <= DRAWERS:
            pytest.fail(f"{name} imports {other}: drawers of floor 2 do not see each other")


def test_there_is_no_import_cycle_lazy_ones_included() -> None:
    graph = {n: sorted(m.imports - {n, ""}) for n, m in modules().items() if n}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " imports ".join((*path, name))
        if name not in done:
            for other in graph[name]:
                walk(other, (*path, name))
            done.add(name)

    for name in graph:
        walk(name, ())


# Who may open a connection. The probe measures networks. The hooks ask a language model, on this machine unless a person
# says otherwise, and only this one module of theirs does so: what is sent and what comes back passes a single place.
CONNECTS = {"hooks.client"}


def test_nothing_but_the_probe_and_the_client_of_the_hooks_may_open_a_socket() -> None:
    import ast

    for name, module in modules().items():
        if drawer(name) == "probe" or name in CONNECTS:
            continue
        for node in ast.walk(module.tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for wanted in names:
                assert not any(wanted == n or wanted.startswith(n + ".") for n in NETWORK), f"{name} imports {wanted}"


def test_nothing_depends_on_the_hooks() -> None:
    """They are optional: their door imports them, and nothing else does."""
    doors = {"desk_assist", "cli.assisting"}
    for name, module in modules().items():
        if name not in doors and drawer(name) != "hooks":
            found = {i for i in module.imports if drawer(i) == "hooks" or i == "desk_assist"}
            assert found == set(), f"{name} imports {', '.join(found)}"
