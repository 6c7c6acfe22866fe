"""Floor 2: one file, one outside layout: what others measured, listed or coded, read into canonical rows."""
