"""What was known at a past minute: opt-outs, holds and contacts as they stood then.

Limits, statuses and contact points are kept without their past: for those the present ones answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from forbear.consent.models import Hold, OptOut
from forbear.policy import facts as f

from .gather import Case, Gathered, facts_of


def facts_then(case: Case, got: Gathered, *, at: datetime) -> f.Facts:
    """The facts of one contact as they stood at `at`. Two queries."""
    facts = facts_of(case, got)
    point = facts.contact_point
    return replace(
        facts,
        opt_outs=_opt_outs(case, point.address if point else "", at),
        holds=_holds(case, at),
        history=tuple(contact for contact in facts.history if contact.at <= at),
    )


def _opt_outs(case: Case, address: str, at: datetime) -> tuple[f.OptOut, ...]:
    whose = Q(address=address) & ~Q(address="") | Q(address="", consumer_id=case.consumer_id)
    stood = Q(lifted_at=None) | Q(lifted_at__gt=at)
    rows = OptOut.objects.filter(whose, stood, organization=case.organization_id, recorded_at__lte=at)
    return tuple(f.OptOut(row.channel, row.address or None, row.at, row.source) for row in rows.order_by("pk"))


def _holds(case: Case, at: datetime) -> tuple[f.Hold, ...]:
    rows: Any = Hold.objects.filter(
        Q(closed_at=None) | Q(closed_at__gt=at), consumer=case.consumer_id, opened_at__lte=at
    ).order_by("pk")
    return tuple(
        f.Hold(row.kind, None if row.account_id is None else str(row.account_id), row.opened_at, row.asked_at)
        for row in rows
    )
