"""`/v1/strategies`: created, changed, moved; as YAML and back."""

import pytest

from forbear.wording.actions import create_template
from tests.cast import TUESDAY
from tests.engine_room import BODY, template_of

STEPS = [
    {"channel": "sms", "wait": "3d"},
    {"channel": "voice", "action_type": "urgent", "wait": "2bd", "max_retries": 2, "retry_delay": "4h",
     "opening": "callee_first"},
]  # fmt: skip
GIVEN = {
    "name": "Gentle",
    "type": "soft_approach",
    "steps": STEPS,
    "escalation": {"max_attempts": 6, "days_without_response": 30},
    "negotiation": {"max_discount_percent": 20},
    "tone": "empathetic",
}


@pytest.fixture
def made(api):
    return api.post("/v1/strategies", GIVEN).json()


def test_a_strategy_is_shown_as_it_was_posted(api, made):
    assert {name: made[name] for name in ("name", "type", "escalation", "negotiation", "tone")} == {
        name: GIVEN[name] for name in ("name", "type", "escalation", "negotiation", "tone")
    }
    assert (made["status"], made["version"], made["opening"]) == ("draft", 1, "")
    first, second = made["steps"]
    assert (first["wait"], first["action_type"], first["template_id"], first["retry_delay"]) == (
        "3d", "reminder", None, None,
    )  # fmt: skip
    assert {**second, **STEPS[1]} == second
    assert api.get(f"/v1/strategies/{made['id']}").json() == made
    assert [one["id"] for one in api.get("/v1/strategies").json()["items"]] == [made["id"]]
    assert api.get("/v1/strategies", status="active").json()["items"] == []


def test_a_change_of_the_plan_is_another_version(api, made):
    path = f"/v1/strategies/{made['id']}"
    assert api.patch(path, {"name": "Softer"}).json()["version"] == 1
    changed = api.patch(path, {"tone": "firm"}).json()
    assert (changed["version"], changed["tone"], changed["steps"]) == (2, "firm", made["steps"])
    assert api.post(f"{path}/activate").json()["status"] == "active"
    assert api.post(f"{path}/activate").status_code == 409
    assert api.post(f"{path}/archive").json()["status"] == "archived"
    assert api.patch(path, {"tone": ""}).status_code == 409
    copy = api.post(f"{path}/duplicate").json()
    assert (copy["name"], copy["status"], copy["version"]) == ("Softer (copy)", "draft", 1)
    assert api.delete(f"/v1/strategies/{copy['id']}").status_code == 204


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [{"channel": "sms", "max_retries": 2}]}, "steps.0.max_retries"),
        ({"steps": [{"channel": "sms", "template_id": "tpl_nobody"}]}, "steps.0.template_id"),
        ({"steps": [{"channel": "fax"}]}, "steps.0.channel"),
        ({"steps": [{"channel": "sms", "wait": "soon"}]}, "steps.0.wait"),
        ({"negotiation": {"max_discount_percent": 120}}, "negotiation.max_discount_percent"),
        ({"type": "harsh"}, "type"),
    ],
)
def test_what_is_wrong_is_named(api, wrong, field):
    answer = api.post("/v1/strategies", GIVEN | wrong)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


def test_a_strategy_travels_as_yaml_with_its_templates_by_name(api, larkfield, stranger_org):
    template = template_of(larkfield, name="First notice")
    steps = [
        {"channel": "sms", "template_id": template.public_id, "wait": "3d"},
        STEPS[1],
        {"channel": "portal_link", "template_id": template.public_id},
    ]
    made = api.post("/v1/strategies", GIVEN | {"steps": steps}).json()
    answer = api.get(f"/v1/strategies/{made['id']}.yaml")
    assert answer["Content-Type"].startswith("application/yaml")
    text = answer.content.decode()
    assert "template: First notice" in text
    again = api.post("/v1/strategies/import", {"yaml": text}).json()
    same = ("name", "type", "steps", "escalation", "negotiation", "tone", "opening")
    assert {name: again[name] for name in same} == {name: made[name] for name in same}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "name: {",
        "name: Rude\ntype: recontact\nsteps:\n- channel: sms\n  shout: true\n",
        "name: Rude\npressure: 9\nsteps: []",
        "steps: &a [*a]",
        "name: x\ntype: recontact\nsteps:\n- channel: sms\n  wait: soon\n",
        "name: x\ntype: recontact\nsteps:\n- channel: sms\n  max_retries: many\n",
        "name: x\ntype: recontact\nsteps:\n- channel: sms\n  template: Unheard of\n",
        "!!python/object/apply:os.system ['true']",
    ],
)
def test_a_text_that_is_no_strategy_is_one_sentence(api, text):
    answer = api.post("/v1/strategies/import", {"yaml": text})
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_portfolio_is_posted_with_its_strategy_and_runs(api, made, larkfield, betty):
    create_template(organization=larkfield, name="SMS", body=BODY, actor="system", at=TUESDAY)
    only_texts = api.patch(f"/v1/strategies/{made['id']}", {"steps": [{"channel": "sms"}]}).json()
    campaign = api.post(
        "/v1/campaigns",
        {"name": "Autumn", "strategy_id": made["id"], "start_date": "2026-01-01", "end_date": "2099-01-01"},
    ).json()
    assert (campaign["kind"], campaign["strategy_id"]) == ("portfolio", made["id"])
    path = f"/v1/campaigns/{campaign['id']}"
    assert api.post(f"{path}/accounts", {"account_ids": [betty.public_id]}).json() == {"enrolled": 1, "refused": {}}
    refused = api.post(f"{path}/activate")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["strategy_id"])
    api.post(f"/v1/strategies/{made['id']}/activate")
    assert api.post(f"{path}/activate").json()["version"] == only_texts["version"]
    assert api.post(f"{path}/migrate").json() == {"migrated": 0}
    assert api.delete(f"/v1/strategies/{made['id']}").status_code == 409
    copy = api.post(f"{path}/duplicate").json()
    assert (copy["name"], copy["status"], copy["strategy_id"]) == ("Autumn (copy)", "draft", made["id"])
