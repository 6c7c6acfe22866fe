"""What the house tests look at: modules, their imports (lazy ones included), functions and sizes."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "blowback"


@dataclass(frozen=True)
class Module:
    name: str  # dotted, without the leading "blowback."
    path: Path
    tree: ast.Module
    lines: int

    @property
    def imports(self) -> set[str]:
        """Names of our own modules that this one imports, anywhere in the file."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {a.name for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                named = {f"{node.module}.{a.name}" for a in node.names}
                submodules = {n for n in named if _as_module(n.removeprefix("blowback."))}
                # `from package import module` is an import of the module, not of what the package's list imports
                found |= submodules if submodules == named else {node.module, *submodules}
        own = {name.removeprefix("blowback.") for name in found if name.startswith("blowback.")}
        return {known for name in own if (known := _as_module(name))}


@cache
def modules() -> dict[str, Module]:
    out = {}
    for path in sorted(SRC.rglob("*.py")):
        name = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        text = path.read_text(encoding="utf-8")
        out[name] = Module(name, path, ast.parse(text), text.count("\n"))
    return out


def _as_module(name: str) -> str | None:
    return name if name in _names() else None


@cache
def _names() -> frozenset[str]:
    parts = (p.relative_to(SRC).with_suffix("").parts for p in SRC.rglob("*.py"))
    return frozenset(".".join(p).removesuffix("__init__").rstrip(".") for p in parts)


def functions() -> list[tuple[str, str, int]]:
    """(module, function, lines) of every function; a decorator and the docstring do not count as its lines."""
    out = []
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                if isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant):
                    body = body[1:] or body
                out.append((module.name, node.name, (node.end_lineno or 0) - body[0].lineno + 1))
    return out
