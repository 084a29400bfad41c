"""Disputed debts."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.facts import Facts
from forbear.policy.ledger import Dispute
from forbear.policy.rules.shape import Findings, Moment, Shape
from forbear.policy.verdict import Outcome


class Disputed(Shape):
    """No collection of a disputed debt until the consumer has the answer (12 CFR 1006.38(c), (d)(2)).

    A written dispute (or request for the original creditor) on or before the end of the validation period
    stops the debt, or its disputed portion, until verification is sent; for a duplicative one a notice is
    enough. Spoken or late ones stop nothing, but the debt must be carried as disputed (15 U.S.C.
    1692e(8)): a person looks.
    """

    kind = "disputed"
    reads = "disputes"
    rank = 11
    reason = "disputed"
    words = frozenset({"since"})
    outcomes = (Outcome.BLOCK, Outcome.HUMAN)
    _ANSWERS = frozenset({"verification", "duplicative_notice", "original_creditor"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.disputes or facts.is_written_reply or facts.message.kind in self._ANSWERS:
            return self.allowed
        found = self.allowed
        for dispute in facts.disputes:
            if dispute.account_id not in facts.accounts or self._answered(facts, dispute):
                continue
            since = dispute.at.date().isoformat()
            if not dispute.in_writing or self._late(facts, moment, dispute):
                found = found if found[0].outcome is Outcome.BLOCK else self.ask("disputed_orally", since=since)
            elif dispute.portion and facts.message.amount_scope == "undisputed_portion":
                found = self.tell("partial_dispute") if found is self.allowed else found
            elif dispute.duplicative:
                unblock_by = ("duplicative_notice_sent", "verification_sent")
                found = self.block(unblock_by=unblock_by, since=since)
            else:
                return self.block(unblock_by=self._ends(dispute), since=since)
        return found

    def _ends(self, dispute: Dispute) -> tuple[str, ...]:
        return ("original_creditor_sent",) if dispute.asks_original_creditor else ()

    def _answered(self, facts: Facts, dispute: Dispute) -> bool:
        answer = "original_creditor" if dispute.asks_original_creditor else "verification"
        enough = {answer, "duplicative"} if dispute.duplicative else {answer}
        return any(
            notice.kind in enough and notice.account_id == dispute.account_id and notice.sent_at >= dispute.at
            for notice in facts.notices
        )

    def _late(self, facts: Facts, moment: Moment, dispute: Dispute) -> bool:
        ends = [
            notice.deadline
            for notice in facts.notices
            if notice.kind == "validation" and notice.account_id == dispute.account_id and notice.deadline
        ]
        if not ends:
            return False
        zones = moment.zones or (facts.organization.zone,)
        first_day = min(clock.local_day(zone, clock.second_of(dispute.at)) for zone in zones)
        return first_day > clock.day_of(max(ends))
