"""The status of many accounts at once: what the engine obeys moves with what happens to the account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from .models import Account
from .states import Status

# From where a consumer's own words take an account out of the engine's hands.
_ANSWERABLE = [Status.NEW, Status.PENDING_CONTACT, Status.IN_AUTO_MANAGEMENT, Status.PROMISE_OVERDUE]


def begin_conversations(accounts: Iterable[int], *, at: datetime) -> None:
    """The consumer wrote: the engine lets go at once (domain decision 13)."""
    _move(accounts, _ANSWERABLE, Status.ACTIVE_CONVERSATION, at)


def end_conversations(accounts: Iterable[int], *, at: datetime) -> None:
    """The conversation is closed: the engine may go on."""
    _move(accounts, [Status.ACTIVE_CONVERSATION], Status.IN_AUTO_MANAGEMENT, at)


def put_in_review(consumers: Iterable[int], accounts: Iterable[int], *, at: datetime) -> None:
    """A dispute was opened: about these accounts, or about everything that these consumers owe."""
    before = [*_ANSWERABLE, Status.ACTIVE_CONVERSATION]
    _move([*accounts, *accounts_of(consumers)], before, Status.IN_REVIEW, at)


def leave_review(accounts: Iterable[int], *, at: datetime) -> None:
    """No dispute about them stands any more: the engine may go on."""
    _move(accounts, [Status.IN_REVIEW], Status.IN_AUTO_MANAGEMENT, at)


def accounts_of(consumers: Iterable[int]) -> list[int]:
    return list(Account.objects.filter(consumer__in=list(consumers)).values_list("pk", flat=True))


def _move(accounts: Iterable[int], before: list[Status], after: Status, at: datetime) -> None:
    ids = sorted(set(accounts))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE accounts_account SET status = %s, status_changed_at = %s
               WHERE id = ANY(%s) AND status = ANY(%s)""",
            [str(after), at, ids, [str(status) for status in before]],
        )
