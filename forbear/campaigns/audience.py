"""Whom a launch would take, or who still walks in a running campaign: read only, in two statements.

Who is left out when a list is taken in is decided by the same words as in `enrolling`; a test runs both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from forbear.accounts.states import ENGINE_ELIGIBLE, FINISHED
from forbear.dispatch.states import OPEN

from .enrolling import is_taken_in
from .models import Campaign
from .states import Kind, Status


@dataclass(slots=True)
class Walker:
    """One account on its way. `item_id` and `version_id`: of its planned contact, where it has one already.

    route: the strategy version that it walks, where that is settled; contacts: those that it had on the way.
    """

    account_id: int
    consumer_id: int
    due_at: datetime
    step: int = 0
    item_id: int = 0
    version_id: int | None = None
    route: int | None = None
    contacts: int = 0
    answered: bool = False
    escalates_at: datetime | None = None


@dataclass(slots=True)
class Audience:
    """Walkers by consumer, then account; excluded: reason -> accounts that a launch would not take."""

    walkers: list[Walker] = field(default_factory=list)
    excluded: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def size(self) -> int:
        return len(self.walkers) + sum(map(len, self.excluded.values()))

    def blocks(self, size: int) -> Iterator[list[Walker]]:
        """Pieces of about this size; nobody's accounts are torn apart."""
        start = 0
        while start < len(self.walkers):
            end = min(start + size, len(self.walkers))
            while end < len(self.walkers) and self.walkers[end].consumer_id == self.walkers[end - 1].consumer_id:
                end += 1
            yield self.walkers[start:end]
            start = end


def begins_at(campaign: Campaign, at: datetime) -> datetime:
    """The first instant at which anything of it can be planned: now, its launch, or the start of its first day."""
    opens = datetime.combine(campaign.start_date, time(0), ZoneInfo(campaign.time_zone)).astimezone(at.tzinfo)
    waits = campaign.launch_at if campaign.status == Status.DRAFT else None
    return max(at, opens, waits or at)


def size_of(campaign: Campaign) -> int:
    """About how many accounts would be looked at; cheap."""
    enrolled = campaign.enrollments.filter(**({} if campaign.status == Status.DRAFT else {"status": "open"})).count()
    return int(enrolled + (campaign.contact_list.members.count() if _takes_list(campaign) else 0))  # type: ignore[union-attr]


def audience_of(campaign: Campaign, *, at: datetime) -> Audience:
    """Everybody whom the campaign would contact from `at` on, and whom its launch would leave out."""
    found, begins = Audience(), begins_at(campaign, at)
    _read_enrolled(campaign, found, begins, at)
    if _takes_list(campaign):
        _read_list(campaign, found, begins)
    found.walkers.sort(key=lambda walker: (walker.consumer_id, walker.account_id))
    return found


def _takes_list(campaign: Campaign) -> bool:
    """Whether a launch would still take its list in; the recipients of a frozen one are written down already."""
    if campaign.status != Status.DRAFT or campaign.contact_list is None:
        return False
    return not is_taken_in(campaign)


_ENROLLED = """
SELECT e.account_id, e.consumer_id, e.status, e.reason, e.step, t.due_at, i.id, i.status, i.scheduled_for,
       i.template_version_id, e.version_id, e.contacts, e.answered_at IS NOT NULL, e.escalates_at
FROM campaigns_enrollment e
LEFT JOIN campaigns_due t ON t.enrollment_id = e.id
LEFT JOIN dispatch_queueitem i ON i.enrollment_id = e.id AND i.status = ANY(%s)
WHERE e.campaign_id = %s AND e.status IN ('open', 'excluded')"""


def _read_enrolled(campaign: Campaign, found: Audience, begins: datetime, at: datetime) -> None:
    launches = campaign.status == Status.DRAFT
    for row in _rows(_ENROLLED, [OPEN, campaign.pk]):
        account, consumer, status, reason, step, due_at, item, item_status, scheduled_for, version, *walk = row
        if status == "excluded":
            if launches:
                found.excluded[reason].append(account)
        elif item_status == "pending":
            found.walkers.append(Walker(account, consumer, max(scheduled_for, at), step, item, version, *walk))
        elif item is None and (due_at is not None or campaign.status == Status.PAUSED):
            found.walkers.append(Walker(account, consumer, max(due_at or begins, begins), step, 0, None, *walk))


# Like `_ENROLL` of enrolling.py, without its INSERT.
_LIST = """
WITH chosen AS (
    SELECT a.id, a.consumer_id, a.status, p.address,
           row_number() OVER (PARTITION BY p.address ORDER BY a.status <> ALL(%(eligible)s), a.id) AS place
    FROM accounts_listmember m JOIN accounts_account a ON a.id = m.account_id
    LEFT JOIN accounts_contactpoint p ON p.consumer_id = a.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE m.contact_list_id = %(list)s AND a.organization_id = %(organization)s
), taken AS (
    SELECT p.address FROM campaigns_enrollment e
    JOIN accounts_contactpoint p ON p.consumer_id = e.consumer_id AND p.kind = %(kind)s AND p.position = 0
    WHERE %(broadcast)s AND e.campaign_id = %(campaign)s AND e.status <> 'excluded'
)
SELECT id, consumer_id, CASE WHEN NOT %(broadcast)s THEN ''
           WHEN status = ANY(%(finished)s) THEN status
           WHEN address IS NULL THEN 'no_contact_point'
           WHEN place > 1 OR address IN (SELECT address FROM taken) THEN 'duplicate' ELSE '' END
FROM chosen
WHERE NOT EXISTS (SELECT FROM campaigns_enrollment e WHERE e.campaign_id = %(campaign)s AND e.account_id = chosen.id)
ORDER BY id"""


def _read_list(campaign: Campaign, found: Audience, begins: datetime) -> None:
    values = {
        "list": campaign.contact_list_id,
        "kind": "email" if campaign.template and campaign.template.channel == "email" else "phone",
        "organization": campaign.organization_id,
        "campaign": campaign.pk,
        "broadcast": campaign.kind == Kind.BROADCAST,
        "eligible": sorted(ENGINE_ELIGIBLE),
        "finished": sorted(FINISHED),
    }
    for account, consumer, why in _rows(_LIST, values):
        if why:
            found.excluded[why].append(account)
        else:
            found.walkers.append(Walker(account, consumer, begins))


def _rows(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
