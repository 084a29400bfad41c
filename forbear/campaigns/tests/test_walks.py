"""Walks through a strategy: step by step, at most once each, and out of the way of whoever answers."""

from datetime import timedelta

import pytest

from forbear.accounts.models import Account
from forbear.campaigns import actions, listening, queries
from forbear.campaigns.audience import size_of
from forbear.campaigns.escalating import escalate_due
from forbear.campaigns.figures import fold
from forbear.campaigns.models import CampaignFigures, Enrollment
from forbear.campaigns.planner import launch_scheduled
from forbear.campaigns.refusals import AlreadyInACampaign, CannotEnroll, NotDraft, NotReady
from forbear.campaigns.walking import NO_WAY, Place, move_of
from forbear.cases.actions import resolve, take
from forbear.cases.models import Escalation
from forbear.channels.models import Sender
from forbear.compliance.models import Entry
from forbear.consent.actions import close_hold, open_hold, opt_out
from forbear.consent.states import REVIEWED, OptOutChannel, OptOutSource
from forbear.dispatch.contacts import Settled
from forbear.dispatch.models import QueueItem
from forbear.payments.promising import make_promise, move_promise
from forbear.staff.models import Organization
from forbear.strategies import actions as strategies
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.queries import newest_version
from forbear.strategies.waits import ClosedDays, Wait, parse_wait
from tests.cast import TUESDAY
from tests.engine_room import broadcast, launch, says, template_of, texts_to, turn
from tests.portfolios import BY, begun, portfolio, texts

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def walk_of(account):
    return Enrollment.objects.get(account=account)


def status_of(account):
    return Account.objects.values_list("status", flat=True).get(pk=account.pk)


def is_near(moment, expected):
    """The carrier settles some moments after it began."""
    return expected <= moment < expected + timedelta(seconds=30)


def days(first, last):
    """Every hour of so many days."""
    for hour in range(first * 24, last * 24):
        turn(TUESDAY + hour * HOUR)


def test_each_step_waits_from_the_hand_over_of_the_one_before(larkfield, betty):
    begun(larkfield, [betty])
    turn(TUESDAY)
    assert walk_of(betty).step == 1
    assert is_near(walk_of(betty).due_at, TUESDAY + 2 * DAY)
    turn(TUESDAY + 47 * HOUR)
    assert len(texts_to(betty)) == 1
    turn(TUESDAY + 49 * HOUR)  # Thanksgiving: held until the holiday is over
    assert len(texts_to(betty)) == 1
    turn(TUESDAY + 3 * DAY)
    assert len(texts_to(betty)) == 2
    assert is_near(walk_of(betty).due_at, TUESDAY + 5 * DAY)
    turn(TUESDAY + 5 * DAY + HOUR)
    walk = walk_of(betty)
    assert (len(texts_to(betty)), walk.status, walk.contacts) == (3, "done", 3)
    assert is_near(walk.contacted_at, TUESDAY)
    assert Entry.objects.filter(event="campaigns:enrollment:exhausted", account_id=betty.pk).count() == 1


def test_an_account_is_in_one_open_campaign_and_broadcasts_may_overlap(larkfield, betty, omar):
    first = begun(larkfield, [betty])
    second = begun(larkfield, [omar], name="Winter")
    taken = actions.enroll(campaign=second, accounts=[betty.pk, omar.pk], **BY)
    assert (taken.enrolled, taken.refused) == (0, {"already_in_a_campaign": 1})
    launch(broadcast(larkfield, [betty]))
    assert Enrollment.objects.filter(account=betty).count() == 2
    with pytest.raises(AlreadyInACampaign):
        actions.begin_document_campaign(
            organization=larkfield, account=betty, version=second.strategy_version, name="RCM",
            start_date=TUESDAY.date(), end_date=TUESDAY.date(), **BY,
        )  # fmt: skip
    actions.complete(campaign=first, **BY)
    assert actions.enroll(campaign=second, accounts=[betty.pk], **BY).enrolled == 1


