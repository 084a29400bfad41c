"""A gateway's rate and a house's senders: who is slow or has none waits, loses nothing and holds up nobody."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from forbear.campaigns import actions as campaigns
from forbear.campaigns.planner import plan_due_steps
from forbear.channels.actions import change_sender
from forbear.channels.models import ProviderAccount, Sender
from forbear.dispatch.actions import ContactRefused, send_by_hand
from forbear.dispatch.carrier import carry, carry_until_idle
from forbear.dispatch.models import QueueItem
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, texts_to


@pytest.fixture
def slow(larkfield):
    """Larkfield's account takes five texts a second; fourteen people wait."""
    ProviderAccount.objects.filter(organization=larkfield).update(rate_per_second=5)
    people = [owes(larkfield, f"Person {n}", f"+131255501{n:02}") for n in range(14)]
    campaigns.activate(campaign=broadcast(larkfield, people), actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    return larkfield


def test_so_much_is_claimed_as_leaves_in_a_second_and_then_others_have_their_turn(slow, stranger_org):
    sal = owes(stranger_org, "Sal Other", "+12135550131")
    campaigns.activate(campaign=broadcast(stranger_org, [sal]), actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    assert carry(at=TUESDAY, limit=14).sent == 5
    assert QueueItem.objects.filter(status="pending", deferrals=0).count() == 10
    ProviderAccount.objects.filter(organization=slow).update(next_slot_at=datetime.now(UTC) + timedelta(minutes=1))
    started = time.monotonic()
    assert carry(at=TUESDAY).sent == 1
    assert time.monotonic() - started < 1
    assert len(texts_to(sal)) == 1


def test_the_rest_follows_at_the_accounts_pace_without_another_wake_up(slow):
    started = time.monotonic()
    assert carry_until_idle(at=TUESDAY).sent == 14
    assert 2 <= time.monotonic() - started < 15


def test_a_turn_that_is_over_leaves_the_rest_to_the_next_job(slow):
    carried = carry_until_idle(at=TUESDAY, seconds=0.1)
    assert not carried.idle
    assert QueueItem.objects.filter(status="processing").count() == 0


def test_without_a_sender_everything_waits_and_goes_on_as_soon_as_there_is_one(larkfield, betty):
    campaigns.activate(campaign=broadcast(larkfield, [betty]), actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    sender = Sender.objects.get()
    change_sender(sender=sender, label="", is_active=False, actor="system", at=TUESDAY)
    assert carry(at=TUESDAY).deferred == 1
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("pending", "no_sender")
    assert item.error == "No sender is set up for sms: add one under Settings > Channels."
    assert carry(at=TUESDAY).claimed == 0
    change_sender(sender=sender, label="", is_active=True, actor="system", at=TUESDAY)
    assert carry(at=TUESDAY).sent == 1


def test_a_contact_by_hand_without_a_sender_is_refused_in_one_sentence(larkfield, betty):
    Sender.objects.update(is_active=False)
    with pytest.raises(ContactRefused, match="No sender is set up for sms"):
        send_by_hand(organization=larkfield, account=betty, channel="sms", body="Hello", actor="system", at=TUESDAY)
    assert QueueItem.objects.get().status == "skipped"
