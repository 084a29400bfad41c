"""Roles and what they may do; keys; settings; and strangers, who see nothing of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from forbear.compliance.models import Entry
from forbear.staff import actions, events
from forbear.staff.access import authenticate_key, holder_of, network_of, token_of
from forbear.staff.models import ApiKey, Organization, Person
from forbear.staff.permissions import ALL, OF_ROLE, Permission, permissions_of
from forbear.staff.refusals import (
    KeyExpired,
    KeyInvalid,
    KeyMissing,
    LastAdministrator,
    NoSuchKey,
    NoSuchPerson,
    ScopeMissing,
    UnusableSetting,
)
from forbear.staff.states import Role
from tests.cast import employ

NOW = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)

MAY = """
                  administrator manager operator analyst auditor
accounts:read     yes           yes     yes      yes     yes
accounts:write    yes           yes     yes      no      no
campaigns:read    yes           yes     yes      yes     yes
campaigns:write   yes           yes     no       no      no
campaigns:run     yes           yes     no       no      no
strategies:read   yes           yes     no       no      yes
strategies:write  yes           yes     no       no      no
templates:read    yes           yes     yes      yes     yes
templates:write   yes           yes     no       no      no
inbox:read        yes           yes     yes      no      yes
inbox:write       yes           yes     yes      no      no
consent:read      yes           yes     yes      no      yes
consent:write     yes           yes     yes      no      no
consent:lift      yes           yes     no       no      no
contacts:approve  yes           yes     no       no      no
payments:read     yes           yes     yes      yes     yes
payments:write    yes           yes     yes      no      no
promises:read     yes           yes     yes      yes     yes
promises:write    yes           yes     yes      no      no
cases:read        yes           yes     yes      yes     yes
cases:write       yes           yes     yes      no      no
documents:read    yes           yes     yes      yes     yes
documents:write   yes           yes     yes      no      no
reports:read      yes           yes     yes      yes     yes
log:read          yes           yes     no       yes     yes
settings:read     yes           yes     no       no      yes
settings:write    yes           no      no       no      no
staff:write       yes           no      no       no      no
keys:write        yes           no      no       no      no
sandbox:write     yes           yes     yes      no      no
"""


def test_the_table_of_roles():
    roles, *lines = (line.split() for line in MAY.strip().splitlines())
    table = {(role, word): said == "yes" for word, *row in lines for role, said in zip(roles, row, strict=True)}
    assert table == {(role.value, word.value): word in OF_ROLE[role] for role in Role for word in Permission}


def test_a_word_that_is_no_role_may_nothing():
    assert permissions_of("king") == frozenset()


PAGES = {
    "settings_limits": Permission.SETTINGS_READ,
    "settings_automation": Permission.SETTINGS_READ,
    "settings_staff": Permission.SETTINGS_READ,
    "settings_keys": Permission.SETTINGS_READ,
    "profile": None,
    "set_up_codes": None,
}


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_the_pages_that_it_may(client, larkfield, role):
    person = employ(larkfield, "Kim Role", role)
    client.force_login(person)
    for name, needed in PAGES.items():
        expected = 200 if needed is None or needed in OF_ROLE[role] else 403
        assert client.get(reverse(name)).status_code == expected, name


@pytest.mark.parametrize(
    "name", ["settings", "settings_limits", "settings_automation", "settings_staff", "settings_keys"]
)
def test_a_manager_looks_at_settings_and_changes_none(client, dana, name):
    client.force_login(dana)
    page = client.get(reverse(name)).content.decode()
    assert 'class="button is-primary"' not in page
    refused = client.post(reverse(name), {"name": "x"})
    assert refused.status_code == 403
    assert "Your role, manager, does not allow this." in refused.content.decode()


def test_an_operator_finds_the_own_profile_under_settings(client, larkfield):
    client.force_login(employ(larkfield, "Olga Operator", Role.OPERATOR))
    assert client.get("/settings").url == "/settings/profile"


def test_the_postal_address_is_written_on_one_line_and_stays_out_of_the_log(client, ada, larkfield):
    client.force_login(ada)
    names = ("name", "actor", "country", "time_zone", "currency", "locale", "phone")
    given = {name: getattr(larkfield, name) for name in names}
    answer = client.post(reverse("settings"), given | {"postal_address": " 100 Example Street,  Springfield "})
    assert answer.status_code == 302
    larkfield.refresh_from_db()
    assert larkfield.postal_address == "100 Example Street, Springfield"
    assert Entry.objects.get(event=events.ORGANIZATION_CHANGED).facts == '{"changed":{"postal_address":null}}'


def test_a_new_role_holds_at_once(client, ada, dana):
    client.force_login(dana)
    assert client.get("/settings/staff").status_code == 200
    actions.change_role(organization=ada.organization, person_id=dana.pk, role="analyst", actor=ada.actor, at=NOW)
    assert client.get("/settings/staff").status_code == 403
    entry = Entry.objects.get(event=events.PERSON_CHANGED)
    assert entry.facts == f'{{"person":"{dana.public_id}","role":["manager","analyst"]}}'


def test_whoever_is_deactivated_is_out_at_once_and_can_come_back(client, ada, dana):
    client.force_login(dana)
    whose = {"organization": ada.organization, "person_id": dana.pk, "actor": ada.actor, "at": NOW}
    actions.deactivate(**whose)
    actions.deactivate(**whose)
    assert client.get("/settings/profile").status_code == 302
    assert Entry.objects.filter(event=events.PERSON_DEACTIVATED).count() == 1
    actions.reactivate(**whose)
    assert Person.objects.get(pk=dana.pk).is_active


def test_the_last_administrator_stays(client, ada, dana):
    whose = {"organization": ada.organization, "person_id": ada.pk, "actor": ada.actor, "at": NOW}
    with pytest.raises(LastAdministrator):
        actions.deactivate(**whose)
    with pytest.raises(LastAdministrator):
        actions.change_role(**whose, role="manager")
    client.force_login(ada)
    client.post(reverse("change_role", args=[ada.public_id]), {"role": "manager"})
    assert "at least one administrator" in client.get("/settings/staff").content.decode()
    actions.change_role(**{**whose, "person_id": dana.pk}, role="administrator")
    actions.change_role(**whose, role="manager")


# Strangers


def test_a_stranger_sees_and_changes_nobody(client, stranger, ada, dana):
    issued = actions.issue_key(organization=ada.organization, name="K", scopes=ALL, actor=ada.actor, at=NOW)
    invited = actions.invite(
        organization=ada.organization, email="sam@example.com", role="analyst", invited_by=ada, at=NOW
    )
    client.force_login(stranger)
    for path in ("/settings/staff", "/settings/keys"):
        page = client.get(path).content.decode()
        assert not any(word in page for word in (dana.email, "sam@example.com", issued.key.public_id))
    for path in (
        reverse("change_role", args=[dana.public_id]),
        reverse("deactivate", args=[dana.public_id]),
        reverse("reactivate", args=[dana.public_id]),
        reverse("let_in_again", args=[dana.public_id]),
        reverse("revoke_key", args=[issued.key.public_id]),
        reverse("withdraw_invitation", args=[invited.invitation.public_id]),
        reverse("deactivate", args=["usr_nobody"]),
        reverse("deactivate", args=[ada.organization.public_id]),
    ):
        assert client.post(path, {"role": "auditor"}).status_code == 404, path
    assert Person.objects.get(pk=dana.pk).role == Role.MANAGER
    assert authenticate_key(issued.token, at=NOW).organization == ada.organization


def test_verbs_know_only_their_own_organization(stranger_org, dana):
    whose = {"organization": stranger_org, "actor": "system", "at": NOW}
    with pytest.raises(NoSuchPerson):
        actions.change_role(**whose, person_id=dana.pk, role="auditor")
    with pytest.raises(NoSuchPerson):
        actions.deactivate(**whose, person_id=dana.pk)
    with pytest.raises(NoSuchKey):
        actions.revoke_key(**whose, key_id=1)


# Keys


def issue(organization, **also):
    given = {"name": "Nightly import", "scopes": ["accounts:read"], "actor": "system", "at": NOW} | also
    return actions.issue_key(organization=organization, **given)


def test_a_key_opens_what_its_scopes_say(larkfield):
    issued = issue(larkfield)
    holder = authenticate_key(issued.token, at=NOW)
    assert (holder.organization, holder.actor) == (larkfield, f"key:{issued.key.pk}")
    holder.require(Permission.ACCOUNTS_READ)
    with pytest.raises(ScopeMissing, match="lacks the scope accounts:write"):
        holder.require(Permission.ACCOUNTS_WRITE)


def test_only_a_hash_of_the_key_is_kept(larkfield):
    issued = issue(larkfield)
    row = ApiKey.objects.values().get()
    assert issued.token not in map(str, row.values())
    assert issued.token.startswith(row["hint"])
    assert len(issued.token) > 40


def test_missing_wrong_revoked_and_expired_keys_are_told_apart(larkfield):
    issued = issue(larkfield, expires_at=NOW + timedelta(days=30))
    with pytest.raises(KeyMissing, match="needs an API key"):
        authenticate_key(None, at=NOW)
    for wrong in ("fb_live_x", issued.token[:-1], issued.token + "x", "é\x00"):
        with pytest.raises(KeyInvalid, match="not valid"):
            authenticate_key(wrong, at=NOW)
    with pytest.raises(KeyExpired, match="has expired"):
        authenticate_key(issued.token, at=NOW + timedelta(days=30))
    actions.revoke_key(organization=larkfield, key_id=issued.key.pk, actor="system", at=NOW)
    actions.revoke_key(organization=larkfield, key_id=issued.key.pk, actor="system", at=NOW)
    with pytest.raises(KeyInvalid):
        authenticate_key(issued.token, at=NOW)
    assert Entry.objects.filter(event=events.KEY_REVOKED).count() == 1


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(larkfield, django_assert_num_queries):
    issued = issue(larkfield)

    def last_use():
        return ApiKey.objects.get(pk=issued.key.pk).last_used_at

    authenticate_key(issued.token, at=NOW)
    assert last_use() == NOW
    with django_assert_num_queries(1):
        authenticate_key(issued.token, at=NOW + timedelta(seconds=59))
    assert last_use() == NOW
    authenticate_key(issued.token, at=NOW + timedelta(seconds=61))
    assert last_use() == NOW + timedelta(seconds=61)


def test_a_scope_that_is_none_is_refused(larkfield):
    with pytest.raises(ValueError, match="everything:else"):
        issue(larkfield, scopes=["everything:else"])


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"Authorization": "Bearer fb_live_1"}, "fb_live_1"),
        ({"Authorization": "bearer  fb_live_1 "}, "fb_live_1"),
        ({"X-API-Key": "fb_live_2"}, "fb_live_2"),
        ({"Authorization": "Basic abc"}, None),
        ({"Authorization": "Bearer "}, None),
        ({}, None),
    ],
)
def test_where_a_token_stands(rf, headers, token):
    assert token_of(rf.get("/", headers=headers)) == token


def test_a_key_is_made_on_the_page_shown_once_and_revoked(client, ada):
    client.force_login(ada)
    given = {"name": "CRM", "kind": "live", "lasts": "30", "scopes": ["accounts:read", "campaigns:read"]}
    assert client.post("/settings/keys", given).url == "/settings/keys"
    token = client.get("/settings/keys").content.decode().split('id="token">')[1].split("<")[0]
    assert token.startswith("fb_live_")
    assert token not in client.get("/settings/keys").content.decode()
    key = ApiKey.objects.get()
    assert key.scopes == ["accounts:read", "campaigns:read"]
    client.post(reverse("revoke_key", args=[key.public_id]))
    assert "Revoked" in client.get("/settings/keys").content.decode()


def test_the_network_is_the_one_that_the_proxy_wrote(rf):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert network_of(request, behind_proxy=False) == "10.0.0.1"
    assert network_of(request, behind_proxy=True) == "203.0.113.9"


def test_a_person_asks_with_the_rights_of_the_role(dana):
    holder = holder_of(dana)
    assert holder.may("campaigns:run")
    assert not holder.may("staff:write")
    assert holder.actor == f"person:{dana.pk}"


# Settings

LIMITS = {
    "window_from": "09:00",
    "window_to": "20:00",
    "per_day": "1",
    "per_week": "2",
    "min_interval_hours": "48",
    "weekdays": ["0", "1", "2", "3", "4"],
    "holidays_closed": "on",
}


def test_limits_are_changed_and_told_in_the_log(client, ada):
    client.force_login(ada)
    assert client.post("/settings/limits", LIMITS).status_code == 302
    saved = Organization.objects.get(pk=ada.organization_id)
    assert (saved.window_from, saved.per_week, saved.weekdays) == (time(9), 2, [0, 1, 2, 3, 4])
    entry = Entry.objects.get(event=events.ORGANIZATION_CHANGED)
    assert '"per_week":[3,2]' in entry.facts
    assert '"per_day"' not in entry.facts
    assert entry.actor == ada.actor


def test_saving_without_a_change_tells_nothing(client, ada):
    client.force_login(ada)
    client.post("/settings/limits", LIMITS)
    client.post("/settings/limits", LIMITS)
    assert Entry.objects.filter(event=events.ORGANIZATION_CHANGED).count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"window_from": "20:00", "window_to": "09:00"}, "The hours must end after they begin."),
        ({"per_day": "3", "per_week": "2"}, "A week cannot have fewer messages than a day."),
        ({"weekdays": []}, "This field is required."),
        ({"per_week": "-1"}, "greater than or equal to 0"),
        ({"per_week": "99999"}, "Choose a number from 0 to 200."),
        ({"window_from": "07:59"}, "The law opens at 08:00 (12 CFR 1006.6(b)(1)(i))."),
        ({"window_to": "21:30"}, "The law shuts at 21:00 (12 CFR 1006.6(b)(1)(i))."),
    ],
)
def test_limits_that_cannot_be_are_refused_and_what_was_typed_stays(client, ada, wrong, sentence):
    client.force_login(ada)
    page = client.post("/settings/limits", {**LIMITS, **wrong}).content.decode()
    assert sentence in page
    assert 'value="48"' in page
    assert Organization.objects.get(pk=ada.organization_id).per_week == 3


def test_names_and_numbers_of_the_organization_stay_out_of_the_log(client, ada):
    client.force_login(ada)
    given = {
        "name": "Larkfield & Daughters",
        "actor": "law_firm",
        "country": "US",
        "time_zone": "America/Denver",
        "currency": "USD",
        "locale": "en-US",
        "phone": "(312) 555-0100",
    }
    assert client.post("/settings", given).status_code == 302
    saved = Organization.objects.get(pk=ada.organization_id)
    assert (saved.name, saved.phone, saved.time_zone) == (
        "Larkfield & Daughters",
        "+13125550100",
        "America/Denver",
    )
    facts = Entry.objects.get(event=events.ORGANIZATION_CHANGED).facts
    assert "Daughters" not in facts
    assert "5550100" not in facts
    assert '"actor":["third_party_collector","law_firm"]' in facts
    page = client.post("/settings", {**given, "phone": "555"}).content.decode()
    assert "is not a telephone number there" in page


def test_a_zone_that_is_none_is_refused(larkfield):
    for zone in ("Mars/Olympus", "../etc/passwd", "Chicago", ""):
        with pytest.raises(UnusableSetting, match="not a time zone"):
            actions.update_organization(organization=larkfield, changes={"time_zone": zone}, actor="system", at=NOW)
