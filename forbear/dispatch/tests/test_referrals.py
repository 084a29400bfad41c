"""What the rules leave to a person waits for one, is asked once, and goes through the same door after the answer."""

from datetime import timedelta

import pytest

from forbear.accounts import reaching
from forbear.accounts.models import Consumer
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign, Enrollment
from forbear.compliance.models import Entry
from forbear.consent.actions import open_hold, opt_out
from forbear.consent.states import HoldKind
from forbear.core import clock
from forbear.dispatch import actions, carrier
from forbear.dispatch.models import QueueItem, Referral
from forbear.dispatch.queries import contactability
from forbear.dispatch.referrals import approve, ask_by_hand, explained, refuse
from forbear.dispatch.referring import close_moot
from forbear.dispatch.refusals import (
    AlreadyAnswered,
    AlreadyAsked,
    ApprovalNeedsMore,
    NobodyIsAsked,
    NoLongerAsked,
    NothingToApprove,
)
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, launch, number_of, texts_to, turn

DAY, SOON = timedelta(days=1), timedelta(minutes=1)
LAST = TUESDAY.date() + timedelta(days=9)


@pytest.fixture
def tilda(larkfield):
    """Tilda Nowhere, whose toll-free number says nothing about where she is."""
    return owes(larkfield, "Tilda Nowhere", "+18885550123")


@pytest.fixture
def asked(larkfield, tilda):
    launch(broadcast(larkfield, [tilda], end_date=LAST))
    return Referral.objects.get()


def told(event):
    return Entry.objects.filter(event=f"dispatch:{event}").count()


def yes(referral, dana, at=TUESDAY, **also):
    values = {"name": "Dana Kern", "reason": "She told me that she lives in Denver.", "until": at + DAY}
    return approve(referral=referral, actor=dana.actor, at=at, **values | also)


def test_a_contact_that_nobody_may_judge_but_a_person_waits_for_one(asked, tilda):
    item = asked.item
    assert (item.status, item.reason) == ("pending", "unknown_location")
    assert TUESDAY + DAY <= item.scheduled_for < TUESDAY + DAY + SOON
    assert (asked.status, asked.channel, asked.account, asked.consumer) == ("open", "sms", tilda, tilda.consumer)
    assert texts_to(tilda) == []
    assert Enrollment.objects.get().status == "open"
    because = explained(asked)["because"]
    assert "Nothing says where" in because[0]["say"]
    assert because[0]["cite"]
    assert {one["rule"] for one in because if one["outcome"] == "human"} == set(asked.rules)
    assert (told("item:referred"), told("item:skipped")) == (1, 0)


def test_it_is_looked_at_again_after_a_day_and_asked_once(asked, tilda):
    turn(TUESDAY + DAY + SOON)
    asked.refresh_from_db()
    assert Referral.objects.count() == 1
    assert asked.looked_at - asked.opened_at >= DAY
    assert told("item:referred") == 2
    assert asked.item.status == "pending"


def test_what_is_approved_leaves_through_the_same_door(asked, tilda, dana):
    yes(asked, dana)
    turn(TUESDAY)
    assert len(texts_to(tilda)) == 1
    item = QueueItem.objects.get()
    assert item.status == "completed"
    assert f'"approval":"{asked.public_id}"' in item.verdict
    asked.refresh_from_db()
    assert (asked.status, asked.decided_name, asked.decided_by) == ("approved", "Dana Kern", dana.actor)
    entry = Entry.objects.get(event="dispatch:referral:approved")
    assert (entry.actor, entry.account_id) == (dana.actor, tilda.pk)


def test_an_approval_overrides_no_opt_out_and_no_limit(asked, tilda, dana, larkfield):
    other = owes(larkfield, "Otto Also", number_of(tilda))
    opt_out(organization=larkfield, channel="sms", address=number_of(tilda), source="api", actor="system", at=TUESDAY)
    with pytest.raises(NoLongerAsked):
        yes(asked, dana)
    turn(TUESDAY + DAY)
    assert texts_to(tilda) == texts_to(other) == []


def test_an_approved_contact_keeps_the_limits(larkfield, tilda, dana):
    limit = broadcast(larkfield, [tilda], name="One", end_date=LAST)
    launch(limit)
    yes(Referral.objects.get(), dana)
    turn(TUESDAY)
    launch(broadcast(larkfield, [tilda], name="Two", end_date=LAST))
    second = Referral.objects.get(status="open")
    yes(second, dana, until=TUESDAY + 3 * DAY)
    turn(TUESDAY)
    assert len(texts_to(tilda)) == 1
    assert QueueItem.objects.get(pk=second.item_id).status == "pending"


