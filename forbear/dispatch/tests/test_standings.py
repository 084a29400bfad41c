"""What people did and said reaches the policy: gathered once a batch, folded once a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.accounts.models import ContactPoint
from forbear.consent.ledger import NewAct, record_acts
from forbear.consent.models import Act
from forbear.consent.states import ActSource, ActType
from forbear.dispatch.gather import Case, facts_of, gather
from forbear.dispatch.models import Message
from forbear.dispatch.queries import contactability
from tests import engine_room
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, texts_to, turn

DAY = timedelta(days=1)


def says(organization, account, kind, *, days_ago=1, source="consumer", **more):
    known = {"consumer_id": account.consumer_id, "evidence": "On the telephone."} | more
    act = NewAct(type=ActType(kind), at=TUESDAY - days_ago * DAY, source=ActSource(source), **known)
    return record_acts(organization=organization, acts=[act], actor="system", at=TUESDAY)[0]


def answer(account, channel="sms", occasion="campaign", at=TUESDAY):
    found = contactability(account=account, channel=channel, at=at, occasion=occasion)
    return found["outcome"], found["reason"]


def provenance(account, word):
    ContactPoint.objects.filter(consumer=account.consumer_id).update(provenance=word)


def test_a_number_that_the_consumer_gave_is_written_to(larkfield, betty):
    assert answer(betty) == ("allow", "")


def test_a_number_found_by_others_needs_the_consumers_own_consent(larkfield, betty):
    provenance(betty, "skip_traced")
    assert answer(betty) == ("block", "no_consent")
    says(larkfield, betty, "consent", channel="sms", details={"given_to": "collector"})
    assert answer(betty) == ("allow", "")
    says(larkfield, betty, "revocation", days_ago=0, channel="sms")
    assert answer(betty) == ("block", "consent_revoked")


def test_where_nobody_knows_whence_a_number_comes_a_person_is_asked(larkfield, betty):
    provenance(betty, "unknown")
    assert answer(betty) == ("human", "unknown_provenance")


def test_what_is_said_about_e_mail_is_no_word_about_texts(larkfield, betty):
    says(larkfield, betty, "opt_out", channel="email")
    assert answer(betty) == ("allow", "")


def test_washington_wants_consent_before_a_text(larkfield):
    there = owes(larkfield, "Ida Marsh", "+12025550143")
    assert answer(there) == ("allow", "")  # given to the creditor
    provenance(there, "unknown")
    found = contactability(account=there, channel="sms", at=TUESDAY, occasion="campaign")
    assert "us-dc.consent" in {one["rule"] for one in found["because"] if one["outcome"] == "block"}


def test_a_time_called_inconvenient_holds_until_it_is_over(larkfield, betty):
    mornings = {"weekdays": ["tue"], "start": "08:00", "end": "12:00", "tz": "America/Los_Angeles"}
    says(larkfield, betty, "inconvenient_time", details=mornings)
    launch(broadcast(larkfield, [betty]))
    assert texts_to(betty) == []
    turn(TUESDAY.replace(hour=20, minute=0))
    assert len(texts_to(betty)) == 1


def test_stop_calling_closes_calls_and_leaves_texts(larkfield, betty):
    assert answer(betty, "voice", "manual")[0] == "allow"
    says(larkfield, betty, "media_request", details={"medium": "voice"})
    assert answer(betty, "voice", "manual") == ("block", "media_request")
    assert answer(betty) == ("allow", "")


@pytest.mark.parametrize("actor", ["creditor", "third_party_collector"])
def test_not_at_work_binds_every_organization(larkfield, betty, actor):
    larkfield.actor = actor
    larkfield.save()
    ContactPoint.objects.filter(consumer=betty.consumer_id).update(place="work")
    says(larkfield, betty, "inconvenient_place", details={"place": "work"})
    assert answer(betty)[0] == "block"


def test_somebody_elses_number_is_closed_until_it_is_verified(larkfield, betty):
    number = "+14155550106"
    says(larkfield, betty, "wrong_party", address=number, source="creditor_file")
    assert answer(betty)[0] == "block"
    says(larkfield, betty, "number_verified", days_ago=0, address=number, source="provider")
    assert answer(betty)[0] == "allow"


def test_a_number_that_bounced_is_closed_for_whoever_has_it(larkfield, betty):
    act = NewAct(ActType.OUT_OF_SERVICE, TUESDAY - DAY, ActSource.PROVIDER, address="+14155550106")
    record_acts(organization=larkfield, acts=[act], actor="system", at=TUESDAY)
    assert answer(betty)[0] == "block"


def test_a_reassigned_number_is_not_written_to(larkfield, betty):
    says(larkfield, betty, "rnd", address="+14155550106", details={"answer": "yes"}, source="provider")
    assert answer(betty) == ("block", "reassigned")


def test_a_written_dispute_stands_until_the_verification_is_sent(larkfield, betty):
    dispute = says(larkfield, betty, "dispute", account_id=betty.pk, details={"in_writing": True})
    case = Case(0, larkfield.pk, "manual", betty.pk, betty.consumer_id, "sms")
    facts = facts_of(case, gather([case], at=TUESDAY))
    assert [(one.account_id, one.at) for one in facts.disputes] == [(str(betty.pk), dispute.at)]


def test_the_procedures_bind_who_chose_them_and_a_text_from_the_consumer_opens_them(larkfield, betty):
    larkfield.elective_packs = ["US-REGF-PROCEDURES"]
    larkfield.save()
    assert answer(betty)[0] == "block"
    Message.objects.create(
        organization=larkfield, direction="in", channel="sms", address="+14155550106", consumer_id=betty.consumer_id,
        account_id=betty.pk, body="Who are you?", status="received", occasion="answer", at=TUESDAY - 40 * DAY,
    )  # fmt: skip
    assert answer(betty) == ("allow", "")
    assert answer(betty, at=TUESDAY + 30 * DAY)[0] == "block"


def test_people_with_acts_cost_a_batch_no_statement_more(larkfield, betty, omar, hana):
    cases = [Case(n, larkfield.pk, "campaign", one.pk, one.consumer_id, "sms") for n, one in enumerate((betty, omar))]
    with CaptureQueriesContext(connection) as before:
        gather(cases, at=TUESDAY)
    for one in (betty, omar):
        says(larkfield, one, "consent", channel="sms")
        says(larkfield, one, "media_request", details={"medium": "voice"})
    with CaptureQueriesContext(connection) as after:
        gather(cases, at=TUESDAY)
    assert len(after) == len(before) <= 9


def test_another_organizations_acts_are_not_ours(larkfield, stranger_org, betty):
    theirs = owes(stranger_org, "Betty Ruble", "+14155550106")
    says(stranger_org, theirs, "revocation", channel="sms", address="+14155550106")
    assert answer(betty) == ("allow", "")


@pytest.mark.parametrize(
    ("words", "kind", "details"),
    [
        ("Please stop calling me", "media_request", {"medium": "voice", "scope": "all"}),
        ("Do not call me at work", "inconvenient_place", {"place": "work"}),
    ],
)
def test_what_a_reply_asks_for_is_written_down(larkfield, betty, words, kind, details):
    launch(broadcast(larkfield, [betty]))
    engine_room.says(betty, words, TUESDAY + timedelta(minutes=5))
    act = Act.objects.get()
    assert (act.type, act.details, act.evidence, act.source) == (kind, details, words, "consumer")
    assert (act.consumer_id, act.account_id) == (betty.consumer_id, None)
    assert Message.objects.get(pk=act.message_id).body == words


def test_a_lawyer_who_does_not_answer_becomes_a_question_for_a_person(larkfield, betty):
    says(larkfield, betty, "attorney_known", days_ago=40, account_id=betty.pk)
    says(larkfield, betty, "sent_to_attorney", days_ago=30, account_id=betty.pk, source="staff")
    assert answer(betty)[0] == "human"
    says(larkfield, betty, "attorney_answered", days_ago=20, account_id=betty.pk, source="other_party")
    assert answer(betty)[0] == "block"


def test_where_the_law_closes_on_holidays_nobody_told_a_person_is_asked(larkfield):
    there = owes(larkfield, "Ida Marsh", "+12025550143")
    case = Case(0, larkfield.pk, "manual", there.pk, there.consumer_id, "sms")
    assert facts_of(case, gather([case], at=TUESDAY)).holidays is None
    larkfield.local_holidays = [TUESDAY.date()]
    larkfield.save()
    assert facts_of(case, gather([case], at=TUESDAY)).holidays == {TUESDAY.date()}
