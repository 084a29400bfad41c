"""Strategies: every problem at once, versions that never change, and the moves of their life."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from forbear.compliance.models import Entry
from forbear.strategies import actions
from forbear.strategies.models import Step, Strategy, StrategyVersion
from forbear.strategies.plans import Escalation, Plan, StepPlan
from forbear.strategies.queries import newest_version, plan_of
from forbear.strategies.refusals import (
    AlreadyArchived,
    NotActivatable,
    StrategyArchived,
    UnusableStrategy,
)
from forbear.strategies.scale import lines_of
from forbear.strategies.states import STRATEGY, Kind, Status
from forbear.strategies.waits import Wait, parse_wait
from forbear.wording.actions import archive_template
from tests.cast import TUESDAY
from tests.engine_room import template_of

BY = {"actor": "system", "at": TUESDAY}
GENTLE = Plan(
    (
        StepPlan("sms", "reminder", wait=parse_wait("3d")),
        StepPlan("email", "notice", wait=parse_wait("2bd")),
        StepPlan("voice", "urgent", max_retries=2, retry_delay=parse_wait("4h"), opening="callee_first"),
    ),
    Escalation(5, 30),
    {"max_discount_percent": 20, "max_installments": 12},
    "empathetic",
)


def strategy_of(organization, plan=GENTLE, **also):
    values = {"name": "Gentle", "kind": Kind.SOFT_APPROACH, **BY, **also}
    return actions.create_strategy(organization=organization, plan=plan, **values)


def test_every_state_can_be_reached():
    assert STRATEGY.reachable(Status.DRAFT) == set(Status)


def test_a_strategy_is_kept_as_it_was_given(larkfield):
    strategy = strategy_of(larkfield)
    assert (strategy.status, strategy.listed) == ("draft", True)
    assert plan_of(newest_version(strategy)) == GENTLE
    assert Entry.objects.get(event="strategies:strategy:created").actor == "system"


def steps(**wrong):
    return replace(GENTLE, steps=(StepPlan(**{"channel": "sms"} | wrong),))


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(()), "steps"),
        (Plan((StepPlan("sms"),) * 101), "steps"),
        (steps(channel="fax"), "steps.0.channel"),
        (steps(action_type="threat"), "steps.0.action_type"),
        (steps(wait=Wait(-1)), "steps.0.wait"),
        (steps(wait=Wait(5, 1)), "steps.0.wait"),
        (steps(max_retries=1), "steps.0.max_retries"),
        (steps(channel="voice", max_retries=6), "steps.0.max_retries"),
        (steps(retry_delay=Wait(5)), "steps.0.retry_delay"),
        (steps(channel="voice", retry_delay=Wait(business_days=1)), "steps.0.retry_delay"),
        (steps(channel="voice", retry_delay=Wait()), "steps.0.retry_delay"),
        (steps(opening="agent_first"), "steps.0.opening"),
        (steps(channel="voice", opening="loudly"), "steps.0.opening"),
        (steps(template_id=0), "steps.0.template_id"),
        (replace(GENTLE, escalation=Escalation(0)), "escalation.max_attempts"),
        (replace(GENTLE, escalation=Escalation(None, 366)), "escalation.days_without_response"),
        (replace(GENTLE, negotiation={"max_discount_percent": 101}), "negotiation.max_discount_percent"),
        (replace(GENTLE, negotiation={"min_down_payment_percent": -1}), "negotiation.min_down_payment_percent"),
        (replace(GENTLE, negotiation={"max_installments": 0}), "negotiation.max_installments"),
        (replace(GENTLE, negotiation={"max_days": 3651}), "negotiation.max_days"),
        (replace(GENTLE, negotiation={"max_days": True}), "negotiation.max_days"),
        (replace(GENTLE, negotiation={"pressure": 9}), "negotiation.pressure"),
        (replace(GENTLE, tone="x" * 81), "tone"),
        (replace(GENTLE, opening="loudly"), "opening"),
    ],
)
def test_what_cannot_be_worked_is_refused_by_field(larkfield, plan, field):
    with pytest.raises(UnusableStrategy) as refused:
        strategy_of(larkfield, plan)
    assert list(refused.value.fields) == [field]
    assert not Strategy.objects.exists()


def test_all_problems_are_told_at_once(larkfield):
    plan = Plan((StepPlan("fax"), StepPlan("email", max_retries=3)), Escalation(500), {"max_days": 0})
    with pytest.raises(UnusableStrategy) as refused:
        strategy_of(larkfield, plan, name=" ", kind="harsh")
    assert set(refused.value.fields) == {
        "steps.0.channel", "steps.1.max_retries", "escalation.max_attempts", "negotiation.max_days", "name", "kind",
    }  # fmt: skip
    assert "Step 2, max retries: Only calls and WhatsApp messages are retried." in refused.value.sentence
    assert "Escalation, max attempts: From 1 to 100, or nothing." in refused.value.sentence


def test_a_plan_is_read_aloud():
    negotiation = {"max_discount_percent": 20, "min_down_payment_percent": 10, "max_installments": 6, "max_days": 180}
    voice = StepPlan("voice", max_retries=2, retry_delay=parse_wait("90m"), wait=parse_wait("2bd"))
    assert lines_of(Plan((voice, StepPlan("sms")), negotiation=negotiation), {}) == [
        "1. Voice, reminder, wording by tone, up to 2 retries every 90 minutes; then wait 2 business days",
        "2. SMS, reminder, wording by tone",
        "Negotiation: paid within 180 days",
        "Negotiation: a discount of at most 20 %",
        "Negotiation: at most 6 instalments",
        "Negotiation: at least 10 % down",
    ]


def test_a_template_is_of_the_same_house_and_channel_and_in_use(larkfield, stranger_org):
    mine, theirs = template_of(larkfield), template_of(stranger_org)
    assert strategy_of(larkfield, steps(template_id=mine.pk)).pk
    for plan in (steps(template_id=theirs.pk), steps(template_id=mine.pk, channel="email")):
        with pytest.raises(UnusableStrategy):
            strategy_of(larkfield, plan)
    archive_template(template=mine, **BY)
    with pytest.raises(UnusableStrategy):
        strategy_of(larkfield, steps(template_id=mine.pk))


def test_another_plan_is_another_version_and_the_same_plan_is_none(larkfield):
    strategy = strategy_of(larkfield)
    assert actions.edit_strategy(strategy=strategy, plan=GENTLE, **BY).number == 1
    assert actions.edit_strategy(strategy=strategy, name="Softer", **BY).number == 1
    shorter = replace(GENTLE, steps=GENTLE.steps[:1])
    assert actions.edit_strategy(strategy=strategy, plan=shorter, **BY).number == 2
    first = StrategyVersion.objects.get(strategy=strategy, number=1)
    assert (plan_of(first), plan_of(newest_version(strategy))) == (GENTLE, shorter)
    assert Entry.objects.filter(event="strategies:strategy:edited").count() == 2


def test_the_database_refuses_to_change_what_accounts_walk(larkfield):
    strategy_of(larkfield)
    for rows in (StrategyVersion.objects.all(), Step.objects.filter(position=0)):
        with pytest.raises(ProgrammingError, match="never changes"), transaction.atomic():
            rows.update(**{"tone": "firm"} if rows.model is StrategyVersion else {"channel": "email"})


def test_the_moves_of_a_strategy(larkfield):
    strategy = strategy_of(larkfield)
    strategy = actions.activate_strategy(strategy=strategy, **BY)
    with pytest.raises(NotActivatable):
        actions.activate_strategy(strategy=strategy, **BY)
    strategy = actions.archive_strategy(strategy=strategy, **BY)
    with pytest.raises(AlreadyArchived):
        actions.archive_strategy(strategy=strategy, **BY)
    with pytest.raises(NotActivatable):
        actions.activate_strategy(strategy=strategy, **BY)
    with pytest.raises(StrategyArchived):
        actions.edit_strategy(strategy=strategy, name="Late", **BY)
    copy = actions.duplicate_strategy(strategy=strategy, **BY)
    assert (copy.name, copy.status, plan_of(newest_version(copy))) == ("Gentle (copy)", "draft", GENTLE)


def test_a_template_archived_meanwhile_keeps_a_draft_from_being_activated(larkfield):
    template = template_of(larkfield)
    strategy = strategy_of(larkfield, steps(template_id=template.pk))
    archive_template(template=template, **BY)
    with pytest.raises(UnusableStrategy):
        actions.activate_strategy(strategy=strategy, **BY)
    copy = actions.duplicate_strategy(strategy=strategy, **BY)
    assert newest_version(copy).steps.get().template is None


def test_a_strategy_that_nobody_uses_can_be_deleted(larkfield):
    actions.delete_strategy(strategy=strategy_of(larkfield), **BY)
    assert not Strategy.objects.exists()


def test_a_compiled_plan_is_unlisted_and_goes_on_in_versions(larkfield):
    version = actions.compile_plan(organization=larkfield, name="RCM", plan=GENTLE, at=TUESDAY)
    assert (version.strategy.listed, version.strategy.status) == (False, "active")
    after = actions.recompile(version=version, plan=replace(GENTLE, tone="firm"), at=TUESDAY)
    assert (after.strategy_id, after.number, after.tone) == (version.strategy_id, 2, "firm")
