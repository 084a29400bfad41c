"""Takes an import back, set by set: what nobody has used yet goes, what was changed becomes what it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.accounts.models import Account, ContactList
from forbear.accounts.staying import take_away
from forbear.dispatch.models import Message, QueueItem
from forbear.payments.models import LedgerEntry, Promise

from .models import Import


@dataclass(frozen=True, slots=True)
class Undone:
    """Accounts removed, accounts brought back to what they were, and accounts left as they are."""

    removed: int
    restored: int
    kept: int

    def as_counts(self) -> dict[str, int]:
        return asdict(self)


def take_back(batch: Import, *, actor: str, at: datetime) -> Undone:
    """In the surrounding transaction. Waits for whoever takes accounts into a campaign at this moment."""
    take_away(batch.organization_id)
    removable = _removable(batch)
    created = Account.objects.of(batch.organization).filter(import_id=batch.pk).count()
    restored = _restore(batch, actor, at)
    _remove(batch, removable)
    changes = batch.changes.count()
    return Undone(len(removable), restored, created - len(removable) + changes - restored)


def _removable(batch: Import) -> list[int]:
    """Accounts that this import made and that nothing has happened to since."""
    mine = Account.objects.of(batch.organization).filter(import_id=batch.pk, updated_at=batch.started_at)
    written = QueueItem.objects.filter(organization=batch.organization, account__import_id=batch.pk)
    told = Message.objects.of(batch.organization).filter(account_id__in=mine.values("pk"))
    used = mine.filter(enrollments__isnull=False).values("pk")
    moved = LedgerEntry.objects.filter(account__in=mine.values("pk")).values("account_id")
    promised = Promise.objects.filter(account__in=mine.values("pk")).values("account_id")
    return sorted(
        set(mine.filter(holds__isnull=True, consumer__holds__isnull=True).values_list("pk", flat=True))
        - set(written.values_list("account_id", flat=True))
        - set(told.values_list("account_id", flat=True))
        - set(used.values_list("pk", flat=True))
        - set(moved.values_list("account_id", flat=True))
        - set(promised.values_list("account_id", flat=True))
    )


# Consumers without an account left, who came with this import, with whom nothing has been exchanged, and who
# did not ask to be left alone.
_ORPHANS = """
SELECT c.id FROM accounts_consumer c
WHERE c.id = ANY(%(consumers)s) AND c.created_at = %(at)s
  AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.consumer_id = c.id)
  AND NOT EXISTS (SELECT FROM dispatch_message m WHERE m.consumer_id = c.id)
  AND NOT EXISTS (SELECT FROM consent_optout o WHERE o.consumer_id = c.id AND o.address = '')
  AND NOT EXISTS (SELECT FROM documents_party p WHERE p.consumer_id = c.id)
"""

# What the import adjusted is adjusted back; the entries of both stay.
_ADJUST_BACK = """
INSERT INTO payments_ledgerentry (organization_id, account_id, kind, amount_minor, currency, import_id, at, by)
SELECT a.organization_id, a.id, 'adjustment', -sum(e.amount_minor), a.currency, %(batch)s, %(now)s::timestamptz,
       %(actor)s
FROM imports_change h JOIN accounts_account a ON a.id = h.account_id
JOIN payments_ledgerentry e ON e.account_id = a.id AND e.import_id = %(batch)s
WHERE h.batch_id = %(batch)s AND a.updated_at = %(at)s
GROUP BY a.id
"""
_RESTORE_ACCOUNTS = """
WITH told AS (
    INSERT INTO accounts_statuschange (account_id, before, after, why, by, at)
    SELECT a.id, a.status, h.before->'account'->>'status', 'import_undone', %(actor)s, %(now)s
    FROM imports_change h JOIN accounts_account a ON a.id = h.account_id
    WHERE h.batch_id = %(batch)s AND a.updated_at = %(at)s AND a.status <> h.before->'account'->>'status'
)
UPDATE accounts_account a SET
    creditor_id = b.creditor_id, external_id = b.external_id, number = b.number, balance_minor = b.balance_minor,
    placed_minor = coalesce(b.placed_minor, a.placed_minor),
    currency = b.currency, due_date = b.due_date, score = b.score, fields = b.fields, status = b.status,
    status_changed_at = b.status_changed_at, updated_at = b.updated_at
