"""Queue items, messages, and what gateways told us. Ids of rooms above are plain numbers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from forbear.accounts.models import Account, Consumer
from forbear.agent.intents import Reading
from forbear.channels.models import ProviderAccount, Sender
from forbear.core.ids import public_id
from forbear.staff.models import Owned
from forbear.staff.states import choices
from forbear.wording.models import TemplateVersion

from .states import (
    CallResult,
    Direction,
    Disposition,
    ItemStatus,
    MessageStatus,
    Occasion,
    ReferralStatus,
    WebhookStatus,
)

_OPEN = Q(status__in=[ItemStatus.PENDING, ItemStatus.PROCESSING])


class QueueItem(Owned):
    """One planned contact. (enrollment, step, attempt) is its one key; `verdict` is the last judgement."""

    prefix = "qit"
    occasion = models.CharField(max_length=12, choices=choices(Occasion), default=Occasion.CAMPAIGN)
    campaign_id = models.BigIntegerField(null=True)
    enrollment_id = models.BigIntegerField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    consumer = models.ForeignKey(
        Consumer, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=12)
    address = models.CharField(max_length=254, blank=True)  # set for answers; otherwise the consumer's best point
    template_version = models.ForeignKey(
        TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    subject = models.CharField(max_length=200, blank=True, db_default="")  # of a letter without a template
    body = models.TextField(blank=True)  # the text of a contact without a template
    tone = models.CharField(max_length=80, blank=True, db_default="")  # chooses the wording where neither is set
    sender = models.ForeignKey(
        Sender, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    answers_message_id = models.BigIntegerField(null=True)
    not_after = models.DateTimeField(null=True)  # campaign end; a confirmation's five minutes
    status = models.CharField(max_length=10, choices=choices(ItemStatus), default=ItemStatus.PENDING)
    scheduled_for = models.DateTimeField()
    deferrals = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    verdict = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40, default="system")
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment_id", "step", "attempt"],
                name="item_one_key",
                condition=Q(enrollment_id__isnull=False) & ~Q(status=ItemStatus.CANCELLED),
            ),
            # One open item per enrollment. An enrollment is one consumer's, by whom open items are looked for.
            models.UniqueConstraint(fields=["consumer", "enrollment_id"], name="item_one_open", condition=_OPEN),
            models.CheckConstraint(name="item_status", condition=Q(status__in=list(ItemStatus))),
        ]
        indexes = [
            models.Index(fields=["scheduled_for", "id"], name="item_due", condition=Q(status=ItemStatus.PENDING)),
            models.Index(fields=["claimed_at"], name="item_claimed", condition=Q(status=ItemStatus.PROCESSING)),
            models.Index(fields=["campaign_id", "status"], name="item_campaign"),
            models.Index(fields=["organization", "id"], name="item_newest"),
            # The few that ended otherwise are asked for among the many that were completed.
            models.Index(
                fields=["organization", "status", "id"],
                name="item_ended_otherwise",
                condition=Q(status__in=[ItemStatus.FAILED, ItemStatus.SKIPPED]),
            ),
        ]


class Message(Owned):
    """One thing sent or received on a channel. `address` is always the consumer's side."""

    prefix = "msg"
    direction = models.CharField(max_length=3, choices=choices(Direction))
    channel = models.CharField(max_length=12)
    occasion = models.CharField(max_length=12, choices=choices(Occasion), default=Occasion.CAMPAIGN)
    address = models.CharField(max_length=254)
    consumer_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    item = models.OneToOneField(
        QueueItem, null=True, on_delete=models.SET_NULL, related_name="message", db_constraint=False
    )
    sender = models.ForeignKey(
        Sender, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    provider = models.ForeignKey(
        ProviderAccount, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    gateway_id = models.CharField(max_length=80, null=True)  # the gateway's own id, unique where known
    subject = models.CharField(max_length=200, blank=True, db_default="")  # of an e-mail
    body = models.TextField()
    segments = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=choices(MessageStatus))
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    intent = models.CharField(max_length=20, blank=True)  # of a received one
    created_by = models.CharField(max_length=40, default="system")
    at = models.DateTimeField()  # cleared for hand-over; for a received one, when it came
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when the gateway was asked last what became of an uncertain one

    # What a just received message is read as; in memory only, for the reactions.
    reading: Reading
    answered: bool
    language: str

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "gateway_id"],
                name="message_gateway_id",
                condition=Q(gateway_id__isnull=False),
            ),
            models.CheckConstraint(name="message_status", condition=Q(status__in=list(MessageStatus))),
        ]
        indexes = [
            models.Index(fields=["consumer_id", "at"], name="message_consumer"),
            models.Index(fields=["campaign_id", "status"], name="message_campaign"),
            models.Index(fields=["organization", "address", "at"], name="message_address"),
            models.Index(fields=["at"], name="message_sending", condition=Q(status=MessageStatus.SENDING)),
            models.Index(
                fields=["sent_at"], name="message_calling", condition=Q(channel="voice", status=MessageStatus.SENT)
            ),
            models.Index(fields=["at"], name="message_uncertain", condition=Q(status=MessageStatus.UNCERTAIN)),
            models.Index(fields=["organization", "id"], name="message_newest"),
        ]


