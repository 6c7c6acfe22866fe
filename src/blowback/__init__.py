"""Blowback: turns the public posts of a violent group's social-media campaign into evidence."""

__version__ = "0.1.0"
