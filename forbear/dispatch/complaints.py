"""Letters that their readers reported as unwanted: noted on the message once, and the log tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.compliance.actions import Draft, record
from forbear.providers.base import Complained

from . import events
from .contacts import Unwanted
from .inbound import ADDRESS, ID, Arrived
from .rows import as_rows, storable

NOTED = "complained"
"""The code on a message that was reported."""

_ROW = ("webhook", "provider", "owner", "gateway_id", "address")
# By the letter, else by the last one that went to the address; the same letter is noted once.
_NOTE = """
WITH v AS (
    SELECT * FROM json_to_recordset(%s::json) AS v(webhook bigint, provider bigint, owner bigint, gateway_id text,
        address text)
), found AS (
    SELECT DISTINCT ON (v.webhook, v.gateway_id, v.address) v.*, m.id FROM v LEFT JOIN dispatch_message m ON
        v.gateway_id <> '' AND m.provider_id = v.provider AND m.gateway_id = v.gateway_id
        OR v.gateway_id = '' AND m.organization_id = v.owner AND m.address = v.address AND m.channel = 'email'
           AND m.direction = 'out'
    ORDER BY v.webhook, v.gateway_id, v.address, m.at DESC NULLS LAST, m.id DESC
), noted AS (
    UPDATE dispatch_message m SET error_code = %s FROM found
    WHERE m.id = found.id AND m.error_code <> %s RETURNING m.id
)
SELECT found.webhook, found.owner, m.id, m.account_id, m.campaign_id, m.consumer_id,
    coalesce(m.address, found.address), noted.id IS NOT NULL OR found.id IS NULL AND found.gateway_id = ''
FROM found LEFT JOIN dispatch_message m ON m.id = found.id LEFT JOIN noted ON noted.id = found.id
ORDER BY found.webhook, m.id"""


def apply_complaints(arrived: Sequence[Arrived], at: datetime) -> set[int]:
    """Gives the webhooks that tell of a letter that we do not know yet."""
    rows = [
        (
            one.webhook_id,
            one.provider_id,
            one.organization_id,
            storable(told.provider_id, ID),
            storable(told.address.strip().casefold(), ADDRESS),
        )
        for one in arrived
        for told in one.told
        if isinstance(told, Complained)
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [as_rows(_ROW, rows), NOTED, NOTED])
        found = cursor.fetchall()
    fresh = {row[1:3] + row[6:7]: row for row in found if row[7]}
    record([_entry(*row[1:7]) for row in fresh.values()], at=at)
    return {row[0] for row in found if row[2] is None and not row[7]}


def _entry(
    owner: int, message: int | None, account: int | None, campaign: int | None, consumer: int | None, address: str
) -> Draft:
    carry: Any = Unwanted(consumer, address)
    return Draft(
        organization_id=owner,
        event=events.MESSAGE_COMPLAINED,
        account_id=account,
        campaign_id=campaign,
        message_id=message,
        channels=("email",),
        carry=carry,
        consumer_id=None if account else consumer,
    )
