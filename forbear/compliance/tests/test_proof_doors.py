"""Proofs over the API: whoever holds the public key needs nobody else."""

from __future__ import annotations

import base64

import pytest
from django.db import transaction

from forbear.accounts.models import Account
from forbear.compliance import keys, merkle
from forbear.compliance.actions import Draft, erase, record
from forbear.compliance.models import Entry, Personal
from forbear.compliance.notes import Checkpoint, Note, PublicKey
from forbear.compliance.sealing import seal_all
from forbear.staff.models import Organization, Person
from tests.cast import TUESDAY
from tests.door import Program, program_of


@pytest.fixture
def noted(larkfield: Organization, betty: Account, dana: Person) -> Entry:
    """Dana noted something about Betty."""
    personal = {"note": "Betty said she is in hospital.", "address": "+14155550106"}
    draft = Draft(
        larkfield.pk, "accounts:consumer:changed", dana.actor, betty.pk, facts={"changed": ["notes"]}, personal=personal
    )
    with transaction.atomic():
        record([draft, Draft(larkfield.pk, "staff:engine:paused")], at=TUESDAY)
    return Entry.objects.get(event="accounts:consumer:changed")


def test_an_entry_is_proved_to_whoever_has_the_key(api: Program, noted: Entry) -> None:
    seal_all(at=TUESDAY)
    proof = api.get(f"/v1/compliance/entries/{noted.public_id}/proof").json()
    key = PublicKey.read(api.get("/v1/compliance/keys").json()["items"][0]["key"])
    note = Note.read(proof["checkpoint"])
    checkpoint = Checkpoint.read(note.text)
    assert note.is_signed_by(key)
    assert checkpoint.size == proof["size"]
    leaf = merkle.leaf_hash(proof["entry"].encode())
    assert base64.b64encode(leaf).decode() == proof["leaf_hash"]
    path = [base64.b64decode(step) for step in proof["path"]]
    assert merkle.is_included(leaf, position=proof["position"], size=proof["size"], path=path, root=checkpoint.root)
    assert api.get("/v1/compliance/checkpoint").json()["checkpoint"] == proof["checkpoint"]


def test_what_is_not_sealed_yet_is_said_so(api: Program, noted: Entry) -> None:
    answer = api.get(f"/v1/compliance/entries/{noted.public_id}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_sealed")
    assert api.get("/v1/compliance/checkpoint").status_code == 409
    seal_all(at=TUESDAY)
    with transaction.atomic():
        record([Draft(noted.organization_id, "staff:engine:resumed")], at=TUESDAY)
    late = Entry.objects.order_by("pk").last()
    assert late is not None
    answer = api.get(f"/v1/compliance/entries/{late.public_id}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_yet_sealed")


def test_two_checkpoints_are_proved_to_be_of_one_log(api: Program, noted: Entry) -> None:
    seal_all(at=TUESDAY)
    old = api.get("/v1/compliance/checkpoint").json()["size"]
    with transaction.atomic():
        record([Draft(noted.organization_id, "staff:engine:resumed")], at=TUESDAY)
    seal_all(at=TUESDAY)
    proof = api.get("/v1/compliance/consistency", old=old, new=old + 1).json()
    before, after = (Checkpoint.read(Note.read(note).text) for note in proof["checkpoints"])
    path = [base64.b64decode(step) for step in proof["path"]]
    assert merkle.is_consistent(old, old + 1, path=path, old_root=before.root, new_root=after.root)
    assert api.get("/v1/compliance/consistency", old=old, new=old + 7).status_code == 409
    assert api.get("/v1/compliance/consistency", old=0, new=1).status_code == 422


def test_keys_are_shown_with_the_one_that_signs(api: Program, noted: Entry) -> None:
    seal_all(at=TUESDAY)
    keys.rotate(actor="system", at=TUESDAY)
    items = api.get("/v1/compliance/keys").json()["items"]
    assert [item["active"] for item in items] == [True, False]
    assert items[1]["key"] in Note.read(items[0]["announcement"]).text


def test_a_strangers_entry_is_not_there_and_their_checkpoint_is_another(
    noted: Entry, larkfield: Organization, stranger_org: Organization
) -> None:
    seal_all(at=TUESDAY)
    theirs, ours = program_of(stranger_org), program_of(larkfield)
    seal_all(at=TUESDAY)
    assert theirs.get(f"/v1/compliance/entries/{noted.public_id}/proof").status_code == 404
    origins = [who.get("/v1/compliance/checkpoint").json()["origin"] for who in (ours, theirs)]
    assert origins[0].endswith(larkfield.public_id)
    assert origins[1].endswith(stranger_org.public_id)


@pytest.mark.parametrize("path", ["checkpoint", "keys", "consistency?old=1&new=2", "entries/ent_x/proof"])
def test_proofs_ask_for_the_scope_of_the_log(larkfield: Organization, path: str) -> None:
    assert program_of(larkfield, ["accounts:read"]).get(f"/v1/compliance/{path}").status_code == 403


def test_personal_data_is_shown_until_it_is_erased_and_the_proof_stands(
    api: Program, noted: Entry, larkfield: Organization, betty: Account, dana: Person
) -> None:
    seal_all(at=TUESDAY)
    path = f"/v1/compliance/entries/{noted.public_id}/proof"
    before = api.get(path).json()
    shown = api.get("/v1/compliance/entries", event="accounts:consumer:changed").json()["items"][0]
    assert shown["personal"] == {"address": "+14155550106", "note": "Betty said she is in hospital."}
    assert "hospital" not in before["entry"]
    assert "hospital" not in "".join(Personal.objects.values_list("sealed", flat=True))

    assert erase(organization=larkfield, account_id=betty.pk, actor=dana.actor, at=TUESDAY) == 2
    shown = api.get("/v1/compliance/entries", event="accounts:consumer:changed").json()["items"][0]
    assert shown["personal"] == {"address": None, "note": None}
    told = Entry.objects.get(event="compliance:personal:erased")
    assert (told.account_id, told.actor, told.facts) == (betty.pk, dana.actor, '{"texts":2}')
    assert api.get(path).json()["entry"] == before["entry"]
    assert erase(organization=larkfield, account_id=betty.pk, actor=dana.actor, at=TUESDAY) == 0


def test_nobody_erases_what_belongs_to_another_organization(
    noted: Entry, stranger_org: Organization, betty: Account
) -> None:
    assert erase(organization=stranger_org, account_id=betty.pk, actor="system", at=TUESDAY) == 0
