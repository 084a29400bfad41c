"""Procedures that make an address safe to use: nobody else is likely to read what is sent there."""

from __future__ import annotations

from datetime import date, timedelta

from forbear.policy import clock
from forbear.policy.facts import OTHER_MATTER, Facts
from forbear.policy.ledger import Consent, Notice
from forbear.policy.rules.consent import consents, same_address
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome


def wrote_from(facts: Facts, *, since_days: int | None = None, moment: Moment | None = None) -> bool:
    """Whether the consumer wrote to us about a debt from the contact point's address (in the last so many days)."""
    return any(
        contact.direction == "in"
        and contact.kind != OTHER_MATTER
        and contact.channel == facts.channel
        and contact.address is not None
        and same_address(facts, contact.address)
        and (since_days is None or moment is None or _recent(contact.at.timestamp(), moment, since_days))
        for contact in facts.history
    )


def _recent(ts: float, moment: Moment, days: int) -> bool:
    return moment.ts - ts <= days * clock.DAY


class TextProcedure(Shape):
    """A text leaves only where a procedure makes disclosure to others unlikely (12 CFR 1006.6(d)(5)).

    The consumer texted us from the number about the debt, or consented to us; and within ``days`` they texted
    again, renewed it, or a complete and accurate database said that the number was not reassigned.
    """

    kind = "text_procedure"
    rank = 33
    reason = "number_unchecked"
    words = frozenset({"days"})

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._days = values.whole("days")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if facts.is_written_reply:
            return self.allowed
        direct = [c for c in consents(facts, moment) if c.given_to == "collector"]
        if not direct and not wrote_from(facts):
            return self.block("no_text_procedure", ("consumer_texts", "new_consent"), days=self._days)
        if wrote_from(facts, since_days=self._days, moment=moment) or self._renewed(moment, direct):
            return self.allowed
        return self.allowed if self._checked(facts, moment) else self.block(days=self._days)

    def _renewed(self, moment: Moment, direct: list[Consent]) -> bool:
        return any(_recent(consent.at.timestamp(), moment, self._days) for consent in direct)

    def _checked(self, facts: Facts, moment: Moment) -> bool:
        return any(
            check.kind == "reassigned"
            and check.answer == "no"
            and same_address(facts, check.address)
            and check.at.timestamp() <= moment.ts
            and _recent(check.at.timestamp(), moment, self._days)
            for check in facts.checks
        )


class EmailProcedure(Shape):
    """An e-mail leaves only where a procedure makes disclosure to others unlikely (12 CFR 1006.6(d)(4)).

    The consumer wrote to us from it or consented to us; or the creditor told the consumer at that address
    of the debt's transfer and of a date to opt out by, at least ``days`` after sending, and that date has
    passed; or a collector before us used it so.
    """

    kind = "email_procedure"
    rank = 33
    reason = "no_email_procedure"
    words = frozenset({"days", "deadline"})
    outcomes = (Outcome.BLOCK, Outcome.DEFER)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._days = values.whole("days")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if any(o.channel in ("email", "all") and same_address(facts, o.address) for o in facts.opt_outs):
            return self.block("opted_out", ("re_opt_in",), days=self._days, deadline="")
        used = (c.given_to in ("collector", "prior_collector") for c in consents(facts, moment))
        if wrote_from(facts) or any(used):
            return self.allowed
        notices = [n for n in facts.notices if n.kind == "creditor_email" and same_address(facts, n.address)]
        long_enough = [n for n in notices if n.deadline is not None and self._long_enough(n)]
        if not long_enough or (facts.contact_point and facts.contact_point.employer_provided):
            return self.block(
                unblock_by=("creditor_notice_period_over", "consumer_consents"), days=self._days, deadline=""
            )
        return self._after(min(n.deadline for n in long_enough if n.deadline is not None).isoformat(), moment, facts)

    def _long_enough(self, notice: Notice) -> bool:
        first = (notice.sent_at + timedelta(days=self._days)).date()
        return notice.deadline is not None and notice.deadline >= first

    def _after(self, deadline: str, moment: Moment, facts: Facts) -> Findings:
        day = clock.day_of(date.fromisoformat(deadline)) + 1
        free = max(clock.day_start(zone, day) for zone in moment.zones or (facts.organization.zone,))
        if free <= moment.ts:
            return self.allowed
        return self.defer(free, "opt_out_period", days=self._days, deadline=deadline)
