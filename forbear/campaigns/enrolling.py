"""Taking accounts into a campaign: set-based, whatever the size of the list.

Whoever does it holds the campaign's lock: an account is in a campaign once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from forbear.accounts.models import Segment, local_day
from forbear.accounts.segments import accounts_in
from forbear.accounts.states import ENGINE_ELIGIBLE, FINISHED
from forbear.accounts.staying import let_stay
from forbear.staff.models import Organization

from .figures import add
from .models import Campaign, Enrollment, WalkedVersion
from .states import Kind, Walk

ALREADY = "already_in_a_campaign"

# One row per account, in the order of the accounts. A broadcast writes to each address once (domain decision 26), about
# an account that it may speak of where there is one (`turn`: those come first), and not to an address that has its turn
# already. The first of each address is found by hashing: sorting so many addresses costs more than all the rest, and a
# join would be done row against row wherever the database has not counted yet what an import has just brought.
ENROLL = """
WITH chosen AS MATERIALIZED (
    SELECT a.id, a.consumer_id, a.status, p.address,
           CASE WHEN a.status = ANY(%(eligible)s) THEN a.id ELSE a.id + (1::bigint << 62) END AS turn
    FROM ({accounts}) wanted JOIN accounts_account a ON a.id = wanted.account_id
    LEFT JOIN accounts_contactpoint p ON p.consumer_id = a.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE a.organization_id = %(organization)s
      AND NOT EXISTS (SELECT FROM campaigns_enrollment e WHERE e.campaign_id = %(campaign)s AND e.account_id = a.id)
      {free}
), first AS (
    SELECT address, min(turn) AS turn FROM chosen WHERE %(broadcast)s AND address IS NOT NULL GROUP BY address
), taken AS (
    SELECT p.address FROM campaigns_enrollment e
    JOIN accounts_contactpoint p ON p.consumer_id = e.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE %(broadcast)s AND e.campaign_id = %(campaign)s AND e.status <> 'excluded'
)
INSERT INTO campaigns_enrollment AS e
    (organization_id, campaign_id, account_id, consumer_id, status, reason, step, attempt, version_id, exclusive,
     enrolled_at, finished_at)
SELECT %(organization)s, %(campaign)s, id, consumer_id, CASE WHEN why = '' THEN 'open' ELSE 'excluded' END, why, 0, 0,
       %(version)s, %(exclusive)s, %(at)s, CASE WHEN why <> '' THEN %(at)s END
FROM (
    SELECT c.id, c.consumer_id,
           CASE WHEN NOT %(broadcast)s THEN ''
                WHEN c.status = ANY(%(finished)s) THEN c.status
                WHEN c.address IS NULL THEN 'no_contact_point'
                WHEN (c.address, c.turn) NOT IN (SELECT address, turn FROM first)
                  OR c.address IN (SELECT address FROM taken) THEN 'duplicate' ELSE '' END AS why
    FROM chosen c OFFSET 0
) judged
ORDER BY id"""

# Domain decision 4. Two campaigns may reach for the same account at once: one of them gets it.
_FREE = """AND NOT EXISTS (
          SELECT FROM campaigns_enrollment o WHERE o.account_id = a.id AND o.exclusive)"""
# Somebody who has paid is nobody new.
_LIVE = " AND a.status <> ALL(%(finished)s)"
_TAKEN = """SELECT count(*) FROM ({accounts}) wanted JOIN campaigns_enrollment o ON o.account_id = wanted.account_id
    WHERE o.exclusive AND o.campaign_id <> %(campaign)s
      AND o.organization_id = %(organization)s"""

# Whoever was taken in waits to be planned.
_AND_DUE = """
WITH enrolled AS ({enroll} RETURNING e.id, e.campaign_id, e.status), due AS (
    INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
    SELECT id, campaign_id, %(at)s FROM enrolled WHERE status = 'open'
)
SELECT count(*) FROM enrolled"""

OF_LIST = "SELECT account_id FROM accounts_listmember WHERE contact_list_id = %(list)s"
_NAMED = "SELECT DISTINCT unnest(%(accounts)s::bigint[]) AS account_id"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """refused: reason -> how many of the accounts were not taken in."""

    enrolled: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def enroll_list(campaign: Campaign, *, at: datetime, contact_list_id: int | None = None) -> Enrolled:
    """Enroll whoever is on the list. Those already enrolled stay as they are.

    A frozen broadcast (not following its list) is enrolled once, when it is scheduled.
    """
    if is_taken_in(campaign):
        return Enrolled()
    return _enroll(campaign, OF_LIST, at, list=contact_list_id or campaign.contact_list_id)


def is_taken_in(campaign: Campaign) -> bool:
    """A frozen broadcast whose recipients were written down when it was scheduled."""
    waits = campaign.kind == Kind.BROADCAST and campaign.launch_at is not None
    return waits and not campaign.follow_list and campaign.enrollments.exists()


def enroll_accounts(campaign: Campaign, accounts: Sequence[int], *, at: datetime) -> Enrolled:
    """Enroll these accounts of the campaign's organization."""
    return _enroll(campaign, _NAMED, at, accounts=list(accounts))


