"""Floor 3: custody."""
