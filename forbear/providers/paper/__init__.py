"""The paper gateway's adapter: the same shape as a real gateway's, its wire given at start-up."""

from __future__ import annotations

from forbear.providers.registry import register

from .adapter import PaperAdapter, Wire


def connect(wire: Wire) -> None:
    """Register the adapter of kind `paper`; `wire(account_id, body)` carries a request to it."""
    register(PaperAdapter(wire))
