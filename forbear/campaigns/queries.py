"""Named reads of the campaigns room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.accounts.models import Account
from forbear.core.ids import public_id
from forbear.dispatch.contacts import Item
from forbear.dispatch.gather import Case, facts_of, gather
from forbear.dispatch.texts import text_of, words_of
from forbear.policy.engine import judge
from forbear.policy.loading import standard
from forbear.policy.verdict import Outcome
from forbear.web.pagination import Page, UnknownCursor

from .models import Campaign
from .states import Kind

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
    values = {"campaign": campaign.pk, "after": after, "limit": limit, "status": status, "q": _beginning(q)}
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
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT campaign_id, count(*), count(*) FILTER (WHERE status = 'done' OR (step > 0 AND status = 'open'))
               FROM campaigns_enrollment WHERE campaign_id = ANY(%s) GROUP BY 1""",
            [list(campaigns)],
        )
        return {campaign: (accounts, contacted) for campaign, accounts, contacted in cursor.fetchall()}


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
    """One query. Excluded accounts were never part of the walk, but they are accounts of the campaign."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), count(*) FILTER (WHERE sent), count(*) FILTER (WHERE delivered OR replied),
                      count(*) FILTER (WHERE replied), count(*) FILTER (WHERE stopped)
               FROM campaigns_enrollment e LEFT JOIN (
                   SELECT m.consumer_id,
                          bool_or(m.direction = 'out' AND m.status NOT IN ('rejected', 'queued')) AS sent,
                          bool_or(m.direction = 'out' AND m.status = 'delivered') AS delivered,
                          bool_or(m.direction = 'in') AS replied,
                          bool_or(m.direction = 'in' AND m.intent = 'opt_out') AS stopped
                   FROM dispatch_message m WHERE m.campaign_id = %(campaign)s GROUP BY 1
               ) told ON told.consumer_id = e.consumer_id WHERE e.campaign_id = %(campaign)s""",
            {"campaign": campaign.pk},
        )
        return Kpis(*(cursor.fetchone() or (0, 0, 0, 0, 0)))


@dataclass(slots=True)
class Sample:
    """One recipient before the launch: the evaluated text, and what would happen to it."""

    account_id: int
    name: str
    address: str
    text: str
    segments: int
    fate: str
    sentence: str


@dataclass(slots=True)
class Preview:
    """What a launch at this minute would do. `counted` of `total` recipients were judged (all, up to the cap)."""

    total: int = 0
    counted: int = 0
    leave_now: int = 0
    segments: int = 0
    held: Counter[datetime] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @property
    def held_total(self) -> int:
        return sum(self.held.values())

    @property
    def excluded_total(self) -> int:
        return sum(self.excluded.values())


PREVIEW_CAP = 20_000
_BATCH = 2_000
_SAMPLES = 5


def launch_preview(campaign: Campaign, *, at: datetime, cap: int = PREVIEW_CAP) -> Preview:
    """Judge the recipients as the carrier would, writing nothing. Beyond `cap` recipients the first ones are judged."""
    preview = Preview(total=_audience_size(campaign))
    seen: set[str] = set()
    for accounts in _audience(campaign, cap):
        _preview_batch(campaign, accounts, preview, seen, at)
    return preview


def _audience_size(campaign: Campaign) -> int:
    if campaign.launch_at is not None and not campaign.follow_list:
        return int(campaign.enrollments.count())
    return int(campaign.contact_list.members.count()) if campaign.contact_list else 0


def _audience(campaign: Campaign, cap: int) -> Iterator[list[Account]]:
    if campaign.launch_at is not None and not campaign.follow_list:
        rows = Account.objects.filter(enrollments__campaign=campaign)
    else:
        rows = Account.objects.filter(memberships__contact_list=campaign.contact_list_id)
    rows = rows.of(campaign.organization).order_by("pk")
    last, left = 0, cap
    while left > 0 and (batch := list(rows.filter(pk__gt=last)[: min(_BATCH, left)])):
        yield batch
        last, left = batch[-1].pk, left - len(batch)


def _preview_batch(campaign: Campaign, accounts: list[Account], preview: Preview, seen: set[str], at: datetime) -> None:
    assert campaign.template is not None
    items = [_planned(campaign, account) for account in accounts]
    got = gather([item.case for item in items], at=at)
    words = words_of([campaign.template.current_id], [campaign.organization_id])
    for item in items:
        preview.counted += 1
        _preview_one(item, got, words, preview, seen, at, broadcast=campaign.kind == Kind.BROADCAST)


def _planned(campaign: Campaign, account: Account) -> Item:
    assert campaign.template is not None
    case = Case(
        -account.pk, campaign.organization_id, "campaign", account.pk, account.consumer_id, campaign.template.channel
    )
    return Item(case, campaign.pk, None, 0, campaign.template.current_id, "", None, None, "system")


def _preview_one(
    item: Item, got: Any, words: Any, preview: Preview, seen: set[str], at: datetime, *, broadcast: bool
) -> None:
    facts = facts_of(item.case, got)
    address = facts.contact_point.address if facts.contact_point else ""
    if broadcast and address and address in seen:
        _exclude(preview, "duplicate", "The same address stands on the list more than once; it is written to once.")
        return
    if facts.account_eligible:
        seen.add(address)
    verdict = judge(facts, standard(), at)
    text = text_of(item, got, words, address)
    fate, sentence = "leaves", "Leaves now."
    if verdict.outcome is Outcome.DEFER and verdict.next_allowed_at is not None:
        preview.held[verdict.next_allowed_at] += 1
        fate, sentence = "held", standard().say(verdict.deciding) if verdict.deciding else ""
    elif verdict.outcome is not Outcome.ALLOW:
        fate, sentence = "excluded", standard().say(verdict.deciding) if verdict.deciding else ""
        _exclude(preview, verdict.reason, sentence)
    elif text.problem:
        fate, sentence = "excluded", text.sentence
        _exclude(preview, text.problem, sentence)
    else:
        preview.leave_now += 1
        preview.segments += text.segments
    if len(preview.samples) < _SAMPLES and text.body:
        party = got.parties[item.case.account_id, item.case.consumer_id]
        name = f"{party.first_name} {party.last_name}".strip()
        preview.samples.append(
            Sample(item.case.account_id or 0, name, address, text.body, text.segments, fate, sentence)
        )


def _exclude(preview: Preview, reason: str, sentence: str) -> None:
    preview.excluded[reason] += 1
    preview.sentences.setdefault(reason, sentence)
