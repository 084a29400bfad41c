"""The planner: due enrollments become queue items, in a fixed number of statements per campaign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from forbear.accounts.staying import let_stay
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.refusal import Refusal
from forbear.dispatch.states import OPEN
from forbear.dispatch.tasks import wake_carrier

from . import events
from .enrolling import ENROLL, OF_LIST, values_of
from .models import Campaign
from .states import Kind, Status

log = structlog.get_logger("forbear.campaigns")


@dataclass(slots=True)
class Enqueued:
    """The answer to Enqueue. refused: reason -> how many open accounts were not planned."""

    enqueued: int = 0
    already_queued: int = 0
    refused: dict[str, int] = field(default_factory=dict)


# Everybody walks a version of their own; a campaign knows which ones there are.
_PLAN = """
WITH said AS MATERIALIZED (
    SELECT s.version_id, s.position, s.channel, t.current_id, v.tone
    FROM strategies_step s JOIN strategies_strategyversion v ON v.id = s.version_id
    LEFT JOIN wording_template t ON t.id = s.template_id WHERE s.version_id = ANY(%(versions)s)
), due AS (
    {due} RETURNING e.id, e.account_id, e.consumer_id, e.status, e.step, e.attempt, e.version_id
){also}
INSERT INTO dispatch_queueitem (organization_id, occasion, campaign_id, enrollment_id, step, attempt, account_id,
    consumer_id, channel, address, template_version_id, body, tone, sender_id, not_after, status, scheduled_for,
    deferrals, reason, error, verdict, created_at, created_by)
SELECT %(organization)s, 'campaign', %(campaign)s, d.id, d.step, d.attempt, d.account_id, d.consumer_id, s.channel, '',
    s.current_id, '', s.tone, %(sender)s, %(not_after)s, 'pending', %(at)s, 0, '', '', '', %(at)s, %(actor)s
FROM due d JOIN said s ON s.position = d.step AND s.version_id = coalesce(d.version_id, %(version)s){scored}
WHERE d.status = 'open'{order}"""

# What is due at the same time leaves in the order of its numbers: an organization may want the highest score first.
_SCORED = {
    "scored": " JOIN accounts_account o ON o.id = d.account_id",
    "order": " ORDER BY o.score DESC NULLS LAST, d.id",
}
_UNSCORED = {"scored": "", "order": " ORDER BY d.id"}
_AS_ENROLLED = {"scored": "", "order": ""}

_COUNTED = """, counted AS (
    INSERT INTO campaigns_campaignfigures (campaign_id, accounts) SELECT %(campaign)s, count(*) FROM due
)"""

# Accounts that are not the engine's to contact now stay where they are, due, and are counted as refused; so do those
# that go to a person. A broadcast was sifted when its list was taken in; the judge still sees each account's status.
_DUE = """DELETE FROM campaigns_due t USING campaigns_enrollment e
    WHERE t.campaign_id = %(campaign)s AND t.due_at <= %(at)s AND e.id = t.enrollment_id AND e.status = 'open'"""
_ELIGIBLE = """DELETE FROM campaigns_due t USING campaigns_enrollment e, accounts_account a
    WHERE t.campaign_id = %(campaign)s AND t.due_at <= %(at)s AND e.id = t.enrollment_id AND e.status = 'open'
      AND (e.escalates_at IS NULL OR e.escalates_at > %(at)s)
      AND a.id = e.account_id AND a.status = ANY(%(eligible)s)"""

_REFUSED = """
SELECT a.status, count(*) FROM campaigns_due t JOIN campaigns_enrollment e ON e.id = t.enrollment_id
JOIN accounts_account a ON a.id = e.account_id
WHERE t.campaign_id = %s AND t.due_at <= %s AND e.status = 'open' GROUP BY 1"""


def plan_campaign(campaign: Campaign, *, actor: str, at: datetime) -> Enqueued:
    """Plan what is due of one active campaign, and count the rest; in the caller's transaction, the campaign locked."""
    answer = Enqueued(already_queued=_open_count(campaign))
    answer.enqueued = plan_due(campaign, actor=actor, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [campaign.pk, at])
        answer.refused = dict(cursor.fetchall())
    return answer


