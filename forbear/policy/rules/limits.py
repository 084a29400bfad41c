"""How often: the organization's own limits on electronic messages, per person and per account.

A message counts on its local calendar day in every zone the person may be in; where the zones disagree
about the date it counts on each date it touches. A week is seven consecutive days, the day of the message
being the first. Answers to the consumer's own message, confirmations and answers to HELP neither count nor
are stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

from forbear.policy import clock
from forbear.policy.facts import ELECTRONIC, Contact, Facts, Occasion
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome

COUNTED = frozenset({Occasion.CAMPAIGN, Occasion.MANUAL})
_LONGEST_CHANGE = 2 * 3600
"""By so much a local day may be longer than 24 hours."""
REASONS = {"day": "daily_limit", "week": "weekly_limit"}


class OwnCount(Shape):
    """At most so many electronic messages a day (``per = "day"``) or in seven days (``"week"``)."""

    kind = "own_count"
    rank = 50
    reason = "over_limit"
    words = frozenset({"n", "limit", "scope", "last"})
    outcomes = (Outcome.DEFER, Outcome.BLOCK)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._per = values.choice("per", REASONS)
        self._days = 1 if self._per == "day" else 7

    def find(self, facts: Facts, moment: Moment) -> Findings:
        limits = facts.organization.limits
        limit = limits.per_day if self._per == "day" else limits.per_week
        if limit is None or (limit and self._cannot_be_over(facts, moment, limit)):
            return self.allowed
        reason = REASONS[self._per]
        if limit == 0:
            return self.block(reason, ("limits_changed",), n=0, limit=0, scope="person", last="")
        free = [
            (until, scope, count, last)
            for scope, sent in _sent(facts)
            for zone in moment.zones or (facts.organization.zone,)
            for until, count, last in self._over(zone, moment.ts, sent, limit)
        ]
        if not free:
            return self.allowed
        until, scope, count, last = max(free)
        return self.defer(until, reason, n=count, limit=limit, scope=scope, last=last)

    def _cannot_be_over(self, facts: Facts, moment: Moment, limit: int) -> bool:
        """Whether there are too few contacts recent enough, however the local days fall."""
        if len(facts.history) < limit:
            return True
        since = moment.ts - self._days * clock.DAY - _LONGEST_CHANGE
        return sum(1 for contact in facts.history if contact.at.timestamp() > since) < limit

    def _over(self, zone: str, ts: int, sent: list[Contact], limit: int) -> Iterator[tuple[int, int, str]]:
        """The first second of the day on which the count is under the limit again, if it is not now."""
        today = clock.local_day(zone, ts)
        days = (clock.local_day(zone, clock.second_of(contact.at)) for contact in sent)
        counted = sorted(day for day in days if today - self._days < day <= today)
        if len(counted) >= limit:
            free = counted[-limit] + self._days
            yield clock.day_start(zone, free), len(counted), clock.date_of(counted[-1]).isoformat()


class OwnInterval(Shape):
    """So many hours between two electronic messages."""

    kind = "own_interval"
    reads = "history"
    rank = 51
    reason = "too_soon"
    words = frozenset({"hours", "scope", "last"})
    outcomes = (Outcome.DEFER,)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        hours = facts.organization.limits.min_interval_hours
        if not hours or not facts.history:
            return self.allowed
        latest = max(((max(c.at for c in sent), scope) for scope, sent in _sent(facts) if sent), default=None)
        if latest is None:
            return self.allowed
        last, scope = latest
        until = clock.second_after(last) + hours * 3600
        if until <= moment.ts:
            return self.allowed
        return self.defer(until, hours=hours, scope=scope, last=last.date().isoformat())


def _sent(facts: Facts) -> list[tuple[str, list[Contact]]]:
    """The electronic messages that count, for the person and for the accounts of this contact."""
    counted = [contact for contact in facts.history if _counts(contact)]
    accounts = frozenset(facts.accounts)
    return [
        ("person", [c for c in counted if c.person_id is None or c.person_id == facts.person_id]),
        ("account", [c for c in counted if not accounts.isdisjoint(c.account_ids)]),
    ]


def _counts(contact: Contact) -> bool:
    return (
        contact.direction == "out"
        and contact.channel in ELECTRONIC
        and contact.occasion in COUNTED
        and contact.result != "rejected"
    )
