"""What the policy must be told before it can answer: plain values, gathered by the caller, never looked up
here.

Instants are aware datetimes. A fact that a rule needs and does not have makes the rule ask a person; it
never allows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from forbear.policy.ledger import Approval, Check, Consent, Dispute, MediaRequest, Notice


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    WHATSAPP = "whatsapp"
    PRERECORDED_VOICE = "prerecorded_voice"
    RINGLESS_VOICEMAIL = "ringless_voicemail"
    PRIVATE_MESSAGE = "private_message"
    LETTER = "letter"


ELECTRONIC = frozenset({Channel.SMS, Channel.EMAIL, Channel.WHATSAPP, Channel.PRIVATE_MESSAGE})
CALLS = frozenset({Channel.VOICE, Channel.PRERECORDED_VOICE, Channel.RINGLESS_VOICEMAIL})


class Occasion(StrEnum):
    """Why this contact happens now."""

    CAMPAIGN = "campaign"
    MANUAL = "manual"
    ANSWER = "answer"
    """Staff or an automatic reply answers the consumer's own message."""
    CONFIRMATION = "confirmation"
    """The one confirmation of an opt-out or opt-in."""
    HELP = "help"
    """The answer to HELP."""


KEYWORD_REPLIES = frozenset({Occasion.CONFIRMATION, Occasion.HELP})
REPLIES = KEYWORD_REPLIES | {Occasion.ANSWER}


class Purpose(StrEnum):
    COLLECTION = "collection"
    SERVICING = "servicing"
    SOLICITATION = "solicitation"
    ASK_CONSENT = "ask_consent"


class Actor(StrEnum):
    CREDITOR = "creditor"
    SERVICER = "servicer"
    THIRD_PARTY_COLLECTOR = "third_party_collector"
    DEBT_BUYER = "debt_buyer"
    LAW_FIRM = "law_firm"


class HoldKind(StrEnum):
    """Reasons to leave a person or an account alone. A kind that is not listed here holds like a legal
    one."""

    DISPUTE = "dispute"
    ATTORNEY = "attorney"
    ATTORNEY_UNNAMED = "attorney_unnamed"
    """Represented, but nobody knows by whom and it cannot readily be found out."""
    CEASE = "cease"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    MANUAL = "manual"
    LEGAL = "legal"
    UNCLEAR_REPLY = "unclear_reply"
    WRONG_PARTY = "wrong_party"


@dataclass(frozen=True, slots=True)
class Limits:
    """The organization's own limits. Counts concern electronic messages; the window and the weekdays every
    channel.

    A count is of local calendar days, the day of the message being the first: ``per_week`` looks at seven
    consecutive days, never at a calendar week. ``None`` is no limit. ``weekdays``: Monday is 0.
    """

    per_day: int | None = 1
    per_week: int | None = 3
    min_interval_hours: int = 0
    window_from: time = time(8)
    window_to: time = time(21)
    weekdays: frozenset[int] = frozenset(range(7))
    holidays_closed: bool = True


@dataclass(frozen=True, slots=True)
class Organization:
    id: str
    actor: Actor | str
    country: str
    zone: str
    limits: Limits = field(default_factory=Limits)
    paused: bool = False
    elects: frozenset[str] = frozenset()
    """The elective packs it has chosen to keep to."""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One telephone number (E.164) or e-mail address of the person."""

    id: str
    channel_kind: str
    """``phone`` or ``email``."""
    address: str
    place: str = "unknown"
    """``mobile``, ``home``, ``work`` or ``unknown``."""
    provenance: str = "unknown"
    """``given_by_consumer``, ``skip_traced`` or ``unknown``."""
    status: str = "usable"
    """``usable``, ``opted_out``, ``closed``, ``held`` or ``needs_check``."""
    observed_at: datetime | None = None
    line: str = "unknown"
    """``residential``, ``wireless`` or ``unknown``."""
    closed_by: str = ""
    """Why it is closed: ``bounce``, ``wrong_party``, ``reassigned``."""
    employer_provided: bool = False
    """Known to be given by the employer (an e-mail address at work)."""
    employer_prohibits: bool = False
    """Known: the employer does not allow such contacts there."""


@dataclass(frozen=True, slots=True)
class Location:
    """One piece of evidence of where the person is, as ``policy.zones`` makes it."""

    source: str
    value: str
    zones: tuple[str, ...]
    status: str = "current"
    """``current``, ``former`` or ``rejected``; only current evidence is heard."""
    observed_at: datetime | None = None
    places: tuple[str, ...] = ()
    """Countries and subdivisions, ISO 3166: ``("US", "US-FL")``. They choose the packs."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """A standing opt-out (lifted ones are not passed). Without an address it is the person's, everywhere."""

    channel: str
    """``sms``, ``email``, ``call``, ``whatsapp`` or ``all``."""
    address: str | None
    at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A standing reason not to contact; without an account it concerns the whole person."""

    kind: HoldKind | str
    account_id: str | None
    opened_at: datetime
    asked_at: datetime | None = None
    """When somebody asked the one who could lift it (a lawyer was written to) and got no answer yet."""


@dataclass(frozen=True, slots=True)
class Designation:
    """A standing time the person called inconvenient, on the wall clocks of wherever they may be."""

    weekdays: frozenset[int]
    """Monday is 0."""
    start: int
    """Seconds since local midnight."""
    end: int
    """Half open; 86400 is the end of the day. Not after ``start``: it runs into the next day."""
    at: datetime | None = None
    zone: str | None = None
    """The zone the person named, if any; else every candidate zone."""


OTHER_MATTER = "other_matter"
"""The kind of a contact that was about something else than a debt."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that happened, with this person or about this account."""

    at: datetime
    channel: Channel | str
    direction: str
    """``out`` or ``in``."""
    account_ids: tuple[str, ...] = ()
    result: str | None = None
    """A message's or a call's result; ``rejected`` never left and counts nowhere."""
    person_id: str | None = None
    """None: the person of the facts."""
    address: str | None = None
    occasion: Occasion | str = Occasion.CAMPAIGN
    place: str = "unknown"
    purpose: Purpose | str = Purpose.COLLECTION
    kind: str = ""
    day: date | None = None
    """The consumer-local date, where it was recorded; else it is worked out in each candidate zone."""


