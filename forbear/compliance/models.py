"""The log: append-only entries. The database itself refuses to change or remove one (see the migrations)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from forbear.core.ids import public_id


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, organization: object) -> EntryQuerySet:
        return self.filter(organization_id=organization.pk)  # type: ignore[attr-defined]


class Entry(models.Model):
    """One line of the log. Ids are plain numbers: the log knows no other room's tables.

    `facts` is canonical JSON text, the exact bytes that a later seal hashes; it holds ids, never personal data.
    """

    organization_id = models.BigIntegerField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    document_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    channels = ArrayField(models.CharField(max_length=20), default=list)
    at = models.DateTimeField()
    facts = models.TextField(default="{}")

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="entry_newest"),
            models.Index(
                fields=["organization_id", "account_id", "-id"],
                name="entry_account",
                condition=models.Q(account_id__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "campaign_id", "-id"],
                name="entry_campaign",
                condition=models.Q(campaign_id__isnull=False),
            ),
            models.Index(fields=["organization_id", "event", "-id"], name="entry_event"),
            # Entries come in the order of time: a few bytes for each range of pages find a day.
            BrinIndex(fields=["at"], name="entry_day", autosummarize=True),
        ]

    @property
    def public_id(self) -> str:
        return public_id("ent", self.pk)
