"""Where an account may go, what is kept about it, and that a review gives back what it took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from forbear.accounts import standing
from forbear.accounts.models import Account, StatusChange
from forbear.accounts.refusals import MoveRefused, StatusNotByHand
from forbear.accounts.states import FINISHED, LIVE, STATUS, Status, Why, by_hand
from forbear.compliance.models import Entry
from forbear.compliance.vault import personal_of
from tests.cast import TUESDAY, owes

LATER = TUESDAY + timedelta(hours=1)


def put(account: Account, status: str) -> Account:
    Account.objects.filter(pk=account.pk).update(status=status)
    account.refresh_from_db()
    return account


def where(account: Account) -> str:
    return str(Account.objects.get(pk=account.pk).status)


BEGUN = "in_auto_management active_conversation promise_active in_review escalated paused paid closed"
LEADS = {
    "new": f"pending_contact {BEGUN}",
    "pending_contact": BEGUN,
    "in_auto_management": "active_conversation promise_active in_review escalated paused paid closed",
    "active_conversation": "in_auto_management promise_active in_review escalated paused paid closed",
    "promise_active": "in_auto_management promise_overdue in_review escalated paused paid closed",
    "promise_overdue": "in_auto_management active_conversation promise_active in_review escalated paused paid closed",
    "in_review": "pending_contact in_auto_management promise_active escalated paused paid closed",
    "escalated": "pending_contact in_auto_management promise_active in_review paused paid closed",
    "paused": "pending_contact in_auto_management promise_active in_review escalated paid closed",
    "paid": "pending_contact in_auto_management closed",
    "closed": "pending_contact in_auto_management paid",
}


@pytest.mark.parametrize("status", list(Status))
def test_the_table_of_moves(status):
    assert STATUS.legal(status) == LEADS[status].split()
    assert STATUS.reachable(Status.NEW) == set(Status)


@pytest.mark.parametrize("after", list(Status))
def test_every_move_is_made_or_refused_by_name(larkfield, betty, dana, after):
    for before in Status:
        put(betty, before)
        told = {"account": betty, "to": after, "reason": "They asked us to.", "actor": dana.actor, "at": LATER}
        if after in by_hand(before):
            standing.change(**told)
            assert where(betty) == after
        else:
            with pytest.raises((MoveRefused, StatusNotByHand)):
                standing.change(**told)
            assert where(betty) == before


def test_many_accounts_move_at_once_each_with_its_row_and_its_entry(
    larkfield, betty, omar, hana, db, django_assert_max_num_queries
):
    put(omar, "promise_active")
    put(hana, "paid")
    with django_assert_max_num_queries(8):
        moved = standing.move(
            [betty.pk, omar.pk, hana.pk], to=Status.ESCALATED, reason="max_attempts", actor="system", at=LATER
        )
    assert moved == [betty.pk, omar.pk]
    rows = StatusChange.objects.order_by("account").values_list("account", "before", "after", "why", "by", "at")
    assert list(rows) == [
        (betty.pk, "pending_contact", "escalated", "max_attempts", "system", LATER),
        (omar.pk, "promise_active", "escalated", "max_attempts", "system", LATER),
    ]
    entries = Entry.objects.filter(event="accounts:account:status_changed")
    assert {entry.account_id for entry in entries} == {betty.pk, omar.pk}
    assert where(hana) == "paid"


def test_however_many_move_together_the_vault_keeps_the_reason_with_each(larkfield, betty, dana):
    values = {"organization": larkfield, "consumer": betty.consumer, "currency": "USD", "placed_minor": 3000}
    times = dict.fromkeys(("status_changed_at", "created_at", "updated_at"), TUESDAY)
    Account.objects.bulk_create(Account(**values, **times, number=f"MANY-{n}") for n in range(600))
    many = list(Account.objects.exclude(pk=betty.pk).values_list("pk", flat=True))
    told = {"to": Status.CLOSED, "reason": "The creditor recalled Betty's.", "actor": dana.actor, "at": LATER}
    assert standing.change_many(many, **told) == len(many) == 600
    entries = list(Entry.objects.filter(event="accounts:account:status_changed"))
    assert {entry.account_id for entry in entries} == set(many)
    assert {tuple(words.items()) for words in personal_of(entries).values()} == {(("why", told["reason"]),)}
    assert len(personal_of(entries)) == 600
    assert not any("Betty" in entry.body for entry in entries)


@pytest.mark.parametrize("status", sorted(LIVE - {Status.IN_REVIEW}))
def test_a_review_gives_back_what_it_took(betty, status):
    put(betty, status)
    standing.put_in_review([betty.pk], why=Why.DISPUTE, at=TUESDAY)
    standing.put_in_review([betty.pk], why=Why.HOLD, at=TUESDAY)
    assert where(betty) == "in_review"
    standing.leave_review([betty.pk], at=LATER)
    assert where(betty) == status
    assert Account.objects.get(pk=betty.pk).resumes_as is None
    assert [row.sentence for row in StatusChange.objects.order_by("pk")] == [
        "A dispute was opened.",
        "No hold stands any more.",
    ]


def test_what_happens_during_a_review_is_remembered_for_its_end(betty):
    put(betty, "active_conversation")
    standing.put_in_review([betty.pk], why=Why.DISPUTE, at=TUESDAY)
    standing.end_conversations([betty.pk], at=LATER)
    assert standing.move([betty.pk], to=Status.PROMISE_ACTIVE, reason="promise", at=LATER) == []
    standing.move([betty.pk], to=Status.PROMISE_OVERDUE, reason="promise", at=LATER)
    assert where(betty) == "in_review"
    standing.leave_review([betty.pk], at=LATER)
    assert where(betty) == "promise_overdue"


@pytest.mark.parametrize("status", sorted(FINISHED))
def test_a_review_does_not_outlive_the_debt(betty, status):
    standing.put_in_review([betty.pk], why=Why.DISPUTE, at=TUESDAY)
    assert standing.move([betty.pk], to=status, reason="balance", at=LATER) == [betty.pk]
    standing.leave_review([betty.pk], at=LATER)
    assert where(betty) == status


def test_the_first_contact_is_in_the_history_and_costs_one_statement(larkfield, django_assert_num_queries):
    crowd = [owes(larkfield, f"Person {n}", f"+1415555{1000 + n}") for n in range(20)]
    with django_assert_num_queries(1):
        standing.begin_management((account.pk for account in crowd), at=LATER)
    assert set(Account.objects.values_list("status", flat=True)) == {"in_auto_management"}
    assert set(StatusChange.objects.values_list("why", flat=True)) == {Why.FIRST_CONTACT}
    assert StatusChange.objects.count() == 20


def test_a_program_moves_an_account_and_is_refused_in_one_sentence(api, betty):
    path = f"/v1/accounts/{betty.public_id}/status"
    moved = api.post(path, {"status": "closed", "reason": "The creditor recalled it."})
    assert (moved.status_code, moved.json()["status"]) == (200, "closed")
    refused = api.post(path, {"status": "escalated", "reason": "Look at it."})
    assert refused.status_code == 409
    assert refused.json()["error"] == "An account that is closed cannot become escalated."
    assert api.patch(f"/v1/accounts/{betty.public_id}", {"status": "paused"}).status_code == 409
    assert api.post(path, {"status": "pending_contact"}).status_code == 422
    assert api.post(path, {"status": "promise_active", "reason": "x"}).json()["code"] == "status_not_by_hand"
    (row,) = api.get(path).json()["items"]
    assert (row["before"], row["after"], row["why"]) == ("pending_contact", "closed", "The creditor recalled it.")


def test_the_reason_is_personal_and_can_be_erased(betty, dana):
    standing.change(account=betty, to=Status.PAUSED, reason="In hospital", actor=dana.actor, at=LATER)
    entry = Entry.objects.get(event="accounts:account:status_changed")
    assert "hospital" not in entry.body


def test_a_person_changes_the_status_and_reads_why_it_changed(client, betty, dana):
    client.force_login(dana)
    address = reverse("account_status", args=[betty.public_id])
    offered = client.get(address).content.decode()
    assert 'value="paused"' in offered
    assert 'value="new"' not in offered
    assert client.post(address, {"status": "paused", "reason": ""}).status_code == 422
    assert client.post(address, {"status": "paused", "reason": "Waits for the creditor"}).status_code == 302
    page = client.get(reverse("account", args=[betty.public_id])).content.decode()
    assert "Waits for the creditor" in page
    assert "by Dana Kern" in page
