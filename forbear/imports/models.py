"""Files in: the upload, its mapping, its progress, its row errors, and what an undo needs."""

from __future__ import annotations

from django.db import models

from forbear.accounts.models import ContactList
from forbear.accounts.states import Provenance
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import Status


class Import(Owned):
    """One file on its way in. `mapping` is {header: standard field, or "" for a custom field, or null for left out}."""

    prefix = "imp"
    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=500, blank=True)  # below settings.UPLOADS
    size = models.BigIntegerField(default=0)
    list_name = models.CharField(max_length=120, blank=True)
    contact_list = models.ForeignKey(ContactList, null=True, on_delete=models.SET_NULL, related_name="imports")
    creditor_name = models.CharField(max_length=120, blank=True)
    provenance = models.CharField(max_length=20, choices=choices(Provenance), default=Provenance.UNKNOWN)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)  # what was detected: encoding, delimiter, date order
    dry_run = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=choices(Status), default=Status.UPLOADED)
    total = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)  # progress, written as it goes
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=40)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="import_newest")]


class RowError(models.Model):
    """Why a row was left out: `row` is the line in the file, the header being 1."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="row_errors")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120)
    value = models.TextField()
    reason = models.TextField()


class Change(models.Model):
    """What an updated account and its consumer held before the import: the undo puts it back."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    account_id = models.BigIntegerField()
    before = models.JSONField()


class Block(models.Model):
    """Numbers of consumers drawn for an import that writes over two connections, until it is committed or swept."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="blocks")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
