"""A file by words holds everything that answers to them, also where a page would ask for one more letter."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forbear.accounts.models import Account
from forbear.cases.disputing import open_dispute
from forbear.core import clock
from forbear.documents import bulk
from forbear.documents.tests.test_pages import lease
from forbear.payments.tests.test_money import pays
from forbear.payments.tests.test_promises import promises
from forbear.staff.models import Organization
from tests.cast import TUESDAY, owes

BY = {"actor": "system", "at": TUESDAY}


@pytest.fixture
def five(larkfield: Organization, monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """Five whose names begin alike, where two are all that is gathered."""
    monkeypatch.setattr("forbear.accounts.finding.MOST", 2)
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    return [owes(larkfield, f"Alder Number{one}", f"+1415555010{one}") for one in range(5)]


@pytest.fixture
def desk(client: Client, dana: Any) -> Client:
    client.force_login(dana)
    return client


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(text.splitlines()))[1:]


def test_payments_and_promises_by_words_are_whole(desk, api, five):
    for account in five:
        promises(account)
        pays(account, 500)
    assert len(rows_of(desk.get("/payments.csv", {"q": "alder"}))) == 5
    assert len(rows_of(desk.get("/promises.csv", {"q": "alder"}))) == 5
    assert "$25.00" in desk.get("/payments", {"q": "alder"}).content.decode()
    assert len(api.get("/v1/payments?q=alder").json()["items"]) == 5


def test_disputes_by_words_are_whole(desk, five):
    for account in five:
        open_dispute(account=account, reason="I never ordered this.", **BY)
    assert len(rows_of(desk.get("/disputes.csv", {"q": "alder"}))) == 5


def test_accounts_by_words_are_whole(desk, api, five):
    assert len(rows_of(desk.get(reverse("accounts_export", args=["csv"]), {"q": "alder"}))) == 5
    assert len(desk.get(reverse("accounts"), {"q": "alder"}).context["lines"]) == 2
    assert len(api.get("/v1/accounts?q=alder").json()["items"]) == 5
    assert len(api.get("/v1/consumers?q=alder").json()["items"]) == 5


def test_the_log_about_words_is_whole(desk, five):
    for account in five:
        pays(account, 500)
    asked = {"about": "alder", "event": "payments:payment:recorded"}
    assert len(rows_of(desk.get(reverse("compliance_download", args=["csv"]), asked))) == 5


def test_documents_by_words_are_all_of_them(larkfield, five):
    leases = [lease(larkfield, f"Boat {one}") for one in range(3)]
    found = bulk.candidates(larkfield, at=TUESDAY, q="brandt")
    assert found == [one.pk for one in leases]
