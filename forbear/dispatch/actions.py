"""Verbs of the dispatch room: what gateways post, contacts by hand, answers, and taking items out of the queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.accounts.models import Account
from forbear.accounts.staying import let_stay
from forbear.channels.models import ProviderAccount, Sender
from forbear.channels.secrets import credentials_of
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.refusal import Forbidden, Invalid, Refusal
from forbear.policy.loading import standard as law
from forbear.providers.registry import adapter_of
from forbear.staff.events import ENGINE_PAUSED, ENGINE_RESUMED
from forbear.staff.models import Organization
from forbear.wording.models import TemplateVersion

from . import events, tasks
from .carrier import carry_cleared, clear_one
from .clearing import NO_SENDER
from .contacts import Judged, Settled
from .models import Message, QueueItem, Webhook
from .refusals import AccountGone, UnfitTemplate
from .states import ITEM, ItemStatus, Occasion


class BadSignature(Forbidden):
    """The signature of this call is not the gateway's."""


class WebhookTooLarge(Invalid):
    """A webhook body may have at most one megabyte."""


class ContactRefused(Refusal):
    """This contact may not leave now."""

    def __init__(self, sentence: str, verdict: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.verdict = verdict


class NothingToSay(Invalid):
    """Write a text or choose a template."""


WEBHOOK_BYTES = 1024 * 1024


def receive_webhook(*, provider: ProviderAccount, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Check the signature, keep the raw body once, wake the reader. False: we already had it.

    Raises BadSignature, WebhookTooLarge.
    """
    if len(body) > WEBHOOK_BYTES:
        raise WebhookTooLarge
    adapter = adapter_of(provider.kind)
    names = {name.lower(): value for name, value in headers.items()}
    if not adapter.verify(credentials_of(provider.pk), names, body):
        raise BadSignature
    with transaction.atomic():
        _, fresh = Webhook.objects.get_or_create(
            provider=provider,
            unique_id=adapter.unique_id(names, body)[:120],
            defaults={"body": body.decode("utf-8", "replace").replace("\x00", ""), "received_at": at},
        )
        if fresh:
            tasks.wake_reader()
    return fresh


def send_by_hand(
    *,
    organization: Organization,
    account: Account | None,
    channel: str,
    actor: str,
    at: datetime,
    subject: str = "",
    body: str = "",
    template_version: TemplateVersion | None = None,
    occasion: str = Occasion.MANUAL,
    address: str = "",
    consumer_id: int | None = None,
    sender: Sender | None = None,
    answers_message: Message | None = None,
) -> Message:
    """One contact now, through the same door as all others: judged, then handed over.

    A refusal is on record too. Raises NothingToSay, UnfitTemplate, AccountGone, ContactRefused (with the explained
    verdict).
    """
    if not body.strip() and template_version is None:
        raise NothingToSay(fields={"body": "Write a text."})
    if template_version is not None:
        _require_fit(template_version, channel)
    with transaction.atomic(durable=True):
        _require_stays(organization, account)
        item = QueueItem.objects.create(
            organization=organization,
            occasion=occasion,
            account=account,
            consumer_id=account.consumer_id if account else consumer_id,
            campaign_id=answers_message.campaign_id if answers_message else None,
            channel=channel,
            address=address,
            template_version=template_version,
            subject=subject.strip(),
            body=body.strip(),
            sender=sender,
            answers_message_id=answers_message.pk if answers_message else None,
            scheduled_for=at,
            created_at=at,
            created_by=actor,
        )
        judged = clear_one(item.pk, at=at)
        refusal = _refusal(judged, at)
    if refusal is not None:
        raise refusal
    carry_cleared(judged, at=at)
    return _sent_message(item)


def _require_fit(version: TemplateVersion, channel: str) -> None:
    """Whoever archives a wording takes it out of every choice, also out of a program's."""
    if version.template.archived_at is not None or version.template.channel != channel:
        say = f"Choose a template for {channel} that is in use."
        raise UnfitTemplate(say, fields={"template_id": say})


def _require_stays(organization: Organization, account: Account | None) -> None:
    """It may have been taken back with its import since it was read; from here on it stays."""
    let_stay(organization.pk)
    if account is not None and not Account.objects.filter(pk=account.pk).exists():
        raise AccountGone


def _refusal(judged: Judged, at: datetime) -> ContactRefused | None:
    """A contact by hand is not kept for later: a deferral ends it, and the person is told until when."""
    if not judged.refused:
        return None
    refused = judged.refused[0]
    QueueItem.objects.filter(pk=refused.item.case.item_id, status=ItemStatus.PENDING).update(
        status=ItemStatus.SKIPPED, settled_at=at
    )
    explained = law().explain(refused.explained.record()) if refused.explained else {}
    return ContactRefused(refused.error or deciding_sentence(explained), explained)


def deciding_sentence(explained: Mapping[str, Any]) -> str:
    """The sentence of the finding that decided."""
    because = explained.get("because", ())
    same = [finding["say"] for finding in because if finding["outcome"] == explained["outcome"]]
    return same[0] if same else "This contact may not leave now."


def _sent_message(item: QueueItem) -> Message:
    message = Message.objects.filter(item=item).first()
    if message is not None:
        return message
    QueueItem.objects.filter(pk=item.pk, status=ItemStatus.PENDING).update(
        status=ItemStatus.SKIPPED, settled_at=item.created_at
    )
    item.refresh_from_db()
    raise ContactRefused(item.error or "The consumer opted out a moment ago; nothing was sent.", {})


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that answers a received message by itself: a confirmation, HELP, an automatic reply."""

    message: Message
    occasion: Occasion
    body: str
    not_after: datetime | None = None
    created_by: str = SYSTEM


def queue_answers(answers: Sequence[Answer], *, at: datetime) -> None:
    """Queue them in the caller's transaction; the next batch of the carrier judges and carries them."""
    QueueItem.objects.bulk_create([_answer_item(answer, at) for answer in answers])
    if answers:
        tasks.wake_carrier()


def _answer_item(answer: Answer, at: datetime) -> QueueItem:
    message = answer.message
    return QueueItem(
        organization_id=message.organization_id,
        occasion=answer.occasion,
        account_id=message.account_id,
        consumer_id=message.consumer_id,
        campaign_id=message.campaign_id,
        channel=message.channel,
        address=message.address,
        body=answer.body,
        sender_id=message.sender_id,
        answers_message_id=message.pk,
        not_after=answer.not_after,
        scheduled_for=at,
        created_at=at,
        created_by=answer.created_by,
    )


_DROP = """
UPDATE dispatch_queueitem i SET status = 'skipped', reason = 'opted_out', verdict = %s, settled_at = %s
FROM (
    SELECT p.organization_id, p.consumer_id, p.position FROM unnest(%s::bigint[], %s::text[]) AS w(owner, address)
    JOIN accounts_contactpoint p ON p.organization_id = w.owner AND p.address = w.address
) who
WHERE i.organization_id = who.organization_id AND i.consumer_id = who.consumer_id AND i.status = 'pending'
  AND i.channel = ANY(%s) AND i.occasion NOT IN ('confirmation', 'help')
  AND (i.address = ANY(%s) OR i.address = '' AND who.position = 0)
  AND (%s::bigint[] IS NULL OR i.consumer_id = ANY(%s::bigint[]))
RETURNING i.id, i.organization_id, i.account_id, i.campaign_id, i.channel, i.enrollment_id, i.step, i.attempt"""


def drop_items_to(
    addresses: Iterable[tuple[int, str]],
    *,
    channels: Sequence[str],
    verdict: str,
    at: datetime,
    people: Collection[int] | None = None,
) -> int:
    """All queued contacts to (organization, address) die at once, or those with these people alone; `verdict` is the
    record of why.
    """
    pairs = sorted(set(addresses))
    if not pairs:
        return 0
    owners, texts = (list(column) for column in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        whose = None if people is None else list(people)
        cursor.execute(_DROP, [verdict, at, owners, texts, list(channels), texts, whose, whose])
        dropped = cursor.fetchall()
    record([_dropped_entry(verdict, *row) for row in dropped], at=at)
    return len(dropped)


def _dropped_entry(
    verdict: str,
    item: int,
    owner: int,
    account: int | None,
    campaign: int | None,
    channel: str,
    enrollment: int | None,
    step: int,
    attempt: int,
) -> Draft:
    return Draft(
        organization_id=owner,
        event=events.ITEM_SKIPPED,
        account_id=account,
        campaign_id=campaign,
        channels=(channel,),
        facts=f'{{"item":{item},"reason":"opted_out","verdict":{verdict}}}',
        carry=Settled(enrollment, step, sent=False, reason="opted_out", attempt=attempt, channel=channel),
    )


def cancel_items_of(
    campaign_id: int, *, reason: str, organization_id: int, actor: str, at: datetime, for_good: bool = True
) -> int:
    """Pending items of a campaign are cancelled in one statement; those being handed over finish.

    These carry the reason along: should one of them be taken back, it is cancelled too instead of waiting again;
    for_good false: it may wait again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_queueitem SET status = 'cancelled', reason = %s, settled_at = %s
               WHERE campaign_id = %s AND status = ANY(%s) AND enrollment_id IS NOT NULL""",
            [reason, at, campaign_id, ITEM.sources("cancel")],
        )
        count = cursor.rowcount
        if for_good:
            cursor.execute(
                """UPDATE dispatch_queueitem SET reason = %s
                   WHERE campaign_id = %s AND status = ANY(%s) AND enrollment_id IS NOT NULL""",
                [reason, campaign_id, ITEM.sources("call_off")],
            )
    facts = {"items": count, "reason": reason}
    record([Draft(organization_id, events.ITEM_CANCELLED, actor, campaign_id=campaign_id, facts=facts)], at=at)
    return int(count)


def take_up_items_of(campaign_id: int, *, reason: str) -> None:
    """What is being handed over, and was called off for this reason, may wait again if it is taken back."""
    QueueItem.objects.filter(campaign_id=campaign_id, status=ItemStatus.PROCESSING, reason=reason).update(reason="")


def look_for_senders(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to a sender that was added or changed: what waited for one is due now."""
    owners = {draft.organization_id for draft in drafts}
    waiting = QueueItem.objects.filter(organization__in=owners, status=ItemStatus.PENDING, reason=NO_SENDER)
    if waiting.update(scheduled_for=at):
        tasks.wake_carrier()


def pause_engine(*, organization: Organization, actor: str, at: datetime) -> None:
    """Hold the queue: nothing leaves, nothing is cancelled (domain decision 7)."""
    _switch_engine(organization, paused=True, actor=actor, at=at)


def resume_engine(*, organization: Organization, actor: str, at: datetime) -> None:
    _switch_engine(organization, paused=False, actor=actor, at=at)
    tasks.wake_carrier()


def _switch_engine(organization: Organization, *, paused: bool, actor: str, at: datetime) -> None:
    with transaction.atomic():
        changed = Organization.objects.filter(pk=organization.pk, engine_paused=not paused).update(engine_paused=paused)
        if changed:
            record([Draft(organization.pk, ENGINE_PAUSED if paused else ENGINE_RESUMED, actor)], at=at)
    organization.engine_paused = paused
