"""What a request to the paper gateway says: a batch of texts, letters and calls, or references asked for again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forbear.channels.states import PAPER_CHANNELS
from forbear.core.refusal import Refusal

MOST_IN_A_BATCH = 1000
_LINK = "List-Unsubscribe"


class Unusable(Refusal):
    """The gateway takes nothing of a request that it cannot read."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text, letter or call as it was handed over."""

    reference: str
    phone: str
    sender: str
    body: str
    valid_until: datetime | None = None
    channel: str = "sms"
    subject: str = ""
    unsubscribe_url: str = ""


def read(body: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises Unusable."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unusable("The body is not JSON.") from wrong
    if not isinstance(request, dict):
        raise Unusable("The body is not a JSON object.")
    return request


def references_in(references: Any) -> list[str]:
    """Raises Unusable."""
    if not isinstance(references, list):
        raise Unusable("The references are not a list.")
    return [str(word) for word in references]


def texts_in(messages: Any) -> list[Text]:
    """A batch, as long as it may be. Raises Unusable."""
    if not isinstance(messages, list) or len(messages) > MOST_IN_A_BATCH:
        raise Unusable(f"A batch is a list of at most {MOST_IN_A_BATCH} messages.")
    return [_text(message) for message in messages]


def _text(message: Any) -> Text:
    if not isinstance(message, dict):
        raise Unusable("A message is not a JSON object.")
    reference, phone, sender, body = (_writing(message, name) for name in ("reference", "to", "from", "text"))
    until = message.get("valid_until")
    try:
        valid_until = datetime.fromisoformat(until) if until else None
    except (TypeError, ValueError) as wrong:
        raise Unusable("A message's valid_until is no time.") from wrong
    channel = message.get("channel", "sms")
    if channel not in PAPER_CHANNELS:
        raise Unusable(f"The gateway carries no {str(channel)[:20]!r}.")
    return Text(reference, phone, sender, body, valid_until, channel, *_letter(message))


def _letter(message: dict[str, Any]) -> tuple[str, str]:
    """Subject, and the link that ends the letters (RFC 2369: the address stands in angle brackets)."""
    headers = message.get("headers", {})
    if not isinstance(headers, dict):
        raise Unusable("A message's headers are not a JSON object.")
    subject, link = (str(word).replace("\x00", "") for word in (message.get("subject", ""), headers.get(_LINK, "")))
    return subject[:200], link.strip("<> ")


def _writing(message: dict[str, Any], name: str) -> str:
    """A text that can be stored: no NUL, and no half of a surrogate pair."""
    word = message.get(name)
    if not isinstance(word, str) or not word or "\x00" in word:
        raise Unusable("A message needs reference, from, to and text.")
    try:
        word.encode()
    except UnicodeEncodeError as half:
        raise Unusable(f"A message's {name} is no text.") from half
    return word
