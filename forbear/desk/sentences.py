"""How a row is told in one sentence on an account's page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forbear.accounts.models import Account
from forbear.campaigns.reasons import sentence_of
from forbear.compliance.models import Entry
from forbear.consent.models import Hold, OptOut
from forbear.core.phone import readable
from forbear.dispatch.models import Message
from forbear.dispatch.states import Direction, MessageStatus, Occasion
from forbear.web.formats import in_zone, when
from forbear.web.parts import Happening

VIA = {"sms": "SMS", "email": "e-mail", "voice": "telephone", "call": "telephone", "whatsapp": "WhatsApp"}
ENDINGS = {
    MessageStatus.QUEUED: ("is about to leave", ""),
    MessageStatus.SENDING: ("is being handed over", "going"),
    MessageStatus.SENT: ("was sent", "going"),
    MessageStatus.DELIVERED: ("was delivered", "good"),
    MessageStatus.UNDELIVERED: ("was not delivered", "wait"),
    MessageStatus.REJECTED: ("was refused by the gateway", "stop"),
    MessageStatus.UNCERTAIN: ("may have left: the gateway has not said, so it is not sent again", "wait"),
}
KINDS = {
    Occasion.CAMPAIGN: "A campaign's message",
    Occasion.MANUAL: "A message written by hand",
    Occasion.ANSWER: "An answer",
    Occasion.CONFIRMATION: "The confirmation",
    Occasion.HELP: "The answer to HELP",
}


def message_told(message: Message, account: Account) -> Happening:
    """Theirs: who answered. Ours: what kind of message, and what became of it."""
    if message.direction == Direction.IN:
        name = account.consumer.first_name or "The consumer"
        sentence = f"{name} wrote by {VIA.get(message.channel, message.channel)}"
        return Happening(
            at=message.at,
            sentence=sentence,
            icon=message.channel,
            tone="going",
            quote=message.body,
            theirs=True,
        )
    ending, tone = ENDINGS.get(MessageStatus(message.status), ("was sent", ""))
    why = f" ({message.error})" if message.error and tone in ("stop", "wait") else ""
    sentence = f"{KINDS[Occasion(message.occasion)]} {ending}{why}"
    return Happening(at=message.at, sentence=sentence, icon=message.channel, tone=tone, quote=message.body)


def opt_out_told(opt_out: OptOut, who: Mapping[str, str]) -> Happening:
    """Which channel is closed, since when, and whether it was opened again."""
    what = "Every channel" if opt_out.channel == "all" else VIA.get(opt_out.channel, opt_out.channel)
    where = f" to {_shown(opt_out.address)}" if opt_out.address else ""
    how = f"by {opt_out.source}" if opt_out.source != "staff" else f"recorded by {_name(opt_out.recorded_by, who)}"
    again = f"; lifted {when(in_zone(opt_out.lifted_at, 'UTC'))}" if opt_out.lifted_at else ""
    sentence = f"{what}{where} was closed at the consumer's wish, {how}{again}"
    return Happening(at=opt_out.at, sentence=sentence, icon="stop", tone="stop", quote=opt_out.notes)


def hold_told(hold: Hold, who: Mapping[str, str]) -> Happening:
    """Why nothing may leave, and until when."""
    kind = hold.get_kind_display().lower()  # type: ignore[attr-defined]
    closed = f"; lifted by {_name(hold.closed_by, who)}" if hold.closed_at else ""
    sentence = f"A hold was opened by {_name(hold.opened_by, who)}: {kind}{closed}"
    return Happening(at=hold.opened_at, sentence=sentence, icon="lock", tone="person", quote=hold.notes)


ENTRIES: dict[str, tuple[str, str, str]] = {
    "accounts:account:created": ("{who} added the account", "account", ""),
    "accounts:account:changed": ("{who} changed the account", "edit", ""),
    "accounts:account:status_changed": ("The account became {to}", "account", "going"),
    "accounts:consumer:changed": ("{who} changed how to reach the consumer", "edit", ""),
    "campaigns:accounts:enrolled": ("The account joined a campaign", "campaign", ""),
    "dispatch:item:deferred": ("A message was held: {reason}", "clock", "wait"),
    "dispatch:item:skipped": ("A message was not sent: {reason}", "stop", "stop"),
    "dispatch:item:failed": ("A message could not be sent: {reason}", "warning", "stop"),
    "dispatch:item:cancelled": ("A planned message was cancelled: {reason}", "close", ""),
    "dispatch:item:held_for_person": ("A message waits for a person's decision: {reason}", "talk", "person"),
    "dispatch:contact:refused": ("{who} wanted to write and was refused: {reason}", "stop", "stop"),
}


def entry_told(entry: Entry, who: Mapping[str, str]) -> Happening:
    """An entry of the log; one that has no sentence yet is told by its name."""
    fallback = (entry.event.replace(":", " ").replace("_", " ").capitalize(), "shield", "")
    words, icon, tone = ENTRIES.get(entry.event, fallback)
    facts: dict[str, Any] = json.loads(entry.facts or "{}")
    values = {
        "who": _name(entry.actor, who),
        "to": str(facts.get("to", "")).replace("_", " "),
        "reason": _inline(sentence_of(str(facts.get("reason", "")))),
    }
    return Happening(at=entry.at, sentence=words.format_map(values), icon=icon, tone=tone)


def _inline(sentence: str) -> str:
    """A sentence as the end of another one."""
    return (sentence[:1].lower() + sentence[1:]).rstrip(".") or "no reason was recorded"


def _name(actor: str, who: Mapping[str, str]) -> str:
    return who.get(actor) or ("the system" if actor == "system" else actor.partition(":")[0] or "somebody")


def _shown(address: str) -> str:
    return address if "@" in address else readable(address)
