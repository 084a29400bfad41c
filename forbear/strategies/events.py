"""The entries this room writes in the log."""

STRATEGY_CREATED = "strategies:strategy:created"
STRATEGY_EDITED = "strategies:strategy:edited"
STRATEGY_ACTIVATED = "strategies:strategy:activated"
STRATEGY_ARCHIVED = "strategies:strategy:archived"
STRATEGY_DELETED = "strategies:strategy:deleted"
