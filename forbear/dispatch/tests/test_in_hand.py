"""Between clearance and settlement: what happens there to a message neither loses it nor sends it twice."""

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from forbear.accounts.models import Consumer
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign, Enrollment
from forbear.campaigns.planner import plan_due_steps
from forbear.channels.models import ProviderAccount
from forbear.compliance.models import Entry
from forbear.consent.actions import open_hold
from forbear.consent.states import HoldKind
from forbear.dispatch import carrier, clearing, reaper, recall, receipts, settling
from forbear.dispatch.actions import pause_engine, resume_engine
from forbear.dispatch.clearing import clear_due
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.settling import settle
from forbear.payments.actions import record_payment
from forbear.payments.promising import make_promise
from forbear.providers import registry
from forbear.providers.base import Accepted, Rejected
from forbear.strategies.models import Step
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast, launch, texts_to, turn

LATER = TUESDAY + timedelta(minutes=6)
TOMORROW = TUESDAY + timedelta(days=1)


def cleared(campaign):
    """Claimed and judged, not handed over yet."""
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    return clear_due(at=TUESDAY, limit=10)


class At(carrier._Since):
    """A worker for which this much time has passed since the clearance."""

    asked = 0
    passed = timedelta(seconds=30)

    def now(self):
        self.asked += 1
        return TUESDAY if self.asked == 1 else TUESDAY + self.passed


def a_slow_worker_goes_on(judged, *, passed=timedelta(seconds=30)):
    since = At(TUESDAY)
    since.passed = passed
    return carrier._carry(judged, since)


def test_what_the_reaper_has_settled_is_not_handed_over_any_more(larkfield, betty):
    """The worker slept, or the clock was moved on: it was taken for dead."""
    judged = cleared(broadcast(larkfield, [betty]))
    assert reaper.reap(at=LATER) == 1
    carried = carrier.carry_cleared(judged, at=LATER)
    assert (carried.sent, carried.uncertain) == (0, 0)
    assert texts_to(betty) == []
    assert Message.objects.get().status == "uncertain"


