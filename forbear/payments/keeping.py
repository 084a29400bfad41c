"""Which promises payments keep: linked money that came by the promised day and its days of grace.

A payment that names no promise is linked when it is recorded, to the open one that is due first; so what counts for
what stands in a row, and a reversal finds it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Sum

from forbear.accounts.models import Account, local_day
from forbear.compliance.actions import Draft, record
from forbear.staff.models import Organization

from . import events
from .ledger import Standing
from .models import Payment, Promise, PromiseTerms
from .standing import follow_promises
from .states import OPEN, PROMISE, WAITING, KeptBy, PromiseStatus


def terms_of(organization: Organization) -> PromiseTerms:
    """What this organization lets be promised."""
    return PromiseTerms.objects.of(organization).first() or PromiseTerms(organization=organization)


def next_open(account: Account) -> Promise | None:
    """The open promise that is due first."""
    return Promise.objects.filter(account=account, status__in=OPEN).order_by("due_on", "pk").first()


def kept_minor(promise: Promise, *, grace: int) -> int:
    """How much of it has come in time."""
    last = promise.due_on + timedelta(days=grace)
    rows = Payment.objects.filter(promise=promise, reversed_at=None, paid_on__lte=last)
    return int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)


def fulfill_reached(account: Account, *, actor: str, at: datetime) -> None:
    """Open promises of a locked account whose amount has come in time."""
    grace = terms_of(account.organization).grace_days
    rows = Promise.objects.filter(account=account, status__in=OPEN)
    _fulfill([row for row in rows if kept_minor(row, grace=grace) >= row.amount_minor], KeptBy.PAYMENTS, actor, at)


def fulfill_paid(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to accounts that are paid: nothing is owed any more, so whatever was promised is kept."""
    accounts = {draft.account_id: draft.actor for draft in drafts if draft.account_id is not None}
    rows = list(Promise.objects.filter(account__in=list(accounts), status__in=OPEN))
    for actor in sorted(set(accounts.values())):
        _fulfill([row for row in rows if accounts[row.account_id] == actor], KeptBy.PAID_IN_FULL, actor, at)


def heed_promises(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to accounts that somebody gives back to the engine: it waits for what they have promised."""
    accounts = [draft.account_id for draft in drafts if draft.account_id is not None]
    waiting = Promise.objects.filter(account__in=accounts, status__in=WAITING)
    follow_promises(set(waiting.values_list("account_id", flat=True)), made=True, at=at)


def _fulfill(promises: Sequence[Promise], kept_by: KeptBy, actor: str, at: datetime) -> None:
    moved = [one for one in promises if PROMISE.move(one, "fulfill", kept_by=kept_by, moved_at=at)]
    tell(moved, events.PROMISE_FULFILLED, actor, at, kept_by=str(kept_by))


def reopen_unkept(account: Account, standing: Standing, *, actor: str, at: datetime) -> None:
    """Promises that money had fulfilled, and that it does not fulfil any more."""
    terms, today = terms_of(account.organization), local_day(at, account.organization.time_zone)
    kept = Promise.objects.filter(account=account, status=PromiseStatus.FULFILLED).exclude(kept_by=KeptBy.HAND)
    if standing.true.minor <= 0:
        return
    for promise in kept:
        if kept_minor(promise, grace=terms.grace_days) < promise.amount_minor:
            _reopen(promise, today > promise.due_on + timedelta(days=terms.grace_days), actor, at)


def _reopen(promise: Promise, late: bool, actor: str, at: datetime) -> None:
    if PROMISE.move(promise, "reopen", kept_by="", moved_at=at):
        follow_promises([promise.account_id], made=not late, at=at)
        tell([promise], events.PROMISE_MOVED, actor, at, **{"from": "fulfilled", "to": promise.status})
    if late and PROMISE.move(promise, "lapse", moved_at=at):
        tell([promise], events.PROMISE_OVERDUE, actor, at)


def tell(promises: Iterable[Promise], event: str, actor: str, at: datetime, **facts: object) -> None:
    """One entry for each of them."""
    record([_entry(one, event, actor, facts) for one in promises], at=at)


def _entry(promise: Promise, event: str, actor: str, facts: dict[str, object]) -> Draft:
    known = {"promise": promise.pk, "amount": promise.amount_minor, "currency": promise.currency}
    known |= {"due_on": day_of(promise.due_on), "status": str(promise.status)}
    owner, account = promise.organization_id, promise.account_id
    return Draft(owner, event, actor, account_id=account, facts=known | facts, carry=promise)


def day_of(day: date) -> str:
    return day.isoformat()
