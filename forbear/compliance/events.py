"""Entries that the log writes about itself."""

PERSONAL_ERASED = "compliance:personal:erased"
KEY_ROTATED = "compliance:key:rotated"
