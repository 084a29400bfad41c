"""Secrets at rest: sealed with keys that are derived from SECRET_KEY, one for each purpose."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from forbear.core.refusal import Refusal


class Unsealable(Refusal):
    """A stored secret cannot be read: it was sealed under another FORBEAR_SECRET_KEY."""


def seal(secret: str, *, purpose: str) -> str:
    """The secret as text for a column. purpose: who may open it (`totp`, `provider`); another one cannot."""
    return box(settings.SECRET_KEY, purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The secret again; raises Unsealable."""
    try:
        return box(settings.SECRET_KEY, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as wrong:
        raise Unsealable from wrong


@cache
def box(secret_key: str, purpose: str) -> Fernet:
    """HKDF (RFC 5869) with the purpose as its info, so that one key says nothing about another."""
    key = HKDF(SHA256(), length=32, salt=None, info=f"forbear seal {purpose}".encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
