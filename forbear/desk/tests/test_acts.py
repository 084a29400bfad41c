"""Consent and requests on an account's page: what stands, and how a person records more of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from forbear.accounts.models import Account
from forbear.compliance.models import Entry
from forbear.consent.models import Act, Hold
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from tests.cast import employ


@pytest.fixture
def desk(client: Client, dana: Person) -> Client:
    client.force_login(dana)
    return client


def recorded(desk: Client, account: Account, **form: object) -> Act:
    given = {"said": "On the telephone, to me.", "address": ""} | form
    answer = desk.post(f"/accounts/{account.public_id}/acts", given)
    assert answer.status_code == 302, answer.content.decode()
    return Act.objects.latest("pk")


def test_a_time_called_inconvenient_is_recorded_and_shown(desk: Client, betty: Account) -> None:
    act = recorded(desk, betty, what="inconvenient_time", weekdays=["mon", "tue"], start="09:00", end="12:30")
    assert act.details == {"weekdays": [0, 1], "start": 32400, "end": 45000}
    assert (act.source, act.consumer_id, act.account_id) == ("consumer", betty.consumer_id, None)
    page = desk.get(f"/accounts/{betty.public_id}").content.decode()
    assert "Mon, Tue, 9:00 to 12:30" in page
    assert "recorded by Dana Kern" in page
    assert "On the telephone, to me." in page


@pytest.mark.parametrize(
    ("what", "kind", "details"),
    [
        ("stop_calls", "media_request", {"medium": "voice", "scope": "all"}),
        ("not_at_work", "inconvenient_place", {"place": "work"}),
        ("consent", "consent", {"given_to": "collector"}),
        ("employer_prohibits", "employer_prohibits", {}),
    ],
)
def test_what_people_ask_for_is_an_act_of_theirs(desk: Client, betty: Account, what, kind, details) -> None:
    act = recorded(desk, betty, what=what)
    assert (act.type, act.details) == (kind, details)
    assert Entry.objects.get(event="consent:act:recorded").account_id == betty.pk


def test_a_written_dispute_holds_this_account(desk: Client, betty: Account) -> None:
    act = recorded(desk, betty, what="dispute", in_writing="on", at="2026-01-02T10:00")
    assert act.at == datetime(2026, 1, 2, 16, tzinfo=UTC)
    hold = Hold.objects.get()
    assert (hold.kind, hold.account_id, hold.act_id) == ("dispute", betty.pk, act.pk)


def test_a_form_that_says_too_little_is_asked_again(desk: Client, betty: Account) -> None:
    for form in (
        {"what": "inconvenient_time", "said": "Mornings"},
        {"what": "consent"},
        {"what": "wrong_party", "said": "x"},
    ):
        answer = desk.post(f"/accounts/{betty.public_id}/acts", form)
        assert answer.status_code == 422, form
    assert not Act.objects.exists()


def test_a_manager_takes_back_what_was_wrong(desk: Client, betty: Account) -> None:
    act = recorded(desk, betty, what="attorney_known")
    answer = desk.post(f"/accounts/{betty.public_id}/acts/{act.public_id}/void", {"reason": "Another Betty"})
    assert answer.status_code == 302
    assert not Hold.objects.filter(closed_at=None).exists()
    assert "taken back since" in desk.get(f"/accounts/{betty.public_id}").content.decode()


def test_who_only_looks_records_nothing(client: Client, larkfield: Organization, betty: Account) -> None:
    client.force_login(employ(larkfield, "Otto Auditor", Role.AUDITOR))
    page = client.get(f"/accounts/{betty.public_id}").content.decode()
    assert "Consent and requests" in page
    assert f"/accounts/{betty.public_id}/acts" not in page
    assert client.post(f"/accounts/{betty.public_id}/acts", {"what": "consent", "said": "x"}).status_code == 403


def test_a_procedure_is_chosen_on_the_page_and_told_in_the_log(client: Client, ada: Person, dana: Person) -> None:
    client.force_login(ada)
    pack = "US-REGF-PROCEDURES"
    assert "Keep to it from now on" in client.get("/settings/law").content.decode()
    assert client.post("/settings/law/choose", {"pack": pack, "chosen": "yes"}).status_code == 302
    assert Organization.objects.get(pk=ada.organization_id).elective_packs == [pack]
    assert '"chosen":true' in Entry.objects.get(event="staff:law:chosen").facts
    assert "Stop keeping to it" in client.get("/settings/law").content.decode()
    client.post("/settings/law/choose", {"pack": "US-REGF", "chosen": "no"})
    client.post("/settings/law/choose", {"pack": pack, "chosen": "no"})
    assert Organization.objects.get(pk=ada.organization_id).elective_packs == []
    client.force_login(dana)
    assert client.post("/settings/law/choose", {"pack": pack, "chosen": "yes"}).status_code == 403
