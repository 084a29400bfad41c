"""Who may not be written to, and what may be said back all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from forbear.policy.facts import Contact, ContactPoint, Hold, HoldKind, Limits, Message, Occasion, OptOut
from forbear.policy.tests.cast import NEW_YORKER, NIGHT, NOON, facts, organization, text, verdict
from forbear.policy.verdict import Outcome

EARLIER = NOON - timedelta(days=7)
POINT = ContactPoint("point", "phone", NEW_YORKER)


def answering(minutes: int = 1, occasion: Occasion = Occasion.ANSWER, at: datetime = NOON) -> Message:
    return Message(occasion, answers_at=at - timedelta(minutes=minutes))


def test_nothing_against_it() -> None:
    assert verdict().outcome is Outcome.ALLOW
    assert verdict().reason == ""


@pytest.mark.parametrize(
    ("opt_out", "channel", "blocked"),
    [
        (OptOut("sms", NEW_YORKER, EARLIER), "sms", True),
        (OptOut("sms", NEW_YORKER, EARLIER), "whatsapp", True),
        (OptOut("sms", NEW_YORKER, EARLIER), "prerecorded_voice", True),
        (OptOut("sms", NEW_YORKER, EARLIER), "voice", False),
        (OptOut("sms", "+12125550202", EARLIER), "sms", False),
        (OptOut("sms", None, EARLIER), "sms", True),
        (OptOut("call", NEW_YORKER, EARLIER), "voice", True),
        (OptOut("call", NEW_YORKER, EARLIER), "sms", False),
        (OptOut("email", None, EARLIER), "sms", False),
        (OptOut("all", None, EARLIER), "voice", True),
        (OptOut("all", NEW_YORKER, EARLIER), "sms", True),
    ],
)
def test_an_opt_out_reaches_so_far_and_no_further(opt_out: OptOut, channel: str, blocked: bool) -> None:
    found = verdict(opt_outs=(opt_out,), channel=channel)
    assert (found.outcome is Outcome.BLOCK) == blocked
    if blocked:
        assert (found.reason, found.unblock_by, found.next_allowed_at) == ("opted_out", ("re_opt_in",), None)


def test_the_case_of_an_address_hides_no_opt_out() -> None:
    point = ContactPoint("point", "email", "a@example.com")
    found = verdict(opt_outs=(OptOut("email", "A@Example.com", EARLIER),), channel="email", contact_point=point)
    assert found.reason == "opted_out"


@pytest.mark.parametrize("kind", list(HoldKind))
def test_every_hold_stops_a_campaign(kind: HoldKind) -> None:
    found = verdict(holds=(Hold(kind, None, EARLIER),))
    assert found.outcome is (Outcome.HUMAN if kind in ("deceased", "attorney_unnamed") else Outcome.BLOCK)
    assert found.reason == f"hold_{kind}"
    assert found.unblock_by


def test_a_hold_nobody_foresaw_holds_like_a_legal_one() -> None:
    found = verdict(holds=(Hold("identity_theft", "card", EARLIER),), message=answering())
    assert (found.outcome, found.reason) == (Outcome.BLOCK, "hold_identity_theft")


def test_a_hold_on_another_account_does_not_hold() -> None:
    assert verdict(holds=(Hold("dispute", "loan", EARLIER),)).allowed
    assert not verdict(holds=(Hold("dispute", "loan", EARLIER),), account_ids=("card", "loan")).allowed


@pytest.mark.parametrize(
    ("kind", "answered"),
    [
        ("dispute", True),
        ("manual", True),
        ("unclear_reply", True),
        ("attorney", False),
        ("cease", False),
        ("bankruptcy", False),
        ("deceased", False),
        ("legal", False),
    ],
)
def test_which_holds_let_a_person_answer(kind: str, answered: bool) -> None:
    assert verdict(holds=(Hold(kind, "card", EARLIER),), message=answering()).allowed == answered


def test_every_reason_is_named_not_only_the_first() -> None:
    holds = (Hold("attorney", None, EARLIER), Hold("dispute", "card", EARLIER))
    found = verdict(NIGHT, holds=holds, opt_outs=(OptOut("sms", None, EARLIER),))
    refusals = [finding.rule for finding in found.findings if finding.outcome is not Outcome.ALLOW]
    assert refusals == ["hold.attorney", "hold.dispute", "consent.opt_out", "tcpa.consent", "own.hours"]
    assert found.unblock_by == ("attorney_consents", "human", "dispute_closed", "re_opt_in")


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (None, "no_contact_point"),
        (ContactPoint("point", "email", "a@example.com"), "no_contact_point"),
        (replace(POINT, status="closed"), "contact_point_closed"),
        (replace(POINT, status="needs_check"), "contact_point_unchecked"),
        (replace(POINT, status="held"), "contact_point_held"),
        (replace(POINT, status="opted_out"), "opted_out"),
        (replace(POINT, status="something new"), "contact_point_unknown"),
    ],
)
def test_an_address_that_cannot_be_used(point: ContactPoint | None, reason: str) -> None:
    found = verdict(contact_point=point)
    assert (found.outcome, found.reason) == (Outcome.BLOCK, reason)


def test_campaigns_leave_ineligible_accounts_alone_and_staff_need_not() -> None:
    assert verdict(account_eligible=False).reason == "not_eligible"
    assert verdict(account_eligible=False, message=Message(Occasion.MANUAL)).allowed


@pytest.mark.parametrize("status", ["paused", "paid", "closed"])
def test_accounts_at_rest_are_left_alone_by_hand_as_well(status: str) -> None:
    refused = verdict(account_status=status, account_eligible=False, message=Message(Occasion.MANUAL))
    assert refused.deciding is not None
    assert (refused.reason, refused.deciding.rule) == ("not_eligible", "account.at_rest")
    assert verdict(account_status=status, account_eligible=False, message=answering()).allowed


def test_a_paused_engine_holds_campaigns() -> None:
    paused = replace(organization(), paused=True)
    assert verdict(organization=paused).reason == "engine_paused"
    assert verdict(organization=paused, message=answering()).allowed


@pytest.mark.parametrize(
    ("seconds", "reason"), [(0, ""), (240, ""), (300, ""), (301, "reply_too_late"), (3600, "reply_too_late")]
)
def test_a_confirmation_leaves_within_five_minutes_at_any_hour_or_not_at_all(seconds: int, reason: str) -> None:
    message = Message(Occasion.CONFIRMATION, answers_at=NIGHT - timedelta(seconds=seconds))
    assert verdict(NIGHT, message=message, opt_outs=(OptOut("sms", NEW_YORKER, NIGHT),)).reason == reason


def test_one_confirmation_and_one_answer_to_help() -> None:
    for occasion in (Occasion.CONFIRMATION, Occasion.HELP):
        message = answering(2, occasion, NIGHT)
        replied = text(NIGHT - timedelta(minutes=1), occasion=occasion)
        assert verdict(NIGHT, message=message).allowed
        assert verdict(NIGHT, message=message, history=(replied,)).reason == "already_replied"


def test_a_reply_to_nothing_is_for_a_person() -> None:
    assert verdict(message=Message(Occasion.CONFIRMATION)).outcome is Outcome.HUMAN


@pytest.mark.parametrize(("minutes", "allowed"), [(1, True), (60, True), (61, False)])
def test_the_one_answer_at_night(minutes: int, allowed: bool) -> None:
    found = verdict(NIGHT, message=answering(minutes, at=NIGHT), organization=organization("debt_buyer"))
    assert found.outcome is (Outcome.ALLOW if allowed else Outcome.DEFER)


def test_a_second_answer_at_night_waits_for_the_morning() -> None:
    first = text(NIGHT - timedelta(minutes=2), occasion=Occasion.ANSWER)
    found = verdict(NIGHT, message=answering(5, at=NIGHT), history=(first,))
    assert (found.outcome, found.reason) == (Outcome.DEFER, "outside_hours")


def test_an_answer_is_no_way_round_an_opt_out() -> None:
    assert verdict(message=answering(), opt_outs=(OptOut("sms", NEW_YORKER, EARLIER),)).reason == "opted_out"


def test_answers_neither_count_nor_are_stopped_by_limits() -> None:
    sent = text(NOON - timedelta(hours=1))
    answered = text(NOON - timedelta(hours=1), occasion=Occasion.ANSWER)
    assert verdict(message=answering(), history=(sent,)).allowed
    assert verdict(history=(answered,)).allowed


def test_facts_default_to_the_limits_every_organization_starts_with() -> None:
    assert facts().organization.limits == Limits()
    assert Contact(NOON, "sms", "out").occasion == Occasion.CAMPAIGN
