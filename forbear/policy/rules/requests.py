"""What the person asked for: not this medium, not at this place, not at work."""

from __future__ import annotations

from forbear.policy.facts import KEYWORD_REPLIES, Channel, Facts, Occasion
from forbear.policy.ledger import MediaRequest
from forbear.policy.rules.consent import consents, names_channel, same_address
from forbear.policy.rules.procedures import wrote_from
from forbear.policy.rules.replies import replied_since
from forbear.policy.rules.shape import Findings, Moment, Shape


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
        if not standing or facts.message.occasion in KEYWORD_REPLIES:
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
