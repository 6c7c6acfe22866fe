"""One hashtag with a million posts in an hour: exact, in bounded memory, and told before it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHILD = """
import resource
two = 2 << 30
resource.setrlimit(resource.RLIMIT_DATA, (two, two))  # what a process may hold of its own
import numpy as np
from blowback.tools.coaction import from_codes, pairs, plan

random = np.random.default_rng(1)
n, crowd = 1_000_000, 300_000
heavy = np.stack([random.integers(0, crowd, n), np.zeros(n, np.int64), random.integers(0, 3600, n)])
light = np.stack([random.integers(0, crowd, n // 5), random.integers(1, 50_000, n // 5), random.integers(0, 3600, n // 5)])
account, value, second = np.concatenate([heavy, light], axis=1)
rows = from_codes(account, value, second * 1_000_000, np.arange(len(account)))
ahead = plan(rows, 1_000_000)
found = pairs(rows, 1_000_000, 2)
on = np.bincount(heavy[2], minlength=3601)
print(ahead.pairs, len(found), int(found.n_objects.min()), ahead.heaviest_share > 0.9)
print(int((on * (on - 1) // 2).sum() + (on[:-1] * on[1:]).sum()))
print(plan(rows, 60_000_000).pairs)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_DATA limits memory on Linux alone")
def test_a_million_posts_on_one_hashtag_in_an_hour_fit_two_gigabytes() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (planned, pairs, least, heavy), (by_hand,), (minute,) = (line.split() for line in done.stdout.splitlines())
    assert int(by_hand) <= int(planned) <= int(by_hand) * 1.01  # the light tags add a few
    assert int(pairs) > 0
    assert int(least) >= 2
    assert heavy == "True"
    assert int(minute) > 5_000_000_000  # beyond the default limit: this window would be refused by name
