"""Claims: what is said or announced, where, when; did it come true, how far ahead, against what base rate."""
