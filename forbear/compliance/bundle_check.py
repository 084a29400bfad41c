"""Checks a bundle of the log of Forbear: python verify.py [--key KEY] [--json] [BUNDLE.zip or its folder]

Needs Python 3.11 and the package `cryptography`, nothing of Forbear, no network. It tells whether every entry in
entries.jsonl stood, exactly as it is written there, in the log whose checkpoint the key signed, and whether anything in
the bundle was changed, removed, added or swapped since it was made. Exit status: 0 all holds, 1 something does not.

The key in keys.txt came with the bundle: compare it with the one that the organization publishes, or give that one as
--key NAME+ID+BASE64.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = "manifest.txt"
LARGEST = 1 << 30
"""A bundle that unpacks to more bytes than this is not read."""
Files = Mapping[str, bytes]


class Broken(Exception):
    """What does not hold, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Says what was found. Returns the exit status."""
    asked = _asked(arguments)
    try:
        found = check(read(Path(asked.bundle)), trusted=asked.key)
    except (Broken, OSError, zipfile.BadZipFile) as wrong:
        print(json.dumps({"ok": False, "error": str(wrong)}) if asked.json else f"NOT INTACT: {wrong}")  # noqa: T201
        return 1
    print(json.dumps({"ok": True, **found}) if asked.json else _told(found, trusted=asked.key))  # noqa: T201
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).parent), help="the ZIP, or the folder")
    parser.add_argument("--key", default="", help="the public key as the organization publishes it")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    return parser.parse_args(arguments)


def _told(found: Mapping[str, object], *, trusted: str) -> str:
    entries, size = found["entries"], found["size"]
    counted = "1 entry is" if entries == 1 else f"{entries} entries are"
    lines = [f"INTACT: {counted} in the log of {size}, sealed {found['at']}."]
    if not trusted:
        lines.append(f"Signed with the key that came along; compare it with the published one:\n  {found['key']}")
    return "\n".join(lines)


def read(bundle: Path) -> Files:
    """Every file of a ZIP or of a folder, by name. Raises Broken, OSError, BadZipFile."""
    if bundle.is_dir():
        return {one.name: one.read_bytes() for one in sorted(bundle.iterdir()) if one.is_file()}
    with zipfile.ZipFile(bundle) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        names = [one.filename.rpartition("/")[2] for one in members]
        if len(set(names)) < len(names):
            raise Broken("Two files of the bundle have the same name.")
        if sum(one.file_size for one in members) > LARGEST:
            raise Broken("The bundle unpacks to more than a gigabyte.")
        return {name: archive.read(one) for name, one in zip(names, members, strict=True)}


def check(files: Files, *, trusted: str = "") -> dict[str, object]:
    """Everything there is to check. Raises Broken with the first thing that does not hold."""
    keys = [trusted] if trusted else _lines(files, "keys.txt")
    signed, key = _verified(_text(files, SIGNED), keys, SIGNED)
    _check_files(files, signed)
    checkpoint, _ = _verified(_text(files, "checkpoint.txt"), [key], "checkpoint.txt")
    origin, size, root, *more = checkpoint
    if signed[0] != f"{origin} bundle":
        raise Broken("The checkpoint is of another log than the bundle.")
    entries = _lines(files, "entries.jsonl")
    _check_proofs(entries, _lines(files, "proofs.jsonl"), size=_whole(size), root=_decoded(root, "the root"))
    _check_personal(entries, _lines(files, "personal.jsonl"))
    at = next((line.removeprefix("at ") for line in more if line.startswith("at ")), "")
    return {"entries": len(entries), "size": int(size), "at": at, "origin": origin, "key": key}


def _check_files(files: Files, signed: Sequence[str]) -> None:
    """Each file as the manifest has it, and no other."""
    listed = dict(line.split(" ", 1)[::-1] for line in signed[1:] if " " in line)
    for name, expected in listed.items():
        if name not in files:
            raise Broken(f"{name} is missing from the bundle.")
        if hashlib.sha256(files[name]).hexdigest() != expected:
            raise Broken(f"{name} is not the file that was put into the bundle.")
    for name in files:
        if name not in listed and name != SIGNED:
            raise Broken(f"{name} was not part of the bundle when it was made.")


def _check_proofs(entries: Sequence[str], proofs: Sequence[str], *, size: int, root: bytes) -> None:
    if len(entries) != len(proofs):
        raise Broken(f"There are {len(entries)} entries and {len(proofs)} proofs.")
    before = -1
    for row, (body, written) in enumerate(zip(entries, proofs, strict=True), start=1):
        sequence, proof = _sequence(body, row), _object(written, f"proofs.jsonl, line {row}")
        if proof.get("sequence") != sequence:
            raise Broken(f"The proof in line {row} is not that of entry {sequence}.")
        position, path = proof.get("position"), _path(proof.get("path"))
        if not isinstance(position, int) or not _leads(body.encode(), position, size, path, root):
            raise Broken(f"Entry {sequence} is not in the sealed log as it stands here.")
        if position <= before:
            raise Broken(f"Entry {sequence} does not stand in the order of the log.")
        before = position


def _path(written: object) -> list[bytes]:
    return [_decoded(step, "a proof") for step in written] if isinstance(written, list) else []


def _leads(body: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    node, last, reached = position, size - 1, hashlib.sha256(b"\x00" + body).digest()
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached = hashlib.sha256(b"\x01" + step + reached).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\x01" + reached + step).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and reached == root


def _check_personal(entries: Sequence[str], opened: Sequence[str]) -> None:
    """Every text that is shown is the one that its entry committed to."""
    bodies = [json.loads(body) for body in entries]
    committed = {(body["sequence"], name): told for body in bodies for name, told in body.get("personal", {}).items()}
    for row, written in enumerate(opened, start=1):
        one = _object(written, f"personal.jsonl, line {row}")
        sequence, name = one.get("sequence"), one.get("name")
        text, salt = str(one.get("text", "")), _decoded(str(one.get("salt", "")), "a salt")
        if committed.get((sequence, name)) != hashlib.sha256(salt + text.encode()).hexdigest():
            raise Broken(f"The {name} shown with entry {sequence} is not the one that the log committed to.")


def _verified(note: str, keys: Sequence[str], name: str) -> tuple[list[str], str]:
    """The lines of a signed note (c2sp.org/signed-note), and which of the keys signed it."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap:
        raise Broken(f"{name} carries no signature.")
    for key in keys:
        if any(_signed_by(key, text + "\n", line) for line in signatures.splitlines()):
            return text.split("\n"), key
    raise Broken(f"{name} is not signed with the key.")


def _signed_by(key: str, text: str, line: str) -> bool:
    try:
        name, shown, encoded = key.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        signature = base64.b64decode(line.removeprefix("— " + name + " "), validate=True)
        identity = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if raw[:1] != b"\x01" or identity.hex() != shown or signature[:4] != identity:
            return False
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def _text(files: Files, name: str) -> str:
    if name not in files:
        raise Broken(f"{name} is missing from the bundle.")
    try:
        return files[name].decode()
    except UnicodeDecodeError:
        raise Broken(f"{name} is not text.") from None


def _lines(files: Files, name: str) -> list[str]:
    return [line for line in _text(files, name).split("\n") if line]


def _object(written: str, where: str) -> dict[str, object]:
    try:
        value = json.loads(written)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Broken(f"{where} cannot be read.")
    return value


def _sequence(body: str, row: int) -> object:
    return _object(body, f"entries.jsonl, line {row}").get("sequence")


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Broken("The checkpoint does not say how many entries it seals.")
    return int(text)


def _decoded(text: object, what: str) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        raise Broken(f"There is a flaw in {what}.") from None


if __name__ == "__main__":
    sys.exit(main())
