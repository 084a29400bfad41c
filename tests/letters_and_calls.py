"""What the stories about letters and calls share: an organization that can send both, and people who can be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forbear import engine
from forbear.accounts.models import Account, ContactPoint
from forbear.accounts.states import PointKind, Provenance
from forbear.channels.actions import complete_paper
from forbear.channels.models import ProviderAccount
from forbear.dispatch.models import Message, QueueItem
from forbear.sandbox import consumers, gateway
from forbear.staff.models import Organization
from forbear.wording.models import Template, TemplateVersion

from .cast import TUESDAY

LETTER = (
    "Hello ${firstName},\n\n$${amount} is open at ${organization}. We are a debt collector. Write back if anything "
    "is unclear."
)
CALL = "This is ${organization} for ${firstName}. Press 1 to talk to us, 2 to promise, 3 to dispute, 9 for no calls."


def opened(organization: Organization, actor: str = "creditor") -> Organization:
    """With senders for letters and calls; a creditor may say on the telephone who it is."""
    provider = ProviderAccount.objects.get(organization=organization)
    complete_paper(provider=provider, actor="system", at=TUESDAY)
    Organization.objects.filter(pk=organization.pk).update(actor=actor)
    organization.refresh_from_db()
    return organization


def has_mailbox(account: Account, address: str) -> Account:
    """With an e-mail address that the consumer gave."""
    ContactPoint.objects.create(
        organization=account.organization,
        consumer=account.consumer,
        kind=PointKind.EMAIL,
        address=address,
        provenance=Provenance.GIVEN_BY_CONSUMER,
        observed_at=TUESDAY,
    )
    return account


def wording(organization: Organization, channel: str, body: str, **also: Any) -> Template:
    """A template of the channel with one version; `subject`, `language`, `bucket` and `tone` besides."""
    subject = also.pop("subject", "")
    template = Template.objects.create(
        organization=organization,
        name=f"{channel} {Template.objects.count()}",
        channel=channel,
        created_at=TUESDAY,
        **also,
    )
    template.current = TemplateVersion.objects.create(
        template=template, number=1, subject=subject, body=body, created_at=TUESDAY, created_by="system"
    )
    template.save()
    return template


def planned(account: Account, channel: str, at: datetime = TUESDAY, **also: Any) -> QueueItem:
    """One contact of a campaign that is due, as the planner writes it."""
    return QueueItem.objects.create(
        organization=account.organization,
        account=account,
        consumer_id=account.consumer_id,
        channel=channel,
        scheduled_for=at,
        created_at=at,
        **also,
    )


def worked(at: datetime = TUESDAY) -> dict[str, int]:
    """Carry, report, answer and read until nothing is due."""
    return engine.run_until_idle(at, gateway=lambda now: gateway.report(at=now) + consumers.answer(at=now))


def last(account: Account, channel: str) -> Message:
    """The newest message to the account by this channel."""
    rows = Message.objects.filter(account_id=account.pk, channel=channel, direction="out")
    return rows.select_related("call", "item").latest("pk")
