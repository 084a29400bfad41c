"""Accounts stay while somebody takes them in.

The links of bulk rows are not checked by the database (docs/decisions/bulk-rows-without-foreign-keys.md). Whoever
writes rows about many accounts therefore holds a shared lock of their organization, and whoever removes accounts
holds it alone; both to the end of their transaction. Take it first: what is read after it stays true.
"""

from __future__ import annotations

from django.db import connection

LOCKS = "accounts"


def let_stay(organization_id: int) -> None:
    """No account of the organization is removed until this transaction ends; waits for a removal under way."""
    _lock("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, %s))", organization_id)


def take_away(organization_id: int) -> None:
    """Nobody takes accounts of the organization in until this transaction ends; waits for those who are at it."""
    _lock("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", organization_id)


def _lock(sql: str, organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [LOCKS, organization_id])
