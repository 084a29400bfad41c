"""The Compliance page: the checkpoint, a check of the log, the proof of an entry, the keys."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from forbear.compliance.actions import Draft, erase, record
from forbear.compliance.models import Check, Entry
from forbear.compliance.sealing import seal_all
from forbear.compliance.standing import shown
from forbear.compliance.verifying import ask_for_check, run_check
from forbear.core import clock
from forbear.reports import spoken
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.engine_room import broadcast


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def entries(larkfield, betty):
    record(
        [
            Draft(larkfield.pk, "accounts:account:changed", account_id=betty.pk, personal={"notes": f"note {number}"})
            for number in range(5)
        ],
        at=TUESDAY,
    )
    seal_all(at=TUESDAY)
    return list(Entry.objects.of(larkfield).order_by("pk"))


@pytest.fixture
def auditor(larkfield):
    client = Client()
    client.force_login(employ(larkfield, "Iris Onlooker", Role.AUDITOR))
    return client


def test_the_page_shows_the_checkpoint_and_the_proof_of_the_chosen_entry(auditor, entries):
    page = auditor.get(f"/compliance?entry={entries[2].public_id}").content.decode()
    assert "1 to 5" in page
    assert "sealed root" in page
    assert "Not checked yet" in page


def test_an_auditor_presses_verify_and_the_result_stays(auditor, larkfield, entries):
    assert auditor.post("/compliance/verify").status_code == 302
    assert auditor.post("/compliance/verify").status_code == 302  # one at a time
    (check,) = Check.objects.all()
    assert "Entries checked" in auditor.get("/compliance").content.decode()
    run_check(check.pk, at=TUESDAY)
    check.refresh_from_db()
    assert (check.intact, check.done, check.total, check.findings) == (True, 5, 5, [])
    page = auditor.get("/compliance").content.decode()
    assert "Verified" in page
    assert "Iris Onlooker" in page
    assert auditor.get("/compliance/verify")["HX-Redirect"] == "/compliance"


def test_a_check_finds_what_was_slipped_in_and_says_so_on_the_page(auditor, larkfield, entries):
    slipped = slip_in(entries[3])
    check, _ = ask_for_check(organization_id=larkfield.pk, actor="system", at=TUESDAY)
    run_check(check.pk, at=TUESDAY)
    page = auditor.get("/compliance").content.decode()
    assert "Not intact" in page
    assert f"No checkpoint seals entry {slipped.pk}" in page


def slip_in(entry: Entry) -> Entry:
    """An entry like this one, written past the log."""
    values = {name: getattr(entry, name) for name in ("organization_id", "event", "actor", "account_id", "at", "body")}
    return Entry.objects.create(**values, leaf_hash=entry.leaf_hash)


def test_a_strangers_log_is_not_checked_with_ours(larkfield, stranger_org, entries):
    record([Draft(stranger_org.pk, "accounts:account:changed")], at=TUESDAY)
    seal_all(at=TUESDAY)
    slip_in(Entry.objects.of(stranger_org).get())
    check, _ = ask_for_check(organization_id=larkfield.pk, actor="system", at=TUESDAY)
    run_check(check.pk, at=TUESDAY)
    check.refresh_from_db()
    assert (check.intact, check.done) == (True, 5)


def test_an_entry_has_its_page_with_its_exact_text_and_what_was_erased(auditor, larkfield, entries):
    path = f"/compliance/entries/{entries[1].public_id}"
    assert "note 1" in auditor.get(path).content.decode()
    erase(organization=larkfield, actor="system", at=TUESDAY, entries=[entries[1].pk])
    page = auditor.get(path).content.decode()
    assert "note 1" not in page
    assert "erased; the entry stays proved" in page
    written = page.partition('<pre class="wraps"><code>')[2].partition("</code>")[0]
    assert unescape(written.replace("<wbr>", "")) == Entry.objects.get(pk=entries[1].pk).body
    assert ",<wbr>" in written
    assert page.index("What it is about") < page.index("Personal data") < page.index("As it was written")
    assert auditor.get("/compliance/entries/ent_nobody").status_code == 404


def test_the_downloaded_proof_is_that_of_the_api(auditor, entries):
    path = f"/compliance/entries/{entries[4].public_id}/proof.json"
    ours = json.loads(auditor.get(path).content)
    theirs = auditor.get(f"/v1/compliance/entries/{entries[4].public_id}/proof").json()
    assert ours == theirs


def test_the_steps_name_the_side_of_each_hash(larkfield, entries):
    """Five leaves: the last one stands alone beside a tree of four."""
    sides = {place: [step.label for step in shown(larkfield, entries[place]).steps[1:]] for place in (0, 3, 4)}
    assert sides == {
        0: ["with right", "with right", "with right"],
        3: ["with left", "with left", "with right"],
        4: ["with left"],
    }


def test_checkpoint_and_keys_are_public_and_without_secrets(auditor, entries):
    note = auditor.get("/compliance/checkpoint.txt").content.decode()
    key = auditor.get("/v1/compliance/keys").json()["items"][0]["key"]
    page = auditor.get("/compliance/keys").content.decode()
    assert note.startswith(key.partition("+")[0])
    assert key.partition("+")[0] in page
    assert "sealed_seed" not in page


def test_the_log_is_filtered_by_account_and_document(auditor, betty, entries):
    assert "1 to 5" in auditor.get(f"/compliance?about={betty.public_id}").content.decode()
    assert "No entry answers to this" in auditor.get("/compliance?about=doc_nobody").content.decode()


def test_the_first_visit_costs_at_most_twelve_statements(
    larkfield, betty, auditor, entries, monkeypatch, django_assert_max_num_queries
):
    """In a house with many messages; nothing is remembered of an earlier visit, not even by the shell."""
    monkeypatch.setattr(spoken, "AT_ONCE", -1)
    campaign = broadcast(larkfield, [betty])
    record([Draft(larkfield.pk, "campaigns:campaign:changed", campaign_id=campaign.pk)], at=TUESDAY)
    iris = larkfield.people.get(name="Iris Onlooker")
    check, _ = ask_for_check(organization_id=larkfield.pk, actor=iris.actor, at=TUESDAY)
    run_check(check.pk, at=TUESDAY)
    cache.clear()
    with django_assert_max_num_queries(12):
        page = auditor.get("/compliance").content.decode()
    assert campaign.name in page
    assert "see the report" in page
