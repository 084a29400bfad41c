"""The bundle of one account: its record on paper, its entries with their proofs, and what checks them without us."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.http import HttpResponse

from forbear.accounts.models import Account
from forbear.compliance import bundle_check
from forbear.compliance.actions import Draft, record
from forbear.compliance.events import BUNDLE_MADE
from forbear.compliance.keys import known, signer_alone
from forbear.compliance.models import Entry, Personal, Seal
from forbear.compliance.notes import Checkpoint, Note, sign, to_base64
from forbear.compliance.proofs import Proof, newest_seal, positions_of, proofs_of
from forbear.compliance.retention import entries_of_account
from forbear.compliance.sealing import seal_all
from forbear.compliance.vault import opened
from forbear.web.exports import attachment

from .dossier import dossier
from .typesetting import pdf

ZIP = "application/zip"
AT_ONCE = 1000
CHECK = (
    "The bundle that this paper came in holds the same entries word for word, a proof for each that it stood in the "
    "sealed log, and a program that checks them without us: python verify.py. Compare the key that it names with the "
    "one that the organization publishes."
)
README = """What this is
  {title}, {organization}: the record of one account, made {made}.

  timeline.pdf     the record, to read
  entries.jsonl    the entries of the log about this account, word for word, the oldest first
  proofs.jsonl     for each of them, the way to the root of the sealed log (RFC 9162)
  personal.jsonl   names, addresses and notes that entries speak of, as far as they were not erased
  checkpoint.txt   the signed note (c2sp.org/tlog-checkpoint) that names that root
  keys.txt         the public keys of the log, the newest first
  manifest.txt     a hash of every file here, signed with the same key
  verify.py        checks all of it; needs Python 3.11 and the package cryptography, nothing else

How to check it
  python verify.py
  python verify.py --key KEY      with the key as the organization publishes it

  A bundle shows that these entries stood in the log as they are. It cannot show that there is no other entry about
  the account: for that, ask for a bundle made later, or for the whole log.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A ZIP, and how it is called."""

    name: str
    content: bytes

    def response(self) -> HttpResponse:
        """As a download."""
        return HttpResponse(self.content, content_type=ZIP, headers={"Content-Disposition": attachment(self.name)})


def bundle(*, account: Account, actor: str, at: datetime) -> Bundle:
    """Everything up to now; whatever waits for its seal is sealed first. That it was made is an entry itself.

    Raises NothingSealed, Unsealable.
    """
    seal_all(at=at, wait=True)
    newest = newest_seal(account.organization)
    proofs = _proofs(account, newest)
    files = _files(account, proofs, newest, at)
    name = f"forbear-{account.public_id}-{at:%Y-%m-%d}"
    facts = {"entries": len(proofs), "size": newest.size}
    with transaction.atomic():
        record([Draft(account.organization_id, BUNDLE_MADE, actor, account.pk, facts=facts)], at=at)
    return Bundle(f"{name}.zip", _zip(name, files, at))


def _proofs(account: Account, newest: Seal) -> list[tuple[Entry, Proof]]:
    """In the order of the tree. What was written since the seal stays for the next bundle."""
    organization = account.organization
    entries = entries_of_account(organization.pk, account.pk, account.consumer_id)
    places = positions_of(organization, [entry.pk for entry in entries])
    sealed = [entry for entry in entries if places.get(entry.pk, newest.size) < newest.size]
    pieces = [sealed[begin : begin + AT_ONCE] for begin in range(0, len(sealed), AT_ONCE)]
    proofs = [proof for piece in pieces for proof in proofs_of(organization, piece, newest)]
    return sorted(zip(sealed, proofs, strict=True), key=lambda pair: pair[1].position)


def _files(account: Account, proofs: Sequence[tuple[Entry, Proof]], newest: Seal, at: datetime) -> Mapping[str, bytes]:
    """Every file by its name, the manifest last."""
    entries = [entry for entry, _ in proofs]
    paper = dossier(account, entries, at=at, check=CHECK, seal=newest.note)
    files = {
        "README.txt": README.format(title=paper.title, organization=paper.organization, made=paper.made[8:]).encode(),
        "timeline.pdf": pdf("dossier", paper.values(), at=at),
        "entries.jsonl": "".join(f"{entry.body}\n" for entry in entries).encode(),
        "proofs.jsonl": "".join(_proof_line(entry, proof) for entry, proof in proofs).encode(),
        "personal.jsonl": "".join(_personal_lines(entries)).encode(),
        "checkpoint.txt": newest.note.encode(),
        "keys.txt": "".join(f"{key.verifier}\n" for key in reversed(known())).encode(),
        "verify.py": Path(bundle_check.__file__).read_bytes(),
    }
    return files | {bundle_check.SIGNED: _manifest(files, newest, at)}


def _proof_line(entry: Entry, proof: Proof) -> str:
    path = [to_base64(step) for step in proof.path]
    return json.dumps({"sequence": entry.pk, "position": proof.position, "path": path}) + "\n"


def _personal_lines(entries: Sequence[Entry]) -> Iterator[str]:
    """What opens the commitments of the entries, where it was not erased."""
    rows = Personal.objects.filter(entry_id__in=[entry.pk for entry in entries]).exclude(sealed="")
    for row in rows.order_by("entry_id", "name"):
        salt, text = opened(row.sealed)
        line = {"sequence": row.entry_id, "name": row.name, "salt": to_base64(salt), "text": text}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _manifest(files: Mapping[str, bytes], newest: Seal, at: datetime) -> bytes:
    """The hash of each file, signed by the key that signs the checkpoints."""
    origin = Checkpoint.read(Note.read(newest.note).text).origin
    lines = [f"{origin} bundle", *(f"{sha256(content).hexdigest()} {name}" for name, content in files.items())]
    with transaction.atomic():
        by = signer_alone(at)
    return sign("".join(f"{line}\n" for line in lines), by).encode()


def _zip(folder: str, files: Mapping[str, bytes], at: datetime) -> bytes:
    packed = io.BytesIO()
    moment = at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", moment), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
