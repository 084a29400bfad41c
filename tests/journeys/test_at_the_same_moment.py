"""Several readers, and people, at the same rows in the same moment: both succeed, and nothing is there twice."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction

from forbear.consent.actions import opt_in, opt_out
from forbear.consent.models import Hold, OptOut
from forbear.dispatch.models import Message, Webhook
from forbear.dispatch.receipts import read_webhooks
from forbear.inbox.models import Conversation
from forbear.sandbox import phones
from tests.cast import TUESDAY, found, owes
from tests.engine_room import number_of

pytestmark = pytest.mark.process
LATER = TUESDAY + timedelta(minutes=20)


class Somebody(threading.Thread):
    """Does one thing in a transaction of its own, and commits it when told to."""

    def __init__(self, deed):
        super().__init__(daemon=True)
        self.deed, self.done, self.may_commit = deed, threading.Event(), threading.Event()
        self.wrong: Exception | None = None
        self.start()

    def run(self):
        try:
            with transaction.atomic():
                self.deed()
                self.done.set()
                self.may_commit.wait(30)
        except Exception as wrong:
            self.wrong = wrong
        finally:
            connections.close_all()

    def commits(self):
        self.may_commit.set()
        self.join(30)
        assert self.wrong is None


def meet(first, second):
    """The second one begins while the first has not committed, and goes on once it has."""
    one = Somebody(first)
    assert one.done.wait(30)
    two = Somebody(second)
    time.sleep(0.3)
    one.commits()
    two.commits()


@pytest.fixture
def betty_of(own_database):
    return owes(found("Larkfield Recovery"), "Betty Ruble", "+14155550106")


def test_two_readers_at_the_same_consumers_words(betty_of):
    for minute, text in enumerate(["STOP", "I dispute this debt", "STOP", "I dispute this debt"]):
        at = LATER + timedelta(minutes=minute)
        phones.write_from_phone(phone=number_of(betty_of), body=text, at=at, organization=betty_of.organization)
    meet(lambda: read_webhooks(at=LATER, limit=2), lambda: read_webhooks(at=LATER, limit=2))
    assert set(Webhook.objects.values_list("status", flat=True)) == {"read"}
    assert Message.objects.filter(direction="in").count() == 4
    assert Conversation.objects.get().unread == 4
    assert OptOut.objects.get().at == LATER + timedelta(minutes=2)
    assert Hold.objects.filter(kind="dispute").count() == 1


def test_a_stop_that_meets_a_start_stands_if_it_was_said_later(betty_of):
    """The START lifts what stood; the STOP, said after it, must not be taken for a repeat of what is just lifted."""
    number, house = number_of(betty_of), betty_of.organization
    who = {"organization": house, "channel": "sms", "address": number}
    opt_out(**who, source="reply", actor="system", at=LATER)
    start, stop = LATER + timedelta(minutes=1), LATER + timedelta(minutes=2)
    meet(lambda: opt_in(**who, at=start), lambda: opt_out(**who, source="reply", actor="system", at=stop))
    assert OptOut.objects.get(lifted_at=None).at == stop