def test_the_approval_is_of_this_contact_and_no_other(asked, tilda, dana, larkfield):
    yes(asked, dana)
    assert contactability(account=tilda, channel="sms", at=TUESDAY)["outcome"] == "human"
    launch(broadcast(larkfield, [tilda], name="Another", end_date=LAST))
    assert Referral.objects.filter(status="open").count() == 1


def test_what_is_refused_is_skipped_and_the_walk_goes_on(asked, tilda, dana):
    refuse(referral=asked, name="Dana Kern", reason="Too doubtful.", actor=dana.actor, at=TUESDAY)
    item = QueueItem.objects.get()
    assert (item.status, item.reason) == ("skipped", "refused_by_person")
    assert Enrollment.objects.get().status == "ended"
    assert told("referral:refused") == told("item:skipped") == 1
    with pytest.raises(AlreadyAnswered):
        yes(asked, dana)


def test_facts_that_change_are_looked_at_at_once(asked, tilda, dana):
    reaching.tell_of_person(tilda.consumer, {}, actor=dana.actor, at=TUESDAY)
    assert QueueItem.objects.get().scheduled_for == TUESDAY
    Consumer.objects.filter(pk=tilda.consumer_id).update(time_zone="America/Denver")
    turn(TUESDAY)
    assert len(texts_to(tilda)) == 1
    asked.refresh_from_db()
    assert asked.status == "settled"
    assert told("referral:closed") == 1


def test_a_hold_that_begins_ends_the_question(asked, tilda):
    open_hold(consumer=tilda.consumer, kind=HoldKind.ATTORNEY, actor="system", at=TUESDAY)
    turn(TUESDAY)
    asked.refresh_from_db()
    assert (asked.status, QueueItem.objects.get().status) == ("settled", "skipped")


def test_the_end_of_the_campaign_ends_the_question(asked):
    end = asked.item.not_after
    turn(end - timedelta(minutes=1))
    assert QueueItem.objects.get().scheduled_for == end
    turn(end)
    asked.refresh_from_db()
    assert asked.status in ("expired", "settled")
    assert QueueItem.objects.get().status in ("skipped", "cancelled")


def test_a_paused_campaign_asks_nobody(asked, larkfield, dana):
    campaigns.pause(campaign=Campaign.objects.get(), actor=dana.actor, at=TUESDAY)
    close_moot(at=TUESDAY)
    asked.refresh_from_db()
    assert asked.status == "settled"


def test_an_approval_that_nobody_used_ends(asked, tilda, dana):
    """Nothing left while it ran: a person is asked again."""
    yes(asked, dana, until=TUESDAY + timedelta(minutes=1))
    close_moot(at=TUESDAY + timedelta(minutes=1))
    asked.refresh_from_db()
    assert asked.status == "expired"
    carrier.carry(at=TUESDAY + timedelta(minutes=2))
    assert texts_to(tilda) == []
    assert Referral.objects.filter(status="open", item=asked.item).count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"reason": ""}, "reason"),
        ({"until": TUESDAY}, "until"),
        ({"until": TUESDAY + 31 * DAY}, "until"),
    ],
)
def test_an_approval_has_a_name_a_reason_and_an_end(asked, dana, given, field):
    with pytest.raises(ApprovalNeedsMore) as refused:
        yes(asked, dana, **given)
    assert set(refused.value.fields) == {field}


def test_an_approval_answers_what_was_read(asked, dana):
    """Somebody read the question before the engine added to it: only what was read is approved."""
    with pytest.raises(NothingToApprove):
        yes(asked, dana, rules=["another.rule"])
    answered = yes(asked, dana, rules=[*asked.rules[:1], "another.rule"])
    assert answered.rules == asked.rules[:1]


def by_hand(larkfield, account, at=TUESDAY):
    return actions.send_by_hand(
        organization=larkfield,
        account=account,
        channel="sms",
        body="Larkfield Recovery: please call us. We are a debt collector. Reply STOP to end texts.",
        actor="system",
        at=at,
    )


def test_a_contact_by_hand_is_refused_then_asked_for_then_made(larkfield, tilda, dana):
    with pytest.raises(actions.ContactRefused) as refused:
        by_hand(larkfield, tilda)
    assert refused.value.verdict["outcome"] == "human"
    referral = ask_by_hand(account=tilda, channel="sms", note="A callback.", actor="person:1", at=TUESDAY)
    with pytest.raises(AlreadyAsked):
        ask_by_hand(account=tilda, channel="sms", actor="person:1", at=TUESDAY)
    with pytest.raises(actions.ContactRefused):
        by_hand(larkfield, tilda)
    yes(referral, dana)
    assert by_hand(larkfield, tilda).status == "sent"
    with pytest.raises(actions.ContactRefused) as refused:
        by_hand(larkfield, tilda, at=TUESDAY + timedelta(minutes=5))
    assert refused.value.verdict["outcome"] == "defer"


