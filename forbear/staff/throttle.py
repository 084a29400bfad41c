"""How often somebody may try: counted in the database, by account and by network, for every process alike."""

import hashlib
import hmac
import ipaddress
import math
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from .models import SignInFailure
from .refusals import TooManyTries

WINDOW: Final = timedelta(minutes=15)
TRIES_PER_ACCOUNT: Final = 5
TRIES_PER_NETWORK: Final = 30


def count_try(*, account: str, network: str, real_at: datetime) -> list[int]:
    """Counts a try before it is judged, so that a hundred at once do not slip through together.

    Returns the tries to forgive when it succeeds; raises TooManyTries with the seconds to wait. `real_at` is
    the machine's own time: waiting does not follow the sandbox's clock.
    """
    limits = (
        (keyed("account", account), TRIES_PER_ACCOUNT),
        (keyed("network", place_of(network)), TRIES_PER_NETWORK),
    )
    mine = SignInFailure.objects.bulk_create([SignInFailure(who=who, at=real_at) for who, _ in limits])
    waits = [seconds_to_wait(who, limit, real_at) for who, limit in limits]
    if max(waits):
        forgive([row.pk for row in mine])
        raise TooManyTries(max(waits))
    return [row.pk for row in mine]


def forgive(tries: list[int]) -> None:
    """Takes back tries that were no failures."""
    SignInFailure.objects.filter(pk__in=tries).delete()


def forgive_account(account: str) -> None:
    """A success wipes what the account had collected; the network keeps its own."""
    SignInFailure.objects.filter(who=keyed("account", account)).delete()


def forget_old_tries(*, real_at: datetime) -> int:
    """Removes what no longer counts."""
    return SignInFailure.objects.filter(at__lt=real_at - WINDOW).delete()[0]


def seconds_to_wait(who: str, limit: int, real_at: datetime) -> int:
    """Nothing, or the seconds until the oldest try that counts leaves the window. This one counts too."""
    tries = SignInFailure.objects.filter(who=who, at__gt=real_at - WINDOW).order_by("-at").values_list("at", flat=True)
    latest = list(tries[: limit + 1])
    return math.ceil((latest[-1] + WINDOW - real_at).total_seconds()) if len(latest) > limit else 0


def keyed(kind: str, text: str) -> str:
    """A keyed hash: the table tells nobody which addresses were tried."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def place_of(network: str) -> str:
    """An IPv6 address stands for its /64: one household has them all."""
    try:
        address = ipaddress.ip_address(network)
    except ValueError:
        return network
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
