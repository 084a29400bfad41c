"""Verbs about money: payments recorded and reversed, balances adjusted. Each one holds the account's row throughout."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from forbear.accounts.models import Account, local_day
from forbear.accounts.states import FINISHED, Status
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, record
from forbear.consent.queries import held_accounts
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from . import events, keeping
from .ledger import Standing, locked, post, standing_of
from .models import Payment, Promise
from .refusals import NotTheirPromise, NotYetPaid, PaymentReversed, ReferenceTaken, UnusableAmount, WrongCurrency
from .standing import become, follow_promises
from .states import MOST, EntryKind, Method


@begins_again
def record_payment(
    *,
    organization: Organization,
    account: Account,
    amount: Money,
    method: Method | str,
    paid_on: date,
    reference: str = "",
    promise: Promise | None = None,
    actor: str,
    at: datetime,
) -> Payment:
    """Money that came in; `paid_on` is a day in the organization's zone. The same method and reference of an account
    once more, with the same amount and day, gives the payment that is there.

    Without a promise it counts toward the open one that is due first. Raises UnusableAmount, WrongCurrency, NotYetPaid,
    ReferenceTaken, PaymentReversed, NotTheirPromise and AccountGone.
    """
    reference = " ".join(reference.split())[:120]
    with transaction.atomic():
        one = locked(account)
        require_fitting(one, amount)
        if paid_on > local_day(at, organization.time_zone):
            raise NotYetPaid(fields={"paid_on": "This day has not come yet."})
        known = _known(one, amount, Method(method), paid_on, reference)
        return known or _recorded(one, amount, Method(method), paid_on, reference, _counts_for(one, promise), actor, at)


def require_fitting(account: Account, amount: Money) -> None:
    """An amount that can stand on this account. Raises UnusableAmount and WrongCurrency."""
    require_same_currency(account, amount)
    if not 0 < amount.minor <= Money.of(Decimal(MOST), amount.currency).minor:
        raise UnusableAmount(fields={"amount": f"Give an amount above zero and up to {MOST:,}."})


def require_same_currency(account: Account, amount: Money) -> None:
    """Raises WrongCurrency."""
    if amount.currency != account.currency:
        say = f"This account is kept in {account.currency}; the amount is in {amount.currency}."
        raise WrongCurrency(say, fields={"amount": say})


def _known(account: Account, amount: Money, method: Method, paid_on: date, reference: str) -> Payment | None:
    """The payment that this one repeats. Raises ReferenceTaken and PaymentReversed."""
    if not reference:
        return None
    known = Payment.objects.filter(account=account, method=method, reference=reference).first()
    if known is None:
        return None
    if known.reversed_at is not None:
        raise PaymentReversed("A payment with this reference was reversed; give the new one another reference.")
    if (known.amount_minor, known.paid_on) != (amount.minor, paid_on):
        raise ReferenceTaken(fields={"reference": "Another payment has it."})
    return known


def _counts_for(account: Account, promise: Promise | None) -> Promise | None:
    if promise is None:
        return keeping.next_open(account)
    if promise.account_id != account.pk or not Promise.objects.get(pk=promise.pk).is_open:
        raise NotTheirPromise(fields={"promise_id": "Choose an open promise of this account."})
    return promise


def _recorded(
    account: Account,
    amount: Money,
    method: Method,
    paid_on: date,
    reference: str,
    promise: Promise | None,
    actor: str,
    at: datetime,
) -> Payment:
    payment = Payment.objects.create(
        organization=account.organization,
        account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        method=method,
        paid_on=paid_on,
        reference=reference,
        promise=promise,
        recorded_at=at,
        recorded_by=actor,
    )
    facts = {"payment": payment.pk, "amount": amount.minor, "currency": amount.currency, "method": str(method)}
    _tell(account, events.PAYMENT_RECORDED, facts | {"promise": promise.pk if promise else None}, actor, at, payment)
    standing = post(account, EntryKind.PAYMENT, -amount.minor, payment=payment, actor=actor, at=at)
    keeping.fulfill_reached(account, actor=actor, at=at)
    settle(account, standing, actor=actor, at=at)
    return payment


@begins_again
def reverse_payment(*, payment: Payment, reason: str, actor: str, at: datetime) -> Payment:
    """A check that bounced, a wrong entry: the ledger gets the opposite entry, and what the payment had brought about
    is taken back. Raises Invalid without a reason, and PaymentReversed."""
    reason = _reason(reason)
    with transaction.atomic():
        account = locked(payment.account)
        rows = Payment.objects.filter(pk=payment.pk, reversed_at=None)
        if not rows.update(reversed_at=at, reversed_by=actor, reverse_reason=reason):
            raise PaymentReversed
        facts = {"payment": payment.pk, "amount": payment.amount_minor, "currency": payment.currency}
        _tell(account, events.PAYMENT_REVERSED, facts, actor, at, payment, reason=reason)
        standing = post(account, EntryKind.REVERSAL, payment.amount_minor, payment=payment, actor=actor, at=at)
        keeping.reopen_unkept(account, standing, actor=actor, at=at)
        settle(account, standing, actor=actor, at=at)
    payment.refresh_from_db()
    return payment


@begins_again
def adjust(
    *, account: Account, amount: Money, reason: str, kind: EntryKind = EntryKind.ADJUSTMENT, actor: str, at: datetime
) -> Standing:
    """Correct a balance by hand (below zero: less is owed), or add a fee (above zero).

    Raises Invalid without a reason, UnusableAmount and WrongCurrency.
    """
    reason = _reason(reason)
    with transaction.atomic():
        one = locked(account)
        require_fitting(one, amount if kind == EntryKind.FEE else Money(abs(amount.minor), amount.currency))
        return _adjusted(one, kind, amount.minor, reason, actor, at)


@begins_again
def correct_balance(*, account: Account, balance: Money, reason: str, actor: str, at: datetime) -> Standing:
    """Bring an account to what is really owed, by the adjustment that it takes; a credit is used up by it.

    Raises Invalid without a reason and for less than nothing, and WrongCurrency.
    """
    reason = _reason(reason)
    if balance.minor < 0:
        say = "What is owed cannot be below zero."
        raise Invalid(say, fields={"amount": say})
    with transaction.atomic():
        one = locked(account)
        require_same_currency(one, balance)
        standing = standing_of(one)
        by = balance.minor - standing.true.minor
        if standing.balance == balance:
            return standing
        return _adjusted(one, EntryKind.ADJUSTMENT, by, reason, actor, at)


def _adjusted(account: Account, kind: EntryKind, minor: int, reason: str, actor: str, at: datetime) -> Standing:
    facts = {"kind": str(kind), "amount": minor, "currency": account.currency}
    _tell(account, events.BALANCE_ADJUSTED, facts, actor, at, reason=reason)
    standing = post(account, kind, minor, notes=reason, actor=actor, at=at)
    if kind != EntryKind.FEE:  # it asks for more, and takes nothing back of what was paid
        keeping.reopen_unkept(account, standing, actor=actor, at=at)
    settle(account, standing, actor=actor, at=at)
    return standing


def settle(account: Account, standing: Standing, *, actor: str, at: datetime) -> None:
    """The status of a locked account after its balance has moved (domain decision 19)."""
    follow_promises([account.pk], at=at)
    account.refresh_from_db(fields=["status"])
    if standing.true.minor <= 0 and account.status not in FINISHED:
        _pay_off(account, actor, at)
    elif standing.true.minor > 0 and account.status == Status.PAID:
        _reopen(account, actor, at)


def _pay_off(account: Account, actor: str, at: datetime) -> None:
    before = account.status
    become(account, Status.PAID, at=at)
    _tell(account, events.ACCOUNT_PAID, {"from": before, "to": str(Status.PAID)}, actor, at)


def _reopen(account: Account, actor: str, at: datetime) -> None:
    """Under review while a hold stands; else as its promises say; else the engine's again."""
    become(account, Status.IN_AUTO_MANAGEMENT, at=at)
    follow_promises([account.pk], made=True, at=at)
    account.refresh_from_db(fields=["status"])
    if held_accounts([account.pk]):
        become(account, Status.IN_REVIEW, at=at)
    _tell(account, events.ACCOUNT_REOPENED, {"from": str(Status.PAID), "to": account.status}, actor, at)


def note_export(*, organization: Organization, event: str, actor: str, at: datetime) -> None:
    """That somebody took payments or promises out of the house is kept on record."""
    with transaction.atomic():
        record([Draft(organization.pk, event, actor)], at=at)


def _reason(text: str) -> str:
    text = text.strip()
    if not text or len(text) > 500:
        say = "Say why, in at most 500 characters."
        raise Invalid(say, fields={"reason": say})
    return text


def _tell(
    account: Account,
    event: str,
    facts: dict[str, Any],
    actor: str,
    at: datetime,
    carry: Any = None,
    **personal: str,
) -> None:
    kept = {name: text for name, text in personal.items() if text}
    draft = Draft(account.organization_id, event, actor, account.pk, facts=facts, carry=carry, personal=kept)
    record([draft], at=at)
