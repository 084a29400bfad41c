"""An opt-out is lifted by two: one asks with the evidence, another one confirms."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry
from forbear.consent import lifting
from forbear.consent.actions import opt_out
from forbear.consent.models import Lift, OptOut
from forbear.consent.refusals import AlreadyLifted, LiftAsked, NoLiftAsked, SecondPersonNeeded, StoppedAgain
from forbear.core import clock
from forbear.staff.keys import issue_key
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.door import program_of

LATER = TUESDAY + timedelta(hours=1)
WHY = {"reason": "She asked us to write again.", "evidence": "Her letter of 20 November, signed."}


@pytest.fixture
def stopped(larkfield):
    who = {"organization": larkfield, "channel": "sms", "address": "+14155550106"}
    return opt_out(**who, source="reply", actor="system", at=TUESDAY)


def ask(stopped, person, **also):
    return lifting.ask_lift(opt_out=stopped, **{**WHY, "actor": person.actor, "at": LATER} | also)


def told(action):
    return Entry.objects.filter(event=f"consent:address:{action}").count()


def test_one_asks_and_another_confirms(stopped, dana, ada):
    lift = ask(stopped, dana)
    stopped.refresh_from_db()
    assert (lift.status, stopped.lifted_at, told("lift_asked")) == ("asked", None, 1)
    lifting.confirm_lift(opt_out=stopped, actor=ada.actor, at=LATER)
    stopped.refresh_from_db()
    assert (stopped.lifted_at, stopped.lifted_by, stopped.lift_evidence) == (LATER, ada.actor, WHY["evidence"])
    entry = Entry.objects.get(event="consent:address:opt_out_lifted")
    assert (entry.actor, f'"asked_by":"{dana.actor}"' in entry.facts) == (ada.actor, True)
    with pytest.raises(AlreadyLifted):
        ask(stopped, dana)


def test_the_same_person_does_not_confirm(stopped, dana, ada):
    ask(stopped, dana)
    with pytest.raises(SecondPersonNeeded, match="Whoever asked cannot confirm it"):
        lifting.confirm_lift(opt_out=stopped, actor=dana.actor, at=LATER)
    with pytest.raises(LiftAsked):
        ask(stopped, ada)
    stopped.refresh_from_db()
    assert stopped.lifted_at is None


def test_a_key_is_whoever_made_it(larkfield, stopped, dana, ada):
    keys = {
        person: issue_key(
            organization=larkfield, name="Theirs", scopes=["consent:lift"], actor=person.actor, at=TUESDAY
        ).key
        for person in (dana, ada)
    }
    type(keys[dana]).objects.filter(pk=keys[dana].pk).update(created_by=dana)
    type(keys[ada]).objects.filter(pk=keys[ada].pk).update(created_by=ada)
    ask(stopped, dana)
    with pytest.raises(SecondPersonNeeded):
        lifting.confirm_lift(opt_out=stopped, actor=keys[dana].actor, at=LATER)
    lifting.confirm_lift(opt_out=stopped, actor=keys[ada].actor, at=LATER)


def test_where_there_is_nobody_else_that_is_said(stopped, dana):
    ask(stopped, dana)
    with pytest.raises(SecondPersonNeeded, match="Only one person here may lift opt-outs"):
        lifting.confirm_lift(opt_out=stopped, actor=dana.actor, at=LATER)


def test_a_stop_since_then_makes_the_evidence_old(larkfield, stopped, dana, ada):
    ask(stopped, dana)
    who = {"organization": larkfield, "channel": "sms", "address": "+14155550106"}
    opt_out(**who, source="reply", actor="system", at=LATER + timedelta(minutes=1))
    with pytest.raises(StoppedAgain):
        lifting.confirm_lift(opt_out=stopped, actor=ada.actor, at=LATER + timedelta(minutes=2))


def test_what_is_declined_stands_and_may_be_asked_anew(stopped, dana, ada):
    ask(stopped, dana)
    lifting.decline_lift(opt_out=stopped, reason="That letter is not hers.", actor=ada.actor, at=LATER)
    assert told("lift_declined") == 1
    with pytest.raises(NoLiftAsked):
        lifting.confirm_lift(opt_out=stopped, actor=ada.actor, at=LATER)
    ask(stopped, dana)
    assert Lift.objects.count() == 2


def test_a_message_named_as_evidence_came_from_the_consumer(larkfield, stopped, dana):
    with pytest.raises(lifting.NotTheirMessage):
        ask(stopped, dana, message_id=7)
    record([Draft(larkfield.pk, "dispatch:message:sent", message_id=7)], at=TUESDAY)
    with pytest.raises(lifting.NotTheirMessage):
        ask(stopped, dana, message_id=7)


def test_programs_ask_and_another_key_confirms(larkfield, stopped, api, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)
    path = f"/v1/opt-outs/{stopped.public_id}/lift"
    asked = api.post(path, WHY)
    assert (asked.status_code, asked.json()["lifted_at"]) == (202, None)
    assert asked.json()["lift"]["asked_by"].startswith("key_")
    assert api.post(f"{path}/confirm").status_code == 403
    confirmed = program_of(larkfield).post(f"{path}/confirm")
    assert (confirmed.status_code, confirmed.json()["lift"]) == (200, None)
    assert confirmed.json()["lifted_at"]
    assert api.post(f"{path}/decline", {"reason": "Too late."}).status_code == 409


def test_the_page_asks_shows_the_file_and_confirms(larkfield, stopped, dana, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)
    client.force_login(dana)
    path = f"/compliance/opt-outs/{stopped.public_id}/lift"
    assert "Only one person here" in client.get(path).content.decode()
    mona = employ(larkfield, "Mona Second", Role.MANAGER)
    client.post(path, WHY | {"file": SimpleUploadedFile("letter.txt", b"Please write to me again.")})
    assert "somebody else confirms" in client.get(path).content.decode()
    assert "1 opt-out waits" in client.get("/compliance/opt-outs").content.decode()
    client.post(f"{path}/confirm")
    assert OptOut.objects.get().lifted_at is None
    client.force_login(mona)
    assert "Dana Kern asks to open it again" in client.get(path).content.decode()
    assert client.get(f"{path}/file").content == b"Please write to me again."
    client.post(f"{path}/confirm")
    assert OptOut.objects.get().lifted_at == LATER
