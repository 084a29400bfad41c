"""The command line, split by noun. A command calls one verb, like every other door."""
