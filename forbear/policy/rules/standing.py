"""Whether the way is open at all: the engine runs, the account may be worked, the address can be used."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.facts import Channel, Facts, Hold, Occasion
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome


class EngineRunning(Shape):
    """The organization has not paused its engine. Nothing leaves and nothing is lost until it resumes."""

    kind = "engine_running"
    rank = 5
    reason = "engine_paused"

    def find(self, facts: Facts, moment: Moment) -> Findings:
        return self.block() if facts.organization.paused else self.allowed


class AccountEligible(Shape):
    """Campaigns speak only about accounts whose status lets them; ``statuses`` instead names those left alone."""

    kind = "account_eligible"
    rank = 26  # after what the person asked for: "opted out" says more than "in a conversation"
    reason = "not_eligible"
    words = frozenset({"status"})

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._statuses = values.words("statuses", ())

    def find(self, facts: Facts, moment: Moment) -> Findings:
        allowed = facts.account_status not in self._statuses if self._statuses else facts.account_eligible
        return self.allowed if allowed else self.block(status=facts.account_status)


class UsableContactPoint(Shape):
    """There is an address of the right kind, and nothing says that it is dead, another person's or on hold.

    An address held for an unclear reply does not stop the answer of a person to the consumer's own message.
    """

    kind = "usable_contact_point"
    rank = 15
    reason = "no_contact_point"
    words = frozenset({"channel", "status"})

    _CLOSED = {
        "closed": ("contact_point_closed", ("address_verified",)),
        "needs_check": ("contact_point_unchecked", ("address_verified",)),
        "held": ("contact_point_held", ("human",)),
        "opted_out": ("opted_out", ("re_opt_in",)),
    }
    _REPLIES = frozenset({Occasion.CONFIRMATION, Occasion.HELP})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        point = facts.contact_point
        if point is None or point.channel_kind != _address_kind(facts.channel):
            return self.block(unblock_by=("address_added",), channel=str(facts.channel))
        if point.status == "usable" or self._may_reply(facts, point.status):
            return self.allowed
        reason, unblock_by = self._CLOSED.get(point.status, ("contact_point_unknown", ("human",)))
        if point.closed_by in ("wrong_party", "reassigned"):
            unblock_by = ("number_verified",)
        return self.block(reason, unblock_by, channel=str(facts.channel), status=point.status)

    def _may_reply(self, facts: Facts, status: str) -> bool:
        occasion = facts.message.occasion
        if occasion in self._REPLIES:
            return status in ("opted_out", "held", "needs_check")
        return occasion == Occasion.ANSWER and status == "held"


def _address_kind(channel: Channel | str) -> str:
    if channel in (Channel.LETTER, Channel.PRIVATE_MESSAGE):
        return str(channel)
    return "email" if channel == Channel.EMAIL else "phone"


class NotOptedOut(Shape):
    """No opt-out closes this channel at this address, or for this person.

    ``closes`` says which channels each kind of opt-out reaches. A STOP binds the number for the whole
    organization, whichever debt or campaign it answered (12 CFR 1006.14(h)(1): per person and collector,
    not per debt).
    """

    kind = "not_opted_out"
    reads = "opt_outs"
    rank = 20
    reason = "opted_out"
    words = frozenset({"channel", "scope", "since"})

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        closes = {name: frozenset(channels) for name, channels in values.table("closes").items()}
        self._closed_by = {
            channel: frozenset(name for name, reached in closes.items() if channel in reached) | {"all"}
            for channel in Channel
        }

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.opt_outs:
            return self.allowed
        kinds = self._closed_by[Channel(facts.channel)]
        address = facts.contact_point.address.casefold() if facts.contact_point else None
        for opt_out in facts.opt_outs:
            at_address = opt_out.address is not None
            if opt_out.channel in kinds and (not at_address or (opt_out.address or "").casefold() == address):
                scope = "address" if at_address else "person"
                return self.block(channel=str(opt_out.channel), scope=scope, since=opt_out.at.date().isoformat())
        return self.allowed


class NoHold(Shape):
    """No hold of these kinds is open on the person or on an account the contact speaks of.

    ``kinds`` names them; ``all_but`` instead catches every kind not named, so that an unknown hold still
    holds. With ``ask = true`` the answer is a person's to give; ``ask_after_days``: once the one who could
    lift it was asked so long ago and did not answer. ``lets_pass``: kinds of message that may leave all
    the same. ``flag_elsewhere``: what to flag where the hold is open on another account of the same person.
    """

    kind = "no_hold"
    reads = "holds"
    rank = 10
    reason = "hold"
    words = frozenset({"kind", "scope", "since"})

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._kinds = values.words("kinds", ())
        self._others = values.words("all_but", ())
        self._ask = values.yes("ask")
        self._ask_after = values.whole("ask_after_days", 0)
        self._lets_pass = values.words("lets_pass", ())
        self._elsewhere = values.word("flag_elsewhere", "")
        self.outcomes = (Outcome.HUMAN,) if self._ask else (Outcome.BLOCK,)
        if self._ask_after:
            self.outcomes = (Outcome.BLOCK, Outcome.HUMAN)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.holds or facts.message.kind in self._lets_pass:
            return self.allowed
        elsewhere = False
        for hold in facts.holds:
            mine = hold.kind in self._kinds if self._kinds else hold.kind not in self._others
            if mine and (hold.account_id is None or hold.account_id in facts.accounts):
                return self._refused(hold, moment)
            elsewhere = elsewhere or mine
        return self.tell(self._elsewhere) if elsewhere and self._elsewhere else self.allowed

    def _refused(self, hold: Hold, moment: Moment) -> Findings:
        refuse = self.ask if self._ask or self._unanswered(hold, moment) else self.block
        return refuse(
            f"hold_{hold.kind}",
            kind=str(hold.kind).replace("_", " "),
            scope="person" if hold.account_id is None else "account",
            since=hold.opened_at.date().isoformat(),
        )

    def _unanswered(self, hold: Hold, moment: Moment) -> bool:
        if not self._ask_after or hold.asked_at is None:
            return False
        return moment.ts - clock.second_of(hold.asked_at) >= self._ask_after * clock.DAY


class OpenTime(Shape):
    """There is a moment that suits every rule. Not asked like others: the engine says it when the search
    fails."""

    kind = "open_time"
    rank = 99
    reason = "no_open_time"
    words = frozenset({"zones"})
    outcomes = (Outcome.HUMAN,)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        return self.allowed


class Route(Shape):
    """A carrier's or provider's own policy: what it does not carry does not leave by it. Not law."""

    kind = "route"
    rank = 40
    reason = "route_closed"
    words = frozenset({"provider", "sender"})

    def find(self, facts: Facts, moment: Moment) -> Findings:
        return self.block(provider=facts.provider, sender=facts.sender_kind)
