"""Speaks to the paper gateway: JSON batches out, signed JSON batches in.

Request `{"messages": [{reference, channel, from, to, text, valid_until}]}` or `{"references": [...]}`; an e-mail has
`subject` and `headers` besides, a call `call: {language, opening, message, menu, voicemail}`;
answer `{"messages": [{reference, status: accepted|rejected, id | code, text}]}` or `{"error": "..."}`.
Webhook `{"id": "...", "events": [...]}` of `{type: receipt, id, reference, status, code, text, at}`,
`{type: text, id, from, to, text, at, channel, answered, subject}`, `{type: complaint, id, address, at}` and
`{type: call, id, reference, result, disposition, answered_at, seconds, keys, transcript, at}`, signed over its bytes:
`X-Paper-Signature: sha256=<hex of HMAC-SHA256>`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from forbear.providers.base import (
    HARD_BOUNCE,
    SOFT_BOUNCE,
    Accepted,
    CallEnded,
    Complained,
    Credentials,
    Inbound,
    Outgoing,
    Receipt,
    Rejected,
    Submitted,
    Told,
    Uncertain,
    Unreadable,
)

Wire = Callable[[int, bytes], bytes]

SIGNATURE = "x-paper-signature"
KEY = "signing_key"
_STATUSES = {"sent": "sent", "delivered": "delivered", "failed": "undelivered"}
_CODES = {"mailbox_unknown": HARD_BOUNCE, "mailbox_full": SOFT_BOUNCE}
_RESULTS = {
    "answered": "right_party",
    "other_person": "third_party",
    "wrong_number": "wrong_number",
    "no_answer": "no_answer",
    "busy": "busy",
    "machine": "voicemail",
    "not_in_service": "not_in_service",
    "dropped": "dropped",
}
_STOPPED_THERE = frozenset({"blocked_by_consumer", "21610"})
_LOST = Uncertain("The gateway did not answer for this message; it may have taken it.")


class PaperAdapter:
    """providers.base.Adapter for the paper gateway. Stop words are ours unless it says otherwise."""

    kind = "paper"
    is_real = False
    batch_size = 500
    channels = frozenset({"sms", "email", "voice", "whatsapp"})

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def submit(self, credentials: Credentials, messages: Sequence[Outgoing]) -> list[Submitted]:
        """One answer per message, in order; what the gateway did not answer is Uncertain."""
        try:
            answer = self._call(credentials, {"messages": [_wired(message) for message in messages]})
        except Exception as broken:  # whatever breaks on the wire leaves us not knowing
            return [Uncertain(f"The gateway's answer was lost ({type(broken).__name__}).")] * len(messages)
        if refusal := answer.get("error"):
            return [Rejected("refused_batch", str(refusal))] * len(messages)
        answers = _answers(answer)
        return [answers.get(message.reference, _LOST) for message in messages]

    def ask(self, credentials: Credentials, references: Sequence[str]) -> dict[str, Submitted]:
        """By our references; what the gateway never saw, or cannot tell now, is left out."""
        asked = set(references)
        try:
            answers = _answers(self._call(credentials, {"references": list(references)}))
        except Exception:  # it can be asked again later
            return {}
        return {reference: answer for reference, answer in answers.items() if reference in asked}

    def verify(self, credentials: Credentials, headers: Mapping[str, str], body: bytes) -> bool:
        """False without a key: an unsigned call is never believed."""
        key = credentials.secrets.get(KEY, "")
        given = headers.get(SIGNATURE, "")
        return bool(key) and hmac.compare_digest(signature(key, body).encode(), given.encode())

    def unique_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """From inside the signed bytes, so that a replay cannot put on another id."""
        try:
            given = _object(body).get("id")
        except Unreadable:
            given = None
        return given if isinstance(given, str) and 0 < len(given) <= 120 else hashlib.sha256(body).hexdigest()

    def read(self, body: str) -> list[Told]:
        """All events of the batch in their order. Raises Unreadable, naming what it could not read."""
        events = _object(body.encode(errors="surrogatepass")).get("events")
        if not isinstance(events, list):
            raise Unreadable("The body has no list of events.")
        return [_event(event) for event in events]

    def _call(self, credentials: Credentials, request: Mapping[str, Any]) -> dict[str, Any]:
        return _object(self._wire(credentials.account_id, json.dumps(request).encode()))


def signature(key: str, body: bytes) -> str:
    """`sha256=<hex>` over the exact bytes."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _wired(message: Outgoing) -> dict[str, Any]:
    wired: dict[str, Any] = {
        "reference": message.reference,
        "channel": message.channel,
        "from": message.sender,
        "to": message.address,
        "text": message.body,
        "valid_until": message.valid_until and message.valid_until.isoformat(),
    }
    if message.subject:
        wired["subject"] = message.subject
    if message.unsubscribe_url:
        wired["headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    if message.call is not None:
        wired["call"] = asdict(message.call)
    return wired


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("The body is not JSON.") from wrong
    if not isinstance(found, dict):
        raise Unreadable("The body is not a JSON object.")
    return found


def _answers(answer: Mapping[str, Any]) -> dict[str, Submitted]:
    rows = answer.get("messages")
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("reference")): _answer(row) for row in listed}


