"""Entries that the log writes about itself."""

BUNDLE_MADE = "compliance:bundle:made"
PERSONAL_ERASED = "compliance:personal:erased"
KEY_ROTATED = "compliance:key:rotated"
ENTRIES_ARCHIVED = "compliance:entries:archived"
RETENTION_CHANGED = "compliance:retention:changed"
LEGAL_HOLD_OPENED = "compliance:legal_hold:opened"
LEGAL_HOLD_CLOSED = "compliance:legal_hold:closed"
