"""`/v1/conversations` and `/v1/auto-replies`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Status
from pydantic import Field

from forbear.accounts.models import Account, Consumer
from forbear.channels.models import Sender
from forbear.core import clock
from forbear.core.ids import public_id
from forbear.core.refusal import Invalid
from forbear.dispatch.models import Message
from forbear.dispatch.schemas import MessageShown
from forbear.staff.queries import colleagues
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Given, Limit, Listed, Shown, found, listed, numbered

from . import actions, queries, states
from .models import AutoReply, Conversation

router = Router("inbox")


class ConsumerShown(Shown):
    id: str
    first_name: str
    last_name: str


class ConversationShown(Shown):
    """`unread`: how many received messages nobody has opened. `last_message`: its text."""

    id: str
    consumer: ConsumerShown | None
    account_id: str | None
    campaign_id: str | None
    address: str
    channel: str
    status: str
    unread: int
    assigned_to: str | None
    last_message_id: str
    last_message: str
    last_intent: str
    waiting_since: datetime | None
    at: datetime

    @classmethod
    def of(cls, row: Conversation, consumer: Consumer | None) -> ConversationShown:
        known = consumer and ConsumerShown(
            id=consumer.public_id, first_name=consumer.first_name, last_name=consumer.last_name
        )
        return cls(
            id=row.public_id,
            consumer=known,
            account_id=_id(Account.prefix, row.account_id),
            campaign_id=_id("cmp", row.campaign_id),
            address=row.address,
            channel=row.channel,
            status=row.status,
            unread=row.unread,
            assigned_to=row.assigned_to.public_id if row.assigned_to else None,
            last_message_id=row.last_message_public_id,
            last_message=row.last_text,
            last_intent=row.last_intent,
            waiting_since=row.waiting_since,
            at=row.last_at,
        )


class ReplyGiven(Given):
    body: Annotated[str, Field(min_length=1, max_length=actions.LONGEST_REPLY)]


class AssignGiven(Given):
    """`person_id`: a colleague, or null for nobody."""

    person_id: Annotated[str, Field(max_length=60)] | None


class AutoReplyGiven(Given):
    """No keywords: it answers everything that no keyword rule answers."""

    sender_id: Annotated[str, Field(max_length=60)]
    keywords: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=actions.MOST_KEYWORDS)] = []
    body: Annotated[str, Field(min_length=1, max_length=actions.LONGEST_REPLY)]
    is_active: bool = True


class AutoReplyChanges(Given):
    keywords: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=actions.MOST_KEYWORDS)] = []
    body: Annotated[str, Field(max_length=actions.LONGEST_REPLY)] = ""
    is_active: bool = True


class AutoReplyShown(Shown):
    id: str
    sender_id: str
    sender: str
    keywords: list[str]
    body: str
    is_active: bool

    @classmethod
    def of(cls, rule: AutoReply) -> AutoReplyShown:
        return cls(
            id=rule.public_id,
            sender_id=rule.sender.public_id,
            sender=rule.sender.address,
            keywords=rule.keywords,
            body=rule.body,
            is_active=rule.is_active,
        )


@router.get("/conversations", response=Listed[ConversationShown])
def list_conversations(
    request: Asked,
    assigned_to: Annotated[str, Query(max_length=60, description="A person's id, `me` or `none`.")] = "",
    unread: bool | None = None,
    status: states.Status = states.Status.OPEN,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Listed[ConversationShown]:
    """Conversations, the one with the newest message first."""
    rows = Conversation.objects.of(request.auth.organization).select_related("assigned_to").filter(status=status)
    if assigned_to:
        rows = rows.filter(assigned_to=_person(request, assigned_to))
    if unread is not None:
        rows = rows.filter(unread__gt=0) if unread else rows.filter(unread=0)
    page = listed(rows, lambda row: row, limit=limit, cursor=cursor, sorts={"newest": ["-last_at"]}, sort="newest")
    known = Consumer.objects.in_bulk([row.consumer_id for row in page.items if row.consumer_id])
    shown = [ConversationShown.of(row, known.get(row.consumer_id or 0)) for row in page.items]
    return Listed(items=shown, next_cursor=page.next_cursor)


@router.get("/conversations/{conversation_id}", response=ConversationShown)
def read_conversation(request: Asked, conversation_id: str) -> ConversationShown:
    return _shown(_conversation(request, conversation_id))


@router.get("/conversations/{conversation_id}/messages", response=Listed[MessageShown])
def list_messages(request: Asked, conversation_id: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[MessageShown]:
    """What was said, the newest first."""
    one = _conversation(request, conversation_id)
    rows = Message.objects.of(request.auth.organization).filter(channel=one.channel, address=one.address)
    rows = rows.select_related("call")
    return listed(rows, MessageShown.of, limit=limit, cursor=cursor)


@router.post("/conversations/{conversation_id}/reply", response={201: MessageShown})
def reply(request: Asked, conversation_id: str, given: ReplyGiven) -> Status[MessageShown]:
    """Answer through the one door out: who writes and the opt-out line are added where they are missing.

    422 with the verdict where the policy does not allow it.
    """
    one = _conversation(request, conversation_id)
    beside = queries.beside(one, at=clock.now())
    message = actions.reply(
        conversation=one,
        body=given.body,
        language=queries.language_of(one, beside.consumer),
        creditor=beside.account.creditor.name if beside.account and beside.account.creditor else "",
        actor=request.auth.actor,
        at=clock.now(),
    )
    return Status(201, MessageShown.of(message))


@router.post("/conversations/{conversation_id}/assign", response=ConversationShown)
def assign(request: Asked, conversation_id: str, given: AssignGiven) -> ConversationShown:
    """To a colleague, or to nobody."""
    one = _conversation(request, conversation_id)
    to = _person(request, given.person_id) if given.person_id else None
    actions.assign(conversation=one, to=to, actor=request.auth.actor, at=clock.now())
    return _shown(one)


@router.post("/conversations/{conversation_id}/close", response=ConversationShown)
def close(request: Asked, conversation_id: str, seen: Annotated[str, Query(max_length=60)] = "") -> ConversationShown:
    """Out of the way until the consumer writes again; 409 when it is closed already, or when something was said after
    the message that you have `seen` (a `last_message_id`)."""
    one = _conversation(request, conversation_id)
    actions.close(conversation=one, actor=request.auth.actor, at=clock.now(), seen=numbered(Message.prefix, seen))
    return _shown(one)


@router.post("/conversations/{conversation_id}/reopen", response=ConversationShown)
def reopen(request: Asked, conversation_id: str) -> ConversationShown:
    """409 when it is open already."""
    one = _conversation(request, conversation_id)
    actions.reopen(conversation=one, actor=request.auth.actor, at=clock.now())
    return _shown(one)


@router.post("/conversations/{conversation_id}/read", response=ConversationShown)
def mark_read(request: Asked, conversation_id: str) -> ConversationShown:
    """Everything up to its present last message has been seen."""
    one = _conversation(request, conversation_id)
    actions.mark_read(conversation=one)
    return _shown(one)


@router.get("/auto-replies", response=Listed[AutoReplyShown])
def list_auto_replies(request: Asked, limit: Limit = 50, cursor: Cursor = "") -> Listed[AutoReplyShown]:
    """The rules of all senders, the newest first."""
    return listed(queries.auto_replies(request.auth.organization), AutoReplyShown.of, limit=limit, cursor=cursor)


@router.post("/auto-replies", response={201: AutoReplyShown})
def create_auto_reply(request: Asked, given: AutoReplyGiven) -> Status[AutoReplyShown]:
    """A new rule; STOP, START and HELP come before any of them."""
    senders = Sender.objects.of(request.auth.organization).select_related("organization")
    words = given.model_dump(exclude={"sender_id"})
    sender = found(senders, given.sender_id)
    rule = actions.save_auto_reply(sender=sender, actor=request.auth.actor, at=clock.now(), **words)
    return Status(201, AutoReplyShown.of(rule))


@router.get("/auto-replies/{rule_id}", response=AutoReplyShown)
def read_auto_reply(request: Asked, rule_id: str) -> AutoReplyShown:
    return AutoReplyShown.of(_rule(request, rule_id))


@router.patch("/auto-replies/{rule_id}", response=AutoReplyShown)
def change_auto_reply(request: Asked, rule_id: str, given: AutoReplyChanges) -> AutoReplyShown:
    rule = _rule(request, rule_id)
    words = {"keywords": rule.keywords, "body": rule.body, "is_active": rule.is_active} | given.changes()
    sender = Sender.objects.select_related("organization").get(pk=rule.sender_id)
    actions.save_auto_reply(rule=rule, sender=sender, actor=request.auth.actor, at=clock.now(), **words)
    return AutoReplyShown.of(rule)


@router.delete("/auto-replies/{rule_id}", response={204: None})
def delete_auto_reply(request: Asked, rule_id: str) -> Status[None]:
    actions.delete_auto_reply(rule=_rule(request, rule_id), actor=request.auth.actor, at=clock.now())
    return Status(204, None)


def _conversation(request: Asked, public: str) -> Conversation:
    rows = Conversation.objects.of(request.auth.organization)
    return found(rows.select_related("organization", "assigned_to", "sender"), public)


def _rule(request: Asked, public: str) -> AutoReply:
    return found(queries.auto_replies(request.auth.organization), public)


def _person(request: Asked, word: str) -> Any:
    """A colleague by public id, oneself, or nobody."""
    if word == "none":
        return None
    if word == "me":
        if request.auth.person is None:
            raise Invalid("A key is nobody: name a person.", fields={"assigned_to": "Name a person."})
        return request.auth.person
    return found(colleagues(request.auth.organization), word)


def _shown(one: Conversation) -> ConversationShown:
    return ConversationShown.of(one, Consumer.objects.filter(pk=one.consumer_id).first())


def _id(prefix: str, number: int | None) -> str | None:
    return None if number is None else public_id(prefix, number)
