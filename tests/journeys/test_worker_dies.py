"""Workers are killed in the middle of a batch, and several work at once: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import pytest

from forbear.campaigns import actions
from forbear.campaigns.planner import plan_due_steps
from forbear.dispatch import carrier
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.reaper import reap
from forbear.providers import paper
from forbear.sandbox import gateway
from forbear.sandbox.models import PaperText
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast, turn
from tests.workers import Worker

pytestmark = pytest.mark.process


def die(*_: object, **__: object) -> None:
    """As `kill -9` would."""
    os.kill(os.getpid(), signal.SIGKILL)


def after_acceptance(account: int, body: bytes) -> None:
    gateway.accept(account, body)
    die()


def carry(moment: str, limit: int) -> int:
    """The worker of another process: one batch, and at the named moment it is killed."""
    if moment == "before hand-over":
        paper.connect(die)
    elif moment == "after acceptance":
        paper.connect(after_acceptance)
    elif moment == "before settling":
        carrier.settle = die
    return carrier.carry_until_idle(at=TUESDAY, limit=limit).sent


@pytest.fixture
def larkfield_waits(own_database):
    """A launched broadcast to twelve people; nothing has left yet."""
    organization = found("Larkfield Recovery")
    people = [owes(organization, f"Person {n}", f"+131255501{n:02}") for n in range(12)]
    campaign = broadcast(organization, people)
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    return own_database


@pytest.mark.parametrize(
    ("moment", "taken", "status"),
    [("before hand-over", 0, "uncertain"), ("after acceptance", 12, "delivered"), ("before settling", 12, "delivered")],
)
def test_a_worker_killed_in_the_middle_of_a_batch(larkfield_waits, moment, taken, status):
    assert Worker(larkfield_waits, carry, moment, 500).wait() == -signal.SIGKILL
    assert PaperText.objects.count() == taken
    assert set(Message.objects.values_list("status", flat=True)) == {"sending"}
    later = TUESDAY + timedelta(minutes=10)
    assert reap(at=later) == 12
    turn(later)
    assert set(Message.objects.values_list("status", flat=True)) == {status}
    assert set(QueueItem.objects.values_list("status", flat=True)) == {"completed"}
    assert PaperText.objects.count() == taken  # whatever happened, nobody was written to again


def test_two_workers_share_a_queue_and_no_person_is_written_to_twice(larkfield_waits):
    organization = QueueItem.objects.first().organization
    accounts = [item.account for item in QueueItem.objects.select_related("account")]
    for name in ("Second", "Third"):
        campaign = broadcast(organization, accounts, name=name)
        actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    assert QueueItem.objects.filter(status="pending").count() == 36
    workers = [Worker(larkfield_waits, carry, "never", 4) for _ in range(3)]
    assert sum(worker.answer() for worker in workers) == 12
    phones = list(PaperText.objects.values_list("phone", flat=True))
    assert len(phones) == len(set(phones)) == 12
    assert QueueItem.objects.filter(status="pending", reason="daily_limit").count() == 24
