"""Verbs about one account and one person: opened, and changed by hand or by a program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from forbear.compliance.actions import Draft, record
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from . import events
from .kept import OF_ACCOUNT, OF_PERSON, Given, kept, require_name
from .models import Account, Consumer, Creditor, KnownField
from .reaching import Reach, reachable, tell_of_person, write_points
from .refusals import ExternalIdTaken
from .standing import change
from .states import Status, Why


def open_account(
    *,
    organization: Organization,
    consumer: Consumer | Given,
    balance: Money,
    points: Sequence[Reach] = (),
    values: Given,
    actor: str,
    at: datetime,
) -> Account:
    """One account of a person who is known, or of a new one with `points`. values: as in `update_account`.

    An account without a balance is paid. Raises Invalid, StatusNotByHand and ExternalIdTaken.
    """
    if balance.minor < 0:
        say = "A balance cannot be below zero; record a credit as a payment."
        raise Invalid(say, fields={"balance": say})
    checked = kept(values, OF_ACCOUNT)
    addresses = reachable(points, organization.country)
    with transaction.atomic():
        person = consumer if isinstance(consumer, Consumer) else _new_person(organization, consumer, at)
        write_points(person, addresses, at=at)
        account = Account(
            organization=organization,
            consumer=person,
            placed_minor=balance.minor,
            balance_minor=balance.minor,
            currency=balance.currency,
            status=Status.PENDING_CONTACT if balance.minor else Status.PAID,
            status_changed_at=at,
            created_at=at,
            updated_at=at,
        )
        _put(account, _with_creditor(organization, checked))
        _save(account)
        record([Draft(organization.pk, events.ACCOUNT_CREATED, actor, account_id=account.pk)], at=at)
    return account


def update_account(*, account: Account, changes: Given, actor: str, at: datetime) -> Account:
    """Change number, external_id, creditor (by name), due_date, score, status and fields ({name: value, None to drop}).

    The balance is not among them: payments change it. Raises Invalid, StatusNotByHand, MoveRefused and ExternalIdTaken.
    """
    checked = kept(changes, OF_ACCOUNT)
    status = checked.pop("status", None)
    with transaction.atomic():
        locked = Account.objects.select_for_update(of=("self",)).select_related("organization").get(pk=account.pk)
        changed = _put(locked, _with_creditor(locked.organization, checked))
        moves = status not in (None, locked.status)
        if changed or moves:
            locked.updated_at = at
            _save(locked)
        if changed:
            told = {"changed": changed}
            record(
                [Draft(locked.organization_id, events.ACCOUNT_CHANGED, actor, account_id=locked.pk, facts=told)], at=at
            )
        return change(account=locked, to=status, reason=Why.BY_HAND, actor=actor, at=at) if moves else locked


def update_consumer(*, consumer: Consumer, changes: Given, actor: str, at: datetime) -> Consumer:
    """Change first_name, last_name, language, time_zone (as the person stated it), postal_code, state and country.

    Raises Invalid.
    """
    checked = kept(changes, OF_PERSON)
    with transaction.atomic():
        locked = Consumer.objects.select_for_update().get(pk=consumer.pk)
        changed = [name for name, value in checked.items() if getattr(locked, name) != value]
        if changed:
            require_name(checked.get("first_name", locked.first_name), checked.get("last_name", locked.last_name))
            for name in changed:
                setattr(locked, name, checked[name])
            locked.save(update_fields=changed)
            tell_of_person(locked, {"changed": changed}, actor=actor, at=at)
    return locked


def note_export(*, organization: Organization, accounts: int | None, actor: str, at: datetime) -> None:
    """That somebody took accounts out of the house is kept on record; None: more than were counted."""
    with transaction.atomic():
        record([Draft(organization.pk, events.ACCOUNTS_EXPORTED, actor, facts={"accounts": accounts})], at=at)


def _put(account: Account, values: Given) -> list[str]:
    """Set what is different; answers the names of what was."""
    wanted = dict(values)
    if "fields" in wanted:
        merged = {**account.fields, **wanted["fields"]}
        wanted["fields"] = {name: value for name, value in merged.items() if value is not None}
    changed = [name for name, value in wanted.items() if getattr(account, name) != value]
    for name in changed:
        setattr(account, name, wanted[name])
    if "fields" in changed:
        known = [KnownField(organization_id=account.organization_id, name=name) for name in wanted["fields"]]
        KnownField.objects.bulk_create(known, ignore_conflicts=True)
    return changed


def _save(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as taken:
        if "account_external_id" not in str(taken):
            raise
        raise ExternalIdTaken(fields={"external_id": "Another account of this creditor has it."}) from taken


def _with_creditor(organization: Organization, values: Given) -> dict[str, Any]:
    """A creditor by its name, made if it is new."""
    found = dict(values)
    if "creditor" in found:
        name = found.pop("creditor")
        row = Creditor.objects.get_or_create(organization=organization, name=name)[0] if name else None
        found["creditor_id"] = row.pk if row else None
    return found


def _new_person(organization: Organization, given: Given, at: datetime) -> Consumer:
    checked = kept(given, OF_PERSON)
    require_name(checked.get("first_name", ""), checked.get("last_name", ""))
    return Consumer.objects.create(organization=organization, created_at=at, **checked)
