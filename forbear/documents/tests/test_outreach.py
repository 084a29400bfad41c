"""Stories of one outreach: it really leaves, it stops by itself, and whatever comes from elsewhere reaches it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.compliance.models import Entry
from forbear.consent.actions import opt_out
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core.money import Money
from forbear.documents import following, lending, outreach
from forbear.documents.deriving import status_by
from forbear.documents.models import Document, Loan, Outreach
from forbear.documents.opting_out import record_opt_out
from forbear.documents.planning import Chosen
from forbear.documents.refusals import EveryChannelClosed, OutreachRunning
from forbear.documents.states import LoanStatus
from forbear.payments.actions import record_payment, reverse_payment
from forbear.payments.models import Payment
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found
from tests.engine_room import says, template_of, texts_to, turn

from .test_pages import lease

BY = {"actor": "system", "at": TUESDAY}
TEXTS = Chosen(sms=True, email=False, call=False, tone="empathetic", cadence="weekly")
BOTH = Chosen(sms=True, email=True, call=False, tone="empathetic", cadence="weekly")


def start(document: Document, chosen: Chosen = TEXTS, **also: Any) -> Outreach:
    return outreach.start_outreach(document=document, chosen=chosen, **BY | also)


def fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row


def account_of(document: Document) -> Any:
    return Loan.objects.select_related("account__consumer", "account__organization").get(document=document).account


@pytest.fixture
def tractor(larkfield: Organization) -> Document:
    template_of(larkfield)
    return lease(larkfield, due_date=date(2026, 11, 1))


def test_it_really_leaves_week_by_week_until_the_consumer_answers(tractor: Document) -> None:
    walter = account_of(tractor)
    running = start(tractor)
    turn()
    assert len(texts_to(walter)) == 1
    turn(TUESDAY + timedelta(days=6))
    assert len(texts_to(walter)) == 1
    turn(TUESDAY + timedelta(days=7, minutes=1))
    assert len(texts_to(walter)) == 2
    says(walter, "STOP", TUESDAY + timedelta(days=8))
    turn(TUESDAY + timedelta(days=20))
    assert fresh(running).stopped_because == "opted_out"
    assert [text for text in texts_to(walter) if "18,420" in text or "18420" in text] == texts_to(walter)[:2]


def test_a_slower_cadence_lasts_as_long_as_its_contacts(tractor: Document) -> None:
    running = start(tractor, replace(TEXTS, cadence="day 1, day 3, day 5"))
    turn()
    outreach.change_outreach(outreach=running, cadence="monthly", **BY)
    for day in (3, 33, 34, 64, 65, 66):
        turn(TUESDAY + timedelta(days=day))
    assert len(texts_to(account_of(tractor))) == 4


def test_a_payment_in_full_makes_the_loan_current_and_ends_it(tractor: Document) -> None:
    running, walter = start(tractor), account_of(tractor)
    full = {"amount": walter.balance, "method": "bank_transfer", "paid_on": TUESDAY.date()}
    record_payment(organization=walter.organization, account=walter, **full, **BY)
    assert Loan.objects.get().status == LoanStatus.CURRENT
    assert fresh(running).stopped_because == "paid"
    turn(TUESDAY + timedelta(days=10))
    assert texts_to(walter) == []


def test_a_part_payment_leaves_it_running(tractor: Document) -> None:
    running, walter = start(tractor), account_of(tractor)
    part = {"amount": Money(100, "USD"), "method": "cash", "paid_on": TUESDAY.date()}
    record_payment(organization=walter.organization, account=walter, **part, **BY)
    assert fresh(running).active
    assert Loan.objects.select_related("account").get().remaining == Money(1_841_900, "USD")


@pytest.mark.parametrize("whole_person", [True, False])
def test_an_opt_out_from_elsewhere_takes_the_channel_away(tractor: Document, whole_person: bool) -> None:
    running, walter = start(tractor, BOTH), account_of(tractor)
    whose = {"consumer": walter.consumer} if whole_person else {"address": "+14025550119"}
    source = {"channel": OptOutChannel.SMS, "source": OptOutSource.REPLY}
    opt_out(organization=walter.organization, **source, **whose, **BY)
    assert fresh(running).active
    assert running.channels == ["email"]
    opt_out(organization=walter.organization, **source | {"channel": OptOutChannel.ALL}, consumer=walter.consumer, **BY)
    assert fresh(running).stopped_because == "opted_out"


def test_what_is_closed_takes_no_turn_from_the_start(tractor: Document) -> None:
    walter = account_of(tractor)
    closed = {"channel": OptOutChannel.EMAIL, "source": OptOutSource.STAFF}
    opt_out(organization=walter.organization, **closed, consumer=walter.consumer, **BY)
    running = start(tractor, BOTH)
    assert running.channels == ["sms"]
    assert {channel for _, channel in running.versions.get().slots} == {"sms"}
    assert running.versions.get().email
    with pytest.raises(EveryChannelClosed):
        start(lease(tractor.organization, "Other"), Chosen(**{**vars_of(TEXTS), "sms": False, "email": True}))


def vars_of(chosen: Chosen) -> dict[str, Any]:
    return {name: getattr(chosen, name) for name in ("sms", "email", "call", "tone", "cadence", "notes")}


def test_what_had_left_is_listed(tractor: Document) -> None:
    running, walter = start(tractor), account_of(tractor)
    from forbear import engine

    engine.run_until_idle(TUESDAY)
    done = record_opt_out(outreach=running, channel=OptOutChannel.SMS, notes="", source=OptOutSource.STAFF, **BY)
    assert [message.address for message in done.handed_over] == ["+14025550119"]
    assert len(texts_to(walter)) == 1


def test_the_campaign_of_the_engine_ends_and_the_outreach_with_it(tractor: Document) -> None:
    from forbear.campaigns import actions as campaigns

    running = start(tractor)
    campaigns.complete(campaign=running.campaign, **BY | {"actor": "person:1"})
    assert fresh(running).stopped_because == "by_hand"
    again = start(tractor)
    turn(TUESDAY + timedelta(days=120))
    assert fresh(again).stopped_because == "finished"


def test_due_dates_decide_where_the_organization_asks(larkfield: Organization) -> None:
    late = lease(larkfield, "Late", status="CURRENT", due_date=date(2026, 11, 23))
    lease(larkfield, "Not yet", status="CURRENT", due_date=date(2026, 11, 24))
    lease(larkfield, "No date", status="CURRENT")
    lending.let_due_dates_decide(organization=larkfield, derive=True, **BY)
    assert statuses() == {"Late": "BEHIND", "Not yet": "CURRENT", "No date": "CURRENT"}
    running = start(late)
    following.derive_everywhere(at=TUESDAY + timedelta(days=1))
    assert statuses()["Not yet"] == "BEHIND"
    lending.change_loan(loan=late.loan, changes={"due_date": date(2027, 1, 1)}, **BY)
    assert statuses()["Late"] == "CURRENT"
    assert not fresh(running).active
    lending.change_loan(loan=late.loan, changes={"status": LoanStatus.BEHIND}, **BY)
    following.derive_everywhere(at=TUESDAY + timedelta(days=2))
    assert statuses()["Late"] == "BEHIND"
    lending.change_loan(loan=late.loan, changes={"derive_status": True}, **BY)
    assert statuses()["Late"] == "CURRENT"


def statuses() -> dict[str, str]:
    return dict(Loan.objects.values_list("document__title", "status"))


def test_a_reversed_payment_sets_the_loan_back_to_behind(tractor: Document, larkfield: Organization) -> None:
    def pay(cents: int) -> Payment:
        given = {"amount": Money(cents, "USD"), "method": "check", "paid_on": TUESDAY.date()}
        return record_payment(organization=larkfield, account=account_of(tractor), **given, **BY)

    running = start(tractor)
    part, rest = pay(842_000), pay(1_000_000)
    assert tractor_loan(tractor) == ("CURRENT", "paid")
    reverse_payment(payment=part, reason="It bounced", **BY)
    assert tractor_loan(tractor) == ("BEHIND", "reversed")
    assert not fresh(running).active
    reverse_payment(payment=rest, reason="It bounced", **BY)
    assert tractor_loan(tractor) == ("BEHIND", "reversed")
    again = pay(1_842_000)
    lending.change_loan(loan=Loan.objects.get(document=tractor), changes={"status": LoanStatus.CURRENT}, **BY)
    reverse_payment(payment=again, reason="It bounced", **BY)
    assert tractor_loan(tractor) == ("CURRENT", "paid"), "a person said so after it was paid"


def tractor_loan(document: Document) -> tuple[str, str]:
    """Its status, and why it was moved last."""
    moves = Entry.objects.filter(event="documents:loan:status_changed", document_id=document.pk).order_by("-pk")
    return Loan.objects.get(document=document).status, moves[0].told["facts"]["why"]


def test_a_loan_that_was_not_behind_stays_current_when_its_payment_is_reversed(larkfield: Organization) -> None:
    boat = lease(larkfield, "Boat", status="CURRENT")
    paid = {"amount": Money(1_842_000, "USD"), "method": "check", "paid_on": TUESDAY.date()}
    payment = record_payment(organization=larkfield, account=account_of(boat), **paid, **BY)
    reverse_payment(payment=payment, reason="It bounced", **BY)
    assert statuses() == {"Boat": "CURRENT"}


DEEDS = st.sampled_from(["pay", "due", "clear", "night", "remaining"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(DEEDS, st.integers(-40, 40)), max_size=6))
def test_a_derived_status_is_always_what_the_rule_says(once: Any, deeds: list[tuple[str, int]]) -> None:
    with once() as larkfield:
        lending.let_due_dates_decide(organization=larkfield, derive=True, **BY)
        loan = lease(larkfield, status=None, due_date=date(2026, 11, 20)).loan
        today = TUESDAY
        for deed, number in deeds:
            by = {"actor": "system", "at": today}
            changes: dict[str, Any] = {
                "due": {"due_date": today.date() + timedelta(days=number)},
                "clear": {"maturity_date": today.date()},
                "remaining": {"remaining": Money(abs(number) // 20 * 100, "USD")},
            }.get(deed, {})
            if deed == "pay" and account_of(loan.document).balance_minor:
                paid = {"amount": Money(50_000, "USD"), "method": "cash", "paid_on": date(2026, 11, 20)}
                record_payment(organization=larkfield, account=account_of(loan.document), **paid, **by)
            if changes:
                lending.change_loan(loan=loan, changes=changes, **by)
            if deed == "night":
                today += timedelta(days=abs(number))
                following.derive_everywhere(at=today)
            account = account_of(loan.document)
            expected = status_by(account.due_date, account.balance_minor, today.date())
            assert Loan.objects.get(pk=loan.pk).status == expected


@pytest.fixture
def once(larkfield: Organization) -> Any:
    """Each example begins where the last one began."""
    from contextlib import contextmanager

    from django.db import transaction

    class Enough(Exception):
        pass

    @contextmanager
    def example() -> Any:
        try:
            with transaction.atomic():
                yield larkfield
                raise Enough
        except Enough:
            pass

    return example


@pytest.mark.process
def test_two_who_start_at_the_same_moment_start_one(own_database: str) -> None:
    larkfield = found("Larkfield Recovery")
    one = lease(larkfield)
    gate, outcomes = threading.Barrier(4), []

    def begin() -> None:
        try:
            gate.wait(10)
            outcomes.append(start(one).pk)
        except OutreachRunning:
            outcomes.append("refused")
        except Exception as wrong:
            outcomes.append(repr(wrong))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(map(str, outcomes)) == sorted([str(Outreach.objects.get().pk), *["refused"] * 3])


@pytest.mark.process
def test_a_start_meets_an_opt_out(own_database: str) -> None:
    """Whichever comes first: what is closed is not in the plan that stands afterwards."""
    larkfield = found("Larkfield Recovery")
    one = lease(larkfield)
    walter = account_of(one)
    gate, wrong = threading.Barrier(2), []

    def deed(verb: Any) -> None:
        try:
            gate.wait(10)
            verb()
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    closed = {"channel": OptOutChannel.SMS, "source": OptOutSource.STAFF, "consumer": walter.consumer}
    verbs = [lambda: start(one, BOTH), lambda: opt_out(organization=larkfield, **closed, **BY)]
    threads = [threading.Thread(target=deed, args=(verb,), daemon=True) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert Outreach.objects.get().channels == ["email"]
