"""Provider accounts with their sealed secrets, and the senders (numbers, addresses) that we write from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.core.money import Money
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import ProviderStatus


class ProviderAccount(Owned):
    """Our account at one gateway. `kind` names the adapter; everything but `paper` is a real one."""

    prefix = "prv"
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=choices(ProviderStatus), default=ProviderStatus.ACTIVE)
    sealed_secrets = models.TextField(blank=True)  # JSON, sealed with the installation's key
    options = models.JSONField(default=dict)
    rate_per_second = models.PositiveIntegerField(null=True)  # null: no limit of ours
    next_slot_at = models.DateTimeField(null=True)  # until when the rate is already spent, in real time
    # What a thousand contacts cost (of SMS: a thousand segments): one segment costs less than the smallest coin.
    price_per_thousand_minor = models.PositiveIntegerField(null=True)
    price_currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="provider_name"),
            models.CheckConstraint(
                name="provider_price", condition=Q(price_per_thousand_minor__isnull=True) | ~Q(price_currency="")
            ),
        ]

    @property
    def price_per_thousand(self) -> Money | None:
        """None: nobody has said."""
        minor = self.price_per_thousand_minor
        return None if minor is None else Money(minor, self.price_currency)


class Sender(Owned):
    """A number or address that we write from."""

    prefix = "snd"
    provider = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="senders")
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    label = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "address"], name="sender_once"),
        ]

    def __str__(self) -> str:
        return self.label or self.address
