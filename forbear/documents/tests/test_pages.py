"""The pages of documents: the list with its cards, one document, its outreach, and what each role is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forbear.core import clock
from forbear.core.money import Money
from forbear.documents.actions import create_document
from forbear.documents.lending import NewLoan
from forbear.documents.models import Attachment, BulkStart, Document, Loan, Outreach
from forbear.documents.people import NewPerson
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ

USD = "USD"
START = {"channels": ["sms", "email"], "tone": "empathetic", "cadence": "weekly", "notes": ""}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def page(dana: Person) -> Client:
    client = Client()
    client.force_login(dana)
    return client


def lease(organization: Organization, title: str = "Tractor lease 0087", **also: Any) -> Document:
    """A document with a loan that is BEHIND, and its borrower."""
    loan = {"provider_name": "Bluepine Credit", "original": Money(4_200_000, USD), "remaining": Money(1_842_000, USD)}
    walter = NewPerson(
        values={"first_name": "Walter", "last_name": "Brandt"}, phone="402-555-0119", email="walter@example.com"
    )
    return create_document(
        organization=organization,
        title=title,
        chattel_type="agricultural_machinery",
        loan=NewLoan(**loan | {"status": "BEHIND"} | also),
        borrower=walter,
        actor="system",
        at=TUESDAY,
    )


def bare(organization: Organization, title: str = "Boat", **also: Any) -> Document:
    values = {"title": title, "chattel_type": "boat", "actor": "system", "at": TUESDAY} | also
    return create_document(organization=organization, **values)


def shown(answer: Any) -> str:
    """The page's words, in one line."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())


def test_the_cards_lead_to_the_lists_they_count(page: Client, larkfield: Organization) -> None:
    lease(larkfield)
    bare(larkfield)
    whole = page.get("/documents")
    assert 'href="/documents?loan=behind" data-tone="wait"' in whole.content.decode()
    assert "Documents 2 With loan 1 Behind schedule 1" in shown(whole)
    narrowed = shown(page.get("/documents?loan=behind"))
    assert "Tractor lease 0087" in narrowed
    assert "Boat" not in narrowed.split("Behind schedule", 2)[2]
    assert "Boat" not in shown(page.get("/documents?behind=true")).split("Behind schedule", 2)[2]


@pytest.mark.parametrize("words", ["tractor", "lease 0087", "0087", "brandt", "Walter Brandt", "402-555-0119", "TRACT"])
def test_a_document_is_found_by_its_words_and_its_borrower(page: Client, larkfield: Organization, words: str) -> None:
    lease(larkfield)
    bare(larkfield)
    found = shown(page.get("/documents", {"q": words}))
    assert "agricultural machinery, Bluepine Credit" in found
    assert "1 documents" in found or "1 document" in found


@pytest.mark.parametrize("sort", ["title", "-title", "due", "-due", "remaining", "-remaining", "updated", "-updated"])
def test_every_order_can_be_had(page: Client, larkfield: Organization, sort: str) -> None:
    lease(larkfield)
    bare(larkfield)
    assert page.get("/documents", {"sort": sort}).status_code == 200


