"""Floor 1: pure functions on Arrow and numbers."""