def plan_due(campaign: Campaign, *, actor: str, at: datetime) -> int:
    """The same, uncounted: gives the number of new items."""
    due = _DUE if campaign.kind == Kind.BROADCAST else _ELIGIBLE
    with connection.cursor() as cursor:
        cursor.execute(_PLAN.format(due=due, also="", **_order(campaign)), _values(campaign, at))
        enqueued = int(cursor.rowcount)
    _tell(campaign, enqueued, actor, at)
    return enqueued


def launch_list(campaign: Campaign, *, actor: str, at: datetime) -> int:
    """Take a broadcast's list in and plan everybody on it, in one statement; gives the number of new items.

    In the caller's transaction, the campaign being locked. Rows that are due are not written to be changed at once:
    it costs half of what enrolling and planning one after the other does.
    """
    let_stay(campaign.organization_id)
    values = _values(campaign, at) | {"list": campaign.contact_list_id}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a list of 200,000 is joined and sorted without a file
        due = ENROLL.format(accounts=OF_LIST, free="")
        order = _SCORED if campaign.organization.queue_by_score else _AS_ENROLLED
        cursor.execute(_PLAN.format(due=due, also=_COUNTED, **order), values)
        enqueued = int(cursor.rowcount)
    _tell(campaign, enqueued, actor, at)
    return enqueued


def _order(campaign: Campaign) -> dict[str, str]:
    return _SCORED if campaign.organization.queue_by_score else _UNSCORED


def _values(campaign: Campaign, at: datetime) -> dict[str, Any]:
    return values_of(campaign, at) | {
        "sender": campaign.sender_id,
        "not_after": end_of(campaign),
        "actor": SYSTEM,
        "versions": versions_of(campaign),
    }


def versions_of(campaign: Campaign) -> list[int]:
    """The strategy versions that its accounts walk."""
    own = [campaign.strategy_version_id] if campaign.strategy_version_id is not None else []
    if campaign.kind == Kind.BROADCAST:
        return own
    return sorted({*campaign.walked.values_list("version", flat=True), *own})


def _tell(campaign: Campaign, enqueued: int, actor: str, at: datetime) -> None:
    if not enqueued:
        return
    draft = Draft(
        campaign.organization_id, events.ACCOUNTS_ENQUEUED, actor, campaign_id=campaign.pk, facts={"enqueued": enqueued}
    )
    record([draft], at=at)
    wake_carrier()


def end_of(campaign: Campaign) -> datetime:
    """The first instant after the campaign's last day, in its zone."""
    return datetime.combine(campaign.end_date + timedelta(days=1), time(0), ZoneInfo(campaign.time_zone))


def _open_count(campaign: Campaign) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM dispatch_queueitem
               WHERE campaign_id = %s AND status = ANY(%s) AND enrollment_id IS NOT NULL""",
            [campaign.pk, OPEN],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


# A call that was placed and waits for its result is not placed again.
_ANEW = """
INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
SELECT e.id, e.campaign_id, %s FROM campaigns_enrollment e
WHERE e.campaign_id = %s AND e.status = 'open' AND NOT EXISTS (
    SELECT FROM dispatch_queueitem i WHERE i.enrollment_id = e.id AND i.step = e.step AND i.attempt = e.attempt
       AND NOT (i.status = 'cancelled'))
ON CONFLICT DO NOTHING"""


def plan_anew(campaign: Campaign, *, at: datetime) -> None:
    """Whoever walks and has nothing planned is due from now on. In the caller's transaction, the campaign locked."""
    with connection.cursor() as cursor:
        cursor.execute(_ANEW, [at, campaign.pk])


# One look into the index of what is due for each running campaign, however many accounts they have.
_WITH_DUE = """
SELECT c.id FROM campaigns_campaign c JOIN staff_organization o ON o.id = c.organization_id
WHERE c.status = 'active' AND (o.auto_enqueue OR c.kind <> 'portfolio')
  AND EXISTS (SELECT FROM campaigns_due t WHERE t.campaign_id = c.id AND t.due_at <= %s)
ORDER BY c.id"""


