"""Opt-outs by address and by person, consents, and reasons to hold. Opt-outs are kept for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import HoldKind, OptOutChannel, OptOutSource


class OptOut(Owned):
    """A consumer's wish not to be written to. Bound to a normalized address, or to the whole person.

    `at` is when the consumer acted; `recorded_at` when we learned of it. A lifted one stays as a row.
    """

    prefix = "opt"
    channel = models.CharField(max_length=10, choices=choices(OptOutChannel))
    address = models.CharField(max_length=254, blank=True)  # empty: the whole person
    consumer_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=10, choices=choices(OptOutSource))
    notes = models.TextField(blank=True)
    message_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=40)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=40, blank=True)
    lift_reason = models.TextField(blank=True)
    lift_evidence = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "address", "channel"],
                name="opt_out_open_address",
                condition=Q(lifted_at__isnull=True) & ~Q(address=""),
            ),
            models.UniqueConstraint(
                fields=["organization", "consumer_id", "channel"],
                name="opt_out_open_person",
                condition=Q(lifted_at__isnull=True, address=""),
            ),
            models.CheckConstraint(name="opt_out_whose", condition=~Q(address="") | Q(consumer_id__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="opt_out_newest"),
            models.Index(fields=["organization", "address"], name="opt_out_address"),
        ]


class Consent(Owned):
    """Evidence that a consumer agreed: who, to what, in which words, when. An OptOut withdraws it, nothing edits it."""

    prefix = "cns"
    channel = models.CharField(max_length=10, choices=choices(OptOutChannel))
    address = models.CharField(max_length=254)
    consumer_id = models.BigIntegerField(null=True)
    level = models.CharField(max_length=20, default="express")
    words = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=choices(OptOutSource))
    message_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "address"], name="consent_address")]


class Hold(Owned):
    """A reason not to contact; lifting one does not lift another. No account: it concerns the whole person."""

    prefix = "hld"
    consumer = models.ForeignKey("accounts.Consumer", on_delete=models.CASCADE, related_name="holds")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=20, choices=choices(HoldKind))
    notes = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    close_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "account", "kind"],
                name="hold_open_once",
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="hold_newest")]
