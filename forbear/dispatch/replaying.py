"""Stored posts of gateways that could not be read: who looks at them, and reading them once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from forbear.compliance.actions import Draft, record
from forbear.core.phone import masked
from forbear.staff.models import Organization

from . import events, tasks
from .models import Webhook
from .states import WebhookStatus

SHOWN = 600
"""Characters of a body that are shown."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|\+?\d{5,}")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)', re.DOTALL)


def failed_webhooks(organization: Organization) -> QuerySet[Webhook]:
    """The organization's, with their gateway, the newest first."""
    rows = Webhook.objects.filter(provider__organization=organization, status=WebhookStatus.FAILED)
    return rows.select_related("provider").order_by("-id")


def replay(*, organization: Organization, actor: str, at: datetime, webhooks: Sequence[int] | None = None) -> int:
    """Let these be read once more, or all that failed; gives how many. What was read already is not read again."""
    with transaction.atomic():
        rows = failed_webhooks(organization).select_related(None).order_by()
        if webhooks is not None:
            rows = rows.filter(pk__in=list(webhooks))
        count = Webhook.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
            status=WebhookStatus.NEW, error=""
        )
        if count:
            record([Draft(organization.pk, events.WEBHOOKS_REPLAYED, actor, facts={"webhooks": count})], at=at)
            tasks.wake_reader()
    return count


def masked_body(body: str) -> str:
    """Its shape: of addresses and long numbers the ends stay, of what somebody said that it was said."""
    told = _ADDRESS.sub(lambda found: masked(found[0]), _QUOTED.sub(_unsaid, body[: SHOWN * 2]))
    return f"{told[:SHOWN]}…" if len(told) > SHOWN or len(body) > SHOWN * 2 else told


def _unsaid(quoted: re.Match[str]) -> str:
    """A text of more than one word may be somebody's."""
    return '"…"' if re.search(r"\s", quoted[0]) else quoted[0]
