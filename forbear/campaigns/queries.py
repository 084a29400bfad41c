"""Named reads of the campaigns room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from forbear.core.ids import public_id
from forbear.web.pagination import Page, UnknownCursor

from .figures import figures_of
from .models import Campaign

COUNTED_EACH_TIME = 5_000
"""The figures of a campaign with more accounts are kept for some seconds."""

# One row per enrollment: its fate is its last item's, or that item's message's once there is one. Cancelled items are
# not its fate: the account is planned anew, or its walk has ended.
_FATE = """CASE WHEN e.status = 'excluded' THEN 'excluded' WHEN m.id IS NOT NULL THEN m.status
    WHEN i.id IS NOT NULL THEN i.status WHEN e.status = 'ended' THEN 'cancelled' ELSE 'waiting' END"""

# For a page: a few probes of the index on (enrollment_id, step, attempt).
_ITEM_OF_ROW = """LEFT JOIN LATERAL (
    SELECT * FROM dispatch_queueitem q WHERE q.enrollment_id = e.id AND NOT (q.status = 'cancelled')
    ORDER BY q.step DESC, q.attempt DESC LIMIT 1) i ON true
LEFT JOIN dispatch_message m ON m.item_id = i.id"""

# For everybody at once: two scans by campaign, joined.
_ITEM_OF_ALL = """LEFT JOIN (
    SELECT DISTINCT ON (q.enrollment_id) q.id, q.enrollment_id, q.status FROM dispatch_queueitem q
    WHERE q.campaign_id = ANY(%(campaigns)s) AND q.enrollment_id IS NOT NULL AND NOT (q.status = 'cancelled')
    ORDER BY q.enrollment_id, q.step DESC, q.attempt DESC) i ON i.enrollment_id = e.id
LEFT JOIN dispatch_message m ON m.item_id = i.id AND m.campaign_id = ANY(%(campaigns)s)"""

_COLUMNS = f"""e.id, e.account_id, a.number, coalesce(a.external_id, ''), p.first_name, p.last_name,
    coalesce(m.address, point.address, ''), coalesce(t.name, ''), {_FATE},
    CASE WHEN e.reason <> '' THEN e.reason WHEN m.error_code <> '' THEN m.error_code ELSE coalesce(i.reason, '') END,
    coalesce(nullif(m.error, ''), i.error, ''), m.segments, i.scheduled_for, m.sent_at, m.delivered_at, reply.at,
    coalesce(m.body, ''), coalesce(i.deferrals, 0), coalesce(i.verdict, '')"""

_PEOPLE = """FROM campaigns_enrollment e
JOIN accounts_account a ON a.id = e.account_id
JOIN accounts_consumer p ON p.id = e.consumer_id"""

_RECIPIENTS = f"""
SELECT {_COLUMNS} {_PEOPLE} {_ITEM_OF_ROW}
LEFT JOIN accounts_contactpoint point
    ON point.consumer_id = e.consumer_id AND point.kind = 'phone' AND point.position = 0
LEFT JOIN wording_templateversion v ON v.id = i.template_version_id
LEFT JOIN wording_template t ON t.id = v.template_id
LEFT JOIN LATERAL (SELECT min(r.at) AS at FROM dispatch_message r WHERE r.consumer_id = e.consumer_id
    AND r.direction = 'in' AND r.campaign_id = e.campaign_id AND r.at >= m.at) reply ON m.id IS NOT NULL
