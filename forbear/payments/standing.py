"""How money and promises move an account's status: set by set, and never out of the hands of a person.

Paid follows from a balance of zero, whatever the account was. A promise holds back the engine only where the engine,
or a conversation, has the account: what is in review, escalated or paused stays so, and shows its promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.accounts.models import Account
from forbear.accounts.standing import take
from forbear.accounts.states import Status, Why

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
SELECT CASE WHEN bool_or(p.status = ANY(%(waiting)s)) THEN 'promise_active'
            WHEN bool_or(p.status = %(overdue)s) THEN 'promise_overdue'
            ELSE 'in_auto_management' END, o.id
FROM accounts_account o LEFT JOIN payments_promise p ON p.account_id = o.id AND p.status = ANY(%(open)s)
WHERE o.id = ANY(%(accounts)s) GROUP BY o.id"""


def follow_promises(accounts: Iterable[int], *, made: bool = False, at: datetime) -> None:
    """The accounts' statuses become what their open promises say; `made`: one has just been given.

    An account in review stays there, and goes to what its promises say when the review ends.
    """
    values: dict[str, Any] = {
        "accounts": sorted(set(accounts)),
        "open": [str(word) for word in OPEN],
        "waiting": [str(word) for word in WAITING],
        "overdue": str(PromiseStatus.OVERDUE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, values)
        said = cursor.fetchall()
    for status in sorted({status for status, _ in said}):
        before = [word for word in (HELD_BACK if made else _LET_GO) if word != status]
        whose = [account for word, account in said if word == status]
        take(whose, to=Status(status), before=before, why=Why.PROMISE, at=at, remembers=before)


def become(account: Account, status: Status, *, at: datetime) -> None:
    """One locked account, whatever it was."""
    take([account.pk], to=status, before=[account.status], why=Why.BALANCE, at=at)
    account.refresh_from_db(fields=["status", "status_changed_at", "resumes_as"])
