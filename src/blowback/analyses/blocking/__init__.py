"""Blocking: what was blocked, how, since when, and does it fit the stated reason."""
