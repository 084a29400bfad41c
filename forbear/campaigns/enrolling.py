"""Taking accounts into a campaign: set-based, whatever the size of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.accounts.states import ENGINE_ELIGIBLE

from .models import Campaign, Enrollment
from .states import Kind, Walk

# One row per account, in the order of the accounts. A broadcast writes to each address once (domain decision 26), about
# an account that it may speak of where there is one, and not to an address that has its turn already.
_ENROLL = """
WITH chosen AS (
    SELECT a.id, a.consumer_id, a.status, p.address,
           row_number() OVER (PARTITION BY p.address ORDER BY a.status <> ALL(%(eligible)s), a.id) AS place
    FROM ({accounts}) wanted JOIN accounts_account a ON a.id = wanted.account_id
    LEFT JOIN accounts_contactpoint p ON p.consumer_id = a.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE a.organization_id = %(organization)s
), taken AS (
    SELECT p.address FROM campaigns_enrollment e
    JOIN accounts_contactpoint p ON p.consumer_id = e.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE %(broadcast)s AND e.campaign_id = %(campaign)s AND e.status <> 'excluded'
)
INSERT INTO campaigns_enrollment
    (organization_id, campaign_id, account_id, consumer_id, status, reason, step, attempt, due_at, enrolled_at,
     finished_at)
SELECT %(organization)s, %(campaign)s, id, consumer_id, CASE WHEN why = '' THEN 'open' ELSE 'excluded' END, why, 0, 0,
       CASE WHEN why = '' THEN %(at)s END, %(at)s, CASE WHEN why <> '' THEN %(at)s END
FROM (
    SELECT *, CASE WHEN NOT %(broadcast)s THEN ''
                   WHEN status IN ('paid', 'closed') THEN status
                   WHEN address IS NULL THEN 'no_contact_point'
                   WHEN place > 1 OR address IN (SELECT address FROM taken) THEN 'duplicate' ELSE '' END AS why
    FROM chosen
) judged
ORDER BY id
ON CONFLICT (campaign_id, account_id) DO NOTHING"""

_OF_LIST = "SELECT account_id FROM accounts_listmember WHERE contact_list_id = %(list)s"
_NAMED = "SELECT unnest(%(accounts)s::bigint[]) AS account_id"


def enroll_list(campaign: Campaign, *, at: datetime, contact_list_id: int | None = None) -> int:
    """Enroll whoever is on the list; gives how many are new. Those already enrolled stay as they are.

    A frozen broadcast (not following its list) is enrolled once, when it is scheduled.
    """
    if campaign.launch_at is not None and not campaign.follow_list and campaign.enrollments.exists():
        return 0
    return _enroll(campaign, _OF_LIST, at, list=contact_list_id or campaign.contact_list_id)


def enroll_accounts(campaign: Campaign, accounts: Sequence[int], *, at: datetime) -> int:
    """Enroll these accounts of the campaign's organization."""
    return _enroll(campaign, _NAMED, at, accounts=list(accounts))


def _enroll(campaign: Campaign, source: str, at: datetime, **where: Any) -> int:
    channel = campaign.template.channel if campaign.template else "sms"
    values: dict[str, Any] = {
        "kind": "email" if channel == "email" else "phone",
        "organization": campaign.organization_id,
        "campaign": campaign.pk,
        "broadcast": campaign.kind == Kind.BROADCAST,
        "eligible": sorted(ENGINE_ELIGIBLE),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENROLL.format(accounts=source), values | where)
        return int(cursor.rowcount)


def release(campaign: Campaign, *, reason: str = "", at: datetime | None = None) -> None:
    """A draft forgets its enrollments; a running campaign ends those that still walk."""
    if not reason:
        Enrollment.objects.filter(campaign=campaign).delete()
        return
    Enrollment.objects.filter(campaign=campaign, status=Walk.OPEN).update(
        status=Walk.ENDED, reason=reason, due_at=None, finished_at=at
    )
