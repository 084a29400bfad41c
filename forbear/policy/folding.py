"""What happened, folded into what stands: the state machine of consents, requests, holds, notices and
addresses.

Events are ordered by when the consumer (or the other party) acted, never by when somebody stored them, so
that a late import reopens nothing that was closed later. A creditor's file or a colleague's note may
close; only the consumer's own act, at the same address and later in time, reopens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from forbear.policy.facts import OTHER_MATTER, Contact, Designation, Hold, HoldKind, OptOut
from forbear.policy.ledger import Check, Consent, Dispute, MediaRequest, Notice


@dataclass(frozen=True, slots=True)
class Event:
    """One act: what, when it was done, by which channel and address, about which account."""

    type: str
    at: datetime
    channel: str = ""
    address: str | None = None
    account_id: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def word(self, name: str) -> str:
        return str(self.more.get(name, ""))


@dataclass(slots=True)
class Standing:
    """What stands at an instant. ``closed`` and ``at_work`` tell about addresses, by their folded form."""

    opt_outs: list[OptOut] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    requests: list[MediaRequest] = field(default_factory=list)
    designations: list[Designation] = field(default_factory=list)
    shunned_places: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    history: list[Contact] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    employer_prohibits: set[str] = field(default_factory=set)
    employer_provided: set[str] = field(default_factory=set)
    skip_traced: set[str] = field(default_factory=set)


def fold(events: Iterable[Event], at: datetime) -> Standing:
    """Everything done until ``at``, in the order in which it was done. Unknown acts change nothing."""
    standing = Standing()
    for event in sorted((event for event in events if event.at <= at), key=lambda event: event.at):
        act = _ACTS.get(event.type)
        if act is not None:
            act(standing, event)
    return standing


def key_of(address: str | None) -> str:
    """The form in which addresses are compared."""
    return (address or "").casefold()


def is_the_consumers_own_act(method: str) -> bool:
    """Whether an opt-in was made by the consumer: a keyword, a reply, a form. A note or a file is not
    enough."""
    said = method.casefold()
    others = ("agent", "note", "file", "import", "creditor", "staff")
    own = ("reply", "start", "unstop", "form", "consumer", "portal")
    return any(word in said for word in own) and not any(word in said for word in others)


def _opt_out(standing: Standing, event: Event) -> None:
    channel = {"voice": "call", "phone": "call"}.get(event.channel, event.channel)
    address = None if event.word("scope") in ("all", "person") else event.address
    standing.opt_outs.append(OptOut(channel or "all", address, event.at, event.word("method")))
    _end_consents(standing, event)


def _opt_in(standing: Standing, event: Event) -> None:
    if is_the_consumers_own_act(event.word("method")):
        same = (event.channel, key_of(event.address))
        standing.opt_outs = [o for o in standing.opt_outs if (o.channel, key_of(o.address)) != same]
        standing.consents.append(Consent("collector", event.channel, event.at, event.address))


def _consent(standing: Standing, event: Event) -> None:
    given_to = event.word("given_to") or "collector"
    accounts = (event.account_id,) if event.account_id else ()
    through = event.more.get("through")
    standing.consents.append(
        Consent(
            given_to,
            event.channel or "any",
            event.at,
            event.address,
            accounts,
            date.fromisoformat(through) if through else None,
        )
    )


def _prior_collector(standing: Standing, event: Event) -> None:
    """A collector before us used the address by one of the procedures, and no opt-out followed."""
    standing.consents.append(Consent("prior_collector", event.channel or "any", event.at, event.address))


def _revocation(standing: Standing, event: Event) -> None:
    if not _end_consents(standing, event):
        ended = Consent("collector", event.channel or "any", event.at, event.address, ended_at=event.at)
        standing.consents.append(ended)


def _end_consents(standing: Standing, event: Event) -> bool:
    """Ends what stands at the address: every consent by telephone, or by e-mail for e-mail."""
    by_email = event.channel == "email"
    ended = False
    for n, consent in enumerate(standing.consents):
        same = event.address is None or key_of(consent.address) in ("", key_of(event.address))
        if consent.ended_at is None and same and (consent.channel == "email") == by_email:
            standing.consents[n] = replace(consent, ended_at=event.at)
            ended = True
    return ended


def _media_request(standing: Standing, event: Event) -> None:
    address = event.address if event.word("scope") == "contact" or event.address else None
    standing.requests.append(MediaRequest(event.word("medium") or event.channel, address, event.at))


def _lift_requests(standing: Standing, event: Event) -> None:
    medium = event.word("medium") or event.channel
    standing.requests = [
        r
        for r in standing.requests
        if r.channel != medium or (event.address and key_of(r.address) != key_of(event.address))
    ]


def _inconvenient_time(standing: Standing, event: Event) -> None:
    standing.designations.append(
        Designation(
            frozenset(event.more["weekdays"]),
            event.more["start"],
            event.more["end"],
            event.at,
            event.more.get("tz"),
        )
    )


def _inconvenient_place(standing: Standing, event: Event) -> None:
    standing.shunned_places.append(event.address or event.word("place"))


def _hold(kind: HoldKind, *, person: bool = False) -> Act:
    def open_hold(standing: Standing, event: Event) -> None:
        standing.holds.append(Hold(kind, None if person else event.account_id, event.at))

    return open_hold


def _cease(standing: Standing, event: Event) -> None:
    """A written notice closes its debt; spoken words are no such notice, and close everything until a
    person looks."""
    if event.more.get("in_writing", True):
        standing.holds.append(Hold(HoldKind.CEASE, event.account_id, event.at))
    elif event.type != "refusal_to_pay":
        standing.holds.append(Hold(HoldKind.CEASE, None, event.at))


def _bankruptcy(standing: Standing, event: Event) -> None:
    _close(standing, HoldKind.BANKRUPTCY, None)
    if event.word("status") not in ("dismissed", "closed", "withdrawn"):
        standing.holds.append(Hold(HoldKind.BANKRUPTCY, None, event.at))


def _attorney(standing: Standing, event: Event) -> None:
    """Known to be represented; without a name and address that are known or readily found a person has to
    look."""
    named = event.word("name_and_address") in ("", "known", "readily_ascertainable", "ascertainable")
    kind = HoldKind.ATTORNEY if named else HoldKind.ATTORNEY_UNNAMED
    standing.holds.append(Hold(kind, event.account_id, event.at))


def _attorney_asked(standing: Standing, event: Event) -> None:
    _change_attorney(standing, event, asked_at=event.at)


def _attorney_answered(standing: Standing, event: Event) -> None:
    _change_attorney(standing, event, asked_at=None)


def _change_attorney(standing: Standing, event: Event, *, asked_at: datetime | None) -> None:
    standing.holds = [
        replace(hold, asked_at=asked_at)
        if hold.kind == HoldKind.ATTORNEY and hold.account_id in (None, event.account_id)
        else hold
        for hold in standing.holds
    ]


def _lift(kind: HoldKind) -> Act:
    def lift(standing: Standing, event: Event) -> None:
        _close(standing, kind, event.account_id)

    return lift


def _close(standing: Standing, kind: HoldKind, account_id: str | None) -> None:
    standing.holds = [
        hold
        for hold in standing.holds
        if hold.kind != kind or (account_id is not None and hold.account_id not in (None, account_id))
    ]


def _notice(kind: str) -> Act:
    def send(standing: Standing, event: Event) -> None:
        ends = event.word("validation_end") or event.word("opt_out_deadline")
        deadline = date.fromisoformat(ends) if ends else None
        if event.more.get("domain_public", True) is False:
            standing.employer_provided.add(key_of(event.address))
        standing.notices.append(Notice(kind, event.at, event.account_id, event.address, deadline))

    return send


def _check(kind: str) -> Act:
    def ask(standing: Standing, event: Event) -> None:
        answer = event.word("answer") or "listed"
        standing.checks.append(Check(kind, event.address or "", answer, event.at))

    return ask


def _dispute(standing: Standing, event: Event) -> None:
    standing.disputes.append(
        Dispute(
            event.account_id or "",
            event.at,
            bool(event.more.get("in_writing", True)),
            event.more.get("portion"),
            bool(event.more.get("duplicative", False)),
            asks_original_creditor="original_creditor" in event.type,
        )
    )


def _withdrawn(standing: Standing, event: Event) -> None:
    standing.disputes = [d for d in standing.disputes if d.account_id != event.account_id]


def _closed(why: str) -> Act:
    def close(standing: Standing, event: Event) -> None:
        if event.word("class") in ("", "permanent", "hard"):
            standing.closed[key_of(event.address)] = why

    return close


def _verified(standing: Standing, event: Event) -> None:
    standing.closed.pop(key_of(event.address), None)


def _number_source(standing: Standing, event: Event) -> None:
    if event.word("source").startswith("skip"):
        standing.skip_traced.add(key_of(event.address))


def _employer_prohibits(standing: Standing, event: Event) -> None:
    standing.employer_prohibits.add(key_of(event.address or event.word("place") or "work"))


def _employer_provided(standing: Standing, event: Event) -> None:
    standing.employer_provided.add(key_of(event.address))


def _sent(standing: Standing, event: Event) -> None:
    _happened(standing, event, "out")


def _inbound(standing: Standing, event: Event) -> None:
    _happened(standing, event, "in")


def _happened(standing: Standing, event: Event, direction: str) -> None:
    occasion = "confirmation" if "confirmation" in event.word("message") else "manual"
    accounts = (event.account_id,) if event.account_id else ()
    kind = OTHER_MATTER if event.more.get("about_debt", True) is False else ""
    standing.history.append(
        Contact(event.at, event.channel, direction, accounts, address=event.address, occasion=occasion, kind=kind)
    )


Act = Callable[[Standing, Event], None]

_ACTS: Mapping[str, Act] = {
    "opt_out": _opt_out,
    "opt_in": _opt_in,
    "consent": _consent,
    "prior_collector_used": _prior_collector,
    "revocation": _revocation,
    "media_request": _media_request,
    "media_request_lifted": _lift_requests,
    "media_request_withdrawn": _lift_requests,
    "consumer_lifts_request": _lift_requests,
    "complaint": _opt_out,
    "spam_complaint": _opt_out,
    "provider_block": _opt_out,
    "inconvenient_time": _inconvenient_time,
    "inconvenient_place": _inconvenient_place,
    "cease_notice": _cease,
    "cease_request": _cease,
    "refusal_to_pay": _cease,
    "attorney_known": _attorney,
    "sent_to_attorney": _attorney_asked,
    "attorney_answered": _attorney_answered,
    "attorney_consents": _lift(HoldKind.ATTORNEY),
    "attorney_consent": _lift(HoldKind.ATTORNEY),
    "attorney_replied": _attorney_answered,
    "attorney_withdrawn": _lift(HoldKind.ATTORNEY),
    "bankruptcy": _bankruptcy,
    "deceased": _hold(HoldKind.DECEASED, person=True),
    "representative_named": _lift(HoldKind.DECEASED),
    "dispute": _dispute,
    "original_creditor_request": _dispute,
    "request_original_creditor": _dispute,
    "dispute_withdrawn": _withdrawn,
    "validation_notice_sent": _notice("validation"),
    "verification_sent": _notice("verification"),
    "original_creditor_sent": _notice("original_creditor"),
    "duplicative_notice_sent": _notice("duplicative"),
    "creditor_email_notice": _notice("creditor_email"),
    "nv_medical_notice_sent": _notice("medical"),
    "rnd": _check("reassigned"),
    "national_dnc": _check("national_dnc"),
    "wrong_party": _closed("wrong_party"),
    "out_of_service": _closed("out_of_service"),
    "bounce": _closed("bounce"),
    "address_verified": _verified,
    "number_verified": _verified,
    "number_source": _number_source,
    "employer_prohibits": _employer_prohibits,
    "email_known_employer_provided": _employer_provided,
    "sent": _sent,
    "inbound": _inbound,
}