def test_a_new_account_waits_for_its_first_contact_once_it_is_enrolled(larkfield, betty):
    Account.objects.update(status="new")
    begun(larkfield, [betty])
    betty.refresh_from_db()
    assert betty.status == "pending_contact"


def test_whoever_answers_stands_aside_and_goes_on_where_it_stopped(larkfield, betty):
    campaign = begun(larkfield, [betty])
    turn(TUESDAY)
    turn(TUESDAY + 2 * DAY + HOUR)  # planned, and held by the holiday
    assert QueueItem.objects.filter(status="pending").count() == 1
    says(betty, "who is this?", TUESDAY + 2 * DAY + HOUR)
    assert [item.reason for item in QueueItem.objects.filter(status="cancelled")] == ["not_eligible"]
    turn(TUESDAY + 4 * DAY)
    assert (len(texts_to(betty)), walk_of(betty).step) == (1, 1)
    assert actions.enqueue(campaign=campaign, **{**BY, "at": TUESDAY + 4 * DAY}).refused == {"active_conversation": 1}
    Account.objects.update(status="in_auto_management")
    turn(TUESDAY + 5 * DAY)
    assert (len(texts_to(betty)), walk_of(betty).step) == (2, 2)
    kpis = queries.kpis(campaign)
    assert (kpis.total_accounts, kpis.contacted, kpis.reached, kpis.replied) == (1, 1, 1, 1)


def test_whoever_promises_stands_aside_at_once_and_goes_on_where_it_stopped(larkfield, betty):
    begun(larkfield, [betty])
    turn(TUESDAY)
    held = TUESDAY + 2 * DAY + HOUR
    turn(held)  # planned, and held by the holiday
    promise = make_promise(account=betty, due_on=held.date() + 5 * DAY, actor="system", at=held)
    assert [item.reason for item in QueueItem.objects.filter(status="cancelled")] == ["not_eligible"]
    turn(TUESDAY + 4 * DAY)
    assert (len(texts_to(betty)), walk_of(betty).step) == (1, 1)
    move_promise(promise=promise, to="cancelled", actor="system", at=TUESDAY + 4 * DAY)
    turn(TUESDAY + 4 * DAY + HOUR)
    assert (len(texts_to(betty)), walk_of(betty).step) == (2, 2)


@pytest.mark.parametrize("kind", sorted(REVIEWED))
def test_whoever_is_held_stands_aside_until_no_hold_is_left(larkfield, betty, kind):
    begun(larkfield, [betty])
    turn(TUESDAY)
    turn(TUESDAY + 2 * DAY + HOUR)  # planned, and held by the holiday
    by = {"actor": "person:1", "at": TUESDAY + 2 * DAY + HOUR}
    hold = open_hold(consumer=betty.consumer, account=betty, kind=kind, **by)
    other = open_hold(consumer=betty.consumer, account=None, kind="legal" if kind != "legal" else "manual", **by)
    assert (status_of(betty), QueueItem.objects.filter(status="pending").count()) == ("in_review", 0)
    close_hold(hold=hold, reason="A mistake.", **by)
    turn(TUESDAY + 9 * DAY)
    assert (status_of(betty), len(texts_to(betty)), walk_of(betty).step) == ("in_review", 1, 1)
    close_hold(hold=other, reason="A mistake.", **by)
    assert status_of(betty) == "in_auto_management"
    turn(TUESDAY + 9 * DAY)
    assert (len(texts_to(betty)), walk_of(betty).step) == (2, 2)


def test_a_step_that_cannot_reach_anybody_gives_way_to_the_next_at_once(larkfield, betty):
    template = template_of(larkfield)
    letter = template_of(larkfield, name="Letter")
    type(letter).objects.filter(pk=letter.pk).update(channel="email")
    plan = Plan(
        (StepPlan("email", template_id=letter.pk, wait=parse_wait("9d")), StepPlan("sms", template_id=template.pk))
    )

    provider = Sender.objects.get().provider
    Sender.objects.create(organization=larkfield, provider=provider, channel="email", address="office@example.com")
    begun(larkfield, [betty], plan)
    turn(TUESDAY)
    assert (len(texts_to(betty)), walk_of(betty).status) == (1, "done")
    assert QueueItem.objects.get(step=0).reason in NO_WAY