def test_nobody_is_asked_about_what_the_rules_answer(betty):
    with pytest.raises(NobodyIsAsked):
        ask_by_hand(account=betty, channel="sms", actor="person:1", at=TUESDAY)


def test_what_was_asked_by_hand_is_forgotten_after_a_week(tilda):
    referral = ask_by_hand(account=tilda, channel="sms", actor="person:1", at=TUESDAY)
    assert close_moot(at=TUESDAY + 6 * DAY) == 0
    assert close_moot(at=TUESDAY + 7 * DAY) == 1
    referral.refresh_from_db()
    assert referral.status == "expired"


def test_programs_list_ask_approve_and_refuse(larkfield, tilda, asked, api, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    (one,) = api.get("/v1/referrals", status="open").json()["items"]
    assert (one["id"], one["account_id"], one["reason"]) == (asked.public_id, tilda.public_id, "unknown_location")
    assert one["verdict"]["because"][0]["cite"]
    path = f"/v1/referrals/{asked.public_id}"
    until = (TUESDAY + DAY).isoformat()
    nameless = api.post(f"{path}/approve", {"reason": "Denver.", "until": until})
    assert (nameless.status_code, nameless.json()["fields"]) == (422, {"name": "Say it."})
    answer = api.post(f"{path}/approve", {"reason": "Denver.", "until": until, "name": "Dana Kern"}).json()
    assert (answer["status"], answer["name"], answer["until"]) == ("approved", "Dana Kern", "2026-11-25T16:42:00Z")
    assert api.post(f"{path}/refuse", {"reason": "No.", "name": "Dana Kern"}).status_code == 409
    assert api.get(path).json()["status"] == "approved"
    asked_too = api.post("/v1/referrals", {"account_id": tilda.public_id, "channel": "sms", "note": "Hello"})
    assert asked_too.status_code == 201
    refused = api.post(f"/v1/referrals/{asked_too.json()['id']}/refuse", {"reason": "No.", "name": "Dana Kern"})
    assert (refused.json()["status"], refused.json()["decision"]) == ("refused", "No.")


def test_a_send_by_hand_tells_a_program_that_a_person_decides(tilda, api, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    answer = api.post(f"/v1/accounts/{tilda.public_id}/dispatch", {"channel": "sms", "body": "Hello from Larkfield"})
    assert (answer.status_code, answer.json()["blocked"]) == (422, True)
    assert answer.json()["verdict"]["outcome"] == "human"


@pytest.fixture
def manager(dana, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    client.force_login(dana)
    return client


def test_a_manager_reads_what_is_asked_and_approves(asked, tilda, manager):
    listed = manager.get("/needs-a-person").content.decode()
    assert "Tilda Nowhere" in listed
    assert "12 CFR 1006.6" in listed
    assert "1 contact needs a person" in " ".join(manager.get("/").content.decode().split())
    page = f"/needs-a-person/{asked.public_id}"
    assert "Nothing says where the consumer is" in manager.get(page).content.decode()
    given = {"reason": "", "until": "2026-11-25T10:00", "rules": asked.rules}
    assert manager.post(f"{page}/approve", given).status_code == 422
    manager.post(f"{page}/approve", given | {"reason": "She said Denver."})
    turn(TUESDAY)
    assert len(texts_to(tilda)) == 1
    assert "Approved by Dana Kern" in manager.get(page).content.decode()
    assert "Tilda Nowhere" not in manager.get("/needs-a-person").content.decode()
    assert "Tilda Nowhere" in manager.get("/needs-a-person?show=answered").content.decode()


def test_an_operator_asks_and_may_not_answer(tilda, larkfield, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    client.force_login(employ(larkfield, "Opal Reed", Role.OPERATOR))
    assert "Ask for an approval" in client.get(f"/accounts/{tilda.public_id}/write").content.decode()
    client.post(f"/accounts/{tilda.public_id}/ask", {"note": "She wants to pay on Friday."})
    referral = Referral.objects.get()
    page = client.get(f"/needs-a-person/{referral.public_id}").content.decode()
    assert "A manager or an administrator answers this." in page
    assert client.post(f"/needs-a-person/{referral.public_id}/approve", {}).status_code == 403
