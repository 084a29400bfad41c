"""`/v1/accounts`, `/v1/consumers`; contact lists are in api_lists.py, segments and scores in api_segments.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from forbear.core import clock
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.web.routes import Asked
from forbear.web.wire import Cursor, Limit, Listed, found, listed, numbered

from . import editing, queries, reaching, standing
from .api_segments import router
from .models import Account, Consumer, ContactList, ContactPoint, Segment, StatusChange, local_day
from .queries import Wanted
from .reaching import Reach
from .schemas import (
    AccountChanges,
    AccountGiven,
    AccountShown,
    ClosingGiven,
    ConsumerChanges,
    ConsumerShown,
    PointGiven,
    PointShown,
    StatusChangeShown,
    StatusGiven,
)
from .segments import accounts_in
from .states import Bucket, PointKind, Provenance, Status

__all__ = ["router"]

Words = Annotated[str, Field(max_length=120, description="A name, a number or an address.")]


def today_of(request: Asked) -> date:
    return local_day(clock.now(), request.auth.organization.time_zone)


def account_of(request: Asked, account_id: str) -> Account:
    """The organization's account. Raises NotFound."""
    return found(queries.with_people(Account.objects.of(request.auth.organization)), account_id)


@router.get("/accounts", response=Listed[AccountShown])
def list_accounts(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: Status | None = None,
    bucket: Bucket | None = None,
    list: str = "",
    campaign: str = "",
    q: Words = "",
    segment: str = "",
) -> Listed[AccountShown]:
    """Newest first. `q` finds beginnings of names and account numbers, telephone numbers and e-mail addresses;
    `segment` answers with those of a kept filter, whatever else is asked.
    """
    wanted = Wanted(
        status=status or "",
        bucket=bucket or "",
        contact_list=numbered(ContactList.prefix, list),
        campaign=numbered("cmp", campaign),
        q=q,
    )
    organization, today = request.auth.organization, today_of(request)
    if segment:
        rows = accounts_in(found(Segment.objects.of(organization), segment), organization, today=today)
    else:
        rows = queries.accounts(organization, wanted, today=today, whole=True)
    return listed(queries.with_people(rows), lambda row: AccountShown.of(row, today), limit=limit, cursor=cursor)


@router.post("/accounts", response={201: AccountShown})
def open_account(request: Asked, given: AccountGiven) -> AccountShown:
    """One account; an external id that its creditor has used already answers 409."""
    organization = request.auth.organization
    known = found(Consumer.objects.of(organization), given.consumer_id) if given.consumer_id else None
    account = editing.open_account(
        organization=organization,
        consumer=known or (given.contact.person() if given.contact else {}),
        points=_reaches(given, Provenance(given.provenance or organization.numbers_from)),
        balance=_balance(given, organization.currency),
        values=given.values(),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return read_account(request, account.public_id)


def _reaches(given: AccountGiven, provenance: Provenance) -> list[Reach]:
    if given.contact is None:
        return []
    both = ((PointKind.PHONE, given.contact.phone), (PointKind.EMAIL, given.contact.email))
    return [Reach(kind, text, provenance=provenance) for kind, text in both if text]


def _balance(given: AccountGiven, currency: str) -> Money:
    try:
        return given.balance(currency)
    except ValueError as wrong:
        raise Invalid(str(wrong), fields={"total_amount": str(wrong)}) from wrong


@router.get("/accounts/{account_id}", response=AccountShown)
def read_account(request: Asked, account_id: str) -> AccountShown:
    """One account with its person and its custom fields."""
    return AccountShown.of(account_of(request, account_id), today_of(request))


@router.patch("/accounts/{account_id}", response=AccountShown)
def change_account(request: Asked, account_id: str, given: AccountChanges) -> AccountShown:
    """Only what is given. The balance is changed by payments alone."""
    account = account_of(request, account_id)
    editing.update_account(account=account, changes=given.changes(), actor=request.auth.actor, at=clock.now())
    return read_account(request, account_id)


@router.post("/accounts/{account_id}/status", response=AccountShown)
def move_account(request: Asked, account_id: str, given: StatusGiven) -> AccountShown:
    """To another status, with the reason; a move that the present status does not allow answers 409."""
    actor, account = request.auth.actor, account_of(request, account_id)
    standing.change(account=account, to=given.status, reason=given.reason, actor=actor, at=clock.now())
    return read_account(request, account_id)


@router.get("/accounts/{account_id}/status", response=Listed[StatusChangeShown])
def list_status_changes(
    request: Asked, account_id: str, limit: Limit = 50, cursor: Cursor = ""
) -> Listed[StatusChangeShown]:
    """Every change of status, the newest first."""
    account = found(Account.objects.of(request.auth.organization), account_id)
    rows = StatusChange.objects.filter(account=account)
    return listed(rows, StatusChangeShown.of, limit=limit, cursor=cursor)


@router.get("/consumers", response=Listed[ConsumerShown])
def list_consumers(request: Asked, limit: Limit = 50, cursor: Cursor = "", q: Words = "") -> Listed[ConsumerShown]:
    """People, the newest first."""
    return listed(queries.people(request.auth.organization, q=q), ConsumerShown.of, limit=limit, cursor=cursor)


@router.get("/consumers/{consumer_id}", response=ConsumerShown)
def read_consumer(request: Asked, consumer_id: str) -> ConsumerShown:
    """One person with all contact points."""
    return ConsumerShown.of(found(queries.people(request.auth.organization), consumer_id))


@router.patch("/consumers/{consumer_id}", response=ConsumerShown)
def change_consumer(request: Asked, consumer_id: str, given: ConsumerChanges) -> ConsumerShown:
    """Only what is given."""
    consumer = found(Consumer.objects.of(request.auth.organization), consumer_id)
    editing.update_consumer(consumer=consumer, changes=given.changes(), actor=request.auth.actor, at=clock.now())
    return read_consumer(request, consumer_id)


@router.post("/consumers/{consumer_id}/points", response={201: PointShown})
def add_point(request: Asked, consumer_id: str, given: PointGiven) -> PointShown:
    """A number or an e-mail address, behind those that are known; one that is there already answers 409."""
    consumer = found(Consumer.objects.of(request.auth.organization).select_related("organization"), consumer_id)
    provenance = Provenance(given.provenance or consumer.organization.numbers_from)
    reach = Reach(given.kind, given.address, given.place, provenance)
    point = reaching.add_point(consumer=consumer, reach=reach, actor=request.auth.actor, at=clock.now())
    return PointShown.of(point)


@router.post("/consumers/{consumer_id}/points/{point_id}/close", response=PointShown)
def close_point(request: Asked, consumer_id: str, point_id: str, given: ClosingGiven) -> PointShown:
    """Nobody is written to there any more."""
    point = _point(request, consumer_id, point_id)
    reaching.close_point(point=point, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return PointShown.of(_point(request, consumer_id, point_id))


@router.post("/consumers/{consumer_id}/points/{point_id}/reopen", response=PointShown)
def reopen_point(request: Asked, consumer_id: str, point_id: str) -> PointShown:
    """It may be used again; opt-outs stay as they are."""
    point = _point(request, consumer_id, point_id)
    reaching.reopen_point(point=point, actor=request.auth.actor, at=clock.now())
    return PointShown.of(_point(request, consumer_id, point_id))


def _point(request: Asked, consumer_id: str, point_id: str) -> ContactPoint:
    consumer = found(Consumer.objects.of(request.auth.organization), consumer_id)
    points = ContactPoint.objects.of(request.auth.organization).filter(consumer=consumer)
    return found(points.select_related("consumer"), point_id)