def test_an_opt_out_of_the_only_channel_ends_the_walk(larkfield, betty):
    begun(larkfield, [betty])
    turn(TUESDAY)
    opt_out(organization=larkfield, channel=OptOutChannel.SMS, address="+14155550106", source=OptOutSource.STAFF,
            actor="system", at=TUESDAY + HOUR)  # fmt: skip
    days(1, 6)
    assert (len(texts_to(betty)), walk_of(betty).status) == (1, "done")


def test_paid_accounts_walk_no_further(larkfield, betty):

    begun(larkfield, [betty])
    turn(TUESDAY)
    Account.objects.update(status="paid")
    listening.stand_aside([betty.pk], at=TUESDAY + DAY)
    assert (walk_of(betty).status, walk_of(betty).reason) == ("ended", "paid")
    days(1, 6)
    assert len(texts_to(betty)) == 1


@pytest.mark.parametrize(
    ("escalation", "waits", "at", "reason", "sent"),
    [
        ({"max_attempts": 2}, ("3d", "3d", "3d"), 6, "max_attempts", 2),
        ({"max_attempts": 1}, ("3d",), 3, "max_attempts", 1),
        ({"days_without_response": 5}, ("3d", "9d", "0d"), 5, "days_without_response", 2),
        ({"days_without_response": 9}, ("3d",), 9, "days_without_response", 1),
    ],
)
def test_silence_goes_to_a_person(larkfield, betty, escalation, waits, at, reason, sent):
    begun(larkfield, [betty], texts(template_of(larkfield), *waits, **escalation))
    days(0, at)
    assert not Entry.objects.filter(event="campaigns:enrollment:escalated").exists()
    turn(TUESDAY + at * DAY + 6 * HOUR)
    entry = Entry.objects.get(event="campaigns:enrollment:escalated")
    assert (entry.account_id, f'"reason":"{reason}"' in entry.body) == (betty.pk, True)
    assert (walk_of(betty).status, walk_of(betty).reason, len(texts_to(betty))) == ("ended", "escalated", sent)
    betty.refresh_from_db()
    assert betty.status == "escalated"


def returned(account, at):
    """Somebody takes the case and gives the account back to the engine."""
    by = {"actor": "person:1", "at": at}
    case = take(escalation=Escalation.objects.get(account=account, status="pending"), **by)
    resolve(escalation=case, outcome="return_to_auto", notes="She was abroad.", **by)


def test_who_is_returned_to_the_engine_goes_on_at_the_next_step_and_counts_anew(larkfield, betty):
    campaign = begun(larkfield, [betty], texts(template_of(larkfield), "3d", "3d", "3d", "3d", "3d", max_attempts=2))
    days(0, 7)
    assert (len(texts_to(betty)), walk_of(betty).reason) == (2, "escalated")
    returned(betty, TUESDAY + 7 * DAY)
    turn(TUESDAY + 7 * DAY)
    walk = walk_of(betty)
    assert (len(texts_to(betty)), walk.status, walk.step, walk.contacts) == (3, "open", 3, 1)
    assert (queries.kpis(campaign).contacted, is_near(walk.contacted_at, TUESDAY)) == (1, True)
    days(8, 15)
    assert (len(texts_to(betty)), walk_of(betty).reason) == (4, "escalated")


def test_who_is_returned_stays_where_nothing_is_left_or_another_campaign_has_it(larkfield, betty, omar):
    begun(larkfield, [betty, omar], texts(template_of(larkfield), "1d", "1d", max_attempts=1))
    days(0, 2)
    other = begun(larkfield, [omar], name="Winter")
    returned(betty, TUESDAY + 2 * DAY)
    returned(omar, TUESDAY + 2 * DAY)
    assert walk_of(betty).status == "open"
    assert [walk.status for walk in Enrollment.objects.filter(account=omar).order_by("pk")] == ["ended", "open"]
    assert other.enrollments.get().exclusive


