"""The strategies' pages: a plan is built, drawn, compared, and only by those who may."""

import pytest

from forbear.staff.states import Role
from forbear.strategies.actions import activate_strategy, create_strategy
from forbear.strategies.models import Strategy
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.queries import newest_version, plan_of
from forbear.strategies.waits import parse_wait
from forbear.wording.actions import install_catalogue
from forbear.wording.models import Template
from tests.cast import TUESDAY, employ

STEPS = {
    "channel": ["sms", "email", "voice"],
    "action_type": ["reminder", "notice", "follow_up"],
    "template": ["", "", ""],
    "wait": ["3d", "2bd", "0d"],
    "max_retries": ["0", "0", "2"],
    "retry_delay": ["", "", "4h"],
    "opening": ["", "", "agent_first"],
}
WHOLE = {"name": "Medium", "kind": "medium_collection", "tone": "firm", "max_attempts": "5"}
PLAN = Plan((StepPlan("sms", wait=parse_wait("3d")), StepPlan("email")))


@pytest.fixture
def desk(client, dana):
    client.force_login(dana)
    return client


@pytest.fixture
def early(larkfield, dana):
    return create_strategy(
        organization=larkfield, name="Early", kind="early_collection", plan=PLAN, actor=dana.actor, at=TUESDAY
    )


def test_a_plan_is_built_and_drawn_to_scale(desk, larkfield):
    install_catalogue(organization=larkfield, at=TUESDAY)
    words = Template.objects.get(organization=larkfield, channel="email", bucket="1-30", language="en", tone="firm")
    made = desk.post("/strategies/new", {**WHOLE, **STEPS, "template": ["", words.public_id, ""]})
    assert made.status_code == 302
    plan = plan_of(newest_version(Strategy.objects.get(name="Medium")))
    assert [(step.channel, str(step.wait)) for step in plan.steps] == [("sms", "3d"), ("email", "2bd"), ("voice", "0d")]
    assert (plan.steps[1].template_id, plan.steps[2].max_retries, str(plan.steps[2].retry_delay)) == (words.pk, 2, "4h")
    assert (plan.tone, plan.escalation.max_attempts) == ("firm", 5)
    page = desk.get(made["Location"]).content.decode()
    assert "day 3, notice" in page
    assert words.name in page
    assert "Nothing sends Voice yet" in page


def test_what_is_wrong_stands_in_its_step_and_what_was_typed_stays(desk):
    answer = desk.post("/strategies/new", {**WHOLE, **STEPS, "wait": ["3d", "soon", "0d"], "name": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a wait as 90m" in page
    assert 'value="soon"' in page
    refused = desk.post("/strategies/new", {**WHOLE, **STEPS, "max_retries": ["0", "0", "9"], "name": ""})
    assert "From 0 to 5." in refused.content.decode()
    assert "Give it a name" in refused.content.decode()
    assert not Strategy.objects.filter(name="Medium").exists()


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ("up-2", ["sms", "voice", "email"]),
        ("down-0", ["email", "sms", "voice"]),
        ("up-0", ["sms", "email", "voice"]),
        ("remove-1", ["sms", "voice"]),
        ("add", ["sms", "email", "voice", "sms"]),
        ("up-99", ["sms", "email", "voice"]),
        ("nonsense", ["sms", "email", "voice"]),
    ],
)
def test_without_scripts_the_buttons_move_steps_and_keep_nothing(desk, button, order):
    answer = desk.post("/strategies/new", {**WHOLE, **STEPS, "do": button})
    assert [step.words["channel"] for step in answer.context["form"].steps] == order
    assert not Strategy.objects.filter(name="Medium").exists()


def test_a_changed_plan_is_the_next_version_and_shows_what_changed(desk, early):
    changed = {"name": "Early", "kind": "early_collection", "channel": ["sms", "email"], "wait": ["5d", "0d"]}
    assert desk.post(f"/strategies/{early.public_id}/edit", changed).status_code == 302
    page = desk.get(f"/strategies/{early.public_id}/versions/2").content.decode()
    assert "<del>1. SMS, reminder, wording by tone; then wait 3 days</del>" in page
    assert "<ins>1. SMS, reminder, wording by tone; then wait 5 days</ins>" in page
    assert desk.get(f"/strategies/{early.public_id}/versions/3").status_code == 404


def test_the_line_follows_the_typing(desk):
    part = desk.post("/strategies/preview", STEPS).content.decode()
    assert "<html" not in part
    assert part.index("at once, reminder") < part.index("day 3, notice") < part.index("day 5, follow-up")


def test_its_buttons_move_it(desk, early):
    desk.post(f"/strategies/{early.public_id}/activate")
    early.refresh_from_db()
    assert early.status == "active"
    copied = desk.post(f"/strategies/{early.public_id}/duplicate")
    assert "Early (copy)" in desk.get(copied["Location"]).content.decode()
    desk.post(f"/strategies/{early.public_id}/archive")
    assert "Early" in desk.get("/strategies?show=archived").content.decode()
    assert desk.post(f"/strategies/{early.public_id}/activate").status_code == 409
    assert desk.post(f"/strategies/{early.public_id}/explode").status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/versions/1"])
def test_a_stranger_finds_nothing(client, stranger, early, path):
    client.force_login(stranger)
    assert client.get(f"/strategies/{early.public_id}{path}").status_code == 404
    assert client.post(f"/strategies/{early.public_id}/archive").status_code == 404


@pytest.mark.parametrize(
    ("role", "looks"), [(Role.OPERATOR, 403), (Role.ANALYST, 403), (Role.AUDITOR, 200), (Role.ADMINISTRATOR, 200)]
)
def test_who_may(client, larkfield, early, role, looks):
    client.force_login(employ(larkfield, "Some One", role))
    assert client.get("/strategies").status_code == looks
    writes = 302 if role == Role.ADMINISTRATOR else 403
    assert client.post(f"/strategies/{early.public_id}/duplicate").status_code == writes


def test_the_list_asks_the_database_a_fixed_number_of_times(
    desk, early, larkfield, dana, django_assert_max_num_queries
):
    for number in range(5):
        one = create_strategy(
            organization=larkfield, name=f"S{number}", kind="intensive", plan=PLAN, actor=dana.actor, at=TUESDAY
        )
        activate_strategy(strategy=one, actor=dana.actor, at=TUESDAY)
    with django_assert_max_num_queries(14):
        desk.get("/strategies")
