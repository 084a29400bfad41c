"""What the log's pages show beside it: the checkpoint, the last check, one entry with its proof."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from forbear.core.ids import number_of

from .models import Check, Entry, Seal
from .notes import Checkpoint, Note, to_base64
from .proofs import NothingSealed, NotYetSealed, Proof, proof_of
from .retention import entry_with
from .verifying import newest_check
from .words import names_of

COUNTED = 10_000
"""Entries that wait for their seal are counted up to here: after a large launch there are many for some seconds."""
_SINCE = """(SELECT count(*) FROM (
    SELECT 1 FROM compliance_entry e
    WHERE e.organization_id = compliance_seal.organization_id AND e.id > compliance_seal.newest
    ORDER BY e.id DESC LIMIT %s) waiting)"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest checkpoint and the last check of one organization's log; None where there is none yet."""

    seal: Seal | None
    root: str
    signed_with: str
    since: int
    """Entries that wait for their seal, as far as they are counted; none while nothing is sealed at all."""
    check: Check | None
    checked_by: str

    @property
    def many(self) -> bool:
        """Whether more wait than are counted."""
        return self.since > COUNTED

    @property
    def word(self) -> tuple[str, str]:
        """The check's result as a word with its tone."""
        if self.check is None:
            return "Not checked yet", ""
        if self.check.finished_at is None:
            return "Checking", "going"
        return ("Verified", "good") if self.check.intact else ("Not intact", "stop")


def _since() -> RawSQL:
    return RawSQL(_SINCE, [COUNTED + 1], output_field=IntegerField())  # noqa: S611 - words of our own


def standing(organization_id: int, *, people: Mapping[int, str] = MappingProxyType({})) -> Standing:
    """In three statements at most; in two where one of these people, by number, asked for the last check."""
    seals = Seal.objects.filter(organization_id=organization_id).defer("hashes", "entries")
    seal = seals.annotate(since=_since()).order_by("-number").first()
    check = newest_check(organization_id)
    by = (_named(check, people) or _name_of(check, organization_id)) if check else ""
    if seal is None:
        return Standing(None, "", "", 0, check, by)
    signed_with = Note.read(seal.note).signatures[0][0]
    return Standing(seal, short(bytes(seal.root)), signed_with, seal.since, check, by)


def _named(check: Check, people: Mapping[int, str]) -> str:
    kind, _, number = check.asked_by.partition(":")
    return people.get(int(number), "") if kind == "person" else ""


def _name_of(check: Check, organization_id: int) -> str:
    row = Entry(organization_id=organization_id, actor=check.asked_by)
    return names_of([row]).get(check.asked_by, check.asked_by)


def short(node: bytes) -> str:
    """`9ab1 44e0 c7d2 … 5f18`"""
    told = node.hex()
    return f"{told[:4]} {told[4:8]} {told[8:12]} … {told[-4:]}"


def spaced(node: bytes) -> str:
    """The first twenty digits in groups of four."""
    told = node.hex()
    return " ".join(told[begin : begin + 4] for begin in range(0, 20, 4))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a proof: on which side of it the next hash stands, and that hash."""

    label: str
    hash: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with the way from its hash to the sealed root; `why` says why there is none yet."""

    entry: Entry
    proof: Proof | None
    steps: Sequence[Step]
    root: str
    why: str = ""

    @property
    def text(self) -> str:
        """The proof as JSON, as the download has it."""
        return json.dumps(_written(self.proof), indent=1, ensure_ascii=False) if self.proof else ""


def chosen(organization: Any, public: str) -> Shown | None:
    """The entry with this public id and its proof; None for one that is not there."""
    entry = entry_with(organization.pk, number_of("ent", public) or 0) if public else None
    return shown(organization, entry) if entry else None


def shown(organization: Any, entry: Entry) -> Shown:
    try:
        proof = proof_of(organization, entry)
    except (NotYetSealed, NothingSealed) as refusal:
        return Shown(entry, None, (), "", str(refusal))
    root = Checkpoint.read(Note.read(proof.checkpoint).text).root
    return Shown(entry, proof, _steps(proof), spaced(root))


def _steps(proof: Proof) -> list[Step]:
    """Left or right as RFC 9162 2.1.3.2 goes from the leaf to the root."""
    steps, position, last = [Step("this entry", spaced(proof.leaf_hash))], proof.position, proof.size - 1
    for node in proof.path:
        left = bool(position & 1 or position == last)
        steps.append(Step("with left" if left else "with right", spaced(node)))
        while left and position and not position & 1:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    return steps


def _written(proof: Proof) -> dict[str, Any]:
    return {
        "entry": proof.entry,
        "leaf_hash": to_base64(proof.leaf_hash),
        "position": proof.position,
        "size": proof.size,
        "path": [to_base64(node) for node in proof.path],
        "checkpoint": proof.checkpoint,
    }
