"""The bundle of one account, in the hands of somebody who has only Python and the published key."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Q

from forbear.accounts import events as accounts
from forbear.compliance.actions import Draft, erase, record
from forbear.compliance.events import BUNDLE_MADE
from forbear.compliance.keys import known
from forbear.compliance.models import Entry
from forbear.compliance.notes import Signer, sign
from forbear.consent import actions as consent
from forbear.consent.states import HoldKind, OptOutChannel, OptOutSource
from forbear.desk import bundle as room
from forbear.desk.bundle import bundle
from forbear.dispatch import events as dispatch
from tests.cast import TUESDAY, owes

Files = dict[str, bytes]


@pytest.fixture
def story(larkfield, betty, omar):
    """Betty is refused once, opts out and disputes; others have a story, too."""
    verdict = {
        "outcome": "block",
        "reason": "opted_out",
        "findings": [{"rule": "house.opt_out", "pack": "HOUSE", "outcome": "block", "reason": "opted_out"}],
    }
    with transaction.atomic():
        for account in (omar, betty, omar):
            facts = {"item": 7, "verdict": verdict, "reason": "opted_out"}
            record([Draft(larkfield.pk, dispatch.ITEM_SKIPPED, "system", account.pk, facts=facts)], at=TUESDAY)
    consent.opt_out(
        organization=larkfield, channel=OptOutChannel.SMS, source=OptOutSource.STAFF, actor="system", at=TUESDAY,
        address="+14155550106", account=betty,
    )  # fmt: skip
    with transaction.atomic():
        seen = {"note": "Said so at the counter"}
        record([Draft(larkfield.pk, accounts.ACCOUNT_CHANGED, "system", betty.pk, personal=seen)], at=TUESDAY)
    for person in (betty.consumer, omar.consumer):
        everything = {"channel": OptOutChannel.ALL, "source": OptOutSource.STAFF}
        consent.opt_out(organization=larkfield, **everything, actor="system", at=TUESDAY, consumer=person)
    consent.open_hold(consumer=betty.consumer, account=betty, kind=HoldKind.DISPUTE, actor="system", at=TUESDAY)
    return betty


def files_of(account) -> Files:
    made = bundle(account=account, actor="system", at=TUESDAY)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


def laid_out(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As the outsider does it: in the folder, without our modules on the path."""
    command = [sys.executable, "-I", str(folder / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_an_outsider_checks_it_with_the_published_key(story, tmp_path):
    folder = laid_out(files_of(story), tmp_path)
    published = str(known()[-1].verifier)
    seen = verify(folder, "--key", published, "--json")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    found = json.loads(seen.stdout)
    before = Entry.objects.filter(organization_id=story.organization_id).exclude(event=BUNDLE_MADE)
    about = Q(account_id=story.pk) | Q(consumer_id=story.consumer_id)
    assert found["entries"] == before.filter(about).count()
    assert found["size"] == before.count()
    assert found["key"] == published


def test_without_a_key_it_says_whose_word_is_taken(story, tmp_path):
    seen = verify(laid_out(files_of(story), tmp_path))
    assert seen.returncode == 0
    assert seen.stdout.startswith("INTACT: ")
    assert "compare it with the published one" in seen.stdout


def test_the_bundle_holds_her_entries_alone(story, omar):
    bodies = [json.loads(line) for line in files_of(story)["entries.jsonl"].decode().splitlines()]
    assert {body.get("account", story.pk) for body in bodies} == {story.pk}
    assert {body.get("consumer", story.consumer_id) for body in bodies} == {story.consumer_id}
    assert sum("consumer" in body for body in bodies) == 1
    assert files_of(story)["timeline.pdf"].startswith(b"%PDF-")


def test_that_it_was_made_is_in_the_log(story):
    files_of(story)
    assert Entry.objects.filter(account_id=story.pk, event=BUNDLE_MADE).count() == 1


def test_what_was_erased_is_not_shown_and_the_proof_holds(story, tmp_path):
    assert files_of(story)["personal.jsonl"]
    erase(organization=story.organization, account_id=story.pk, actor="system", at=TUESDAY)
    files = files_of(story)
    assert files["personal.jsonl"] == b""
    assert verify(laid_out(files, tmp_path)).returncode == 0


def altered(files: Files) -> None:
    files["entries.jsonl"] = files["entries.jsonl"].replace(b"opted_out", b"opted_in_", 1)


def removed(files: Files) -> None:
    for name in ("entries.jsonl", "proofs.jsonl"):
        files[name] = b"\n".join(files[name].split(b"\n")[1:])


def swapped(files: Files) -> None:
    for name in ("entries.jsonl", "proofs.jsonl"):
        first, second, *rest = files[name].split(b"\n")
        files[name] = b"\n".join([second, first, *rest])


def added(files: Files) -> None:
    files["entries.jsonl"] += b'{"account":1,"sequence":999}\n'
    files["proofs.jsonl"] += b'{"sequence":999,"position":0,"path":[]}\n'


def other_paper(files: Files) -> None:
    files["timeline.pdf"] = files["README.txt"]


def other_notes(files: Files) -> None:
    files["personal.jsonl"] = files["personal.jsonl"].replace(b"counter", b"airport")


def gone(files: Files) -> None:
    del files["checkpoint.txt"]


def unknown(files: Files) -> None:
    files["more.pdf"] = b"%PDF"


TAMPERINGS: dict[Callable[[Files], None], str] = {
    altered: "Entry {n} is not in the sealed log as it stands here.",
    removed: "",
    swapped: "does not stand in the order of the log.",
    added: "Entry 999 is not in the sealed log",
    other_paper: "",
    other_notes: "shown with entry {n} is not the one that the log committed to.",
    gone: "",
    unknown: "",
}


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_whoever_changes_a_file_is_found_by_the_manifest(story, tmp_path, tamper):
    files = files_of(story)
    tamper(files)
    seen = verify(laid_out(files, tmp_path))
    assert seen.returncode == 1
    assert seen.stdout.startswith("NOT INTACT: ")


@pytest.mark.parametrize("tamper", [one for one, words in TAMPERINGS.items() if words], ids=lambda one: one.__name__)
def test_even_who_holds_the_key_cannot_change_what_was_sealed(story, tmp_path, tamper, monkeypatch):
    """With the manifest signed anew, the proofs and the commitments still find it."""
    whole = room._manifest

    def forged(files: Files, *rest: object) -> bytes:
        changed = dict(files)
        tamper(changed)
        return whole(changed, *rest)

    monkeypatch.setattr(room, "_manifest", forged)
    files = files_of(story)
    tamper(files)
    seen = verify(laid_out(files, tmp_path))
    numbers = [json.loads(line)["sequence"] for line in files["entries.jsonl"].decode().splitlines()]
    assert seen.returncode == 1
    assert any(TAMPERINGS[tamper].format(n=n) in seen.stdout for n in numbers), seen.stdout


def test_another_key_is_not_the_log_s(story, tmp_path):
    mallory = Signer.of("forbear.mallory", b"m" * 32)
    files = files_of(story)
    seen = verify(laid_out(files, tmp_path), "--key", str(mallory.key))
    assert seen.returncode == 1
    assert "is not signed with the key" in seen.stdout
    note = files["manifest.txt"].decode().rpartition("\n\n")[0] + "\n"
    files |= {"manifest.txt": sign(note, mallory).encode()}
    assert verify(laid_out(files, tmp_path)).returncode == 1


def test_a_bundle_of_another_organization_is_nobody_s(api, story, stranger_org):
    theirs = owes(stranger_org, "Tilda Elsewhere", "+13125550188")
    assert api.get(f"/v1/compliance/bundle?account_id={theirs.public_id}").status_code == 404
    answer = api.get(f"/v1/compliance/bundle?account_id={story.public_id}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"


def test_one_account_is_found_by_name_and_held(client, ada, dana, stranger, betty):
    client.force_login(ada)
    page = client.get("/compliance/legal-holds/account", {"q": "ruble"}).content.decode()
    assert f'value="{betty.public_id}"' in page
    with transaction.atomic():
        record([Draft(betty.organization_id, accounts.ACCOUNT_CHANGED, "system", betty.pk)], at=TUESDAY)
    client.post("/compliance/legal-holds", {"account": betty.public_id, "reason": "A lawsuit"})
    assert f"/accounts/{betty.public_id}" in client.get("/compliance/retention").content.decode()
    client.force_login(stranger)
    assert betty.public_id not in client.get("/compliance/legal-holds/account", {"q": "ruble"}).content.decode()
    client.force_login(dana)
    assert client.get("/compliance/legal-holds/account").status_code == 403
