"""Every address is tried by somebody who has not signed in, and by somebody from another organization.

The addresses come from the resolver and from the API itself: a new one cannot be forgotten, it fails here
until `tests/furnished.py` knows a row for each of its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forbear.api import api as mounted
from forbear.staff.models import Organization, Person
from tests.door import Program, program_of
from tests.furnished import furnish

# Open to everybody, each for its own reason.
OPEN = {
    "health",
    "metrics",
    "sign_in",
    "sign_in_code",
    "sign_out",
    "first_run",
    "ready",
    "accept_invitation",
    "webhook",
}
# Names in addresses that are not ids of rows.
WORDS = {"kind": "csv", "verb": "pause", "number": "1", "token": "nobody"}
# Names that stand for an id, where they are shorter than the furnished ones.
SHORT = {
    "public": "{room}_id",
    "hold": "hold_id",
    "opt_out": "opt_out_id",
    "person": "person_id",
    "invitation": "invitation_id",
    "key": "key_id",
    "provider": "provider_id",
    "sender": "sender_id",
}
ROOMS = {"accounts": "account", "campaigns": "campaign", "contact-lists": "list", "imports": "import"}


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
    room = ROOMS.get(route.lstrip("^").partition("/")[0], "")

    def fill(hole: re.Match[str]) -> str:
        name = hole[1] or hole[2]
        return WORDS.get(name) or ids[SHORT.get(name, name).format(room=room)]

    return "/" + HOLE.sub(fill, route).lstrip("^").rstrip("$").replace("\\.", ".")


def has_ids(route: str) -> bool:
    return any((hole[1] or hole[2]) not in WORDS for hole in HOLE.finditer(route))


def operations() -> list[tuple[str, str]]:
    """(method, path) of every route of the API."""
    return sorted((method.upper(), path) for path, method in mounted.scopes())


@pytest.mark.parametrize(("name", "route"), [page for page in PAGES if page[0] not in OPEN])
def test_nobody_sees_a_page_without_signing_in(name: str, route: str, client: Client, larkfield: Organization) -> None:
    path = path_of(route, furnish(larkfield))
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in (302, 405), f"{name}: {answer.status_code}"
        if answer.status_code == 302:
            assert answer["Location"].startswith("/login")


@pytest.mark.parametrize(("name", "route"), [page for page in PAGES if page[0] not in OPEN and has_ids(page[1])])
def test_what_is_anothers_is_not_there(
    name: str, route: str, client: Client, larkfield: Organization, stranger: Person
) -> None:
    path = path_of(route, furnish(larkfield))
    client.force_login(stranger)
    answers = (client.get(path), client.post(path))
    statuses = {answer.status_code for answer in answers}
    assert 404 in statuses, f"{name}: {statuses}"
    assert statuses <= {404, 405}, f"{name}: {statuses}"


@pytest.mark.parametrize(("method", "path"), operations())
def test_no_route_of_the_api_opens_without_a_key(method: str, path: str, client: Client, db: None) -> None:
    answer = client.generic(method, path.replace("{", "").replace("}", ""), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_missing")


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_route_asks_for_its_scope(method: str, path: str, larkfield: Organization) -> None:
    empty = program_of(larkfield, [])
    answer = empty.client.generic(
        method, path.replace("{", "").replace("}", ""), content_type="application/json", **empty.headers({})
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_lacking")


@pytest.mark.parametrize("path", sorted({path for method, path in operations() if "{" in path and method == "GET"}))
def test_a_foreign_row_answers_like_one_that_does_not_exist(
    path: str, larkfield: Organization, stranger_org: Organization
) -> None:
    if path.startswith("/v1/sandbox/"):
        pytest.skip("a phone belongs to nobody; its messages are narrowed by organization")
    ids, theirs = furnish(larkfield), program_of(stranger_org)
    needed: dict[str, Any] = {"channel": "sms"} if path.endswith("contactability") else {}
    foreign = theirs.get(path.format(**ids), **needed)
    unknown = theirs.get(path.format(**{name: f"{word[:4]}nothing" for name, word in ids.items()}), **needed)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content


def test_the_furnished_organization_sees_its_own(larkfield: Organization) -> None:
    """Otherwise a 404 above would prove nothing."""
    ids, ours = furnish(larkfield), program_of(larkfield)
    reads = {path for method, path in operations() if "{" in path and method == "GET"}
    for path in reads:
        needed = {"channel": "sms"} if path.endswith("contactability") else {}
        assert Program.get(ours, path.format(**ids), **needed).status_code == 200, path
