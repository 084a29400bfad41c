"""The entries this room writes in the log."""

IMPORT_APPLIED = "imports:import:applied"
IMPORT_FAILED = "imports:import:failed"
IMPORT_UNDONE = "imports:import:undone"
