"""In whatever order things happen: after an acknowledged opt-out no clearance is given to that address, by any door."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.campaigns import actions
from forbear.campaigns.planner import plan_due_steps
from forbear.channels.models import Sender
from forbear.compliance.models import Entry
from forbear.consent.actions import opt_in, opt_out
from forbear.consent.bulk import Wish, opt_out_list
from forbear.dispatch import carrier
from forbear.dispatch.actions import ContactRefused, send_by_hand
from forbear.dispatch.clearing import clear_due
from forbear.dispatch.models import Message, Referral
from forbear.dispatch.receipts import read_until_idle
from forbear.dispatch.referrals import approve
from forbear.inbox.models import AutoReply
from forbear.sandbox import phones
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, number_of

BY_HAND = "Larkfield Recovery: please call us. We are a debt collector. Reply STOP to end texts."
ANSWERS_OF_LAW = ("confirmation", "help")  # they answer the consumer's own STOP or HELP, and say nothing else
WHO = st.integers(0, 2)
STOPS = ("stop: colleague", "stop: whole person", "stop: list", "stop: reply")
DEEDS = st.one_of(
    st.sampled_from([("plan",), ("clear",), ("clear",), ("hand over",), ("read",), ("approve",)]),
    st.tuples(st.sampled_from([*STOPS, "start", "writes", "by hand"]), WHO),
)


class World:
    """Three people, one of whom the rules leave to a person; two campaigns, an automatic answer, two workers' hands.

    `silent`: by address, the messages that had been cleared when the opt-out was acknowledged.
    """

    def __init__(self, organization, sender):
        self.organization, self.at, self.in_hand, self.silent = organization, TUESDAY, [], {}
        self.people = [
            owes(organization, f"Person {n}", phone)
            for n, phone in enumerate(["+14155550106", "+12135550131", "+18885550123"])
        ]
        AutoReply.objects.create(organization=organization, sender=sender, body="We read it.", created_at=TUESDAY)
        for name in ("One", "Two"):
            campaign = broadcast(organization, self.people, name=name, end_date=TUESDAY.date() + timedelta(days=9))
            actions.activate(campaign=campaign, actor="system", at=TUESDAY)

    def do(self, deed, *who):
        self.at += timedelta(minutes=3)
        at, account = self.at, self.people[who[0]] if who else None
        match deed:
            case "plan":
                plan_due_steps(at=at)
            case "clear":
                self.in_hand.append(clear_due(at=at, limit=2))
            case "hand over":
                for judged in self.in_hand[:1]:
                    carrier.carry_cleared(judged, at=at)
                del self.in_hand[:1]
            case "read":
                read_until_idle(at=at)
            case "approve":
                self.approve(at)
            case "by hand":
                self.write(account, at)
            case "writes":
                self.hear(account, "Which order is this about?", at)
            case "start":
                opt_in(organization=self.organization, channel="sms", address=number_of(account), at=at)
                self.silent.pop(number_of(account), None)
            case _:
                self.stop(deed, account, at)

    def approve(self, at):
        for referral in Referral.objects.filter(status="open", item__status="pending"):
            until = at + timedelta(days=1)
            approve(referral=referral, name="Dana Kern", reason="Denver.", until=until, actor="system", at=at)

    def write(self, account, at):
        with suppress(ContactRefused):
            send_by_hand(
                organization=self.organization, account=account, channel="sms", body=BY_HAND, actor="system", at=at
            )

    def hear(self, account, words, at):
        phones.write_from_phone(phone=number_of(account), body=words, at=at, organization=self.organization)

    def stop(self, deed, account, at):
        address, by = number_of(account), {"actor": "system", "at": at}
        match deed:
            case "stop: colleague":
                opt_out(organization=self.organization, channel="sms", address=address, source="staff", **by)
            case "stop: whole person":
                opt_out(organization=self.organization, channel="all", consumer=account.consumer, source="portal", **by)
            case "stop: list":
                wishes = [Wish("all", other) for other in ("+13125550155", address)]
                opt_out_list(organization=self.organization, wishes=wishes, source="file", **by)
            case "stop: reply":
                self.hear(account, "STOP", at)
                read_until_idle(at=at)
        self.silent.setdefault(address, cleared(address))


def cleared(address):
    """Every message that was ever cleared for the address, in hand or long gone, but for what the law has us answer."""
    told = set(Entry.objects.filter(event="dispatch:item:cleared").values_list("message_id", flat=True))
    rows = Message.objects.filter(address=address, direction="out").exclude(occasion__in=ANSWERS_OF_LAW)
    return told & set(rows.values_list("pk", flat=True))


@pytest.fixture
def paper_number(larkfield):
    return Sender.objects.of(larkfield).get()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=5, max_size=25))
def test_no_order_of_events_clears_a_message_to_a_closed_address(larkfield, paper_number, deeds):
    before = transaction.savepoint()
    try:
        world = World(larkfield, paper_number)
        for deed in [("plan",), *deeds, ("clear",), ("hand over",), ("hand over",)]:
            world.do(*deed)
            for address, known in world.silent.items():
                assert cleared(address) <= known
    finally:
        transaction.savepoint_rollback(before)
