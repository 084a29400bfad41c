"""How often the law allows it: caps over rolling days, and waits after a conversation or a notice."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.policy import clock
from forbear.policy.facts import ELECTRONIC, REPLIES, Contact, Facts
from forbear.policy.rules import counting
from forbear.policy.rules.consent import consents
from forbear.policy.rules.counting import DirectConsent
from forbear.policy.rules.shape import BadValueError, Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Fact, Outcome

SCOPES = frozenset({"debt", "person", "contact_point"})
WAIVERS = frozenset({"", "direct_consent", "prior_express_consent"})
ELECTRONIC_OR_SPOKEN = counting.CONVERSATIONS | {"voicemail", "voicemail_left"}


class RollingCap(Shape):
    """At most ``max`` contacts in ``days`` consecutive days, the day of contact being the first.

    ``media``: the channels that count together. ``per``: ``debt``, ``person`` or ``contact_point``.
    ``places`` and ``purposes`` narrow what counts. ``contacts_only``: attempts that reached nobody do not
    count. ``not_counted``: results that do not; ``only``: the results that alone do. ``waived_by``:
    ``direct_consent`` (calls placed with it neither count nor are stopped) or ``prior_express_consent``.
    ``except_roles``: persons whom the rule does not protect.
    """

    kind = "rolling_cap"
    reads = "history"
    rank = 50
    reason = "over_limit"
    words = frozenset({"n", "max", "days", "debt", "last"})
    outcomes = (Outcome.ALLOW, Outcome.DEFER)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self.max = values.whole("max")
        self.days = values.whole("days")
        self.media = values.words("media")
        self.per = values.word("per")
        self._places = values.words("places", ())
        self._purposes = values.words("purposes", ())
        self.contacts_only = values.yes("contacts_only")
        self._not_counted = values.words("not_counted", ()) | {"rejected"}
        self._only = values.words("only", ())
        self._waived_by = values.word("waived_by", "")
        self._except_roles = values.words("except_roles", ())
        if self.max == 0 or self.days == 0:
            raise BadValueError("max", "and days are at least 1")
        if self.per not in SCOPES:
            raise BadValueError("per", f"{self.per!r} is none of {', '.join(sorted(SCOPES))}")
        if self._waived_by not in WAIVERS:
            raise BadValueError("waived_by", f"{self._waived_by!r} is no known consent")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if facts.is_written_reply or facts.role in self._except_roles or self._waived(facts, moment):
            return self.allowed
        history = [contact for contact in facts.history if self._counts(facts, contact)]
        worst = max(self._found(facts, moment, history))
        until, n, debt, last = worst
        told: dict[str, Fact] = {"n": n, "max": self.max, "days": self.days, "debt": debt, "last": last}
        if until <= moment.ts:
            return self.tell("", **told) if n else self.allowed
        return self.defer(until, "", **told)

    def _found(self, facts: Facts, moment: Moment, history: list[Contact]) -> Iterator[tuple[int, int, str, str]]:
        """For each debt and zone: until when (0: now), how many count, which debt, the last day counted."""
        for debt in counting.debts(facts):
            mine = [c for c in history if self.per != "debt" or counting.about(debt, c)]
            for zone in counting.zones_of(facts, moment):
                yield self._in_zone(facts, moment, mine, debt, zone)

    def _in_zone(
        self, facts: Facts, moment: Moment, mine: list[Contact], debt: frozenset[str], zone: str
    ) -> tuple[int, int, str, str]:
        today = clock.local_day(zone, moment.ts)
        name = min(debt) if self.per == "debt" else ""
        consent = DirectConsent(facts, debt, zone) if self._waived_by == "direct_consent" else None
        if consent and consent.covers(clock.instant_of(moment.ts), today):
            return 0, 0, name, ""
        days = sorted(
            day
            for contact in mine
            if today - self.days < (day := counting.local_day(zone, contact)) <= today
            and not (consent and consent.covers(contact.at, day))
        )
        last = clock.date_of(days[-1]).isoformat() if days else ""
        if len(days) < self.max:
            return 0, len(days), name, last
        return clock.day_start(zone, days[-self.max] + self.days), len(days), name, last

    def _counts(self, facts: Facts, contact: Contact) -> bool:
        point = facts.contact_point
        same_point = point is not None and contact.address in (None, point.address)
        return (
            contact.direction == "out"
            and contact.channel in self.media
            and not (contact.channel in ELECTRONIC and contact.occasion in REPLIES)
            and contact.result not in self._not_counted
            and (not self._only or contact.result in self._only)
            and (not self.contacts_only or _reached(contact))
            and (not self._places or contact.place in self._places or contact.place == "unknown")
            and (not self._purposes or contact.purpose in self._purposes)
            and (self.per != "contact_point" or same_point)
            and counting.with_person(facts, contact)
        )

    def _waived(self, facts: Facts, moment: Moment) -> bool:
        return self._waived_by == "prior_express_consent" and bool(consents(facts, moment))


def _reached(contact: Contact) -> bool:
    """Whether the person got something: spoken to, a message left, or a written message sent."""
    return contact.result in ELECTRONIC_OR_SPOKEN or contact.channel in (
        "sms",
        "email",
        "whatsapp",
        "private_message",
    )


class WaitAfterConversation(Shape):
    """No contact for ``days`` consecutive days after a conversation about the debt, its day being the first.

    Whoever called and whoever raised the debt (comments 14(b)(4)-1.ii and 14(b)(2)(i)-1.ii). ``waived_by =
    "direct_consent"`` as for caps. ``other_channels``: only ways other than the conversation's have to wait.
    ``in_any_way``: a conversation in writing is one too.
    """

    kind = "wait_after_conversation"
    reads = "history"
    rank = 52
    reason = "conversation_wait"
    words = frozenset({"spoke", "days", "debt"})
    outcomes = (Outcome.DEFER,)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self.days = values.whole("days")
        self._consent = values.word("waived_by", "") == "direct_consent"
        self._other_channels = values.yes("other_channels")
        self._in_any_way = values.yes("in_any_way")
        self._except_roles = values.words("except_roles", ())

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.history or facts.is_written_reply or facts.role in self._except_roles:
            return self.allowed
        spoke = [
            contact
            for contact in counting.conversations(facts, in_any_way=self._in_any_way)
            if not self._other_channels or contact.channel != facts.channel
        ]
        latest = max(self._found(facts, moment, spoke), default=None)
        if latest is None:
            return self.allowed
        until, debt, day = latest
        return self.defer(until, spoke=day, days=self.days, debt=debt)

    def _found(self, facts: Facts, moment: Moment, spoke: list[Contact]) -> Iterator[tuple[int, str, str]]:
        for debt in counting.debts(facts):
            for zone in counting.zones_of(facts, moment):
                today = clock.local_day(zone, moment.ts)
                consent = DirectConsent(facts, debt, zone) if self._consent else None
                if consent and consent.covers(clock.instant_of(moment.ts), today):
                    continue
                days = (counting.local_day(zone, c) for c in spoke if counting.about(debt, c))
                latest = max((day for day in days if day <= today < day + self.days), default=None)
                if latest is not None:
                    day = clock.date_of(latest).isoformat()
                    yield clock.day_start(zone, latest + self.days), min(debt), day


class WaitAfterNotice(Shape):
    """Nothing until ``days`` calendar days have passed after a notice of this kind went out.

    ``required``: without such a notice nothing may leave at all.
    """

    kind = "wait_after_notice"
    rank = 53
    reason = "notice_wait"
    words = frozenset({"sent", "days", "notice"})
    outcomes: tuple[Outcome, ...] = (Outcome.DEFER,)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._notice = values.word("notice")
        self.days = values.whole("days")
        self._required = values.yes("required")
        if self._required:
            self.outcomes = (Outcome.DEFER, Outcome.BLOCK)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        accounts = (None, *facts.accounts)
        sent = [n for n in facts.notices if n.kind == self._notice and n.account_id in accounts]
        if facts.is_written_reply or (not sent and not self._required):
            return self.allowed
        if not sent:
            return self.block("notice_missing", sent="", days=self.days, notice=self._notice)
        first = min(notice.sent_at for notice in sent)
        zones = counting.zones_of(facts, moment)
        free = max(self._free(zone, clock.second_of(first)) for zone in zones)
        if free <= moment.ts:
            return self.allowed
        return self.defer(free, sent=first.date().isoformat(), days=self.days, notice=self._notice)

    def _free(self, zone: str, sent: int) -> int:
        return clock.day_start(zone, clock.local_day(zone, sent) + self.days + 1)