def _answer(row: Mapping[str, Any]) -> Submitted:
    if row.get("status") == "accepted" and row.get("id"):
        return Accepted(str(row["id"]))
    if row.get("status") == "rejected":
        code = str(row.get("code", ""))
        return Rejected(code, str(row.get("text", "")), opted_out=code in _STOPPED_THERE)
    return Uncertain(f"The gateway answered {row.get('status')!r}, which it never did before.")


def _event(event: Any) -> Told:
    kind = event.get("type") if isinstance(event, dict) else None
    if isinstance(kind, str) and kind in _READERS:
        return _READERS[kind](event)
    raise Unreadable(f"An event of type {kind!r} is unknown.")


def _receipt(event: Mapping[str, Any]) -> Receipt:
    word = _text(event, "status")
    if word not in _STATUSES:
        raise Unreadable(f"A receipt with status {word!r} is unknown.")
    code, text = str(event.get("code") or ""), str(event.get("text") or "")
    code = _CODES.get(code, code)
    reference = str(event.get("reference") or "")
    return Receipt(_text(event, "id"), _STATUSES[word], _moment(event), code, text, reference)


def _inbound(event: Mapping[str, Any]) -> Inbound:
    return Inbound(
        provider_id=_text(event, "id"),
        address=_text(event, "from"),
        recipient=_text(event, "to"),
        body=_text(event, "text"),
        at=_moment(event),
        channel=str(event.get("channel") or "sms"),
        answered=event.get("answered") is True,
        subject=str(event.get("subject") or ""),
    )


def _complained(event: Mapping[str, Any]) -> Complained:
    """By the letter's id, or by the address where the mail provider tells no more."""
    letter, address = str(event.get("id") or ""), str(event.get("address") or "")
    if not letter and not address:
        raise Unreadable("A complaint names neither a letter nor an address.")
    return Complained(_moment(event), letter, address)


def _call_ended(event: Mapping[str, Any]) -> CallEnded:
    word = _text(event, "result")
    if word not in _RESULTS:
        raise Unreadable(f"A call with result {word!r} is unknown.")
    seconds = event.get("seconds")
    return CallEnded(
        provider_id=_text(event, "id"),
        result=_RESULTS[word],
        at=_moment(event),
        disposition=str(event.get("disposition") or "none"),
        answered_at=_moment(event, "answered_at") if event.get("answered_at") else None,
        duration_seconds=seconds if isinstance(seconds, int) and 0 <= seconds < 2**31 else 0,
        keys=str(event.get("keys") or ""),
        transcript=str(event.get("transcript") or ""),
        reference=str(event.get("reference") or ""),
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "receipt": _receipt,
    "text": _inbound,
    "complaint": _complained,
    "call": _call_ended,
}


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"An event has no {name}.")
    return value


def _moment(event: Mapping[str, Any], name: str = "at") -> datetime:
    try:
        at = datetime.fromisoformat(_text(event, name))
    except ValueError as wrong:
        raise Unreadable("An event has no time that can be read.") from wrong
    if at.tzinfo is None:
        raise Unreadable("An event's time has no zone.")
    return at
