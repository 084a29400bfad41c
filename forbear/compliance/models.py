"""The log: append-only entries, their seals and the keys. The database itself refuses to change or remove one (see the
migrations); forbear/grants.py keeps the running role from trying.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from forbear.core.ids import public_id

from .body import canonical
from .notes import PublicKey


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, organization: object) -> EntryQuerySet:
        return self.filter(organization_id=organization.pk)  # type: ignore[attr-defined]


class Entry(models.Model):
    """One line of the log. Ids are plain numbers: the log knows no other room's tables.

    `body` is the entry itself, canonical JSON text, the exact bytes that `leaf_hash` and the seals hash (see body.py).
    The other columns are its index: they say the same again, and `forbear audit verify` holds them against it.
    """

    organization_id = models.BigIntegerField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    consumer_id = models.BigIntegerField(null=True)  # where it is about the whole person
    document_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    channels = ArrayField(models.CharField(max_length=20), default=list)
    at = models.DateTimeField()
    body = models.TextField()
    leaf_hash = models.BinaryField()

    objects = EntryQuerySet.as_manager()
    prefix = "ent"

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "id"], name="entry_newest"),
            models.Index(
                fields=["organization_id", "account_id", "id"],
                name="entry_account",
                condition=models.Q(account_id__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "campaign_id", "id"],
                name="entry_campaign",
                condition=models.Q(campaign_id__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "consumer_id", "id"],
                name="entry_consumer",
                condition=models.Q(consumer_id__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "document_id", "id"],
                name="entry_document",
                condition=models.Q(document_id__isnull=False),
            ),
            models.Index(fields=["organization_id", "event", "id"], name="entry_event"),
            # Entries come in the order of time: a few bytes for each range of pages find a day.
            BrinIndex(fields=["at"], name="entry_day", autosummarize=True),
        ]

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)

    @property
    def told(self) -> dict[str, Any]:
        """What the body says."""
        return json.loads(self.body)

    @property
    def facts(self) -> str:
        """The facts alone, as canonical JSON text: ids and figures, never personal data."""
        return canonical(self.told["facts"])


class Archived(models.Model):
    """An entry that retention has moved here, exactly as it was: same number, same text, same hash. Its seal stays
    where it was, and finds it here."""

    organization_id = models.BigIntegerField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    consumer_id = models.BigIntegerField(null=True)
    document_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    channels = ArrayField(models.CharField(max_length=20), default=list)
    at = models.DateTimeField()
    body = models.TextField()
    leaf_hash = models.BinaryField()

    class Meta:
        db_table = "compliance_archive"
        indexes = [models.Index(fields=["organization_id", "account_id", "-id"], name="archive_account")]

    def entry(self) -> Entry:
        """As it stood in the log."""
        names = [field.attname for field in Archived._meta.concrete_fields]
        return Entry(**{name: getattr(self, name) for name in names})


class Unsealed(models.Model):
    """Entries that wait for their seal, by number: one row for each time that somebody wrote. It is seen when its
    entries are, whenever their transaction ends, so that the sealing can miss none."""

    entries = ArrayField(models.BigIntegerField())


class Seal(models.Model):
    """These entries, in this order, became the tree's leaves from `first` on; what the tree was then, and the note that
    was signed about it."""

    organization_id = models.BigIntegerField()
    number = models.BigIntegerField()  # 1, 2, 3 in each organization
    first = models.BigIntegerField()
    size = models.BigIntegerField()  # how many leaves the tree has with these
    entries = ArrayField(models.BigIntegerField())
    newest = models.BigIntegerField()  # the greatest of the entries
    hashes = models.BinaryField()  # of the leaves, one after the other
    frontier = models.BinaryField()  # all that the tree needs in order to grow
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "number"], name="seal_number"),
            models.UniqueConstraint(fields=["organization_id", "size"], name="seal_size"),
            models.CheckConstraint(name="seal_grows", condition=models.Q(size__gt=models.F("first"))),
        ]
        indexes = [models.Index(fields=["organization_id", "newest"], name="seal_newest")]


class Node(models.Model):
    """A complete subtree of 2**level leaves, 256 or more, kept so that a proof reads few rows."""

    organization_id = models.BigIntegerField()
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization_id", "level", "index"], name="node_place")]


class Key(models.Model):
    """A public key that signed or signs the checkpoints of this installation. `note` announces it, signed by itself and
    by the one before."""

    name = models.CharField(max_length=40)
    public = models.BinaryField()
    note = models.TextField()
    created_at = models.DateTimeField()

    @property
    def verifier(self) -> PublicKey:
        return PublicKey(self.name, bytes(self.public))


class KeySecret(models.Model):
    """The private half of the newest key, sealed; that of an older one is gone."""

    key = models.OneToOneField(Key, on_delete=models.PROTECT, related_name="secret")
    sealed_seed = models.TextField()


class Personal(models.Model):
    """Personal data that an entry speaks of. The entry's body holds only the commitment SHA-256(salt || text); when
    both are erased here, the entry stays proved and says nothing about anybody."""

    entry_id = models.BigIntegerField()
    organization_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    sealed = models.TextField(blank=True)  # salt and text, sealed; empty once erased
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry_id", "name"], name="personal_name")]


class Check(models.Model):
    """Somebody, or the night, had this organization's log held against itself: how far that is, and what it found."""

    organization_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    checkpoints = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)  # sentences; empty: intact
    seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField(null=True)

    prefix = "chk"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], name="check_one_under_way", condition=models.Q(finished_at=None)
            )
        ]
        indexes = [models.Index(fields=["organization_id", "-id"], name="check_newest")]

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)

    @property
    def intact(self) -> bool:
        return self.finished_at is not None and not self.findings


class Retention(models.Model):
    """How long an account's entries stay in the log itself after its last activity, if the organization says so; the
    law's three years at least (12 CFR 1006.100)."""

    organization_id = models.BigIntegerField(unique=True)
    years = models.PositiveSmallIntegerField(default=3)
    erases = models.BooleanField(default=False)  # the personal data of what is moved is erased

    class Meta:
        constraints = [models.CheckConstraint(name="retention_three_years", condition=models.Q(years__gte=3))]


class LegalHold(models.Model):
    """While it stands nothing of the organization, or of this one account, is moved or erased by retention."""

    organization_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)  # none: all of them
    reason = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)

    prefix = "lgh"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "account_id"],
                name="legal_hold_once",
                condition=models.Q(closed_at=None),
                nulls_distinct=False,
            )
        ]

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)

    @property
    def account_public_id(self) -> str:
        return public_id("acc", self.account_id) if self.account_id else ""