def test_an_answer_in_time_escalates_nothing(larkfield, betty):
    begun(larkfield, [betty], texts(template_of(larkfield), "3d", "3d", max_attempts=1, days_without_response=5))
    turn(TUESDAY)
    says(betty, "call me", TUESDAY + HOUR)
    Account.objects.update(status="in_auto_management")
    assert walk_of(betty).escalates_at is None
    turn(TUESDAY + 3 * DAY + HOUR)
    assert len(texts_to(betty)) == 2
    assert escalate_due(at=TUESDAY + 4 * DAY) == 0


def test_auto_enqueue_off_means_by_hand(larkfield, betty):
    Organization.objects.update(auto_enqueue=False)
    campaign = begun(larkfield, [betty])
    turn(TUESDAY)
    assert texts_to(betty) == []
    assert actions.enqueue(campaign=campaign, **BY).enqueued == 1
    turn(TUESDAY)
    assert len(texts_to(betty)) == 1


def test_a_pause_holds_the_walk_and_resume_goes_on(larkfield, betty):
    campaign = begun(larkfield, [betty])
    turn(TUESDAY)
    actions.pause(campaign=campaign, **BY)
    days(1, 4)
    assert len(texts_to(betty)) == 1
    actions.resume(campaign=campaign, actor="system", at=TUESDAY + 4 * DAY)
    turn(TUESDAY + 4 * DAY)
    assert (len(texts_to(betty)), walk_of(betty).step) == (2, 2)


def test_everything_that_keeps_a_portfolio_from_starting_is_told_at_once(larkfield, betty):
    plan = Plan((StepPlan("email"), StepPlan("voice", wait=parse_wait("1d"))))
    campaign = portfolio(larkfield, [betty], plan)
    strategies.archive_strategy(strategy=campaign.strategy_version.strategy, **BY)
    late = TUESDAY + 30 * DAY
    with pytest.raises(NotReady) as refused:
        actions.activate(campaign=campaign, actor="system", at=late)
    wanted = {"end_date", "strategy_id", "channels.email", "channels.voice", "steps.0", "steps.1"}
    assert set(refused.value.fields) == wanted
    actions.edit_campaign(campaign=campaign, changes={"strategy_version": None}, **BY)
    with pytest.raises(NotReady, match="needs a strategy"):
        actions.activate(campaign=campaign, **BY)


def test_what_keeps_a_strategy_from_being_used_is_told_as_it_is(larkfield, betty):
    campaign = portfolio(larkfield, [betty])
    strategies.archive_strategy(strategy=campaign.strategy_version.strategy, **BY)
    with pytest.raises(NotReady, match="is archived: choose another one"):
        actions.activate(campaign=campaign, **BY)


def test_the_start_of_a_campaign_that_runs_stands(larkfield, betty):
    campaign = begun(larkfield, [betty])
    with pytest.raises(NotDraft, match="the rest stands") as refused:
        actions.edit_campaign(campaign=campaign, changes={"name": "Late", "start_date": TUESDAY.date() - DAY}, **BY)
    assert list(refused.value.fields) == ["start_date"]


def test_accounts_keep_their_version_until_they_are_moved(larkfield, betty, omar):
    template = template_of(larkfield)
    campaign = begun(larkfield, [betty], texts(template, "3d", "3d", "0d"))
    turn(TUESDAY)
    strategy = campaign.strategy_version.strategy
    strategies.edit_strategy(strategy=strategy, plan=texts(template, "1d", "1d"), **BY)
    actions.enroll(campaign=campaign, accounts=[omar.pk], **BY)
    turn(TUESDAY)
    assert is_near(walk_of(omar).due_at, TUESDAY + DAY)
    assert walk_of(betty).version_id != walk_of(omar).version_id == newest_version(strategy).pk
    assert actions.migrate_accounts(campaign=campaign, **BY) == 1
    assert walk_of(betty).version_id == walk_of(omar).version_id
    days(1, 5)
    assert {walk.status for walk in Enrollment.objects.all()} == {"done"}
    assert actions.migrate_accounts(campaign=campaign, **BY) == 0


