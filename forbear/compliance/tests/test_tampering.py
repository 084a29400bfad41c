"""Whoever owns the database switches the triggers off and changes the log: each way is found, and the entry named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from forbear.compliance import keys
from forbear.compliance.actions import Draft, record
from forbear.compliance.auditing import Finding, Report, audit
from forbear.compliance.body import hash_of
from forbear.compliance.models import Entry, Key, Seal, Unsealed
from forbear.compliance.notes import Checkpoint, Note, Signer, sign
from forbear.compliance.sealing import seal_all
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found

from .test_append_only import owner_of

TABLES = ("entry", "seal", "node", "key", "personal")
PIECES = (5, 300, 4)
FORGER = Signer.of("forbear.forged", os.urandom(32))


@dataclass
class Log:
    """A sealed log of three checkpoints, and somebody who may do anything to it."""

    organization: Organization
    owner: psycopg.Connection[Any]
    numbers: list[int]

    def do(self, statement: str, *values: Any) -> None:
        """As the owner, with the triggers off."""
        self.owner.execute(statement, values)

    def body(self, number: int) -> str:
        return Entry.objects.get(pk=number).body

    def rewrite(self, number: int, body: str) -> None:
        """Another text with the hash that belongs to it."""
        self.do("UPDATE compliance_entry SET body = %s, leaf_hash = %s WHERE id = %s", body, hash_of(body), number)

    def found(self, **known: Any) -> Finding:
        """The only thing that is wrong."""
        (finding,) = audit(**known).findings
        return finding


def write(organization: Organization, times: int, **also: Any) -> None:
    with transaction.atomic():
        drafts = [Draft(organization.pk, "staff:engine:paused", facts={"n": n}, **also) for n in range(times)]
        record(drafts, at=TUESDAY)


@pytest.fixture
def log(own_database: str) -> Iterator[Log]:
    organization = found("Tampered With")
    for piece in PIECES:
        write(organization, piece, personal={"note": "Betty called"} if piece == 4 else {})
        seal_all(at=TUESDAY)
    numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    with owner_of(str(connection.settings_dict["NAME"])) as owner:
        owner.autocommit = True
        for table in TABLES:
            owner.execute(f"ALTER TABLE compliance_{table} DISABLE TRIGGER USER")
        yield Log(organization, owner, numbers)


def test_an_untouched_log_is_intact(log: Log) -> None:
    newest = Seal.objects.order_by("-number").values_list("note", flat=True)[0]
    key = Key.objects.get().verifier
    steps: list[tuple[int, int]] = []
    report = audit(key=key, kept=[newest], step=lambda done, of: steps.append((done, of)))
    assert report == Report(organizations=1, entries=309, checkpoints=3)
    assert steps[-1] == (309, 309)
    write(log.organization, 2)
    assert audit() == Report(organizations=1, entries=309, checkpoints=3, waiting=2)


Change = Callable[[Log], None]


def altered(log: Log) -> None:
    log.do("UPDATE compliance_entry SET body = replace(body, 'paused', 'resumed') WHERE id = %s", log.numbers[40])


def altered_with_its_hash(log: Log) -> None:
    log.rewrite(log.numbers[40], log.body(log.numbers[40]).replace('"system"', '"person:7"'))
    log.do("UPDATE compliance_entry SET actor = 'person:7' WHERE id = %s", log.numbers[40])


def another_column(log: Log) -> None:
    log.do("UPDATE compliance_entry SET account_id = 7 WHERE id = %s", log.numbers[40])


def another_time(log: Log) -> None:
    log.do("UPDATE compliance_entry SET at = at + interval '1 microsecond' WHERE id = %s", log.numbers[40])


def another_organization(log: Log) -> None:
    log.do("UPDATE compliance_entry SET organization_id = 99999 WHERE id = %s", log.numbers[40])


def removed(log: Log) -> None:
    log.do("DELETE FROM compliance_entry WHERE id = %s", log.numbers[40])


def renumbered(log: Log) -> None:
    log.do("UPDATE compliance_entry SET id = 100000 WHERE id = %s", log.numbers[40])


def exchanged(log: Log) -> None:
    """Two entries take each other's number."""
    one, other = log.numbers[40], log.numbers[41]
    for old, new in ((one, -1), (other, one), (-1, other)):
        log.do("UPDATE compliance_entry SET id = %s WHERE id = %s", new, old)


