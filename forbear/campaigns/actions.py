"""Verbs of the campaigns room: one transaction each, every move guarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from forbear.accounts.models import ContactList, Segment
from forbear.channels.models import Sender
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid
from forbear.dispatch.actions import cancel_items_of, take_up_items_of
from forbear.dispatch.cancelling import end_items_of
from forbear.staff.models import Organization
from forbear.strategies.actions import compile_single_step
from forbear.strategies.models import StrategyVersion
from forbear.strategies.queries import newest_version
from forbear.wording.models import Template

from . import events, tasks
from .enrolling import Enrolled, enroll_accounts, enroll_list, enroll_newcomers, is_taken_in, release
from .models import Campaign
from .planner import Enqueued, end_of, is_open, launch_list, plan_anew, plan_campaign
from .preflight import problems_of
from .refusals import (
    AlreadyLaunched,
    CannotEnqueue,
    CannotEnroll,
    LaunchInThePast,
    NotActive,
    NotDraft,
    NotPaused,
    NotReady,
    NotRunning,
    NotWaiting,
    StrategyRequired,
    WrongDates,
)
from .states import CAMPAIGN, Kind, Status
from .versions import adopt_newest, begin_anew, begin_document_campaign, move_to, require_running

__all__ = ["begin_document_campaign"]

PAUSED = "campaign_paused"
COPIED = ("objective", "template", "contact_list", "sender", "time_zone", "follow_list", "segment")
EDITABLE = frozenset(
    {
        "name", "objective", "template", "contact_list", "sender", "start_date", "end_date", "time_zone", "follow_list",
        "strategy_version", "segment",
    }
)  # fmt: skip
# Of a portfolio's campaign that runs; another strategy is for accounts that join from then on.
WHILE_RUNNING = frozenset(
    {"name", "objective", "end_date", "strategy_version", "contact_list", "segment", "follow_list"}
)
STANDS = (
    "This campaign has been launched: its name, objective, strategy, list and last day can be changed, the rest stands."
)


def create_campaign(
    *,
    organization: Organization,
    kind: Kind,
    name: str,
    start_date: date,
    end_date: date,
    actor: str,
    at: datetime,
    objective: str = "",
    template: Template | None = None,
    contact_list: ContactList | None = None,
    time_zone: str = "",
    follow_list: bool = False,
    segment: Segment | None = None,
    sender: Sender | None = None,
    strategy_version: StrategyVersion | None = None,
) -> Campaign:
    """A draft. Raises WrongDates, Invalid."""
    campaign = Campaign(
        organization=organization,
        kind=kind,
        name=name.strip(),
        objective=objective,
        template=template,
        contact_list=contact_list,
        sender=sender,
        strategy_version=strategy_version,
        start_date=start_date,
        end_date=end_date,
        time_zone=time_zone or organization.time_zone,
        follow_list=follow_list,
        segment=segment,
        created_at=at,
        created_by=actor,
    )
    _check(campaign)
    with transaction.atomic():
        campaign.save(force_insert=True)
        _tell(campaign, events.CAMPAIGN_CREATED, actor, at, kind=str(kind))
    return campaign


def _check(campaign: Campaign) -> None:
    if not campaign.name:
        raise Invalid("A campaign needs a name.", fields={"name": "Give it a name."})
    if campaign.end_date < campaign.start_date:
        raise WrongDates(fields={"end_date": "On or after the start."})
    try:
        ZoneInfo(campaign.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        sentence = f"{campaign.time_zone!r} is not a time zone; one is America/Chicago."
        raise Invalid(sentence, fields={"time_zone": "Not a time zone."}) from None


def edit_campaign(*, campaign: Campaign, changes: Mapping[str, Any], actor: str, at: datetime) -> Campaign:
    """Change a draft, also one that waits for its launch; of a running portfolio campaign its name, objective, end and
    strategy, which must be ready to be walked. Raises NotDraft, NotReady, WrongDates, Invalid.
    """
    with transaction.atomic():
        campaign = _locked(campaign)
        wanted = EDITABLE & changes.keys()
        _require_editable(campaign, wanted)
        before, ends, walked = _audience(campaign), campaign.end_date, campaign.strategy_version
        for name in wanted:
            setattr(campaign, name, changes[name])
        _check(campaign)
        if campaign.status != Status.DRAFT and campaign.strategy_version != walked:
            _require_ready(campaign, at)
        campaign.problem = ""
        campaign.save()
        if campaign.launch_at is not None and _audience(campaign) != before:
            _freeze(campaign, at)
        if campaign.status != Status.DRAFT and campaign.end_date != ends:
            end_items_of(campaign.pk, not_after=end_of(campaign))
        _tell(campaign, events.CAMPAIGN_CHANGED, actor, at, fields=sorted(wanted))
    return campaign


def _require_editable(campaign: Campaign, wanted: Set[str]) -> None:
    if campaign.status == Status.DRAFT:
        return
    runs = campaign.kind == Kind.PORTFOLIO and campaign.status in (Status.ACTIVE, Status.PAUSED)
    if not runs:
        raise NotDraft
    if fixed := sorted(wanted - WHILE_RUNNING):
        raise NotDraft(STANDS, fields=dict.fromkeys(fixed, "This stands since the campaign was activated."))


def _locked(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",)).select_related(
        "organization", "template", "contact_list", "segment", "strategy_version__strategy"
    )
    return rows.get(pk=campaign.pk)


def _audience(campaign: Campaign) -> tuple[object, ...]:
    """What decides who is written to."""
    channel = campaign.template.channel if campaign.template else ""
    return campaign.contact_list, campaign.follow_list, channel


def _freeze(campaign: Campaign, at: datetime) -> None:
    """Who is on the list now is who will be written to; a broadcast that follows its list takes nobody down yet.

    A portfolio's accounts joined its draft: they stay, and its list joins with its launch.
    """
    if campaign.kind != Kind.BROADCAST:
        return
    release(campaign)
    if not campaign.follow_list:
        enroll_list(campaign, at=at)


def schedule_launch(*, campaign: Campaign, launch_at: datetime, actor: str, at: datetime) -> Campaign:
    """Let it wait for its time. Without "follow the list" the recipients are taken down now.

    Raises NotDraft, LaunchInThePast, NotReady.
    """
    if launch_at <= at:
        raise LaunchInThePast(fields={"launch_at": "Choose a later time."})
    with transaction.atomic():
        campaign = _locked(campaign)
        if campaign.status != Status.DRAFT:
            raise NotDraft
        _require_ready(campaign, at)
        campaign.launch_at, campaign.problem = launch_at, ""
        campaign.start_date = launch_at.astimezone(ZoneInfo(campaign.time_zone)).date()
        campaign.end_date = max(campaign.end_date, campaign.start_date)
        campaign.save()
        _freeze(campaign, at)
        _tell(campaign, events.CAMPAIGN_SCHEDULED, actor, at, launch_at=launch_at.isoformat())
    return campaign


def cancel_launch(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """Back to a plain draft; nothing is sent. Raises NotWaiting."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if campaign.status != Status.DRAFT or campaign.launch_at is None:
            raise NotWaiting
        campaign.launch_at = None
        campaign.save(update_fields=["launch_at"])
        if campaign.kind == Kind.BROADCAST:
            release(campaign)
        _tell(campaign, events.CAMPAIGN_UNSCHEDULED, actor, at)
    return campaign


