"""A document ten times as long does not need ten times the memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import resource, sys
from pathlib import Path
from blowback.sources import open_file
from blowback.sources.source import Cursor, Options
rows = sum(b.staged.num_rows for b in open_file(Path(sys.argv[1]), Options()).batches(Cursor()))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def telegram(path: Path, size: int) -> int:
    text = "Tomatoes are early this year, and so are the beans of the whole row. " * 4
    message = {
        "type": "message",
        "date_unixtime": "1402315205",
        "from": "Garden",
        "from_id": "channel1",
        "text": [text, {"type": "hashtag", "text": "#garden"}],
    }
    body = json.dumps(message, indent=1)[1:]
    number = 0
    with path.open("w") as out:
        out.write('{"name": "Garden", "type": "public_channel", "id": 1, "messages": [')
        while out.tell() < size:
            out.write("".join(f'{"," if number + n else ""}{{"id": {number + n + 1},{body}' for n in range(1000)))
            number += 1000
        out.write("]}")
    return number


def ytdlp(path: Path, size: int) -> int:
    body = json.dumps(
        {
            "parent": "root",
            "text": "Tomatoes are early this year. " * 9,
            "author": "@elm",
            "author_id": "UC1",
            "timestamp": 1402315205,
        }
    )[1:]
    number = 0
    with path.open("w") as out:
        out.write(
            '{"id": "v", "extractor": "youtube", "channel_id": "UC1", "timestamp": 1402315205, "title": "t", "formats": ['
        )
        out.write(",".join(['{"url": "https://video.example/%d"}' % 1] * (size // 100)) + '], "comments": [')  # noqa: UP031
        while out.tell() < size:
            out.write("".join(f'{"," if number + n else ""}{{"id": "c{number + n}",{body}' for n in range(1000)))
            number += 1000
        out.write("]}")
    return number + 1


@pytest.mark.skipif(sys.platform == "win32", reason="resource is a module of Unix")
@pytest.mark.parametrize("make", [telegram, ytdlp])
def test_peak_memory_does_not_follow_the_size_of_a_document(tmp_path: Path, make) -> None:
    peaks = {}
    for megabytes in (15, 120):
        path = tmp_path / f"{megabytes}.json"
        expected = make(path, megabytes << 20)
        done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
        rows, peaks[megabytes] = map(int, done.stdout.split())
        assert rows == expected
    assert peaks[120] - peaks[15] < 200  # it was 8 MB of memory for each of the file
    assert peaks[120] < 700
