"""Download Campaign Results: one row a recipient, the excluded and the failed with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase

from forbear.web.exports import csv_response, xlsx_response

from .models import Campaign
from .queries import Recipient, all_recipients

COLUMNS = (
    "account",
    "external_id",
    "first_name",
    "last_name",
    "address",
    "template",
    "status",
    "reason",
    "segments",
    "scheduled_for",
    "sent_at",
    "delivered_at",
    "replied_at",
    "body",
)


def campaign_results(campaign: Campaign, kind: str) -> HttpResponseBase:
    """The file as `csv` or `xlsx`. Rows are read in pages and sent on: memory stays flat."""
    name = re.sub(r"[^\w.-]+", "-", campaign.name).strip("-") or campaign.public_id
    answer = csv_response if kind == "csv" else xlsx_response
    return answer(f"{name}-results.{kind}", COLUMNS, rows_of(campaign))


def rows_of(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """The cells of each recipient, in the order of COLUMNS."""
    return (row_of(recipient) for recipient in all_recipients(campaign))


def row_of(recipient: Recipient) -> tuple[Any, ...]:
    return (
        recipient.account_public_id,
        recipient.external_id,
        recipient.first_name,
        recipient.last_name,
        recipient.address,
        recipient.template,
        recipient.status,
        recipient.reason,
        recipient.segments,
        recipient.scheduled_for,
        recipient.sent_at,
        recipient.delivered_at,
        recipient.replied_at,
        recipient.body,
    )