def activate(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """Start processing; a broadcast is launched by it: its list is enrolled and planned at once.

    Of two who launch at the same time one wins, the other gets AlreadyLaunched. Raises NotReady with every problem.
    """
    with transaction.atomic():
        campaign = _locked(campaign)
        if campaign.status != Status.DRAFT:
            raise AlreadyLaunched
        _require_ready(campaign, at)
        _prepare(campaign, at)
        frozen = is_taken_in(campaign)
        CAMPAIGN.move(campaign, "activate", activated_at=at, activated_by=actor, problem="", launch_at=None)
        _tell(campaign, events.CAMPAIGN_ACTIVATED, actor, at)
        if campaign.contact_list is not None and not frozen:
            _take_in(campaign, actor, at)
        if campaign.segment is not None and campaign.kind == Kind.PORTFOLIO:
            enroll_newcomers(campaign, at=at)
        tasks.wake_planner()
    return campaign


def _require_ready(campaign: Campaign, at: datetime) -> None:
    problems = problems_of(campaign, at=at)
    if problems:
        raise NotReady(" ".join(problems.values()), fields=problems)


def _prepare(campaign: Campaign, at: datetime) -> None:
    if campaign.kind == Kind.BROADCAST:
        assert campaign.template is not None
        campaign.strategy_version = compile_single_step(
            organization=campaign.organization, name=campaign.name, template=campaign.template, at=at
        )
        campaign.save(update_fields=["strategy_version"])
    adopt_newest(campaign)
    begin_anew(campaign)


def _take_in(campaign: Campaign, actor: str, at: datetime) -> None:
    """Whoever is on the list joins; on a broadcast's own days everybody is planned with it."""
    if campaign.kind == Kind.BROADCAST and is_open(campaign, at):
        launch_list(campaign, actor=actor, at=at)
    else:
        enroll_list(campaign, at=at)


def pause(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """Pending items are cancelled, those being handed over finish. Raises NotActive."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if not CAMPAIGN.move(campaign, "pause"):
            raise NotActive
        _cancel_items(campaign, PAUSED, actor, at)
        _tell(campaign, events.CAMPAIGN_PAUSED, actor, at)
    return campaign


def resume(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """No cancelled item revives: accounts are planned anew from their step. Raises NotPaused."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if not CAMPAIGN.move(campaign, "resume"):
            raise NotPaused
        take_up_items_of(campaign.pk, reason=PAUSED)
        plan_anew(campaign, at=at)
        _tell(campaign, events.CAMPAIGN_RESUMED, actor, at)
        tasks.wake_planner()
    return campaign


def complete(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """Close it: what still waits is cancelled. Raises NotRunning."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if not CAMPAIGN.move(campaign, "complete", completed_at=at):
            raise NotRunning
        _cancel_items(campaign, "campaign_completed", actor, at)
        release(campaign, reason="campaign_completed", at=at)
        _tell(campaign, events.CAMPAIGN_COMPLETED, actor, at)
    return campaign


def delete(*, campaign: Campaign, actor: str, at: datetime) -> None:
    """Unassign its accounts and cancel what waits; accounts, messages and the log survive."""
    with transaction.atomic():
        campaign = _locked(campaign)
        _cancel_items(campaign, "campaign_deleted", actor, at)
        _tell(campaign, events.CAMPAIGN_DELETED, actor, at)
        campaign.enrollments.all().delete()
        campaign.delete()


def duplicate(*, campaign: Campaign, actor: str, at: datetime) -> Campaign:
    """A draft like it, as long, from today on; nobody is enrolled in it yet."""
    today = at.astimezone(ZoneInfo(campaign.time_zone)).date()
    return create_campaign(
        organization=campaign.organization,
        kind=Kind(campaign.kind),
        name=f"{campaign.name[:113]} (copy)",
        start_date=today,
        end_date=today + (campaign.end_date - campaign.start_date),
        actor=actor,
        at=at,
        strategy_version=campaign.strategy_version if campaign.kind != Kind.BROADCAST else None,
        **{name: getattr(campaign, name) for name in COPIED},
    )


def enroll(
    *,
    campaign: Campaign,
    actor: str,
    at: datetime,
    contact_list: ContactList | None = None,
    accounts: Sequence[int] | None = None,
) -> Enrolled:
    """Accounts of a list, or these ones, join the campaign; those in it stay as they are. Raises CannotEnroll."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if campaign.status == Status.COMPLETED:
            raise CannotEnroll
        if campaign.kind == Kind.DOCUMENT:
            raise CannotEnroll("The campaign of a document is about its loan alone.")
        adopt_newest(campaign)
        if contact_list is not None:
            enrolled = enroll_list(campaign, at=at, contact_list_id=contact_list.pk)
        else:
            enrolled = enroll_accounts(campaign, accounts or (), at=at)
        _tell(campaign, events.ACCOUNTS_ENROLLED, actor, at, enrolled=enrolled.enrolled)
        tasks.wake_planner()
    return enrolled


def restep(
    *, campaign: Campaign, version: StrategyVersion, actor: str, at: datetime, until: date | None = None
) -> Campaign:
    """It goes on in this version at the step that stands now, planned anew. until: a day that it lasts to at least.

    Raises NothingToMove.
    """
    with transaction.atomic():
        campaign = _locked(campaign)
        require_running(campaign)
        if until is not None and until > campaign.end_date:
            campaign.end_date = until
            campaign.save(update_fields=["end_date"])
        move_to(campaign, version, actor=actor, at=at)
        _tell(campaign, events.CAMPAIGN_CHANGED, actor, at, fields=["strategy_version"], version=version.number)
    return campaign


def migrate_accounts(*, campaign: Campaign, actor: str, at: datetime) -> int:
    """Whoever walks an older version goes on in the newest one of the strategy, at the same step; gives how many.

    Raises NothingToMove, and StrategyRequired where it has none.
    """
    with transaction.atomic():
        campaign = _locked(campaign)
        require_running(campaign)
        if campaign.strategy_version is None:
            raise StrategyRequired
        moved = move_to(campaign, newest_version(campaign.strategy_version.strategy), actor=actor, at=at)
        _tell(campaign, events.ACCOUNTS_MIGRATED, actor, at, accounts=moved)
    return moved


def enqueue(*, campaign: Campaign, actor: str, at: datetime) -> Enqueued:
    """Plan all its due accounts now; twice is harmless. Raises CannotEnqueue."""
    with transaction.atomic():
        campaign = _locked(campaign)
        if campaign.status != Status.ACTIVE or not is_open(campaign, at):
            raise CannotEnqueue
        return plan_campaign(campaign, actor=actor, at=at)


def enqueue_all(*, organization: Organization, actor: str, at: datetime) -> Enqueued:
    """The same for every active campaign of the organization; those outside of their dates are passed over."""
    enqueued = already = 0
    refused: dict[str, int] = {}
    for campaign in Campaign.objects.of(organization).filter(status=Status.ACTIVE).order_by("pk"):
        try:
            planned = enqueue(campaign=campaign, actor=actor, at=at)
        except CannotEnqueue:
            continue
        enqueued, already = enqueued + planned.enqueued, already + planned.already_queued
        for reason, count in planned.refused.items():
            refused[reason] = refused.get(reason, 0) + count
    return Enqueued(enqueued, already, refused)


def _cancel_items(campaign: Campaign, reason: str, actor: str, at: datetime) -> None:
    cancel_items_of(campaign.pk, reason=reason, organization_id=campaign.organization_id, actor=actor, at=at)


def _tell(campaign: Campaign, event: str, actor: str, at: datetime, **facts: Any) -> None:
    draft = Draft(campaign.organization_id, event, actor, campaign_id=campaign.pk, facts=facts)
    record([draft], at=at)
