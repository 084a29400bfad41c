"""The reactions: which entries of the log become notices, in which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from forbear.accounts.models import Account
from forbear.compliance.actions import Draft
from forbear.core.ids import public_id
from forbear.core.money import Money
from forbear.web.formats import day, worded

from .actions import News, tell, tell_once_an_hour
from .states import EACH_AT_MOST, Kind

Accounts = Mapping[int, Account]


def tell_overdue(drafts: Sequence[Draft], at: datetime) -> None:
    """Promises that were not kept."""

    def words(draft: Draft, whose: str) -> tuple[str, str]:
        facts: Any = draft.facts
        amount = Money(facts["amount"], facts["currency"])
        return f"The promise of {whose} is overdue", f"{amount} by {day(date.fromisoformat(str(facts['due_on'])))}."

    _tell_each(drafts, Kind.PROMISE_OVERDUE, words, "promises are overdue", "/promises?status=overdue", at)


def tell_escalated(drafts: Sequence[Draft], at: datetime) -> None:
    """Accounts that need a person."""

    def words(draft: Draft, whose: str) -> tuple[str, str]:
        facts: Any = draft.facts
        return f"{whose} needs a person", f"{worded(facts['reason'])}."

    _tell_each(drafts, Kind.NEW_ESCALATION, words, "accounts need a person", "/escalations", at)


def tell_channel_error(drafts: Sequence[Draft], at: datetime) -> None:
    """Contacts that a channel could not carry, but for numbers that their owners have blocked there; a channel that
    goes on failing is told once an hour."""
    news = []
    for draft in drafts:
        facts = _facts(draft)
        if facts.get("opted_out"):
            continue
        channel = {"sms": "SMS", "email": "E-mail", "voice": "Voice", "whatsapp": "WhatsApp"}.get(
            draft.channels[0] if draft.channels else "", "A channel"
        )
        body = str(facts.get("code", "") or facts.get("reason", "")).replace("_", " ").capitalize()
        news.append(News(draft.organization_id, Kind.CHANNEL_ERROR, f"{channel}: contacts fail", "/execution", body))
    tell_once_an_hour(news, at=at)


def _facts(draft: Draft) -> Mapping[str, Any]:
    facts: Any = json.loads(draft.facts) if isinstance(draft.facts, str) else draft.facts
    return facts or {}


def tell_failed_launch(drafts: Sequence[Draft], at: datetime) -> None:
    """Campaigns that could not leave."""
    news = []
    for draft in drafts:
        path = f"/campaigns/{public_id('cmp', draft.campaign_id)}" if draft.campaign_id else "/campaigns"
        news.append(News(draft.organization_id, Kind.DISPATCH_BATCH_FAILED, "A campaign could not be launched", path))
    tell(news, at=at)


def _tell_each(
    drafts: Sequence[Draft],
    kind: Kind,
    words: Callable[[Draft, str], tuple[str, str]],
    many: str,
    path: str,
    at: datetime,
) -> None:
    """One notice each, or one for all where there are many."""
    news = []
    for owner in sorted({draft.organization_id for draft in drafts}):
        mine = [draft for draft in drafts if draft.organization_id == owner and draft.account_id]
        if len(mine) > EACH_AT_MOST:
            news.append(News(owner, kind, f"{len(mine):,} {many}", path))
            continue
        accounts = Account.objects.select_related("consumer").in_bulk([draft.account_id for draft in mine])
        for draft in mine:
            account = accounts[draft.account_id]
            title, body = words(draft, str(account.consumer))
            news.append(News(owner, kind, title, f"/accounts/{account.public_id}", body))
    tell(news, at=at)
