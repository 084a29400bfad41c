"""What a file says about people beside their debts: that they opted out, wrote to cease, have a lawyer, or died.

Such a column closes and never opens: "yes" is recorded as an act of the creditor's file, "no" and a blank say nothing.
What was recorded from a file once is not recorded again by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection

from forbear.consent.ledger import NewAct, record_acts
from forbear.consent.states import ActSource, ActType

from .mapping import CLOSING, Column, spelled
from .models import Import

_CHUNK = 1000
_YES = ("yes", "y", "true", "t", "1", "x", "si", "sí")
_TOLD = """
SELECT a.id, a.consumer_id FROM accounts_account a
WHERE a.organization_id = %s AND (a.import_id = %s OR a.updated_at = %s) AND lower(btrim(a.fields ->> %s)) = ANY(%s)
  AND NOT EXISTS (
    SELECT FROM consent_act t WHERE t.consumer_id = a.consumer_id AND t.type = %s AND t.source = %s AND t.channel = %s
      AND (t.account_id IS NULL OR t.account_id = a.id))
ORDER BY a.id"""
_ABOUT_THE_DEBT = frozenset({ActType.CEASE_NOTICE, ActType.ATTORNEY_KNOWN, ActType.DISPUTE})


def close_as_told(batch: Import, columns: Sequence[Column], *, at: datetime) -> dict[str, int]:
    """Records what the file's columns say, in the surrounding transaction; how many acts of each kind."""
    found: dict[str, int] = {}
    for column in columns:
        if column.closes:
            kind, channel = CLOSING[spelled(column.header)]
            acts = _acts(batch, column, ActType(kind), channel, at)
            while some := list(islice(acts, _CHUNK)):
                record_acts(organization=batch.organization, acts=some, actor=batch.uploaded_by, at=at)
                found[kind] = found.get(kind, 0) + len(some)
    return found


def _acts(batch: Import, column: Column, kind: ActType, channel: str, at: datetime) -> Iterator[NewAct]:
    source = str(ActSource.CREDITOR_FILE)
    with connection.cursor() as cursor:
        named = [batch.organization_id, batch.pk, at, column.header, list(_YES), str(kind), source, channel]
        cursor.execute(_TOLD, named)
        rows = cursor.fetchall()
    for account, consumer in rows:
        yield NewAct(
            type=kind,
            at=at,
            source=ActSource.CREDITOR_FILE,
            consumer_id=consumer,
            account_id=account if kind in _ABOUT_THE_DEBT else None,
            noted_on=account,
            channel=channel,
            evidence=f"The file {batch.filename}, column {column.header}.",
        )
