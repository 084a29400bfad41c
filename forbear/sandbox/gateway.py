"""The paper gateway: takes batches of texts as a real gateway's API would, and reports what became of them.

Its memory is its own (`PaperText`), so that it is an independent witness of what left the house.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import connection, transaction

from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.dispatch.rows import as_rows

from . import consumers, tasks
from .fates import BLOCKED, BLOCKED_SENTENCE, Terms
from .models import PaperText, SimulatedConsumer
from .postman import Post, post_events, to_dispatch
from .queries import stopped_at_gateway
from .requests import Text, Unusable, read, references_in, texts_in
from .scripts import WIRE, Call, bounce_of, call_of, scripts_of, sentence_of
from .states import Answers, Fate

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a receipt without delay is due: at whatever time the next report is made."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A text, its fate, and what the gateway answers about it."""

    text: Text
    fate: Fate
    code: str = ""
    sentence: str = ""
    call: Call | None = None


def accept(account_id: int, body: bytes) -> bytes:
    """Answer one request of the provider account: a batch of texts, or references asked for again."""
    try:
        request = read(body)
        account = ProviderAccount.objects.filter(pk=account_id).first()
        if account is None:
            raise Unusable("The gateway knows no such account.")
        if "references" in request:
            answers = _known(account, request["references"])
        else:
            answers = _taken(account, request.get("messages"), clock.now())
    except Unusable as refused:
        return _written({"error": refused.sentence})
    return _written({"messages": answers})


def report(*, at: datetime, limit: int = 500, post: Post = to_dispatch) -> int:
    """Post the receipts that are due as signed batches, one a provider account. Answers how many receipts."""
    with transaction.atomic():
        due = _claim_due(at, limit)
        accounts = ProviderAccount.objects.in_bulk({row.provider_id for row in due})
        for account in accounts.values():
            mine = [row for row in due if row.provider_id == account.pk]
            terms = Terms.of(account.options)
            post_events(account, [_event(row, terms, at) for row in mine], at=at, post=post)
            consumers.read(
                [row for row in mine if row.fate == Fate.DELIVERED and row.channel != "voice"], terms=terms, at=at
            )
    return len(due)


def _known(account: ProviderAccount, references: Any) -> list[dict[str, Any]]:
    rows = PaperText.objects.filter(
        provider_id=account.pk, direction="out", reference__in=references_in(references)
    ).values_list("reference", "gateway_id")
    return [_accepted(reference, gateway_id) for reference, gateway_id in rows]


def _taken(account: ProviderAccount, messages: Any, at: datetime) -> list[dict[str, Any]]:
    terms, texts = Terms.of(account.options), texts_in(messages)
    blocked = terms.blocked | (
        stopped_at_gateway(account, [text.phone for text in texts]) if terms.handles_stop else frozenset()
    )
    noted = scripts_of([text.phone for text in texts if text.channel in ("voice", "email")])
    decided = [_decided(text, terms, blocked, noted.get(text.phone), at) for text in texts]
    _keep(account, [it for it in decided if it.fate != Fate.REJECTED], terms, at)
    return [_answer(account, it) for it in decided if not terms.loses_answer(it.text.reference)]


def _decided(
    text: Text, terms: Terms, blocked: frozenset[str], noted: SimulatedConsumer | None, at: datetime
) -> Decided:
    if text.phone in blocked:
        return Decided(text, Fate.REJECTED, BLOCKED, BLOCKED_SENTENCE)
    if terms.delay_seconds and text.valid_until and text.valid_until <= terms.delivered_at(at):
        return Decided(text, Fate.REJECTED, "expired", "The text would arrive too late.")
    if text.channel == "email" and (bounce := bounce_of(noted)):
        return Decided(text, *bounce)
    decided = Decided(text, *terms.fate_of(text.reference))
    if text.channel != "voice" or decided.fate is Fate.REJECTED:
        return decided
    call = call_of(text.phone, text.reference, noted, terms)
    return Decided(text, Fate.LOST if call.result is Answers.UNKNOWN else decided.fate, call=call)


