"""What is told of documents, loans and outreach: names in camelCase, amounts as JSON numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from forbear.accounts.models import Consumer
from forbear.accounts.schemas import person_shown
from forbear.core.money import Money, exponent
from forbear.web import wire

from .models import Attachment, Document, Loan, Outreach, Party
from .planning import slots_in
from .queries import borrower_of
from .states import LoanStatus, PartyRole


class Shown(wire.Shown):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


def number_of(amount: Money) -> float | int:
    """120.5, or 42000 where nothing stands behind the point."""
    return int(amount.amount) if amount.minor % 10 ** exponent(amount.currency) == 0 else float(amount.amount)


class LoanShown(Shown):
    """Amounts are JSON numbers. `accountId`: the account as which the loan is worked; what remains is its balance."""

    provider_name: str
    original_amount: int | float
    remaining_amount: int | float
    currency: str
    maturity_date: date | None
    due_date: date | None
    status: LoanStatus
    derive_status: bool
    account_id: str

    @classmethod
    def of(cls, loan: Loan) -> Self:
        return cls(
            provider_name=loan.provider_name,
            original_amount=number_of(loan.original),
            remaining_amount=number_of(loan.remaining),
            currency=loan.account.currency,
            maturity_date=loan.maturity_date,
            due_date=loan.account.due_date,
            status=LoanStatus(loan.status),
            derive_status=loan.derive_status,
            account_id=loan.account.public_id,
        )


class PersonShown(Shown):
    """Somebody on a document; `phone` and `email` are the first ones that are open."""

    consumer_id: str
    first_name: str
    last_name: str
    phone: str | None
    email: str | None
    time_zone: str
    postal_code: str
    state: str
    language: str

    @classmethod
    def of(cls, consumer: Consumer, **also: Any) -> Self:
        reach = person_shown(consumer)
        return cls(
            consumer_id=consumer.public_id,
            first_name=consumer.first_name,
            last_name=consumer.last_name,
            phone=next(iter(reach.phones), None),
            email=next(iter(reach.emails), None),
            time_zone=consumer.time_zone,
            postal_code=consumer.postal_code,
            state=consumer.state,
            language=consumer.language,
            **also,
        )


class PartyShown(PersonShown):
    """With the role."""

    id: str
    role: PartyRole

    @classmethod
    def of_party(cls, party: Party) -> Self:
        return cls.of(party.consumer, id=party.public_id, role=PartyRole(party.role))


class SlotShown(Shown):
    """One contact of the plan. `on` is its day by the cadence; it leaves on the first lawful occasion from then on."""

    on: date
    channel: str


class CampaignShown(Shown):
    """An outreach. `sms`, `email`, `call`: chosen, and not opted out since."""

    id: str
    document_id: str
    sms: bool
    email: bool
    call: bool
    tone: str
    cadence: str
    notes: str | None
    active: bool
    paused: bool
    version: int
    plan: list[SlotShown]
    stopped_because: str | None
    stop_reason: str | None
    stopped_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, outreach: Outreach) -> Self:
        """Of one that came from `queries.outreaches`."""
        newest = outreach.newest_first[0]  # type: ignore[attr-defined]  # prefetched under this name
        return cls(
            id=outreach.public_id,
            document_id=outreach.document.public_id,
            sms=outreach.sms,
            email=outreach.email,
            call=outreach.call,
            tone=outreach.tone,
            cadence=outreach.cadence,
            notes=outreach.notes or None,
            active=outreach.active,
            paused=outreach.is_paused,
            version=newest.number,
            plan=[SlotShown(on=slot.on, channel=str(slot.channel)) for slot in slots_in(newest)],
            stopped_because=outreach.stopped_because or None,
            stop_reason=outreach.stop_reason or None,
            stopped_at=outreach.stopped_at,
            created_at=outreach.created_at,
            updated_at=outreach.updated_at,
        )


class FileShown(Shown):
    """A file on a document; its type is what was found in it."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: datetime

    @classmethod
    def of(cls, row: Attachment) -> Self:
        return cls(
            id=row.public_id,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            added_at=row.added_at,
        )


class DocumentShown(Shown):
    """A document in a list."""

    id: str
    title: str
    description: str | None
    chattel_type: str
    loan: LoanShown | None
    borrower: PersonShown | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """Of one that came from `queries.in_list`, or `in_full` for DocumentInFull."""
        return cls(**cls.values(document))

    @classmethod
    def values(cls, document: Document) -> dict[str, Any]:
        loan, borrower = getattr(document, "loan", None), borrower_of(document)
        return {
            "id": document.public_id,
            "title": document.title,
            "description": document.description or None,
            "chattel_type": document.chattel_type,
            "loan": LoanShown.of(loan) if loan else None,
            "borrower": PersonShown.of(borrower.consumer) if borrower else None,
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "archived_at": document.archived_at,
        }


class DocumentInFull(DocumentShown):
    """A document with its people, its files and its campaigns, the newest first."""

    parties: list[PartyShown]
    attachments: list[FileShown]
    campaigns: list[CampaignShown]

    @classmethod
    def values(cls, document: Document) -> dict[str, Any]:
        everybody: Sequence[Party] = document.everybody  # type: ignore[attr-defined]
        return super().values(document) | {
            "parties": [PartyShown.of_party(party) for party in everybody],
            "attachments": [FileShown.of(row) for row in document.files],  # type: ignore[attr-defined]
            "campaigns": [CampaignShown.of(row) for row in document.campaigns],  # type: ignore[attr-defined]
        }


class DocumentAnswer(Shown):
    document: DocumentInFull


class DocumentList(Shown):
    documents: list[DocumentShown]
    next_cursor: str | None = Field(default=None, alias="next_cursor")


class StatsShown(Shown):
    """`total` >= `withLoan` >= `behind`."""

    total: int
    with_loan: int
    behind: int


class CampaignAnswer(Shown):
    campaign: CampaignShown


class CampaignList(Shown):
    campaigns: list[CampaignShown]


class PartyAnswer(Shown):
    party: PartyShown


class PartyList(Shown):
    parties: list[PartyShown]


class FileAnswer(Shown):
    attachment: FileShown


class FileList(Shown):
    attachments: list[FileShown]


class HandedOverShown(Shown):
    """What had left before the opt-out was recorded."""

    id: str
    channel: str
    address: str
    status: str
    at: datetime


class OptOutShown(Shown):
    id: str
    channel: str
    at: datetime
    already_handed_over: list[HandedOverShown]


class OptOutAnswer(Shown):
    campaign: CampaignShown
    opt_out: OptOutShown


class EntryShown(Shown):
    """One line of the compliance log about this document."""

    id: str
    event: str
    user: str
    document_id: str
    campaign_id: str | None
    channels: list[str]
    notes: str | None
    at: datetime


class EntryList(Shown):
    entries: list[EntryShown]
    next_cursor: str | None = Field(default=None, alias="next_cursor")


class BulkShown(Shown):
    """How many outreaches would start, or have; and of the others how many for which reason."""

    id: str | None
    total: int
    started: int
    refused: dict[str, int]
    finished: bool


class RowErrorShown(Shown):
    """`row` is the line in the file, the header being 1."""

    row: int
    column: str
    value: str
    reason: str


class ImportShown(Shown):
    """What became of a file: rows that are wrong are left out, the others become documents."""

    total: int
    created: int
    rejected: int
    errors: list[RowErrorShown]
