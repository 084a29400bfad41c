"""What counts: which contacts, on which local days, about which debts, and which were placed with consent.

Days are calendar dates at the consumer's place, the first day included, never hours: the week of a spring
night is an hour short. Where zones disagree about the date, each is counted by itself and the strictest
decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from forbear.policy import clock
from forbear.policy.facts import CALLS, Contact, Facts
from forbear.policy.ledger import Consent
from forbear.policy.rules.shape import Moment

CONVERSATIONS = frozenset({"conversation", "right_party"})
NOT_CONNECTED = frozenset({"busy", "not_in_service", "out_of_service"})
"""12 CFR 1006.14(b)(3)(ii). Anything else a provider answers counts: unanswered, voicemail, dropped,
unknown."""
CONSENT_DAYS = 7


def zones_of(facts: Facts, moment: Moment) -> tuple[str, ...]:
    """Candidate zones; failing these the organization's (where the person is, other rules ask)."""
    return moment.zones or (facts.organization.zone,)


def local_day(zone: str, contact: Contact) -> int:
    """The contact's local day: as recorded, else worked out."""
    if contact.day is not None:
        return clock.day_of(contact.day)
    return clock.local_day(zone, clock.second_of(contact.at))


def debts(facts: Facts) -> Iterable[frozenset[str]]:
    """Each debt the contact speaks of, as the accounts that make it up."""
    for account in facts.accounts:
        group = next((group for group in facts.same_debt if account in group), (account,))
        yield frozenset(group)


def with_person(facts: Facts, contact: Contact) -> bool:
    return contact.person_id is None or contact.person_id == facts.person_id


def about(debt: frozenset[str], contact: Contact) -> bool:
    return not debt.isdisjoint(contact.account_ids)


def conversations(facts: Facts, *, in_any_way: bool = False) -> list[Contact]:
    """Telephone conversations with the person, whoever called; or also those held in writing."""
    return [
        contact
        for contact in facts.history
        if contact.result in CONVERSATIONS and (in_any_way or contact.channel in CALLS) and with_person(facts, contact)
    ]


class DirectConsent:
    """Consent to more calls, given directly to the collector (12 CFR 1006.14(b)(3)(i)).

    Good for seven days, the day of consent being the first; it ends sooner with its own term, when
    revoked, or with the next conversation (comment 14(b)(3)(i)-2).
    """

    def __init__(self, facts: Facts, debt: frozenset[str], zone: str) -> None:
        self._zone = zone
        self._spoke = [contact.at for contact in conversations(facts) if about(debt, contact)]
        self._given = [
            consent
            for consent in facts.consents
            if consent.given_to == "collector"
            and consent.channel in ("voice", "phone", "any")
            and (not consent.account_ids or not debt.isdisjoint(consent.account_ids))
        ]

    def covers(self, at: datetime, day: int) -> bool:
        return any(self._one_covers(consent, at, day) for consent in self._given)

    def _one_covers(self, consent: Consent, at: datetime, day: int) -> bool:
        first = clock.local_day(self._zone, clock.second_of(consent.at))
        last = first + CONSENT_DAYS - 1
        if consent.through is not None:
            last = min(last, clock.day_of(consent.through))
        used_up = any(consent.at < spoke < at for spoke in self._spoke)
        return consent.stands(at) and day <= last and not used_up
