"""Verbs of the channels room."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.money import Money
from forbear.core.refusal import Invalid, Refusal
from forbear.staff.models import Organization

from . import events
from .models import ProviderAccount, Sender
from .secrets import sealed
from .states import PAPER, PAPER_CHANNELS


class SenderTaken(Refusal):
    """This sender is already set up."""


def open_for_founded(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to a founded organization: it can send on paper at once, by every channel."""
    for draft in drafts:
        open_paper(organization=draft.carry, sender=fictional_number(draft.organization_id), actor=SYSTEM, at=at)


def open_paper(*, organization: Organization, sender: str, actor: str, at: datetime) -> Sender:
    """The sandbox's gateway, which carries texts, letters, calls and WhatsApp from one number and one address; gives
    the sender of texts. An organization that has the gateway keeps it and is given what it has no sender for."""
    with transaction.atomic():
        provider = ProviderAccount.objects.of(organization).filter(kind=PAPER).order_by("pk").first()
        if provider is None:
            provider = ProviderAccount.objects.create(
                organization=organization,
                kind=PAPER,
                name="Paper",
                sealed_secrets=sealed({"signing_key": secrets.token_urlsafe(32)}),
                created_at=at,
            )
            record([Draft(organization.pk, events.PROVIDER_ADDED, actor, facts={"provider": provider.pk})], at=at)
        complete_paper(provider=provider, number=sender, actor=actor, at=at)
        return Sender.objects.filter(provider=provider, channel="sms").order_by("pk")[0]


def complete_paper(*, provider: ProviderAccount, number: str = "", actor: str, at: datetime) -> list[Sender]:
    """A sender for every channel that has none: the number of its texts (or this one), an address of its own; those
    that were added."""
    with transaction.atomic():
        known = dict(Sender.objects.filter(provider=provider).order_by("-pk").values_list("channel", "address"))
        number = known.get("sms") or number or fictional_number(provider.organization_id)
        letters = f"office-{provider.organization_id}@example.com"
        missing = [channel for channel in PAPER_CHANNELS if channel not in known]
        return [
            add_sender(
                provider=provider,
                channel=channel,
                address=letters if channel == "email" else number,
                label="",
                actor=actor,
                at=at,
            )
            for channel in missing
        ]


def fictional_number(organization_id: int) -> str:
    """One of the numbers that are reserved for fiction."""
    return f"+1312555{100 + (organization_id - 1) % 100:04d}"


def add_sender(
    *, provider: ProviderAccount, channel: str, address: str, label: str, actor: str, at: datetime
) -> Sender:
    """A number or address to write from. Raises SenderTaken."""
    with transaction.atomic():
        sender, made = Sender.objects.get_or_create(
            organization=provider.organization,
            channel=channel,
            address=address,
            defaults={"provider": provider, "label": label},
        )
        if not made:
            raise SenderTaken(f"{address} is already set up as a sender.")
        record([Draft(provider.organization_id, events.SENDER_ADDED, actor, facts={"sender": sender.pk})], at=at)
        return sender


def change_sender(*, sender: Sender, label: str, is_active: bool, actor: str, at: datetime) -> None:
    """Rename it, or take it out of use: what is waiting then leaves by another one."""
    with transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(label=label, is_active=is_active)
        facts = {"sender": sender.pk, "active": is_active}
        record([Draft(sender.organization_id, events.SENDER_CHANGED, actor, facts=facts)], at=at)
    sender.label, sender.is_active = label, is_active


def change_provider(
    *,
    provider: ProviderAccount,
    options: dict[str, object],
    rate_per_second: int | None,
    actor: str,
    at: datetime,
) -> None:
    """The gateway's options and our own rate. Raises Invalid for a rate below one."""
    if rate_per_second is not None and rate_per_second < 1:
        raise Invalid("The rate is at least one message a second.", fields={"rate_per_second": "At least 1."})
    with transaction.atomic():
        ProviderAccount.objects.filter(pk=provider.pk).update(options=options, rate_per_second=rate_per_second)
        facts = {"provider": provider.pk, "rate": rate_per_second}
        record([Draft(provider.organization_id, events.PROVIDER_CHANGED, actor, facts=facts)], at=at)
    provider.options, provider.rate_per_second = options, rate_per_second


def set_price(*, provider: ProviderAccount, price: Money | None, actor: str, at: datetime) -> None:
    """What the gateway takes for a thousand contacts (of SMS: segments); dry runs count with it."""
    minor, currency = (price.minor, price.currency) if price is not None else (None, "")
    with transaction.atomic():
        ProviderAccount.objects.filter(pk=provider.pk).update(price_per_thousand_minor=minor, price_currency=currency)
        facts = {"provider": provider.pk, "price_minor": minor, "price_currency": currency}
        record([Draft(provider.organization_id, events.PROVIDER_CHANGED, actor, facts=facts)], at=at)
    provider.price_per_thousand_minor, provider.price_currency = minor, currency
