"""Cases that need a person: escalated accounts, and disputes over the holds that keep everything back meanwhile."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.accounts.models import Account, Consumer
from forbear.consent.models import Hold
from forbear.staff.models import Owned
from forbear.staff.states import choices

from .states import STANDING, UNRESOLVED, DisputeSource, DisputeStatus, EscalationStatus, Outcome, Reason


class Escalation(Owned):
    """An account whose automation stopped, until somebody has looked after it. At most one a time is unresolved."""

    prefix = "esc"
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="escalations", db_index=False)
    reason = models.CharField(max_length=24, choices=choices(Reason))
    notes = models.TextField(blank=True)
    campaign_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=choices(EscalationStatus), default=EscalationStatus.PENDING)
    escalated_at = models.DateTimeField()
    escalated_by = models.CharField(max_length=40)
    taken_by = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=choices(Outcome), blank=True)
    resolution = models.TextField(blank=True)
    resolved_by = models.CharField(max_length=40, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="escalation_one_open", condition=Q(status__in=list(UNRESOLVED))
            ),
            models.CheckConstraint(name="escalation_status", condition=Q(status__in=list(EscalationStatus))),
        ]
        indexes = [
            models.Index(fields=["organization", "escalated_at", "id"], name="escalation_waiting"),
            models.Index(fields=["account", "-id"], name="escalation_account"),
        ]


class Dispute(Owned):
    """What the consumer disputes, and how far we are. It stands exactly as long as its hold is open."""

    prefix = "dsp"
    hold = models.OneToOneField(Hold, on_delete=models.CASCADE, related_name="dispute")
    consumer = models.ForeignKey(Consumer, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="disputes", db_index=False)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=choices(DisputeSource), default=DisputeSource.RECORD)
    status = models.CharField(max_length=14, choices=choices(DisputeStatus), default=DisputeStatus.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    resolution = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_closed", condition=Q(status__in=list(STANDING)) ^ Q(closed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="dispute_newest"),
            models.Index(fields=["consumer"], name="dispute_consumer"),
        ]
