"""Signed notes (c2sp.org/signed-note), and a log's checkpoints in that form (c2sp.org/tlog-checkpoint). Pure.

forbear.5f0c91aa/org_…            the origin: whose log
1042                              how many entries
q3M0…=                            the root, base64
at 2026-11-24T16:42:02.000000Z    our own lines
previous lW1x…=                   SHA-256 of the whole note before, base64; the first one has none

— forbear.5f0c91aa 3q2+7w…=       base64(four bytes that name the key || signature)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from forbear.core.refusal import Invalid

ED25519 = b"\x01"
DASH = "\u2014 "


class NoteUnreadable(Invalid):
    """This is not a signed note of a log."""


class KeyUnreadable(Invalid):
    """This is not the public key of a log, like name+0a1b2c3d+AbCd…"""


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def from_base64(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text, validate=True)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A name and 32 bytes."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signature lines begin with."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.raw)}"

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """From `name+id+base64`. Raises KeyUnreadable."""
        try:
            name, shown, encoded = text.strip().split("+", 2)
            raw = from_base64(encoded)
        except (ValueError, binascii.Error) as wrong:
            raise KeyUnreadable from wrong
        key = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(raw) != 33 or key.id.hex() != shown:
            raise KeyUnreadable
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever can sign with a key."""

    key: PublicKey
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, name: str, seed: bytes) -> Signer:
        """seed: the 32 bytes of the private key."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(PublicKey(name, private.public_key().public_bytes_raw()), private)

    def line(self, text: str) -> str:
        return f"{DASH}{self.key.name} {to_base64(self.key.id + self.private.sign(text.encode()))}\n"


def sign(text: str, *signers: Signer) -> str:
    """The note: the text, an empty line, one line for each signature. The text ends with a newline."""
    return f"{text}\n" + "".join(signer.line(text) for signer in signers)


@dataclass(frozen=True, slots=True)
class Note:
    """What was signed, and by whom: (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def read(cls, written: str) -> Note:
        """Raises NoteUnreadable."""
        text, gap, lines = written.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise NoteUnreadable
        return cls(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))

    def is_signed_by(self, key: PublicKey) -> bool:
        return any(
            (name, id_) == (key.name, key.id) and _fits(key, raw, self.text) for name, id_, raw in self.signatures
        )


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    try:
        raw = from_base64(encoded)
    except (ValueError, binascii.Error) as wrong:
        raise NoteUnreadable from wrong
    if not line.startswith(DASH) or not name or len(raw) < 5:
        raise NoteUnreadable
    return name, raw[:4], raw[4:]


def _fits(key: PublicKey, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment: so many entries, this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """From a note's text. Raises NoteUnreadable."""
        lines = text.split("\n")
        try:
            origin, size, root = lines[:3]
            checkpoint = cls(origin, int(size), from_base64(root), tuple(lines[3:-1]))
        except (ValueError, binascii.Error) as wrong:
            raise NoteUnreadable from wrong
        if str(checkpoint) != text or not origin or checkpoint.size < 0:
            raise NoteUnreadable
        return checkpoint

    def line(self, name: str) -> str:
        """The rest of our own line that begins with this word; empty where there is none."""
        found = [line.removeprefix(f"{name} ") for line in self.extensions if line.startswith(f"{name} ")]
        return found[0] if len(found) == 1 else ""


def digest(note: str) -> str:
    """How the next checkpoint names this one."""
    return to_base64(sha256(note.encode()).digest())


def checkpoint_text(*, origin: str, size: int, root: bytes, at: str, previous: str) -> str:
    """previous: the note before, empty for the first."""
    lines: Sequence[str] = [f"at {at}", *([f"previous {digest(previous)}"] if previous else [])]
    return str(Checkpoint(origin, size, root, tuple(lines)))
