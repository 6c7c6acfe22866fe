"""Floor 3: campaigns with known truth, written as export files."""
