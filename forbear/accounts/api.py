"""`/v1/accounts`, `/v1/consumers`, `/v1/contact-lists`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization
from forbear.web.exports import csv_response
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, MoneyShown, file_of, found, listed, numbered

from . import actions, editing, queries
from .models import Account, Consumer, ContactList, ContactPoint, local_day
from .schemas import (
    AccountChanges,
    AccountGiven,
    AccountShown,
    ConsumerChanges,
    ConsumerShown,
    ListChanges,
    ListGiven,
    ListShown,
    MembersGiven,
    MembersShown,
    PersonShown,
)
from .states import Bucket, PointKind, Status

router = Router("accounts")


@router.get("/accounts", response=Listed[AccountShown])
def list_accounts(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: Status | None = None,
    bucket: Bucket | None = None,
    list: str = "",
    campaign: str = "",
    q: str = "",
) -> Listed[AccountShown]:
    """Accounts, the newest first."""
    organization = request.auth.organization
    rows = queries.accounts(
        organization,
        on=_today(organization),
        status=status or "",
        bucket=bucket or "",
        contact_list=numbered(ContactList.prefix, list),
        campaign=numbered("cmp", campaign),
        words=q,
    )
    return _accounts(organization, rows, limit, cursor)


@router.post("/accounts", response={201: AccountShown})
def create_account(request: Asked, given: AccountGiven) -> AccountShown:
    """Open an account; the person is known by phone or e-mail and name."""
    holder = request.auth
    try:
        balance = given.balance(holder.organization.currency)
    except ValueError as wrong:
        raise Invalid(str(wrong), fields={"total_amount": str(wrong)}) from wrong
    account = editing.create_account(
        organization=holder.organization,
        person=given.contact.person(),
        balance=balance,
        actor=holder.actor,
        at=clock.now(),
        **given.model_dump(include={"external_id", "number", "creditor", "due_date", "score", "fields", "provenance"}),
    )
    return _account_shower(holder.organization, [account])(account)


@router.get("/accounts/{account_id}", response=AccountShown)
def read_account(request: Asked, account_id: str) -> AccountShown:
    """One account with its person and its custom fields."""
    account = _account(request, account_id)
    return _account_shower(request.auth.organization, [account])(account)


@router.patch("/accounts/{account_id}", response=AccountShown)
def change_account(request: Asked, account_id: str, given: AccountChanges) -> AccountShown:
    """Correct an account's own fields."""
    account = editing.change_account(
        account=_account(request, account_id), changes=given.changes(), actor=request.auth.actor, at=clock.now()
    )
    return _account_shower(request.auth.organization, [account])(account)


@router.get("/consumers", response=Listed[ConsumerShown])
def list_consumers(request: Asked, limit: Limit = 50, cursor: Cursor = "") -> Listed[ConsumerShown]:
    """People, the newest first."""
    rows = Consumer.objects.of(request.auth.organization).prefetch_related("points")
    return listed(rows, _consumer, limit=limit, cursor=cursor)


@router.get("/consumers/{consumer_id}", response=ConsumerShown)
def read_consumer(request: Asked, consumer_id: str) -> ConsumerShown:
    """One person."""
    return _consumer(found(Consumer.objects.of(request.auth.organization), consumer_id))


@router.patch("/consumers/{consumer_id}", response=ConsumerShown)
def change_consumer(request: Asked, consumer_id: str, given: ConsumerChanges) -> ConsumerShown:
    """Correct a person's own fields."""
    consumer = found(Consumer.objects.of(request.auth.organization), consumer_id)
    changed = editing.change_consumer(
        consumer=consumer, changes=given.changes(), actor=request.auth.actor, at=clock.now()
    )
    return _consumer(changed)


@router.get("/contact-lists", response=Listed[ListShown])
def list_contact_lists(request: Asked, limit: Limit = 50, cursor: Cursor = "", q: str = "") -> Listed[ListShown]:
    """Lists, the newest first; `q` is a part of the name."""
    rows = queries.contact_lists(request.auth.organization, words=q)
    page = listed(rows, lambda one: one, limit=limit, cursor=cursor)
    sizes = queries.sizes_of(page.items)
    return Listed(items=[_list(one, sizes.get(one.pk, 0)) for one in page.items], next_cursor=page.next_cursor)


@router.post("/contact-lists", response={201: ListShown})
def create_contact_list(request: Asked, given: ListGiven) -> ListShown:
    """A list, perhaps with accounts on it."""
    holder, at = request.auth, clock.now()
    accounts = _accounts_of(holder.organization, given.account_ids)
    made = actions.create_list(organization=holder.organization, name=given.name, actor=holder.actor, at=at)
    if given.account_ids:
        actions.add_members(contact_list=made, accounts=accounts, actor=holder.actor, at=at)
    return _sized(made)


@router.get("/contact-lists/{list_id}", response=ListShown)
def read_contact_list(request: Asked, list_id: str) -> ListShown:
    """One list."""
    return _sized(_one_list(request, list_id))


@router.patch("/contact-lists/{list_id}", response=ListShown)
def rename_contact_list(request: Asked, list_id: str, given: ListChanges) -> ListShown:
    """Give a list another name."""
    one = _one_list(request, list_id)
    return _sized(actions.rename_list(contact_list=one, name=given.name, actor=request.auth.actor, at=clock.now()))


