"""Writing the log: in the caller's transaction, in a fixed number of statements, and then what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from forbear.core.ids import public_id

from . import events, vault
from .body import canonical as canonical
from .body import compose, hash_of, moment
from .models import Entry, Personal

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is about to be written.

    event: `source:subject:action`, from the writing room's events.py. actor: `SYSTEM`, `person:<id>`, `key:<id>` or
    `consumer:<id>`. facts: JSON-able, ids and figures only, never names, addresses or texts; or the same as canonical
    JSON text already. personal: what names or quotes somebody, by name; it goes into the vault and can be erased, the
    entry keeps a commitment. consumer_id: where it is about a whole person, and so about no one account. `carry` goes
    to the reactions in memory and is not written.
    """

    organization_id: int
    event: str
    actor: str = SYSTEM
    account_id: int | None = None
    campaign_id: int | None = None
    document_id: int | None = None
    message_id: int | None = None
    channels: tuple[str, ...] = ()
    facts: Mapping[str, Any] | str = field(default_factory=dict)
    carry: Any = None
    personal: Mapping[str, str] = field(default_factory=dict)
    consumer_id: int | None = None


Reaction = Callable[[Sequence[Draft], datetime], None]
_reactions: list[Reaction] = []


def follow_with(reaction: Reaction) -> None:
    """The wiring names what follows each entry; see forbear/reactions.py."""
    _reactions[:] = [reaction]


_COLUMNS = (
    "id, organization_id, event, actor, account_id, campaign_id, consumer_id, document_id, message_id,"
    " channels, at, body, leaf_hash"
)
_COPY = f"COPY compliance_entry ({_COLUMNS}) FROM STDIN"
_COPY_PERSONAL = "COPY compliance_personal (entry_id, organization_id, name, sealed) FROM STDIN"
# The numbers that the entries get, and the word to the sealing that they wait: one statement.
_NUMBERS = """INSERT INTO compliance_unsealed (entries)
SELECT array_agg(nextval('compliance_entry_id_seq')) FROM generate_series(1, %s) RETURNING entries"""


def record(drafts: Sequence[Draft], *, at: datetime) -> None:
    """Write the entries in the surrounding transaction, then let the reactions follow in the same one.

    Raises RuntimeError outside a transaction: an entry without its change, or a change without its entry, is a lie.
    """
    if not drafts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("The log is written in the transaction of the change that it tells.")
    _write(drafts, at)
    for reaction in _reactions:
        reaction(drafts, at)


def _write(drafts: Sequence[Draft], at: datetime) -> None:
    kept = [vault.keep(draft.personal) if draft.personal else vault.NOTHING for draft in drafts]
    written = moment(at)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [len(drafts)])
        numbers: list[int] = cursor.fetchone()[0]
        with cursor.copy(_COPY) as copy:
            copy.write("".join(map(_line, numbers, drafts, repeat(written), kept)))
        if any(draft.personal for draft in drafts):
            with cursor.copy(_COPY_PERSONAL) as copy:
                for number, draft, personal in zip(numbers, drafts, kept, strict=True):
                    for row in vault.rows_of(number, draft.organization_id, personal):
                        copy.write_row(row)


@lru_cache(maxsize=1024)
def _name_of(organization: int) -> str:
    return public_id("org", organization)


@lru_cache(maxsize=1024)
def _told(word: str) -> str:
    """As COPY reads it."""
    return word.translate(_ESCAPED)


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@lru_cache(maxsize=256)
def _array(words: tuple[str, ...]) -> str:
    quoted = ('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return _told("{" + ",".join(quoted) + "}")


def _line(number: int, draft: Draft, written: str, personal: vault.Kept) -> str:
    """The entry as COPY reads it, put together by hand: this runs thousands of times a second."""
    body = compose(
        sequence=number,
        organization=_name_of(draft.organization_id),
        event=draft.event,
        actor=draft.actor,
        channels=draft.channels,
        at=written,
        facts=draft.facts if isinstance(draft.facts, str) else canonical(draft.facts),
        account=draft.account_id,
        campaign=draft.campaign_id,
        consumer=draft.consumer_id,
        document=draft.document_id,
        message=draft.message_id,
        personal=personal.commitments,
    )
    subjects = (draft.account_id, draft.campaign_id, draft.consumer_id, draft.document_id, draft.message_id)
    told = "\t".join(["\\N" if subject is None else str(subject) for subject in subjects])
    # JSON has no raw tab or line end in it; backslashes stand for themselves in COPY only when they are doubled.
    doubled = body.replace("\\", "\\\\")
    return (
        f"{number}\t{draft.organization_id}\t{_told(draft.event)}\t{_told(draft.actor)}\t{told}\t"
        f"{_array(tuple(draft.channels))}\t{written}\t{doubled}\t\\\\x{hash_of(body).hex()}\n"
    )


def erase(
    *, organization: Any, actor: str, at: datetime, account_id: int | None = None, entries: Collection[int] = ()
) -> int:
    """Erase the personal data in all entries about an account, or in these entries; answers how many texts.

    The entries stay as they are, and proved; that they were erased is an entry of its own.
    """
    with transaction.atomic():
        about = Q(account_id=account_id) if account_id is not None else Q(pk__in=entries)
        ours = Entry.objects.of(organization).filter(about)
        rows = Personal.objects.filter(entry_id__in=ours.values("pk")).exclude(sealed="")
        erased = rows.update(sealed="", erased_at=at)
        if erased:
            facts: dict[str, Any] = {"texts": erased} | ({"entries": sorted(entries)} if entries else {})
            record([Draft(organization.pk, events.PERSONAL_ERASED, actor, account_id, facts=facts)], at=at)
    return erased
