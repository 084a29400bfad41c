"""`/v1/documents`: documents, loans, people. Outreach is in api_outreach.py, files are in api_files.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from forbear.accounts.models import Consumer, local_day
from forbear.core import clock
from forbear.web.pagination import paginate
from forbear.web.routes import Asked
from forbear.web.wire import Cursor, Limit, found

from . import actions, lending, logbook, people, queries
from .api_outreach import router
from .api_reading import document_of, in_camel, told
from .models import Loan, Party
from .queries import Wanted
from .refusals import NoLoan
from .schemas import DocumentChanges, DocumentGiven, LoanChanges, LoanGiven, PartyGiven
from .schemas_shown import (
    DocumentAnswer,
    DocumentList,
    DocumentShown,
    EntryList,
    EntryShown,
    PartyAnswer,
    PartyList,
    StatsShown,
)

__all__ = ["router"]

Words = Annotated[str, Field(max_length=120, description="Beginnings of words of the title, a name or a number.")]
SORTS = {"updated": ["updated_at"]}


@router.get("/documents", response=DocumentList)
def list_documents(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    behind: bool | None = None,
    archived: bool = False,
    q: Words = "",
) -> DocumentList:
    """The last changed first. `behind=true`: only those whose loan is BEHIND."""
    organization = request.auth.organization
    wanted = Wanted(q=q, loan="behind" if behind else "", archived=archived)
    rows = queries.documents(organization, wanted, today=local_day(clock.now(), organization.time_zone))
    if behind is False:
        rows = rows.exclude(loan__status="BEHIND")
    page = paginate(queries.in_list(rows), sorts=SORTS, sort="-updated", limit=limit, cursor=cursor or None)
    return DocumentList(documents=[DocumentShown.of(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/documents/stats", response=StatsShown)
def read_stats(request: Asked) -> StatsShown:
    """How many documents, how many with a loan, how many with one that is BEHIND. Archived ones are not counted."""
    figures = queries.stats(request.auth.organization)
    return StatsShown(total=figures.total, with_loan=figures.with_loan, behind=figures.behind)


@router.post("/documents", response={201: DocumentAnswer})
def create_document(request: Asked, given: DocumentGiven) -> DocumentAnswer:
    """A document, perhaps with its loan and its borrower."""
    with in_camel(person="borrower."):
        document = actions.create_document(
            organization=request.auth.organization,
            title=given.title,
            description=given.description,
            chattel_type=given.chattel_type,
            loan=given.loan.loan("loan.") if given.loan else None,
            borrower=given.borrower.person() if given.borrower else None,
            actor=request.auth.actor,
            at=clock.now(),
        )
    return told(request, document.public_id)


@router.get("/documents/{document_id}", response=DocumentAnswer)
def read_document(request: Asked, document_id: str) -> DocumentAnswer:
    """With loan, borrower, people, files and campaigns."""
    return told(request, document_id)


@router.patch("/documents/{document_id}", response=DocumentAnswer)
def change_document(request: Asked, document_id: str, given: DocumentChanges) -> DocumentAnswer:
    """Only what is given. The loan has an address of its own."""
    document = document_of(request, document_id)
    with in_camel():
        actions.edit_document(document=document, changes=given.changes(), actor=request.auth.actor, at=clock.now())
    return told(request, document_id)


@router.post("/documents/{document_id}/archive", response=DocumentAnswer)
def archive_document(request: Asked, document_id: str) -> DocumentAnswer:
    """Put it away; nothing of it is removed."""
    document = document_of(request, document_id)
    actions.archive_document(document=document, actor=request.auth.actor, at=clock.now())
    return told(request, document_id)


@router.post("/documents/{document_id}/restore", response=DocumentAnswer)
def restore_document(request: Asked, document_id: str) -> DocumentAnswer:
    document = document_of(request, document_id)
    actions.restore_document(document=document, actor=request.auth.actor, at=clock.now())
    return told(request, document_id)


@router.post("/documents/{document_id}/loan", response={201: DocumentAnswer})
def add_loan(request: Asked, document_id: str, given: LoanGiven) -> DocumentAnswer:
    """The document's one loan."""
    document = document_of(request, document_id)
    with in_camel():
        lending.add_loan(document=document, loan=given.loan(), actor=request.auth.actor, at=clock.now())
    return told(request, document_id)


@router.patch("/documents/{document_id}/loan", response=DocumentAnswer)
def change_loan(request: Asked, document_id: str, given: LoanChanges) -> DocumentAnswer:
    """Only what is given. Back to CURRENT ends the campaign that runs."""
    document = document_of(request, document_id)
    loan = Loan.objects.filter(document=document).select_related("account").first()
    if loan is None:
        raise NoLoan("This document has no loan yet; add one first.")
    with in_camel():
        lending.change_loan(
            loan=loan, changes=given.loan(loan), reason=given.reason, actor=request.auth.actor, at=clock.now()
        )
    return told(request, document_id)


@router.get("/documents/{document_id}/parties", response=PartyList)
def list_parties(request: Asked, document_id: str) -> PartyList:
    """Borrower, co-borrowers, guarantors."""
    return PartyList(parties=told(request, document_id).document.parties)


@router.post("/documents/{document_id}/parties", response={201: PartyAnswer})
def add_party(request: Asked, document_id: str, given: PartyGiven) -> PartyAnswer:
    """Somebody new, or somebody known. A second borrower answers 409."""
    document = document_of(request, document_id)
    person: people.NewPerson | Consumer = given.person()
    if given.consumer_id is not None:
        person = found(Consumer.objects.of(request.auth.organization), given.consumer_id)
    with in_camel():
        party = people.add_party(
            document=document, role=given.role, person=person, actor=request.auth.actor, at=clock.now()
        )
    shown = told(request, document_id).document.parties
    return PartyAnswer(party=next(one for one in shown if one.id == party.public_id))


@router.delete("/documents/{document_id}/parties/{party_id}", response={204: None})
def remove_party(request: Asked, document_id: str, party_id: str) -> None:
    """The person stays known. The borrower of a loan stays, too."""
    document = document_of(request, document_id)
    rows = Party.objects.of(request.auth.organization).filter(document=document).select_related("consumer")
    people.remove_party(party=found(rows, party_id), actor=request.auth.actor, at=clock.now())


@router.get("/documents/{document_id}/compliance", response=EntryList)
def list_entries(request: Asked, document_id: str, limit: Limit = 100, cursor: Cursor = "") -> EntryList:
    """The compliance log of this document, the newest entry first."""
    document = document_of(request, document_id)
    page = paginate(logbook.entries(document), sorts={"id": []}, sort="-id", limit=limit, cursor=cursor or None)
    campaigns = logbook.outreach_ids(document)
    shown = [
        EntryShown(
            id=line.id,
            event=line.event,
            user=line.user,
            document_id=document_id,
            campaign_id=campaigns.get(line.campaign or 0),
            channels=line.channels,
            notes=line.notes,
            at=line.at,
        )
        for line in logbook.lines(page.items)
    ]
    return EntryList(entries=shown, next_cursor=page.next_cursor)
