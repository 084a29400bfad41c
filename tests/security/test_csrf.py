"""A page of somebody else's cannot make a signed-in browser write: no form, no route, no HTMX request."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from tests.cast import employ
from tests.furnished import furnish
from tests.security.doors import FILLED, filled_paths, operations, writes

OUTSIDE = ["/login", "/login/code", "/welcome", "/invitation/nobody"]


@pytest.fixture
def victim(larkfield: Organization) -> Client:
    """An administrator's browser, signed in, on a page of somebody else's."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(employ(larkfield, "Ada Quist", Role.ADMINISTRATOR))
    return client


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {"X-CSRFToken": "guessed"}])
def test_no_form_is_taken_without_the_token(larkfield: Organization, victim: Client, headers: dict[str, str]) -> None:
    ids = furnish(larkfield)
    victim.get("/login")
    wrong = []
    for name, path in filled_paths(ids):
        with writes() as changed:
            answer = victim.post(path, FILLED, headers=headers)
        if changed or answer.status_code not in {403, 405}:
            wrong.append((name, path, answer.status_code, changed))
    assert wrong == []


@pytest.mark.parametrize("path", OUTSIDE)
def test_the_forms_at_the_door_want_it_too(db: None, path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, FILLED).status_code == 403


def test_no_route_is_taken_with_a_session_alone(larkfield: Organization, victim: Client) -> None:
    ids = furnish(larkfield)
    wrong = []
    for method, path in operations():
        if method != "GET":
            with writes() as changed:
                answer = asked(victim, method, path.format(**ids))
            if changed or (answer.status_code, answer.json()["code"]) != (403, "csrf_failed"):
                wrong.append((method, path, answer.status_code, changed))
    assert wrong == []


def asked(client: Client, method: str, path: str, **headers: str) -> Any:
    return client.generic(method, path, json.dumps(FILLED), content_type="application/json", headers=headers)


def test_a_key_cannot_be_put_beside_a_session_to_get_around_the_check(victim: Client) -> None:
    for headers in [{"Authorization": "Bearer nothing"}, {"X-API-Key": "nothing"}]:
        assert asked(victim, "POST", "/v1/contact-lists", **headers).status_code == 401
    assert asked(victim, "POST", "/v1/contact-lists", Authorization="Basic eDp5").status_code == 403


def test_the_token_of_the_page_opens_forms_and_routes(victim: Client) -> None:
    """Otherwise the refusals above would prove nothing."""
    page = victim.get("/settings/profile").content.decode()
    token = re.search(r'hx-headers=\'{"X-CSRFToken": "(\w+)"}\'', page)
    assert token
    made = victim.post(
        "/v1/contact-lists", {"name": "May"}, content_type="application/json", headers={"X-CSRFToken": token[1]}
    )
    assert made.status_code == 201
    assert victim.post("/logout", headers={"HX-Request": "true", "X-CSRFToken": token[1]}).status_code == 302


def test_the_token_of_another_session_opens_nothing(victim: Client, dana: Person) -> None:
    other = Client(enforce_csrf_checks=True)
    other.force_login(dana)
    page = other.get("/settings/profile").content.decode()
    token = re.search(r'"X-CSRFToken": "(\w+)"', page)
    assert token
    assert victim.post("/logout", headers={"X-CSRFToken": token[1]}).status_code == 403


def test_a_form_sent_from_another_origin_is_refused_even_with_the_token(victim: Client) -> None:
    page = victim.get("/settings/profile").content.decode()
    token = re.search(r'"X-CSRFToken": "(\w+)"', page)
    assert token
    foreign = {"X-CSRFToken": token[1], "Origin": "https://evil.example"}
    assert victim.post("/logout", headers=foreign).status_code == 403


def test_looking_never_writes_by_a_link(larkfield: Organization, victim: Client) -> None:
    """Leaving, launching, deleting, undoing: what changes something takes no GET."""
    ids = furnish(larkfield)
    for name, path in filled_paths(ids):
        if name == "import":
            continue  # the furnished one has no file behind it
        with writes() as changed:
            victim.get(path)
        assert set(changed) <= {"inbox_conversation"} or name.endswith("export"), (name, changed)
