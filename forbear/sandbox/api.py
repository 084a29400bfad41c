"""The sandbox's door for programs: 404 for all of it once a real gateway is in use."""

from __future__ import annotations

from forbear.core import clock
from forbear.core.phone import normalize
from forbear.core.refusal import NotFound
from forbear.staff.models import Organization
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, listed

from . import actions, queries
from .phones import write_from_phone
from .schemas import (
    AnswersGiven,
    ClockGiven,
    ClockShown,
    PaperCall,
    PaperLetter,
    PaperMessage,
    ReplyGiven,
    TakesGiven,
)
from .spans import read_span

router = Router("sandbox", reads="sandbox:write", writes="sandbox:write")


@router.get("/sandbox/phones/{e164}/messages", response=Listed[PaperMessage], by_alias=True)
def list_texts(request: Asked, e164: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[PaperMessage]:
    """What the phone received from this organization, oldest first."""
    phone = _known_phone(request.auth.organization, e164)
    received = queries.texts_of_phone(request.auth.organization, phone).filter(direction="out")
    return listed(received, PaperMessage.of, limit=limit, cursor=cursor, sorts={"id": []})


@router.post("/sandbox/phones/{e164}/reply", response={201: PaperMessage}, by_alias=True)
def reply(request: Asked, e164: str, given: ReplyGiven) -> PaperMessage:
    """The consumer writes to whoever wrote to this phone last."""
    organization = request.auth.organization
    phone = _known_phone(organization, e164)
    written = write_from_phone(phone=phone, body=given.body, at=clock.now(), organization=organization)
    return PaperMessage.of(written)


@router.get("/sandbox/phones/{e164}/calls", response=Listed[PaperCall], by_alias=True)
def list_calls(request: Asked, e164: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[PaperCall]:
    """The calls that this organization placed to the phone, oldest first."""
    phone = _known_phone(request.auth.organization, e164)
    rows = queries.calls_of_phone(request.auth.organization, phone)
    return listed(rows, PaperCall.of, limit=limit, cursor=cursor, sorts={"id": []})


@router.post("/sandbox/phones/{e164}/answer-calls", response=AnswersGiven)
def answer_calls(request: Asked, e164: str, given: AnswersGiven) -> AnswersGiven:
    """From now on calls to this phone are answered like this; `unknown`: the gateway never tells."""
    phone = _known_phone(request.auth.organization, e164)
    actions.answer_calls(phone=phone, result=given.result, keys=given.keys)
    return given


@router.get("/sandbox/mailboxes/{address}/messages", response=Listed[PaperLetter], by_alias=True)
def list_mails(request: Asked, address: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[PaperLetter]:
    """What the mailbox received from this organization, oldest first."""
    mailbox = _known_mailbox(request.auth.organization, address)
    received = queries.texts_of_phone(request.auth.organization, mailbox).filter(direction="out")
    return listed(received, PaperLetter.of, limit=limit, cursor=cursor, sorts={"id": []})


@router.post("/sandbox/mailboxes/{address}/reply", response={201: PaperLetter}, by_alias=True)
def reply_by_mail(request: Asked, address: str, given: ReplyGiven) -> PaperLetter:
    """Only what has been received can be answered."""
    organization = request.auth.organization
    mailbox = _known_mailbox(organization, address)
    if not queries.texts_of_phone(organization, mailbox).exists():
        raise actions.NothingToAnswer
    written = write_from_phone(phone=mailbox, body=given.body, at=clock.now(), organization=organization)
    return PaperLetter.of(written)


@router.post("/sandbox/mailboxes/{address}/take-letters", response=TakesGiven, by_alias=True)
def take_letters(request: Asked, address: str, given: TakesGiven) -> TakesGiven:
    """From now on letters to this mailbox are delivered, bounce, are reported as unwanted, or ended by their link."""
    mailbox = _known_mailbox(request.auth.organization, address)
    actions.take_letters(mailbox=mailbox, word=given.as_)
    return given


@router.get("/sandbox/clock", response=ClockShown)
def read_clock(request: Asked) -> ClockShown:
    """What time it is for everybody in this sandbox."""
    actions.require_sandbox()
    return _clock()


@router.post("/sandbox/clock", response=ClockShown)
def move_clock(request: Asked, given: ClockGiven) -> ClockShown:
    """Set the clock, or move it on; time runs on from there."""
    actions.require_sandbox()
    if given.at is not None:
        actions.set_clock(to=given.at, actor=request.auth.actor, at=clock.now())
    else:
        by = read_span(given.advance or "")
        actions.advance_clock(by=by, actor=request.auth.actor, at=clock.now())
    return _clock()


@router.post("/sandbox/run", response=dict[str, int])
def run(request: Asked) -> dict[str, int]:
    """Let planner, carrier, gateway and consumers work until nothing is due; answers the counts."""
    actions.require_sandbox()
    return actions.run(at=clock.now())


def _clock() -> ClockShown:
    offset = queries.clock_offset()
    return ClockShown(at=clock.now(), moved=bool(offset), offset_seconds=round(offset.total_seconds()))


def _known_phone(organization: Organization, written: str) -> str:
    """E.164; NotFound, with the same words, for what is no number, unknown, or another organization's."""
    actions.require_sandbox()
    phone = normalize(written, organization.country)
    if phone is None or not queries.is_known_address(organization, phone):
        raise NotFound
    return phone


def _known_mailbox(organization: Organization, address: str) -> str:
    actions.require_sandbox()
    mailbox = address.strip().casefold()
    if "@" not in mailbox or not queries.is_known_address(organization, mailbox):
        raise NotFound
    return mailbox
