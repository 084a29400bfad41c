"""The entries this room writes in the log."""

CONVERSATION_ASSIGNED = "inbox:conversation:assigned"
CONVERSATION_CLOSED = "inbox:conversation:closed"
CONVERSATION_REOPENED = "inbox:conversation:reopened"
AUTO_REPLY_CHANGED = "inbox:auto_reply:changed"
AUTO_REPLY_WITHHELD = "inbox:auto_reply:withheld"
