"""A provider account's rate, kept in its row: any number of workers share it without knowing each other."""

from __future__ import annotations

import time

from django.db import connection

# So much of a rate is claimed at a time: a worker that waits for its slots is never long away from everything else.
CLAIMED_SECONDS = 1

# Organizations with an account whose rate is spent for the next while; others have their turn meanwhile.
BOOKED = """SELECT organization_id FROM channels_provideraccount
    WHERE rate_per_second IS NOT NULL AND next_slot_at > clock_timestamp() + interval '1 second'"""

_RESERVE = """
UPDATE channels_provideraccount
SET next_slot_at = greatest(coalesce(next_slot_at, clock_timestamp()), clock_timestamp()) + make_interval(secs => %s)
WHERE id = %s
RETURNING extract(epoch FROM
    greatest(next_slot_at - make_interval(secs => %s) - clock_timestamp(), interval '0'))::float"""


def wait_for_slot(provider_id: int, messages: int, rate_per_second: int | None) -> float:
    """Reserve room for so many messages and wait for it. Gives the seconds waited; no rate, no wait.

    The slots are in the database's real time: the sandbox's clock does not make a gateway quicker.
    """
    if not rate_per_second:
        return 0.0
    seconds = messages / rate_per_second
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [seconds, provider_id, seconds])
        row = cursor.fetchone()
    wait = float(row[0]) if row else 0.0
    time.sleep(wait)
    return wait
