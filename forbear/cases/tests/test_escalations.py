"""An account that needs a person: who takes it, what came of it, and what the engine does meanwhile."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from forbear.accounts.models import Account
from forbear.accounts.states import ENGINE_ELIGIBLE, Status
from forbear.cases.actions import escalate, release, resolve, take
from forbear.cases.models import Escalation
from forbear.cases.refusals import AccountFinished, CaseNotTaken, CaseResolved, CaseTaken, NotesNeeded, NotYourCase
from forbear.core.money import Money
from forbear.payments.actions import record_payment
from forbear.payments.promising import make_promise
from tests.cast import TUESDAY, found, owes

MINE = {"actor": "person:1", "at": TUESDAY}
THEIRS = {"actor": "person:2", "at": TUESDAY}


def status_of(account: Account) -> str:
    account.refresh_from_db()
    return account.status


def test_automation_stops_and_goes_on(betty):
    case = escalate(account=betty, reason="agent_triggered", **MINE)
    assert status_of(betty) == Status.ESCALATED not in ENGINE_ELIGIBLE
    take(escalation=case, **MINE)
    done = resolve(escalation=case, outcome="return_to_auto", notes="She pays on Friday.", **MINE)
    assert (done.status, done.outcome, status_of(betty)) == ("resolved", "return_to_auto", Status.IN_AUTO_MANAGEMENT)
    with pytest.raises(CaseResolved):
        take(escalation=case, **MINE)


def test_resolved_otherwise_the_account_waits(betty):
    case = take(escalation=escalate(account=betty, reason="legal", **MINE), **MINE)
    resolve(escalation=case, outcome="resolved", notes="The lawyer writes.", **MINE)
    assert status_of(betty) == Status.PAUSED


def test_automation_waits_for_what_was_promised_before_the_case(betty):
    make_promise(account=betty, due_on=TUESDAY.date() + timedelta(days=3), actor="system", at=TUESDAY)
    case = take(escalation=escalate(account=betty, reason="legal", **MINE), **MINE)
    resolve(escalation=case, outcome="return_to_auto", notes="They pay on Friday.", **MINE)
    assert status_of(betty) == Status.PROMISE_ACTIVE


def test_a_second_escalation_is_the_same_case(betty):
    first = escalate(account=betty, reason="legal", **MINE)
    assert escalate(account=betty, reason="max_attempts", **THEIRS).pk == first.pk


def test_a_case_is_one_persons(betty):
    case = escalate(account=betty, reason="legal", **MINE)
    with pytest.raises(CaseNotTaken):
        resolve(escalation=case, outcome="resolved", notes="Done", **MINE)
    take(escalation=Escalation.objects.get(), **MINE)
    with pytest.raises(CaseTaken):
        take(escalation=case, **THEIRS)
    with pytest.raises(NotYourCase):
        resolve(escalation=case, outcome="resolved", notes="Done", **THEIRS)
    with pytest.raises(NotesNeeded):
        resolve(escalation=case, outcome="resolved", notes=" ", **MINE)
    release(escalation=Escalation.objects.get(), **THEIRS)
    assert take(escalation=Escalation.objects.get(), **THEIRS).taken_by == "person:2"


def test_who_pays_needs_nobody_any_more(betty, larkfield):
    escalate(account=betty, reason="max_attempts", **MINE)
    record_payment(
        organization=larkfield, account=betty, amount=Money(3000, "USD"), method="card", paid_on=TUESDAY.date(), **MINE
    )
    case = Escalation.objects.get()
    assert (case.status, case.resolution, status_of(betty)) == ("resolved", "Paid in full.", Status.PAID)
    with pytest.raises(AccountFinished):
        escalate(account=betty, reason="legal", **MINE)


def test_two_who_take_it_at_the_same_moment(own_database):
    account = owes(found("Larkfield Recovery"), "Betty Ruble", "+14155550106")
    case = escalate(account=account, reason="legal", **MINE)
    ready, fates = threading.Barrier(4), []

    def try_to_take(number: int) -> None:
        try:
            one = Escalation.objects.get(pk=case.pk)
            ready.wait()
            take(escalation=one, actor=f"person:{number}", at=TUESDAY)
            fates.append(number)
        except CaseTaken:
            fates.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to_take, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = Escalation.objects.get().taken_by
    assert sorted(fates)[:3] == [0, 0, 0]
    assert winner == f"person:{max(fates)}"
