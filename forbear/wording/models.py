"""Message templates in immutable versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from forbear.accounts.states import Bucket
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import DEBT_COLLECTION, Channel, Purpose, Tone


class Template(Owned):
    """Approved wording for one channel, language, purpose, bucket and tone; `current` is the version that new sends
    use. A template without a tone serves every tone that has no wording of its own.
    """

    prefix = "tpl"
    name = models.CharField(max_length=120)
    industry = models.CharField(max_length=60, default=DEBT_COLLECTION)
    channel = models.CharField(max_length=10, choices=choices(Channel), default=Channel.SMS)
    language = models.CharField(max_length=5, default="en")
    purpose = models.CharField(max_length=12, choices=choices(Purpose), default=Purpose.COLLECTION)
    bucket = models.CharField(max_length=8, choices=choices(Bucket), blank=True)
    tone = models.CharField(max_length=10, choices=choices(Tone), blank=True, default="", db_default="")
    current = models.ForeignKey("TemplateVersion", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                "language",
                "channel",
                name="template_name",
                condition=Q(archived_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """What the template said from one day on; the database refuses to change it. Only an e-mail has a subject."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True, default="", db_default="")
    body = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_number")]