def enroll_newcomers(campaign: Campaign, *, at: datetime) -> int:
    """Whoever has come to its list, or answers to its segment by now, and is not paid or closed; how many joined."""
    values = values_of(campaign, at) | {"list": campaign.contact_list_id}
    sources = [OF_LIST] if campaign.contact_list_id is not None else []
    if campaign.segment is not None:
        sources.append(_of_segment(campaign.segment, campaign.organization, at))
    return sum(_write(campaign, source, values, also=_LIVE) for source in sources)


def _of_segment(segment: Segment, organization: Organization, at: datetime) -> str:
    """Its accounts today, as a statement that is complete in itself and stands inside another one."""
    rows = accounts_in(segment, organization, today=local_day(at, organization.time_zone))
    sql, values = rows.order_by().values(account_id=F("pk")).distinct().query.sql_with_params()
    complete = str(connection.ops.compose_sql(sql, values))  # type: ignore[attr-defined]
    return complete.replace("%", "%%")


def _enroll(campaign: Campaign, source: str, at: datetime, **where: Any) -> Enrolled:
    values = values_of(campaign, at) | where
    refused: dict[str, int] = {}
    if values["exclusive"]:
        with connection.cursor() as cursor:
            cursor.execute(_TAKEN.format(accounts=source), values)
            taken = (cursor.fetchone() or (0,))[0]
            refused = {ALREADY: taken} if taken else {}
    return Enrolled(_write(campaign, source, values), refused)


def _write(campaign: Campaign, source: str, values: dict[str, Any], *, also: str = "") -> int:
    """Accounts of the source that are free join; how many."""
    let_stay(campaign.organization_id)
    with connection.cursor() as cursor:
        sql = ENROLL.format(accounts=source, free=(_FREE if values["exclusive"] else "") + also)
        sql = f"{sql} ON CONFLICT DO NOTHING" if values["exclusive"] else sql
        cursor.execute(_AND_DUE.format(enroll=sql), values)
        enrolled = int((cursor.fetchone() or (0,))[0])
        if values["exclusive"]:
            _begin(cursor, values)
            remember(campaign)
    add(campaign.pk, accounts=enrolled)
    return enrolled


def remember(campaign: Campaign) -> None:
    """The version that accounts begin to walk now is kept as long as the campaign."""
    if campaign.strategy_version_id is not None:
        WalkedVersion.objects.get_or_create(campaign=campaign, version_id=campaign.strategy_version_id)


def _begin(cursor: Any, values: dict[str, Any]) -> None:
    """A new account waits for its first contact from now on."""
    cursor.execute(
        """UPDATE accounts_account a SET status = 'pending_contact', status_changed_at = %(at)s
           FROM campaigns_enrollment e
           WHERE e.campaign_id = %(campaign)s AND e.enrolled_at = %(at)s
             AND a.id = e.account_id AND a.status = 'new'""",
        values,
    )


def values_of(campaign: Campaign, at: datetime) -> dict[str, Any]:
    """What `ENROLL` needs to know beside the accounts and when they are due."""
    channel = campaign.template.channel if campaign.template else "sms"
    return {
        "kind": "email" if channel == "email" else "phone",
        "organization": campaign.organization_id,
        "campaign": campaign.pk,
        "broadcast": campaign.kind == Kind.BROADCAST,
        "version": campaign.strategy_version_id,
        "exclusive": campaign.kind != Kind.BROADCAST,
        "eligible": sorted(ENGINE_ELIGIBLE),
        "finished": sorted(FINISHED),
        "at": at,
    }


def release(campaign: Campaign, *, reason: str = "", at: datetime | None = None) -> None:
    """A draft forgets its enrollments; a running campaign ends those that still walk."""
    if not reason:
        Enrollment.objects.filter(campaign=campaign).delete()
        campaign.figures.all().delete()
        campaign.due.all().delete()
        return
    Enrollment.objects.filter(campaign=campaign, status=Walk.OPEN).update(
        status=Walk.ENDED, exclusive=False, reason=reason, finished_at=at, escalates_at=None
    )
    Enrollment.objects.filter(campaign=campaign, escalates_at__isnull=False).update(escalates_at=None)
    campaign.due.all().delete()
