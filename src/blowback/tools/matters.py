"""Posts that say the same in several languages, as numbers of clusters: one text of each wording and language is compared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools.meaning import vectors
from blowback.tools.strings import Strings
from blowback.tools.tongues import tongues
from blowback.tools.translations import translations

Ints = npt.NDArray[np.int64]
LEAST_WORDS = 4  # of a text whose meaning is compared: thanks and greetings mean the same everywhere


def matters(texts: Strings, folded: Strings, langs: Strings, times_us: Ints, window_us: int) -> Ints:
    """Cluster of each text, -1 where no text of another language says the same within the window.

    Args:
        texts: n strings as published, in order of time: the first of a wording stands for it.
        folded: the same, folded; equal ones of one language are one wording.
        langs: stated languages; where empty the script is the label (see `tongues`).
        times_us: microseconds.
        window_us: texts further apart are not compared.

    Raises:
        UsageError: the language model is not installed, or there are too many texts.
    """
    label = tongues(langs, texts).to_pylist()
    words = folded.to_pylist()
    first: dict[tuple[str | None, str | None], int] = {}
    of = np.array([first.setdefault((t, w), n) for n, (t, w) in enumerate(zip(words, label, strict=True))], np.int64)
    some = np.unique(of)
    rows = vectors(texts.take(pa.array(some)), least_words=LEAST_WORDS)
    found = translations(rows, [label[i] for i in some.tolist()], times_us=times_us[some], window_us=window_us)
    return np.asarray(found.cluster[np.searchsorted(some, of)], np.int64)
