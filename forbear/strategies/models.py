"""Ordered contact plans in immutable versions; accounts stay on the version they started with."""

from __future__ import annotations

from django.db import models

from forbear.staff.models import Owned
from forbear.staff.states import choices
from forbear.wording.models import Template

from .states import ActionType, Kind, Status


class Strategy(Owned):
    """A plan. One that a broadcast made for itself is not listed among the strategies."""

    prefix = "str"
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=choices(Kind), default=Kind.EARLY_COLLECTION)
    status = models.CharField(max_length=10, choices=choices(Status), default=Status.DRAFT)
    listed = models.BooleanField(default=True)
    created_at = models.DateTimeField()


class StrategyVersion(models.Model):
    """The steps, and what goes with them, as they stood from one moment on.

    `tone` chooses the wordings of steps without a template. An account that was contacted `max_attempts` times, or for
    `days_without_response` days, without an answer is escalated; null: never for that reason.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    tone = models.CharField(max_length=80, blank=True, db_default="")
    max_attempts = models.PositiveSmallIntegerField(null=True)
    days_without_response = models.PositiveSmallIntegerField(null=True)
    negotiation = models.JSONField(default=dict, db_default={})
    opening = models.CharField(max_length=12, blank=True, db_default="")  # how a call begins, unless a step says so
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40, db_default="system")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["strategy", "number"], name="strategy_version_number")]


class Step(models.Model):
    """One contact of the plan. The wait is the delay before the next step, from hand-over: minutes, or business days.

    Without a template the wording is chosen by channel, bucket, language and the version's tone. Retries repeat a call
    or WhatsApp message that nobody took; `retry_delay_minutes` null: after the step's own wait.
    """

    version = models.ForeignKey(StrategyVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()  # from 0
    channel = models.CharField(max_length=12)
    action_type = models.CharField(max_length=20, choices=choices(ActionType), default=ActionType.REMINDER)
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    wait_minutes = models.PositiveIntegerField(default=0)
    wait_business_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    max_retries = models.PositiveSmallIntegerField(default=0, db_default=0)
    retry_delay_minutes = models.PositiveIntegerField(null=True)
    opening = models.CharField(max_length=12, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="step_position")]
        ordering = ["position"]