@dataclass(frozen=True, slots=True)
class Message:
    occasion: Occasion | str = Occasion.CAMPAIGN
    purpose: Purpose | str = Purpose.COLLECTION
    language: str = "en"
    stage: str = "subsequent"
    """``initial`` or ``subsequent`` communication about this debt."""
    text: str | None = None
    answers_at: datetime | None = None
    """When the consumer's message that this one answers came in."""
    kind: str = ""
    """What it is, where rules let only some kinds pass: ``verification``, ``ends_efforts`` ..."""
    amount_scope: str = "whole"
    """``whole`` debt or its ``undisputed_portion``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything about one contact: who, to whom, about what, by which way, and what went before.

    ``history`` holds what was sent to the person or about the account (and what came in) in the last 31 days;
    ``opt_outs`` those that bind the person or the contact point's address.
    """

    organization: Organization
    person_id: str
    account_id: str
    account_status: str
    account_eligible: bool
    channel: Channel | str
    contact_point: ContactPoint | None
    locations: tuple[Location, ...] = ()
    history: tuple[Contact, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    holds: tuple[Hold, ...] = ()
    message: Message = Message()
    account_ids: tuple[str, ...] = ()
    """All accounts the contact speaks of; empty: ``account_id`` alone."""
    debt_kind: str = "unknown"
    designations: tuple[Designation, ...] = ()
    role: str = "consumer"
    """Who is contacted: ``consumer``, ``co_signer``, ``consumer_attorney``, ``creditor``, ``third_party``
    ..."""
    same_debt: tuple[tuple[str, ...], ...] = ()
    """Accounts that count as one debt: student loans serviced under one account number."""
    consents: tuple[Consent, ...] = ()
    requests: tuple[MediaRequest, ...] = ()
    notices: tuple[Notice, ...] = ()
    checks: tuple[Check, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    technology: str = "manual"
    """``manual``, ``predictive``, ``prerecorded``: how a call is placed."""
    provider: str = ""
    sender_kind: str = ""
    """The route: a provider's name and what kind of sender (``toll_free``, ``10dlc_registered`` ...)."""
    shunned_places: tuple[str, ...] = ()
    """Places (``work``, ``home``) and addresses the person called inconvenient."""
    approvals: tuple[Approval, ...] = ()
    """What a person has answered about this very contact."""
    holidays: frozenset[date] | None = None
    """Legal holidays where the person lives, for packs that close on them and have no calendar of their own;
    None: nobody knows them."""

    @property
    def accounts(self) -> tuple[str, ...]:
        return self.account_ids or (self.account_id,)

    @property
    def is_written_reply(self) -> bool:
        """Whether this writes back to the consumer: nobody's count of what a collector starts."""
        return self.message.occasion in REPLIES and self.channel in ELECTRONIC

    @property
    def zones(self) -> tuple[str, ...]:
        """Candidate zones: the union over current evidence (comment 6(b)(1)-3 to 12 CFR 1006.6)."""
        found: tuple[str, ...] = ()
        for location in self.locations:
            if location.status == "current" and location.zones != found:
                found = tuple(dict.fromkeys((*found, *location.zones))) if found else location.zones
        return found

    @property
    def places(self) -> tuple[str, ...]:
        """The organization's country and every place current evidence names."""
        named = {self.organization.country: None}
        for location in self.locations:
            if location.status == "current":
                named.update(dict.fromkeys(location.places))
        return tuple(named)
