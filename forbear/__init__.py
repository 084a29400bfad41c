"""Forbear: collects overdue debts, and knows when not to write."""

__version__ = "0.1.0"
