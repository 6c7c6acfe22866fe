"""Floor 2: one file, one export format."""