def test_moving_accounts_loses_no_planned_contact(larkfield, betty, omar):
    """Neither of those who are on the newest version already, nor where nobody is to be moved."""
    template = template_of(larkfield)
    campaign = begun(larkfield, [betty], texts(template, "1d", "1d"))
    actions.enqueue(campaign=campaign, **BY)
    assert actions.migrate_accounts(campaign=campaign, **BY) == 0
    assert QueueItem.objects.filter(status="pending").count() == 1
    strategies.edit_strategy(strategy=campaign.strategy_version.strategy, plan=texts(template, "2d", "1d"), **BY)
    actions.enroll(campaign=campaign, accounts=[omar.pk], **BY)
    actions.enqueue(campaign=campaign, **BY)
    assert actions.migrate_accounts(campaign=campaign, **BY) == 1
    assert QueueItem.objects.filter(status="pending").count() == 2
    turn(TUESDAY)
    assert len(texts_to(betty)) == len(texts_to(omar)) == 1


def test_whoever_is_beyond_the_end_of_the_new_steps_is_done(larkfield, betty):
    template = template_of(larkfield)
    campaign = begun(larkfield, [betty], texts(template, "3d", "3d", "0d"))
    turn(TUESDAY)
    strategies.edit_strategy(strategy=campaign.strategy_version.strategy, plan=texts(template, "1d"), **BY)
    assert actions.migrate_accounts(campaign=campaign, **BY) == 1
    assert walk_of(betty).status == "done"
    assert Entry.objects.filter(event="campaigns:enrollment:exhausted").count() == 1


def test_a_document_campaign_is_planned_at_once_and_goes_on_with_other_steps(larkfield, hana):
    template = template_of(larkfield)
    version = strategies.compile_plan(organization=larkfield, name="RCM", plan=texts(template, "1d", "1d"), at=TUESDAY)
    campaign = actions.begin_document_campaign(
        organization=larkfield, account=hana, version=version, name="RCM", start_date=TUESDAY.date(),
        end_date=TUESDAY.date() + 9 * DAY, **BY,
    )  # fmt: skip
    assert (campaign.status, QueueItem.objects.get().status) == ("active", "pending")
    with pytest.raises(CannotEnroll):
        actions.enroll(campaign=campaign, accounts=[hana.pk], **BY)
    turn(TUESDAY)  # too early in Honolulu
    again = strategies.recompile(version=version, plan=texts(template, "4d", "1d", "1d"), at=TUESDAY)
    actions.restep(campaign=campaign, version=again, **BY)
    assert sorted(QueueItem.objects.values_list("status", "reason")) == [("cancelled", "replanned"), ("pending", "")]
    turn(TUESDAY + 3 * HOUR)
    assert len(texts_to(hana)) == 1
    assert is_near(walk_of(hana).due_at, TUESDAY + 4 * DAY + 3 * HOUR)


def test_a_copy_is_a_draft_from_today_on(larkfield, betty):
    campaign = begun(larkfield, [betty])
    copy = actions.duplicate(campaign=campaign, actor="system", at=TUESDAY + 5 * DAY)
    assert (copy.name, copy.status, copy.kind) == ("Autumn (copy)", "draft", "portfolio")
    assert (copy.start_date, copy.end_date) == (TUESDAY.date() + 5 * DAY, TUESDAY.date() + 25 * DAY)
    assert not copy.enrollments.exists()


