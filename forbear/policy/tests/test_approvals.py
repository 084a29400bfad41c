"""A person's approval answers one rule's question, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forbear.policy.engine import approvable, judge
from forbear.policy.facts import Actor, Facts, Location
from forbear.policy.ledger import Approval, Dispute
from forbear.policy.loading import everything, standard
from forbear.policy.tests.cast import NIGHT, NOON, organization, verdict
from forbear.policy.tests.test_engine import Situation, situations
from forbear.policy.verdict import WEIGHT, Finding, Outcome, Verdict

LATER = NOON + timedelta(hours=4)
SPOKEN = Dispute("card", NOON - timedelta(days=40), in_writing=False)
NOWHERE: tuple[Location, ...] = ()


def asking(found: Verdict) -> list[str]:
    return sorted({one.rule for one in found.findings if one.outcome is Outcome.HUMAN})


def approved(rules: list[str], until: object = LATER) -> tuple[Approval, ...]:
    return tuple(Approval(rule, until, "rfl_a1") for rule in rules)  # type: ignore[arg-type]


def test_what_a_person_approved_may_leave_and_says_so() -> None:
    asked = verdict(locations=NOWHERE)
    assert (asked.outcome, asked.reason) == (Outcome.HUMAN, "unknown_location")
    answer = verdict(locations=NOWHERE, approvals=approved(asking(asked)))
    assert answer.allowed
    assert set(answer.flags) == {"approved"}
    told = standard().explain(answer.record())["because"]
    named = [one for one in told if one["facts"].get("approval") == "rfl_a1"]
    assert {one["rule"] for one in named} == set(asking(asked))
    assert all("approval rfl_a1" in one["cite"] and "A person approved" in one["say"] for one in named)


def test_an_approval_of_one_rule_leaves_the_others_asking() -> None:
    doubts = {"organization": organization(Actor.THIRD_PARTY_COLLECTOR), "locations": NOWHERE, "disputes": (SPOKEN,)}
    first, *others = asking(verdict(**doubts))
    assert others
    assert asking(verdict(**doubts, approvals=approved([first]))) == others


def test_an_approval_ends_when_it_ends() -> None:
    rules = asking(verdict(locations=NOWHERE))
    ends = NOON + timedelta(minutes=1)
    assert verdict(ends - timedelta(seconds=1), locations=NOWHERE, approvals=approved(rules, ends)).allowed
    assert verdict(ends, locations=NOWHERE, approvals=approved(rules, ends)).outcome is Outcome.HUMAN


def test_an_approval_opens_no_closed_hour() -> None:
    zones = ("America/New_York", "Europe/London", "Pacific/Guam")
    nowhere_open = (Location("address", "two", zones, places=("US",)),)
    asked = verdict(NIGHT, locations=nowhere_open)
    assert asked.reason == "no_open_time"
    rules = approved(asking(asked), NIGHT + timedelta(days=30))
    assert verdict(NIGHT, locations=nowhere_open, approvals=rules).outcome is Outcome.HUMAN


def test_an_approval_that_ends_before_the_hour_opens_asks_again() -> None:
    """Held until the morning: by then nobody has approved it any more."""
    doubts = {"organization": organization(Actor.THIRD_PARTY_COLLECTOR), "disputes": (SPOKEN,)}
    asked = verdict(NIGHT, **doubts)
    assert asked.outcome is Outcome.HUMAN
    short, long = (approved(asking(asked), NIGHT + timedelta(hours=hours)) for hours in (1, 48))
    assert verdict(NIGHT, **doubts, approvals=short).outcome is Outcome.HUMAN
    assert verdict(NIGHT, **doubts, approvals=long).outcome is Outcome.DEFER


@st.composite
def doubtful(draw: st.DrawFn) -> Situation:
    """Situations in which some rules ask a person: no place, no provenance, a dispute by word of mouth."""
    about, at = draw(situations())
    changes = {
        "locations": draw(st.sampled_from([NOWHERE, about.locations])),
        "contact_point": replace(about.contact_point, provenance=draw(st.sampled_from(["unknown", "skip_traced"]))),  # type: ignore[type-var]
        "disputes": draw(st.sampled_from([(), (Dispute("card", at - timedelta(days=40), False),)])),
    }
    return replace(about, **changes), at


def unchanged(one: Finding) -> tuple[object, ...]:
    return one.rule, one.pack, one.outcome, one.until, one.unblock_by, one.reason


@given(doubtful(), st.data())
def test_approvals_change_the_named_questions_and_nothing_else(situation: Situation, data: st.DataObject) -> None:
    about, at = situation
    law = data.draw(st.sampled_from([standard(), everything()]))
    before = judge(about, law, at)
    every_rule = sorted(one.rule for one in before.findings)
    named = data.draw(st.lists(st.sampled_from(every_rule), unique=True))
    after = judge(with_approvals(about, named, at), law, at)
    now = [one for one in before.findings if not standing_later(one, before)]
    expected = {
        (one.rule, one.pack, Outcome.ALLOW, None, (), "approved")
        if one.rule in named and approvable(one)
        else unchanged(one)
        for one in now
    }
    assert expected <= {unchanged(one) for one in after.findings}
    assert WEIGHT[after.outcome] <= WEIGHT[before.outcome]
    if before.outcome in (Outcome.BLOCK, Outcome.DEFER):
        assert (after.outcome, after.next_allowed_at, after.reason) == (
            before.outcome,
            before.next_allowed_at,
            before.reason,
        )
    if not any(approvable(one) for one in now if one.rule in named):
        assert after == before


def with_approvals(about: Facts, rules: list[str], at: object) -> Facts:
    until = at + timedelta(days=120)  # type: ignore[operator]
    return replace(about, approvals=tuple(Approval(rule, until, "rfl_a1") for rule in rules))


def standing_later(one: Finding, verdict: Verdict) -> bool:
    """What the judge found at a later instant, on its way to the first lawful one, is not said of this one."""
    twice = [other for other in verdict.findings if other.rule == one.rule]
    return len(twice) > 1 or one.rule == "engine.open_time"
