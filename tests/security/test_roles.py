"""Who may change what: every form and every route, tried by every role and every kind of key."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from forbear.api import api as mounted
from forbear.consent.models import OptOut
from forbear.staff.models import Organization, Person
from forbear.staff.permissions import LOOKING, OF_ROLE, Permission
from forbear.staff.states import Role
from tests.cast import employ
from tests.door import Program, program_of
from tests.furnished import furnish
from tests.security.doors import FILLED, filled_paths, operations, writes

# One's own password and codes, and what one has been notified of, are everybody's own business.
OWN = {
    "change_password", "set_up_codes", "switch_codes_off", "profile", "notifications_opened", "notifications_read",
    "notifications_digest",
}  # fmt: skip
# A POST that only asks: what was typed is too long for an address. A check of the log writes its own result alone.
ASKS = {"template_preview", "strategy_preview", "compliance_verify"}
RESULTS = {"compliance_check"}
# How far somebody has read, and whether they want a letter about it, is their own business.
READING = {"notices_reader", "notices_seen"}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_who_only_looks_changes_nothing_by_any_form(larkfield: Organization, client: Client, role: Role) -> None:
    ids = furnish(larkfield)
    client.force_login(employ(larkfield, "Iris Onlooker", role))
    wrong = []
    for name, path in filled_paths(ids):
        with writes() as changed:
            answer = client.post(path, FILLED)
        refused = answer.status_code in {403, 405} or name in OWN | ASKS
        if set(changed) - RESULTS - READING or not (refused or answer.status_code in {302, 200, 422}):
            wrong.append((name, path, answer.status_code, changed))
    assert wrong == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_looking_leaves_no_trace_but_that_of_a_download(larkfield: Organization, client: Client, role: Role) -> None:
    ids = furnish(larkfield)
    client.force_login(employ(larkfield, "Iris Onlooker", role))
    for name, path in filled_paths(ids):
        with writes() as changed:
            client.get(path)
        assert changed == [] or name.endswith("export"), name


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.OPERATOR])
def test_a_session_at_the_api_has_the_scopes_of_its_role(larkfield: Organization, client: Client, role: Role) -> None:
    client.force_login(employ(larkfield, "Iris Onlooker", role))
    wrong = []
    for (path, method), scope in sorted(mounted.scopes().items()):
        answer = client.generic(method.upper(), path.replace("{", "").replace("}", ""), content_type="application/json")
        refused = answer.status_code == 403 and answer.json()["code"] == "scope_lacking"
        if refused is (scope in OF_ROLE[role]):
            wrong.append((method, path, scope, answer.status_code))
    assert wrong == []


def test_a_key_that_may_read_everything_writes_nothing(larkfield: Organization) -> None:
    ids, reader = furnish(larkfield), program_of(larkfield, LOOKING)
    for method, path in operations():
        with writes() as changed:
            reader.client.generic(
                method, path.format(**ids), json.dumps(FILLED), content_type="application/json", **reader.headers({})
            )
        assert changed == [] or path.endswith("export.csv"), (method, path)


def test_each_route_opens_with_its_scope_and_with_no_other(larkfield: Organization) -> None:
    one_less = {scope: program_of(larkfield, set(Permission) - {scope}) for scope in Permission}
    wrong = []
    for (path, method), scope in mounted.scopes().items():
        program = one_less[Permission(scope)]
        path = path.replace("{", "").replace("}", "")
        answer = program.client.generic(method.upper(), path, content_type="application/json", **program.headers({}))
        if answer.json()["code"] != "scope_lacking":
            wrong.append((method, path, scope))
    assert wrong == []


def test_an_operator_lifts_no_opt_out_and_changes_no_setting(larkfield: Organization, client: Client) -> None:
    ids = furnish(larkfield)
    client.force_login(employ(larkfield, "Otto Clerk", Role.OPERATOR))
    closed = dict(filled_paths(ids))
    refused = [
        "lift_opt_out", "settings", "settings_limits", "settings_staff", "settings_keys", "settings_channels",
        "change_sender", "provider", "change_role", "let_in_again", "deactivate", "reactivate", "revoke_key",
        "withdraw_invitation",
    ]  # fmt: skip
    for name in refused:
        with writes() as changed:
            answer = client.post(closed[name], FILLED)
        assert (changed, answer.status_code in {302, 403}) == ([], True), name
    assert OptOut.objects.get().lifted_at is None


def test_a_manager_decides_neither_who_works_here_nor_what_holds(
    larkfield: Organization, dana: Person, client: Client
) -> None:
    ids = furnish(larkfield)
    client.force_login(dana)
    closed = dict(filled_paths(ids))
    for name in ["settings", "settings_limits", "settings_staff", "settings_keys", "change_role", "let_in_again"]:
        with writes() as changed:
            assert client.post(closed[name], FILLED).status_code == 403, name
        assert changed == []


def test_a_role_that_changes_counts_with_the_next_request(larkfield: Organization, dana: Person) -> None:
    browser = Client()
    browser.force_login(dana)
    assert browser.get("/settings/limits").status_code == 200
    Person.objects.filter(pk=dana.pk).update(role=Role.OPERATOR)
    assert browser.get("/settings/limits").status_code == 403
    Person.objects.filter(pk=dana.pk).update(is_active=False)
    assert browser.get("/accounts").status_code == 302


def test_the_program_of_the_stories_may_do_everything(api: Program) -> None:
    """Otherwise the refusals above would prove nothing."""
    assert api.get("/v1/compliance/entries").status_code == 200


def test_the_look_at_statements_sees_a_change(larkfield: Organization, dana: Person, client: Client) -> None:
    ids = furnish(larkfield)
    client.force_login(dana)
    with writes() as changed:
        client.post(dict(filled_paths(ids))["lift_opt_out"], FILLED)
    assert "consent_lift" in changed
