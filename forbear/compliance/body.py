"""The exact bytes of an entry: RFC 8785 canonical JSON, version 1. Pure.

What is stored is what is hashed; nobody ever writes the JSON anew in order to check it. Subjects are numbers, as the
columns have them; personal data stands only as commitments, SHA-256(salt || text) in hex, by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any

import orjson

from .merkle import leaf_hash

VERSION = 1
LARGEST = 2**53 - 1
"""RFC 7493: beyond it a number is not the same number everywhere."""

_PLAIN = (str, bool, type(None))
_OPTIONS = (
    orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
)


def canonical(facts: Mapping[str, Any]) -> str:
    """RFC 8785 for what entries hold: strings, whole numbers, booleans, null, lists, and objects with ASCII keys.

    What JSON has no word for (a date) is written as its text. Raises ValueError for fractions, numbers beyond 2**53 and
    other keys: those are where writers of JSON differ.
    """
    _refuse_what_differs(facts)
    return _encoded(facts)


def _encoded(value: Any) -> str:
    return orjson.dumps(value, str, _OPTIONS).decode()


def _refuse_what_differs(value: Any) -> None:
    if isinstance(value, _PLAIN):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is too large for an entry; write it as text.")
    elif isinstance(value, float):
        raise ValueError(f"{value} is a fraction; an entry holds whole numbers, or text.")
    elif isinstance(value, dict | Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"{key!r} cannot name a fact; names are ASCII.")
            if not isinstance(inner, _PLAIN):  # most are: asked here, it costs no call
                _refuse_what_differs(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if not isinstance(inner, _PLAIN):
                _refuse_what_differs(inner)


def moment(at: datetime) -> str:
    """`2026-11-24T16:42:00.000000Z`: UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compose(
    *,
    sequence: int,
    organization: str,
    event: str,
    actor: str,
    channels: Sequence[str],
    at: str,
    facts: str,
    account: int | None = None,
    campaign: int | None = None,
    consumer: int | None = None,
    document: int | None = None,
    message: int | None = None,
    personal: Mapping[str, str] | None = None,
) -> str:
    """The body of an entry. `facts` is canonical JSON already, `at` comes from `moment`; what is None is left out.

    Names stand in the order of RFC 8785, so that nothing has to be sorted: this runs thousands of times a second.
    """
    parts = [
        "{" if account is None else f'{{"account":{account},',
        f'"actor":{quoted(actor)},"at":"{at}",',
        "" if campaign is None else f'"campaign":{campaign},',
        f'"channels":{_list(tuple(channels))},',
        "" if consumer is None else f'"consumer":{consumer},',
        "" if document is None else f'"document":{document},',
        f'"event":{quoted(event)},"facts":{facts},',
        "" if message is None else f'"message":{message},',
        f'"organization":"{organization}",',
        f'"personal":{canonical(personal)},' if personal else "",
        f'"sequence":{sequence},"version":{VERSION}}}',
    ]
    return "".join(parts)


@lru_cache(maxsize=256)
def _list(words: tuple[str, ...]) -> str:
    return _encoded(words)


def hash_of(body: str) -> bytes:
    """The leaf that this entry is in the tree."""
    return leaf_hash(body.encode())


def commitment(salt: bytes, text: str) -> str:
    """What the log keeps of personal data: without the salt nobody can try texts until one fits."""
    return sha256(salt + text.encode()).hexdigest()
