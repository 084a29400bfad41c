"""Conversations, one per consumer address and channel, and automatic replies per sender."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from forbear.channels.models import Sender
from forbear.core.ids import public_id
from forbear.staff.models import Owned, Person
from forbear.staff.states import choices

from .states import Status


class Conversation(Owned):
    """What was said with one address on one channel; the texts themselves are dispatch's messages."""

    prefix = "cnv"
    channel = models.CharField(max_length=12)
    address = models.CharField(max_length=254)
    consumer_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    sender = models.ForeignKey(Sender, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=choices(Status), default=Status.OPEN)
    unread = models.PositiveIntegerField(default=0)
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    last_message_id = models.BigIntegerField(null=True)
    last_text = models.CharField(max_length=160, blank=True)
    last_intent = models.CharField(max_length=20, blank=True)
    last_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)  # the first unanswered message of the consumer's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "channel", "address"], name="conversation_once")]
        indexes = [models.Index(fields=["organization", "status", "-last_at", "-id"], name="conversation_newest")]

    @property
    def last_message_public_id(self) -> str:
        return public_id("msg", self.last_message_id) if self.last_message_id else ""


class AutoReply(Owned):
    """An automatic reply of one sender: to everything (no keywords) or to whole words of the consumer's text."""

    prefix = "aur"
    sender = models.ForeignKey(Sender, on_delete=models.CASCADE, related_name="auto_replies")
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    body = models.TextField()
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
