"""How a message travels: planned, judged, handed over, settled, delivered; and what takes it back on the way."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.accounts.models import ContactPoint
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Enrollment
from forbear.campaigns.planner import plan_due_steps
from forbear.channels.models import ProviderAccount
from forbear.compliance.models import Entry
from forbear.consent.actions import opt_out
from forbear.dispatch import carrier, reaper
from forbear.dispatch.clearing import clear_due
from forbear.dispatch.models import Message, QueueItem, Webhook
from forbear.dispatch.receipts import read_webhooks
from forbear.providers import registry
from forbear.providers.base import Accepted, Rejected, Uncertain
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, texts_to, turn
from tests.portfolios import begun


def told(event):
    return Entry.objects.filter(event=event).count()


def test_a_broadcast_goes_out_and_is_told_in_the_log(larkfield, betty, omar, hana):
    counts = launch(broadcast(larkfield, [betty, omar, hana]))
    assert (counts["claimed"], counts["sent"], counts["deferred"]) == (3, 2, 1)
    sent = Message.objects.get(account_id=betty.pk)
    assert sent.body.startswith("Larkfield Recovery: Hello Betty, $30.00 is open.")
    assert sent.status == "delivered"
    assert texts_to(betty) == [sent.body]
    held = QueueItem.objects.get(account=hana)
    assert (held.status, held.reason) == ("pending", "outside_hours")
    assert held.scheduled_for.isoformat() == "2026-11-24T18:00:00+00:00"  # 8:00 in Honolulu
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"done", "open"}
    assert told("dispatch:item:cleared") == told("dispatch:message:sent") == told("dispatch:message:delivered") == 2
    assert told("dispatch:item:deferred") == 1


def test_what_was_held_leaves_when_the_day_opens(larkfield, hana):
    launch(broadcast(larkfield, [hana]))
    turn(TUESDAY + timedelta(hours=1, minutes=17))
    assert texts_to(hana) == []
    turn(TUESDAY + timedelta(hours=1, minutes=18))
    assert len(texts_to(hana)) == 1


def test_who_stops_all_texts_to_themselves_stops_none_to_others_on_the_same_telephone(larkfield, betty, omar):
    ContactPoint.objects.update(address="+14155550106")
    begun(larkfield, [betty, omar])
    plan_due_steps(at=TUESDAY)
    opt_out(organization=larkfield, channel="sms", consumer=betty.consumer, source="staff", actor="system", at=TUESDAY)
    assert dict(QueueItem.objects.values_list("account_id", "status")) == {betty.pk: "skipped", omar.pk: "pending"}


def test_a_second_campaign_waits_for_the_next_day(larkfield, betty):
    """One electronic message a person and day (domain decision 28), whatever campaign it came from."""
    launch(broadcast(larkfield, [betty], name="One"))
    launch(broadcast(larkfield, [betty], name="Two", end_date=TUESDAY.date() + timedelta(days=5)))
    item = QueueItem.objects.get(status="pending")
    assert item.reason == "daily_limit"
    assert len(texts_to(betty)) == 1
    turn(item.scheduled_for)
    assert len(texts_to(betty)) == 2


def test_two_items_of_one_person_in_one_batch_spend_the_day_once(larkfield, betty):
    one, two = (broadcast(larkfield, [betty], name=name) for name in ("One", "Two"))
    for campaign in (one, two):
        campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    carried = carrier.carry(at=TUESDAY)
    assert (carried.sent, carried.deferred) == (1, 1)


def statements(organization, people):
    campaign = broadcast(organization, people, name=f"{len(people)} people")
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    with CaptureQueriesContext(connection) as queries:
        carried = carrier.carry(at=TUESDAY)
    assert carried.sent == len(people)
    frames = ("SAVEPOINT", "RELEASE", "ROLLBACK")
    return [q["sql"].split("(")[0][:60] for q in queries if not q["sql"].startswith(frames)]


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(larkfield):
    few = [owes(larkfield, f"Few {n}", f"+1212555010{n}") for n in range(2)]
    many = [owes(larkfield, f"Many {n}", f"+131255501{n:02}") for n in range(40)]
    two, forty = statements(larkfield, few), statements(larkfield, many)
    assert two == forty
    assert len(forty) <= 32


def test_an_opt_out_after_the_clearance_takes_the_message_back(larkfield, betty, omar, monkeypatch):
    campaign = broadcast(larkfield, [betty, omar])
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    judged = clear_due(at=TUESDAY, limit=10)
    assert len(judged.cleared) == 2
    opt_out(
        organization=larkfield, channel="sms", source="staff", actor="system", at=TUESDAY,
        address=betty.consumer.points.get().address,
    )  # fmt: skip
    carried = carrier.carry_cleared(judged, at=TUESDAY)
    assert (carried.sent, carried.skipped) == (1, 1)
    assert texts_to(betty) == []
    item = QueueItem.objects.get(account=betty)
    assert (item.status, item.reason) == ("skipped", "opted_out")
    assert not Message.objects.filter(account_id=betty.pk).exists()


def test_a_clearance_that_has_grown_old_is_judged_again(larkfield, betty, monkeypatch):
    campaign = broadcast(larkfield, [betty], end_date=TUESDAY.date() + timedelta(days=1))
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    judged = clear_due(at=TUESDAY, limit=10)
    night = timedelta(hours=14)  # 00:42 in Chicago, 22:42 in San Francisco

    class Late(carrier._Since):
        asked = 0

        def now(self):
            self.asked += 1
            return TUESDAY if self.asked == 1 else TUESDAY + night

    carried = carrier._carry(judged, Late(TUESDAY))
    assert (carried.sent, carried.skipped) == (0, 1)
    assert texts_to(betty) == []
    assert QueueItem.objects.get(account=betty).status == "pending"
    turn(TUESDAY)  # the item waits for the morning, not for ever
    assert texts_to(betty) == []


class Broken:
    """A gateway whose answers get lost."""

    kind, is_real, batch_size, channels = "paper", False, 500, frozenset({"sms"})

    def __init__(self, ask=None):
        self.ask = lambda credentials, references: dict.fromkeys(references, ask) if ask else {}

    def submit(self, credentials, messages):
        raise TimeoutError("no answer")


@pytest.fixture
def broken_gateway(monkeypatch):
    def put(adapter):
        monkeypatch.setitem(registry._adapters, "paper", adapter)
        return adapter

    return put


def test_a_lost_answer_is_uncertain_and_never_sent_again(larkfield, betty, broken_gateway):
    broken_gateway(Broken())
    counts = launch(broadcast(larkfield, [betty]))
    assert counts["uncertain"] == 1
    message = Message.objects.get()
    assert (message.status, message.error) == ("uncertain", "TimeoutError while handing over.")
    assert told("dispatch:message:uncertain") == 1
    assert turn(TUESDAY + timedelta(hours=1))["sent"] == 0
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("fate", "status"), [("delivered", "delivered"), ("failed", "undelivered")])
def test_a_receipt_with_our_own_reference_settles_what_was_uncertain(larkfield, betty, broken_gateway, fate, status):
    whole = registry.adapter_of("paper")
    broken_gateway(Broken())
    launch(broadcast(larkfield, [betty]))
    broken_gateway(whole)
    item = QueueItem.objects.get()
    told = {"type": "receipt", "id": "gw-9", "status": fate, "at": TUESDAY.isoformat(), "code": "", "text": ""}
    strangers = [{"reference": "qit-0"}, {"reference": "qit-x"}, {"reference": f"other-{item.pk}"}, {}]
    events = [told | {"id": f"gw-{n}"} | whose for n, whose in enumerate(strangers)]
    provider = ProviderAccount.objects.get()
    for n, body in enumerate([{"events": events}, {"events": [told | {"reference": f"qit-{item.pk}"}]}]):
        Webhook.objects.create(provider=provider, unique_id=str(n), body=json.dumps(body), received_at=TUESDAY)
        assert Message.objects.get().status == "uncertain"
        read_webhooks(at=TUESDAY, limit=10)
    message = Message.objects.get()
    assert (message.status, message.gateway_id) == (status, "gw-9")
    item.refresh_from_db()
    assert (item.status, item.reason, item.error) == ("completed", "", "")


@pytest.mark.parametrize(
    ("answer", "status"),
    [(None, "uncertain"), (Accepted("gw-1"), "sent"), (Uncertain("who knows"), "uncertain")],
)
def test_what_a_dead_worker_left_is_settled_by_the_reaper(larkfield, betty, broken_gateway, answer, status):
    campaign = broadcast(larkfield, [betty])
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    clear_due(at=TUESDAY, limit=10)  # and here the worker dies
    broken_gateway(Broken(ask=answer))
    assert reaper.reap(at=TUESDAY + timedelta(minutes=4)) == 0
    assert reaper.reap(at=TUESDAY + timedelta(minutes=6)) == 1
    assert Message.objects.get().status == status
    assert QueueItem.objects.get().status == "completed"
    assert Enrollment.objects.get().status == "done"
    assert reaper.reap(at=TUESDAY + timedelta(minutes=7)) == 0


@pytest.mark.parametrize(
    ("answer", "status", "item"),
    [
        (Accepted("gw-1"), "sent", ("completed", "")),
        (Rejected("unknown", "Never seen."), "rejected", ("failed", "rejected")),
        (Uncertain("who knows"), "uncertain", ("completed", "uncertain")),
    ],
)
def test_the_gateway_is_asked_once_more_and_nothing_is_sent_again(
    larkfield, betty, broken_gateway, answer, status, item
):
    broken_gateway(Broken())
    launch(broadcast(larkfield, [betty]))
    assert reaper.ask_once_more(at=TUESDAY + timedelta(minutes=6)) == 0  # it cannot tell yet
    broken_gateway(Broken(ask=answer))
    assert reaper.ask_once_more(at=TUESDAY + timedelta(minutes=50)) == 0  # asked less than an hour ago
    turn(TUESDAY + timedelta(minutes=70))
    assert Message.objects.get().status == status
    settled = QueueItem.objects.get()
    assert (settled.status, settled.reason) == item
    assert told("dispatch:message:uncertain") == 1
    assert texts_to(betty) == []


def test_the_gateway_is_not_asked_for_longer_than_a_day(larkfield, betty, broken_gateway):
    broken_gateway(Broken())
    launch(broadcast(larkfield, [betty]))
    broken_gateway(Broken(ask=Accepted("gw-1")))
    assert reaper.ask_once_more(at=TUESDAY + timedelta(days=1, minutes=1)) == 0
    assert reaper.ask_once_more(at=TUESDAY + timedelta(hours=23)) == 1


def test_a_rejection_names_the_code_and_a_block_at_the_gateway_becomes_our_own(larkfield, betty):
    number = betty.consumer.points.get().address
    ProviderAccount.objects.filter(organization=larkfield).update(options={"blocked": [number]})
    counts = launch(broadcast(larkfield, [betty]))
    assert counts["rejected"] == 1
    item = QueueItem.objects.get()
    assert item.status == "failed"
    assert item.error.startswith("blocked_by_consumer: ")
    from forbear.consent.models import OptOut

    kept = OptOut.objects.get()
    assert (kept.address, kept.source, kept.channel) == (number, "provider", "sms")


def test_a_paused_engine_holds_everything_and_cancels_nothing(larkfield, betty):
    from forbear.dispatch.actions import pause_engine, resume_engine

    pause_engine(organization=larkfield, actor="system", at=TUESDAY)
    assert launch(broadcast(larkfield, [betty]))["sent"] == 0
    assert QueueItem.objects.get().status == "pending"
    resume_engine(organization=larkfield, actor="system", at=TUESDAY)
    assert turn()["sent"] == 1


def test_a_missing_value_leaves_the_recipient_out_with_the_reason(larkfield, betty, omar):
    from tests.engine_room import template_of

    omar.fields = {"store": "Corner ${amount}"}
    omar.save()
    body = "${organization}: ${firstName}, pay at ${store}. We are a debt collector. Reply STOP to end texts."
    launch(broadcast(larkfield, [betty, omar], template=template_of(larkfield, body)))
    reasons = dict(QueueItem.objects.values_list("account_id", "reason"))
    assert reasons == {betty.pk: "missing_value", omar.pk: "unsafe_value"}
    assert texts_to(betty) == texts_to(omar) == []


def test_a_value_is_never_evaluated_again(larkfield, betty):
    betty.consumer.first_name = "$amount {lastName}"
    betty.consumer.save()
    launch(broadcast(larkfield, [betty]))
    assert "Hello $amount {lastName}, $30.00" in texts_to(betty)[0]
