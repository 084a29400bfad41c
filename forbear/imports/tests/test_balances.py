"""What a file says about an amount meets the ledger: adjustments, payments that stay, and taking the file back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forbear.accounts.models import Account
from forbear.core.money import Money
from forbear.imports import actions
from forbear.payments.actions import record_payment
from forbear.payments.ledger import differing, standing_of
from forbear.payments.models import LedgerEntry, Promise
from forbear.payments.promising import make_promise
from forbear.staff.models import Organization
from tests.cast import TUESDAY

from .test_importing import LATER, WALK_THROUGH, bring_in


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def saying(amount: str) -> str:
    return WALK_THROUGH.replace("30.00", amount)


def the_account() -> Account:
    account = Account.objects.select_related("organization").get()
    assert differing([account.pk]) == []
    return account


def moved() -> list[tuple[str, int]]:
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount_minor"))


def pay(cents: int) -> None:
    account = the_account()
    record_payment(
        organization=account.organization, account=account, amount=Money(cents, "USD"), method="card",
        paid_on=TUESDAY.date(), actor="system", at=TUESDAY,
    )  # fmt: skip


def test_a_new_account_needs_no_entry(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    assert (the_account().balance_minor, moved()) == (3000, [])


def test_another_amount_is_an_adjustment(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    batch = bring_in(larkfield, saying("45.50"), at=LATER)
    assert (the_account().balance_minor, moved()) == (4550, [("adjustment", 1550)])
    assert LedgerEntry.objects.get().import_id == batch.pk


@pytest.mark.parametrize(("says", "balance"), [("30.00", 2000), ("20.00", 2000), ("45.00", 3500), ("25.00", 1500)])
def test_no_file_overwrites_a_payment(larkfield: Organization, says: str, balance: int) -> None:
    """The same amount once more, the balance as it stands, and another total: $10.00 stay paid."""
    bring_in(larkfield, WALK_THROUGH)
    pay(1000)
    bring_in(larkfield, saying(says), at=LATER)
    assert the_account().balance_minor == balance
    assert ("payment", -1000) in moved()


@pytest.mark.parametrize("says", ["0.00", "10.00"])
def test_a_file_that_leaves_nothing_owed_pays_the_account_off(larkfield: Organization, says: str) -> None:
    bring_in(larkfield, WALK_THROUGH)
    pay(1000)
    promise = make_promise(account=the_account(), due_on=TUESDAY.date(), actor="system", at=TUESDAY)
    bring_in(larkfield, saying(says), at=LATER)
    account = the_account()
    assert (account.balance_minor, account.status, standing_of(account).credit.minor) == (0, "paid", 0)
    assert Promise.objects.get(pk=promise.pk).status == "fulfilled"


def test_taking_the_file_back_adjusts_back(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    batch = bring_in(larkfield, saying("45.50"), at=LATER)
    actions.undo_import(batch=batch, actor="system", at=LATER)
    assert (the_account().balance_minor, moved()) == (3000, [("adjustment", 1550), ("adjustment", -1550)])
    bring_in(larkfield, WALK_THROUGH, at=LATER)
    assert len(moved()) == 2


def test_an_account_with_a_payment_is_not_taken_back(larkfield: Organization) -> None:
    batch = bring_in(larkfield, WALK_THROUGH)
    pay(1000)
    assert actions.undo_import(batch=batch, actor="system", at=TUESDAY).kept == 1
    assert the_account().balance_minor == 2000


def in_euro(amount: str) -> str:
    header, row = saying(amount).strip().splitlines()
    return f"{header},currency\n{row},EUR\n"


def test_the_currency_may_change_until_money_has_moved(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    bring_in(larkfield, in_euro("25.00"), at=LATER)
    account = the_account()
    assert (account.balance, moved()) == (Money(2500, "EUR"), [])


def test_money_that_has_moved_settles_the_currency(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    pay(1000)
    bring_in(larkfield, in_euro("25.00"), at=LATER)
    assert the_account().balance == Money(2000, "USD")