def plan_due_steps(*, at: datetime) -> int:
    """Plan what is due of every active campaign that is within its dates; gives the number of new items.

    Without automatic enqueueing a portfolio is planned by hand; a broadcast's launch, and the start of a document's
    outreach, are their own enqueue.
    """
    total = 0
    with connection.cursor() as cursor:
        cursor.execute(_WITH_DUE, [at])
        due = [pk for (pk,) in cursor.fetchall()]
    for pk in due:
        with by_itself(pk) as campaign:
            if campaign is not None and campaign.status == Status.ACTIVE and is_open(campaign, at):
                total += plan_due(campaign, actor=SYSTEM, at=at)
    return total


@contextmanager
def by_itself(pk: int) -> Iterator[Campaign | None]:
    """The campaign, locked, in a transaction of its own; None while somebody else has it or where it is gone.

    One that breaks is written down and left out: it must not hold up those of other people.
    """
    try:
        with transaction.atomic():
            yield Campaign.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("campaign left out", campaign=pk)


def is_open(campaign: Campaign, at: datetime) -> bool:
    """Whether `at` falls on one of its days, in its zone."""
    return campaign.start_date <= at.astimezone(ZoneInfo(campaign.time_zone)).date() <= campaign.end_date


def launch_scheduled(*, at: datetime) -> int:
    """Launch the drafts whose time has come. One that cannot be launched keeps the reason and is not tried again."""
    waiting = Campaign.objects.filter(status=Status.DRAFT, launch_at__lte=at).order_by("launch_at", "pk")
    return sum(_launch(pk, at) for pk in list(waiting.values_list("pk", flat=True)))


def _launch(pk: int, at: datetime) -> bool:
    """False where it is not to be launched any more, or cannot be."""
    from .actions import activate

    with by_itself(pk) as campaign:
        if campaign is None or campaign.status != Status.DRAFT or campaign.launch_at is None or campaign.launch_at > at:
            return False
        try:
            with transaction.atomic():
                activate(campaign=campaign, actor=campaign.created_by, at=at)
        except Refusal as refusal:
            _keep_problem(campaign, refusal.sentence, at)
            return False
        return True
    return False


def _keep_problem(campaign: Campaign, sentence: str, at: datetime) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(launch_at=None, problem=f"Not launched: {sentence}")
    record([Draft(campaign.organization_id, events.LAUNCH_FAILED, campaign_id=campaign.pk)], at=at)
    log.warning("launch refused", campaign=campaign.pk, sentence=sentence)


# By its date it may have ended, wherever it is (decision 3); or it is a broadcast in which nothing will be planned.
_OVER = """
SELECT c.id FROM campaigns_campaign c
WHERE c.status IN ('active', 'paused') AND (
    c.end_date <= (%(at)s::timestamptz AT TIME ZONE 'UTC')::date
    OR c.kind = 'broadcast' AND c.status = 'active'
       AND NOT EXISTS (SELECT FROM campaigns_due t WHERE t.campaign_id = c.id)
       AND NOT EXISTS (SELECT FROM dispatch_queueitem i WHERE i.campaign_id = c.id AND i.status = ANY(%(open)s)))
ORDER BY c.id"""


def complete_ended(*, at: datetime) -> int:
    """Complete what has ended by its date (drafts stay drafts), and broadcasts in which nobody walks any more."""
    from .actions import complete

    done = 0
    with connection.cursor() as cursor:
        cursor.execute(_OVER, {"at": at, "open": OPEN})
        over = [pk for (pk,) in cursor.fetchall()]
    for pk in over:
        with by_itself(pk) as campaign:
            if campaign is None or campaign.status not in RUNNING:
                continue
            if end_of(campaign) <= at or _is_finished(campaign):
                complete(campaign=campaign, actor=SYSTEM, at=at)
                done += 1
    return done


RUNNING = (Status.ACTIVE, Status.PAUSED)


def _is_finished(campaign: Campaign) -> bool:
    return (
        campaign.kind == Kind.BROADCAST
        and campaign.status == Status.ACTIVE
        and not campaign.enrollments.filter(status="open").exists()
    )
