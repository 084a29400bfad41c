"""Verbs about the outreach of a document: start, change, hold and end it. The engine's campaign does the rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from forbear.accounts.models import local_day
from forbear.accounts.states import FINISHED
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign, Enrollment
from forbear.campaigns.states import Status, Walk
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid, Refusal
from forbear.strategies.actions import compile_plan, recompile
from forbear.strategies.models import StrategyVersion

from . import events
from .cadence import Slot
from .locking import hold_outreach, hold_with_borrower
from .models import Document, Loan, Outreach, OutreachVersion
from .openness import closed_channels
from .planning import Chosen, going_on, kept, last_day, plan_of, slots_in, slots_of
from .refusals import (
    DocumentArchived,
    LoanIsCurrent,
    NoLoan,
    NothingOpen,
    OutreachOver,
    OutreachRunning,
    WalksElsewhere,
)
from .states import Channel, LoanStatus, Stopped

LONGEST_WORDS, LONGEST_NOTES, LONGEST_REASON = 80, 2000, 200


def start_outreach(*, document: Document, chosen: Chosen, actor: str, at: datetime) -> Outreach:
    """Begin to reach out to the borrower, as soon as lawful. Of two who start at the same moment one succeeds.

    Raises NoLoan, LoanIsCurrent, NothingOpen, OutreachRunning, WalksElsewhere, NoChannelChosen, CadenceNotUnderstood,
    EveryChannelClosed, DocumentArchived and Invalid; nothing is written then.
    """
    chosen = checked(chosen)
    loan = Loan.objects.filter(document=document).select_related("account").first()
    if loan is None:
        raise NoLoan
    with transaction.atomic():
        loan = hold_with_borrower(loan)
        refuse_unready(loan)
        today = local_day(at, loan.organization.time_zone)
        closed = closed_channels(loan.organization, loan.account.consumer)
        slots = slots_of(chosen, closed=closed, start=today)
        return _begun(loan, chosen, closed, slots, actor, at)


def refuse_unready(loan: Loan) -> None:
    """Raises whatever stands against a start now, apart from what is chosen."""
    running = Outreach.objects.filter(document=loan.document_id, active=True).exists()
    walking = Enrollment.objects.filter(account=loan.account_id, exclusive=True, status=Walk.OPEN).exists()
    if why := against(loan, running=running, walking=walking):
        raise why


def against(loan: Loan, *, running: bool, walking: bool) -> type[Refusal] | None:
    """What stands against a start. running: the document's own outreach; walking: another campaign has the account."""
    checks: tuple[tuple[bool, type[Refusal]], ...] = (
        (loan.document.archived_at is not None, DocumentArchived),
        (loan.status != LoanStatus.BEHIND, LoanIsCurrent),
        (loan.account.balance_minor <= 0 or loan.account.status in FINISHED, NothingOpen),
        (running, OutreachRunning),
        (walking, WalksElsewhere),
    )
    return next((refusal for stands, refusal in checks if stands), None)


def checked(chosen: Chosen) -> Chosen:
    """Without blanks around the words. Raises Invalid, naming the field."""
    words = {name: getattr(chosen, name).strip() for name in ("tone", "cadence", "notes")}
    wrong = {
        name: f"Say it in at most {LONGEST_WORDS} characters."
        for name in ("tone", "cadence")
        if not 1 <= len(words[name]) <= LONGEST_WORDS
    }
    if len(words["notes"]) > LONGEST_NOTES:
        wrong["notes"] = f"Notes have at most {LONGEST_NOTES:,} characters."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return replace(chosen, **words)


