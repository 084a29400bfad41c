"""The validation notice as a gate: what is owed with or soon after the first word about a debt."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.facts import ELECTRONIC, OTHER_MATTER, Contact, Facts
from forbear.policy.ledger import Notice
from forbear.policy.rules import counting
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values


class ValidationGiven(Shape):
    """After the first communication about a debt none follows without a validation notice (12 CFR 1006.34(a)).

    The notice is given in the first communication or within ``days`` calendar days of it; one that is scheduled
    inside them will do. A notice that came too late lets contacts pass again, with a flag. What opens this gate is
    the notice itself: a message of one of the kinds in ``lets_pass``.
    """

    kind = "validation_given"
    reads = "history"
    rank = 12
    reason = "validation_missing"
    words = frozenset({"first", "days", "debt"})

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._days = values.whole("days")
        self._lets_pass = values.words("lets_pass")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if facts.is_written_reply or facts.message.kind in self._lets_pass:
            return self.allowed
        late = False
        for debt in counting.debts(facts):
            spoke = [c for c in facts.history if counting.about(debt, c) and _communicates(facts, c)]
            if not spoke:
                continue
            first = min(contact.at for contact in spoke)
            due = clock.second_of(first) // clock.DAY + self._days
            given = [clock.second_of(notice.sent_at) for notice in facts.notices if _validates(notice, debt)]
            in_time = any(sent // clock.DAY <= due for sent in given)
            if not in_time and not any(sent <= moment.ts for sent in given):
                return self.block(first=first.date().isoformat(), days=self._days, debt=min(debt))
            late = late or not in_time
        return self.tell("validation_late") if late else self.allowed


def _validates(notice: Notice, debt: frozenset[str]) -> bool:
    return notice.kind == "validation" and (notice.account_id is None or notice.account_id in debt)


def _communicates(facts: Facts, contact: Contact) -> bool:
    """Whether it told the person of the debt: something written that left, or a conversation."""
    wrote = contact.direction == "out" and contact.channel in ELECTRONIC and contact.result != "rejected"
    told = contact.kind != OTHER_MATTER and (wrote or contact.result in counting.CONVERSATIONS)
    return told and counting.with_person(facts, contact)
