"""API keys: issued once, kept as a hash, scoped, revocable."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from forbear.compliance.actions import Draft, record

from . import events
from .models import ApiKey, Organization, Person
from .permissions import Permission
from .refusals import KeyExpired, KeyInvalid, KeyMissing, NoSuchKey

LIVE: Final = "fb_live_"
TEST: Final = "fb_test_"
HINT: Final = 14
"""How much of a key may be shown again."""
NOTICED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """A key and its token, which exists nowhere else from now on."""

    key: ApiKey
    token: str


def issue_key(
    *,
    organization: Organization,
    name: str,
    scopes: Iterable[str],
    actor: str,
    at: datetime,
    expires_at: datetime | None = None,
    created_by: Person | None = None,
    live: bool = True,
) -> Issued:
    """Makes a key with these scopes; ValueError for a scope that is none."""
    token = (LIVE if live else TEST) + secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ApiKey.objects.create(
            organization=organization,
            name=name,
            hint=token[:HINT],
            token_hash=hash_of(token),
            scopes=sorted(Permission(scope) for scope in scopes),
            created_by=created_by,
            created_at=at,
            expires_at=expires_at,
        )
        facts = {"key": key.public_id, "scopes": key.scopes}
        record([Draft(organization.pk, events.KEY_ISSUED, actor, facts=facts)], at=at)
    return Issued(key, token)


def revoke_key(*, organization: Organization, key_id: int, actor: str, at: datetime) -> None:
    """The key opens nothing any more. Raises NoSuchKey; a key that was revoked before stays as it is."""
    with transaction.atomic():
        key = ApiKey.objects.of(organization).select_for_update().filter(pk=key_id).first()
        if key is None:
            raise NoSuchKey
        if key.revoked_at is None:
            ApiKey.objects.of(organization).filter(pk=key_id).update(revoked_at=at)
            record([Draft(organization.pk, events.KEY_REVOKED, actor, facts={"key": key.public_id})], at=at)


def key_of(token: str | None, *, at: datetime) -> ApiKey:
    """The key of a token, its use noted at most once a minute. Raises KeyMissing, KeyInvalid, KeyExpired."""
    if not token:
        raise KeyMissing
    wanted = hash_of(token)
    found = ApiKey.objects.select_related("organization").filter(token_hash=wanted)
    key: ApiKey | None = found.first()
    if key is None or not hmac.compare_digest(key.token_hash, wanted) or key.revoked_at is not None:
        raise KeyInvalid
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired
    note_use(key, at)
    return key


def note_use(key: ApiKey, at: datetime) -> None:
    """Records the last use, without a write for each request."""
    before = at - NOTICED_EVERY
    if key.last_used_at is None or key.last_used_at < before:
        unnoticed = Q(last_used_at__isnull=True) | Q(last_used_at__lt=before)
        ApiKey.objects.filter(unnoticed, pk=key.pk).update(last_used_at=at)


def hash_of(token: str) -> str:
    """SHA-256: a token has 256 bits of its own, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