class Call(models.Model):
    """What became of a call: one row beside its message, once it has ended.

    `keys`: what the consumer pressed, in order. `transcript`: what was said, as far as the gateway tells.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="call")
    organization = models.ForeignKey(
        "staff.Organization", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    result = models.CharField(max_length=16, choices=choices(CallResult))
    disposition = models.CharField(max_length=20, choices=choices(Disposition), default=Disposition.NONE)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    duration_seconds = models.PositiveIntegerField(default=0)
    keys = models.CharField(max_length=40, blank=True)
    transcript = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="call_result", condition=Q(result__in=list(CallResult))),
            models.CheckConstraint(name="call_disposition", condition=Q(disposition__in=list(Disposition))),
        ]


class Referral(Owned):
    """A contact that the rules leave to a person: what they ask (`verdict`, `rules`), and the answer.

    Without an item it is about one account, channel and occasion: contacts by hand. Approved, it answers `rules` for
    that contact `until` an instant.
    """

    prefix = "rfl"
    item = models.ForeignKey(
        QueueItem, null=True, on_delete=models.CASCADE, related_name="referrals", db_index=False, db_constraint=False
    )
    occasion = models.CharField(max_length=12, choices=choices(Occasion))
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    consumer = models.ForeignKey(
        Consumer, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    campaign_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12)
    reason = models.CharField(max_length=60)
    verdict = models.TextField()
    rules = ArrayField(models.CharField(max_length=80))  # what may be approved
    note = models.TextField(blank=True)  # of whoever asked by hand
    status = models.CharField(max_length=10, choices=choices(ReferralStatus), default=ReferralStatus.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40, default="system")
    looked_at = models.DateTimeField()  # when the engine judged last, and asked again
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_name = models.CharField(max_length=120, blank=True)
    decision = models.TextField(blank=True)  # the reason given
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                name="referral_open_item",
                condition=Q(status=ReferralStatus.OPEN, item__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["account", "channel", "occasion"],
                name="referral_open_by_hand",
                condition=Q(status=ReferralStatus.OPEN, item__isnull=True),
            ),
            models.CheckConstraint(name="referral_status", condition=Q(status__in=list(ReferralStatus))),
            models.CheckConstraint(
                name="referral_approved_until",
                condition=~Q(status=ReferralStatus.APPROVED) | Q(until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="referral_newest"),
            models.Index(
                fields=["item", "account"], name="referral_approved", condition=Q(status=ReferralStatus.APPROVED)
            ),
        ]


class Webhook(models.Model):
    """What a gateway posted, as it came, under the gateway's own unique id: a repeat is harmless."""

    prefix = "whk"
    provider = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    unique_id = models.CharField(max_length=120)
    body = models.TextField()
    status = models.CharField(max_length=6, choices=choices(WebhookStatus), default=WebhookStatus.NEW)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "unique_id"], name="webhook_once")]
        indexes = [
            models.Index(fields=["id"], name="webhook_new", condition=Q(status=WebhookStatus.NEW)),
            models.Index(fields=["provider", "-id"], name="webhook_failed", condition=Q(status=WebhookStatus.FAILED)),
        ]

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.pk)
