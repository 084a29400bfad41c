"""What binds, binds whoever is at work: a limit's last contact is spent once, and who has stopped us is left alone.

Workers are real processes on a database of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier

import pytest
from django.db import connection

from forbear.campaigns import actions
from forbear.campaigns.planner import plan_due_steps
from forbear.channels.models import ProviderAccount, Sender
from forbear.compliance.models import Entry
from forbear.consent.actions import opt_out
from forbear.dispatch import carrier, clearing
from forbear.dispatch.models import Message, QueueItem
from forbear.sandbox.models import PaperText
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast, number_of
from tests.workers import FORKS, Worker

pytestmark = pytest.mark.process
WORKERS = 3
WAIT = 60


def judge(begin: Barrier) -> int:
    """One item after the other; answers how many were cleared."""
    connection.ensure_connection()
    begin.wait(WAIT)
    count = 0
    while (judged := clearing.clear_due(at=TUESDAY, limit=1)).cleared or judged.refused:
        count += len(judged.cleared)
    return count


def carry(begin: Barrier) -> int:
    """Until nothing is due; answers how many were sent."""
    connection.ensure_connection()
    begin.wait(WAIT)
    return carrier.carry_until_idle(at=TUESDAY, limit=2).sent


class Workers:
    """Several processes at one queue; all are ready before any of them begins."""

    def __init__(self, url: str, deed: Callable[[Barrier], int]) -> None:
        self._begin = FORKS.Barrier(WORKERS + 1)
        self._workers = [Worker(url, deed, self._begin) for _ in range(WORKERS)]

    def start(self) -> None:
        self._begin.wait(WAIT)

    def busy(self) -> bool:
        return any(worker.is_busy() for worker in self._workers)

    def finish(self) -> list[int]:
        """What each of them counted."""
        return [worker.answer() for worker in self._workers]


def launched(organization, people, times):
    """Broadcasts to the same people, all of them due now."""
    for number in range(times):
        campaign = broadcast(organization, people, name=f"Campaign {number}", end_date=TUESDAY.date())
        actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)


def test_the_last_message_of_the_day_is_spent_once(own_database):
    larkfield = found("Larkfield Recovery")
    people = [owes(larkfield, f"Person {n}", f"+131255501{n:02}") for n in range(8)]
    launched(larkfield, people, times=4)
    workers = Workers(own_database, carry)
    workers.start()
    sent = workers.finish()
    assert sum(sent) == len(people)
    assert sorted(PaperText.objects.values_list("phone", flat=True)) == sorted(map(number_of, people))
    assert QueueItem.objects.filter(status="pending", reason="daily_limit").count() == 3 * len(people)


def called(account, at):
    """One placed call, as it stands in the register."""
    Message.objects.create(
        organization_id=account.organization_id,
        direction="out",
        channel="voice",
        address=number_of(account),
        consumer_id=account.consumer_id,
        account_id=account.pk,
        body="",
        status="delivered",
        at=at,
    )


def test_the_seventh_call_is_spent_once(own_database):
    """12 CFR 1006.14(b)(2)(i)(A): seven calls within seven days about one debt; six have been placed."""
    larkfield = found("Larkfield Recovery")
    Sender.objects.create(
        organization=larkfield, provider=ProviderAccount.objects.get(), channel="voice", address="+13125550101"
    )
    people = [owes(larkfield, f"Person {n}", f"+131255501{n:02}") for n in range(5)]
    for account in people:
        for day in range(1, 7):
            called(account, TUESDAY - timedelta(days=day))
        for _ in range(4):
            QueueItem.objects.create(
                organization=larkfield,
                occasion="campaign",
                account=account,
                consumer_id=account.consumer_id,
                channel="voice",
                body="This is Robin Smith calling from Larkfield, Inc. Please call me back at 312-555-0101.",
                scheduled_for=TUESDAY,
                created_at=TUESDAY,
            )
    workers = Workers(own_database, judge)
    workers.start()
    assert sum(workers.finish()) == len(people)
    placed = Message.objects.filter(channel="voice", status="sending")
    assert sorted(placed.values_list("account_id", flat=True)) == [account.pk for account in people]
    waiting = QueueItem.objects.filter(status="pending")
    assert waiting.count() == 3 * len(people)
    assert set(waiting.values_list("reason", flat=True)) == {"count_7_in_7"}


def cleared(account):
    """The clearances that were ever given for the account."""
    return set(Entry.objects.filter(event="dispatch:item:cleared", account_id=account.pk).values_list("pk", flat=True))


def test_no_clearance_is_given_after_an_acknowledged_opt_out(own_database):
    """People stop us one after the other while three workers clear what is due to them."""
    larkfield = found("Larkfield Recovery")
    people = [owes(larkfield, f"Person {n}", f"+131255501{n:02}") for n in range(40)]
    launched(larkfield, people, times=3)
    workers = Workers(own_database, judge)
    workers.start()
    acknowledged = {}
    for account in reversed(people):
        opt_out(
            organization=larkfield,
            channel="sms",
            address=number_of(account),
            source="staff",
            actor="system",
            at=TUESDAY,
        )
        acknowledged[account] = cleared(account)
        time.sleep(0.002)
    raced = workers.busy()
    workers.finish()
    assert {account: cleared(account) for account in people} == acknowledged
    assert not QueueItem.objects.filter(status="pending").exists()
    first = [account for account in people if not acknowledged[account]]
    assert raced or first, "nobody was quicker than the workers: this proved nothing"
