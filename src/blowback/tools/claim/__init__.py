"""Claims that a text makes, in English and Arabic: what is said to have happened, to be under way, or to come.

Rules over word lists that are data files beside this one; no model, no parser. A reader can check every decision: each
claim carries the words that decided it.
"""

from __future__ import annotations

from blowback.tools.claim.flat import row
from blowback.tools.claim.reading import read
from blowback.tools.claim.records import claims_in

__all__ = ["claims_in", "read", "row"]
