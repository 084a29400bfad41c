"""An opt-out that somebody records on a campaign: it closes the channel for the person, wherever else they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from forbear.accounts.models import ContactPoint
from forbear.accounts.states import PointKind
from forbear.compliance.actions import Draft, record
from forbear.consent.actions import Request, opt_out_many
from forbear.consent.models import OptOut
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core.refusal import Invalid
from forbear.dispatch.models import Message
from forbear.dispatch.states import MessageStatus

from . import events
from .locking import hold_outreach
from .models import Loan, Outreach
from .openness import closed_channels
from .outreach import LONGEST_NOTES, close_channels

CLOSES = {
    OptOutChannel.SMS: ("sms",),
    OptOutChannel.EMAIL: ("email",),
    OptOutChannel.CALL: ("voice",),
    OptOutChannel.ALL: ("sms", "email", "voice", "whatsapp"),
}
"""Every channel that can be named here, with those of the engine that it closes."""
_REACHED_BY = {OptOutChannel.EMAIL: (PointKind.EMAIL,), OptOutChannel.ALL: tuple(PointKind)}
UNREPORTED_FOR = timedelta(days=3)
"""What nobody has reported for longer than this is not on its way any more."""
_ON_THE_WAY = (MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class OptedOut:
    """What became of a request: the opt-out that stands, the campaign, what had left and is not yet reported."""

    outreach: Outreach
    opt_out: OptOut
    handed_over: list[Message]


def record_opt_out(
    *, outreach: Outreach, channel: OptOutChannel, notes: str, source: OptOutSource, actor: str, at: datetime
) -> OptedOut:
    """Close a channel, or all, for the borrower and for every number and address known of them, from this minute.

    A repeat is harmless and logged; a channel that the campaign does not use is closed as well. Raises Invalid.
    """
    notes = notes.strip()
    if len(notes) > LONGEST_NOTES:
        say = f"Notes have at most {LONGEST_NOTES:,} characters."
        raise Invalid(say, fields={"notes": say})
    with transaction.atomic():
        loan = Loan.objects.select_related("account__consumer", "organization").get(document=outreach.document_id)
        requests = _requests(loan, outreach, channel, notes, at)
        rows = opt_out_many(organization=loan.organization, requests=requests, source=source, actor=actor, at=at)
        _tell(outreach, loan, rows[0], channel, notes, actor, at)
        held = hold_outreach(outreach)
        closed = closed_channels(loan.organization, loan.account.consumer)
        close_channels(held, closed, actor=actor, at=at)
    return OptedOut(held, rows[0], _handed_over(loan, channel, at))


def _requests(loan: Loan, outreach: Outreach, channel: OptOutChannel, notes: str, at: datetime) -> list[Request]:
    """The person first, then every address by which this channel reaches them."""
    consumer = loan.account.consumer_id
    kinds = _REACHED_BY.get(channel, (PointKind.PHONE,))
    points = ContactPoint.objects.filter(consumer=consumer, kind__in=kinds)
    addresses = ["", *dict.fromkeys(points.order_by("kind", "position", "pk").values_list("address", flat=True))]
    return [
        Request(
            channel=channel,
            at=at,
            address=address,
            consumer_id=consumer,
            account_id=loan.account_id,
            campaign_id=outreach.campaign_id,
            notes=notes,
        )
        for address in addresses
    ]


def _handed_over(loan: Loan, channel: OptOutChannel, at: datetime) -> list[Message]:
    rows = Message.objects.filter(
        consumer_id=loan.account.consumer_id,
        direction="out",
        channel__in=CLOSES[channel],
        status__in=_ON_THE_WAY,
        at__gte=at - UNREPORTED_FOR,
    )
    return list(rows.order_by("-pk")[:100])


def _tell(
    outreach: Outreach, loan: Loan, row: OptOut, channel: OptOutChannel, notes: str, actor: str, at: datetime
) -> None:
    draft = Draft(
        outreach.organization_id,
        events.OPT_OUT,
        actor,
        account_id=loan.account_id,
        campaign_id=outreach.campaign_id,
        document_id=outreach.document_id,
        channels=(str(channel),),
        facts={"outreach": outreach.pk, "opt_out": row.pk, "repeated": row.recorded_at < at},
        personal={"notes": notes} if notes else {},
    )
    record([draft], at=at)