@router.delete("/contact-lists/{list_id}", response={204: None})
def delete_contact_list(request: Asked, list_id: str) -> tuple[int, None]:
    """The list goes, its accounts stay."""
    actions.delete_list(contact_list=_one_list(request, list_id), actor=request.auth.actor, at=clock.now())
    return 204, None


@router.get("/contact-lists/{list_id}/accounts", response=Listed[AccountShown])
def list_members(request: Asked, list_id: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[AccountShown]:
    """Who is on the list, the newest first."""
    organization = request.auth.organization
    one = _one_list(request, list_id)
    rows = queries.accounts(organization, on=_today(organization), contact_list=one.pk)
    return _accounts(organization, rows, limit, cursor)


@router.post("/contact-lists/{list_id}/accounts", response=MembersShown)
def add_members(request: Asked, list_id: str, given: MembersGiven) -> MembersShown:
    """Put accounts on the list; those already there stay once."""
    accounts = _accounts_of(request.auth.organization, given.account_ids)
    one = _one_list(request, list_id)
    added = actions.add_members(contact_list=one, accounts=accounts, actor=request.auth.actor, at=clock.now())
    return MembersShown(changed=added)


@router.post("/contact-lists/{list_id}/accounts/remove", response=MembersShown)
def remove_members(request: Asked, list_id: str, given: MembersGiven) -> MembersShown:
    """Take accounts off the list; the accounts stay."""
    numbers = [number_of(Account.prefix, word) or 0 for word in given.account_ids]
    one = _one_list(request, list_id)
    removed = actions.remove_members(contact_list=one, accounts=numbers, actor=request.auth.actor, at=clock.now())
    return MembersShown(changed=removed)


@router.get("/contact-lists/{list_id}/export.csv", openapi_extra=file_of("text/csv"))
def export_contact_list(request: Asked, list_id: str) -> StreamingHttpResponse:
    """Everybody on the list, custom fields included."""
    organization = request.auth.organization
    one = _one_list(request, list_id)
    actions.note_export(contact_list=one, actor=request.auth.actor, at=clock.now())
    fields = queries.known_fields(organization)
    rows = queries.accounts(organization, on=_today(organization), contact_list=one.pk)
    name = one.name.removesuffix(".csv")
    return csv_response(f"{name}.csv", [*queries.EXPORTED, *fields], queries.export_rows(rows, fields))


def _today(organization: Organization) -> date:
    return local_day(clock.now(), organization.time_zone)


def _account(request: Asked, public: str) -> Account:
    return found(Account.objects.of(request.auth.organization).select_related("consumer", "creditor"), public)


def _one_list(request: Asked, public: str) -> ContactList:
    return found(ContactList.objects.of(request.auth.organization), public)


def _accounts_of(organization: Organization, public: Sequence[str]) -> Any:
    """Raises Invalid for an id that is none of this organization's."""
    numbers = {number_of(Account.prefix, word) or 0 for word in public}
    rows = Account.objects.of(organization).filter(pk__in=numbers)
    if rows.count() != len(numbers):
        say = "Some of these accounts do not exist."
        raise Invalid(say, fields={"account_ids": say})
    return rows


def _accounts(organization: Organization, rows: Any, limit: int, cursor: str) -> Listed[AccountShown]:
    page = listed(rows, lambda account: account, limit=limit, cursor=cursor)
    show = _account_shower(organization, page.items)
    return Listed(items=[show(account) for account in page.items], next_cursor=page.next_cursor)


def _account_shower(organization: Organization, accounts: Sequence[Account]) -> Callable[[Account], AccountShown]:
    """Makes the shape of each of these accounts, with one read for all addresses."""
    points, on = queries.addresses_of(accounts), _today(organization)

    def show(account: Account) -> AccountShown:
        return AccountShown(
            id=account.public_id,
            external_id=account.external_id,
            number=account.number,
            status=account.status,
            bucket=account.bucket(on),
            days_past_due=account.days_past_due(on),
            balance=MoneyShown.of(account.balance),
            creditor=account.creditor.name if account.creditor else None,
            consumer=_person(account.consumer, points.get(account.consumer_id, [])),
            fields=account.fields,
            score=account.score,
            due_date=account.due_date,
            created_at=account.created_at,
        )

    return show


def _person(consumer: Consumer, points: Sequence[ContactPoint]) -> PersonShown:
    return PersonShown(
        id=consumer.public_id,
        first_name=consumer.first_name,
        last_name=consumer.last_name,
        phones=[point.address for point in points if point.kind == PointKind.PHONE],
        emails=[point.address for point in points if point.kind == PointKind.EMAIL],
    )


def _consumer(consumer: Consumer) -> ConsumerShown:
    points = sorted(consumer.points.all(), key=lambda point: (point.position, point.pk))
    return ConsumerShown(
        **_person(consumer, points).model_dump(),
        language=consumer.language,
        time_zone=consumer.time_zone,
        postal_code=consumer.postal_code,
        state=consumer.state,
        created_at=consumer.created_at,
    )


def _sized(one: ContactList) -> ListShown:
    return _list(one, queries.sizes_of([one]).get(one.pk, 0))


def _list(one: ContactList, size: int) -> ListShown:
    return ListShown(id=one.public_id, name=one.name, accounts=size, created_at=one.created_at)
