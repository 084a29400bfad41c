"""A worker that died leaves messages in `sending`. Nobody knows whether they left: the gateway is asked where it can
answer, the rest become uncertain. None is sent again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forbear.channels.secrets import credentials_of
from forbear.compliance.actions import Draft, record
from forbear.providers.base import Accepted, Rejected, Submitted, Uncertain
from forbear.providers.registry import adapter_of

from . import events
from .clearing import Settled

# Longer than any gateway call takes, in the clock that the messages carry.
LOST_AFTER = timedelta(minutes=5)

_LOST = """
SELECT m.id, m.item_id, i.enrollment_id, p.id, p.kind, m.organization_id, m.account_id, m.campaign_id, m.channel
FROM dispatch_message m JOIN dispatch_queueitem i ON i.id = m.item_id
JOIN channels_provideraccount p ON p.id = m.provider_id
WHERE m.status = 'sending' AND m.at < %s ORDER BY m.id LIMIT %s"""


def reap(*, at: datetime, lost_after: timedelta = LOST_AFTER, limit: int = 500) -> int:
    """Settle what nobody settled; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST, [at - lost_after, limit])
        lost = cursor.fetchall()
    by_provider: dict[tuple[int, str], list[Any]] = {}
    for row in lost:
        by_provider.setdefault((row[3], row[4]), []).append(row)
    return sum(_settle(rows, _ask(provider, kind, rows), at) for (provider, kind), rows in by_provider.items())


def _ask(provider: int, kind: str, rows: list[Any]) -> dict[str, Submitted]:
    try:
        return adapter_of(kind).ask(credentials_of(provider), [f"qit-{row[1]}" for row in rows])
    except Exception:  # a gateway that cannot be asked leaves them uncertain
        return {}


_UNKNOWN = Uncertain("The worker stopped while handing over; the gateway cannot tell whether it has the message.")


def _settle(rows: list[Any], told: dict[str, Submitted], at: datetime) -> int:
    drafts = []
    with transaction.atomic():
        for row in rows:
            answer = told.get(f"qit-{row[1]}", _UNKNOWN)
            if _write(row[0], row[1], answer, at):
                drafts.append(_entry(row, answer))
        record(drafts, at=at)
    return len(drafts)


def _write(message: int, item: int, answer: Submitted, at: datetime) -> bool:
    status, gateway_id, code, error = _state(answer)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_message SET status = %s, gateway_id = %s, error_code = %s, error = %s,
                   sent_at = CASE WHEN %s = 'sent' THEN at END WHERE id = %s AND status = 'sending'""",
            [status, gateway_id, code, error, status, message],
        )
        if not cursor.rowcount:
            return False
        cursor.execute(
            """UPDATE dispatch_queueitem SET status = %s, reason = %s, error = %s, settled_at = %s
               WHERE id = %s AND status = 'processing'""",
            [
                "failed" if status == "rejected" else "completed",
                "" if status == "sent" else status,
                error,
                at,
                item,
            ],
        )
        return True


def _state(answer: Submitted) -> tuple[str, str | None, str, str]:
    match answer:
        case Accepted(provider_id):
            return "sent", provider_id, "", ""
        case Rejected(code, text, _):
            return "rejected", None, code, text
        case Uncertain(text):
            return "uncertain", None, "", text


def _entry(row: Any, answer: Submitted) -> Draft:
    sent = not isinstance(answer, Rejected)
    kinds = {
        Accepted: events.MESSAGE_SENT,
        Rejected: events.MESSAGE_REJECTED,
        Uncertain: events.MESSAGE_UNCERTAIN,
    }
    return Draft(
        organization_id=row[5],
        event=kinds[type(answer)],
        account_id=row[6],
        campaign_id=row[7],
        message_id=row[0],
        channels=(row[8],),
        facts={"item": row[1], "by": "reaper"},
        carry=Settled(row[2], sent=sent, reason="" if sent else "rejected"),
    )
