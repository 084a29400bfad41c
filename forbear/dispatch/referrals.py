"""Contacts that the rules leave to a person: answered by name, and judged again when the facts change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from forbear.accounts.models import Account
from forbear.compliance.actions import Draft, canonical, record
from forbear.consent.actions import quoted
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law
from forbear.policy.recorded import written
from forbear.policy.verdict import Outcome

from . import events, tasks
from .contacts import Settled
from .gather import Case, facts_of, gather
from .models import QueueItem, Referral
from .queries import told
from .referring import approvable_rules
from .refusals import (
    AlreadyAnswered,
    AlreadyAsked,
    ApprovalNeedsMore,
    NobodyIsAsked,
    NoLongerAsked,
    NothingToApprove,
    RefusalNeedsReason,
)
from .states import REFERRAL, ItemStatus, Occasion, ReferralStatus

REFUSED_BY_PERSON = "refused_by_person"
LONGEST = timedelta(days=30)
"""No approval runs longer."""


def ask_by_hand(
    *, account: Account, channel: str, actor: str, at: datetime, note: str = "", occasion: str = Occasion.MANUAL
) -> Referral:
    """Somebody wants to write by hand what the rules leave to a person. Raises NobodyIsAsked, AlreadyAsked."""
    case = Case(0, account.organization_id, occasion, account.pk, account.consumer_id, channel)
    facts = facts_of(case, gather([case], at=at))
    verdict = judge(facts, law(), at)
    if verdict.outcome is not Outcome.HUMAN:
        raise NobodyIsAsked
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                organization_id=account.organization_id,
                occasion=occasion,
                account=account,
                consumer_id=account.consumer_id,
                channel=channel,
                reason=verdict.reason,
                verdict=written(verdict, facts),
                rules=approvable_rules(verdict),
                note=note,
                opened_at=at,
                opened_by=actor,
                looked_at=at,
            )
            record([_entry(referral, events.REFERRAL_ASKED, actor, quoted(note=note), reason=referral.reason)], at=at)
    except IntegrityError:
        raise AlreadyAsked from None
    return referral


def approve(
    *,
    referral: Referral,
    name: str,
    reason: str,
    until: datetime,
    actor: str,
    at: datetime,
    rules: Collection[str] | None = None,
) -> Referral:
    """Answer what these rules ask (all of them unless told), by name, with a reason and an end. The contact is due now
    and judged again by the same door. Raises ApprovalNeedsMore, AlreadyAnswered, NoLongerAsked, NothingToApprove.
    """
    _require(name, reason, until, at)
    with transaction.atomic():
        row = _open(referral)
        chosen = sorted(set(row.rules) if rules is None else set(row.rules) & set(rules))
        if not chosen:
            raise NothingToApprove
        if not REFERRAL.move(row, "approve", **_answer(name, reason, actor, at), until=until, rules=chosen):
            raise AlreadyAnswered
        if row.item_id is not None:
            QueueItem.objects.filter(pk=row.item_id, status=ItemStatus.PENDING).update(scheduled_for=at)
            tasks.wake_carrier()
        told = {"rules": chosen, "until": until.isoformat()}
        said = quoted(name=name, reason=reason)
        record([_entry(row, events.REFERRAL_APPROVED, actor, said, **told)], at=at)
    return row


def _require(name: str, reason: str, until: datetime, at: datetime) -> None:
    missing = {field: "Say it." for field, text in (("name", name), ("reason", reason)) if not text.strip()}
    if not at < until <= at + LONGEST:
        missing["until"] = f"Choose an end after now and within {LONGEST.days} days."
    if missing:
        raise ApprovalNeedsMore(fields=missing)


def refuse(*, referral: Referral, name: str, reason: str, actor: str, at: datetime) -> Referral:
    """The contact is not made; its walk goes on with the next step. Raises RefusalNeedsReason, AlreadyAnswered,
    NoLongerAsked.
    """
    if not reason.strip():
        raise RefusalNeedsReason(fields={"reason": "Say it."})
    with transaction.atomic():
        row = _open(referral)
        if not REFERRAL.move(row, "refuse", **_answer(name, reason, actor, at)):
            raise AlreadyAnswered
        drafts = [_entry(row, events.REFERRAL_REFUSED, actor, quoted(name=name, reason=reason))]
        if row.item_id is not None:
            drafts.append(_skipped(row, actor, at))
        record(drafts, at=at)
    return row


def _answer(name: str, reason: str, actor: str, at: datetime) -> dict[str, Any]:
    return {"decided_at": at, "decided_by": actor, "decided_name": name.strip(), "decision": reason.strip()}


def _open(referral: Referral) -> Referral:
    """Locked, its item first: as the engine does. Raises AlreadyAnswered, NoLongerAsked."""
    item = QueueItem.objects.select_for_update().filter(pk=referral.item_id or 0).first()
    row: Referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if row.status != ReferralStatus.OPEN:
        raise AlreadyAnswered
    asked = row.item_id is None or (
        item is not None and item.status == ItemStatus.PENDING and item.reason == row.reason
    )
    if not asked:
        raise NoLongerAsked
    return row


def _skipped(row: Referral, actor: str, at: datetime) -> Draft:
    item: Any = row.item
    QueueItem.objects.filter(pk=item.pk).update(status=ItemStatus.SKIPPED, reason=REFUSED_BY_PERSON, settled_at=at)
    known = canonical({"item": item.pk, "reason": REFUSED_BY_PERSON, "referral": row.pk})
    return Draft(
        organization_id=row.organization_id,
        event=events.ITEM_SKIPPED,
        actor=actor,
        account_id=row.account_id,
        campaign_id=row.campaign_id,
        channels=(row.channel,),
        facts=f'{known[:-1]},"verdict":{row.verdict}}}',
        carry=Settled(
            item.enrollment_id,
            item.step,
            sent=False,
            reason=REFUSED_BY_PERSON,
            attempt=item.attempt,
            channel=item.channel,
        ),
    )


def _entry(row: Referral, event: str, actor: str, personal: Mapping[str, str], **facts: Any) -> Draft:
    """Name and reason go into the log's vault: they can be erased, and the chain still holds."""
    return Draft(
        organization_id=row.organization_id,
        event=event,
        actor=actor,
        account_id=row.account_id,
        campaign_id=row.campaign_id,
        channels=(row.channel,),
        facts={"referral": row.pk, "item": row.item_id} | facts,
        personal=personal,
    )


def look_again(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to facts that changed: what waits for a person about these accounts, or where an entry names none
    about anybody of the organization, is judged again now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _AGAIN,
            {
                "at": at,
                "owners": sorted({draft.organization_id for draft in drafts if draft.account_id is None}),
                "accounts": sorted({draft.account_id for draft in drafts if draft.account_id is not None}),
            },
        )
        if cursor.rowcount:
            tasks.wake_carrier()


_AGAIN = """
UPDATE dispatch_queueitem SET scheduled_for = %(at)s WHERE id IN (
    SELECT i.id FROM dispatch_referral r JOIN dispatch_queueitem i ON i.id = r.item_id
    WHERE r.status = 'open' AND i.status = 'pending' AND i.scheduled_for > %(at)s
      AND (r.organization_id = ANY(%(owners)s)
           OR r.consumer_id IN (SELECT consumer_id FROM accounts_account WHERE id = ANY(%(accounts)s)))
    FOR UPDATE OF i SKIP LOCKED)"""  # what is locked is being judged, and waits for these facts itself


def explained(referral: Referral) -> dict[str, Any]:
    """What the rules ask, with sentences and citations."""
    return told(referral.verdict)
