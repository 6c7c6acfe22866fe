"""Write an X v2 JSONL of N posts, flat as `twarc2 flatten` leaves it, about 1 kB a post, for the ingest benchmark.

    python benchmarks/make_x_v2.py 1000000 /tmp/x_v2_1000000.jsonl[.zst|.gz] [--seed 1]

Everything heavy is prepared once (sentences with their entities, users, originals, context annotations, as JSON
bytes); a post is then one formatting of prepared parts with its own id, time, counts and number in the text. All ids
and all texts but reposts' differ; authors, originals, hashtags and links follow Zipf's law. Harmless text only.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson
import zstandard

from blowback.simulate import texts
from blowback.simulate.snowflake import EPOCH_MS, snowflakes

CHUNK = 50_000
START_MS = 1_559_520_000_000  # 2019-06-03
SPAN_MS = 28 * 86_400_000
POST = (
    b'{"id":"%d","author_id":"%b","created_at":"%bZ","text":"%b","lang":"%b","source":"%b",'
    b'"conversation_id":"%d","possibly_sensitive":false,"reply_settings":"everyone","edit_history_tweet_ids":["%d"],'
    b'"public_metrics":{"retweet_count":%d,"reply_count":%d,"like_count":%d,"quote_count":%d},%b%b%b"author":%b,'
    b'"__twarc":{"version":"2.14.1","retrieved_at":"2019-07-30T00:00:00+00:00"}}\n'
)
SOURCES = [b"Twitter for Android", b"Twitter for iPhone", b"Twitter Web App", b"GardenBell"]


def users(rng: np.random.Generator, count: int) -> tuple[list[bytes], list[bytes]]:
    ids, whole = [], []
    for n in range(count):
        native = str(40_000_000 + n * 977)
        user = {
            "id": native, "username": texts.handle(n), "name": texts.name(n), "verified": False, "protected": False,
            "created_at": "2014-02-01T10:00:00.000Z", "description": "",
            "public_metrics": {
                "followers_count": int(np.exp(rng.normal(5, 1.5))), "following_count": 120, "tweet_count": 900,
                "listed_count": 1,
            },
        }  # fmt: skip
        ids.append(native.encode())
        whole.append(orjson.dumps(user))
    return ids, whole


def sentences(rng: np.random.Generator, count: int) -> list[tuple[bytes, bytes, bytes]]:
    """(text as the inside of a JSON string, language, entities and context) of prepared posts."""
    out = []
    for n in range(count):
        topic, lang = int(rng.integers(0, 2)), int(rng.choice(3, p=(0.5, 0.35, 0.15)))
        text = texts.sentence(topic, lang, int(rng.integers(0, 2**40)))
        entities: dict[str, list[dict[str, object]]] = {}
        tags = texts.hashtags(topic)
        for k in range(int(rng.integers(0, 3))):
            tag = tags[min(int(rng.zipf(1.6)) + k, len(tags)) - 1]
            span = {"start": len(text) + 1, "end": len(text) + 2 + len(tag)}
            entities.setdefault("hashtags", []).append({**span, "tag": tag})
            text += f" #{tag}"
        if rng.random() < 0.4:
            who = int(rng.zipf(1.4)) % 5000
            name = texts.handle(who)
            span = {"start": len(text) + 1, "end": len(text) + 2 + len(name)}
            entities["mentions"] = [{**span, "username": name, "id": str(40_000_000 + who * 977)}]
            text += f" @{name}"
        if rng.random() < 0.5:
            link, short = texts.url(topic, min(int(rng.zipf(1.3)), 10**6)), texts.short_url(n, 0)
            span = {"start": len(text) + 1, "end": len(text) + 1 + len(short)}
            shown = {"expanded_url": link, "display_url": link[8:], "status": 200, "unwound_url": link}
            entities["urls"] = [{**span, "url": short, **shown}]
            text += f" {short}"
        context = [
            {
                "domain": {
                    "id": str(40 + k),
                    "name": "Interests and Hobbies",
                    "description": "What people like to do",
                },
                "entity": {"id": str(10_000_000_000 + k), "name": texts.TOPICS[topic].title()},
            }
            for k in range(int(rng.integers(0, 2)))
        ]
        rest = orjson.dumps({"entities": entities, "context_annotations": context})[1:-1] + b","
        out.append((orjson.dumps(text)[1:-1], texts.LANGS[lang].encode(), rest))
    return out


def originals(
    rng: np.random.Generator, prepared: list[tuple[bytes, bytes, bytes]], ids: list[bytes], count: int
) -> list[tuple[bytes, bytes, bytes]]:
    """(lead of a repost's text, reference with the original inside, its language) of what is passed on."""
    at = START_MS + rng.integers(0, SPAN_MS // 2, count)
    native, author = snowflakes(rng, at * 1000), rng.integers(0, len(ids), count)
    stamps = np.datetime_as_string(at.astype("datetime64[ms]"))
    out = []
    for k in range(count):
        text, lang, rest = prepared[int(rng.integers(0, len(prepared)))]
        name = texts.handle(int(author[k])).encode()
        whole = (
            b'"entities":{"mentions":[{"start":3,"end":%d,"username":"%b","id":"%b"}]},'
            b'"referenced_tweets":[{"type":"retweeted","id":"%d","author_id":"%b","created_at":"%bZ","text":"%b",'
            b'%b"lang":"%b"}],'
        ) % (len(name) + 4, name, ids[author[k]], native[k], ids[author[k]], stamps[k].encode(), text, rest, lang)
        out.append((b"RT @%b: %b\xe2\x80\xa6" % (name, text.decode()[:90].rstrip("\\").encode()), whole, lang))
    return out


def lines(count: int, seed: int) -> Iterator[bytes]:
    """The posts in chunks, in the order of time."""
    rng = np.random.default_rng(seed)
    ids, whole = users(rng, min(100_000, max(1000, count // 20)))
    prepared = sentences(rng, 8000)
    passed = originals(rng, prepared, ids, 20_000)
    for first in range(0, count, CHUNK):
        n = min(CHUNK, count - first)
        # Times rise through the file, unevenly.
        edges = START_MS + SPAN_MS * first // count, START_MS + SPAN_MS * (first + n) // count
        at = np.sort(rng.integers(edges[0], max(edges[1], edges[0] + 1), n))
        native = snowflakes(rng, at * 1000).tolist()
        stamps = np.char.encode(np.datetime_as_string(at.astype("datetime64[ms]")), "ascii").tolist()
        who = ((rng.zipf(1.25, n) - 1) % len(ids)).tolist()
        which = rng.integers(0, len(prepared), n).tolist()
        repost = np.where(rng.random(n) < 0.35, (rng.zipf(1.3, n) - 1) % len(passed), -1).tolist()
        reply = np.where(rng.random(n) < 0.1, rng.integers(0, n, n), -1).tolist()
        likes, client = rng.integers(0, 40, n).tolist(), rng.choice(4, n, p=(0.5, 0.3, 0.15, 0.05)).tolist()
        out = []
        for k in range(n):
            i, author = native[k], who[k]
            source, like = SOURCES[client[k]], likes[k]
            if repost[k] >= 0:
                text, reference, lang = passed[repost[k]]
                rest, answered, thread = b"", b"", i
            else:
                text, lang, rest = prepared[which[k]]
                text = b"%b %d" % (text, first + k)
                reference, answered, thread = b"", b"", i
                if reply[k] >= 0:
                    thread = native[reply[k]]
                    reference = b'"referenced_tweets":[{"type":"replied_to","id":"%d"}],' % thread
                    answered = b'"in_reply_to_user_id":"%b",' % ids[who[reply[k]]]
            out.append(
                POST
                % (
                    i, ids[author], stamps[k], text, lang, source, thread, i,
                    like // 3, like // 9, like, like // 20, rest, reference, answered, whole[author],
                )
            )  # fmt: skip
        yield b"".join(out)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, compressed by its suffix."""
    if path.suffix == ".zst":
        with path.open("wb") as raw, zstandard.ZstdCompressor(level=3).stream_writer(raw) as out:
            yield out  # type: ignore[misc]
    elif path.suffix == ".gz":
        with gzip.open(path, "wb", compresslevel=5) as out:
            yield out  # type: ignore[misc]
    else:
        with path.open("wb") as out:
            yield out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started, size = time.perf_counter(), 0
    with opened(given.path) as out:
        for chunk in lines(given.posts, given.seed):
            out.write(chunk)
            size += len(chunk)
    seconds = time.perf_counter() - started
    print(
        f"{given.posts:,} posts, {size / 1e6:,.0f} MB ({size / given.posts:.0f} bytes a post) in {seconds:.1f} s: "
        f"{given.posts / seconds:,.0f} posts/s",
        file=sys.stderr,
    )


assert EPOCH_MS < START_MS

if __name__ == "__main__":
    main()
