"""Planned contacts about an account are called off when its money says that nothing is to be collected any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.compliance.actions import Draft, record

from . import events

# A row that somebody is judging or settling at this moment is left to them: they see the account's status themselves.
_CALL_OFF = """
WITH gone AS (
    SELECT i.id FROM accounts_account a
    JOIN dispatch_queueitem i ON i.consumer_id = a.consumer_id AND i.account_id = a.id AND i.status = ANY(%(open)s)
    WHERE a.id = ANY(%(accounts)s) AND i.status = 'pending' AND i.occasion NOT IN ('confirmation', 'help')
    FOR UPDATE OF i SKIP LOCKED
)
UPDATE dispatch_queueitem i SET status = 'cancelled', reason = %(reason)s, settled_at = %(at)s
FROM gone WHERE i.id = gone.id RETURNING i.organization_id, i.account_id, i.campaign_id, i.channel"""


def call_off_paid(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to an account that is paid: everything pending about it is cancelled at once (decision 19)."""
    call_off([draft.account_id for draft in drafts if draft.account_id is not None], reason="paid", at=at)


def call_off(accounts: Sequence[int], *, reason: str, at: datetime) -> int:
    """Cancels pending contacts about these accounts in one statement, in the caller's transaction; how many."""
    if not accounts:
        return 0
    values: dict[str, Any] = {
        "accounts": sorted(set(accounts)),
        "open": ["pending", "processing"],
        "reason": reason,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CALL_OFF, values)
        rows = cursor.fetchall()
    record([_entry(reason, *row) for row in rows], at=at)
    return len(rows)


def _entry(reason: str, owner: int, account: int, campaign: int | None, channel: str) -> Draft:
    facts = {"items": 1, "reason": reason}
    return Draft(
        owner, events.ITEM_CANCELLED, account_id=account, campaign_id=campaign, channels=(channel,), facts=facts
    )
