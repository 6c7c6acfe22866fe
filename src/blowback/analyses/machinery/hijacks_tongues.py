"""In which language the posts under the tags are, as far as it is needed to compare like with like."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.tongues import tongues
from blowback.tools.wordmodel import Lexicon, scripts

Ints = npt.NDArray[np.int64]
_LEAST: Final = 20  # posts that a stated language needs: rarer ones are mostly slips of the platform's guess


def spoken(stated: Any, folded: Any, words: Lexicon) -> tuple[Ints, tuple[str, ...]]:  # noqa: ANN401  # Arrow arrays
    """(code of each post, names of the codes): the stated language, else the likest stated one of its script, else the script.

    The likest is by naive Bayes over the words of posts that state a language. It serves to put posts beside each other,
    and is told to nobody as the language of a post.

    Args:
        stated: languages that the export states; null where it states none.
        folded: texts in folded form.
        words: the lexicon of the same texts.
    """
    said = tongues(stated, pa.nulls(len(folded), pa.string()))  # of no text nothing is known but what is stated
    script = scripts(folded).dictionary_encode()
    coded = said.dictionary_encode()
    names = [str(n) for n in coded.dictionary.to_pylist()]
    code = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    often = np.bincount(code[code >= 0], minlength=len(names) + 1)  # one more, which -1 looks up
    code = np.where((code >= 0) & (often[code] >= _LEAST), code, -1)
    of_script = script.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    code = _likest(code, of_script, words)
    shown = [str(s) for s in script.dictionary.to_pylist()]
    code = np.where(code >= 0, code, len(names) + of_script)
    kept, out = np.unique(code, return_inverse=True)
    every = [*names, *shown]
    order = sorted(range(len(kept)), key=lambda i: every[kept[i]])
    rank = np.empty(len(kept), np.int64)
    rank[order] = np.arange(len(kept))
    return rank[out], tuple(every[kept[i]] for i in order)


def _likest(code: Ints, script: Ints, words: Lexicon) -> Ints:
    """Codes with -1 filled in where some language is stated in the same script."""
    out = code.copy()
    for one in np.unique(script[code < 0]):
        here = script == one
        known, asked = np.flatnonzero(here & (code >= 0)), np.flatnonzero(here & (code < 0))
        spoke = np.unique(code[known])
        if not len(spoke):
            continue
        if len(spoke) == 1:
            out[asked] = spoke[0]
            continue
        bounds, tokens = words.gathered(known)
        text = np.repeat(code[known], np.diff(bounds))
        counts = np.zeros((len(spoke), words.size))
        for i, lang in enumerate(spoke):
            counts[i] = np.bincount(tokens[text == lang], minlength=words.size)
        share = np.log((counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 0.5 * words.size))
        bounds, tokens = words.gathered(asked)
        place = np.repeat(np.arange(len(asked)), np.diff(bounds))
        prior = np.log(np.bincount(np.searchsorted(spoke, code[known]), minlength=len(spoke)) / len(known))
        score = np.stack(
            [np.bincount(place, weights=share[i][tokens], minlength=len(asked)) + prior[i] for i in range(len(spoke))]
        )
        out[asked] = spoke[score.argmax(axis=0)]
    return out
