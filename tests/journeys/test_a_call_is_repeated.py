"""A voice step with two retries, over the gateway's real door: nobody answers, nobody tells, then somebody does.

Each turn of the engine is made twice: whatever is done is done once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from forbear import engine
from forbear.campaigns import queries
from forbear.campaigns.models import Enrollment
from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.dispatch.calls import UNHEARD_AFTER
from forbear.dispatch.models import Call, Message, QueueItem, Webhook
from forbear.sandbox import gateway
from forbear.sandbox.models import PaperText, SimulatedConsumer
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.waits import parse_wait
from tests.cast import TUESDAY
from tests.engine_room import number_of, template_of
from tests.letters_and_calls import CALL, opened, wording
from tests.portfolios import begun

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DELAY = 14 * HOUR
WEDNESDAY = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 08:00 where Betty lives: the delay ended at night
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # the day between is Thanksgiving


@pytest.fixture
def hour(monkeypatch):
    """`hour(at)`: the engine works until nothing is due then; the gateway posts to the door that real ones post to."""
    door = Client()

    def post(account, headers, body, at):
        answer = door.post(f"/webhooks/{account.public_id}", body, content_type="application/json", headers=headers)
        assert answer.json() == {"ok": True, "repeated": False}

    def work(at):
        monkeypatch.setattr(clock, "now", lambda: at)
        for _ in range(2):
            engine.run_until_idle(at, gateway=lambda now: gateway.report(at=now, post=post))

    return work


@pytest.fixture
def campaign(larkfield, betty):
    """A call that is tried three times, fourteen hours apart, and a text a day after it."""
    opened(larkfield)
    call = StepPlan(
        "voice", template_id=wording(larkfield, "voice", CALL).pk, wait=parse_wait("1d"), max_retries=2,
        retry_delay=parse_wait("14h"),
    )  # fmt: skip
    return begun(larkfield, [betty], Plan((call, StepPlan("sms", template_id=template_of(larkfield).pk))))


def phone_answers(account, result):
    SimulatedConsumer.objects.update_or_create(phone=number_of(account), defaults={"answers": result})


def walk_of(account):
    return Enrollment.objects.get(account=account)


def attempts():
    """Of each attempt in turn: what became of its item, its message and its call."""
    items = QueueItem.objects.filter(step=0).order_by("attempt").select_related("message__call")
    return [(item.attempt, item.status, item.message.status, item.message.call.result) for item in items]


def is_near(moment, expected):
    return expected <= moment < expected + MINUTE


def rings(channel="voice"):
    """When the gateway itself took a call; each was handed over once, under a reference of its own."""
    rows = PaperText.objects.filter(channel=channel, direction="out").order_by("pk")
    assert all(row.repeats == 0 for row in rows)
    assert len({row.reference for row in rows}) == len(rows)
    return [row.at for row in rows]


def told_of(account):
    """What the log tells of the account's contacts, without what the contact is about."""
    rows = Entry.objects.filter(account_id=account.pk, event__startswith="dispatch:").order_by("pk")
    return [row.event.removeprefix("dispatch:") for row in rows]


def nobody_takes_it(hour, betty):
    """The first attempt: rung out at once, and due again when the delay is over, not before."""
    phone_answers(betty, "no_answer")
    hour(TUESDAY)
    assert attempts() == [(0, "completed", "undelivered", "no_answer")]
    walk = walk_of(betty)
    assert (walk.step, walk.attempt, walk.contacts) == (0, 1, 1)
    assert is_near(walk.due_at, TUESDAY + DELAY)
    hour(TUESDAY + DELAY - MINUTE)
    assert QueueItem.objects.count() == 1


def nobody_tells(hour, betty):
    """The second waits for the morning, is rung, and after half an hour of silence is over."""
    phone_answers(betty, "unknown")
    hour(TUESDAY + DELAY + MINUTE)  # 22:43 in San Francisco
    (held,) = QueueItem.objects.filter(status="pending")
    assert (held.attempt, held.scheduled_for, held.deferrals, len(rings())) == (1, WEDNESDAY, 1, 1)
    hour(WEDNESDAY)
    assert rings() == [TUESDAY, WEDNESDAY]
    hour(WEDNESDAY + UNHEARD_AFTER - MINUTE)
    walk = walk_of(betty)
    assert (Message.objects.get(item=held).status, Call.objects.count()) == ("sent", 1)
    assert (walk.step, walk.attempt, walk.due_at, walk.status) == (0, 1, None, "open")
    given_up = WEDNESDAY + UNHEARD_AFTER + MINUTE
    hour(given_up)
    assert attempts()[1:] == [(1, "completed", "undelivered", "unknown")]
    walk = walk_of(betty)
    assert (walk.step, walk.attempt, walk.contacts) == (0, 2, 2)
    assert is_near(walk.due_at, given_up + DELAY)


def third_time(hour, betty, result):
    """The third waits for the morning after the holiday."""
    phone_answers(betty, result)
    for night in range(24):
        hour(WEDNESDAY + DELAY + night * HOUR)
    assert len(rings()) == 2
    hour(FRIDAY)
    assert rings() == [TUESDAY, WEDNESDAY, FRIDAY]


SATURDAY = FRIDAY + timedelta(days=1)
ANSWERED = [("right_party", "delivered", 1), ("busy", "undelivered", 0)]
LOGGED = [
    *("item:cleared", "message:sent", "call:ended"),
    *("item:deferred", "item:cleared", "message:sent", "call:ended"),
    *("item:deferred", "item:cleared", "message:sent", "call:ended"),
    *("item:cleared", "message:sent", "message:delivered"),
]


@pytest.mark.parametrize(("result", "status", "reached"), ANSWERED)
def test_a_call_is_tried_three_times_and_then_the_walk_goes_on(campaign, betty, hour, result, status, reached):
    nobody_takes_it(hour, betty)
    nobody_tells(hour, betty)
    third_time(hour, betty, result)
    assert attempts()[2:] == [(2, "completed", status, result)]
    walk = walk_of(betty)
    assert (walk.step, walk.attempt, walk.contacts, walk.status) == (1, 0, 3, "open")
    assert is_near(walk.due_at, FRIDAY + timedelta(days=1))
    kpis = queries.kpis(campaign)
    assert (kpis.contacted, kpis.reached) == (1, reached)
    hour(SATURDAY + MINUTE)
    assert (rings("sms"), len(rings()), walk_of(betty).status) == ([SATURDAY + MINUTE], 3, "done")
    assert told_of(betty) == LOGGED
    assert set(Webhook.objects.values_list("status", flat=True)) == {"read"}


def test_a_result_that_comes_after_all_corrects_its_call_and_rings_nobody(campaign, larkfield, betty, hour):
    nobody_takes_it(hour, betty)
    nobody_tells(hour, betty)
    late = WEDNESDAY + 2 * HOUR
    PaperText.objects.filter(fate="lost").update(fate="delivered", result="right_party", report_due_at=late)
    hour(late)
    assert attempts()[1:] == [(1, "completed", "delivered", "right_party")]
    assert (walk_of(betty).attempt, queries.kpis(campaign).reached, len(rings())) == (2, 1, 2)
