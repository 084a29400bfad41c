"""Opt-outs by address and by person, acts that the law counts from, and reasons to hold. Kept for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import TITLES, ActSource, ActType, HoldKind, LiftStatus, OptOutChannel, OptOutSource


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


class Act(Owned):
    """What somebody did or said that the law counts from: a consent, a request, a notice, an answer about a number.

    Append only: a wrong one is taken back by another (`voids_id`), never edited. `at` is when the party acted, and
    orders the acts; `recorded_at` when we learned of it. Acts that amount to an opt-out or a hold opened those rows,
    which the policy reads; all others are folded (`policy.folding`).
    """

    prefix = "act"
    type = models.CharField(max_length=30, choices=[(word.value, TITLES[word]) for word in ActType])
    consumer_id = models.BigIntegerField(null=True)  # none: whoever has the address
    account_id = models.BigIntegerField(null=True)  # none: the person, not one debt
    channel = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=254, blank=True)
    details = models.JSONField(default=dict)
    source = models.CharField(max_length=14, choices=choices(ActSource))
    evidence = models.TextField(blank=True)
    message_id = models.BigIntegerField(null=True)
    voids_id = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(name="act_whose", condition=~Q(address="") | Q(consumer_id__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="act_newest"),
            models.Index(fields=["consumer_id"], name="act_consumer", condition=Q(consumer_id__isnull=False)),
            models.Index(fields=["organization", "address"], name="act_address", condition=~Q(address="")),
        ]


class Lift(Owned):
    """Somebody asked to open a channel again by hand, with the evidence; somebody else confirms it."""

    prefix = "lft"
    opt_out = models.ForeignKey(OptOut, on_delete=models.CASCADE, related_name="lifts")
    reason = models.TextField()
    evidence = models.TextField()
    message_id = models.BigIntegerField(null=True)  # the consumer's own message
    file = models.BinaryField(null=True)  # a scan, a recording's note; with its name and SHA-256
    file_name = models.CharField(max_length=120, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=choices(LiftStatus), default=LiftStatus.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decision = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opt_out"], name="lift_asked_once", condition=Q(status=LiftStatus.ASKED))
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="lift_newest")]


class Hold(Owned):
    """A reason not to contact; lifting one does not lift another. No account: it concerns the whole person."""

    prefix = "hld"
    consumer = models.ForeignKey("accounts.Consumer", on_delete=models.CASCADE, related_name="holds")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=20, choices=choices(HoldKind))
    notes = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    act_id = models.BigIntegerField(null=True)  # the act that opened it; none: opened by hand or by a reply
    asked_at = models.DateTimeField(null=True)  # a lawyer was written to, and has not answered
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    close_reason = models.TextField(blank=True)
    closing_act_id = models.BigIntegerField(null=True)  # the act that closed it; none: a person did

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