def test_the_list_asks_the_database_a_dozen_times_at_most(
    page: Client, larkfield: Organization, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        lease(larkfield, f"Lease {number}")
    with django_assert_max_num_queries(12):
        answer = page.get("/documents?loan=behind")
    assert answer.status_code == 200


def test_the_document_tells_its_loan_and_offers_a_start(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    words = shown(page.get(f"/documents/{one.public_id}"))
    assert "$18,420.00 of $42,000.00" in words
    assert "Walter Brandt" in words
    assert "402-555-0119" in words
    assert "Start campaign" in words
    assert "Start outreach" not in words


@pytest.mark.parametrize("status", ["CURRENT", None])
def test_without_a_loan_that_is_behind_there_is_a_reason_and_no_start(
    page: Client, larkfield: Organization, status: str | None
) -> None:
    one = lease(larkfield, status=status) if status else bare(larkfield)
    words = shown(page.get(f"/documents/{one.public_id}?start=1"))
    assert "Start campaign" not in words
    assert "Start outreach" not in words
    assert ("The loan is CURRENT" if status else "This document has no loan") in words


def test_the_form_is_filled_with_what_suits_and_shows_what_would_leave(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    answer = page.get(f"/documents/{one.public_id}?start=1")
    content = answer.content.decode()
    assert 'value="empathetic"' in content
    assert 'value="weekly"' in content
    assert re.findall(r'value="(\w+)"[^>]* checked', content) == ["sms", "email", "call"]
    assert "This is what would leave" in shown(answer)
    assert 'class="is-today"' in content


def test_start_outreach_starts_it(page: Client, larkfield: Organization, dana: Person) -> None:
    one = lease(larkfield)
    answer = page.post(f"/documents/{one.public_id}/outreach", START | {"notes": "Milk money"}, follow=True)
    words = shown(answer)
    assert "Contacts of this campaign" in answer.content.decode()
    assert "Milk money" in words
    assert "Dana Kern started outreach about “Tractor lease 0087”" in words
    running = Outreach.objects.get()
    assert running.created_by == dana.actor
    assert running.channels == ["sms", "email"]


@pytest.mark.parametrize(
    ("also", "why"),
    [
        ({"channels": []}, "Choose at least one channel."),
        ({"tone": ""}, "This field is required."),
        ({"tone": "x" * 81}, "at most 80 characters"),
        ({"cadence": "now and then"}, "does not say when to write"),
        ({"notes": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(
    page: Client, larkfield: Organization, also: dict[str, Any], why: str
) -> None:
    one = lease(larkfield)
    answer = page.post(f"/documents/{one.public_id}/outreach", START | {"notes": "Kept words"} | also)
    assert answer.status_code == 422
    assert why in shown(answer)
    assert ("Kept words" in shown(answer)) or "notes" in also
    assert not Outreach.objects.exists()


def test_the_calendar_follows_the_form_without_starting_anything(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    path = f"/documents/{one.public_id}/outreach"
    assert "24 today SMS" in shown(page.post(f"{path}/look", START | {"cadence": "day 1, day 5"}))
    assert "does not say when" in shown(page.post(f"{path}/look", START | {"cadence": "sometimes"}))
    assert "Start outreach" in shown(page.post(path, START | {"look": "1"}))
    assert not Outreach.objects.exists()


def test_an_opt_out_is_recorded_by_its_form(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    page.post(f"/documents/{one.public_id}/outreach", START)
    running = Outreach.objects.get()
    path = f"/documents/{one.public_id}/outreach/{running.public_id}"
    words = shown(page.post(f"{path}/opt-out", {"channel": "all", "notes": "She rang."}, follow=True))
    assert "Recorded. It holds for every campaign" in words
    assert "every channel was closed by opt-out" in words
    running.refresh_from_db()
    assert not running.active


def test_pause_resume_change_stop(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    page.post(f"/documents/{one.public_id}/outreach", START)
    path = f"/documents/{one.public_id}/outreach/{Outreach.objects.get().public_id}"
    assert "Paused: nothing leaves" in shown(page.post(f"{path}/pause", follow=True))
    assert "It goes on where it was." in shown(page.post(f"{path}/resume", follow=True))
    assert "Changed, for what is still" in shown(
        page.post(f"{path}/change", {"tone": "firm", "cadence": "weekly"}, follow=True)
    )
    assert page.post(f"{path}/change", {"tone": "firm", "cadence": "whenever"}).status_code == 422
    assert "Say why the campaign stops." in shown(page.post(f"{path}/stop", {"reason": ""}, follow=True))
    assert "Stopped. What had not left" in shown(page.post(f"{path}/stop", {"reason": "A plan"}, follow=True))
    assert Outreach.objects.get().stop_reason == "A plan"


def test_set_current_ends_it(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    page.post(f"/documents/{one.public_id}/outreach", START)
    path = f"/documents/{one.public_id}/loan/status"
    answer = page.post(path, {"status": "CURRENT", "reason": "Paid by wire"}, follow=True)
    assert "The loan is CURRENT. A campaign can be started once" in shown(answer)
    assert Loan.objects.get().status == "CURRENT"
    assert page.post(path, {"status": "LATE"}).status_code == 404


FORM = {
    "title": "Baler lease 0088",
    "chattel_type": "agricultural_machinery",
    "provider_name": "Bluepine Credit",
    "original": "42000",
    "remaining": "18420.50",
    "currency": "USD",
    "due_date": "2026-10-22",
    "status": "BEHIND",
    "first_name": "Walter",
    "last_name": "Brandt",
    "phone": "402-555-0119",
    "provenance": "given_by_consumer",
}


def test_a_document_is_created_and_edited_with_its_loan(page: Client, larkfield: Organization) -> None:
    answer = page.post("/documents/new", FORM, follow=True)
    assert "Baler lease 0088" in shown(answer)
    loan = Loan.objects.select_related("account").get()
    assert (loan.status, loan.account.balance_minor, str(loan.account.due_date)) == ("BEHIND", 1_842_050, "2026-10-22")
    path = f"/documents/{Document.objects.get().public_id}/edit"
    assert 'value="18420.50"' in page.get(path).content.decode()
    page.post(path, FORM | {"title": "Baler 88", "remaining": "18000", "maturity_date": "2029-04-22"})
    loan = Loan.objects.select_related("account", "document").get()
    assert (loan.document.title, loan.account.balance_minor, str(loan.maturity_date)) == (
        "Baler 88",
        1_800_000,
        "2029-04-22",
    )


@pytest.mark.parametrize(
    ("also", "why"),
    [
        ({"title": ""}, "This field is required."),
        ({"remaining": "-5"}, "greater than or equal to 0"),
        ({"remaining": ""}, "A loan needs this."),
        ({"provider_name": ""}, "A loan needs this."),
        ({"remaining": "1.005"}, "more decimals"),
        ({"phone": "12"}, "is not a telephone number"),
        ({"chattel_type": "spaceship"}, "Select a valid choice"),
    ],
)
def test_a_document_that_is_wrong_is_not_created(page: Client, larkfield: Organization, also: Any, why: str) -> None:
    answer = page.post("/documents/new", FORM | also)
    assert answer.status_code == 422
    assert why in shown(answer)
    assert not Document.objects.exists()


def test_a_document_without_a_loan_gets_one_later(page: Client, larkfield: Organization) -> None:
    page.post("/documents/new", {"title": "Boat", "chattel_type": "boat", "currency": "USD", "status": "CURRENT"})
    one = Document.objects.get()
    assert not Loan.objects.exists()
    page.post(f"/documents/{one.public_id}/edit", FORM)
    assert Loan.objects.get().document == one


PDF = b"%PDF-1.7\n1 0 obj\n"


def test_a_file_is_attached_and_comes_back_only_as_a_download(page: Client, larkfield: Organization) -> None:
    one = lease(larkfield)
    path = f"/documents/{one.public_id}/files"
    page.post(path, {"file": SimpleUploadedFile('../../lease "87".pdf', PDF, "text/html")})
    row = Attachment.objects.get()
    assert (row.content_type, row.size) == ("application/pdf", len(PDF))
    answer = page.get(f"{path}/{row.public_id}")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    page.post(f"{path}/{row.public_id}/remove")
    assert page.get(f"{path}/{row.public_id}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"MZ\x90\x00\x03", b"PK\x03\x04nonsense", b"\x00\x01\x02", b"\x7fELF", b"GIF89a\x01\x00"],
)
def test_a_file_is_judged_by_what_is_in_it(page: Client, larkfield: Organization, content: bytes) -> None:
    one = lease(larkfield)
    answer = page.post(f"/documents/{one.public_id}/files", {"file": SimpleUploadedFile("harmless.pdf", content)})
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_many_start_after_a_look_and_one_confirmation(page: Client, larkfield: Organization) -> None:
    for number in range(3):
        lease(larkfield, f"Lease {number}", remaining=Money(100 + number, USD))
    page.post(f"/documents/{Document.objects.first().public_id}/outreach", START)
    seen = shown(page.post("/documents/start-outreach", START))
    assert "2 campaigns would start" in seen
    assert Outreach.objects.count() == 1
    done = shown(page.post("/documents/start-outreach", START | {"confirm": "1"}, follow=True))
    assert "2 campaigns started" in done
    assert BulkStart.objects.get().started == 2
    assert Outreach.objects.filter(active=True).count() == 3


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR])
def test_who_only_looks_is_offered_nothing(larkfield: Organization, role: Role) -> None:
    client = Client()
    client.force_login(employ(larkfield, "Somebody Else", role))
    one = lease(larkfield)
    content = client.get(f"/documents/{one.public_id}?start=1").content.decode()
    assert re.findall(r'action="(/documents[^"]*)"', content) == []
    assert client.post(f"/documents/{one.public_id}/outreach", START).status_code == 403
    assert client.get("/documents/new").status_code == 403


def test_an_operator_keeps_documents_and_starts_nothing(larkfield: Organization) -> None:
    client = Client()
    client.force_login(employ(larkfield, "Olga Operator", Role.OPERATOR))
    one = lease(larkfield)
    words = shown(client.get(f"/documents/{one.public_id}?start=1"))
    assert "Edit" in words
    assert "Start outreach" not in words
    assert client.post(f"/documents/{one.public_id}/outreach", START).status_code == 403
