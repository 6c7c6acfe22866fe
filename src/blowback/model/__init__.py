"""Floor 0: the nouns. Frozen, typed, no input or output."""
