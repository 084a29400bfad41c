"""Which adapter serves which kind of provider account."""

from __future__ import annotations

from .base import Adapter

_adapters: dict[str, Adapter] = {}


def register(adapter: Adapter) -> None:
    """At start-up, by the wiring."""
    _adapters[adapter.kind] = adapter


def adapter_of(kind: str) -> Adapter:
    """Raises KeyError for a kind nobody registered."""
    return _adapters[kind]


def kinds() -> list[str]:
    return sorted(_adapters)
