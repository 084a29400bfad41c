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
    """The steps as they stood from one moment on."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["strategy", "number"], name="strategy_version_number")]


class Step(models.Model):
    """One contact of the plan. `wait_minutes` is the delay before the next step, from hand-over."""

    version = models.ForeignKey(StrategyVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()  # from 0
    channel = models.CharField(max_length=12)
    action_type = models.CharField(max_length=20, choices=choices(ActionType), default=ActionType.REMINDER)
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    wait_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="step_position")]
        ordering = ["position"]
