"""Floor 5: the command line, a door without logic of its own."""
