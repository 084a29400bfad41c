"""How money and promises move an account's status: set by set, and never out of the hands of a person.

Paid follows from a balance of zero, whatever the account was. A promise holds back the engine only where the engine,
or a conversation, has the account: what is in review, escalated or paused stays so, and shows its promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from forbear.accounts.models import Account
from forbear.accounts.states import Status

from .states import OPEN, WAITING, PromiseStatus

HELD_BACK = (
    Status.NEW,
    Status.PENDING_CONTACT,
    Status.IN_AUTO_MANAGEMENT,
    Status.ACTIVE_CONVERSATION,
    Status.PROMISE_ACTIVE,
    Status.PROMISE_OVERDUE,
)
"""From where a promise takes an account."""
_LET_GO = (Status.PROMISE_ACTIVE, Status.PROMISE_OVERDUE)
_FOLLOW = """
UPDATE accounts_account a SET status = f.status, status_changed_at = %(at)s
FROM (
    SELECT o.id, CASE WHEN bool_or(p.status = ANY(%(waiting)s)) THEN 'promise_active'
                      WHEN bool_or(p.status = %(overdue)s) THEN 'promise_overdue'
                      ELSE 'in_auto_management' END AS status
    FROM accounts_account o LEFT JOIN payments_promise p ON p.account_id = o.id AND p.status = ANY(%(open)s)
    WHERE o.id = ANY(%(accounts)s) GROUP BY o.id
) f
WHERE a.id = f.id AND a.status <> f.status AND a.status = ANY(%(before)s)
RETURNING a.id"""


def follow_promises(accounts: Iterable[int], *, made: bool = False, at: datetime) -> None:
    """The accounts' statuses become what their open promises say; `made`: one has just been given."""
    before = HELD_BACK if made else _LET_GO
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOW,
            {
                "accounts": sorted(set(accounts)),
                "at": at,
                "open": [str(word) for word in OPEN],
                "waiting": [str(word) for word in WAITING],
                "overdue": str(PromiseStatus.OVERDUE),
                "before": [str(word) for word in before],
            },
        )


def become(account: Account, status: Status, *, at: datetime) -> None:
    """One locked account."""
    account.status, account.status_changed_at = status, at
    account.save(update_fields=["status", "status_changed_at"])
