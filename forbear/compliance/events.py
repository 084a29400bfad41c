"""Entries that the log writes about itself."""

BUNDLE_MADE = "compliance:bundle:made"
PERSONAL_ERASED = "compliance:personal:erased"
KEY_ROTATED = "compliance:key:rotated"
