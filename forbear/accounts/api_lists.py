"""`/v1/contact-lists`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponseBase
from pydantic import Field

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, file_of, found, listed

from . import actions, queries
from .downloads import accounts_file
from .models import Account, ContactList, local_day
from .queries import Wanted
from .schemas import AccountShown, AddedShown, ListGiven, ListShown, MembersGiven, RemovedShown

router = Router("accounts")


def list_of(request: Asked, list_id: str) -> ContactList:
    """The organization's contact list. Raises NotFound."""
    return found(ContactList.objects.of(request.auth.organization), list_id)


def _shown(contact_list: ContactList) -> ListShown:
    return ListShown.of(contact_list, queries.members_on(contact_list))


@router.get("/contact-lists", response=Listed[ListShown])
def list_contact_lists(
    request: Asked, limit: Limit = 50, cursor: Cursor = "", q: Annotated[str, Field(max_length=120)] = ""
) -> Listed[ListShown]:
    """Newest first; `q` is a part of the name."""
    page = listed(queries.contact_lists(request.auth.organization, q=q), lambda row: row, limit=limit, cursor=cursor)
    sizes = queries.sizes_of([row.pk for row in page.items])
    items = [ListShown.of(row, sizes.get(row.pk, 0)) for row in page.items]
    return Listed(items=items, next_cursor=page.next_cursor)


@router.post("/contact-lists", response={201: ListShown})
def create_contact_list(request: Asked, given: ListGiven) -> ListShown:
    """An empty list."""
    made = actions.create_list(
        organization=request.auth.organization, name=given.name, actor=request.auth.actor, at=clock.now()
    )
    return _shown(made)


@router.get("/contact-lists/{list_id}", response=ListShown)
def read_contact_list(request: Asked, list_id: str) -> ListShown:
    return _shown(list_of(request, list_id))


@router.patch("/contact-lists/{list_id}", response=ListShown)
def rename_contact_list(request: Asked, list_id: str, given: ListGiven) -> ListShown:
    contact_list = list_of(request, list_id)
    actions.rename_list(contact_list=contact_list, name=given.name, actor=request.auth.actor, at=clock.now())
    return _shown(list_of(request, list_id))


@router.delete("/contact-lists/{list_id}", response={204: None})
def delete_contact_list(request: Asked, list_id: str) -> None:
    """The list goes, its accounts stay."""
    actions.delete_list(contact_list=list_of(request, list_id), actor=request.auth.actor, at=clock.now())


@router.get("/contact-lists/{list_id}/accounts", response=Listed[AccountShown])
def list_members(request: Asked, list_id: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[AccountShown]:
    """Newest first."""
    organization = request.auth.organization
    today = local_day(clock.now(), organization.time_zone)
    wanted = Wanted(contact_list=list_of(request, list_id).pk)
    rows = queries.with_people(queries.accounts(organization, wanted, today=today))
    return listed(rows, lambda row: AccountShown.of(row, today), limit=limit, cursor=cursor)


@router.post("/contact-lists/{list_id}/accounts", response=AddedShown)
def add_members(request: Asked, list_id: str, given: MembersGiven) -> AddedShown:
    """Those that are on the list already stay on it once; an unknown id answers 404 and adds nobody."""
    added = actions.add_members(
        contact_list=list_of(request, list_id),
        accounts=_named(request, given.account_ids),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return AddedShown(added=added)


@router.delete("/contact-lists/{list_id}/accounts", response=RemovedShown)
def remove_members(request: Asked, list_id: str, given: MembersGiven) -> RemovedShown:
    """They leave the list; the accounts stay."""
    removed = actions.remove_members(
        contact_list=list_of(request, list_id),
        accounts=_named(request, given.account_ids).values_list("pk", flat=True),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return RemovedShown(removed=removed)


def _named(request: Asked, public: Sequence[str]) -> QuerySet[Account]:
    numbers = {number_of(Account.prefix, one) for one in public}
    rows = Account.objects.of(request.auth.organization).filter(pk__in=numbers - {None})
    if rows.count() != len(numbers):
        raise NotFound
    return rows


@router.get("/contact-lists/{list_id}/export.csv", openapi_extra=file_of("text/csv"))
def export_contact_list(request: Asked, list_id: str) -> HttpResponseBase:
    """Everybody on the list with all standard and custom columns, as the importer reads them."""
    contact_list, organization, at = list_of(request, list_id), request.auth.organization, clock.now()
    actions.note_export(contact_list=contact_list, actor=request.auth.actor, at=at)
    wanted = Wanted(contact_list=contact_list.pk)
    rows = queries.accounts(organization, wanted, today=local_day(at, organization.time_zone))
    return accounts_file(rows, organization, contact_list.name, "csv")
