"""Every address is tried by somebody who has not signed in, and by somebody from another organization.

The addresses come from the resolver and from the API itself: a new one cannot be forgotten, it fails here
until `tests/furnished.py` knows a row for each of its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forbear.api import api as mounted
from forbear.staff.models import Organization, Person
from tests.door import program_of
from tests.furnished import furnish

# Open to everybody, each for its own reason.
OPEN = {
    "health",
    "metrics",
    "mark",
    "sign_in",
    "sign_in_code",
    "sign_out",
    "first_run",
    "ready",
    "accept_invitation",
    "webhook",
    "unsubscribe",
}
# Names in addresses that are not ids of rows.
WORDS = {"kind": "csv", "verb": "pause", "number": "1", "token": "nobody"}
# Names that stand for an id, where they are shorter than the furnished ones.
SHORT = {
    "public": "{room}_id",
    "hold": "hold_id",
    "act": "act_id",
    "opt_out": "opt_out_id",
    "person": "person_id",
    "invitation": "invitation_id",
    "key": "key_id",
    "provider": "provider_id",
    "sender": "sender_id",
}
ROOMS = {
    "accounts": "account",
    "campaigns": "campaign",
    "contact-lists": "list",
    "documents": "document",
    "segments": "segment",
    "imports": "import",
}


def addresses(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every page; the API is asked by its own list of operations."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith("v1/"):
                yield from addresses(pattern.url_patterns, route)
        else:
            yield str(pattern.name), route


PAGES = sorted(addresses())
HOLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def path_of(route: str, ids: dict[str, str]) -> str:
    """The route with a row of the furnished organization in each of its holes; KeyError where there is none."""
    room = next((ROOMS[word] for word in reversed(re.split(r"[\^/]", route)) if word in ROOMS), "")

    def fill(hole: re.Match[str]) -> str:
        name = hole[1] or hole[2]
        return WORDS.get(name) or ids[SHORT.get(name, name).format(room=room)]

    return "/" + HOLE.sub(fill, route).lstrip("^").rstrip("$").replace("\\.", ".")


def has_ids(route: str) -> bool:
    return any((hole[1] or hole[2]) not in WORDS for hole in HOLE.finditer(route))


def operations() -> list[tuple[str, str]]:
    """(method, path) of every route of the API."""
    return sorted((method.upper(), path) for path, method in mounted.scopes())


# Forms that are valid, so that a row is looked for and not only the form refused.
FILLED = {
    "role": "analyst",
    "reason": "asked for it",
    "evidence": "a letter",
    "body": "Hello",
    "channel": "sms",
    "kind": "manual",
    "notes": "",
    "name": "New name",
    "label": "New label",
}
CLOSED = [(name, route) for name, route in PAGES if name not in OPEN]


def test_nobody_sees_a_page_without_signing_in(client: Client, larkfield: Organization) -> None:
    ids = furnish(larkfield)
    wrong = []
    for name, route in CLOSED:
        path = path_of(route, ids)
        for answer in (client.get(path), client.post(path, FILLED)):
            to_the_door = answer.status_code == 302 and answer["Location"].startswith("/login")
            if not to_the_door and answer.status_code != 405:
                wrong.append((name, path, answer.status_code))
    assert wrong == []


def test_what_is_anothers_is_not_there(client: Client, larkfield: Organization, stranger: Person) -> None:
    ids = furnish(larkfield)
    client.force_login(stranger)
    wrong = []
    for name, route in CLOSED:
        if has_ids(route):
            path = path_of(route, ids)
            statuses = {client.get(path).status_code, client.post(path, FILLED).status_code}
            if 404 not in statuses or not statuses <= {404, 405}:
                wrong.append((name, path, statuses))
    assert wrong == []


def test_no_route_of_the_api_opens_without_a_key(client: Client, db: None) -> None:
    wrong = []
    for method, path in operations():
        answer = asked(client, method, path)
        if (answer.status_code, answer.json()["code"]) != (401, "key_missing"):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_every_route_asks_for_its_scope(larkfield: Organization) -> None:
    nothing = program_of(larkfield, [])
    wrong = []
    for method, path in operations():
        answer = asked(nothing.client, method, path, **nothing.headers({}))
        if (answer.status_code, answer.json()["code"]) != (403, "scope_lacking"):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def asked(client: Client, method: str, path: str, **headers: Any) -> Any:
    path = path.replace("{", "").replace("}", "")
    return client.generic(method, path, content_type="application/json", **headers)


def reads() -> list[tuple[str, dict[str, str]]]:
    """Routes that read one row, with the parameters that they need."""
    found = sorted({path for method, path in operations() if "{" in path and method == "GET"})
    return [(path, {"channel": "sms"} if path.endswith("contactability") else {}) for path in found]


def test_a_foreign_row_answers_like_one_that_does_not_exist(
    larkfield: Organization, stranger_org: Organization
) -> None:
    ids, theirs = furnish(larkfield), program_of(stranger_org)
    nobody = {name: f"{word[:4]}nothing" for name, word in ids.items()}
    wrong = []
    for path, needed in reads():
        if path.startswith("/v1/sandbox/"):
            continue  # a telephone belongs to nobody; its messages are those of the asking organization
        foreign, unknown = theirs.get(path.format(**ids), **needed), theirs.get(path.format(**nobody), **needed)
        if foreign.status_code != 404 or foreign.content != unknown.content:
            wrong.append((path, foreign.status_code, unknown.status_code))
    assert wrong == []


def test_the_furnished_organization_sees_its_own(larkfield: Organization) -> None:
    """Otherwise a 404 above would prove nothing."""
    ids, ours = furnish(larkfield), program_of(larkfield)
    statuses = {path: ours.get(path.format(**ids), **needed).status_code for path, needed in reads()}
    assert {path: status for path, status in statuses.items() if status != 200} == {}
