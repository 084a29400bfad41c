"""Promises: made within bounds, kept by payments, overdue by night, and what they do to the account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.accounts.models import Account
from forbear.accounts.states import Status
from forbear.consent.actions import open_hold
from forbear.consent.states import HoldKind
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.payments.actions import adjust, reverse_payment
from forbear.payments.models import Promise
from forbear.payments.promising import change_terms, make_promise, move_promise, moves_of, overdue_promises
from forbear.payments.refusals import (
    NothingOwed,
    PromiseStands,
    TooManyPromises,
    UnusablePromise,
    WrongCurrency,
)
from forbear.payments.states import EntryKind, PromiseStatus
from tests.cast import TUESDAY, owes

from .test_money import TODAY, pays

BY = {"actor": "system", "at": TUESDAY}
FRIDAY = date(2026, 11, 27)


def promises(account: Account, cents: int = 1000, due_on: date = FRIDAY, **also: object) -> Promise:
    return make_promise(account=account, amount=Money(cents, "USD"), due_on=due_on, **BY | also)


def after(days: int):
    return TUESDAY + timedelta(days=days)


def status_of(account: Account) -> str:
    account.refresh_from_db()
    return account.status


def fate(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.status


def test_a_promise_holds_the_engine_back_and_its_payment_keeps_it(betty):
    promise = promises(betty)
    assert status_of(betty) == Status.PROMISE_ACTIVE
    pays(betty, 600)
    assert fate(promise) == "active"
    pays(betty, 400, paid_on=FRIDAY, at=after(3))
    assert (fate(promise), promise.kept_by, status_of(betty)) == ("fulfilled", "payments", Status.IN_AUTO_MANAGEMENT)


def test_a_promise_without_its_payment_is_overdue_after_its_day_of_grace(betty):
    promise = promises(betty)
    assert overdue_promises(at=after(4)) == 0
    assert overdue_promises(at=after(5)) == 1
    assert (fate(promise), status_of(betty)) == ("overdue", Status.PROMISE_OVERDUE)
    assert overdue_promises(at=after(6)) == 0


def test_the_organization_says_how_many_days_of_grace(betty, larkfield):
    promises(betty)
    change_terms(organization=larkfield, grace_days=3, open_promises=3, longest_days=90, **BY)
    assert overdue_promises(at=after(6)) == 0
    assert overdue_promises(at=after(7)) == 1
    with pytest.raises(Invalid):
        change_terms(organization=larkfield, grace_days=31, open_promises=3, longest_days=90, **BY)


def test_money_that_came_too_late_counts_and_does_not_keep_it(betty):
    promise = promises(betty)
    overdue_promises(at=after(5))
    late = pays(betty, 1000, paid_on=TODAY + timedelta(days=5), at=after(5))
    assert (fate(promise), late.promise_id) == ("overdue", promise.pk)


def test_money_of_the_promised_day_recorded_later_keeps_it(betty):
    promise = promises(betty)
    overdue_promises(at=after(5))
    pays(betty, 1000, paid_on=FRIDAY, at=after(6))
    assert (fate(promise), status_of(betty)) == ("fulfilled", Status.IN_AUTO_MANAGEMENT)


def test_a_payment_without_a_name_counts_toward_the_promise_that_is_due_first(betty):
    later, sooner = promises(betty, due_on=date(2026, 12, 5)), promises(betty)
    pays(betty, 1000)
    assert (fate(sooner), fate(later), status_of(betty)) == ("fulfilled", "active", Status.PROMISE_ACTIVE)


def test_paid_in_full_keeps_every_promise_and_a_reversal_opens_them_again(betty):
    first, second = promises(betty, 500), promises(betty, 700, due_on=date(2026, 12, 5))
    payment = pays(betty, 3000)
    assert [fate(first), fate(second), status_of(betty)] == ["fulfilled", "fulfilled", Status.PAID]
    reverse_payment(payment=payment, reason="Bounced", actor="system", at=after(6))
    assert [fate(first), fate(second), status_of(betty)] == ["overdue", "active", Status.PROMISE_ACTIVE]


@pytest.mark.parametrize(
    ("cents", "due_on", "also", "refusal"),
    [
        (3001, FRIDAY, {}, UnusablePromise),
        (2000, FRIDAY, {"modality": "total"}, UnusablePromise),
        (1000, TODAY - timedelta(days=1), {}, UnusablePromise),
        (1000, TODAY + timedelta(days=91), {}, UnusablePromise),
    ],
)
def test_what_cannot_be_promised(betty, cents, due_on, also, refusal):
    with pytest.raises(refusal):
        promises(betty, cents, due_on, **also)
    assert status_of(betty) == Status.PENDING_CONTACT


def test_a_payment_that_bounces_gives_the_promise_its_time_back(betty):
    promise = promises(betty)
    payment = pays(betty, 1000)
    assert (fate(promise), status_of(betty)) == ("fulfilled", Status.IN_AUTO_MANAGEMENT)
    reverse_payment(payment=payment, reason="It bounced.", **BY)
    assert (fate(promise), status_of(betty)) == ("active", Status.PROMISE_ACTIVE)


def test_a_payment_that_bounces_too_late_ends_no_conversation(betty):
    promise = promises(betty)
    payment = pays(betty, 1000)
    Account.objects.filter(pk=betty.pk).update(status=Status.ACTIVE_CONVERSATION)
    reverse_payment(payment=payment, reason="It bounced.", actor="system", at=after(6))
    assert (fate(promise), status_of(betty)) == ("overdue", Status.ACTIVE_CONVERSATION)


def test_not_more_than_is_owed_and_not_too_many(betty):
    promises(betty, 2500)
    with pytest.raises(UnusablePromise):
        promises(betty, 600)
    promises(betty, 100)
    promises(betty, 100)
    with pytest.raises(TooManyPromises):
        promises(betty, 100)


def test_the_total_needs_no_amount(betty):
    promise = make_promise(account=betty, due_on=FRIDAY, modality="total", **BY)
    assert (promise.amount, promise.modality) == (Money(3000, "USD"), "total")


def test_nothing_is_promised_where_nothing_is_owed(betty):
    pays(betty, 3000)
    with pytest.raises(NothingOwed):
        promises(betty)


def test_the_currency_has_to_fit(betty):
    with pytest.raises(WrongCurrency):
        make_promise(account=betty, amount=Money(1000, "EUR"), due_on=FRIDAY, **BY)


def test_a_promise_under_review_is_kept_and_the_account_stays_there(betty):
    open_hold(consumer=betty.consumer, account=betty, kind=HoldKind.DISPUTE, **BY)
    promises(betty)
    assert status_of(betty) == Status.IN_REVIEW


def test_a_reported_payment_gets_time_to_arrive(betty):
    promise = promises(betty)
    move_promise(promise=promise, to="verifying", actor="system", at=after(4))
    assert overdue_promises(at=after(5)) == 0
    assert overdue_promises(at=after(10)) == 1


def test_a_new_day_is_a_new_promise(betty):
    promise = promises(betty)
    overdue_promises(at=after(5))
    new = move_promise(promise=promise, to="rescheduled", due_on=date(2026, 12, 10), actor="system", at=after(5))
    assert (fate(promise), new.status, new.follows_id) == ("rescheduled", "active", promise.pk)
    assert status_of(betty) == Status.PROMISE_ACTIVE


def test_a_cancelled_promise_lets_the_engine_go_on(betty):
    promise = promises(betty)
    move_promise(promise=promise, to="cancelled", **BY)
    assert status_of(betty) == Status.IN_AUTO_MANAGEMENT
    assert moves_of(promise) == []


MOVES = {
    "active": {"verifying", "fulfilled", "overdue", "rescheduled", "cancelled"},
    "verifying": {"active", "fulfilled", "overdue"},
    "overdue": {"fulfilled", "rescheduled", "cancelled"},
    "fulfilled": set(),
    "rescheduled": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("before", MOVES)
@pytest.mark.parametrize("to", list(PromiseStatus))
def test_exactly_these_moves(betty, before, to):
    promise = promises(betty)
    Promise.objects.filter(pk=promise.pk).update(status=before)
    promise.refresh_from_db()
    assert {str(word) for word in moves_of(promise)} == MOVES[before]
    if to in MOVES[before]:
        moved = move_promise(promise=promise, to=to, due_on=FRIDAY, **BY)
        assert fate(promise if to != "rescheduled" else moved.follows) == to
    else:
        with pytest.raises(PromiseStands):
            move_promise(promise=promise, to=to, due_on=FRIDAY, **BY)


def test_the_night_takes_as_many_statements_for_two_hundred_as_for_one(larkfield, django_assert_max_num_queries):
    for number in range(20):
        promises(owes(larkfield, f"Ann Nr{number}", f"+1415555{number:04}"))
    with django_assert_max_num_queries(10):
        assert overdue_promises(at=after(5)) == 20


def test_a_fee_after_the_payment_in_full_breaks_no_promise_that_was_kept(betty):
    first, second = promises(betty, 2000), promises(betty, 1000, due_on=date(2026, 12, 4))
    pays(betty, 3000)
    assert (fate(first), fate(second)) == ("fulfilled", "fulfilled")
    adjust(account=betty, amount=Money(500, "USD"), kind=EntryKind.FEE, reason="Copy", actor="system", at=after(30))
    assert (fate(first), fate(second)) == ("fulfilled", "fulfilled")
    assert status_of(betty) == Status.IN_AUTO_MANAGEMENT
