"""The person's own requests, the consents a law wants, and the procedures that make an address safe to
use."""

from __future__ import annotations

from datetime import date, timedelta

from forbear.policy import clock
from forbear.policy.facts import CALLS, Channel, Facts, Occasion
from forbear.policy.ledger import Consent, Dispute, MediaRequest, Notice
from forbear.policy.rules.replies import replied_since
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome


def same_address(facts: Facts, address: str | None) -> bool:
    """Whether a record about ``address`` (None: all) concerns the contact point."""
    point = facts.contact_point
    return address is None or (point is not None and address.casefold() == point.address.casefold())


def names_channel(named: str, channel: Channel | str) -> bool:
    """Whether a word of the ledger means this channel; calls of every kind are ``voice``."""
    if named in ("any", "all", channel):
        return True
    is_call = channel in CALLS
    return (named in ("voice", "call") and is_call) or (named == "phone" and (is_call or channel == Channel.SMS))


def consents(facts: Facts, moment: Moment) -> list[Consent]:
    """Consents that stand and name this channel and address."""
    at = clock.instant_of(moment.ts)
    return [
        consent
        for consent in facts.consents
        if consent.stands(at) and names_channel(consent.channel, facts.channel) and same_address(facts, consent.address)
    ]


class ConsentRequired(Shape):
    """Nothing leaves without a consent for this way of contact, to us, the creditor or a collector before
    us."""

    kind = "consent_required"
    rank = 30
    reason = "no_consent"
    words = frozenset({"channel"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if facts.is_written_reply or consents(facts, moment):
            return self.allowed
        return self.block(channel=str(facts.channel))


class ExpressConsent(Shape):
    """Prior express consent for texts, recorded voices and dialled-by-machine calls (47 CFR 64.1200(a)(1)).

    A number the consumer gave the creditor in connection with the debt is such consent (FCC 07-232); one
    found by others is not. A revocation ends it, by whatever means, until a later consent. Live calls
    dialled by hand are outside the rule. Where nobody knows where the number comes from, a person is asked.
    """

    kind = "express_consent"
    rank = 31
    reason = "no_consent"
    words = frozenset({"channel"})
    outcomes = (Outcome.BLOCK, Outcome.HUMAN)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if facts.channel == Channel.VOICE and facts.technology == "manual":
            return self.allowed
        if consents(facts, moment):
            return self.allowed
        channel = str(facts.channel)
        if self._revoked(facts):
            return self.block("consent_revoked", ("new_consent",), channel=channel)
        provenance = facts.contact_point.provenance if facts.contact_point else "unknown"
        if provenance == "given_by_consumer":
            return self.allowed
        if provenance == "skip_traced":
            return self.block(unblock_by=("new_consent",), channel=channel)
        return self.ask("unknown_provenance", ("provenance_known",), channel=channel)

    def _revoked(self, facts: Facts) -> bool:
        by_opt_out = any(same_address(facts, opt_out.address) for opt_out in facts.opt_outs)
        return by_opt_out or any(
            consent.ended_at is not None and same_address(facts, consent.address) for consent in facts.consents
        )


class MediaRequests(Shape):
    """No contact by a medium, or by a medium at an address, that the person asked not to use (12 CFR
    1006.14(h)).

    Three things may pass: the one confirmation, the one answer to a person who uses the medium themselves,
    and a notice that the law requires in that medium. A later consent, given to us, reopens what it names.
    """

    kind = "media_request"
    reads = "requests"
    rank = 21
    reason = "media_request"
    words = frozenset({"channel", "since", "scope"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        standing = [request for request in facts.requests if self._closes(facts, moment, request)]
        if not standing or facts.message.occasion in (Occasion.CONFIRMATION, Occasion.HELP):
            return self.allowed
        if facts.message.kind == "legally_required_notice":
            return self.tell("legal_basis_recorded")
        request = max(standing, key=lambda each: each.at)
        if self._is_the_one_answer(facts, moment, request):
            return self.allowed
        scope = "person" if request.address is None else "address"
        return self.block(channel=request.channel, since=request.at.date().isoformat(), scope=scope)

    def _closes(self, facts: Facts, moment: Moment, request: MediaRequest) -> bool:
        concerned = names_channel(request.channel, facts.channel) and same_address(facts, request.address)
        lifted = any(c.given_to == "collector" and c.at > request.at for c in consents(facts, moment))
        return concerned and not lifted

    def _is_the_one_answer(self, facts: Facts, moment: Moment, request: MediaRequest) -> bool:
        message = facts.message
        return (
            message.occasion == Occasion.ANSWER
            and message.answers_at is not None
            and message.answers_at > request.at
            and not replied_since(facts, moment, frozenset(Occasion))
        )


class ShunnedPlace(Shape):
    """No contact at a place the person called inconvenient (12 CFR 1006.6(b)(1)(ii))."""

    kind = "shunned_place"
    reads = "shunned_places"
    rank = 24
    reason = "inconvenient_place"
    words = frozenset({"place"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        point = facts.contact_point
        if point is None or not facts.shunned_places or facts.is_written_reply:
            return self.allowed
        for place in facts.shunned_places:
            if place in (point.place, point.address):
                return self.block(place=place)
        return self.allowed


class WorkPlace(Shape):
    """No contact at work where the employer is known to forbid it (12 CFR 1006.6(b)(3)), and no e-mail to an
    address known to be the employer's (1006.22(f)(3)), unless the consumer consented to it or used it
    themselves.
    """

    kind = "work_place"
    rank = 23
    reason = "work"
    words = frozenset({"channel"})
    _EMAIL = ("consumer_used_or_consented",)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        point = facts.contact_point
        if point is None or not (point.employer_prohibits or point.employer_provided):
            return self.allowed
        if self._agreed(facts, moment):
            return self.allowed
        if point.employer_prohibits:
            return self.block("employer_prohibits", ("consumer_consents",), channel=str(facts.channel))
        if facts.channel == Channel.EMAIL and point.employer_provided and not wrote_from(facts):
            return self.block("work_email", self._EMAIL, channel=str(facts.channel))
        return self.allowed

    def _agreed(self, facts: Facts, moment: Moment) -> bool:
        named = (consent for consent in consents(facts, moment) if consent.address is not None)
        return any(consent.given_to in ("collector", "prior_collector") for consent in named)


def wrote_from(facts: Facts, *, since_days: int | None = None, moment: Moment | None = None) -> bool:
    """Whether the consumer wrote to us from the contact point's address (in the last so many days)."""
    return any(
        contact.direction == "in"
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


class NotReassigned(Shape):
    """The number was not reassigned to somebody else, as far as the database was asked (47 CFR
    64.1200(m))."""

    kind = "not_reassigned"
    reads = "checks"
    rank = 32
    reason = "reassigned"
    words = frozenset({"asked"})
    outcomes = (Outcome.BLOCK, Outcome.HUMAN)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        checks = [c for c in facts.checks if c.kind == "reassigned" and same_address(facts, c.address)]
        if not checks:
            return self.allowed
        latest = max(checks, key=lambda check: check.at)
        asked = latest.at.date().isoformat()
        if latest.answer == "no":
            return self.allowed
        if latest.answer == "yes":
            return self.block(asked=asked)
        return self.ask("reassignment_unknown", ("number_verified",), asked=asked)


class DoNotCall(Shape):
    """A number on the national registry is not solicited without consent (47 CFR 64.1200(c)(2))."""

    kind = "do_not_call"
    reads = "checks"
    rank = 30
    reason = "do_not_call"

    def find(self, facts: Facts, moment: Moment) -> Findings:
        listed = any(c.kind == "national_dnc" and same_address(facts, c.address) for c in facts.checks)
        return self.block() if listed and not consents(facts, moment) else self.allowed


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
                return self.block(since=since)
        return found

    def _answered(self, facts: Facts, dispute: Dispute) -> bool:
        enough = {"verification", "duplicative"} if dispute.duplicative else {"verification"}
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


class Route(Shape):
    """A carrier's or provider's own policy: what it does not carry does not leave by it. Not law."""

    kind = "route"
    rank = 40
    reason = "route_closed"
    words = frozenset({"provider", "sender"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        return self.block(provider=facts.provider, sender=facts.sender_kind)
