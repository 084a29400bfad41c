"""What people have approved, as the judge needs it: for one planned contact, or for contacts by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from forbear.core.ids import public_id
from forbear.policy.ledger import Approval

Some = tuple[Approval, ...]
ByHand = tuple[int | None, str, str]
"""Account, channel, occasion."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Standing approvals of one batch."""

    by_item: Mapping[int, Some] = field(default_factory=dict)
    by_hand: Mapping[ByHand, Some] = field(default_factory=dict)

    def of(self, item: int, account: int | None, channel: str, occasion: str) -> Some:
        return self.by_item.get(item, ()) + self.by_hand.get((account, channel, occasion), ())


def approvals_of(items: Iterable[int], accounts: Iterable[int], *, at: datetime) -> Approvals:
    """One query; there are few of them."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [at, list(items), list(accounts)])
        rows = cursor.fetchall()
    by_item: dict[int, Some] = {}
    by_hand: dict[ByHand, Some] = {}
    for pk, item, account, channel, occasion, rules, until in rows:
        some = tuple(Approval(rule, until, public_id("rfl", pk)) for rule in rules)
        if item is None:
            key = account, channel, occasion
            by_hand[key] = by_hand.get(key, ()) + some
        else:
            by_item[item] = by_item.get(item, ()) + some
    return Approvals(by_item, by_hand)


_STANDING = """SELECT id, item_id, account_id, channel, occasion, rules, until FROM dispatch_referral
WHERE status = 'approved' AND until > %s AND (item_id = ANY(%s) OR item_id IS NULL AND account_id = ANY(%s))"""
