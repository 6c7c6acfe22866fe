"""Floor 2: where SQL runs."""
