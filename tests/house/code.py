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
                found.add(node.module)
                found |= {f"{node.module}.{a.name}" for a in node.names}
        own = {name.removeprefix("blowback.") for name in found if name.startswith("blowback.")}
        return {known for name in own if (known := _as_module(name))}


@cache
def modules() -> dict[str, Module]:
    out = {}
    for path in sorted(SRC.rglob("*.py")):
        name = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        out[name] = Module(name, path, ast.parse(text), text.count("\n"))
    return out


def _as_module(name: str) -> str | None:
    known = {".".join(p.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__") for p in SRC.rglob("*.py")}
    return name if name in known else None


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
