"""Times that a text names, in English and Arabic, as intervals: a grammar of our own.

Every interval is anchored at the post's time on the clock of the theatre, and wide enough to hold what the words may
mean: a Hijri day is three days, "soon" up to a fortnight. A bare number is never a date.
"""

from __future__ import annotations

from blowback.tools.when.grammar import default_for, times_in

__all__ = ["default_for", "times_in"]
