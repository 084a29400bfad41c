"""What may be said back: one confirmation, one answer to HELP, one answer at an hour that is otherwise
closed."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.facts import Contact, Facts, Occasion
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome


class OnceAndSoon(Shape):
    """One reply to the consumer's keyword, within some minutes of it, and none if somebody replied already.

    Confirmation of an opt-out: 47 CFR 64.1200(a)(12), within five minutes, although the number is opted
    out and whatever the hour: it answers the consumer, by the same medium, in the same minute. After that
    time the sender would have to show that the delay was reasonable; we leave it out instead.
    """

    kind = "once_and_soon"
    rank = 22
    reason = "reply_too_late"
    words = frozenset({"minutes", "asked"})
    outcomes = (Outcome.BLOCK, Outcome.HUMAN)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._minutes = values.whole("minutes")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        asked_at = facts.message.answers_at
        if asked_at is None:
            return self.ask("reply_to_nothing", minutes=self._minutes, asked="")
        asked = asked_at.date().isoformat()
        if replied_since(facts, moment, frozenset({str(facts.message.occasion)})):
            return self.block("already_replied", minutes=self._minutes, asked=asked)
        if not within(facts, moment, minutes=self._minutes):
            return self.block(minutes=self._minutes, asked=asked)
        return self.allowed


def may_answer(facts: Facts, moment: Moment, *, minutes: int) -> bool:
    """Whether this is the one answer that may leave at an otherwise closed hour.

    Comment 6(b)(1)-2 to 12 CFR 1006.6: when the consumer writes at an inconvenient time, the collector may
    answer once, by the same medium. We take "answer" to mean within ``minutes`` of the consumer's message.
    """
    return (
        facts.message.occasion == Occasion.ANSWER
        and within(facts, moment, minutes=minutes)
        and not replied_since(facts, moment, frozenset({Occasion.ANSWER, Occasion.MANUAL}))
    )


def within(facts: Facts, moment: Moment, *, minutes: int) -> bool:
    """Whether the message leaves at most so many minutes after the consumer's."""
    asked_at = facts.message.answers_at
    return asked_at is not None and 0 <= moment.ts - clock.second_of(asked_at) <= minutes * 60


def replied_since(facts: Facts, moment: Moment, occasions: frozenset[str]) -> bool:
    """Whether something of these occasions went out to the address since the message that is being
    answered."""
    asked_at = facts.message.answers_at
    if asked_at is None:
        return False
    return any(
        contact.direction == "out"
        and contact.at >= asked_at
        and contact.channel == facts.channel
        and contact.occasion in occasions
        and contact.result != "rejected"
        and _same_address(contact, facts)
        for contact in facts.history
    )


def _same_address(contact: Contact, facts: Facts) -> bool:
    """A contact whose address was not kept may have been to this one."""
    point = facts.contact_point
    return contact.address is None or point is None or contact.address.casefold() == point.address.casefold()
