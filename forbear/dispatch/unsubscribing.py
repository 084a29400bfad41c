"""Letters end by the link that stands in them: for whoever holds the letter, at once, and without logging in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from forbear.accounts.models import ContactPoint
from forbear.compliance.actions import SYSTEM
from forbear.consent.actions import Request, opt_out_many
from forbear.consent.models import OptOut
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core.refusal import NotFound
from forbear.staff import throttle
from forbear.staff.models import Organization

from .letters import Link, read_token
from .models import Message


class NoSuchLink(NotFound):
    """This link is not whole: open it from the letter once more."""


def require_whole(token: str, *, network: str, real_at: datetime) -> None:
    """Whoever guesses may do so a few times, then waits; whoever has a letter never waits. Raises NoSuchLink,
    TooManyTries."""
    if read_token(token) is None:
        throttle.count_try(account=f"unsubscribe {network}", network=network, real_at=real_at)
        raise NoSuchLink


@dataclass(frozen=True, slots=True)
class Ending:
    """Whose letters a link ends, and whether they have ended."""

    organization: Organization
    link: Link
    consumer_id: int | None
    language: str
    ended: bool


def ending_of(token: str) -> Ending:
    """What the page shows; nothing is written. Raises NoSuchLink."""
    link = read_token(token)
    organization = Organization.objects.filter(pk=link.organization_id).first() if link else None
    if link is None or organization is None:
        raise NoSuchLink
    points = ContactPoint.objects.of(organization).filter(address=link.address).order_by("pk")
    whose = points.values_list("consumer_id", "consumer__language").first()
    consumer, language = whose or (None, "")
    return Ending(organization, link, consumer, language or organization.locale, _has_ended(link))


def _has_ended(link: Link) -> bool:
    rows = OptOut.objects.filter(organization=link.organization_id, address=link.address, lifted_at=None)
    return rows.filter(channel__in=[OptOutChannel.EMAIL, OptOutChannel.ALL]).exists()


def one_click(token: str, *, at: datetime) -> Ending:
    """No more letters to this address; a second click finds it done. Works after the letter itself is gone.

    Raises NoSuchLink.
    """
    ending = ending_of(token)
    if ending.ended:
        return ending
    with transaction.atomic():
        opt_out_many(
            organization=ending.organization,
            requests=[_request(ending, at)],
            source=OptOutSource.LINK,
            actor=f"consumer:{ending.consumer_id}" if ending.consumer_id else SYSTEM,
            at=at,
        )
    return ending


def _request(ending: Ending, at: datetime) -> Request:
    """With the letter, its account and its campaign, where they are still known."""
    item = ending.link.item_id
    letter = Message.objects.of(ending.organization).filter(item=item).first() if item else None
    return Request(
        channel=OptOutChannel.EMAIL,
        at=at,
        address=ending.link.address,
        consumer_id=letter.consumer_id if letter else ending.consumer_id,
        account_id=letter.account_id if letter else None,
        campaign_id=letter.campaign_id if letter else None,
        message_id=letter.pk if letter else None,
        notes="The link in a letter.",
    )