def test_an_answer_that_comes_after_the_reaper_is_believed_and_moves_the_walk_once(larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    judged = cleared(campaign)
    second = Step.objects.get()
    second.pk, second.position = None, 1
    second.save()
    reaper.reap(at=LATER)
    settle([one.in_hand for one in judged.cleared], [Accepted("gw-1")], at=LATER)
    message = Message.objects.get()
    assert (message.status, message.gateway_id) == ("sent", "gw-1")
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("completed", "")
    assert Enrollment.objects.get().step == 1
    settle([one.in_hand for one in judged.cleared], [Rejected("late", "Too late")], at=LATER)
    assert Message.objects.get().status == "sent"
    assert Entry.objects.filter(event="dispatch:message:rejected").count() == 0


def test_a_taken_back_message_does_not_outlive_the_campaigns_pause(larkfield, betty):
    campaign = broadcast(larkfield, [betty], end_date=TOMORROW.date())
    judged = cleared(campaign)
    campaigns.pause(campaign=campaign, actor="system", at=TUESDAY)
    night = timedelta(hours=14)
    assert a_slow_worker_goes_on(judged, passed=night).skipped == 1
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("cancelled", "campaign_paused")
    assert turn(TOMORROW)["sent"] == 0
    campaigns.resume(campaign=campaign, actor="system", at=TOMORROW)
    assert turn(TOMORROW)["sent"] == 1


def test_a_taken_back_message_waits_again_when_the_pause_is_over_already(larkfield, betty):
    campaign = broadcast(larkfield, [betty], end_date=TOMORROW.date())
    judged = cleared(campaign)
    campaigns.pause(campaign=campaign, actor="system", at=TUESDAY)
    campaigns.resume(campaign=Campaign.objects.get(), actor="system", at=TUESDAY)
    a_slow_worker_goes_on(judged, passed=timedelta(hours=14))
    assert QueueItem.objects.get().status == "pending"
    assert turn(TOMORROW)["sent"] == 1


def test_what_is_in_hand_during_a_pause_finishes(larkfield, betty):
    judged = cleared(campaign := broadcast(larkfield, [betty]))
    campaigns.pause(campaign=campaign, actor="system", at=TUESDAY)
    assert carrier.carry_cleared(judged, at=TUESDAY).sent == 1
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("completed", "")


def pays(account):
    record_payment(
        organization=account.organization, account=account, amount=account.balance, method="card",
        paid_on=TUESDAY.date(), actor="system", at=TUESDAY,
    )  # fmt: skip


def died(account):
    open_hold(consumer=account.consumer, kind=HoldKind.DECEASED, actor="system", at=TUESDAY)


def promises(account):
    make_promise(account=account, due_on=TUESDAY.date() + timedelta(days=3), actor="system", at=TUESDAY)


@pytest.mark.parametrize(
    ("happens", "reason"), [(pays, "not_eligible"), (promises, "not_eligible"), (died, "hold_deceased")]
)
def test_whoever_pays_promises_or_is_held_while_a_message_is_in_hand_does_not_get_it(
    larkfield, betty, omar, happens, reason
):
    judged = cleared(broadcast(larkfield, [betty, omar]))
    happens(betty)
    carried = carrier.carry_cleared(judged, at=TUESDAY)
    assert (carried.sent, carried.skipped) == (1, 1)
    assert [item.reason for item in QueueItem.objects.filter(account=betty)] == [reason]
    assert (texts_to(betty), len(texts_to(omar))) == ([], 1)


def test_a_campaign_deleted_with_a_message_in_hand(larkfield, betty):
    judged = cleared(campaign := broadcast(larkfield, [betty]))
    campaigns.delete(campaign=campaign, actor="system", at=TUESDAY)
    assert carrier.carry_cleared(judged, at=TUESDAY).sent == 1
    assert QueueItem.objects.get().status == "completed"


def test_the_campaigns_last_day_holds_at_hand_over_too(larkfield, betty):
    judged = cleared(broadcast(larkfield, [betty]))
    assert a_slow_worker_goes_on(judged, passed=timedelta(hours=14)).skipped == 1
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("skipped", "too_late")
    assert texts_to(betty) == []


def test_a_pause_of_the_engine_takes_back_what_has_grown_old_and_loses_nothing(larkfield, betty):
    judged = cleared(broadcast(larkfield, [betty]))
    pause_engine(organization=larkfield, actor="system", at=TUESDAY)
    a_slow_worker_goes_on(judged)
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("pending", "engine_paused")
    resume_engine(organization=larkfield, actor="system", at=TUESDAY)
    assert turn()["sent"] == 1


def test_the_verdict_of_what_was_taken_back_is_the_one_that_took_it_back(larkfield, betty):
    campaign = broadcast(larkfield, [betty], end_date=TOMORROW.date())
    a_slow_worker_goes_on(cleared(campaign), passed=timedelta(hours=14))
    item = QueueItem.objects.get()
    assert item.reason == "outside_hours"
    assert '"outcome":"defer"' in item.verdict


def test_one_item_that_cannot_be_judged_holds_up_nobody(larkfield, betty, omar, monkeypatch):
    campaigns.activate(campaign=broadcast(larkfield, [betty, omar]), actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    judge = clearing.judge

    def stumbles(facts, law, at):
        if facts.account_id == str(betty.pk):
            raise KeyError("portal_link")
        return judge(facts, law, at)

    monkeypatch.setattr(clearing, "judge", stumbles)
    assert turn()["sent"] == 1
    item = QueueItem.objects.get(account=betty)
    assert (item.status, item.error) == ("failed", "This contact could not be judged (KeyError).")
    assert len(texts_to(omar)) == 1


class Chatty:
    """A gateway whose words are longer than our columns, and not all of them are text."""

    kind, is_real, batch_size, channels = "paper", False, 500, frozenset({"sms"})

    def submit(self, credentials, messages):
        return [Rejected("E" * 90, "No\x00 \ud800 " + "such number. " * 90) for _ in messages]


def test_whatever_a_gateway_says_can_be_written_down(larkfield, betty, monkeypatch):
    monkeypatch.setitem(registry._adapters, "paper", Chatty())
    judged = cleared(broadcast(larkfield, [betty]))
    assert carrier.carry_cleared(judged, at=TUESDAY).rejected == 1
    message = Message.objects.get()
    assert message.error_code == "E" * 40
    assert message.error.startswith("No ")


def test_an_account_that_cannot_be_opened_fails_and_leaves_nothing_uncertain(larkfield, betty):
    ProviderAccount.objects.update(sealed_secrets="broken")
    judged = cleared(broadcast(larkfield, [betty]))
    assert carrier.carry_cleared(judged, at=TUESDAY).rejected == 1
    assert QueueItem.objects.get().error.startswith("no_credentials: The gateway's account cannot be opened")


@pytest.mark.parametrize("size", [2, 30])
def test_the_reaper_costs_the_same_statements_whatever_a_dead_worker_left(larkfield, size):
    people = [owes(larkfield, f"Person {n}", f"+131255501{n:02}") for n in range(size)]
    cleared(broadcast(larkfield, people))
    clear_due(at=TUESDAY, limit=100)
    with CaptureQueriesContext(connection) as queries:
        assert reaper.reap(at=LATER) == size
    assert len(queries) < 20


def test_a_consumers_own_time_zone_may_be_nonsense(larkfield, betty):
    Consumer.objects.update(time_zone="Mars/Phobos")
    assert len(cleared(broadcast(larkfield, [betty])).cleared) == 1


@pytest.mark.parametrize(
    ("room", "name"),
    [
        (clearing, "lock_consumers"),
        (recall, "_closed_addresses"),
        (settling, "_begin_management"),
        (receipts, "_apply_receipts"),
    ],
)
def test_a_deadlocks_victim_begins_again_and_nothing_is_left_uncertain(own_database, monkeypatch, room, name):
    betty = owes(found("Larkfield Recovery"), "Betty Ruble", "+14155550106")
    tries, whole = [], getattr(room, name)

    def once_a_victim(*given):
        tries.append(given)
        if len(tries) == 1:
            raise OperationalError from psycopg.errors.DeadlockDetected()
        return whole(*given)

    monkeypatch.setattr(room, name, once_a_victim)
    assert launch(broadcast(betty.organization, [betty]))["sent"] == 1
    assert (len(tries), Message.objects.get(direction="out").status) == (2, "delivered")
