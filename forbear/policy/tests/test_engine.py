"""What must hold whatever the facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.policy import zones
from forbear.policy.engine import NaiveInstant, judge
from forbear.policy.facts import Actor, Designation, Facts, Hold, Location, Message, Occasion, OptOut
from forbear.policy.loading import everything, standard
from forbear.policy.matchers import LISTS
from forbear.policy.rulebook import Law, Rule
from forbear.policy.rules.shape import Moment
from forbear.policy.tests.cast import NEW_YORKER, NOON, facts, organization, text, verdict
from forbear.policy.verdict import WEIGHT, Outcome

ZONES = ("America/New_York", "America/Los_Angeles", "Pacific/Guam", "America/Phoenix", "Europe/London")

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
locations = st.sampled_from(ZONES).map(lambda zone: Location("address", zone, (zone,), places=("US",)))
designations = st.builds(
    Designation,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.integers(0, 23).map(lambda hour: hour * 3600),
    end=st.integers(1, 24).map(lambda hour: hour * 3600),
)


Situation = tuple[Facts, datetime]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    at = draw(instants)
    ago = st.integers(0, 9 * 86400).map(lambda seconds: at - timedelta(seconds=seconds, microseconds=7))
    per_day, interval = draw(st.sampled_from([(None, 0), (1, 0), (2, 30)]))
    return facts(
        organization=organization(draw(st.sampled_from(list(Actor))), per_day=per_day, min_interval_hours=interval),
        locations=tuple(draw(st.lists(locations, min_size=1, max_size=3))),
        history=tuple(text(when) for when in draw(st.lists(ago, max_size=5))),
        designations=tuple(draw(st.lists(designations, max_size=2))),
        opt_outs=(OptOut("sms", NEW_YORKER, at),) if draw(st.integers(0, 5)) == 0 else (),
        holds=(Hold(draw(st.sampled_from(["dispute", "deceased"])), "card", at),) * draw(st.sampled_from([0, 0, 0, 1])),
        message=Message(draw(st.sampled_from([Occasion.CAMPAIGN, Occasion.MANUAL, Occasion.ANSWER]))),
    ), at


@given(situations())
def test_the_next_allowed_instant_is_allowed_and_the_second_before_is_not(
    situation: Situation,
) -> None:
    about, at = situation
    found = judge(about, standard(), at)
    if found.next_allowed_at is not None:
        assert found.next_allowed_at > at
        assert judge(about, standard(), found.next_allowed_at).allowed
        assert not judge(about, standard(), found.next_allowed_at - timedelta(seconds=1)).allowed
    assert (found.next_allowed_at is not None) == (found.outcome is Outcome.DEFER)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_packs_and_rules_changes_nothing(situation: Situation, random: Random) -> None:
    about, at = situation
    packs = [replace(p, rules=tuple(random.sample(p.rules, len(p.rules)))) for p in standard().packs]
    random.shuffle(packs)
    one, other = judge(about, standard(), at), judge(about, Law(packs, by_choice=True), at)
    assert (one.outcome, one.next_allowed_at, one.reason) == (
        other.outcome,
        other.next_allowed_at,
        other.reason,
    )
    assert set(one.unblock_by) == set(other.unblock_by)


@given(situations(), locations)
def test_more_evidence_never_widens(situation: Situation, another: Location) -> None:
    about, at = situation
    before = judge(about, standard(), at)
    after = judge(replace(about, locations=(*about.locations, another)), standard(), at)
    assert WEIGHT[after.outcome] >= WEIGHT[before.outcome]
    if before.next_allowed_at and after.next_allowed_at:
        assert after.next_allowed_at >= before.next_allowed_at


@given(situations(), st.sets(st.sampled_from([pack.id for pack in standard().packs])))
def test_a_further_pack_never_turns_a_refusal_into_an_allow(situation: Situation, ids: set[str]) -> None:
    about, at = situation
    fewer = judge(about, standard().only(*ids), at)
    assert WEIGHT[judge(about, standard(), at).outcome] >= WEIGHT[fewer.outcome]


@given(situations())
def test_every_finding_says_why_with_a_source(situation: Situation) -> None:
    about, at = situation
    for because in standard().explain(judge(about, standard(), at).record())["because"]:
        assert because["cite"]
        assert because["say"]
        assert "…" not in because["say"]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        judge(facts(), standard(), datetime(2026, 4, 14, 12))


def test_a_place_nobody_knows_is_for_a_person() -> None:
    found = verdict(locations=(zones.locate_phone("+18005550101"),))
    assert (found.outcome, found.reason, found.unblock_by) == (
        Outcome.HUMAN,
        "unknown_location",
        ("location_known",),
    )


def test_only_current_evidence_is_heard() -> None:
    former = replace(zones.locate_region("US", "HI"), status="former")
    assert verdict(locations=(zones.locate_phone(NEW_YORKER), former)).allowed


def test_no_common_hour_is_for_a_person() -> None:
    designated = Designation(frozenset(range(7)), 8 * 3600, 21 * 3600)
    found = verdict(designations=(designated,), organization=organization(Actor.DEBT_BUYER))
    assert (found.outcome, found.reason) == (Outcome.HUMAN, "no_open_time")
    assert found.next_allowed_at is None


def test_regulation_f_binds_collectors_only() -> None:
    wide = organization(Actor.CREDITOR, window_to=datetime(2026, 1, 1, 23).time())
    late = datetime(2026, 4, 15, 2, tzinfo=UTC)  # 22:00 in New York
    assert verdict(late, organization=wide).allowed
    assert not verdict(late, organization=replace(wide, actor=Actor.LAW_FIRM)).allowed


def test_a_record_is_small_and_keeps_no_sentence() -> None:
    record = verdict(history=(text(NOON),)).record()
    assert record["reason"] == "daily_limit"
    assert record["at"] == "2026-04-14T16:00:00Z"
    assert record["next_allowed_at"] == "2026-04-15T12:00:00Z"
    assert "say" not in str(record)
    assert any("@" in pack for pack in record["packs"])


@pytest.mark.parametrize("rule", [r for r in everything().rules if r.shape.reads], ids=lambda rule: rule.id)
def test_a_rule_that_is_not_asked_would_have_been_satisfied(rule: Rule) -> None:
    empty = facts(channel="voice")
    assert getattr(empty, rule.shape.reads) == ()
    assert rule.shape.find(empty, Moment.of(empty, NOON)) is rule.shape.allowed
    assert rule.shape.reads in LISTS
