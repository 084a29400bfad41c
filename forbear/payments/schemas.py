"""Payments, promises and ledgers on the wire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from forbear.accounts.schemas import Amount
from forbear.core.ids import public_id
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.web.wire import Day, Given, Moment, MoneyGiven, MoneyShown, Shown, actor_id

from .models import LedgerEntry, Payment, Promise
from .queries import Sums
from .states import EntryKind, Method, Modality, PromiseSource, PromiseStatus

Id = Annotated[str, Field(max_length=60)]
Reference = Annotated[str, Field(max_length=120)]


def money_of(given: MoneyGiven | str, currency: str, name: str = "amount") -> Money:
    """What was given, in the account's currency where it names none. Raises Invalid."""
    try:
        return given.value() if isinstance(given, MoneyGiven) else Money.of(Decimal(given), currency)
    except ValueError as wrong:
        raise Invalid(str(wrong), fields={name: str(wrong)}) from wrong


class PaymentShown(Shown):
    """Money that came in; a reversed one stays, and says why."""

    id: str
    account_id: str
    amount: MoneyShown
    method: Method
    paid_on: date
    reference: str
    promise_id: str | None
    recorded_at: Moment
    recorded_by: str
    reversed_at: Moment | None
    reverse_reason: str

    @classmethod
    def of(cls, row: Payment) -> PaymentShown:
        return cls(
            id=row.public_id,
            account_id=public_id("acc", row.account_id),
            amount=MoneyShown.of(row.amount),
            method=Method(row.method),
            paid_on=row.paid_on,
            reference=row.reference,
            promise_id=None if row.promise_id is None else public_id(Promise.prefix, row.promise_id),
            recorded_at=row.recorded_at,
            recorded_by=actor_id(row.recorded_by),
            reversed_at=row.reversed_at,
            reverse_reason=row.reverse_reason,
        )


class PaymentGiven(Given):
    """A payment to record. `amount` as money, or as digits in the account's currency; `paid_on`: today, unless told.
    Without `promise_id` it counts toward the open promise that is due first."""

    account_id: Id
    amount: MoneyGiven | Amount
    method: Method = Method.OTHER
    paid_on: Day | None = None
    reference: Reference = ""
    promise_id: Id | None = None


class ReasonGiven(Given):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class PromiseShown(Shown):
    """A promise to pay. `moves`: what a person may make of it now; `follows`: the one that it took the place of."""

    id: str
    account_id: str
    amount: MoneyShown
    modality: Modality
    due_on: date
    status: PromiseStatus
    source: PromiseSource
    notes: str
    follows: str | None
    made_at: Moment
    made_by: str
    moved_at: Moment
    moves: list[PromiseStatus]

    @classmethod
    def of(cls, row: Promise, moves: list[PromiseStatus]) -> PromiseShown:
        return cls(
            id=row.public_id,
            account_id=public_id("acc", row.account_id),
            amount=MoneyShown.of(row.amount),
            modality=Modality(row.modality),
            due_on=row.due_on,
            status=PromiseStatus(row.status),
            source=PromiseSource(row.source),
            notes=row.notes,
            follows=None if row.follows_id is None else public_id(Promise.prefix, row.follows_id),
            made_at=row.made_at,
            made_by=actor_id(row.made_by),
            moved_at=row.moved_at,
            moves=moves,
        )


class PromiseGiven(Given):
    """A promise to record. Without an amount it is one of the whole balance."""

    account_id: Id
    amount: MoneyGiven | Amount | None = None
    due_on: Day
    modality: Modality = Modality.PARTIAL
    source: PromiseSource = PromiseSource.API
    notes: str = Field(default="", max_length=2000)


class PromiseMove(Given):
    """Where a promise goes; `rescheduled` needs the new day, and answers with the promise that follows."""

    status: PromiseStatus
    due_on: Day | None = None

    @model_validator(mode="after")
    def _day(self) -> PromiseMove:
        if self.due_on is not None and self.status != PromiseStatus.RESCHEDULED:
            raise ValueError("A new day is given with the status rescheduled.")
        return self


class EntryShown(Shown):
    """One movement: below zero where less is owed afterwards."""

    id: str
    kind: EntryKind
    amount: MoneyShown
    payment_id: str | None
    notes: str
    at: Moment
    by: str

    @classmethod
    def of(cls, row: LedgerEntry) -> EntryShown:
        return cls(
            id=row.public_id,
            kind=EntryKind(row.kind),
            amount=MoneyShown.of(row.amount),
            payment_id=None if row.payment_id is None else public_id(Payment.prefix, row.payment_id),
            notes=row.notes,
            at=row.at,
            by=actor_id(row.by),
        )


class LedgerShown(Shown):
    """balance = max(0, placed + the sum of all entries); what is below zero is the credit."""

    account_id: str
    placed: MoneyShown
    balance: MoneyShown
    credit: MoneyShown
    items: list[EntryShown]
    next_cursor: str | None = None

    @classmethod
    def head(cls, account_id: str, placed: Money, sums: Sums) -> dict[str, object]:
        balance = Money(max(0, sums.true.minor), sums.true.currency)
        return {
            "account_id": account_id,
            "placed": MoneyShown.of(placed),
            "balance": MoneyShown.of(balance),
            "credit": MoneyShown.of(sums.credit),
        }


class AdjustmentGiven(Given):
    """A correction (below zero: less is owed), or a fee."""

    amount: MoneyGiven
    kind: EntryKind = EntryKind.ADJUSTMENT
    reason: str = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _by_hand(self) -> AdjustmentGiven:
        if self.kind not in (EntryKind.ADJUSTMENT, EntryKind.FEE):
            raise ValueError("Only an adjustment or a fee is written by hand; record or reverse a payment instead.")
        return self


class TermsShown(Shown):
    """What the organization lets be promised."""

    grace_days: int
    open_promises: int
    longest_days: int


class TermsGiven(Given):
    """All three; see the bounds."""

    grace_days: int = Field(ge=0, le=30)
    open_promises: int = Field(ge=1, le=24)
    longest_days: int = Field(ge=1, le=730)
