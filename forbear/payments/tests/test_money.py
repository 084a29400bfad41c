"""Payments, reversals and adjustments: what they do to a balance, a status and to what was planned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from forbear.accounts.models import Account
from forbear.accounts.states import Status
from forbear.compliance.models import Entry
from forbear.consent.actions import open_hold
from forbear.consent.states import HoldKind
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.dispatch.models import QueueItem
from forbear.payments import events
from forbear.payments.actions import adjust, correct_balance, record_payment, reverse_payment
from forbear.payments.ledger import differing, standing_of
from forbear.payments.models import LedgerEntry, Payment
from forbear.payments.refusals import NotYetPaid, PaymentReversed, ReferenceTaken, UnusableAmount, WrongCurrency
from forbear.payments.states import EntryKind
from tests.cast import TUESDAY

TODAY = date(2026, 11, 24)


def pays(account: Account, cents: int, **also: object) -> Payment:
    given = {"method": "card", "paid_on": TODAY, "actor": "system", "at": TUESDAY} | also
    currency = str(given.pop("currency", "USD"))
    return record_payment(organization=account.organization, account=account, amount=Money(cents, currency), **given)


def told(account: Account) -> list[str]:
    rows = Entry.objects.filter(account_id=account.pk, event__startswith="payments:").order_by("pk")
    return list(rows.values_list("event", flat=True))


def test_a_payment_lowers_the_balance_and_is_on_record(betty):
    payment = pays(betty, 1000)
    betty.refresh_from_db()
    assert (betty.balance_minor, betty.status) == (2000, Status.PENDING_CONTACT)
    assert [(e.kind, e.amount_minor, e.payment_id) for e in betty.ledger.all()] == [("payment", -1000, payment.pk)]
    assert told(betty) == [events.PAYMENT_RECORDED, events.BALANCE_CHANGED]


def test_paid_in_full_stops_everything_at_once(betty, larkfield):
    item = planned(betty)
    pays(betty, 3000)
    betty.refresh_from_db()
    item.refresh_from_db()
    assert (betty.balance_minor, betty.status) == (0, Status.PAID)
    assert (item.status, item.reason) == ("cancelled", "paid")
    assert events.ACCOUNT_PAID in told(betty)


def planned(account: Account) -> QueueItem:
    return QueueItem.objects.create(
        organization=account.organization,
        account=account,
        consumer=account.consumer,
        channel="sms",
        body="Hello",
        scheduled_for=TUESDAY + timedelta(days=3),
        created_at=TUESDAY,
    )


def test_too_much_is_a_credit_that_shows(betty):
    pays(betty, 3500)
    betty.refresh_from_db()
    standing = standing_of(betty)
    assert (betty.balance_minor, standing.credit) == (0, Money(500, "USD"))


def test_a_reversal_gives_the_debt_back(betty):
    payment = pays(betty, 3500)
    reverse_payment(payment=payment, reason="The check bounced.", actor="system", at=TUESDAY)
    betty.refresh_from_db()
    assert (betty.balance_minor, betty.status) == (3000, Status.IN_AUTO_MANAGEMENT)
    assert events.ACCOUNT_REOPENED in told(betty)
    with pytest.raises(PaymentReversed):
        reverse_payment(payment=payment, reason="Again", actor="system", at=TUESDAY)


def test_a_reversal_under_a_dispute_comes_back_to_review(betty):
    payment = pays(betty, 3000)
    open_hold(consumer=betty.consumer, account=betty, kind=HoldKind.DISPUTE, actor="system", at=TUESDAY)
    reverse_payment(payment=payment, reason="A wrong entry", actor="system", at=TUESDAY)
    betty.refresh_from_db()
    assert betty.status == Status.IN_REVIEW


def test_a_closed_account_stays_closed_whatever_is_paid(betty):
    Account.objects.filter(pk=betty.pk).update(status=Status.CLOSED)
    payment = pays(betty, 3000)
    reverse_payment(payment=payment, reason="A wrong entry", actor="system", at=TUESDAY)
    betty.refresh_from_db()
    assert (betty.status, betty.balance_minor) == (Status.CLOSED, 3000)


@pytest.mark.parametrize(
    ("cents", "also", "refusal"),
    [
        (0, {}, UnusableAmount),
        (-5, {}, UnusableAmount),
        (1_000_000_001, {}, UnusableAmount),
        (1000, {"currency": "EUR"}, WrongCurrency),
        (1000, {"paid_on": TODAY + timedelta(days=1)}, NotYetPaid),
    ],
)
def test_what_cannot_be_a_payment(betty, cents, also, refusal):
    with pytest.raises(refusal):
        pays(betty, cents, **also)
    assert not Payment.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_today_is_the_organizations_day(betty):
    """Half past eleven at night in Chicago is tomorrow in UTC."""
    late = TUESDAY.replace(day=25, hour=5, minute=30)
    with pytest.raises(NotYetPaid):
        pays(betty, 100, paid_on=date(2026, 11, 25), at=late)


def test_the_same_reference_is_the_same_payment(betty):
    first, second = pays(betty, 1000, reference="CHK 17"), pays(betty, 1000, reference=" CHK  17 ")
    betty.refresh_from_db()
    assert (first.pk, betty.balance_minor) == (second.pk, 2000)
    assert pays(betty, 1000, reference="CHK 17", method="check").pk != first.pk
    with pytest.raises(ReferenceTaken):
        pays(betty, 900, reference="CHK 17")


def test_a_reversed_reference_is_not_quietly_recorded_again(betty):
    reverse_payment(payment=pays(betty, 1000, reference="R1"), reason="Bounced", actor="system", at=TUESDAY)
    with pytest.raises(PaymentReversed):
        pays(betty, 1000, reference="R1")


def test_a_fee_and_an_adjustment(betty):
    by = {"actor": "system", "at": TUESDAY}
    adjust(account=betty, amount=Money(250, "USD"), kind=EntryKind.FEE, reason="Returned check", **by)
    adjust(account=betty, amount=Money(-1250, "USD"), reason="Agreed", **by)
    betty.refresh_from_db()
    assert betty.balance_minor == 2000
    adjust(account=betty, amount=Money(-2000, "USD"), reason="Forgiven", **by)
    betty.refresh_from_db()
    assert (betty.balance_minor, betty.status) == (0, Status.PAID)
    with pytest.raises(UnusableAmount):
        adjust(account=betty, amount=Money(-5, "USD"), kind=EntryKind.FEE, reason="No", **by)
    with pytest.raises(Invalid):
        adjust(account=betty, amount=Money(5, "USD"), reason=" ", **by)
    assert differing([betty.pk]) == []


@pytest.mark.parametrize(
    "change", ["UPDATE payments_ledgerentry SET amount_minor = -1", "DELETE FROM payments_ledgerentry"]
)
def test_an_entry_is_never_changed(betty, change):
    pays(betty, 1000)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("payments_ledgerentry"))
    assert [e.amount_minor for e in betty.ledger.all()] == [-1000]


def corrected(account: Account, cents: int, currency: str = "USD") -> int:
    why = "What is owed was counted again."
    correct_balance(account=account, balance=Money(cents, currency), reason=why, actor="system", at=TUESDAY)
    account.refresh_from_db()
    return account.balance_minor


def test_what_is_owed_is_set_and_a_credit_is_used_up_by_it(betty):
    pays(betty, 3500)
    assert corrected(betty, 2000) == 2000
    assert [e.amount_minor for e in betty.ledger.filter(kind="adjustment")] == [2500]
    assert standing_of(betty).credit == Money(0, "USD")


def test_what_is_owed_already_writes_nothing(betty):
    assert corrected(betty, 3000) == 3000
    assert not betty.ledger.exists()


def test_what_is_owed_has_no_limit_of_a_payment_but_is_never_below_zero(betty):
    assert corrected(betty, 25_000_000_00) == 25_000_000_00
    with pytest.raises(Invalid, match="below zero"):
        corrected(betty, -1)
    with pytest.raises(WrongCurrency):
        corrected(betty, 100, "EUR")
