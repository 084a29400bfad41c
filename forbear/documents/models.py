"""Documents with their loans, the people on them, their files, and the outreach about them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from forbear.accounts.models import Account, Consumer
from forbear.campaigns.models import Campaign
from forbear.campaigns.states import Status as CampaignStatus
from forbear.core.money import Money
from forbear.staff.models import Organization, Owned
from forbear.staff.states import choices

from .chattels import words_of
from .states import Channel, LoanStatus, PartyRole, Stopped


class Document(Owned):
    """An agreement. It is archived, never removed. `updated_at` moves with every change of it or of its loan."""

    prefix = "doc"
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)  # empty: none
    chattel_type = models.CharField(max_length=40)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "-updated_at", "-id"], name="document_newest", condition=Q(archived_at=None)
            ),
            models.Index(fields=["organization", "title", "id"], name="document_title", condition=Q(archived_at=None)),
            GinIndex(SearchVector("title", config="simple"), name="document_words"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chattel(self) -> str:
        """What it is about, in words."""
        return words_of(self.chattel_type)


class Loan(Owned):
    """The one loan on a document. It is worked as an account, and what the account knows is not kept twice: what
    remains, the currency, the due date and the provider (its creditor) are the account's.

    `derive_status`: where the organization derives statuses, this one follows the due date; one that somebody has set
    by hand does not.
    """

    prefix = "loan"
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="loan", db_constraint=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="loan", db_constraint=False)
    original_minor = models.BigIntegerField()
    maturity_date = models.DateField(null=True)
    status = models.CharField(max_length=7, choices=choices(LoanStatus), default=LoanStatus.CURRENT)
    status_changed_at = models.DateTimeField()
    derive_status = models.BooleanField(default=True)
    resumes_as = models.CharField(max_length=7, default="", db_default="")
    """BEHIND where it was so until it was paid in full: what it is again if that payment is reversed."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="loan_status", condition=Q(status__in=list(LoanStatus))),
            models.CheckConstraint(name="loan_original", condition=Q(original_minor__gte=0)),
        ]
        indexes = [
            models.Index(fields=["organization"], name="loan_behind", condition=Q(status=LoanStatus.BEHIND)),
            models.Index(fields=["organization", "document"], name="loan_document"),
        ]

    @property
    def original(self) -> Money:
        return Money(self.original_minor, self.account.currency)

    @property
    def remaining(self) -> Money:
        return self.account.balance

    @property
    def provider_name(self) -> str:
        return self.account.creditor.name if self.account.creditor else ""

    @property
    def is_behind(self) -> bool:
        return self.status == LoanStatus.BEHIND


class Party(Owned):
    """Somebody on a document. The borrower is who owes: the consumer of the loan's account, who is reached out to."""

    prefix = "prt"
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="parties", db_index=False, db_constraint=False
    )
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    role = models.CharField(max_length=12, choices=choices(PartyRole))
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "consumer", "role"], name="party_once"),
            models.UniqueConstraint(fields=["document"], name="party_borrower", condition=Q(role=PartyRole.BORROWER)),
        ]


class Attachment(Owned):
    """A file on a document; `path` is its place in the storage of documents. Removed ones keep their row."""

    prefix = "att"
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="attachments", db_constraint=False)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=40)
    removed_at = models.DateTimeField(null=True)


class Outreach(Owned):
    """The campaign of a document: what was chosen, and the engine's campaign that carries it out.

    `sms`, `email` and `call` say what is still open of what was chosen; the versions keep what was chosen when.
    """

    prefix = "rcm"
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="outreaches", db_constraint=False)
    campaign = models.OneToOneField(Campaign, null=True, on_delete=models.SET_NULL, related_name="outreach")
    sms = models.BooleanField()
    email = models.BooleanField()
    call = models.BooleanField()
    tone = models.CharField(max_length=80)
    cadence = models.CharField(max_length=80)
    notes = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    stopped_because = models.CharField(max_length=12, choices=choices(Stopped), blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)  # in words, where a person stopped it
    stopped_at = models.DateTimeField(null=True)
    started_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document"], name="outreach_active_once", condition=Q(active=True)),
            models.CheckConstraint(
                name="outreach_stopped",
                condition=Q(active=True, stopped_because="") | Q(active=False, stopped_because__in=list(Stopped)),
            ),
        ]

    @property
    def channels(self) -> list[Channel]:
        """Chosen and still open."""
        return [channel for channel in Channel if getattr(self, channel)]

    @property
    def is_paused(self) -> bool:
        return bool(self.active and self.campaign and self.campaign.status == CampaignStatus.PAUSED)


class OutreachVersion(models.Model):
    """What an outreach was to be from one moment on; `slots` are its contacts: [[day, channel], …]."""

    outreach = models.ForeignKey(Outreach, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sms = models.BooleanField()
    email = models.BooleanField()
    call = models.BooleanField()
    tone = models.CharField(max_length=80)
    cadence = models.CharField(max_length=80)
    slots = models.JSONField()
    strategy_version_id = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outreach", "number"], name="outreach_version_number")]


class BulkStart(Owned):
    """One confirmation that starts the outreach of many documents, and how far that is."""

    prefix = "blk"
    wanted = models.JSONField()  # documents, by number
    chosen = models.JSONField()  # channels, tone, cadence, notes
    done = models.PositiveIntegerField(default=0)
    started = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)  # sentence -> how many
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="bulk_start_newest")]

    @property
    def total(self) -> int:
        return len(self.wanted)


class Habit(models.Model):
    """How an organization keeps its documents. None: it sets the status of loans by hand."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="+")
    derive_status = models.BooleanField(default=False)