def test_a_running_portfolio_may_end_later_and_what_waits_with_it(larkfield, hana):
    campaign = begun(larkfield, [hana])
    turn(TUESDAY)
    later = TUESDAY.date() + 30 * DAY
    actions.edit_campaign(campaign=campaign, changes={"end_date": later, "name": "Longer"}, **BY)
    assert QueueItem.objects.get().not_after > TUESDAY + 30 * DAY


def test_a_portfolio_that_waits_for_its_launch_loses_nobody_who_has_joined(larkfield, betty, omar):
    campaign = portfolio(larkfield, [omar])
    actions.enroll(campaign=campaign, accounts=[betty.pk], **BY)
    actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + HOUR, **BY)
    actions.cancel_launch(campaign=campaign, **BY)
    waiting = actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + HOUR, **BY)
    assert size_of(waiting) == 2
    assert launch_scheduled(at=TUESDAY + HOUR) == 1
    turn(TUESDAY + HOUR)
    assert (len(texts_to(betty)), len(texts_to(omar))) == (1, 1)


def test_a_running_portfolio_takes_no_strategy_that_nobody_has_activated(larkfield, betty):
    campaign = begun(larkfield, [betty])
    plan = texts(template_of(larkfield, name="Other"), "1d")
    draft = strategies.create_strategy(organization=larkfield, name="New", kind="intensive", plan=plan, **BY)
    for version in (newest_version(draft), None):
        with pytest.raises(NotReady):
            actions.edit_campaign(campaign=campaign, changes={"strategy_version": version}, **BY)
    draft = strategies.activate_strategy(strategy=draft, **BY)
    changed = actions.edit_campaign(campaign=campaign, changes={"strategy_version": newest_version(draft)}, **BY)
    assert changed.strategy_version == newest_version(draft)


def test_figures_added_up_are_the_same(larkfield, betty, omar):
    campaign = begun(larkfield, [betty, omar])
    turn(TUESDAY)
    before = queries.kpis(campaign)
    assert CampaignFigures.objects.count() > 1
    fold(above=0)
    assert (CampaignFigures.objects.count(), queries.kpis(campaign)) == (1, before)


PLACE = Place(
    1, 1, 1, 1, True, 1, False, None, Wait(business_days=2), 2, Wait(240), True, None, None, "UTC", ClosedDays()
)


@pytest.mark.parametrize(
    ("settled", "placed", "expected"),
    [
        ({"final": False}, True, ("open", 0, 0, None)),
        ({"retry": True, "reason": "no_answer"}, False, ("open", 0, 1, 4 * HOUR)),
        ({"retry": True, "attempt": 1}, False, ("open", 0, 2, 4 * HOUR)),
        ({"retry": True, "attempt": 2}, False, ("open", 1, 0, 2 * DAY)),
        ({}, True, ("open", 1, 0, 2 * DAY)),
        ({"sent": False, "reason": "no_contact_point"}, False, ("open", 1, 0, 0 * DAY)),
        ({"sent": False, "reason": "hold"}, False, ("open", 1, 0, 2 * DAY)),
        ({"sent": False, "reason": "too_late"}, False, ("done", 1, 0, None)),
        ({"sent": False, "reason": "not_eligible"}, False, ("open", 1, 0, 2 * DAY)),
    ],
)
def test_where_a_settled_item_leads(settled, placed, expected):
    given = Settled(**{"enrollment_id": 1, "step": 0, "sent": True} | settled)
    move = move_of(PLACE, given, placed=placed, at=TUESDAY)
    due = None if move.due_at is None else move.due_at - TUESDAY
    assert (str(move.status), move.steps, move.attempt, due) == expected


def test_a_call_is_repeated_while_nobody_takes_it_and_counts_each_time():
    """Two retries: the step is tried three times; a placed call waits for its result."""
    attempt, tried = 0, 0
    while attempt < 9:
        tried += 1
        settled = Settled(1, 0, sent=True, attempt=attempt, retry=True, channel="voice")
        move = move_of(PLACE, settled, placed=False, at=TUESDAY)
        if move.steps:
            break
        attempt = move.attempt
    assert tried == 3