FROM imports_change h CROSS JOIN LATERAL jsonb_to_record(h.before->'account') AS b (
    creditor_id bigint, external_id text, number text, placed_minor bigint, balance_minor bigint, currency text,
    due_date date, score smallint, fields jsonb, status text, status_changed_at timestamptz, updated_at timestamptz)
WHERE h.batch_id = %(batch)s AND a.id = h.account_id AND a.updated_at = %(at)s
RETURNING a.id, a.consumer_id
"""
_RESTORE_CONSUMERS = """
UPDATE accounts_consumer c SET
    first_name = b.first_name, last_name = b.last_name, language = b.language, time_zone = b.time_zone,
    postal_code = b.postal_code, state = b.state
FROM imports_change h
JOIN accounts_account a ON a.id = h.account_id
CROSS JOIN LATERAL jsonb_to_record(h.before->'consumer') AS b (
    first_name text, last_name text, language text, time_zone text, postal_code text, state text)
WHERE h.batch_id = %(batch)s AND h.account_id = ANY(%(accounts)s) AND c.id = a.consumer_id
"""
# Addresses that came with this import to people who were known before, unless they have been used.
_REMOVE_POINTS = """
DELETE FROM accounts_contactpoint p
WHERE p.consumer_id = ANY(%(consumers)s) AND p.observed_at = %(at)s
  AND NOT EXISTS (SELECT FROM dispatch_message m
                  WHERE m.organization_id = p.organization_id AND m.address = p.address)
  AND EXISTS (SELECT FROM accounts_consumer c WHERE c.id = p.consumer_id AND c.created_at <> %(at)s)
"""


def _restore(batch: Import, actor: str, at: datetime) -> int:
    values: dict[str, Any] = {"batch": batch.pk, "at": batch.started_at, "actor": actor, "now": at}
    with connection.cursor() as cursor:
        cursor.execute(_ADJUST_BACK, values)
        cursor.execute(_RESTORE_ACCOUNTS, values)
        rows = cursor.fetchall()
        values |= {"accounts": [account for account, _ in rows], "consumers": [consumer for _, consumer in rows]}
        cursor.execute(_RESTORE_CONSUMERS, values)
        cursor.execute(_REMOVE_POINTS, values)
    return len(rows)


def _remove(batch: Import, accounts: list[int]) -> None:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"batch": batch.pk, "at": batch.started_at, "accounts": accounts}
        cursor.execute("DELETE FROM accounts_statuschange WHERE account_id = ANY(%(accounts)s)", values)
        cursor.execute("DELETE FROM accounts_bucketmove WHERE account_id = ANY(%(accounts)s)", values)
        cursor.execute("DELETE FROM accounts_listmember WHERE account_id = ANY(%(accounts)s)", values)
        cursor.execute(
            "DELETE FROM accounts_account WHERE id = ANY(%(accounts)s) RETURNING consumer_id",
            values,
        )
        values["consumers"] = [consumer for (consumer,) in cursor.fetchall()]
        cursor.execute(_ORPHANS, values)
        values["orphans"] = [consumer for (consumer,) in cursor.fetchall()]
        cursor.execute("DELETE FROM accounts_contactpoint WHERE consumer_id = ANY(%(orphans)s)", values)
        cursor.execute("DELETE FROM accounts_consumer WHERE id = ANY(%(orphans)s)", values)
        _leave_list(batch, values)


def _leave_list(batch: Import, values: dict[str, Any]) -> None:
    """Known accounts leave the list that this import put them on; a list that is empty then goes with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM accounts_listmember m USING accounts_account a
               WHERE m.contact_list_id = %s AND m.import_id = %s AND a.id = m.account_id
                 AND a.import_id IS DISTINCT FROM %s""",
            [batch.contact_list_id, batch.pk, batch.pk],
        )
    unused = ContactList.objects.filter(imports=batch, members__isnull=True, campaigns__isnull=True)
    unused.filter(created_at=batch.started_at).delete()
