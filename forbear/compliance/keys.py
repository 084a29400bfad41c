"""The keys that sign checkpoints: one for the whole installation, made when it is first needed, renewed by hand."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from forbear.strongbox import seal, unseal

from . import events
from .actions import Draft, record
from .body import moment
from .models import Key, KeySecret, Seal
from .notes import Note, PublicKey, Signer, sign

PURPOSE = "log key"
# Sealing and renewing the key exclude each other; nobody who writes entries waits for either.
LOCK = 0x5EA1


def signer(at: datetime) -> Signer:
    """Whoever signs now; the first key is made here. In a transaction that holds the lock. Raises Unsealable."""
    newest = Key.objects.order_by("-pk").select_related("secret").first()
    return _signer(newest.name, newest.secret.sealed_seed) if newest else _make(_name(), [], at)


@lru_cache(maxsize=4)
def _signer(name: str, sealed_seed: str) -> Signer:
    return Signer.of(name, base64.b64decode(unseal(sealed_seed, purpose=PURPOSE)))


def signer_alone(at: datetime) -> Signer:
    """The signer, for whoever is not sealing: waits until nobody seals or renews the key. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return signer(at)


def rotate(*, actor: str, at: datetime) -> PublicKey:
    """A new key signs from now on. The old one vouches for it, once, and its private half is destroyed; logs tell of
    it. Raises Unsealable.
    """
    with transaction.atomic():
        old = signer_alone(at)
        KeySecret.objects.all().delete()
        new = _make(old.key.name, [old], at)
        facts = {"key": new.key.id.hex(), "replaces": old.key.id.hex()}
        owners = Seal.objects.order_by("organization_id").values_list("organization_id", flat=True).distinct()
        record([Draft(owner, events.KEY_ROTATED, actor, facts=facts) for owner in owners], at=at)
    return new.key


def _name() -> str:
    """A name that no other installation has; it stays when keys change."""
    return f"forbear.{secrets.token_hex(4)}"


def _make(name: str, vouching: Sequence[Signer], at: datetime) -> Signer:
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    made = Signer.of(name, seed)
    note = sign(announcement(made.key, [one.key for one in vouching], moment(at)), made, *vouching)
    row = Key.objects.create(name=name, public=made.key.raw, note=note, created_at=at)
    KeySecret.objects.create(key=row, sealed_seed=seal(base64.b64encode(seed).decode(), purpose=PURPOSE))
    return made


def announcement(key: PublicKey, replaces: Sequence[PublicKey], at: str) -> str:
    """The text of the note that makes a key known."""
    lines = [f"{key.name}/keys", str(key), *(f"replaces {old}" for old in replaces), f"at {at}"]
    return "".join(f"{line}\n" for line in lines)


def known() -> list[Key]:
    """Every key there ever was, the oldest first."""
    return list(Key.objects.order_by("pk"))


def vouched(rows: Sequence[Key]) -> list[PublicKey]:
    """The keys that follow from the first one: each announced by itself and by the one before, up to the first that is
    not.
    """
    trusted: list[PublicKey] = []
    for row in rows:
        key, note = row.verifier, Note.read(row.note)
        expected = announcement(key, trusted[-1:], moment(row.created_at))
        if note.text != expected or not all(note.is_signed_by(one) for one in (key, *trusted[-1:])):
            break
        trusted.append(key)
    return trusted