WHERE e.id = ANY(ARRAY({{some}})) ORDER BY e.id"""  # noqa: S608 - pieces of our own


@dataclass(slots=True)
class Recipient:
    """What became of one account in a campaign."""

    enrollment_id: int
    account_id: int
    account: str
    external_id: str
    first_name: str
    last_name: str
    address: str
    template: str
    status: str
    reason: str
    error: str
    segments: int | None
    scheduled_for: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    replied_at: datetime | None
    body: str
    deferrals: int
    verdict: str

    @property
    def account_public_id(self) -> str:
        return public_id("acc", self.account_id)

    @property
    def is_held(self) -> bool:
        """Waiting because the policy said so, not because its turn has not come."""
        return self.status == "pending" and self.deferrals > 0


def recipients(
    campaign: Campaign, *, status: str = "", q: str = "", after: int = 0, limit: int = 50
) -> list[Recipient]:
    """One page, in the order of enrollment; `after` is the last enrollment of the page before."""
    values: dict[str, int | str] = {
        "campaign": campaign.pk,
        "after": after,
        "limit": limit,
        "status": status,
        "q": _beginning(q),
    }
    source = f"SELECT e.id {_PEOPLE if q else 'FROM campaigns_enrollment e'} {_ITEM_OF_ROW if status else ''}"
    where = [
        "WHERE e.campaign_id = %(campaign)s AND e.id > %(after)s",
        "(lower(p.first_name) LIKE %(q)s OR lower(p.last_name) LIKE %(q)s OR lower(a.number) LIKE %(q)s)" if q else "",
        f"{_FATE} = %(status)s" if status else "",
    ]
    some = f"{source} {' AND '.join(filter(None, where))} ORDER BY e.id LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS.format(some=some), values)
        return [Recipient(*row) for row in cursor.fetchall()]


def _beginning(words: str) -> str:
    return words.lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def recipients_page(
    campaign: Campaign, *, status: str = "", q: str = "", cursor: str = "", limit: int = 50, total: int | None = None
) -> Page[Recipient]:
    """One page with the cursor of the next. Raises UnknownCursor."""
    if cursor and not (cursor.isdecimal() and cursor.isascii() and len(cursor) < 19):
        raise UnknownCursor
    rows = recipients(campaign, status=status, q=q, after=int(cursor or 0), limit=limit + 1)
    items = rows[:limit]
    following = str(items[-1].enrollment_id) if len(rows) > limit else None
    return Page(items, following, None, "", cursor or None, total)


def all_recipients(campaign: Campaign, *, page: int = 2000) -> Iterator[Recipient]:
    """Every row of the results, read in pages so that memory stays flat."""
    after = 0
    while rows := recipients(campaign, after=after, limit=page):
        yield from rows
        after = rows[-1].enrollment_id


def counts_by_status(campaign: Campaign) -> dict[str, int]:
    """Counts of the same rows by the same words as `recipients`."""
    return counts_of([campaign.pk]).get(campaign.pk, {})


def counts_of(campaigns: Sequence[int]) -> dict[int, dict[str, int]]:
    """The same of several campaigns, in one statement."""
    counts: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT e.campaign_id, {_FATE}, count(*) FROM campaigns_enrollment e {_ITEM_OF_ALL}
                WHERE e.campaign_id = ANY(%(campaigns)s) GROUP BY 1, 2 ORDER BY 3 DESC, 2""",  # noqa: S608
            {"campaigns": list(campaigns)},
        )
        for campaign, fate, count in cursor.fetchall():
            counts.setdefault(campaign, {})[fate] = count
    return counts


def answers_of(campaigns: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each campaign: people who replied, and people who opted out by a reply. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT campaign_id, count(DISTINCT consumer_id),
                      count(DISTINCT consumer_id) FILTER (WHERE intent = 'opt_out')
               FROM dispatch_message WHERE campaign_id = ANY(%s) AND status = 'received' GROUP BY 1""",
            [list(campaigns)],
        )
        return {campaign: (replied, stopped) for campaign, replied, stopped in cursor.fetchall()}


def progress_of(campaigns: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each campaign: accounts, and accounts that have been contacted at least once. One statement."""
    return {pk: (figures.accounts, figures.contacted) for pk, figures in figures_of(campaigns).items()}


@dataclass(slots=True)
class Kpis:
    """Domain decision 5; a rate without a denominator is None and shows as a dash."""

    total_accounts: int
    contacted: int
    reached: int
    replied: int
    opted_out: int

    @property
    def contact_rate(self) -> float | None:
        return self.reached / self.total_accounts if self.total_accounts else None

    @property
    def progress(self) -> float | None:
        return self.contacted / self.total_accounts if self.total_accounts else None


def kpis(campaign: Campaign) -> Kpis:
    """One query, which counts no accounts. Excluded ones were never part of the walk, but are the campaign's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(accounts), 0), coalesce(sum(contacted), 0), coalesce(sum(reached), 0),
                      coalesce(sum(answered), 0),
                      (SELECT count(DISTINCT m.consumer_id) FROM dispatch_message m
                       WHERE m.campaign_id = %(campaign)s AND m.status = 'received' AND m.intent = 'opt_out')
               FROM campaigns_campaignfigures WHERE campaign_id = %(campaign)s""",
            {"campaign": campaign.pk},
        )
        return Kpis(*map(int, cursor.fetchone() or (0, 0, 0, 0, 0)))
