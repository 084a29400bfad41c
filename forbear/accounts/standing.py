"""The status of many accounts at once: what the engine obeys moves with what happens to the account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.refusal import Invalid

from . import events
from .models import WHY, Account
from .refusals import MoveRefused, StatusNotByHand, TooManyAtOnce
from .states import FINISHED, FROM_PROMISES, NOT_BEGUN, STATUS, Status, Why

MOST_AT_ONCE = 10_000
"""Each change has its entry in the log, and somebody waits for the page."""

# A change of status, its reason and who made it are one statement; null as a target is what a review remembers.
_MOVE = """
WITH held AS (
    SELECT id, organization_id, status, coalesce(%(to)s, resumes_as, 'in_auto_management') AS target
    FROM accounts_account WHERE id = ANY(%(accounts)s) AND status = ANY(%(before)s) ORDER BY id FOR NO KEY UPDATE
), moved AS (
    UPDATE accounts_account a SET status = held.target, status_changed_at = %(at)s, updated_at = %(at)s,
        resumes_as = CASE WHEN held.target = 'in_review' THEN held.status END
    FROM held WHERE a.id = held.id RETURNING a.id
), told AS (
    INSERT INTO accounts_statuschange (account_id, before, after, why, by, at)
    SELECT id, status, target, %(why)s, %(by)s, %(at)s FROM held ORDER BY id
), remembered AS (
    UPDATE accounts_account SET resumes_as = %(to)s
    WHERE id = ANY(%(accounts)s) AND status = 'in_review' AND resumes_as = ANY(%(remembers)s)
)
SELECT id, organization_id, status, target FROM held ORDER BY id
"""


def move(accounts: Iterable[int], *, to: Status, reason: str, actor: str = SYSTEM, at: datetime) -> list[int]:
    """Take these accounts to a status, where the table of moves allows it; answers which of them moved.

    An account in review stays there, unless it is paid or closed: it remembers where it would have gone, and goes there
    when the review ends. Each move has its row of history and its entry in the log, in the surrounding transaction.
    """
    sources = STATUS.sources(to)
    stays = to not in FINISHED
    before = [source for source in sources if not (stays and source == Status.IN_REVIEW)]
    remembers = sources if stays and to != Status.IN_REVIEW else []
    moved = take(accounts, to=to, before=before, why=reason, by=actor, at=at, remembers=remembers)
    return _tell(moved, reason, actor, at)


def begin_management(accounts: Iterable[int], *, at: datetime) -> None:
    """The first message left. The entry of the message tells of it; the history has its row."""
    take(accounts, to=Status.IN_AUTO_MANAGEMENT, before=sorted(NOT_BEGUN), why=Why.FIRST_CONTACT, at=at)


def begin_conversations(accounts: Iterable[int], *, at: datetime) -> None:
    """The consumer wrote: the engine lets go at once (domain decision 13). The entry of the reply tells of it."""
    to = Status.ACTIVE_CONVERSATION
    sources = STATUS.sources(to)
    take(accounts, to=to, before=sources, why=Why.REPLIED, at=at, remembers=sources)


def end_conversations(accounts: Iterable[int], *, at: datetime) -> None:
    """The conversation is closed: the engine may go on. The entry of the closing tells of it."""
    to, before = Status.IN_AUTO_MANAGEMENT, [Status.ACTIVE_CONVERSATION]
    take(accounts, to=to, before=before, why=Why.CONVERSATION_CLOSED, at=at, remembers=before)


def put_in_review(accounts: Iterable[int], *, why: Why, at: datetime) -> None:
    """A dispute, or another hold, was opened about them."""
    move(accounts, to=Status.IN_REVIEW, reason=why, at=at)


def leave_review(accounts: Iterable[int], *, at: datetime) -> None:
    """No hold about them stands any more: each goes back to where it was (domain decision 18)."""
    rows = take(accounts, to=None, before=[Status.IN_REVIEW], why=Why.HOLD_CLOSED, at=at)
    _tell(rows, Why.HOLD_CLOSED, SYSTEM, at)


def change(*, account: Account, to: Status, reason: str, actor: str, at: datetime) -> Account:
    """A person or a program moves one account and says why. Raises MoveRefused, StatusNotByHand and Invalid."""
    reason = _by_hand(to, reason)
    with transaction.atomic():
        row = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        require_legal(row.status, to)
        _tell(take([row.pk], to=to, before=[row.status], why=reason, by=actor, at=at), reason, actor, at)
        row.refresh_from_db()
    return row


def change_many(accounts: Iterable[int], *, to: Status, reason: str, actor: str, at: datetime) -> int:
    """The same for at most MOST_AT_ONCE; those from which no move leads there stay. Answers how many moved.

    Raises StatusNotByHand, TooManyAtOnce and Invalid.
    """
    reason, accounts = _by_hand(to, reason), list(accounts)
    if len(accounts) > MOST_AT_ONCE:
        raise TooManyAtOnce(f"The status of at most {MOST_AT_ONCE:,} accounts is changed at once; narrow the filter.")
    with transaction.atomic():
        moved = take(accounts, to=to, before=STATUS.sources(to), why=reason, by=actor, at=at)
        return len(_tell(moved, reason, actor, at))


def _by_hand(to: Status, reason: str) -> str:
    if to in FROM_PROMISES:
        raise StatusNotByHand(fields={"status": "Record the promise instead."})
    reason = " ".join(reason.split())
    if not reason or len(reason) > WHY or not reason.isprintable():
        say = f"Say why in one line of at most {WHY} characters."
        raise Invalid(say, fields={"reason": say})
    return reason


def require_legal(before: str, after: Status) -> None:
    """Raises MoveRefused."""
    if before not in STATUS.moves.get(after, {}):
        say = _refusal(before, after)
        raise MoveRefused(say, fields={"status": say})


def _refusal(before: str, after: str) -> str:
    here, there = (word.replace("_", " ") for word in (before, after))
    return f"This account is {here} already." if here == there else f"An account that is {here} cannot become {there}."


def accounts_of(consumers: Iterable[int]) -> list[int]:
    return list(Account.objects.filter(consumer__in=list(consumers)).values_list("pk", flat=True))


Moved = list[tuple[int, int, str, str]]


def take(
    accounts: Iterable[int],
    *,
    to: Status | None,
    before: Iterable[str],
    why: str,
    by: str = SYSTEM,
    at: datetime,
    remembers: Iterable[str] = (),
) -> Moved:
    """(account, organization, before, after) of those that moved from one of these statuses, in one statement.

    With history, without an entry: for a change that the caller's own entry tells. to: None for what a review
    remembers. remembers: accounts in review that would go back to one of these go to `to` instead.
    """
    ids = sorted(set(accounts))
    if not ids:
        return []
    values: dict[str, Any] = {
        "accounts": ids,
        "to": to and str(to),
        "before": [str(status) for status in before],
        "remembers": [str(status) for status in remembers],
        "why": str(why),
        "by": by,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
        rows: Moved = cursor.fetchall()
    return rows


def _tell(rows: Moved, why: str, actor: str, at: datetime) -> list[int]:
    by_itself = why in set(Why) - {Why.BY_HAND}
    said = {} if why in set(Why) else {"why": why}
    drafts = [
        Draft(
            organization,
            events.ACCOUNT_STATUS_CHANGED,
            actor,
            account_id=account,
            facts={"from": before, "to": after} | ({"why": str(why)} if by_itself else {}),
            personal=said,
        )
        for account, organization, before, after in rows
    ]
    record(drafts, at=at)
    return [account for account, _, _, _ in rows]
