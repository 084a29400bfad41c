"""Campaigns and the walks of accounts through them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from forbear.accounts.models import ContactList, Segment
from forbear.channels.models import Sender
from forbear.staff.models import Owned
from forbear.staff.states import choices
from forbear.strategies.models import StrategyVersion
from forbear.wording.models import Template

from .states import Kind, RunStatus, Status, Walk


class Campaign(Owned):
    """Which accounts, which strategy, when. Dates are days in `time_zone`, the end inclusive.

    A draft with `launch_at` waits to be launched. `follow_list`: who is on the list at launch; otherwise the accounts
    are enrolled when the launch is scheduled. A portfolio's campaign that follows takes in newcomers each night, of its
    list or of its segment.
    """

    prefix = "cmp"
    name = models.CharField(max_length=120)
    objective = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=choices(Kind))
    status = models.CharField(max_length=10, choices=choices(Status), default=Status.DRAFT)
    strategy_version = models.ForeignKey(StrategyVersion, null=True, on_delete=models.PROTECT, related_name="campaigns")
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="campaigns")
    contact_list = models.ForeignKey(ContactList, null=True, on_delete=models.SET_NULL, related_name="campaigns")
    sender = models.ForeignKey(Sender, null=True, on_delete=models.SET_NULL, related_name="+")
    start_date = models.DateField()
    end_date = models.DateField()
    time_zone = models.CharField(max_length=60)
    launch_at = models.DateTimeField(null=True)
    follow_list = models.BooleanField(default=False)
    segment = models.ForeignKey(Segment, null=True, on_delete=models.SET_NULL, related_name="+")
    followed_on = models.DateField(null=True)  # the last of its days on which it took newcomers in by night
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.CharField(max_length=40, blank=True)
    completed_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)  # why a scheduled launch did not happen, one sentence

    class Meta:
        constraints = [
            models.CheckConstraint(name="campaign_dates", condition=Q(start_date__lte=F("end_date"))),
            models.CheckConstraint(name="campaign_status", condition=Q(status__in=list(Status))),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="campaign_newest"),
            models.Index(fields=["launch_at"], name="campaign_waiting", condition=Q(status=Status.DRAFT)),
            models.Index(fields=["status"], name="campaign_running", condition=Q(status=Status.ACTIVE)),
        ]

    def __str__(self) -> str:
        return self.name


class Enrollment(models.Model):
    """One account's walk through one campaign.

    `version_id`: the strategy's version that it walks; an account stays on the one it started with. `exclusive`: an
    account is in one such enrollment at most (portfolio and document campaigns; broadcasts may overlap). Whatever takes
    a walk out of `open` takes that away too, and its row of `Due`, in the same statement.
    `contacted_at` and `reached_at`: the first message that was sent, and the first that arrived or was answered.
    `escalates_at`: when the strategy hands it to a person, unless the consumer answers before.
    """

    organization = models.ForeignKey(
        "staff.Organization", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="enrollments", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, related_name="enrollments", db_constraint=False
    )
    consumer_id = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=choices(Walk), default=Walk.OPEN)
    reason = models.CharField(max_length=60, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    version_id = models.BigIntegerField(null=True)
    exclusive = models.BooleanField(default=False, db_default=False)
    contacts = models.PositiveSmallIntegerField(default=0, db_default=0)  # messages sent, calls placed
    contacted_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    escalates_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "account"], name="enrolled_once"),
            # The status is not in its condition: an update of a column that an index names writes all indexes anew.
            models.UniqueConstraint(fields=["account"], name="enrolled_exclusively", condition=Q(exclusive=True)),
            models.CheckConstraint(name="exclusive_while_open", condition=Q(exclusive=False) | Q(status=Walk.OPEN)),
        ]
        indexes = [
            models.Index(fields=["escalates_at"], name="enrollment_escalates", condition=Q(escalates_at__isnull=False)),
        ]

    @property
    def due_at(self) -> datetime | None:
        """When its step is to be planned; None where it is planned already, or nothing is left. One statement."""
        return Due.objects.filter(pk=self.pk).values_list("due_at", flat=True).first()


class Due(models.Model):
    """A walk whose step is to be planned, from an instant on; planning it takes the row away.

    A table of its own: a million walks are planned without one of their rows being written again.
    """

    enrollment = models.OneToOneField(
        Enrollment, primary_key=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="due", db_index=False, db_constraint=False
    )
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "due_at"], name="walk_due")]


class WalkedVersion(models.Model):
    """A version that some account of the campaign walks, or has walked: it is kept as long as the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="walked")
    version = models.ForeignKey(StrategyVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="walked_once")]


class CampaignFigures(models.Model):
    """What one batch added to a campaign's figures; their sum is what its page shows.

    Batches of several workers only ever add rows, so that none waits for another; the scheduler adds them up.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="figures", db_constraint=False)
    accounts = models.IntegerField(default=0, db_default=0)
    contacted = models.IntegerField(default=0, db_default=0)
    reached = models.IntegerField(default=0, db_default=0)
    answered = models.IntegerField(default=0, db_default=0)


class DryRun(Owned):
    """A dry run that takes longer than a request may: its progress, and for a day what it told."""

    prefix = "dry"
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="dry_runs", db_index=False)
    days = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=choices(RunStatus), default=RunStatus.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "days"],
                name="dry_run_under_way",
                condition=Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
            ),
            models.CheckConstraint(name="dry_run_status", condition=Q(status__in=list(RunStatus))),
        ]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="dry_run_newest"),
            models.Index(fields=["asked_at"], name="dry_run_age"),
        ]

    @property
    def is_under_way(self) -> bool:
        return self.status in (RunStatus.QUEUED, RunStatus.RUNNING)
