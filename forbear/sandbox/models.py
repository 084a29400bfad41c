"""The movable clock, and the paper gateway's own memory: an independent witness of what left the house."""

from __future__ import annotations

from django.db import models

from forbear.staff.states import choices

from .states import Answers, Fate, Persona, Takes


class Clock(models.Model):
    """One row that every process obeys: how far the clock is ahead of the real one."""

    offset = models.DurationField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="clock_one_row", condition=models.Q(pk=1))]


class PaperText(models.Model):
    """A text, letter or call at the paper gateway: handed to it by us (`out`), or written on paper (`in`)."""

    gateway_id = models.CharField(max_length=40, unique=True)
    provider_id = models.BigIntegerField()  # the provider account that handed it over
    direction = models.CharField(max_length=3)
    phone = models.CharField(max_length=254)  # the consumer's side: a number, or the address of a mailbox
    sender = models.CharField(max_length=254)
    channel = models.CharField(max_length=10, default="sms", db_default="sms")
    subject = models.CharField(max_length=200, blank=True, default="", db_default="")  # of a letter
    unsubscribe_url = models.TextField(blank=True, default="", db_default="")  # from a letter's headers
    body = models.TextField()
    result = models.CharField(
        max_length=16, choices=choices(Answers), blank=True, default="", db_default=""
    )  # a call's
    keys = models.CharField(max_length=40, blank=True, default="", db_default="")  # pressed in a call
    seconds = models.PositiveSmallIntegerField(default=0, db_default=0)  # that a call lasted
    reference = models.CharField(max_length=80, blank=True)  # the client's own key: a repeat is no second text
    at = models.DateTimeField()
    fate = models.CharField(max_length=12, choices=choices(Fate), blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)  # how often the same reference came again
    report_due_at = models.DateTimeField(null=True)  # null: no receipt will ever come
    reported_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)  # when its reader answers; null: they never do
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "reference"],
                name="paper_text_reference",
                condition=models.Q(direction="out") & ~models.Q(reference=""),
            )
        ]
        indexes = [
            models.Index(fields=["phone", "id"], name="paper_text_phone"),
            models.Index(
                fields=["report_due_at", "id"],
                name="paper_text_unreported",
                condition=models.Q(reported_at__isnull=True, report_due_at__isnull=False),
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                name="paper_text_unanswered",
                condition=models.Q(answered_at__isnull=True, answer_due_at__isnull=False),
            ),
        ]


class SimulatedConsumer(models.Model):
    """Who answers at a paper phone or mailbox, and how. What is noted of calls and letters goes before the persona."""

    phone = models.CharField(max_length=254, unique=True)
    persona = models.CharField(max_length=12, choices=choices(Persona), blank=True, default=Persona.SILENT)
    answers = models.CharField(max_length=16, choices=choices(Answers), blank=True, default="", db_default="")
    keys = models.CharField(max_length=40, blank=True, default="", db_default="")
    takes = models.CharField(max_length=12, choices=choices(Takes), blank=True, default="", db_default="")
