"""Verbs of the inbox: reply, assign, close, reopen, read; and the automatic replies of a sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.models import Account
from forbear.agent.intents import classify
from forbear.agent.normalize import normalize
from forbear.channels.models import Sender
from forbear.compliance.actions import Draft, record
from forbear.consent.actions import opt_out
from forbear.consent.models import OptOut
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core.refusal import Invalid, WrongState
from forbear.dispatch.actions import send_by_hand
from forbear.dispatch.models import Message
from forbear.dispatch.states import Direction, Occasion
from forbear.staff.models import Organization, Person
from forbear.wording import lint, tags
from forbear.wording.closing import closed

from . import events
from .models import AutoReply, Conversation
from .states import CONVERSATION

LONGEST_REPLY = 1_200  # characters; the closing line comes on top
MOST_KEYWORDS = 20


class NothingWritten(Invalid):
    """Write an answer first."""


class UnfitReply(Invalid):
    """These words may not leave."""


class NotAColleague(Invalid):
    """Nobody of that name works here."""


class ConversationClosed(WrongState):
    """This conversation is closed already."""


class SomethingNew(WrongState):
    """Something was said in this conversation since you looked at it: read it first, then close it."""


class ConversationOpen(WrongState):
    """This conversation is open already."""


class UnusableAutoReply(Invalid):
    """This automatic reply cannot be saved as it is."""


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer as it would leave: the words typed with what was added, and what the linter finds in them."""

    body: str
    findings: tuple[lint.Finding, ...]

    @property
    def wrong(self) -> str:
        """The first sentence that keeps it from leaving, or nothing."""
        return next((finding.sentence for finding in lint.errors(self.findings)), "")


def compose(*, organization: Organization, body: str, language: str, creditor: str = "") -> Composed:
    """Add who writes, the disclosure and the opt-out line where the words lack them (12 CFR 1006.6(e), 1006.18(e))."""
    situation = lint.Situation(
        language=language, actor=organization.actor, senders=tuple(n for n in (organization.name, creditor) if n)
    )
    whole = closed(body, organization=organization.name, situation=situation)
    return Composed(whole, lint.lint(whole, situation))


def reply(
    *, conversation: Conversation, body: str, actor: str, at: datetime, language: str = "", creditor: str = ""
) -> Message:
    """Answer by hand, through the one door out. Raises NothingWritten, UnfitReply, ContactRefused."""
    organization = conversation.organization
    if not body.strip():
        raise NothingWritten(fields={"body": "Write an answer first."})
    if len(body) > LONGEST_REPLY or "\x00" in body:
        raise UnfitReply(f"An answer has at most {LONGEST_REPLY:,} characters.", fields={"body": "Too long."})
    composed = compose(
        organization=organization,
        body=body,
        language=language or organization.locale[:2],
        creditor=creditor,
    )
    if composed.wrong:
        raise UnfitReply(composed.wrong, fields={"body": composed.wrong})
    message = send_by_hand(
        organization=organization,
        account=_account(conversation),
        consumer_id=conversation.consumer_id,
        channel=conversation.channel,
        address=conversation.address,
        sender=conversation.sender,
        body=composed.body,
        occasion=Occasion.ANSWER,
        answers_message=_last_received(conversation),
        actor=actor,
        at=at,
    )
    _answered(conversation, message)
    return message


def _account(conversation: Conversation) -> Account | None:
    rows = Account.objects.of(conversation.organization).select_related("consumer")
    return rows.filter(pk=conversation.account_id).first() if conversation.account_id else None


def _last_received(conversation: Conversation) -> Message | None:
    said = Message.objects.of(conversation.organization).filter(
        channel=conversation.channel, address=conversation.address, direction=Direction.IN
    )
    return said.order_by("-at", "-pk").first()


def _answered(conversation: Conversation, message: Message) -> None:
    """What came in meanwhile stays unread."""
    changes = {
        "unread": 0,
        "waiting_since": None,
        "last_message_id": message.pk,
        "last_text": message.body[:160],
        "last_intent": "",
        "last_at": message.at,
    }
    same = Conversation.objects.filter(pk=conversation.pk, last_message_id=conversation.last_message_id)
    if same.update(**changes):
        for name, value in changes.items():
            setattr(conversation, name, value)


def assign(*, conversation: Conversation, to: Person | None, actor: str, at: datetime) -> None:
    """Give it to a colleague, or to nobody. Raises NotAColleague."""
    if to is not None and (to.organization_id != conversation.organization_id or not to.is_active):
        raise NotAColleague(fields={"to": "Choose a colleague."})
    with transaction.atomic():
        changed = Conversation.objects.filter(pk=conversation.pk).exclude(assigned_to=to)
        if to is None:
            changed = Conversation.objects.filter(pk=conversation.pk, assigned_to__isnull=False)
        if changed.update(assigned_to=to):
            facts = {"to": to.actor if to else None}
            record([_entry(conversation, events.CONVERSATION_ASSIGNED, actor, **facts)], at=at)
    conversation.assigned_to = to


