"""Accounts that come as JSON go the same way as a file: they are written down as one, under names of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from forbear.core.refusal import Invalid

from .mapping import Field

FILENAME = "accounts.json"
_FIELDS: Mapping[str, Field] = {
    "contact.name": Field.NAME,
    "contact.first_name": Field.FIRST_NAME,
    "contact.last_name": Field.LAST_NAME,
    "contact.phone": Field.PHONE,
    "contact.email": Field.EMAIL,
    "contact.language": Field.LANGUAGE,
    "contact.time_zone": Field.TIME_ZONE,
    "contact.postal_code": Field.POSTAL_CODE,
    "contact.state": Field.STATE,
    "total_amount": Field.BALANCE,
    "currency": Field.CURRENCY,
    "external_id": Field.EXTERNAL_ID,
    "number": Field.NUMBER,
    "creditor": Field.CREDITOR,
    "due_date": Field.DUE_DATE,
    "score": Field.SCORE,
}


def written_down(accounts: Sequence[Mapping[str, Any]]) -> tuple[io.BytesIO, dict[str, str | None]]:
    """The file and its mapping. Row 2 is the first account. Raises Invalid for a field of its own with a known name."""
    custom = sorted({name for account in accounts for name in account.get("fields", {})})
    clash = next((name for name in custom if name in _FIELDS), None)
    if clash:
        raise Invalid(f"“{clash}” is a field with a place of its own.", fields={f"fields.{clash}": "Known."})
    used = [name for name in _FIELDS if any(_value(account, name) not in (None, "") for account in accounts)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*used, *custom])
    for account in accounts:
        own = account.get("fields", {})
        writer.writerow([*(_value(account, name) for name in used), *(own.get(name, "") for name in custom)])
    mapping: dict[str, str | None] = {name: _FIELDS[name].value for name in used}
    mapping.update(dict.fromkeys(custom, ""))
    return io.BytesIO(text.getvalue().encode()), mapping


def _value(account: Mapping[str, Any], name: str) -> Any:
    head, _, rest = name.partition(".")
    value = account.get(head)
    if rest:
        value = (value or {}).get(rest)
        if rest in {"first_name", "last_name", "name"}:
            return _name(account.get("contact") or {}, rest)
    return "" if value is None else value


def _name(contact: Mapping[str, Any], part: str) -> str:
    """Either form of the name becomes first and last name."""
    if part == "name":
        return ""
    if contact.get("first_name") or contact.get("last_name"):
        return str(contact.get(part) or "")
    first, _, last = " ".join(str(contact.get("name") or "").split()).partition(" ")
    return first if part == "first_name" else last
