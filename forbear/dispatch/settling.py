"""Settle: what the gateway answered becomes the states of messages and items, one statement each per batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.compliance.actions import Draft, canonical, record
from forbear.providers.base import Accepted, Rejected, Submitted, Uncertain

from . import events
from .clearing import Cleared, Settled, entry
from .rows import as_rows
from .states import ItemStatus, MessageStatus


def settle(chunk: Sequence[Cleared], answers: Sequence[Submitted], *, at: datetime) -> tuple[int, int, int]:
    """Write the answers; gives how many were sent, rejected, uncertain.

    A receipt may have been quicker than we are: a message that is already delivered keeps its state and gets its times.
    """
    if not chunk:
        return 0, 0, 0
    pairs = list(zip(chunk, answers, strict=True))
    with transaction.atomic():
        _write_messages(pairs, at)
        _write_items(pairs, at)
        _begin_management([one for one, answer in pairs if isinstance(answer, Accepted)], at)
        record([_entry(one, answer) for one, answer in pairs], at=at)
    kinds = [type(answer) for answer in answers]
    return kinds.count(Accepted), kinds.count(Rejected), kinds.count(Uncertain)


def _write_messages(pairs: Sequence[tuple[Cleared, Submitted]], at: datetime) -> None:
    rows = [(one.message_id, *_message_state(answer)) for one, answer in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_message m SET
                   status = CASE WHEN m.status = 'sending' THEN v.status ELSE m.status END,
                   gateway_id = coalesce(v.gateway_id, m.gateway_id), error_code = v.code, error = v.error,
                   sent_at = CASE WHEN v.status = 'sent' THEN %s ELSE m.sent_at END
               FROM json_to_recordset(%s::json) AS v(id bigint, status text, gateway_id text, code text, error text)
               WHERE m.id = v.id""",
            [at, as_rows(("id", "status", "gateway_id", "code", "error"), rows)],
        )


def _message_state(answer: Submitted) -> tuple[str, str | None, str, str]:
    match answer:
        case Accepted(provider_id):
            return str(MessageStatus.SENT), provider_id, "", ""
        case Rejected(code, text, _):
            return str(MessageStatus.REJECTED), None, code, text
        case Uncertain(text):
            return str(MessageStatus.UNCERTAIN), None, "", text


def _write_items(pairs: Sequence[tuple[Cleared, Submitted]], at: datetime) -> None:
    rows = [(one.item.case.item_id, *_item_state(answer)) for one, answer in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_queueitem i SET status = v.status, reason = v.reason, error = v.error, settled_at = %s
               FROM json_to_recordset(%s::json) AS v(id bigint, status text, reason text, error text)
               WHERE i.id = v.id AND i.status = 'processing'""",
            [at, as_rows(("id", "status", "reason", "error"), rows)],
        )


def _item_state(answer: Submitted) -> tuple[str, str, str]:
    match answer:
        case Accepted():
            return str(ItemStatus.COMPLETED), "", ""
        case Rejected(code, text, _):
            return str(ItemStatus.FAILED), "rejected", f"{code}: {text}"
        case Uncertain(text):
            return str(ItemStatus.COMPLETED), "uncertain", text


def _begin_management(sent: Sequence[Cleared], at: datetime) -> None:
    """The first message that leaves takes a waiting account into automatic management."""
    accounts = sorted({one.item.case.account_id for one in sent if one.item.case.account_id is not None})
    if not accounts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE accounts_account SET status = 'in_auto_management', status_changed_at = %s
               WHERE id = ANY(%s) AND status IN ('new', 'pending_contact')""",
            [at, accounts],
        )


def _entry(one: Cleared, answer: Submitted) -> Draft:
    facts: dict[str, Any] = {"item": one.item.case.item_id}
    carry = Settled(one.item.enrollment_id, sent=True)
    match answer:
        case Accepted(provider_id):
            event = events.MESSAGE_SENT
            facts["gateway_id"] = provider_id
        case Rejected(code, _, opted_out):
            event = events.MESSAGE_REJECTED
            facts |= {"code": code, "opted_out": opted_out}
            blocked = one.address if opted_out else ""
            carry = Settled(one.item.enrollment_id, sent=False, reason="rejected", blocked_address=blocked)
        case Uncertain():
            event = events.MESSAGE_UNCERTAIN
    return entry(one.item, event, facts=canonical(facts), message_id=one.message_id, carry=carry)
