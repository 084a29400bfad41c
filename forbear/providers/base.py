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
class CallPlan:
    """How a call is conducted: the opening to whoever answers; the message and the menu, whose keys are waited for, to
    the right party; to a machine the voicemail, or nothing where it is empty: the call hangs up.
    """

    language: str
    opening: str
    message: str = ""
    menu: str = ""
    voicemail: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over. `reference` is our own unique key; a gateway that can, refuses a repeat of it.

    Of an e-mail, `unsubscribe_url` goes into its headers (RFC 8058: List-Unsubscribe, List-Unsubscribe-Post). `body` of
    a call is what is spoken.
    """

    reference: str
    channel: str
    sender: str
    address: str
    body: str
    valid_until: datetime | None = None
    subject: str = ""
    unsubscribe_url: str = ""
    call: CallPlan | None = None


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


HARD_BOUNCE = "hard_bounce"
"""The code of a receipt that says: this e-mail address takes no mail, now or later."""
SOFT_BOUNCE = "soft_bounce"
"""The code of a receipt that says: not now (a full mailbox, a server that is away)."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """What became of a call that was placed. result, disposition: the words of `dispatch.states`.

    `keys`: what the consumer pressed, in order. `disposition` where the gateway knows one; the keys tell it otherwise.
    """

    provider_id: str
    result: str
    at: datetime
    disposition: str = "none"
    answered_at: datetime | None = None
    duration_seconds: int = 0
    keys: str = ""
    transcript: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Complained:
    """The reader told their mail provider that a letter is unwanted. One of the two says whose."""

    at: datetime
    provider_id: str = ""
    address: str = ""


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
    subject: str = ""


Told = Receipt | Inbound | CallEnded | Complained


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

    def read(self, body: str) -> list[Told]:
        """The stored body, translated. Raises Unreadable."""
        ...
