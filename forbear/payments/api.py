"""`/v1/payments`, `/v1/promises`, `/v1/accounts/{id}/ledger`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from forbear.accounts.models import Account, local_day
from forbear.core import clock
from forbear.core.money import Money
from forbear.web.routes import Asked, Router, needs
from forbear.web.wire import Cursor, Day, Limit, Listed, found, listed, numbered

from . import actions, keeping, promising, queries
from .models import Payment, Promise
from .schemas import (
    AdjustmentGiven,
    EntryShown,
    LedgerShown,
    PaymentGiven,
    PaymentShown,
    PromiseGiven,
    PromiseMove,
    PromiseShown,
    ReasonGiven,
    TermsGiven,
    TermsShown,
    money_of,
)
from .states import Method, PromiseStatus

router = Router("payments")
Words = Annotated[str, Field(max_length=120, description="A name, a number, an address or a reference.")]


def account_of(request: Asked, public: str) -> Account:
    """The organization's account. Raises NotFound."""
    return found(Account.objects.of(request.auth.organization).select_related("organization"), public)


@router.get("/payments", response=Listed[PaymentShown])
def list_payments(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    account: str = "",
    method: Method | None = None,
    since: Day | None = None,
    until: Day | None = None,
    reversed: bool | None = None,
    q: Words = "",
) -> Listed[PaymentShown]:
    """Payments, the newest first. `since` and `until` are days on which they were made, both inclusive."""
    rows = queries.payments(
        request.auth.organization,
        words=q,
        method=method or "",
        since=since,
        until=until,
        account_id=numbered(Account.prefix, account),
        reversed_ones=reversed,
    )
    return listed(rows, PaymentShown.of, limit=limit, cursor=cursor)


@router.post("/payments", response={201: PaymentShown})
def record_payment(request: Asked, given: PaymentGiven) -> PaymentShown:
    """Record money that came in. The same method and reference of an account once more answers with the payment that is
    there; another amount or day under them answers 409."""
    at, organization = clock.now(), request.auth.organization
    account = account_of(request, given.account_id)
    promise = found(Promise.objects.of(organization), given.promise_id) if given.promise_id else None
    payment = actions.record_payment(
        organization=organization,
        account=account,
        amount=money_of(given.amount, account.currency),
        method=given.method,
        paid_on=given.paid_on or local_day(at, organization.time_zone),
        reference=given.reference,
        promise=promise,
        actor=request.auth.actor,
        at=at,
    )
    return PaymentShown.of(payment)


@router.get("/payments/{payment_id}", response=PaymentShown)
def read_payment(request: Asked, payment_id: str) -> PaymentShown:
    """One payment."""
    return PaymentShown.of(found(Payment.objects.of(request.auth.organization), payment_id))


@router.post("/payments/{payment_id}/reverse", response=PaymentShown)
def reverse_payment(request: Asked, payment_id: str, given: ReasonGiven) -> PaymentShown:
    """A check that bounced, or a wrong entry: the ledger gets the opposite entry; a second reversal answers 409."""
    rows = Payment.objects.of(request.auth.organization).select_related("account")
    payment = found(rows, payment_id)
    done = actions.reverse_payment(payment=payment, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return PaymentShown.of(done)


@router.get("/promises", response=Listed[PromiseShown])
@needs("promises:read")
def list_promises(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    account: str = "",
    status: PromiseStatus | None = None,
    q: Words = "",
) -> Listed[PromiseShown]:
    """Promises, the newest first."""
    number = numbered(Account.prefix, account)
    rows = queries.promises(request.auth.organization, words=q, status=status or "", account_id=number)
    return listed(rows, _promise, limit=limit, cursor=cursor)


@router.post("/promises", response={201: PromiseShown})
@needs("promises:write")
def make_promise(request: Asked, given: PromiseGiven) -> PromiseShown:
    """Record a promise; the engine waits until its day and the days of grace have passed."""
    account = account_of(request, given.account_id)
    promise = promising.make_promise(
        account=account,
        amount=None if given.amount is None else money_of(given.amount, account.currency),
        due_on=given.due_on,
        modality=given.modality,
        source=given.source,
        notes=given.notes,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _promise(promise)


@router.get("/promise-terms", response=TermsShown)
@needs("promises:read")
def read_terms(request: Asked) -> TermsShown:
    """Days of grace, open promises of an account at most, days ahead at most."""
    return TermsShown.model_validate(keeping.terms_of(request.auth.organization))


@router.put("/promise-terms", response=TermsShown)
@needs("settings:write")
def change_terms(request: Asked, given: TermsGiven) -> TermsShown:
    """What may be promised from now on."""
    organization, actor = request.auth.organization, request.auth.actor
    terms = promising.change_terms(organization=organization, **given.model_dump(), actor=actor, at=clock.now())
    return TermsShown.model_validate(terms)


@router.get("/promises/{promise_id}", response=PromiseShown)
@needs("promises:read")
def read_promise(request: Asked, promise_id: str) -> PromiseShown:
    """One promise."""
    return _promise(found(Promise.objects.of(request.auth.organization), promise_id))


@router.patch("/promises/{promise_id}", response=PromiseShown)
@needs("promises:write")
def move_promise(request: Asked, promise_id: str, given: PromiseMove) -> PromiseShown:
    """Move a promise by hand; what its present status forbids answers 409."""
    promise = found(Promise.objects.of(request.auth.organization).select_related("account"), promise_id)
    moved = promising.move_promise(
        promise=promise, to=given.status, due_on=given.due_on, actor=request.auth.actor, at=clock.now()
    )
    return _promise(moved)


@router.get("/accounts/{account_id}/ledger", response=LedgerShown)
def read_ledger(request: Asked, account_id: str, limit: Limit = 50, cursor: Cursor = "") -> LedgerShown:
    """What an account comes to, and everything that moved it, the newest first."""
    account = account_of(request, account_id)
    page = listed(queries.entries_of(account), EntryShown.of, limit=limit, cursor=cursor)
    placed = Money(account.placed_minor, account.currency)
    head = LedgerShown.head(account.public_id, placed, queries.sums_of(account))
    return LedgerShown(**head, items=page.items, next_cursor=page.next_cursor)  # type: ignore[arg-type]


@router.post("/accounts/{account_id}/ledger", response={201: LedgerShown})
def adjust(request: Asked, account_id: str, given: AdjustmentGiven) -> LedgerShown:
    """Correct the balance, or add a fee, with the reason."""
    actions.adjust(
        account=account_of(request, account_id),
        amount=money_of(given.amount, given.amount.currency),
        kind=given.kind,
        reason=given.reason,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return read_ledger(request, account_id)


def _promise(row: Promise) -> PromiseShown:
    return PromiseShown.of(row, promising.moves_of(row))