def close(*, conversation: Conversation, actor: str, at: datetime, seen: int | None = None) -> None:
    """Done with, until the consumer writes again; the engine may go on with the account.

    `seen`: the last message that whoever closes it has read; without it, the one that this instance knows. Raises
    ConversationClosed, SomethingNew.
    """
    last = conversation.last_message_id if seen is None else seen
    with transaction.atomic():
        present = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if present.last_message_id != last and CONVERSATION.target(present.status, "close"):
            raise SomethingNew
        if not CONVERSATION.move(present, "close", unread=0, waiting_since=None):
            raise ConversationClosed
        record([_entry(conversation, events.CONVERSATION_CLOSED, actor)], at=at)
    conversation.status, conversation.unread, conversation.waiting_since = present.status, 0, None


def reopen(*, conversation: Conversation, actor: str, at: datetime) -> None:
    """Back among the open ones. Raises ConversationOpen."""
    with transaction.atomic():
        if not CONVERSATION.move(conversation, "reopen"):
            raise ConversationOpen
        record([_entry(conversation, events.CONVERSATION_REOPENED, actor)], at=at)


def mark_read(*, conversation: Conversation) -> None:
    """Seen up to its last message as this instance knows it; what has come in since stays unread."""
    same = Conversation.objects.filter(pk=conversation.pk, last_message_id=conversation.last_message_id)
    if conversation.unread and same.update(unread=0):
        conversation.unread = 0


def mark_unread(*, conversation: Conversation) -> None:
    """Bold again, for whoever comes next."""
    Conversation.objects.filter(pk=conversation.pk, unread=0).update(unread=1)
    conversation.unread = conversation.unread or 1


def record_opt_out(*, conversation: Conversation, actor: str, at: datetime, notes: str = "") -> OptOut:
    """The consumer asked in other words, or by telephone: the channel closes for this address."""
    return opt_out(
        organization=conversation.organization,
        channel=OptOutChannel(conversation.channel),
        address=conversation.address,
        account=_account(conversation),
        source=OptOutSource.STAFF,
        notes=notes,
        actor=actor,
        at=at,
    )


def save_auto_reply(
    *,
    sender: Sender,
    body: str,
    keywords: Sequence[str],
    actor: str,
    at: datetime,
    is_active: bool = True,
    rule: AutoReply | None = None,
) -> AutoReply:
    """A new rule, or a changed one. No keywords: it answers everything that no keyword rule answers.

    The text is kept as it will leave: with our name, the disclosure and the opt-out line. Raises UnusableAutoReply.
    """
    words = list(dict.fromkeys(word.strip() for word in keywords if word.strip()))
    composed = compose(organization=sender.organization, body=body, language=sender.organization.locale[:2])
    wrong = _wrong(words, body, composed)
    rule = rule or AutoReply(organization=sender.organization, created_at=at)
    if not words and is_active and _answers_all(sender, rule.pk):
        wrong["keywords"] = f"{sender} already has a reply to everything: change that one, or give keywords."
    if wrong:
        raise UnusableAutoReply(next(iter(wrong.values())), fields=wrong)
    rule.sender, rule.keywords, rule.body, rule.is_active = sender, words, composed.body, is_active
    with transaction.atomic():
        rule.save()
        record([_rule_entry(rule, actor, "saved")], at=at)
    return rule


def delete_auto_reply(*, rule: AutoReply, actor: str, at: datetime) -> None:
    with transaction.atomic():
        record([_rule_entry(rule, actor, "deleted")], at=at)
        AutoReply.objects.filter(pk=rule.pk).delete()


def _wrong(words: list[str], body: str, composed: Composed) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not body.strip():
        wrong["body"] = "Write a text."
    elif tags.OPENING in body:
        wrong["body"] = "An automatic reply has no tags."
    elif len(body) > LONGEST_REPLY or "\x00" in body:
        wrong["body"] = f"A reply has at most {LONGEST_REPLY:,} characters."
    elif composed.wrong:
        wrong["body"] = composed.wrong
    if sentence := next((why for word in words if (why := _unusable(word))), ""):
        wrong["keywords"] = sentence
    elif len(words) > MOST_KEYWORDS:
        wrong["keywords"] = f"At most {MOST_KEYWORDS} keywords."
    return wrong


def _unusable(word: str) -> str:
    if len(word) > 60 or not normalize(word):
        return f"{word[:60]} is not a keyword: write words of up to 60 characters."
    reading = classify(word)
    if reading.opts_out or reading.primary in ("opt_in", "help"):
        return f"{word} has an answer of its own: STOP, START and HELP come before any rule."
    return ""


def _answers_all(sender: Sender, but: int | None) -> bool:
    return AutoReply.objects.filter(sender=sender, keywords=[], is_active=True).exclude(pk=but).exists()


def _entry(conversation: Conversation, event: str, actor: str, **facts: Any) -> Draft:
    return Draft(
        conversation.organization_id,
        event,
        actor,
        account_id=conversation.account_id,
        campaign_id=conversation.campaign_id,
        channels=(conversation.channel,),
        facts={"conversation": conversation.public_id, **facts},
    )


def _rule_entry(rule: AutoReply, actor: str, change: str) -> Draft:
    facts = {"rule": rule.public_id, "sender": rule.sender_id, "change": change, "active": rule.is_active}
    return Draft(rule.organization_id, events.AUTO_REPLY_CHANGED, actor, channels=(rule.sender.channel,), facts=facts)
