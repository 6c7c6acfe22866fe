"""What the accounts of a group share: tags, addresses, and the posts and texts behind an id or a fingerprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blowback.dossier.cards import Delay, ObjectNamed, ObjectShared
from blowback.dossier.reading import Desk
from blowback.dossier.shown import cut, harmless

EXCERPT, SHORT, PER_FINDING, DRAWN = 140, 90, 5, 80
# Values of these kinds read as they are; those of the others are ids and fingerprints, for which a post must speak.
_PLAIN = {
    "url": "",
    "domain": "",
    "hashtag": "#",
    "mention": "",
    "fast_repost": "",
    "client": "",
    "place": "",
    "rhythm": "",
}
_THINGS = """
CREATE TEMP TABLE things AS
WITH held AS (
    SELECT s.kind, s.value, s.post_id, p.text,
        row_number() OVER (PARTITION BY s.kind, s.value ORDER BY p.posted_at, s.post_id) AS place
    FROM (SELECT DISTINCT kind, value, post_id FROM shares) s JOIN posts p ON p.post_id = s.post_id
), first AS (
    SELECT kind, value, text, CASE WHEN kind IN ('repost', 'reply_to') THEN value END AS origin FROM held WHERE place = 1
)
SELECT row_number() OVER (ORDER BY f.kind, f.value) - 1 AS o, f.kind, f.value, left(coalesce(p.text, f.text), {length}) AS text
FROM first f LEFT JOIN posts p ON p.post_id = f.origin
"""
_MOST = """
WITH counted AS (
    SELECT s.f, s.kind, s.value, count(DISTINCT s.post_id) AS n, count(DISTINCT p.account_id) AS accounts,
        min(epoch_us(p.posted_at)) AS first, max(epoch_us(p.posted_at)) AS last,
        list(epoch_us(p.posted_at) ORDER BY p.posted_at, p.post_id) AS times
    FROM (SELECT DISTINCT f, kind, value, post_id FROM shares) s JOIN posts p ON p.post_id = s.post_id
    GROUP BY s.f, s.kind, s.value
)
SELECT c.f, c.kind, c.value, t.text, c.n, c.accounts, (c.last - c.first) / 1e6,
    list_transform(c.times[:{drawn}], x -> (x - c.first) / 1e6), c.objects
FROM (
    SELECT *, count(*) OVER (PARTITION BY f) AS objects,
        row_number() OVER (PARTITION BY f ORDER BY n DESC, value) AS place FROM counted
) c JOIN things t ON t.kind = c.kind AND t.value = c.value
WHERE c.place <= {most} ORDER BY c.f, c.n DESC, c.value
"""


def name(desk: Desk) -> None:
    """Make the table `things` (o, kind, value, text): every shared object with the text of a post that carries it."""
    desk.connection.execute(_THINGS.format(length=EXCERPT + 1))


def most(desk: Desk) -> dict[int, tuple[int, tuple[ObjectShared, ...]]]:
    """For each finding: how many objects its accounts share, and those with most posts. Call after `name`."""
    found: dict[int, tuple[int, tuple[ObjectShared, ...]]] = {}
    sql = _MOST.format(drawn=DRAWN, most=PER_FINDING)
    for f, kind, value, text, posts, accounts, span, offsets, objects in desk.rows(sql):
        says = words(kind, value, text, EXCERPT)
        times = tuple(round(float(t), 3) for t in offsets)
        one = ObjectShared(kind, says, posts, accounts, round(float(span), 3), times)
        found[f] = (objects, (*found.get(f, (0, ()))[1], one))
    return found


def shared(desk: Desk) -> tuple[tuple[ObjectNamed, ...], Mapping[str, tuple[tuple[int, int], ...]]]:
    """Objects that embedded posts share, and for each such post its (finding, object) pairs. Call after `choose`."""
    rows = desk.rows(
        "SELECT s.post_id, s.f, t.o FROM (SELECT DISTINCT * FROM shares) s JOIN wanted w ON w.post_id = s.post_id "
        "JOIN things t ON t.kind = s.kind AND t.value = s.value ORDER BY 1, 2, 3"
    )
    used = sorted({o for _, _, o in rows})
    place = {o: n for n, o in enumerate(used)}
    by_post: dict[str, list[tuple[int, int]]] = {}
    for post, f, o in rows:
        by_post.setdefault(post, []).append((f, place[o]))
    names = {o: (kind, value, text) for o, kind, value, text in desk.rows("SELECT o, kind, value, text FROM things")}
    made = tuple(ObjectNamed(names[o][0], words(*names[o], SHORT)) for o in used)
    return made, {post: tuple(pairs) for post, pairs in by_post.items()}


def words(kind: str, value: str, text: str | None, limit: int) -> str:
    """An object as a reader knows it, defanged."""
    said = _PLAIN[kind] + value if kind in _PLAIN else text or value
    if kind == "hashtag_sequence":
        said = " ".join("#" + tag for tag in value.split())
    return harmless(cut(" ".join(said.split()), limit)[0])


def delays(desk: Desk) -> dict[int, tuple[Delay, ...]]:
    """For each finding: its co-actions by how far apart their posts are."""
    found: dict[int, list[Delay]] = {}
    for f, up_to, n in desk.rows("SELECT f, up_to, sum(n)::BIGINT FROM delays GROUP BY 1, 2 ORDER BY 1, 2"):
        found.setdefault(f, []).append(Delay(int(up_to), int(n)))
    return {f: tuple(d) for f, d in found.items()}


def coarse(counts: Sequence[Delay], clock: str) -> tuple[Delay, ...]:
    """Delays no finer than the clock that the times were read from."""
    finest = {"minute": 60, "day": 86_400}.get(clock, 0)
    merged: dict[int, int] = {}
    for one in counts:
        step = max(one.up_to_s, finest)
        merged[step] = merged.get(step, 0) + one.count
    return tuple(Delay(step, n) for step, n in merged.items())
