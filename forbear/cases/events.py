"""The entries this room writes in the log."""

ESCALATED = "cases:account:escalated"
ESCALATION_TAKEN = "cases:escalation:taken"
ESCALATION_RELEASED = "cases:escalation:released"
ESCALATION_RESOLVED = "cases:escalation:resolved"
DISPUTE_OPENED = "cases:dispute:opened"
DISPUTE_INVESTIGATED = "cases:dispute:investigated"
DISPUTE_CLOSED = "cases:dispute:closed"
