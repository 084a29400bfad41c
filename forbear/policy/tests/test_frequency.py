"""Counts and waits of the law where the vectors leave off: zones, records, packs that are not in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.policy import zones
from forbear.policy.engine import judge
from forbear.policy.facts import Actor, Contact, ContactPoint, Location, Message, Occasion, Purpose
from forbear.policy.ledger import Consent
from forbear.policy.loading import everything, standard
from forbear.policy.rulebook import Pack
from forbear.policy.tests.cast import NEW_YORKER, NIGHT, NOON, facts, organization, verdict
from forbear.policy.verdict import Outcome

COLLECTOR = organization(Actor.THIRD_PARTY_COLLECTOR)


def call(at: datetime, result: str = "no_answer", channel: str = "voice") -> Contact:
    return Contact(at, channel, "out", ("card",), result)


def test_the_eighth_call_waits_for_the_day_on_which_the_first_drops_out() -> None:
    calls = tuple(call(NOON - timedelta(days=n)) for n in range(7))
    found = verdict(channel="voice", organization=COLLECTOR, history=calls)
    assert (found.reason, found.next_allowed_at) == ("count_7_in_7", datetime(2026, 4, 15, 12, tzinfo=UTC))
    assert verdict(channel="voice", organization=COLLECTOR, history=calls[1:]).allowed


@pytest.mark.parametrize(("result", "counts"), [("busy", False), ("not_in_service", False), ("blocked", True)])
def test_only_clear_answers_of_the_network_do_not_count(result: str, counts: bool) -> None:
    calls = tuple(call(NOON, result) for _ in range(7))
    assert verdict(channel="voice", organization=COLLECTOR, history=calls).allowed != counts


def test_a_conversation_starts_a_wait_that_consent_lifts() -> None:
    spoke = (call(NOON - timedelta(days=1), "right_party"),)
    found = verdict(channel="voice", organization=COLLECTOR, history=spoke)
    assert (found.reason, found.next_allowed_at) == ("conversation_wait", datetime(2026, 4, 20, 12, tzinfo=UTC))
    agreed = Consent("collector", "voice", NOON - timedelta(hours=20))
    assert verdict(channel="voice", organization=COLLECTOR, history=spoke, consents=(agreed,)).allowed
    to_creditor = Consent("creditor", "voice", NOON - timedelta(hours=20))
    assert not verdict(channel="voice", organization=COLLECTOR, history=spoke, consents=(to_creditor,)).allowed


@given(st.lists(st.integers(0, 20 * 86400), max_size=16), st.sampled_from(["no_answer", "busy", "conversation"]))
def test_no_seven_days_ever_hold_more_than_seven_calls(ago: list[int], result: str) -> None:
    """However calls were placed before, following the verdicts from here on never makes an eighth."""
    history = [call(NOON - timedelta(seconds=s), result) for s in ago]
    at = NOON
    for _ in range(4):
        found = judge(facts(channel="voice", organization=COLLECTOR, history=tuple(history)), standard(), at)
        at = found.next_allowed_at or at
        counted = [c for c in history if c.result != "busy" and at - c.at < timedelta(days=6)]
        assert len(counted) < 7
        history.append(call(at))


def test_state_caps_follow_every_place_the_person_may_be_in() -> None:
    texts = tuple(call(NOON - timedelta(days=n), "delivered", "sms") for n in (1, 2))
    wide = organization(per_day=None, per_week=None)
    boston = (zones.locate_phone(NEW_YORKER), zones.locate_region("US", "MA"))
    assert verdict(history=texts, organization=wide).allowed
    found = verdict(history=texts, organization=wide, locations=boston)
    assert [f.rule for f in found.findings if f.outcome is Outcome.DEFER] == ["us-ma.calls.home"]


def test_a_sales_message_keeps_the_hours_of_sales() -> None:
    evening = datetime(2026, 4, 15, 0, 30, tzinfo=UTC)  # 20:30 in New York
    hartford = (zones.locate_region("US", "CT"),)
    assert verdict(evening, locations=hartford).allowed
    selling = Message(purpose=Purpose.SOLICITATION)
    found = verdict(evening, locations=hartford, message=selling)
    assert found.next_allowed_at == datetime(2026, 4, 15, 13, tzinfo=UTC)


def test_a_safe_harbour_binds_only_who_chose_it() -> None:
    """A first text to a number that the consumer gave: lawful, and yet outside the procedures of Regulation F."""
    assert "US-REGF-PROCEDURES" in {pack.id for pack in standard().packs if pack.elective}
    assert judge(facts(organization=COLLECTOR), standard(), NOON).allowed
    careful = replace(COLLECTOR, elects=frozenset({"US-REGF-PROCEDURES"}))
    assert judge(facts(organization=careful), standard(), NOON).reason == "no_text_procedure"


def test_of_a_pack_in_use_only_the_rules_that_need_a_ledger_wait() -> None:
    waiting = {rule.id for rule in everything().rules if not rule.in_use}
    assert waiting == {"us-ct.solicitation.consent"}
    assert waiting.isdisjoint({rule.id for rule in standard().rules})
    assert {"us-dc.calls", "us-dc.consent", "us-ny-nyc.attempts"} <= {rule.id for rule in standard().rules}


def test_every_value_of_every_pack_is_cited_and_says_something() -> None:
    for rule in everything().rules:
        assert rule.cite, rule.id
        assert rule.say, rule.id
        assert all(cite.url.startswith(("https://", "http://", "/")) for cite in rule.cite), rule.id


def test_a_skip_traced_number_needs_consent_before_a_recorded_voice() -> None:
    law = everything().only("US-TCPA")
    found_by_others = ContactPoint("p", "phone", NEW_YORKER, provenance="skip_traced")
    about = facts(channel="prerecorded_voice", contact_point=found_by_others)
    assert judge(about, law, NOON).reason == "no_consent"
    unknown = facts(channel="sms", contact_point=ContactPoint("p", "phone", NEW_YORKER))
    assert judge(unknown, law, NOON).outcome is Outcome.HUMAN
    assert judge(facts(channel="sms"), law, NOON).allowed


@pytest.mark.parametrize("pack", [pack for pack in everything().packs if pack.place], ids=lambda pack: pack.id)
def test_no_law_of_a_place_stops_a_confirmation_or_an_answer_to_help(pack: Pack) -> None:
    """At night, after many messages, without a consent on file: the consumer asked a minute ago."""
    there = (Location("case", "", ("America/New_York",), places=(pack.place,)),)
    texts = tuple(call(NIGHT - timedelta(days=n % 7), "delivered", "sms") for n in range(40))
    for occasion in (Occasion.CONFIRMATION, Occasion.HELP):
        message = Message(occasion, answers_at=NIGHT - timedelta(minutes=1))
        about = facts(organization=COLLECTOR, locations=there, history=texts, message=message, debt_kind="medical")
        assert judge(about, everything().only(pack.id), NIGHT).allowed


def test_what_is_written_back_counts_in_no_cap() -> None:
    wide = organization(per_day=None, per_week=None)
    boston = (zones.locate_phone(NEW_YORKER), zones.locate_region("US", "MA"))
    replies = tuple(
        replace(call(NOON - timedelta(days=n), "delivered", "sms"), occasion=Occasion.ANSWER) for n in (1, 2, 3)
    )
    assert verdict(history=replies, organization=wide, locations=boston).allowed
