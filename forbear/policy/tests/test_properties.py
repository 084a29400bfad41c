"""What must hold whatever the facts are, over every pack there is, elective and waiting ones too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.policy.engine import judge
from forbear.policy.facts import (
    Actor,
    Channel,
    Contact,
    ContactPoint,
    Designation,
    Facts,
    Hold,
    HoldKind,
    Location,
    Message,
    Occasion,
    OptOut,
    Purpose,
)
from forbear.policy.ledger import Check, Consent, Dispute, MediaRequest, Notice
from forbear.policy.loading import everything
from forbear.policy.rulebook import Law
from forbear.policy.tests.cast import NEW_YORKER, facts, organization
from forbear.policy.verdict import WEIGHT, Outcome

Situation = tuple[Facts, datetime]
ALL = everything()
PLACES = {
    "America/New_York": ("US", "US-NY", "US-NY-NYC"),
    "America/Los_Angeles": ("US", "US-WA", "US-OR"),
    "America/Chicago": ("US", "US-TX", "US-FL"),
    "Pacific/Guam": ("US", "US-GU"),
    "America/Boise": ("US", "US-MA", "US-WV", "US-CT", "US-DC", "US-NV"),
    "America/Toronto": ("CA", "CA-ON", "CA-QC"),
    "America/Sao_Paulo": ("BR", "BR-SP", "BR-RJ", "BR-ES", "BR-AL", "BR-AM"),
    "America/Bogota": ("CO",),
    "Australia/Lord_Howe": ("AU",),
    "Asia/Kathmandu": ("NP",),
    "Europe/Athens": ("GR",),
    "Europe/London": ("GB",),
}
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 3, 15), timezones=st.just(UTC))
locations = st.sampled_from(sorted(PLACES)).map(lambda zone: Location("address", zone, (zone,), places=PLACES[zone]))
channels = st.sampled_from([Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.PRERECORDED_VOICE, Channel.WHATSAPP])
accounts = st.sampled_from([("card",), ("loan",), ("card", "loan")])
designations = st.builds(
    Designation,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1, max_size=3),
    start=st.integers(0, 23).map(lambda hour: hour * 3600),
    end=st.integers(1, 24).map(lambda hour: hour * 3600),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    at = draw(instants)
    ago = st.integers(1, 40 * 86400).map(lambda seconds: at - timedelta(seconds=seconds))
    few = lambda one, most=2: st.lists(one, max_size=most).map(tuple)  # noqa: E731
    maybe = lambda one: st.integers(0, 3).flatmap(lambda n: few(one, 1) if n == 0 else st.just(()))  # noqa: E731
    contacts = st.builds(
        Contact,
        at=ago,
        channel=channels,
        direction=st.sampled_from(["out", "out", "in"]),
        account_ids=accounts,
        result=st.sampled_from(["delivered", "no_answer", "conversation", "busy", "voicemail_left"]),
        occasion=st.sampled_from([Occasion.CAMPAIGN, Occasion.ANSWER]),
        purpose=st.sampled_from([Purpose.COLLECTION, Purpose.SOLICITATION]),
        address=st.sampled_from([None, NEW_YORKER]),
    )
    channel = draw(channels)
    address = "a@example.com" if channel == Channel.EMAIL else NEW_YORKER
    kind = "email" if channel == Channel.EMAIL else "phone"
    drawn = draw(
        st.fixed_dictionaries(
            {
                "history": few(contacts, 12),
                "locations": st.lists(locations, min_size=1, max_size=3).map(tuple),
                "designations": few(designations),
                "consents": few(st.builds(Consent, st.sampled_from(["collector", "creditor"]), st.just("any"), ago), 2),
                "requests": maybe(st.builds(MediaRequest, st.sampled_from(["voice", "email"]), st.none(), ago)),
                "notices": few(st.builds(Notice, st.sampled_from(["validation", "statutory", "medical"]), ago), 2),
                "checks": maybe(
                    st.builds(Check, st.just("reassigned"), st.just(address), st.sampled_from(["no", "yes"]), ago)
                ),
                "disputes": maybe(st.builds(Dispute, st.just("card"), ago, st.booleans())),
                "holds": maybe(st.builds(Hold, st.sampled_from(list(HoldKind)), st.just("card"), ago)),
                "opt_outs": maybe(st.builds(OptOut, st.sampled_from(["sms", "call"]), st.just(address), ago)),
                "debt_kind": st.sampled_from(["unknown", "medical"]),
                "account_ids": accounts,
            }
        )
    )
    return facts(
        organization=organization(draw(st.sampled_from(list(Actor))), per_day=draw(st.sampled_from([None, 1]))),
        channel=channel,
        contact_point=ContactPoint(
            "point", kind, address, draw(st.sampled_from(["mobile", "work"])), "given_by_consumer"
        ),
        message=Message(
            draw(st.sampled_from([Occasion.CAMPAIGN, Occasion.MANUAL])), draw(st.sampled_from(list(Purpose)))
        ),
        **drawn,
    ), at


@settings(max_examples=80)
@given(situations())
def test_the_next_allowed_instant_is_allowed_and_the_second_before_is_not(situation: Situation) -> None:
    about, at = situation
    found = judge(about, ALL, at)
    assert (found.next_allowed_at is not None) == (found.outcome is Outcome.DEFER)
    if found.next_allowed_at is not None:
        assert judge(about, ALL, found.next_allowed_at).allowed
        assert not judge(about, ALL, found.next_allowed_at - timedelta(seconds=1)).allowed


@settings(max_examples=80)
@given(situations(), st.sets(st.sampled_from([pack.id for pack in ALL.packs])))
def test_a_further_pack_never_turns_a_refusal_into_an_allow(situation: Situation, ids: set[str]) -> None:
    about, at = situation
    fewer, all_of_them = judge(about, ALL.only(*ids), at), judge(about, ALL, at)
    assert WEIGHT[all_of_them.outcome] >= WEIGHT[fewer.outcome]
    if fewer.next_allowed_at and all_of_them.next_allowed_at:
        assert all_of_them.next_allowed_at >= fewer.next_allowed_at


@settings(max_examples=60)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_packs_and_rules_changes_nothing(situation: Situation, random: Random) -> None:
    about, at = situation
    packs = [replace(pack, rules=tuple(random.sample(pack.rules, len(pack.rules)))) for pack in ALL.packs]
    random.shuffle(packs)
    one, other = judge(about, ALL, at), judge(about, Law(packs), at)
    assert (one.outcome, one.next_allowed_at, one.reason, set(one.unblock_by)) == (
        other.outcome,
        other.next_allowed_at,
        other.reason,
        set(other.unblock_by),
    )


@settings(max_examples=80)
@given(situations(), locations)
def test_more_evidence_never_widens(situation: Situation, another: Location) -> None:
    about, at = situation
    before = judge(about, ALL, at)
    after = judge(replace(about, locations=(*about.locations, another)), ALL, at)
    assert WEIGHT[after.outcome] >= WEIGHT[before.outcome]
    if before.next_allowed_at and after.next_allowed_at:
        assert after.next_allowed_at >= before.next_allowed_at
