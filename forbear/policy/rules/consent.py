"""The person's own requests, the consents a law wants, and the procedures that make an address safe to
use."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.facts import CALLS, Channel, Facts, OptOut
from forbear.policy.ledger import Consent
from forbear.policy.rules.shape import Findings, Moment, Shape
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
    if not facts.consents:
        return []
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
        if any(self._ends(facts, opt_out) for opt_out in facts.opt_outs):
            return self.block("consent_revoked", ("re_opt_in",), channel=channel)
        if any(consent.ended_at is not None and same_address(facts, consent.address) for consent in facts.consents):
            return self.block("consent_revoked", ("new_consent",), channel=channel)
        provenance = facts.contact_point.provenance if facts.contact_point else "unknown"
        if provenance == "given_by_consumer":
            return self.allowed
        if provenance == "skip_traced":
            return self.block(unblock_by=("new_consent",), channel=channel)
        return self.ask("unknown_provenance", ("provenance_known",), channel=channel)

    def _ends(self, facts: Facts, opt_out: OptOut) -> bool:
        """A stop to texts ends texts and machine calls. "Stop calling" leaves texts, but a key pressed in a recorded
        call ends both. What is said about e-mail is no word about the telephone."""
        if not same_address(facts, opt_out.address):
            return False
        on_a_call = opt_out.channel == "call" and (facts.channel in CALLS or "key" in opt_out.source.casefold())
        return on_a_call or opt_out.channel in ("sms", "all")


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
