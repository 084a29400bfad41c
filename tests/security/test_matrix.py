"""Who may do what, as one table: every permission, every page, every area of the API, for each of the five roles."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forbear.api import api as mounted
from forbear.staff.models import Organization
from forbear.staff.permissions import OF_ROLE, Permission
from forbear.staff.states import Role
from tests.architecture.test_strangers import FILLED, OPEN, PAGES, path_of
from tests.cast import employ
from tests.furnished import furnish

LETTERS = dict(zip("AMOLU", Role, strict=True))  # administrator, manager, operator, analyst, auditor
BY_READING = {word for word in Permission if word.endswith(":read")}

# A letter for each role that has it, a dash for each that does not.
WHO = {
    "accounts:read": "AMOLU", "accounts:write": "AMO--",
    "campaigns:read": "AMOLU", "campaigns:write": "AM---", "campaigns:run": "AM---",
    "templates:read": "AMOLU", "templates:write": "AM---",
    "inbox:read": "AMO-U", "inbox:write": "AMO--",
    "consent:read": "AMO-U", "consent:write": "AMO--", "consent:lift": "AM---",
    "contacts:approve": "AM---",
    "payments:read": "AMOLU", "payments:write": "AMO--",
    "promises:read": "AMOLU", "promises:write": "AMO--",
    "cases:read": "AMOLU", "cases:write": "AMO--",
    "documents:read": "AMOLU", "documents:write": "AMO--",
    "strategies:read": "AM--U", "strategies:write": "AM---",
    "reports:read": "AMOLU",
    "log:read": "AM-LU",
    "settings:read": "AM--U", "settings:write": "A----",
    "staff:write": "A----", "keys:write": "A----",
    "sandbox:write": "AMO--",
}  # fmt: skip

# Pages that answer what one of the roles is there for, and those that are none of its business.
OPENS = {
    "today": "AMOLU", "accounts": "AMOLU", "segments": "AMOLU", "contact_lists": "AMOLU", "campaigns": "AMOLU",
    "templates": "AMOLU", "inbox": "AMO-U", "opt_outs": "AMO-U", "reports": "AMOLU", "report_aging": "AMOLU",
    "interactions": "AMOLU",
    "report_operations": "AMOLU", "compliance": "AM-LU", "settings_limits": "AM--U", "settings_automation": "AM--U",
    "settings_staff": "AM--U", "settings_keys": "AM--U", "accounts_together": "AMO--", "import_new": "AMO--",
}  # fmt: skip

# The words of an area's routes that read and that write; more words where single acts weigh more.
AREAS = {
    "accounts": "accounts:read accounts:write", "consumers": "accounts:read accounts:write",
    "contact-lists": "accounts:read accounts:write", "segments": "accounts:read accounts:write",
    "scores": "accounts:write", "imports": "accounts:read accounts:write",
    "campaigns": "campaigns:read campaigns:write campaigns:run",
    "engine": "campaigns:read campaigns:run settings:write", "queue": "campaigns:read campaigns:write campaigns:run",
    "templates": "templates:read templates:write",
    "conversations": "inbox:read inbox:write", "auto-replies": "inbox:read inbox:write", "messages": "inbox:read",
    "consents": "consent:read consent:write consent:lift", "holds": "consent:read consent:write",
    "opt-outs": "consent:read consent:write consent:lift",
    "referrals": "accounts:read inbox:write contacts:approve", "policy": "accounts:read",
    "payments": "payments:read payments:write", "promises": "promises:read promises:write",
    "disputes": "cases:read cases:write", "escalations": "cases:read cases:write",
    "documents": "documents:read documents:write campaigns:run consent:write",
    "strategies": "strategies:read strategies:write", "promise-terms": "promises:read settings:write",
    "reports": "reports:read", "compliance": "log:read", "sandbox": "sandbox:write",
}  # fmt: skip
# One contact by hand, and what belongs to an account but is money's.
BESIDE = {
    ("/v1/accounts/{account_id}/dispatch", "post"): "inbox:write",
    ("/v1/accounts/{account_id}/ledger", "get"): "payments:read",
    ("/v1/accounts/{account_id}/ledger", "post"): "payments:write",
}
# Pages whose deeds weigh differently, and ask for another word once they know which one it is.
WEIGHED_INSIDE = {"campaign_act"}


@pytest.mark.parametrize("word", WHO)
def test_a_word_belongs_to_these_roles(word: str) -> None:
    assert "".join(letter if word in OF_ROLE[role] else "-" for letter, role in LETTERS.items()) == WHO[word]


def test_what_has_no_line_in_the_table_is_for_whoever_runs_the_house() -> None:
    """A word that nobody has entered yet: the administrator has it, and nobody who only looks may change by it."""
    for word in set(Permission) - set(WHO):
        assert word in OF_ROLE[Role.ADMINISTRATOR]
        assert word in BY_READING or word not in OF_ROLE[Role.AUDITOR] | OF_ROLE[Role.ANALYST]


@pytest.mark.parametrize(("path", "method"), sorted(mounted.scopes()))
def test_a_route_asks_for_a_word_of_its_area(path: str, method: str) -> None:
    scope = mounted.scopes()[path, method]
    words = AREAS.get(path.split("/")[2], "").split()
    if not words:
        pytest.skip("an area without a line in the table")
    assert scope == BESIDE.get((path, method), scope)
    assert scope in words or (path, method) in BESIDE
    assert method == "get" or scope not in BY_READING or scope in ("accounts:read", "templates:read")


def needs_of(patterns: list[URLPattern | URLResolver] | None = None) -> dict[str, Permission | None]:
    """The word of each page by its name."""
    found: dict[str, Permission | None] = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            found |= needs_of(pattern.url_patterns)
        else:
            found[str(pattern.name)] = getattr(pattern.callback, "needs", None)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_whoever_has_its_word_and_for_nobody_else(
    larkfield: Organization, client: Client, role: Role
) -> None:
    ids, needs = furnish(larkfield), needs_of()
    client.raise_request_exception = False  # what a page does with the furnished row is told by other tests
    client.force_login(employ(larkfield, "Iris Onlooker", role))
    wrong = []
    for name, route in PAGES:
        word = needs[name]
        if name in OPEN | WEIGHED_INSIDE or word is None:
            continue
        path = path_of(route, ids)
        statuses = {client.get(path).status_code, client.post(path, FILLED).status_code} - {405}
        if (word in OF_ROLE[role]) is (statuses == {403}):
            wrong.append((name, word, statuses))
    assert wrong == []


@pytest.mark.parametrize("name", OPENS)
def test_a_page_is_there_for_these_roles(name: str) -> None:
    word = needs_of()[name]
    assert word is not None
    assert "".join(letter if word in OF_ROLE[role] else "-" for letter, role in LETTERS.items()) == OPENS[name]