def in_another_order(log: Log) -> None:
    """The seal itself lists two entries the other way round, with their hashes."""
    seal = Seal.objects.get(number=2)
    entries, hashes = seal.entries, bytes(seal.hashes)
    entries[0], entries[1] = entries[1], entries[0]
    swapped = hashes[32:64] + hashes[:32] + hashes[64:]
    log.do("UPDATE compliance_seal SET entries = %s, hashes = %s WHERE number = 2", entries, swapped)


def altered_with_the_seals_copy(log: Log) -> None:
    """Entry, its hash, and the copy in the seal: only the signed root still knows."""
    altered_with_its_hash(log)
    seal, new = Seal.objects.get(number=2), Entry.objects.get(pk=log.numbers[40])
    hashes, place = bytes(seal.hashes), 32 * seal.entries.index(new.pk)
    forged = hashes[:place] + bytes(new.leaf_hash) + hashes[place + 32 :]
    log.do("UPDATE compliance_seal SET hashes = %s WHERE number = 2", forged)


def slipped_in(log: Log) -> None:
    body = log.body(log.numbers[40]).replace(f'"sequence":{log.numbers[40]}', '"sequence":100000')
    log.do(
        "INSERT INTO compliance_entry SELECT 100000, organization_id, event, actor, account_id, campaign_id,"
        " document_id, message_id, channels, at, %s, %s FROM compliance_entry WHERE id = %s",
        *(body, hash_of(body), log.numbers[40]),
    )


