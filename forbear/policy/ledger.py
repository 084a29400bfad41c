"""What stands in the ledger about a person: consents, requests, notices, checks, disputes, approvals, as plain facts.

Every record keeps when the consumer (or another party) acted, not when somebody stored it. Records that
have been ended by the event the law names are not passed, or carry when they ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent to be contacted; what it is worth depends on to whom it was given and for what."""

    given_to: str
    """``collector`` (directly to us), ``creditor`` or ``prior_collector``."""
    channel: str
    """``sms``, ``email``, ``voice``, ``phone`` (calls and texts) or ``any``."""
    at: datetime
    address: str | None = None
    """The address it names; None: all."""
    account_ids: tuple[str, ...] = ()
    """The accounts it speaks of; empty: all."""
    through: date | None = None
    """The last day of its own term, if it has one."""
    ended_at: datetime | None = None
    """When it was revoked."""

    def stands(self, at: datetime) -> bool:
        """Whether it was given and not revoked by then (its term is for the rule to judge)."""
        return self.at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """The person asked not to be reached by a medium, or by a medium at one address (12 CFR 1006.14(h))."""

    channel: str
    address: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something sent that the law counts from."""

    kind: str
    """``validation``, ``verification``, ``duplicative``, ``creditor_email``, ``statutory``, ``medical``
    ..."""
    sent_at: datetime
    account_id: str | None = None
    address: str | None = None
    deadline: date | None = None
    """The date the notice itself names: the end of its opt-out or validation period."""


@dataclass(frozen=True, slots=True)
class Check:
    """An answer about an address: ``reassigned`` (yes, no, no_data)."""

    kind: str
    address: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute, or a request for the original creditor's name, as the consumer made it."""

    account_id: str
    at: datetime
    in_writing: bool
    portion: str | None = None
    """The disputed part; None: the whole debt."""
    duplicative: bool = False
    asks_original_creditor: bool = False
    """It asks who the original creditor was (12 CFR 1006.38(c)); the answer to that ends it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A person answered what one rule asks a person, with name and reason, until an instant (not included).

    It answers that rule's question for one contact and nothing else: no refusal, no deferral, no other rule.
    """

    rule: str
    until: datetime
    id: str
    """Where the name and the reason are kept."""
