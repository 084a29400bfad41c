"""What a key or a role may do: read or write one noun. A closed list."""

from __future__ import annotations

from typing import Final

NOUNS: Final = {
    "accounts": "accounts, consumers and contact lists",
    "campaigns": "campaigns and their results",
    "channels": "provider accounts and senders",
    "compliance": "the compliance log",
    "consent": "opt-outs, consents and holds",
    "engine": "the engine, its queue and its limits",
    "imports": "files of accounts",
    "inbox": "conversations and automatic replies",
    "messages": "messages, and one contact by hand",
    "policy": "the rules and their answers",
    "reports": "reports",
    "sandbox": "the paper phone and the movable clock",
    "staff": "colleagues, keys and the organization",
    "strategies": "strategies",
    "templates": "wordings",
}
SCOPES: Final = tuple(f"{noun}:{deed}" for noun in NOUNS for deed in ("read", "write"))


def covers(held: frozenset[str], scope: str) -> bool:
    """Whether the held scopes allow this one: `campaigns:write` allows `campaigns:read` too."""
    noun, _, deed = scope.partition(":")
    return scope in held or (deed == "read" and f"{noun}:write" in held)