def taken_from_the_queue(log: Log) -> None:
    """What the running role itself may do."""
    write(log.organization, 1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM compliance_unsealed")


def announced_again(log: Log) -> None:
    """As the running role may, too: an old entry is sealed once more."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO compliance_unsealed (entries) VALUES (%s)", [[log.numbers[40]]])
    seal_all(at=TUESDAY)


def removed_before_its_seal(log: Log) -> None:
    write(log.organization, 1)
    log.do("DELETE FROM compliance_entry WHERE id > %s", log.numbers[-1])


def altered_before_its_seal(log: Log) -> None:
    write(log.organization, 1)
    log.do("UPDATE compliance_entry SET body = replace(body, 'paused', 'resumed') WHERE id > %s", log.numbers[-1])


def a_seal_removed(log: Log) -> None:
    log.do("DELETE FROM compliance_seal WHERE number = 2")


def the_newest_seal_removed(log: Log) -> None:
    log.do("DELETE FROM compliance_seal WHERE number = 3")


def signed_by_a_stranger(log: Log) -> None:
    text = Note.read(Seal.objects.get(number=3).note).text
    log.do("UPDATE compliance_seal SET note = %s WHERE number = 3", sign(text, FORGER))


def another_checkpoint(log: Log) -> None:
    """The right key, but the note of the checkpoint before."""
    log.do("UPDATE compliance_seal SET note = (SELECT note FROM compliance_seal WHERE number = 1) WHERE number = 2")


def chain_broken(log: Log) -> None:
    """A genuine signature under a checkpoint that follows no other one."""
    seal = Seal.objects.get(number=2)
    text = Note.read(seal.note).text
    cut = Checkpoint.read(text)
    alone = str(Checkpoint(cut.origin, cut.size, cut.root, cut.extensions[:1]))
    with transaction.atomic():
        log.do("UPDATE compliance_seal SET note = %s WHERE number = 2", sign(alone, keys.signer(TUESDAY)))


def another_moment(log: Log) -> None:
    log.do("UPDATE compliance_seal SET at = at + interval '1 day' WHERE number = 2")


def another_root(log: Log) -> None:
    log.do("UPDATE compliance_seal SET root = %s WHERE number = 2", bytes(32))


def another_frontier(log: Log) -> None:
    log.do("UPDATE compliance_seal SET frontier = frontier || frontier WHERE number = 3")


def another_subtree(log: Log) -> None:
    log.do("UPDATE compliance_node SET hash = %s", bytes(32))


def a_subtree_too_many(log: Log) -> None:
    columns = "organization_id, level, index, hash"
    log.do(f"INSERT INTO compliance_node ({columns}) SELECT organization_id, 8, 7, hash FROM compliance_node")


def vault_altered(log: Log) -> None:
    log.do("UPDATE compliance_personal SET sealed = 'x' WHERE entry_id = %s", log.numbers[-1])


def vault_emptied(log: Log) -> None:
    log.do("DELETE FROM compliance_personal WHERE entry_id = %s", log.numbers[-1])


CASES: list[tuple[Change, str, int | None, str]] = [
    (altered, "altered", 40, "was altered after it was written"),
    (altered_with_its_hash, "altered", 40, "is not the one that was sealed in checkpoint 2"),
    (another_column, "altered", 40, "columns of entry"),
    (another_time, "altered", 40, "columns of entry"),
    (another_organization, "altered", 40, "columns of entry"),
    (removed, "removed", 40, "was removed; checkpoint 2 sealed it"),
    (renumbered, "renumbered", 40, "it stands in the log as 100000"),
    (exchanged, "renumbered", 40, "carries the text of entry"),
    (in_another_order, "altered", 5, "put in another order"),
    (altered_with_the_seals_copy, "altered", 5, "does not lead to the root of checkpoint 2"),
    (a_seal_removed, "removed", None, "The checkpoint after number 1 is missing"),
    (the_newest_seal_removed, "inserted", 305, "its checkpoint was removed"),
    (signed_by_a_stranger, "wrong key", 305, "is not signed with a key of this log"),
    (another_checkpoint, "altered", 5, "does not lead to the root of checkpoint 2"),
    (chain_broken, "forked", 5, "does not follow the one before it"),
    (another_moment, "forked", 5, "does not follow the one before it"),
    (another_root, "altered", 5, "does not lead to the root of checkpoint 2"),
    (another_frontier, "altered", None, "state of the tree that checkpoint 3 kept"),
    (another_subtree, "altered", None, "The subtree 0 of level 8"),
    (a_subtree_too_many, "altered", None, "Subtrees are kept that the log does not have"),
    (vault_altered, "altered", 308, "is not what it committed to"),
    (vault_emptied, "removed", 308, "removed instead of erased"),
]


@pytest.mark.parametrize(("change", "kind", "place", "sentence"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_every_change_is_found_and_the_first_entry_named(
    log: Log, change: Change, kind: str, place: int | None, sentence: str
) -> None:
    change(log)
    finding = log.found()
    assert (finding.kind, finding.entry) == (kind, None if place is None else log.numbers[place])
    assert sentence in finding.sentence
    assert finding.organization == log.organization.public_id


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        (slipped_in, "inserted", "No checkpoint seals entry 100000"),
        (taken_from_the_queue, "inserted", "it was slipped in, or its checkpoint was removed"),
        (announced_again, "inserted", "stands in the log twice"),
        (removed_before_its_seal, "removed", "was removed before it was sealed"),
        (altered_before_its_seal, "altered", "was altered after it was written"),
    ],
)
def test_what_is_not_sealed_is_watched_as_well(log: Log, change: Change, kind: str, sentence: str) -> None:
    change(log)
    finding = log.found()
    assert (finding.kind, sentence in finding.sentence) == (kind, True)


def newest_note() -> str:
    return Seal.objects.order_by("-number").values_list("note", flat=True)[0]


def test_a_log_that_was_cut_short_is_found_by_a_checkpoint_kept_elsewhere(log: Log) -> None:
    kept = newest_note()
    log.do("DELETE FROM compliance_entry WHERE id = ANY(%s)", log.numbers[305:])
    log.do("DELETE FROM compliance_seal WHERE number = 3")
    assert audit().intact
    finding = log.found(kept=[kept])
    assert finding.kind == "truncated"
    assert "ends after 305 entries, the checkpoint kept outside counts 309: 4 of its newest" in finding.sentence


def written_anew(log: Log) -> None:
    """With the private key: an entry altered, and everything sealed again as if it had always been so."""
    altered_with_its_hash(log)
    log.do("DELETE FROM compliance_seal")
    log.do("DELETE FROM compliance_node")
    log.do("INSERT INTO compliance_unsealed (entries) VALUES (%s)", log.numbers)
    seal_all(at=TUESDAY)


def test_a_forked_log_is_found_by_a_checkpoint_kept_elsewhere(log: Log) -> None:
    kept = list(Seal.objects.order_by("number").values_list("note", flat=True))
    written_anew(log)
    assert audit().intact
    assert audit(kept=kept[:1]).intact  # the first five entries are the same
    assert log.found(kept=kept[1:2]).kind == "forked"
    assert len(audit(kept=kept).findings) == 2


def test_a_log_signed_anew_with_another_key_is_found_by_the_key_that_was_known(log: Log) -> None:
    known, kept = Key.objects.get().verifier, newest_note()
    log.do("DELETE FROM compliance_keysecret")
    log.do("DELETE FROM compliance_key")
    written_anew(log)
    assert audit().intact
    assert {finding.kind for finding in audit(key=known).findings} == {"wrong key"}
    assert log.found(kept=[kept]).kind == "wrong key"


def test_a_key_that_was_slipped_in_is_found(log: Log) -> None:
    stranger = keys.announcement(FORGER.key, [Key.objects.get().verifier], "2026-11-24T16:42:00.000000Z")
    log.do(
        "INSERT INTO compliance_key (name, public, note, created_at) VALUES (%s, %s, %s, %s)",
        *(FORGER.key.name, FORGER.key.raw, sign(stranger, FORGER), TUESDAY),
    )
    signed_by_a_stranger(log)
    kinds = [(finding.kind, finding.entry) for finding in audit().findings]
    assert kinds == [("wrong key", None), ("wrong key", log.numbers[305])]


def test_an_old_key_signs_nothing_after_it_was_renewed(log: Log) -> None:
    with transaction.atomic():
        old = keys.signer(TUESDAY)
    keys.rotate(actor="system", at=TUESDAY)
    seal_all(at=TUESDAY)
    assert audit(key=old.key).intact
    write(log.organization, 1)
    seal_all(at=TUESDAY)
    assert audit(key=Key.objects.order_by("-pk")[0].verifier).intact
    text = Note.read(newest_note()).text
    log.do("UPDATE compliance_seal SET note = %s WHERE number = 5", sign(text, old))
    assert log.found().kind == "wrong key"


@pytest.mark.parametrize("change", ["frontier = frontier || frontier", "note = ''", "size = size + 1"])
def test_nothing_is_signed_over_a_state_that_was_altered(log: Log, change: str) -> None:
    log.do(f"UPDATE compliance_seal SET {change} WHERE number = 3")
    other = found("Untouched", sender="+13125550188")
    write(log.organization, 2)
    write(other, 3)
    assert seal_all(at=TUESDAY) == 3
    assert Seal.objects.filter(organization_id=log.organization.pk).count() == 3
    assert Unsealed.objects.get().entries == list(
        Entry.objects.of(log.organization).order_by("pk").values_list("pk", flat=True)[309:]
    )


def test_one_bad_log_hides_no_other(log: Log) -> None:
    other = found("Untouched", sender="+13125550188")
    write(other, 3)
    seal_all(at=TUESDAY)
    altered(log)
    report = audit()
    assert [finding.organization for finding in report.findings] == [log.organization.public_id]
    assert report.organizations == 1
