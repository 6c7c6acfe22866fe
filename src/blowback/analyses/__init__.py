"""Floor 2: one file, one question."""