_KEPT = (
    "id", "phone", "sender", "body", "reference", "fate", "code", "repeats", "channel", "subject", "link", "result",
    "keys", "seconds",
)  # fmt: skip
_KEEP = """
INSERT INTO sandbox_papertext (gateway_id, provider_id, direction, phone, sender, body, reference, at, fate,
    error_code, repeats, channel, subject, unsubscribe_url, result, keys, seconds, report_due_at)
SELECT id, %s, 'out', phone, sender, body, reference, %s, fate, code, repeats, channel, subject, link, result, keys,
    seconds, CASE WHEN fate = 'lost' THEN NULL ELSE %s END
FROM json_to_recordset(%s::json) AS it (id text, phone text, sender text, body text, reference text, fate text,
    code text, repeats int, channel text, subject text, link text, result text, keys text, seconds int)
ON CONFLICT (gateway_id) DO UPDATE SET repeats = sandbox_papertext.repeats + excluded.repeats + 1
"""


def _keep(account: ProviderAccount, decided: Iterable[Decided], terms: Terms, at: datetime) -> None:
    """One statement. A reference that came before makes no second text: it is counted."""
    came = list(decided)
    times = Counter(it.text.reference for it in came)
    first = {it.text.reference: it for it in came}.values()
    rows = [
        (_id(account, text), text.phone, text.sender, text.body, text.reference, it.fate.value, it.code,
         times[text.reference] - 1, text.channel, text.subject, text.unsubscribe_url, *_call(it.call))
        for it in first
        for text in [it.text]
    ]  # fmt: skip
    if rows:
        due = terms.delivered_at(at) if terms.delay_seconds else AT_ONCE
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [account.pk, at, due, as_rows(_KEPT, rows)])
        tasks.wake()


def _call(call: Call | None) -> tuple[str, str, int]:
    return (call.result.value, call.keys, call.seconds) if call else ("", "", 0)


def _id(account: ProviderAccount, text: Text) -> str:
    """The same account and reference always have the same id: a repeat is answered with the first one."""
    return "pt-" + blake2b(f"{account.pk}:{text.reference}".encode(), digest_size=12).hexdigest()


def _answer(account: ProviderAccount, it: Decided) -> dict[str, Any]:
    if it.fate != Fate.REJECTED:
        return _accepted(it.text.reference, _id(account, it.text))
    return {"reference": it.text.reference, "status": "rejected", "code": it.code, "text": it.sentence}


def _accepted(reference: str, gateway_id: str) -> dict[str, Any]:
    return {"reference": reference, "status": "accepted", "id": gateway_id}


_CLAIM = """
UPDATE sandbox_papertext SET reported_at = %s WHERE id IN (
    SELECT id FROM sandbox_papertext
    WHERE reported_at IS NULL AND report_due_at IS NOT NULL AND report_due_at <= %s
    ORDER BY report_due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, provider_id, gateway_id, reference, phone, fate, error_code, report_due_at, channel, result, keys,
    seconds
"""


class Due(NamedTuple):
    """A text whose receipt is due."""

    pk: int
    provider_id: int
    gateway_id: str
    reference: str
    phone: str
    fate: str
    error_code: str
    due_at: datetime
    channel: str
    result: str
    keys: str
    seconds: int


def _claim_due(at: datetime, limit: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [at, at, limit])
        return sorted(Due(*row) for row in cursor.fetchall())


def _event(row: Due, terms: Terms, at: datetime) -> dict[str, Any]:
    return _call_ended(row, at) if row.channel == "voice" else _receipt(row, terms, at)


def _call_ended(row: Due, at: datetime) -> dict[str, Any]:
    """A call that was not put through was taken by nobody."""
    result = Answers(row.result) if row.fate == Fate.DELIVERED else Answers.NO_ANSWER
    when = (at if row.due_at == AT_ONCE else row.due_at).isoformat()
    return {
        "type": "call",
        "id": row.gateway_id,
        "reference": row.reference,
        "result": WIRE[result],
        "answered_at": when if row.seconds else None,
        "seconds": row.seconds,
        "keys": row.keys,
        "transcript": f"Pressed {', '.join(row.keys)}." if row.keys else "",
        "at": when,
    }


def _receipt(row: Due, terms: Terms, at: datetime) -> dict[str, Any]:
    delivered = row.fate == Fate.DELIVERED
    return {
        "type": "receipt",
        "id": row.gateway_id,
        "reference": row.reference,
        "status": "delivered" if delivered else "failed",
        "code": row.error_code,
        "text": "" if delivered else _why(row.error_code, terms),
        "at": (at if row.due_at == AT_ONCE else row.due_at).isoformat(),
    }


def _why(code: str, terms: Terms) -> str:
    return terms.codes[Fate.UNDELIVERED].get(code, "") or sentence_of(code)


def _written(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer).encode()
