"""One-time codes (RFC 6238, six digits, thirty seconds) and the recovery codes beside them."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno
from django.conf import settings
from django.utils.safestring import SafeString

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
RECOVERY_CODES: Final = 10
ISSUER: Final = "Forbear"


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """The otpauth address that authenticator apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_of(address: str) -> SafeString:
    """The address as a QR code: inline SVG that takes its colours from the page."""
    code = segno.make(address, error="m")
    return SafeString(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True))


def step_of(secret: str, code: str, *, real_at: datetime, after: int) -> int | None:
    """The time step that a code belongs to, if it is right, near enough and later than the last one used."""
    now = int(real_at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    right = [
        step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), code.strip().encode())
    ]
    return next((step for step in right if step > after), None)


def new_recovery_codes() -> list[str]:
    """Ten codes of fifty bits, shown once: `k7fq2-9xw4m`."""
    letters = "23456789abcdefghjkmnpqrstuvwxyz"
    words = ("".join(secrets.choice(letters) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{word[:5]}-{word[5:]}" for word in words]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code, whichever way it was typed."""
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery:{plain}".encode(), hashlib.sha256).hexdigest()
