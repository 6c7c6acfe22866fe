"""From words to markup: what every template of the dossier shares. Texts reach a page escaped or not at all."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from blowback.dossier.shown import figure, marked, pieces, when, whole


@cache
def asset(name: str) -> str:
    """One of our own text files: a style, a script, a template."""
    return (files("blowback.dossier") / "assets" / name).read_text(encoding="utf-8")


def shown(value: object) -> Markup:
    """Escaped text with hidden characters drawn as marks."""
    if isinstance(value, Markup):
        return value
    return Markup("").join(
        Markup('<span class="ctl" title="{}">{}</span>').format(long, short) if short else escape(part)
        for part, short, long in pieces(str(value))
    )


def _settled(value: object) -> object:
    """No hidden character reaches the page, whichever filter was forgotten, attributes included."""
    return marked(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def environment() -> jinja2.Environment:
    """A fresh environment: everything escaped, nothing undefined, with the filters that all templates use."""
    env = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_settled,
    )
    env.filters |= {
        "shown": shown,
        "marked": marked,
        "whole": whole,
        "figure": figure,
        "moment": when,
        "day": lambda us: when(us, "day"),
        "capital": lambda text: text[:1].upper() + text[1:],
    }
    return env
