"""A campaign's life: drafts, launches, schedules, pauses, ends; every illegal move is refused by name."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from forbear.accounts.models import Account, ListMember
from forbear.campaigns import actions, planner, queries
from forbear.campaigns.models import Campaign, Enrollment
from forbear.campaigns.preview import launch_preview
from forbear.campaigns.refusals import (
    AlreadyLaunched,
    CannotEnqueue,
    LaunchInThePast,
    NotActive,
    NotDraft,
    NothingToMove,
    NotPaused,
    NotReady,
    NotRunning,
    NotWaiting,
    WrongDates,
)
from forbear.campaigns.states import CAMPAIGN, ENROLLMENT, Status, Walk
from forbear.compliance.models import Entry
from forbear.dispatch.models import Message, QueueItem
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast, launch, list_of, texts_to, turn

DAY = timedelta(days=1)


def test_every_state_can_be_reached():
    assert CAMPAIGN.reachable(Status.DRAFT) == set(Status)
    assert ENROLLMENT.reachable(Walk.OPEN) == set(Walk)


@pytest.mark.parametrize(
    ("status", "verb", "refusal"),
    [
        (Status.ACTIVE, actions.activate, AlreadyLaunched),
        (Status.PAUSED, actions.activate, AlreadyLaunched),
        (Status.COMPLETED, actions.activate, AlreadyLaunched),
        (Status.DRAFT, actions.pause, NotActive),
        (Status.PAUSED, actions.pause, NotActive),
        (Status.DRAFT, actions.resume, NotPaused),
        (Status.ACTIVE, actions.resume, NotPaused),
        (Status.DRAFT, actions.complete, NotRunning),
        (Status.COMPLETED, actions.complete, NotRunning),
        (Status.DRAFT, actions.enqueue, CannotEnqueue),
        (Status.PAUSED, actions.enqueue, CannotEnqueue),
        (Status.DRAFT, actions.cancel_launch, NotWaiting),
        (Status.DRAFT, actions.migrate_accounts, NothingToMove),
        (Status.COMPLETED, actions.migrate_accounts, NothingToMove),
    ],
)
def test_a_move_that_the_state_forbids_is_refused_by_name(larkfield, betty, status, verb, refusal):
    campaign = broadcast(larkfield, [betty])
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    with pytest.raises(refusal):
        verb(campaign=campaign, actor="system", at=TUESDAY)
    assert Campaign.objects.get(pk=campaign.pk).status == status


def test_whoever_stands_twice_is_written_to_once_and_the_others_are_told_why(larkfield, betty, omar):
    twin = owes(larkfield, "Betty Ruble", "+14155550106")
    paid = owes(larkfield, "Petra Paid", "+13125550164", status="paid")
    omar.consumer.points.all().delete()
    campaign = broadcast(larkfield, [betty, twin, omar, paid])
    assert launch(campaign)["sent"] == 1
    assert dict(Enrollment.objects.exclude(reason="").values_list("account_id", "reason")) == {
        twin.pk: "duplicate",
        omar.pk: "no_contact_point",
        paid.pk: "paid",
    }
    assert queries.counts_by_status(campaign) == {"excluded": 3, "delivered": 1}


def test_an_account_in_conversation_is_left_to_its_person(larkfield, betty):
    Account.objects.filter(pk=betty.pk).update(status="active_conversation")
    counts = launch(broadcast(larkfield, [betty]))
    assert (counts["sent"], counts["skipped"]) == (0, 1)
    assert QueueItem.objects.get().reason == "not_eligible"


def test_a_list_emptied_before_the_launch_is_one_sentence(larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    ListMember.objects.all().delete()
    with pytest.raises(NotReady, match="is empty: there is nobody to write to"):
        actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    assert not QueueItem.objects.exists()


def test_a_scheduled_launch_of_a_list_emptied_meanwhile_keeps_the_reason(larkfield, betty):
    campaign = broadcast(larkfield, [betty], follow_list=True)
    actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    ListMember.objects.all().delete()
    turn(TUESDAY + DAY)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.launch_at) == ("draft", None)
    assert campaign.problem.startswith("Not launched: The list")
    assert Entry.objects.filter(event="campaigns:campaign:launch_failed").exists()


@pytest.mark.parametrize(("follow", "reached"), [(True, ["Omar"]), (False, ["Betty"])])
def test_follow_the_list_is_who_is_on_it_at_launch(larkfield, betty, omar, follow, reached):
    campaign = broadcast(larkfield, [betty], follow_list=follow)
    actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    ListMember.objects.all().delete()
    ListMember.objects.create(contact_list=campaign.contact_list, account=omar)
    assert turn(TUESDAY)["sent"] == 0
    assert turn(TUESDAY + DAY)["sent"] == 1
    names = Message.objects.values_list("body", flat=True)
    assert [name for name in ("Betty", "Omar") if any(name in body for body in names)] == reached


def test_a_scheduled_launch_can_be_edited_and_cancelled(larkfield, betty, omar):
    campaign = broadcast(larkfield, [betty])
    campaign = actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    both = list_of(larkfield, [betty, omar], name="Both")
    actions.edit_campaign(campaign=campaign, changes={"contact_list": both}, actor="system", at=TUESDAY)
    assert campaign.enrollments.count() == 2
    actions.cancel_launch(campaign=campaign, actor="system", at=TUESDAY)
    assert turn(TUESDAY + DAY)["sent"] == 0
    assert campaign.enrollments.count() == 0


def test_what_cannot_be_scheduled_or_edited_says_so(larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    with pytest.raises(LaunchInThePast):
        actions.schedule_launch(campaign=campaign, launch_at=TUESDAY, actor="system", at=TUESDAY)
    changes = {"end_date": TUESDAY.date() - DAY}
    with pytest.raises(WrongDates):
        actions.edit_campaign(campaign=campaign, changes=changes, actor="system", at=TUESDAY)
    launch(campaign)
    with pytest.raises(NotDraft):
        actions.edit_campaign(campaign=campaign, changes={"name": "Late"}, actor="system", at=TUESDAY)


def test_pause_cancels_what_waits_and_resume_plans_it_anew(larkfield, hana):
    campaign = broadcast(larkfield, [hana])
    launch(campaign)
    actions.pause(campaign=campaign, actor="system", at=TUESDAY)
    old = QueueItem.objects.get()
    assert (old.status, old.reason) == ("cancelled", "campaign_paused")
    assert turn(TUESDAY + timedelta(hours=3))["sent"] == 0
    actions.resume(campaign=campaign, actor="system", at=TUESDAY + timedelta(hours=4))
    assert turn(TUESDAY + timedelta(hours=4))["sent"] == 1
    assert QueueItem.objects.filter(status="cancelled").count() == 1


def test_enqueue_twice_is_harmless(larkfield, hana):
    campaign = broadcast(larkfield, [hana])
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    first = actions.enqueue(campaign=campaign, actor="system", at=TUESDAY)
    second = actions.enqueue(campaign=campaign, actor="system", at=TUESDAY)
    assert (first.enqueued, first.already_queued) == (0, 1)  # its launch has planned it
    assert (second.enqueued, second.already_queued) == (0, 1)


def test_a_launch_plans_whoever_it_takes_in(larkfield, betty, omar, hana):
    """At once and in order; whoever is left out has no item."""
    Account.objects.filter(pk=omar.pk).update(status="paid")
    campaign = broadcast(larkfield, [betty, omar, hana])
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    planned = QueueItem.objects.order_by("id").values_list("account_id", "status")
    assert list(planned) == [(pk, "pending") for pk in sorted([betty.pk, hana.pk])]
    walks = campaign.enrollments.values_list("account_id", "status", "reason")
    assert sorted(walks) == sorted([(betty.pk, "open", ""), (omar.pk, "excluded", "paid"), (hana.pk, "open", "")])
    assert not campaign.due.exists()
    assert planner.plan_due_steps(at=TUESDAY) == 0


def test_a_broadcast_that_begins_tomorrow_is_planned_tomorrow(larkfield, betty):
    campaign = broadcast(larkfield, [betty], start_date=(TUESDAY + DAY).date(), end_date=(TUESDAY + DAY).date())
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    assert (planner.plan_due_steps(at=TUESDAY), QueueItem.objects.count()) == (0, 0)
    assert planner.plan_due_steps(at=TUESDAY + DAY) == 1


def test_a_broadcast_is_over_when_nobody_walks_any_more_or_its_last_day_is(larkfield, betty, hana):
    quick, slow = broadcast(larkfield, [betty], name="Quick"), broadcast(larkfield, [hana], name="Slow")
    launch(quick)
    launch(slow)
    assert set(Campaign.objects.values_list("name", "status")) == {("Quick", "completed"), ("Slow", "active")}
    planner.complete_ended(at=TUESDAY + DAY)
    assert Campaign.objects.get(name="Slow").status == "completed"
    item = QueueItem.objects.get(account=hana)
    assert (item.status, item.reason) == ("cancelled", "campaign_completed")


def test_deleting_a_campaign_keeps_its_messages_and_the_log(larkfield, betty, hana):
    campaign = broadcast(larkfield, [betty, hana])
    launch(campaign)
    actions.delete(campaign=campaign, actor="system", at=TUESDAY)
    assert not Campaign.objects.exists()
    assert not Enrollment.objects.exists()
    assert Message.objects.count() == 1
    assert Entry.objects.filter(campaign_id__isnull=False).exists()
    assert QueueItem.objects.get(account=hana).status == "cancelled"


def test_the_preview_says_what_a_launch_then_does(larkfield, betty, omar, hana):
    twin = owes(larkfield, "Betty Again", "+14155550106")
    campaign = broadcast(larkfield, [betty, omar, hana, twin])
    preview = launch_preview(campaign, at=TUESDAY)
    assert (preview.total, preview.counted, preview.leave_now, preview.held_total) == (4, 4, 2, 1)
    assert dict(preview.excluded) == {"duplicate": 1}
    assert preview.samples[0].text == "Larkfield Recovery: Hello Betty, $30.00 is open. We are a debt collector. " + (
        "Reply STOP to end texts."
    )
    assert not QueueItem.objects.exists()
    counts = launch(campaign)
    assert (counts["sent"], counts["deferred"]) == (preview.leave_now, preview.held_total)
    assert texts_to(betty) == [preview.samples[0].text]


@pytest.mark.parametrize("status", ["paid", "in_review"])
def test_a_shared_address_is_written_to_about_the_account_that_may_be_spoken_of(larkfield, betty, status):
    """The older account is paid, or in review: the open one is not its duplicate."""
    twin = owes(larkfield, "Betty Ruble", "+14155550106")
    Account.objects.filter(pk=betty.pk).update(status=status)
    campaign = broadcast(larkfield, [betty, twin])
    assert launch_preview(campaign, at=TUESDAY).leave_now == 1
    assert launch(campaign)["sent"] == 1
    assert Message.objects.get().account_id == twin.pk


def test_a_second_list_does_not_write_to_an_address_twice(larkfield, betty, hana):
    campaign = broadcast(larkfield, [betty, hana])
    launch(campaign)
    twin = owes(larkfield, "Betty Again", "+14155550106")
    more = list_of(larkfield, [twin], name="More")
    actions.enroll(campaign=campaign, contact_list=more, actor="system", at=TUESDAY)
    enrollment = Enrollment.objects.get(account=twin)
    assert (enrollment.status, enrollment.reason) == ("excluded", "duplicate")


def test_a_waiting_launch_that_begins_to_follow_its_list_forgets_who_was_on_it(larkfield, betty, omar):
    campaign = broadcast(larkfield, [betty], end_date=TUESDAY.date() + DAY)
    campaign = actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    actions.edit_campaign(campaign=campaign, changes={"follow_list": True}, actor="system", at=TUESDAY)
    ListMember.objects.update(account=omar)
    assert turn(TUESDAY + DAY)["sent"] == 1
    assert "Omar" in Message.objects.get().body


def test_a_new_name_does_not_change_who_was_taken_down(larkfield, betty, omar):
    campaign = broadcast(larkfield, [betty])
    campaign = actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    ListMember.objects.create(contact_list=campaign.contact_list, account=omar)
    actions.edit_campaign(campaign=campaign, changes={"name": "Renamed"}, actor="system", at=TUESDAY)
    assert campaign.enrollments.get().account_id == betty.pk


def test_a_launch_that_is_cancelled_at_the_last_moment_does_not_happen(larkfield, betty, omar, monkeypatch):
    """The scheduler is at it already: launching the first of many takes its time."""
    first, second = broadcast(larkfield, [betty], name="First"), broadcast(larkfield, [omar], name="Second")
    for campaign in (first, second):
        actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    activate = actions.activate

    def takes_its_time(**how):
        activate(**how)
        actions.cancel_launch(campaign=second, actor="system", at=TUESDAY + DAY)

    monkeypatch.setattr(actions, "activate", takes_its_time)
    assert planner.launch_scheduled(at=TUESDAY + DAY) == 1
    assert Campaign.objects.get(pk=second.pk).status == "draft"


def test_a_campaign_that_breaks_holds_up_no_other(larkfield, betty, omar, monkeypatch):
    tomorrow = (TUESDAY + DAY).date()
    broken = broadcast(larkfield, [betty], name="Broken", start_date=tomorrow, end_date=tomorrow)
    well = broadcast(larkfield, [omar], name="Well", start_date=tomorrow, end_date=tomorrow)
    for campaign in (broken, well):
        actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    plan = planner.plan_due

    def breaks(campaign, **how):
        if campaign.pk == broken.pk:
            raise AssertionError("no strategy")
        return plan(campaign, **how)

    monkeypatch.setattr(planner, "plan_due", breaks)
    assert planner.plan_due_steps(at=TUESDAY + DAY) == 1
    assert QueueItem.objects.get().account_id == omar.pk


@pytest.mark.process
def test_two_staff_launch_at_once_and_one_of_them_wins(own_database):
    organization = found("Larkfield Recovery")
    people = [owes(organization, f"Person {n}", f"+1312555010{n}") for n in range(5)]
    campaign = broadcast(organization, people)
    answers: list[str] = []
    gate = threading.Barrier(2)

    def push(name: str) -> None:
        gate.wait()
        try:
            actions.activate(campaign=Campaign.objects.get(pk=campaign.pk), actor=name, at=TUESDAY)
            answers.append("launched")
        except AlreadyLaunched as refused:
            answers.append(refused.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=push, args=(name,)) for name in ("person:1", "person:2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["Somebody has launched this campaign already.", "launched"]
    assert turn()["sent"] == 5


def test_a_launch_compares_no_address_with_every_other(larkfield, betty):
    """Also where the database has counted nothing yet, as right after an import: a list of 15,000 took 20 seconds."""
    campaign = broadcast(larkfield, [betty])
    planned = {**planner._values(campaign, TUESDAY), "due": None, "list": campaign.contact_list_id}
    with connection.cursor() as cursor:
        due = planner.ENROLL.format(accounts=planner.OF_LIST, free="")
        statement = planner._PLAN.format(due=due, also="", **planner._UNSCORED)
        cursor.execute(f"EXPLAIN (VERBOSE) {statement}", planned)
        plan = [line for (line,) in cursor.fetchall()]
    assert any("address" in line and "hashed SubPlan" in line for line in plan)
    assert not [line for line in plan if "Join Filter" in line and "address" in line]
