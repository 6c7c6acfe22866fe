"""Citizen Lab category codes: those of today, and which of them replaces an older code (legend of 2017)."""

from __future__ import annotations

from typing import Final

CODES: Final = {
    "ALDR": "Alcohol and drugs",
    "REL": "Religion",
    "PORN": "Pornography",
    "PROV": "Provocative attire",
    "POLR": "Political criticism",
    "HUMR": "Human rights issues",
    "ENV": "Environment",
    "MILX": "Terrorism and militants",
    "HATE": "Hate speech",
    "NEWS": "News media",
    "XED": "Sex education",
    "PUBH": "Public health",
    "GMB": "Gambling",
    "ANON": "Anonymisation and circumvention tools",
    "DATE": "Online dating",
    "GRP": "Social networking",
    "LGBT": "LGBT",
    "FILE": "File-sharing",
    "HACK": "Hacking tools",
    "COMT": "Communication tools",
    "MMED": "Media sharing",
    "HOST": "Hosting and blogging platforms",
    "SRCH": "Search engines",
    "GAME": "Gaming",
    "CULTR": "Culture",
    "ECON": "Economics",
    "GOVT": "Government",
    "COMM": "E-commerce",
    "CTRL": "Control content",
    "IGO": "Intergovernmental organisations",
    "MISC": "Miscellaneous content",
}
_REPLACED: Final = {
    "POLT": "POLR",
    "MINR": "HUMR",
    "WOMR": "HUMR",
    "MINF": "HUMR",
    "FEXP": "NEWS",
    "SELFHARM": "PUBH",
    "GAYL": "LGBT",
    "P2P": "FILE",
    "SFTWR": "FILE",
    "WRZ": "FILE",
    "VOIP": "COMT",
    "EMAIL": "COMT",
    "TRNS": "COMT",
    "MSG": "COMT",
    "BLGSERV": "HOST",
    "CLOUD": "HOST",
    "HAL": "CULTR",
    "DEV": "ECON",
    "FREL": "GOVT",
    "USMIL": "GOVT",
    "CACH": "CTRL",
    "KWRD": "MISC",
}


def today(code: str) -> str:
    """The code that is used today for a code as given; unknown codes stay as they are, in upper case."""
    known = code.strip().upper()
    return _REPLACED.get(known, known)
