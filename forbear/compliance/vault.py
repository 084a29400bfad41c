"""Personal data of entries: sealed at rest, readable until it is erased. The log itself holds only commitments."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from forbear.strongbox import seal, unseal

from .body import commitment
from .models import Entry, Personal

PURPOSE = "personal"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """Personal data of one entry, ready to be written: what the body says of it, and what the vault keeps, by name."""

    commitments: Mapping[str, str]
    sealed: Mapping[str, str]


NOTHING = Kept({}, {})


def keep(personal: Mapping[str, str]) -> Kept:
    """A new salt for each text: equal texts have unequal commitments."""
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in personal}
    return Kept(
        {name: commitment(salts[name], text) for name, text in personal.items()},
        {name: _sealed(salts[name], text) for name, text in personal.items()},
    )


def _sealed(salt: bytes, text: str) -> str:
    return seal(json.dumps([salt.hex(), text]), purpose=PURPOSE)


def opened(sealed: str) -> tuple[bytes, str]:
    """Salt and text. Raises Unsealable."""
    salt, text = json.loads(unseal(sealed, purpose=PURPOSE))
    return bytes.fromhex(salt), text


def personal_of(entries: Collection[Entry]) -> dict[int, dict[str, str | None]]:
    """Number of the entry -> name -> text, None where it was erased. One query."""
    found: dict[int, dict[str, str | None]] = {}
    for row in Personal.objects.filter(entry_id__in=[entry.pk for entry in entries]).order_by("entry_id", "name"):
        found.setdefault(row.entry_id, {})[row.name] = opened(row.sealed)[1] if row.sealed else None
    return found


def rows_of(entry: int, organization: int, kept: Kept) -> Sequence[tuple[int, int, str, str]]:
    return [(entry, organization, name, sealed) for name, sealed in kept.sealed.items()]
