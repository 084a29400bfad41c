"""Settle: what the gateway answered becomes the states of messages and items, one statement each per batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.accounts.standing import begin_management
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, canonical, record
from forbear.providers.base import Accepted, Rejected, Submitted, Uncertain

from . import events
from .contacts import InHand
from .rows import as_rows, storable
from .states import ITEM, MESSAGE, Channel, ItemStatus, MessageStatus

Pairs = Sequence[tuple[InHand, Submitted]]

# Columns are as wide as this; a gateway's words may be longer.
CODE, SENTENCE = 40, 500


@begins_again  # it has left: a deadlock's victim that gave up would leave nobody knowing
def settle(
    chunk: Sequence[InHand], answers: Sequence[Submitted], *, at: datetime, by: str = ""
) -> tuple[int, int, int]:
    """Write the answers; gives how many were sent, rejected, uncertain. `by`: who settles in place of the carrier.

    What somebody else has settled meanwhile keeps its state, but for one thing: an uncertain message is sent, or
    rejected, once somebody knows that it was.
    """
    if not chunk:
        return 0, 0, 0
    with transaction.atomic():
        pairs = _write_messages(list(zip(chunk, answers, strict=True)), at)
        _write_items(pairs, at)
        _begin_management([one for one, answer in pairs if isinstance(answer, Accepted)], at)
        record([_entry(one, answer, by) for one, answer in pairs], at=at)
    kinds = [type(answer) for _, answer in pairs]
    return kinds.count(Accepted), kinds.count(Rejected), kinds.count(Uncertain)


def _write_messages(pairs: Pairs, at: datetime) -> Pairs:
    """Gives those that were still to be settled."""
    rows = [(one.message_id, *_message_state(answer)) for one, answer in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_message m SET status = v.status, gateway_id = v.gateway_id, error_code = v.code,
                   error = v.error, sent_at = CASE WHEN v.status = 'sent' THEN %s END
               FROM json_to_recordset(%s::json) AS v(id bigint, status text, gateway_id text, code text, error text)
               WHERE m.id = v.id AND (m.status, v.status) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
               RETURNING m.id""",
            [at, as_rows(("id", "status", "gateway_id", "code", "error"), rows), *MESSAGE.steps()],
        )
        settled = {row[0] for row in cursor.fetchall()}
    return [(one, answer) for one, answer in pairs if one.message_id in settled]


def _message_state(answer: Submitted) -> tuple[str, str | None, str, str]:
    match answer:
        case Accepted(provider_id):
            return str(MessageStatus.SENT), provider_id, "", ""
        case Rejected(code, text, _):
            return str(MessageStatus.REJECTED), None, storable(code, CODE), storable(text, SENTENCE)
        case Uncertain(text):
            return str(MessageStatus.UNCERTAIN), None, "", storable(text, SENTENCE)


def _write_items(pairs: Pairs, at: datetime) -> None:
    rows = [(one.item_id, *_item_state(answer)) for one, answer in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_queueitem i SET status = v.status, reason = v.reason, error = v.error, settled_at = %s
               FROM json_to_recordset(%s::json) AS v(id bigint, status text, reason text, error text)
               WHERE i.id = v.id AND (i.status = ANY(%s) OR i.reason = 'uncertain')""",
            [at, as_rows(("id", "status", "reason", "error"), rows), ITEM.sources("complete")],
        )


def _item_state(answer: Submitted) -> tuple[str, str, str]:
    status, _, code, sentence = _message_state(answer)
    match answer:
        case Accepted():
            return str(ItemStatus.COMPLETED), "", ""
        case Rejected():
            return str(ItemStatus.FAILED), status, f"{code}: {sentence}"
        case Uncertain():
            return str(ItemStatus.COMPLETED), status, sentence


def _begin_management(sent: Sequence[InHand], at: datetime) -> None:
    """The first message that leaves takes a waiting account into automatic management."""
    begin_management([one.account_id for one in sent if one.account_id is not None], at=at)


def _entry(one: InHand, answer: Submitted, by: str) -> Draft:
    facts: dict[str, Any] = {"item": one.item_id} | ({"by": by} if by else {})
    carry = one.settled(sent=True, placed=isinstance(answer, Accepted) and one.channel == Channel.VOICE)
    match answer:
        case Accepted(provider_id):
            event = events.MESSAGE_SENT
            facts["gateway_id"] = provider_id
        case Rejected(code, _, opted_out):
            event = events.MESSAGE_REJECTED
            facts |= {"code": storable(code, CODE), "opted_out": opted_out}
            carry = one.settled(sent=False, reason="rejected", blocked_address=one.address if opted_out else "")
        case Uncertain():
            event = events.MESSAGE_UNCERTAIN
    return Draft(
        organization_id=one.organization_id,
        event=event,
        actor=one.created_by,
        account_id=one.account_id,
        campaign_id=one.campaign_id,
        message_id=one.message_id,
        channels=(one.channel,),
        facts=canonical(facts),
        carry=carry,
    )
