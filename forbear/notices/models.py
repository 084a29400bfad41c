"""What the house tells its people on the page and by mail, and how far each of them has read."""

from __future__ import annotations

from django.db import models

from forbear.staff.models import Owned, Person
from forbear.staff.states import choices

from .states import Digest, Kind


class Notice(Owned):
    """Something that somebody should look at: one row for all, whoever reads it. `path` is a page of ours."""

    prefix = "ntc"
    kind = models.CharField(max_length=24, choices=choices(Kind))
    title = models.CharField(max_length=160)
    body = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="notice_newest")]


class Reader(models.Model):
    """How somebody reads: all notices up to `through_id` are read; how they are told by mail."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="reads", primary_key=True)
    through_id = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=8, choices=choices(Digest), default=Digest.OFF)
    digest_through_id = models.BigIntegerField(default=0)
    digest_on = models.DateField(null=True)


class Seen(models.Model):
    """One notice after `through_id` that somebody has seen."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="seen_once")]
