"""What the stories about the engine share: a template, a broadcast, and a turn of the engine with its paper gateway."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from forbear import engine
from forbear.accounts.models import Account, ContactList, ListMember
from forbear.campaigns import actions
from forbear.campaigns.models import Campaign
from forbear.sandbox import gateway, phones
from forbear.sandbox.models import PaperText
from forbear.staff.models import Organization
from forbear.wording.models import Template, TemplateVersion

from .cast import TUESDAY

BODY = "${organization}: Hello ${firstName}, $${amount} is open. We are a debt collector. Reply STOP to end texts."


def template_of(organization: Organization, body: str = BODY, name: str = "First") -> Template:
    """An SMS template with one version."""
    template = Template.objects.create(organization=organization, name=name, bucket="1-30", created_at=TUESDAY)
    template.current = TemplateVersion.objects.create(
        template=template, number=1, body=body, created_at=TUESDAY, created_by="system"
    )
    template.save()
    return template


def list_of(organization: Organization, accounts: Iterable[Account], name: str = "November") -> ContactList:
    """A contact list with these accounts."""
    people = ContactList.objects.create(organization=organization, name=name, created_at=TUESDAY)
    ListMember.objects.bulk_create(ListMember(contact_list=people, account=account) for account in accounts)
    return people


def broadcast(organization: Organization, accounts: Iterable[Account], **also: Any) -> Campaign:
    """A draft broadcast to these accounts, on a list of its own."""
    name = also.pop("name", "SMS 1-30DPD")
    values: dict[str, Any] = {
        "template": also.pop("template", None) or template_of(organization, name=f"For {name}"),
        "contact_list": also.pop("contact_list", None) or list_of(organization, accounts, name=f"List of {name}"),
        "start_date": TUESDAY.date(),
        "end_date": TUESDAY.date(),
        "actor": "system",
        "at": TUESDAY,
    }
    return actions.create_campaign(organization=organization, kind="broadcast", name=name, **values | also)


def launch(campaign: Campaign, at: datetime = TUESDAY) -> dict[str, int]:
    """Send it now, and let the engine work until nothing is due."""
    actions.activate(campaign=campaign, actor="system", at=at)
    return turn(at)


def turn(at: datetime = TUESDAY) -> dict[str, int]:
    """Plan, carry, report and read until nothing is due at that time."""
    return engine.run_until_idle(at, gateway=lambda now: gateway.report(at=now))


def says(account: Account, body: str, at: datetime) -> dict[str, int]:
    """The consumer texts us back, and the engine reads it."""
    phones.write_from_phone(phone=number_of(account), body=body, at=at, organization=account.organization)
    return turn(at)


def number_of(account: Account) -> str:
    return str(account.consumer.points.get(kind="phone", position=0).address)


def texts_to(account: Account) -> list[str]:
    """What the gateway itself remembers having taken for that phone: the witness."""
    rows = PaperText.objects.filter(phone=number_of(account), direction="out").order_by("pk")
    return list(rows.values_list("body", flat=True))
