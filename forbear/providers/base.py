"""What every gateway is, in one language: vendor words are translated in the adapter, once, and never seen again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our account at a gateway: its row's number, the opened secrets, the options."""

    account_id: int
    secrets: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over. `reference` is our own unique key; a gateway that can, refuses a repeat of it."""

    reference: str
    channel: str
    sender: str
    address: str
    body: str
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The gateway refused it; `opted_out` where it says that the consumer had stopped us there."""

    code: str
    text: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows: it may have gone. It is never sent again by a machine."""

    text: str


Submitted = Accepted | Rejected | Uncertain


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an accepted message. status: `sent`, `delivered` or `undelivered`.

    `reference` is our own key where the gateway tells it back: it finds a message whose answer was lost.
    """

    provider_id: str
    status: str
    at: datetime
    code: str = ""
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from a consumer. `answered`: the gateway has already confirmed a stop itself."""

    provider_id: str
    address: str
    recipient: str
    body: str
    at: datetime
    channel: str = "sms"
    answered: bool = False


class Unreadable(ValueError):
    """The body is not what this gateway sends."""


class Adapter(Protocol):
    """One gateway. Methods do network at most in `submit` and `ask`; none of them knows the database."""

    kind: str
    is_real: bool
    batch_size: int
    channels: frozenset[str]

    def submit(self, credentials: Credentials, messages: Sequence[Outgoing]) -> list[Submitted]:
        """Hand over; one answer per message, in order. Never raises for a gateway's failure: that is Uncertain."""
        ...

    def ask(self, credentials: Credentials, references: Sequence[str]) -> dict[str, Submitted]:
        """What became of messages whose answer was lost; those the gateway cannot tell are left out."""
        ...

    def verify(self, credentials: Credentials, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the signature is the gateway's own; timing-safe. Header names are lower-case."""
        ...

    def unique_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The gateway's own id of this call, or a hash of it: a repeat gives the same."""
        ...

    def read(self, body: str) -> list[Receipt | Inbound]:
        """The stored body, translated. Raises Unreadable."""
        ...
