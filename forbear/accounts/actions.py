"""Verbs of the accounts room: contact lists, and a person's and an account's own fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid, Refusal, WrongState
from forbear.staff.models import Organization

from . import events
from .models import Account, ContactList, ListMember


class ListNameTaken(Refusal):
    """There is a contact list of this name already."""


class ListInUse(WrongState):
    """A campaign that is not over uses this list."""


def create_list(*, organization: Organization, name: str, actor: str, at: datetime) -> ContactList:
    """An empty list. Raises ListNameTaken and Invalid."""
    name = _list_name(name)
    try:
        with transaction.atomic():
            made = ContactList.objects.create(
                organization=organization, name=name, created_at=at, created_by_id=_person(actor)
            )
            _tell(made, events.LIST_CREATED, actor, at)
    except IntegrityError as taken:
        raise ListNameTaken(fields={"name": "Choose another name."}) from taken
    return made


def ensure_list(*, organization: Organization, name: str, actor: str, at: datetime) -> ContactList:
    """The list of that name, made if there is none; capitals do not tell two names apart."""
    found = ContactList.objects.of(organization).filter(name__iexact=name.strip()).first()
    if found is not None:
        return found
    try:
        return create_list(organization=organization, name=name, actor=actor, at=at)
    except ListNameTaken:
        return ContactList.objects.of(organization).get(name__iexact=name.strip())


def rename_list(*, contact_list: ContactList, name: str, actor: str, at: datetime) -> ContactList:
    """Raises ListNameTaken and Invalid."""
    name = _list_name(name)
    try:
        with transaction.atomic():
            ContactList.objects.filter(pk=contact_list.pk).update(name=name)
            _tell(contact_list, events.LIST_RENAMED, actor, at)
    except IntegrityError as taken:
        raise ListNameTaken(fields={"name": "Choose another name."}) from taken
    contact_list.name = name
    return contact_list


def delete_list(*, contact_list: ContactList, actor: str, at: datetime) -> None:
    """The list goes, its accounts stay. Raises ListInUse."""
    with transaction.atomic():
        if contact_list.campaigns.exclude(status="completed").exists():
            raise ListInUse(f"A campaign that is not over uses “{contact_list.name}”; complete or change it first.")
        _tell(contact_list, events.LIST_DELETED, actor, at)
        ListMember.objects.filter(contact_list=contact_list)._raw_delete(using=connection.alias)
        ContactList.objects.filter(pk=contact_list.pk).delete()


def add_members(*, contact_list: ContactList, accounts: QuerySet[Account], actor: str, at: datetime) -> int:
    """Put accounts of the same organization on a list; those already there stay once. Answers how many are new."""
    rows = accounts.filter(organization_id=contact_list.organization_id).order_by()
    members = [ListMember(contact_list=contact_list, account_id=pk) for pk in rows.values_list("pk", flat=True)]
    with transaction.atomic():
        before = contact_list.members.count()
        ListMember.objects.bulk_create(members, ignore_conflicts=True, batch_size=5_000)
        added = contact_list.members.count() - before
        _tell(contact_list, events.LIST_CHANGED, actor, at, added=added)
    return added


def remove_members(*, contact_list: ContactList, accounts: Iterable[int], actor: str, at: datetime) -> int:
    """Take accounts off a list; the accounts stay. Answers how many were on it."""
    with transaction.atomic():
        removed, _ = contact_list.members.filter(account_id__in=list(accounts)).delete()
        _tell(contact_list, events.LIST_CHANGED, actor, at, removed=removed)
    return removed


def note_export(*, contact_list: ContactList, actor: str, at: datetime) -> None:
    """That somebody took a list out of the house is kept on record."""
    with transaction.atomic():
        _tell(contact_list, events.LIST_EXPORTED, actor, at, accounts=contact_list.members.count())


def _list_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120 or not name.isprintable():
        say = "Give the list a name of at most 120 characters."
        raise Invalid(say, fields={"name": say})
    return name


def _person(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "person" else None


def _tell(contact_list: ContactList, event: str, actor: str, at: datetime, **facts: Any) -> None:
    told: Mapping[str, Any] = {"list": contact_list.pk, **facts}
    record([Draft(contact_list.organization_id, event, actor, facts=told)], at=at)
