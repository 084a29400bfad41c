"""Organizations, the people who log in, their invitations and keys."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from forbear.core.ids import public_id

from .states import Actor, Provenance, Role, choices


class OwnedQuerySet(models.QuerySet[Any]):
    """Every query about an organization's rows begins with `.of(organization)`."""

    def of(self, organization: Organization) -> OwnedQuerySet:
        return self.filter(organization=organization)


class Owned(models.Model):
    """A row that belongs to an organization. `prefix` begins its public id."""

    prefix = ""
    # No constraint in the database: checking it costs a batch of rows more than writing them (docs/decisions).
    organization = models.ForeignKey(
        "staff.Organization", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)


def every_weekday() -> list[int]:
    return list(range(7))


def usual_ages() -> list[int]:
    """Current, 1-30, 31-60, 61-90, 91-180, 181 and more."""
    return [0, 30, 60, 90, 180]


class Organization(models.Model):
    """The tenant, with its own limits (domain decision 28) and the engine's switches."""

    name = models.CharField(max_length=120)
    actor = models.CharField(max_length=30, choices=choices(Actor), default=Actor.THIRD_PARTY_COLLECTOR)
    country = models.CharField(max_length=2, default="US")
    time_zone = models.CharField(max_length=60, default="America/Chicago")
    currency = models.CharField(max_length=3, default="USD")
    locale = models.CharField(max_length=10, default="en-US")
    phone = models.CharField(max_length=20, blank=True)
    postal_address = models.CharField(max_length=200, blank=True)  # one line; stands at the foot of every letter
    created_at = models.DateTimeField()

    per_day = models.PositiveSmallIntegerField(default=1)
    per_week = models.PositiveSmallIntegerField(default=3)
    min_interval_hours = models.PositiveSmallIntegerField(default=0)
    window_from = models.TimeField(default=time(8))
    window_to = models.TimeField(default=time(21))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_weekday)
    holidays_closed = models.BooleanField(default=True)

    # Where numbers come from when nobody says so with them; the organization declares it.
    numbers_from = models.CharField(max_length=20, choices=choices(Provenance), default=Provenance.GIVEN_BY_CONSUMER)
    elective_packs = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # procedures it has chosen
    local_holidays = ArrayField(models.DateField(), null=True, blank=True)  # null: nobody has told them

    engine_paused = models.BooleanField(default=False)
    auto_enqueue = models.BooleanField(default=True)
    scores_nightly = models.BooleanField(default=False)  # else accounts keep the score that files and people gave
    queue_by_score = models.BooleanField(default=False)  # the highest score first; else in the order of enrollment
    aging_ends = ArrayField(models.PositiveSmallIntegerField(), default=usual_ages)  # last day of each bucket but one

    prefix = "org"

    class Meta:
        constraints = [
            models.CheckConstraint(name="organization_window", condition=Q(window_from__lt=F("window_to"))),
            models.CheckConstraint(name="organization_caps", condition=Q(per_day__lte=F("per_week"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)


class Person(AbstractBaseUser):
    """Somebody who logs in, with one role in one organization."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="people")
    email = models.EmailField(unique=True)  # case-folded
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=choices(Role))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    totp_secret = models.TextField(blank=True)  # sealed
    totp_last_step = models.BigIntegerField(default=0)  # a code is good once
    recovery_codes = ArrayField(models.CharField(max_length=64), default=list, blank=True)  # hashed

    REQUIRED_FIELDS: list[str] = []
    USERNAME_FIELD = "email"
    objects = BaseUserManager["Person"]()
    prefix = "usr"

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)

    @property
    def actor(self) -> str:
        """How the log names this person."""
        return f"person:{self.pk}"


class Invitation(Owned):
    """A colleague-to-be; the link carries a token of which only the hash is kept."""

    prefix = "inv"
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=choices(Role))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-invited_at"])]


class ApiKey(Owned):
    """A scoped key of a program. Shown once; only the SHA-256 of it is kept."""

    prefix = "key"
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=16)  # the first characters, to tell keys apart
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"])]

    @property
    def actor(self) -> str:
        """How the log names this program."""
        return f"key:{self.pk}"


class SignInFailure(models.Model):
    """One failed attempt to log in, kept for the throttle. `who` is a keyed hash of an address or a network."""

    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["who", "at"])]


class KeptAnswer(models.Model):
    """The first answer to an Idempotency-Key, kept for a day."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0 while the first request is still running
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["at"])]
