"""Whatever happens in whatever order: no text after an acknowledged opt-out, and never two for one contact."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.campaigns import actions
from forbear.campaigns.planner import plan_due_steps
from forbear.consent.actions import opt_in, opt_out
from forbear.dispatch import carrier
from forbear.dispatch.clearing import clear_due
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.reaper import reap
from forbear.dispatch.receipts import read_until_idle
from forbear.sandbox import gateway
from forbear.sandbox.models import PaperText
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast

PHONES = ["+14155550106", "+12135550131"]
DEEDS = st.one_of(
    st.sampled_from([("plan",), ("clear",), ("hand over",), ("report",), ("reap",), ("pause",), ("resume",)]),
    st.tuples(st.sampled_from(["stop", "start"]), st.integers(0, 1)),
)


class World:
    """Two people, two campaigns. `silent`: how many texts a phone had when its opt-out was acknowledged."""

    def __init__(self, organization):
        self.organization, self.at, self.in_hand, self.silent = organization, TUESDAY, [], {}
        people = [owes(organization, f"Person {n}", phone) for n, phone in enumerate(PHONES)]
        last = TUESDAY.date() + timedelta(days=9)
        self.campaigns = [broadcast(organization, people, name=name, end_date=last) for name in ("One", "Two")]
        for campaign in self.campaigns:
            actions.activate(campaign=campaign, actor="system", at=TUESDAY)

    def do(self, deed, *who):
        self.at += timedelta(seconds=1)
        at = self.at
        match deed:
            case "plan":
                plan_due_steps(at=at)
            case "clear":
                self.in_hand.append(clear_due(at=at, limit=1))
            case "hand over" if self.in_hand:
                carrier.carry_cleared(self.in_hand.pop(0), at=at)
            case "report":
                gateway.report(at=at)
                read_until_idle(at=at)
            case "reap":
                reap(at=at, lost_after=timedelta(0))
            case "pause" | "resume":
                needed = "active" if deed == "pause" else "paused"
                if self.campaigns[0].status == needed:
                    self.campaigns[0] = getattr(actions, deed)(campaign=self.campaigns[0], actor="system", at=at)
            case "stop" | "start":
                self.wish(deed, PHONES[who[0]], at)

    def wish(self, deed, phone, at):
        whose = {"organization": self.organization, "channel": "sms", "address": phone, "at": at}
        if deed == "start":
            opt_in(**whose)
            self.silent.pop(phone, None)
        else:
            opt_out(**whose, source="staff", actor="system")
            self.silent.setdefault(phone, texts()[phone])


def texts():
    return Counter(PaperText.objects.filter(direction="out").values_list("phone", flat=True))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=5, max_size=20))
def test_no_order_of_events_writes_to_a_closed_address_or_twice(larkfield, deeds):
    before = transaction.savepoint()
    world = World(larkfield)
    for deed in [("plan",), *deeds, ("hand over",)]:
        world.do(*deed)
        assert {phone: texts()[phone] for phone in world.silent} == world.silent
    assert not PaperText.objects.filter(repeats__gt=0).exists()
    keys = list(
        Message.objects.filter(direction="out").values_list("item__enrollment_id", "item__step", "item__attempt")
    )
    assert len(keys) == len(set(keys))
    in_hand = QueueItem.objects.filter(status="processing")
    assert Message.objects.filter(status="sending").count() == in_hand.count()
    transaction.savepoint_rollback(before)
