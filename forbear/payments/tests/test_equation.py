"""Whatever sequence of verbs runs, the balance is max(0, placed + the sum of the entries)."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.accounts.models import Account
from forbear.accounts.states import Status
from forbear.core.money import Money
from forbear.core.refusal import Refusal
from forbear.payments.actions import adjust, record_payment, reverse_payment
from forbear.payments.ledger import differing
from forbear.payments.models import LedgerEntry, Payment
from forbear.payments.promising import make_promise, overdue_promises
from forbear.payments.states import EntryKind
from tests.cast import TUESDAY, found, owes

from .test_money import TODAY, pays

CENTS = st.integers(1, 4000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), CENTS),
        st.tuples(st.just("reverse"), st.integers(0, 5)),
        st.tuples(st.just("adjust"), st.integers(-4000, 4000)),
        st.tuples(st.just("fee"), CENTS),
        st.tuples(st.just("promise"), CENTS),
        st.tuples(st.just("night"), st.integers(0, 60)),
    ),
    max_size=12,
)


def act(account: Account, verb: str, number: int) -> None:
    by = {"actor": "system", "at": TUESDAY}
    money = Money(number, "USD")
    if verb == "pay":
        pays(account, number)
    elif verb == "reverse":
        reverse_payment(payment=list(Payment.objects.filter(account=account))[number], reason="Wrong", **by)
    elif verb == "night":
        overdue_promises(at=TUESDAY + timedelta(days=number))
    elif verb == "promise":
        make_promise(account=account, amount=money, due_on=TODAY, **by)
    else:
        kind = EntryKind.FEE if verb == "fee" else EntryKind.ADJUSTMENT
        adjust(account=account, amount=money, reason="Because", kind=kind, **by)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_the_equation_holds(larkfield, steps):
    account = owes(larkfield, "Betty Ruble", "+14155550106")
    for verb, number in steps:
        try:
            act(account, verb, number)
        except (Refusal, IndexError):
            continue
        account.refresh_from_db()
        entries = list(LedgerEntry.objects.filter(account=account).values_list("amount_minor", flat=True))
        true = account.placed_minor + sum(entries)
        assert account.balance_minor == max(0, true)
        assert (account.status == Status.PAID) is (true <= 0)
        waiting = account.promises.filter(status__in=["active", "verifying"]).exists()
        assert (account.status == Status.PROMISE_ACTIVE) is (waiting and true > 0)
    assert differing([account.pk]) == []


def test_payments_at_the_same_moment_all_count(own_database):
    house = found("Larkfield Recovery")
    account = owes(house, "Betty Ruble", "+14155550106", balance_minor=10_000)
    ready = threading.Barrier(4)

    def pay(number: int) -> None:
        try:
            ready.wait()
            for turn in range(5):
                record_payment(
                    organization=house, account=account, amount=Money(500, "USD"), method="card", paid_on=TODAY,
                    reference=f"{number}-{turn}", actor="system", at=TUESDAY,
                )  # fmt: skip
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account.refresh_from_db()
    assert (account.balance_minor, account.status, account.ledger.count()) == (0, Status.PAID, 20)


def test_the_same_reference_at_the_same_moment_counts_once(own_database):
    house = found("Larkfield Recovery")
    account = owes(house, "Betty Ruble", "+14155550106", balance_minor=10_000)
    ready, made = threading.Barrier(4), set()

    def pay() -> None:
        try:
            ready.wait()
            made.add(pays(account, 500, reference="one").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account.refresh_from_db()
    assert (len(made), account.balance_minor) == (1, 9_500)