def _begun(
    loan: Loan, chosen: Chosen, closed: Collection[Channel], slots: tuple[Slot, ...], actor: str, at: datetime
) -> Outreach:
    name = f"{loan.document.title[:70]}: {chosen.tone}, {chosen.cadence}"[:120]
    version = compile_plan(
        organization=loan.organization, name=name, plan=plan_of(slots, chosen.tone), at=at, actor=actor
    )
    campaign = campaigns.begin_document_campaign(
        organization=loan.organization,
        account=loan.account,
        version=version,
        name=name,
        start_date=slots[0].on,
        end_date=last_day(slots),
        actor=actor,
        at=at,
    )
    outreach = Outreach(
        organization=loan.organization,
        document=loan.document,
        campaign=campaign,
        **{str(channel): channel in chosen.channels and channel not in closed for channel in Channel},
        tone=chosen.tone,
        cadence=chosen.cadence,
        notes=chosen.notes,
        started_on=slots[0].on,
        created_at=at,
        created_by=actor,
        updated_at=at,
    )
    try:
        with transaction.atomic():
            outreach.save(force_insert=True)
    except IntegrityError as taken:
        raise OutreachRunning from taken
    _keep_version(outreach, chosen.channels, slots, version, actor, at)
    Document.objects.filter(pk=loan.document_id).update(updated_at=at)
    _tell(outreach, events.OUTREACH_STARTED, actor, at, channels=chosen.channels, notes=chosen.notes, tone=chosen.tone)
    return outreach


def change_outreach(*, outreach: Outreach, actor: str, at: datetime, tone: str = "", cadence: str = "") -> Outreach:
    """Another tone or cadence for the contacts that are still to come, as a new version.

    Raises OutreachOver, CadenceNotUnderstood, Invalid.
    """
    with transaction.atomic():
        held = _active(outreach)
        chosen = checked(replace(chosen_of(held), tone=tone or held.tone, cadence=cadence or held.cadence))
        if (chosen.tone, chosen.cadence) == (held.tone, held.cadence):
            return held
        words = chosen.cadence if chosen.cadence != held.cadence else ""
        held.tone, held.cadence, held.updated_at = chosen.tone, chosen.cadence, at
        _go_on(held, words=words, actor=actor, at=at)
        held.save(update_fields=["tone", "cadence", "updated_at"])
        _tell(held, events.OUTREACH_CHANGED, actor, at, channels=held.channels, tone=held.tone)
    return held


def chosen_of(outreach: Outreach) -> Chosen:
    """What holds of an outreach now."""
    flags = {str(channel): bool(getattr(outreach, channel)) for channel in Channel}
    return Chosen(**flags, tone=outreach.tone, cadence=outreach.cadence, notes=outreach.notes)


def pause_outreach(*, outreach: Outreach, actor: str, at: datetime, reason: str = "") -> Outreach:
    """Nothing leaves until it is resumed. Raises OutreachOver, NotActive."""
    with transaction.atomic():
        held = _active(outreach)
        held.campaign = campaigns.pause(campaign=_campaign(held), actor=actor, at=at)
        _tell(held, events.OUTREACH_PAUSED, actor, at, notes=_words(reason))
    return held


def resume_outreach(*, outreach: Outreach, actor: str, at: datetime) -> Outreach:
    """It goes on at the contact where it was. Raises OutreachOver, NotPaused."""
    with transaction.atomic():
        held = _active(outreach)
        held.campaign = campaigns.resume(campaign=_campaign(held), actor=actor, at=at)
        _tell(held, events.OUTREACH_RESUMED, actor, at)
    return held


def stop_outreach(*, outreach: Outreach, reason: str, actor: str, at: datetime) -> Outreach:
    """For good, by hand. Raises OutreachOver, and Invalid without a reason."""
    if not reason.strip():
        raise Invalid("Say why the campaign stops.", fields={"reason": "Say why."})
    with transaction.atomic():
        held = _active(outreach)
        end(held, Stopped.BY_HAND, reason=_words(reason), actor=actor, at=at)
    return held


