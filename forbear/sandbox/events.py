"""The entries this room writes in the log."""

CLOCK_MOVED = "sandbox:clock:moved"
