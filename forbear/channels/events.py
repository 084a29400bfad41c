"""The entries this room writes in the log."""

PROVIDER_ADDED = "channels:provider:added"
PROVIDER_CHANGED = "channels:provider:changed"
SENDER_ADDED = "channels:sender:added"
SENDER_CHANGED = "channels:sender:changed"