def end(outreach: Outreach, because: Stopped, *, actor: str, at: datetime, reason: str = "") -> None:
    """Inactive; what waits of its campaign is cancelled. In the caller's transaction. A second end changes nothing."""
    rows = Outreach.objects.filter(pk=outreach.pk, active=True)
    if not rows.update(active=False, stopped_because=because, stop_reason=reason, stopped_at=at, updated_at=at):
        return
    outreach.active, outreach.stopped_because, outreach.stop_reason, outreach.stopped_at = False, because, reason, at
    Document.objects.filter(pk=outreach.document_id).update(updated_at=at)
    if outreach.campaign is not None and outreach.campaign.status in (Status.ACTIVE, Status.PAUSED):
        outreach.campaign = campaigns.complete(campaign=outreach.campaign, actor=actor, at=at)
    _tell(outreach, events.OUTREACH_STOPPED, actor, at, channels=outreach.channels, notes=reason, why=str(because))


def close_channels(outreach: Outreach, closed: Collection[Channel], *, actor: str, at: datetime) -> None:
    """What was chosen and is closed now takes no more turns; without any left the outreach ends.

    In the caller's transaction, the outreach being held.
    """
    lost = [channel for channel in outreach.channels if channel in closed]
    if not outreach.active or not lost:
        return
    for channel in lost:
        setattr(outreach, channel, False)
    outreach.updated_at = at
    outreach.save(update_fields=[*map(str, lost), "updated_at"])
    _tell(outreach, events.CHANNEL_CLOSED, actor, at, channels=lost)
    if outreach.channels:
        _go_on(outreach, actor=actor, at=at)
    else:
        end(outreach, Stopped.OPTED_OUT, actor=actor, at=at)


def _go_on(outreach: Outreach, *, actor: str, at: datetime, words: str = "") -> None:
    """The walk goes on with the next version, at the contact that comes next."""
    newest = outreach.versions.order_by("-number").first()
    walk = Enrollment.objects.filter(campaign=outreach.campaign_id, status=Walk.OPEN).first()
    if newest is None or walk is None or outreach.campaign is None:
        return
    today = local_day(at, outreach.organization.time_zone)
    slots = going_on(slots_in(newest), walk.step, outreach.channels, words=words, today=today)
    before = StrategyVersion.objects.select_related("strategy").get(pk=newest.strategy_version_id)
    version = recompile(version=before, plan=plan_of(slots, outreach.tone), at=at, actor=actor)
    campaigns.restep(campaign=outreach.campaign, version=version, until=last_day(slots), actor=actor, at=at)
    _keep_version(outreach, outreach.channels, slots, version, actor, at)


def _keep_version(
    outreach: Outreach,
    chosen: Collection[Channel],
    slots: tuple[Slot, ...],
    version: StrategyVersion,
    actor: str,
    at: datetime,
) -> None:
    OutreachVersion.objects.create(
        outreach=outreach,
        number=outreach.versions.count() + 1,
        **{str(channel): channel in chosen for channel in Channel},
        tone=outreach.tone,
        cadence=outreach.cadence,
        slots=kept(slots),
        strategy_version_id=version.pk,
        at=at,
        by=actor,
    )


def _active(outreach: Outreach) -> Outreach:
    held = hold_outreach(outreach)
    if not held.active:
        raise OutreachOver
    return held


def _campaign(outreach: Outreach) -> Campaign:
    if outreach.campaign is None:
        raise OutreachOver
    return outreach.campaign


def _words(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) > LONGEST_REASON:
        say = f"A reason has at most {LONGEST_REASON} characters."
        raise Invalid(say, fields={"reason": say})
    return words


def _tell(
    outreach: Outreach,
    event: str,
    actor: str,
    at: datetime,
    *,
    channels: Collection[Channel] = (),
    notes: str = "",
    tone: str = "",
    **facts: Any,
) -> None:
    """Tone and notes are somebody's own words: they can be erased."""
    spoken = {"notes": notes, "tone": tone}
    loan = Loan.objects.filter(document=outreach.document_id).only("account_id").first()
    draft = Draft(
        outreach.organization_id,
        event,
        actor,
        account_id=loan.account_id if loan else None,
        campaign_id=outreach.campaign_id,
        document_id=outreach.document_id,
        channels=tuple(map(str, channels)),
        facts={"outreach": outreach.pk, **facts},
        personal={name: text for name, text in spoken.items() if text},
    )
    record([draft], at=at)
