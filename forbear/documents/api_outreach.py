"""`/v1/documents/{id}/rcm`: the outreach of a document; two of these requests are other programs' own."""

from __future__ import annotations

from ninja import Body

from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.routes import Asked, needs

from . import bulk, opting_out, outreach, queries
from .api_files import router
from .api_reading import document_of, in_camel, outreach_of, told_campaign
from .models import BulkStart, Document
from .schemas import BulkGiven, OptOutGiven, OutreachChanges, OutreachGiven, ReasonGiven
from .schemas_shown import (
    BulkShown,
    CampaignAnswer,
    CampaignList,
    CampaignShown,
    HandedOverShown,
    OptOutAnswer,
    OptOutShown,
)

__all__ = ["router"]

RUN = "campaigns:run"
NO_REASON = Body(ReasonGiven())


@router.post("/documents/bulk-start", response=BulkShown)
@needs(RUN)
def start_many(request: Asked, given: BulkGiven) -> BulkShown:
    """The same outreach for every document whose loan is BEHIND, or for these of them."""
    organization, at = request.auth.organization, clock.now()
    wanted = bulk.candidates(
        organization,
        at=at,
        q=given.q,
        chattel=given.chattel_type,
        documents=None if given.document_ids is None else [_number(one) for one in given.document_ids],
    )
    with in_camel():
        if given.dry_run:
            foreseen = bulk.foresee(organization, wanted, given.chosen(), at=at)
            return BulkShown(
                id=None, total=foreseen.total, started=foreseen.ready, refused=dict(foreseen.refused), finished=False
            )
        asked = bulk.ask(
            organization=organization, documents=wanted, chosen=given.chosen(), actor=request.auth.actor, at=at
        )
    return _bulk_shown(asked)


def _number(document_id: str) -> int:
    number = number_of(Document.prefix, document_id)
    if number is None:
        raise NotFound
    return number


def _bulk_shown(row: BulkStart) -> BulkShown:
    return BulkShown(
        id=row.public_id,
        total=row.total,
        started=row.started,
        refused=row.refused,
        finished=row.finished_at is not None,
    )


@router.get("/documents/bulk-start/{bulk_id}", response=BulkShown)
def read_bulk_start(request: Asked, bulk_id: str) -> BulkShown:
    """How far it is."""
    return _bulk_shown(bulk.asked_before(request.auth.organization, bulk_id))


@router.get("/documents/{document_id}/rcm", response=CampaignList)
def list_outreach(request: Asked, document_id: str) -> CampaignList:
    """The newest first."""
    rows = queries.outreaches().filter(document=document_of(request, document_id))
    return CampaignList(campaigns=[CampaignShown.of(row) for row in rows])


@router.post("/documents/{document_id}/rcm", response={201: CampaignAnswer})
@needs(RUN)
def start_outreach(request: Asked, document_id: str, given: OutreachGiven) -> CampaignAnswer:
    """Only while the loan is BEHIND (else 400), and one at a time (else 409). `plan`: what its cadence compiles to."""
    document = document_of(request, document_id)
    made = outreach.start_outreach(document=document, chosen=given.chosen(), actor=request.auth.actor, at=clock.now())
    return told_campaign(made)


@router.post("/documents/{document_id}/rcm/opt-out", response=OptOutAnswer)
@needs("consent:write")
def record_opt_out(request: Asked, document_id: str, given: OptOutGiven) -> OptOutAnswer:
    """Closes the channel for the borrower, whatever campaign it came from; `all` makes the campaign inactive."""
    one = outreach_of(document_of(request, document_id), given.campaign_id)
    done = opting_out.record_opt_out(
        outreach=one,
        channel=OptOutChannel(given.channel),
        notes=given.notes or "",
        source=OptOutSource.API,
        actor=request.auth.actor,
        at=clock.now(),
    )
    left = [
        HandedOverShown(id=row.public_id, channel=row.channel, address=row.address, status=row.status, at=row.at)
        for row in done.handed_over
    ]
    shown = OptOutShown(id=done.opt_out.public_id, channel=given.channel, at=done.opt_out.at, already_handed_over=left)
    return OptOutAnswer(campaign=told_campaign(one).campaign, opt_out=shown)


@router.get("/documents/{document_id}/rcm/{outreach_id}", response=CampaignAnswer)
def read_outreach(request: Asked, document_id: str, outreach_id: str) -> CampaignAnswer:
    return told_campaign(outreach_of(document_of(request, document_id), outreach_id))


@router.patch("/documents/{document_id}/rcm/{outreach_id}", response=CampaignAnswer)
@needs(RUN)
def change_outreach(request: Asked, document_id: str, outreach_id: str, given: OutreachChanges) -> CampaignAnswer:
    """Another tone or cadence, as a new version; what has left stays as it was."""
    one = outreach_of(document_of(request, document_id), outreach_id)
    outreach.change_outreach(outreach=one, **given.changes(), actor=request.auth.actor, at=clock.now())
    return told_campaign(one)


@router.post("/documents/{document_id}/rcm/{outreach_id}/pause", response=CampaignAnswer)
@needs(RUN)
def pause_outreach(
    request: Asked, document_id: str, outreach_id: str, given: ReasonGiven = NO_REASON
) -> CampaignAnswer:
    """Nothing leaves until it is resumed."""
    one = outreach_of(document_of(request, document_id), outreach_id)
    outreach.pause_outreach(outreach=one, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return told_campaign(one)


@router.post("/documents/{document_id}/rcm/{outreach_id}/resume", response=CampaignAnswer)
@needs(RUN)
def resume_outreach(request: Asked, document_id: str, outreach_id: str) -> CampaignAnswer:
    """It goes on at the contact where it was."""
    one = outreach_of(document_of(request, document_id), outreach_id)
    outreach.resume_outreach(outreach=one, actor=request.auth.actor, at=clock.now())
    return told_campaign(one)


@router.post("/documents/{document_id}/rcm/{outreach_id}/stop", response=CampaignAnswer)
@needs(RUN)
def stop_outreach(request: Asked, document_id: str, outreach_id: str, given: ReasonGiven = NO_REASON) -> CampaignAnswer:
    """For good, with a reason."""
    one = outreach_of(document_of(request, document_id), outreach_id)
    outreach.stop_outreach(outreach=one, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return told_campaign(one)
