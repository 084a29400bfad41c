"""Consumers and how to reach them, creditors, accounts, contact lists."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from forbear.core.money import Money
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import SENTENCES, Bucket, Place, PointKind, PointStatus, Provenance, Status, bucket_of

WHY = 200
"""The longest reason for a change of status."""


class Creditor(Owned):
    """To whom it is owed."""

    prefix = "crd"
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="creditor_name")]

    def __str__(self) -> str:
        return self.name


class Consumer(Owned):
    """The person who owes."""

    prefix = "con"
    first_name = models.CharField(max_length=120)
    last_name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, blank=True)  # empty: the organization's
    time_zone = models.CharField(max_length=60, blank=True)  # as the consumer stated it
    postal_code = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=3, blank=True)
    country = models.CharField(max_length=2, blank=True)  # empty: the organization's
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("organization", Lower("last_name"), Lower("first_name"), name="consumer_name"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class ContactPoint(Owned):
    """One telephone number (E.164) or e-mail address (case-folded) of a consumer; ask for it beside the consumer, since
    its own number is in no index (migration 0007)."""

    prefix = "pnt"
    consumer = models.ForeignKey(
        Consumer, on_delete=models.CASCADE, related_name="points", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=5, choices=choices(PointKind))
    address = models.CharField(max_length=254)
    place = models.CharField(max_length=10, choices=choices(Place), default=Place.UNKNOWN)
    provenance = models.CharField(max_length=20, choices=choices(Provenance), default=Provenance.UNKNOWN)
    status = models.CharField(max_length=10, choices=choices(PointStatus), default=PointStatus.USABLE)
    status_reason = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)  # 0 is the primary one of its kind
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "kind", "address"], name="point_once"),
        ]
        indexes = [models.Index(fields=["organization", "address"], name="point_address")]


class Account(Owned):
    """One debt of one consumer. `fields` holds every other column of the files it came from, under its exact name."""

    prefix = "acc"
    consumer = models.ForeignKey(Consumer, on_delete=models.CASCADE, related_name="accounts", db_constraint=False)
    creditor = models.ForeignKey(
        Creditor,
        null=True,
        on_delete=models.PROTECT,
        related_name="accounts",
        db_index=False,
        db_constraint=False,
    )
    external_id = models.CharField(max_length=120, null=True)
    number = models.CharField(max_length=120, blank=True)
    placed_minor = models.BigIntegerField(default=0)
    balance_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    due_date = models.DateField(null=True)
    status = models.CharField(max_length=20, choices=choices(Status), default=Status.PENDING_CONTACT)
    status_changed_at = models.DateTimeField()
    resumes_as = models.CharField(max_length=20, null=True, choices=choices(Status))  # only while in review
    score = models.SmallIntegerField(null=True)
    fields = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True)  # the import that created it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "creditor", "external_id"],
                name="account_external_id",
                condition=Q(external_id__isnull=False),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="account_status", condition=Q(status__in=list(Status))),
        ]
        indexes = [
            models.Index(fields=["organization", "number"], name="account_number"),
            # By which lists are narrowed, put in order and counted, read without the rows themselves.
            models.Index(
                fields=["organization", "id"],
                name="account_facts",
                include=["status", "due_date", "balance_minor", "currency", "score"],
            ),
        ]

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)

    def days_past_due(self, on: date) -> int | None:
        """Calendar days from the due date to `on`, a day in the organization's zone."""
        return None if self.due_date is None else (on - self.due_date).days

    def bucket(self, on: date) -> Bucket | None:
        return bucket_of(self.days_past_due(on))


class StatusChange(models.Model):
    """An account went from one status to another: why, by whom, when. A fresh account has none."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="status_changes", db_index=False, db_constraint=False
    )
    before = models.CharField(max_length=20, choices=choices(Status))
    after = models.CharField(max_length=20, choices=choices(Status))
    why = models.CharField(max_length=WHY)  # a word of states.Why, or what a person wrote
    by = models.CharField(max_length=40)  # as the log names who acted
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "id"], name="status_change_account")]

    @property
    def sentence(self) -> str:
        """Why, as a person reads it."""
        return SENTENCES.get(self.why, self.why)


class BucketMove(Owned):
    """On the day `on` (of the organization, beginning at `at`) an account came into another bucket of days past due."""

    prefix = "bmv"
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="bucket_moves", db_index=False, db_constraint=False
    )
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="bucket_move_once")]
        indexes = [models.Index(fields=["organization", "on"], name="bucket_move_day")]


class AgedTo(models.Model):
    """The last day of an organization whose moves between buckets are written down."""

    organization = models.OneToOneField("staff.Organization", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()


class ContactList(Owned):
    """A named set of accounts that came from one file or selection."""

    prefix = "lst"
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("staff.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    accounts = models.ManyToManyField(Account, through="ListMember", related_name="lists")

    class Meta:
        constraints = [models.UniqueConstraint("organization", Lower("name"), name="list_name")]

    def __str__(self) -> str:
        return self.name


class ListMember(models.Model):
    """An account's place on a list; `import_id` tells which import put it there."""

    pk = models.CompositePrimaryKey("contact_list", "account")
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.CASCADE, related_name="members", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships", db_constraint=False)
    import_id = models.BigIntegerField(null=True)


class Segment(Owned):
    """A filter with a name: whoever answers to it now. `wanted` has the words of the filter above the accounts."""

    prefix = "seg"
    name = models.CharField(max_length=120)
    wanted = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint("organization", Lower("name"), name="segment_name")]

    def __str__(self) -> str:
        return self.name


class KnownField(Owned):
    """A column name that some account of the organization has: the tag picker's list."""

    prefix = "fld"
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="known_field_once")]


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day in that zone: days past due count in the organization's."""
    return at.astimezone(ZoneInfo(time_zone)).date()
