"""Entries become leaves, checkpoints are signed, any entry can be proved to somebody who has only the public key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from forbear.compliance import keys, merkle, proofs, sealing
from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry, Key, KeySecret, Node, Seal, Unsealed
from forbear.compliance.notes import Checkpoint, Note, digest
from forbear.compliance.sealing import seal_all
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found


def write(organization: Organization, times: int, event: str = "staff:engine:paused") -> list[Entry]:
    """So many entries, written at once."""
    with transaction.atomic():
        record([Draft(organization.pk, event, facts={"turn": turn}) for turn in range(times)], at=TUESDAY)
    return list(Entry.objects.of(organization).order_by("-pk")[:times])[::-1]


def trusted(seal: Seal) -> Checkpoint:
    """What a stranger reads who holds the public keys."""
    note = Note.read(seal.note)
    assert any(note.is_signed_by(key) for key in keys.vouched(keys.known()))
    return Checkpoint.read(note.text)


def test_what_was_written_becomes_one_signed_checkpoint(larkfield: Organization) -> None:
    entries = write(larkfield, 5)
    assert seal_all(at=TUESDAY) == 5
    seal = Seal.objects.get()
    checkpoint = trusted(seal)
    assert checkpoint.origin == f"{Key.objects.get().name}/{larkfield.public_id}"
    assert (checkpoint.size, seal.entries) == (5, [entry.pk for entry in entries])
    assert checkpoint.root == merkle.root_of([merkle.leaf_hash(entry.body.encode()) for entry in entries])
    assert not Unsealed.objects.exists()


def test_checkpoints_are_chained_and_nothing_is_sealed_twice(larkfield: Organization) -> None:
    write(larkfield, 2)
    seal_all(at=TUESDAY)
    assert seal_all(at=TUESDAY) == 0
    write(larkfield, 3)
    seal_all(at=TUESDAY + timedelta(minutes=1))
    first, second = Seal.objects.order_by("number")
    assert trusted(first).line("previous") == ""
    assert trusted(second).line("previous") == digest(first.note)
    assert trusted(second).line("at") == "2026-11-24T16:43:00.000000Z"
    assert (second.number, second.first, second.size) == (2, 2, 5)


def test_every_organization_has_a_tree_of_its_own(larkfield: Organization, stranger_org: Organization) -> None:
    write(larkfield, 2)
    write(stranger_org, 1)
    seal_all(at=TUESDAY)
    assert {seal.organization_id: seal.size for seal in Seal.objects.all()} == {larkfield.pk: 2, stranger_org.pk: 1}


@pytest.mark.parametrize(("pieces", "at_most"), [([700], 1024), ([300, 1, 255, 256, 90], 1024), ([600, 7], 100)])
def test_any_entry_is_proved_however_the_tree_came_about(
    larkfield: Organization, monkeypatch: pytest.MonkeyPatch, pieces: list[int], at_most: int
) -> None:
    monkeypatch.setattr(sealing, "LEAVES_AT_MOST", at_most)
    for piece in pieces:
        write(larkfield, piece)
        seal_all(at=TUESDAY)
    entries = list(Entry.objects.of(larkfield).order_by("pk"))
    newest = proofs.newest_seal(larkfield)
    root = trusted(newest).root
    for proof, entry in zip(proofs.proofs_of(larkfield, entries, newest), entries, strict=True):
        assert proof.entry == entry.body
        assert merkle.leaf_hash(proof.entry.encode()) == proof.leaf_hash
        assert merkle.is_included(proof.leaf_hash, position=proof.position, size=proof.size, path=proof.path, root=root)
    assert Node.objects.count() == len(entries) // 256 + len(entries) // 512


def test_a_longer_log_is_proved_to_begin_with_a_shorter_one(larkfield: Organization) -> None:
    for piece in (300, 5, 400):
        write(larkfield, piece)
        seal_all(at=TUESDAY)
    for old, new in ((300, 305), (300, 705), (305, 705), (705, 705)):
        proof = proofs.consistency_of(larkfield, old=old, new=new)
        before, after = (Checkpoint.read(Note.read(note).text) for note in proof.checkpoints)
        assert merkle.is_consistent(old, new, path=proof.path, old_root=before.root, new_root=after.root)
    for old, new in ((1, 705), (705, 300), (300, 9999)):
        with pytest.raises(proofs.NoSuchCheckpoint):
            proofs.consistency_of(larkfield, old=old, new=new)


def test_a_proof_costs_the_same_few_statements_however_long_the_log_is(larkfield: Organization) -> None:
    counts = []
    for more in (3, 900):
        entry = write(larkfield, more)[0]
        seal_all(at=TUESDAY)
        with CaptureQueriesContext(connection) as asked:
            proofs.proof_of(larkfield, entry)
        counts.append(len(asked))
    assert counts == [4, 4]


def test_sealing_costs_the_same_few_statements_however_much_waits(
    larkfield: Organization, stranger_org: Organization
) -> None:
    counts = []
    for more in (1, 40):
        for _ in range(more):
            write(larkfield, 2)
            write(stranger_org, 1)
        with CaptureQueriesContext(connection) as asked:
            sealing.seal_batch(at=TUESDAY)
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 12


def test_before_the_seal_there_is_no_proof(larkfield: Organization) -> None:
    entry = write(larkfield, 1)[0]
    with pytest.raises(proofs.NothingSealed):
        proofs.proof_of(larkfield, entry)
    seal_all(at=TUESDAY)
    late = write(larkfield, 1)[0]
    with pytest.raises(proofs.NotYetSealed):
        proofs.proof_of(larkfield, late)


def test_an_entry_that_was_announced_and_is_gone_keeps_waiting(larkfield: Organization) -> None:
    write(larkfield, 1)
    Unsealed.objects.create(entries=[999_999])
    assert seal_all(at=TUESDAY) == 1
    assert [row.entries for row in Unsealed.objects.all()] == [[999_999]]
    assert seal_all(at=TUESDAY) == 0


def test_a_new_key_is_vouched_for_by_the_old_one_whose_private_half_is_gone(larkfield: Organization) -> None:
    write(larkfield, 1)
    seal_all(at=TUESDAY)
    new = keys.rotate(actor="system", at=TUESDAY)
    assert seal_all(at=TUESDAY) == 1
    assert Entry.objects.get(event="compliance:key:rotated").organization_id == larkfield.pk
    first, second = keys.known()
    assert keys.vouched([first, second]) == [first.verifier, second.verifier]
    assert second.verifier == new
    assert list(KeySecret.objects.values_list("key_id", flat=True)) == [second.pk]
    old_note, new_note = (Note.read(seal.note) for seal in Seal.objects.order_by("number"))
    assert old_note.is_signed_by(first.verifier)
    assert new_note.is_signed_by(new)
    assert not new_note.is_signed_by(first.verifier)


def test_a_key_that_nobody_vouched_for_is_not_trusted(larkfield: Organization) -> None:
    write(larkfield, 1)
    seal_all(at=TUESDAY)
    KeySecret.objects.all().delete()
    keys._make(Key.objects.get().name, [], TUESDAY)
    first, second = keys.known()
    assert keys.vouched([first, second]) == [first.verifier]


def test_an_entry_whose_transaction_ends_late_is_sealed_late_and_not_missed(own_database: str) -> None:
    """The one who began first, with the smaller number, commits after everybody else was sealed."""
    organization = found("Late Commit")
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record([Draft(organization.pk, "staff:engine:paused")], at=TUESDAY)
            began.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(30)
    write(organization, 2)
    assert seal_all(at=TUESDAY) == 2
    may_end.set()
    thread.join()
    assert seal_all(at=TUESDAY) == 1
    early, late = Seal.objects.order_by("number")
    assert late.entries[0] < early.entries[0]
    slow_entry = Entry.objects.get(pk=late.entries[0])
    assert proofs.proof_of(organization, slow_entry).position == 2


def test_nobody_waits_for_the_one_who_seals_and_nobody_else_seals(own_database: str) -> None:
    organization = found("One At A Time")
    write(organization, 1)
    with psycopg.connect(own_database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [keys.LOCK])
        assert seal_all(at=TUESDAY) == 0
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            record([Draft(organization.pk, "staff:engine:resumed")], at=TUESDAY)
    assert seal_all(at=TUESDAY) == 2


def test_the_loop_of_the_worker_seals_and_survives_a_database_that_went_away(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = found("Loop")
    write(organization, 2)
    monkeypatch.setattr(sealing, "EVERY_SECONDS", 0.01)
    turns: list[int] = []
    real: Callable[..., int] = sealing.seal_all

    def once_without_a_database(*, at: object) -> int:
        turns.append(1)
        if len(turns) == 1:
            raise psycopg.OperationalError("gone")  # as the driver says it, outside of Django's wrapping
        return real(at=at)

    monkeypatch.setattr(sealing, "seal_all", once_without_a_database)
    ended = threading.Event()
    thread = threading.Thread(target=sealing.keep_sealing, args=(ended,), kwargs={"now": lambda: TUESDAY})
    thread.start()
    for _ in range(500):
        if Seal.objects.exists():
            break
        threading.Event().wait(0.01)
    ended.set()
    thread.join()
    assert Seal.objects.get().size == 2
