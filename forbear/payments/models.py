"""What moves a balance, payments, and promises to pay. Amounts are whole minor units of the account's currency."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forbear.accounts.models import Account
from forbear.core.money import Money
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import (
    GRACE_DAYS,
    LONGEST,
    OPEN,
    OPEN_PROMISES,
    WAITING,
    EntryKind,
    KeptBy,
    Method,
    Modality,
    PromiseSource,
    PromiseStatus,
)

_NEGATIVE = Q(kind=EntryKind.PAYMENT, amount_minor__lt=0)
_POSITIVE = Q(kind__in=[EntryKind.REVERSAL, EntryKind.FEE], amount_minor__gt=0)
_EITHER = Q(kind=EntryKind.ADJUSTMENT) & ~Q(amount_minor=0)


class Promise(Owned):
    """The consumer said that this much comes by that day. `verify_until`: how long a reported payment may take."""

    prefix = "prm"
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promises", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    modality = models.CharField(max_length=8, choices=choices(Modality), default=Modality.PARTIAL)
    due_on = models.DateField()
    verify_until = models.DateField(null=True)
    source = models.CharField(max_length=8, choices=choices(PromiseSource), default=PromiseSource.STAFF)
    status = models.CharField(max_length=12, choices=choices(PromiseStatus), default=PromiseStatus.ACTIVE)
    kept_by = models.CharField(max_length=12, choices=choices(KeptBy), blank=True)
    notes = models.TextField(blank=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="promise_status", condition=Q(status__in=list(PromiseStatus))),
            models.CheckConstraint(name="promise_amount", condition=Q(amount_minor__gt=0)),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="promise_newest"),
            models.Index(fields=["account", "-id"], name="promise_account"),
            models.Index(fields=["due_on"], name="promise_waiting", condition=Q(status__in=list(WAITING))),
            models.Index(fields=["organization", "status", "currency"], name="promise_figures"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Payment(Owned):
    """Money that came in. A wrong one is reversed, never edited or removed."""

    prefix = "pay"
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=14, choices=choices(Method))
    paid_on = models.DateField()  # in the organization's zone
    reference = models.CharField(max_length=120, blank=True)
    promise = models.ForeignKey(Promise, null=True, on_delete=models.SET_NULL, related_name="payments")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=40)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.CharField(max_length=40, blank=True)
    reverse_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "method", "reference"], name="payment_once", condition=~Q(reference="")
            ),
            models.CheckConstraint(name="payment_amount", condition=Q(amount_minor__gt=0)),
        ]
        indexes = [
            models.Index(fields=["organization", "-paid_on", "-id"], name="payment_day"),
            models.Index(fields=["organization", "-id"], name="payment_newest"),
            models.Index(fields=["account", "-id"], name="payment_account"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class LedgerEntry(Owned):
    """One movement of a balance: negative where less is owed afterwards. Written once: a trigger refuses changes.

    The account's balance is max(0, placed + the sum of its entries); below zero is a credit, which shows.
    """

    prefix = "led"
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, related_name="ledger", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=choices(EntryKind))
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False)
    import_id = models.BigIntegerField(null=True)
    notes = models.TextField(blank=True, db_default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_sign", condition=_NEGATIVE | _POSITIVE | _EITHER),
            models.UniqueConstraint(fields=["payment", "kind"], name="ledger_payment_once"),
        ]
        indexes = [models.Index(fields=["account", "id"], name="ledger_account")]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PromiseTerms(Owned):
    """What an organization lets be promised; without a row the room's own words hold."""

    grace_days = models.PositiveSmallIntegerField(default=GRACE_DAYS)
    open_promises = models.PositiveSmallIntegerField(default=OPEN_PROMISES)
    longest_days = models.PositiveSmallIntegerField(default=LONGEST.days)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("organization"), name="promise_terms_once"),
            models.CheckConstraint(
                name="promise_terms_bounds",
                condition=Q(grace_days__lte=30, open_promises__range=(1, 24), longest_days__range=(1, 730)),
            ),
        ]
