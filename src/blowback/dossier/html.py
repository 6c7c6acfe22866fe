"""The dossier as one HTML file: opens from disk, asks nothing of any network, says the same without script.

The policy allows one style and one script, both by hash, and data: images; everything else is refused by the
browser. Texts reach the page through Jinja's escaping, and through `textContent` in the script: never as markup.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from functools import cache
from typing import Any

import jinja2
import orjson
from markupsafe import Markup

from blowback.dossier import panel_html, svg, svg_panels, svg_small
from blowback.dossier.cards import Part, PostShown
from blowback.dossier.document import Document
from blowback.dossier.markup import asset, environment, shown
from blowback.dossier.shown import CONTROLS, kind_words, lasting, marked, percent, rare, when, whole
from blowback.model.panel import Bars, Chart, Lanes, Panel

STYLES = ("style.css", "panels.css")
SCRIPTS = ("page.js", "timeline.js", "reader.js")  # one script element, in this order
PACK_FROM = 200_000  # bytes of JSON; smaller columns are not worth packing
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FIRST = 4  # posts written out under each finding, for readers without script and for paper
SECTIONS = (
    ("summary", "Summary"),
    ("received", "What was read"),
    ("timeline", "When"),
    ("network", "Groups"),
    ("findings", "Findings"),
    ("removals", "What is gone"),
    ("limits", "Limits"),
    ("methods", "Methods"),
    ("hashes", "Hashes"),
)
_OF_POSTS = frozenset({"timeline", "network", "removals"})  # sections without content where a case holds no posts
_REASONS = "reasons", "the stated reason"


def render(document: Document) -> str:
    """The page. The same document gives the same bytes."""
    style = "".join(asset(name) for name in STYLES)
    script = "".join(asset(name) for name in SCRIPTS)
    posts = _columns(document)
    packed = len(posts) > PACK_FROM
    return _template().render(
        d=document,
        csp=_policy(style, script),
        style=Markup(style),  # noqa: S704  # our own asset
        script=Markup(script),  # noqa: S704  # our own asset
        sections=[s for s in SECTIONS if not (document.measured and s[0] in _OF_POSTS)],
        digest=document.digest(),
        time_svg=svg.time_chart(document.timeline),
        net_svg=svg.network(document.network),
        lanes=svg.LANES,
        models=_models(document),
        several=any(len(g.findings) > 1 for g in document.groups),
        first_posts=_first_posts(document),
        embedded=_inert(orjson.dumps(_for_script(document), option=orjson.OPT_SORT_KEYS)),
        packed=packed,
        posts=Markup(_pack(posts)) if packed else _inert(posts),  # noqa: S704  # base64
    )


def _policy(style: str, script: str) -> str:
    allowed = [
        "default-src 'none'",
        f"style-src '{_hash(style)}'",
        f"script-src '{_hash(script)}'",
        "img-src data:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return "; ".join(allowed)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _for_script(document: Document) -> dict[str, Any]:
    """What the script needs beside the posts: charts, labels, and the names of hidden characters."""
    line, net = document.timeline, document.network
    return {
        "timeline": {
            "start": line.start_us,
            "width": line.step_s * 1_000_000,
            "step": line.step,
            "counts": line.counts,
            "behind": line.behind,
            "groups": [{"label": x.label, "ruling": x.ruling, "counts": x.counts} for x in line.groups],
            "findings": [x.counts for x in line.findings],
            "brackets": [[b.from_us, b.to_us, b.says] for b in line.brackets],
            "lanes": svg.LANES,
        },
        "nodes": [n.account for n in net.nodes],
        "findings": [{"label": c.label, "group": c.group, "posts": c.posts} for c in document.findings],
        "groups": [{"findings": g.findings, "posts": g.posts} for g in document.groups],
        "capped": any(c.shown < c.posts for c in document.findings),
        "objects": [[kind_words(o.kind), o.says] for o in document.objects],
        "exhibits": [[e.name, e.sha256] for e in document.exhibits],
        "controls": {c: list(names) for c, names in CONTROLS.items() if c not in "\u200c\u200d"},
    }


def _columns(document: Document) -> bytes:
    names = [n for n in PostShown.__dataclass_fields__]  # noqa: C416  # a list of names, in field order
    return orjson.dumps({n: [getattr(p, n) for p in document.posts] for n in names})


def _inert(json: bytes) -> Markup:
    """JSON that cannot end its script element, open a comment, or break a line in any parser."""
    text = json.decode().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def _pack(content: bytes) -> str:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)  # 31: gzip framing, without a time stamp in it
    return base64.b64encode(engine.compress(content) + engine.flush()).decode()


def _first_posts(document: Document) -> list[list[PostShown]]:
    by_id = {p.id: p for p in document.posts}
    return [[by_id[e] for e in c.finding.evidence if e in by_id][:FIRST] for c in document.findings]


def _models(document: Document) -> list[tuple[str, str]]:
    """Each chance model once, as the first finding that uses it says it."""
    told: dict[str, str] = {}
    for card in document.findings:
        for null in card.finding.nulls:
            told.setdefault(null.name, null.says)
    return list(told.items())


def _locator(post: PostShown, document: Document) -> Markup:
    known = 0 <= post.exhibit < len(document.exhibits)
    name, sha = (document.exhibits[post.exhibit].name, document.exhibits[post.exhibit].sha256) if known else ("?", "")
    where = [f"record {whole(post.record_no)}"]
    where += [f"line {whole(post.line)}"] if post.line is not None else []
    where += [f"byte {whole(post.byte_start)} + {whole(post.byte_len or 0)}"] if post.byte_start is not None else []
    where += [f"hash {post.record_hash}"] if post.record_hash else []
    return Markup('{} · <bdi dir="ltr">{}</bdi> <span title="{}">{}</span> · {}').format(
        marked(post.id), shown(name), sha, sha[:12], ", ".join(where)
    )


def _place(link: str, document: Document) -> str:
    labels = {c.finding.id: c.label for c in document.findings}
    return dict((*SECTIONS, _REASONS)).get(link) or labels.get(link, link)


def _ruling(said: str) -> str:
    words = {"stands": "stands out", "explained": "explained", "cannot_tell": "cannot tell"}
    return words.get(said, "whole case")


def _verdict(said: str) -> Markup:
    return Markup('<span class="verdict {}">{}</span>').format(said, _ruling(said))


def _panel(panel: Panel) -> Markup:
    if isinstance(panel, Chart):
        return svg_panels.chart(panel)
    if isinstance(panel, Bars):
        return svg_panels.bars(panel)
    if isinstance(panel, Lanes):
        return svg_panels.lanes(panel)
    return panel_html.render(panel)  # a grid is a table of the page's own template


def _counted(part: Part) -> str:
    """`2 stand out, 1 explained`."""
    verb = {"stands": ("stands out", "stand out"), "explained": ("explained",) * 2, "cannot_tell": ("cannot tell",) * 2}
    return ", ".join(f"{whole(n)} {verb[r][n != 1]}" for r, n in part.counts.items() if r in verb)


def _hour(us: int | None, clock: str) -> str:
    if us is None or clock == "day":
        return ""
    return when(us, clock)[11:] + " UTC"


def _short(account: str) -> str:
    platform, _, token = marked(account).partition(":")
    return f"{platform}:{token[:10]}" if token else platform


@cache
def _template() -> jinja2.Template:
    env = environment()
    env.filters |= {
        "rare": rare,
        "short": _short,
        "hour": _hour,
        "lasting": lasting,
        "kind_words": kind_words,
        "ruling": _ruling,
        "verdict": _verdict,
        "percent": percent,
        "locator": _locator,
        "place": _place,
        "versus": svg_small.versus,
        "whisker": svg_small.whisker,
        "share_bar": svg_small.share_bar,
        "delays": svg_small.delays,
        "strip": svg_small.strip,
        "panel": _panel,
        "heat": panel_html.heat,
        "traces": panel_html.traces,
        "reason": panel_html.reason,
        "numbers": panel_html.numbers,
        "counted": _counted,
        "spelled": lambda n: _NUMBERS[n] if n < len(_NUMBERS) else str(n),
    }
    return env.from_string(asset("page.html.j2"))
