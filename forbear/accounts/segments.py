"""Segments: filters that are kept under a name. Whoever answers to one is looked up anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid, Refusal
from forbear.staff.models import Organization
from forbear.web.wire import numbered

from . import events
from .finding import answering
from .models import Account, ContactList, Segment
from .queries import Wanted, accounts
from .states import Bucket

WORDS = (
    "status", "bucket", "list", "campaign", "q", "creditor", "amount_from", "amount_to", "score_from", "score_to",
    "field", "value",
)  # fmt: skip


class SegmentNameTaken(Refusal):
    """There is a segment of this name already."""


def wanted_of(words: Mapping[str, Any]) -> Wanted:
    """The filter in its words (see WORDS) as a filter of rows. Raises Invalid for a number or a bucket that is none."""
    text = {name: str(words[name]).strip() for name in WORDS if words.get(name) not in (None, "")}
    return Wanted(
        status=text.get("status", ""),
        bucket=_bucket(text.get("bucket", "")),
        contact_list=numbered(ContactList.prefix, text.get("list", "")),
        campaign=numbered("cmp", text.get("campaign", "")),
        q=text.get("q", ""),
        creditor=text.get("creditor", ""),
        amount=(_amount(text, "amount_from"), _amount(text, "amount_to")),
        score=(_whole(text, "score_from"), _whole(text, "score_to")),
        field=(text.get("field", ""), text.get("value", "")),
    )


def _amount(text: Mapping[str, str], name: str) -> Decimal | None:
    if name not in text:
        return None
    try:
        amount = Decimal(text[name])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= 10**12:
        raise Invalid("Write the amount as 120.50.", fields={name: "Write the amount as 120.50."})
    return amount


def _bucket(word: str) -> str:
    if word and word not in set(Bucket):
        say = f"There is no bucket “{word[:40]}”; there are {', '.join(Bucket)}."
        raise Invalid(say, fields={"bucket": say})
    return word


def _whole(text: Mapping[str, str], name: str) -> int | None:
    if name not in text:
        return None
    if not text[name].removeprefix("-").isdecimal() or abs(int(text[name])) > 32_767:
        raise Invalid("A score is a whole number.", fields={name: "A score is a whole number."})
    return int(text[name])


def save_segment(
    *, organization: Organization, name: str, words: Mapping[str, Any], actor: str, at: datetime
) -> Segment:
    """Keep a filter under a name. Raises SegmentNameTaken and Invalid, also for a filter that names nothing."""
    name = " ".join(name.split())
    if not name or len(name) > 120 or not name.isprintable():
        say = "Give the segment a name of at most 120 characters."
        raise Invalid(say, fields={"name": say})
    if not wanted_of(words):
        raise Invalid("Name at least one thing that the accounts must have.", fields={"filter": "It names nothing."})
    kept = {word: str(words[word]) for word in WORDS if words.get(word) not in (None, "")}
    try:
        with transaction.atomic():
            made = Segment.objects.create(
                organization=organization, name=name, wanted=kept, created_at=at, created_by=actor
            )
            record([Draft(organization.pk, events.SEGMENT_SAVED, actor, facts={"segment": made.pk})], at=at)
    except IntegrityError as taken:
        raise SegmentNameTaken(fields={"name": "Choose another name."}) from taken
    return made


def delete_segment(*, segment: Segment, actor: str, at: datetime) -> None:
    """The filter goes; accounts and campaigns that it fed stay as they are."""
    with transaction.atomic():
        record([Draft(segment.organization_id, events.SEGMENT_DELETED, actor, facts={"segment": segment.pk})], at=at)
        Segment.objects.filter(pk=segment.pk).delete()


def accounts_in(segment: Segment, organization: Organization, *, today: date) -> QuerySet[Account]:
    """Whoever answers to it on that day."""
    return answering_to(segment.wanted, organization, today=today)


def answering_to(words: Mapping[str, Any], organization: Organization, *, today: date) -> QuerySet[Account]:
    """Whoever answers to a filter in its words: all of them, also where a person who types is shown the first ones."""
    wanted = wanted_of(words)
    rows = accounts(organization, replace(wanted, q=""), today=today)
    return answering(rows, organization, wanted.q) if wanted.q else rows
