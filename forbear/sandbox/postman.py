"""Posts what happened at the paper gateway to the house: signed webhook batches, like a real gateway's."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from forbear.channels.models import ProviderAccount
from forbear.channels.secrets import credentials_of, sealed
from forbear.dispatch.actions import receive_webhook

Event = Mapping[str, Any]
Post = Callable[[ProviderAccount, Mapping[str, str], bytes, datetime], object]

_KEY = "signing_key"


def to_dispatch(account: ProviderAccount, headers: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Through the very verb that the HTTP door calls."""
    receive_webhook(provider=account, headers=headers, body=body, at=at)


def post_events(account: ProviderAccount, events: Sequence[Event], *, at: datetime, post: Post = to_dispatch) -> None:
    """One signed batch under an id of its own; nothing for no events."""
    if not events:
        return
    kind, first, last = events[0]["type"], events[0]["id"], events[-1]["id"]
    name = hashlib.sha256(f"{kind} {first} {last} {len(events)} {at.isoformat()}".encode()).hexdigest()[:32]
    body = json.dumps({"id": f"pw-{name}", "events": list(events)}).encode()
    digest = hmac.new(signing_key(account).encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-paper-signature": f"sha256={digest}"}
    post(account, headers, body, at)


def signing_key(account: ProviderAccount) -> str:
    """What both sides sign with. An account that has none is given one, as a gateway's sign-up would."""
    if not account.sealed_secrets:
        fresh = sealed({_KEY: secrets.token_urlsafe(32)})
        ProviderAccount.objects.filter(pk=account.pk, sealed_secrets="").update(sealed_secrets=fresh)
    return credentials_of(account.pk).secrets.get(_KEY, "")
