"""The auditor, address by address: everything that can be read is open, everything that writes is shut."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from forbear.api import api as mounted
from forbear.staff.models import Organization
from forbear.staff.states import Role
from tests.cast import employ
from tests.furnished import furnish
from tests.security.doors import FILLED, filled_paths
from tests.security.test_roles import ASKS, OWN

# Playing the consumer on a paper phone is writing, from the first look on.
PLAYING = {"paper_phone", "paper_mailbox", "paper_calls"}
# The form of a legal hold stands below the accounts that were found.
FINDING = {"compliance_hold_one"}


@pytest.fixture
def auditor(larkfield: Organization) -> Client:
    client = Client()
    client.force_login(employ(larkfield, "Iris Onlooker", Role.AUDITOR))
    return client


def test_every_page_opens_but_those_that_are_there_to_write(larkfield: Organization, auditor: Client) -> None:
    """What is shut to the auditor has, for the administrator, a form of its own."""
    ids = furnish(larkfield)
    ada = Client()
    ada.force_login(employ(larkfield, "Ada Quist", Role.ADMINISTRATOR))
    frame = ada.get("/reports").content.count(b'method="post"')
    shut = [(name, path) for name, path in filled_paths(ids) if auditor.get(path).status_code == 403]
    assert shut
    wrong = []
    for name, path in shut:
        answer = ada.get(path)
        if answer.status_code == 200 and answer.content.count(b'method="post"') <= frame:
            wrong.append(name)
    assert set(wrong) <= PLAYING | FINDING


def test_every_route_that_reads_answers(larkfield: Organization, auditor: Client) -> None:
    ids = furnish(larkfield)
    reads = [path for (path, method), scope in mounted.scopes().items() if method == "get" and scope.endswith(":read")]
    refused = [path for path in reads if auditor.get(path.format(**ids)).status_code in {401, 403}]
    assert refused == []


def test_every_form_and_every_route_that_writes_is_refused(larkfield: Organization, auditor: Client) -> None:
    ids = furnish(larkfield)
    wrong = []
    for name, path in filled_paths(ids):
        status = auditor.post(path, FILLED).status_code
        if name not in OWN | ASKS and status not in {403, 405} and auditor.get(path).status_code != status:
            wrong.append((name, status))
    for (path, method), scope in mounted.scopes().items():
        if method != "get" and not scope.endswith(":read"):
            answer = auditor.generic(
                method.upper(), path.format(**ids), json.dumps(FILLED), content_type="application/json"
            )
            if answer.status_code != 403:
                wrong.append((f"{method} {path}", answer.status_code))
    assert wrong == []
