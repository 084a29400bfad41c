"""A dispute and its hold are one truth, whichever side is opened or closed."""

from __future__ import annotations

import pytest

from forbear.accounts.models import Account
from forbear.accounts.states import Status
from forbear.cases.disputing import close_dispute, investigate, open_dispute
from forbear.cases.models import Dispute
from forbear.cases.refusals import DisputeClosed, DisputeStands, NotesNeeded, UnderInvestigation
from forbear.consent.actions import close_hold, open_hold
from forbear.consent.ledger import NewAct, record_acts
from forbear.consent.models import Hold
from forbear.consent.states import ActSource, ActType, HoldKind
from tests.cast import TUESDAY

BY = {"actor": "person:1", "at": TUESDAY}


def status_of(account: Account) -> str:
    account.refresh_from_db()
    return account.status


def disputes(account: Account) -> Dispute:
    return open_dispute(account=account, reason="I never ordered this.", **BY)


def test_opening_one_opens_the_hold(betty):
    dispute = disputes(betty)
    hold = Hold.objects.get(account=betty, kind=HoldKind.DISPUTE, closed_at=None)
    assert (dispute.hold_id, dispute.status, dispute.source, dispute.reason) == (hold.pk, "open", "staff", hold.notes)
    assert status_of(betty) == Status.IN_REVIEW
    with pytest.raises(DisputeStands):
        disputes(betty)


def test_rejected_the_account_is_again_what_it_was(betty):
    Account.objects.filter(pk=betty.pk).update(status=Status.IN_AUTO_MANAGEMENT)
    betty.refresh_from_db()
    dispute = investigate(dispute=disputes(betty), **BY)
    with pytest.raises(UnderInvestigation):
        investigate(dispute=dispute, **BY)
    close_dispute(dispute=dispute, status="rejected", notes="The order is signed.", **BY)
    assert (dispute.status, status_of(betty)) == ("rejected", Status.IN_AUTO_MANAGEMENT)
    assert not Hold.objects.filter(closed_at=None).exists()
    with pytest.raises(DisputeClosed):
        close_dispute(dispute=dispute, status="resolved", notes="Again", **BY)


@pytest.mark.parametrize(("close", "status"), [(False, Status.PAUSED), (True, Status.CLOSED)])
def test_resolved_nothing_is_collected_by_itself(betty, close, status):
    close_dispute(dispute=disputes(betty), status="resolved", notes="Wrong person.", close_account=close, **BY)
    assert status_of(betty) == status


def test_a_hold_that_an_act_opens_is_a_dispute_and_one_that_ends_closes_it(betty, larkfield):
    act = NewAct(ActType.DISPUTE, TUESDAY, ActSource.CONSUMER, betty.consumer_id, betty.pk, evidence="A letter")
    record_acts(organization=larkfield, acts=[act], **BY)
    dispute = Dispute.objects.get()
    assert (dispute.account_id, dispute.source, dispute.status) == (betty.pk, "record", "open")
    close_hold(hold=dispute.hold, reason="She wrote again.", **BY)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.resolution) == ("resolved", "She wrote again.")


def test_a_dispute_of_the_whole_person(betty):
    open_hold(consumer=betty.consumer, kind=HoldKind.DISPUTE, notes="All of it", **BY)
    dispute = Dispute.objects.get()
    assert (dispute.account_id, status_of(betty)) == (None, Status.IN_REVIEW)
    close_dispute(dispute=dispute, status="rejected", notes="No", **BY)
    assert status_of(betty) == Status.PENDING_CONTACT


@pytest.mark.parametrize(("close", "status"), [(False, Status.PAUSED), (True, Status.CLOSED)])
def test_a_dispute_of_the_whole_person_that_they_win_stops_everything_they_owe(betty, close, status):
    open_hold(consumer=betty.consumer, kind=HoldKind.DISPUTE, notes="All of it", **BY)
    close_dispute(dispute=Dispute.objects.get(), status="resolved", notes="Not hers.", close_account=close, **BY)
    assert status_of(betty) == status


def test_other_holds_are_no_disputes(betty):
    open_hold(consumer=betty.consumer, kind=HoldKind.ATTORNEY, **BY)
    assert not Dispute.objects.exists()
    with pytest.raises(NotesNeeded):
        open_dispute(account=betty, reason=" ", **BY)
