"""Named reads of the consent room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from forbear.accounts.models import Consumer
from forbear.core.phone import normalize
from forbear.staff.models import Organization

from .models import Act, Hold, OptOut
from .states import REVIEWED


def opt_outs(
    organization: Organization,
    *,
    words: str = "",
    channel: str = "",
    standing: bool | None = None,
    consumer_id: int | None = None,
) -> QuerySet[OptOut]:
    """Opt-outs of an organization. words: a part of an address, or a name; standing: those not lifted."""
    rows = OptOut.objects.of(organization)
    if words.strip():
        rows = rows.filter(_about(organization, words.strip()))
    if channel:
        rows = rows.filter(channel=channel)
    if consumer_id is not None:
        rows = rows.filter(consumer_id=consumer_id)
    return rows if standing is None else rows.filter(lifted_at__isnull=standing)


def _about(organization: Organization, words: str) -> Q:
    number = normalize(words, organization.country)
    named = consumers_named(organization, words)
    # Addresses are kept in small letters.
    return Q(address=number) if number else Q(address__contains=words.casefold()) | Q(consumer_id__in=named)


def consumers_named(organization: Organization, words: str) -> QuerySet[Any, int]:
    """Ids of people whose names begin with the words, one word a name."""
    rows = Consumer.objects.of(organization)
    for word in words.split()[:3]:
        rows = rows.filter(Q(first_name__istartswith=word) | Q(last_name__istartswith=word))
    return rows.values_list("pk", flat=True)


def holds(
    organization: Organization,
    *,
    words: str = "",
    kind: str = "",
    standing: bool | None = None,
    consumer_id: int | None = None,
    account_id: int | None = None,
) -> QuerySet[Hold]:
    """Reasons not to contact, with their people."""
    rows = Hold.objects.of(organization).select_related("consumer", "account")
    if words.strip():
        rows = rows.filter(consumer__in=consumers_named(organization, words.strip()))
    exact = {"kind": kind, "consumer": consumer_id, "account": account_id}
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    return rows if standing is None else rows.filter(closed_at__isnull=standing)


def acts(
    organization: Organization,
    *,
    kind: str = "",
    address: str = "",
    consumer_id: int | None = None,
) -> QuerySet[Act]:
    """What people did and said. Each carries `void_reason`: None, or why it was taken back."""
    void = Act.objects.filter(voids_id=OuterRef("pk")).values("evidence")[:1]
    rows = Act.objects.of(organization).annotate(void_reason=Subquery(void))
    if kind:
        rows = rows.filter(type=kind)
    if address:
        rows = rows.filter(address=normalize(address, organization.country) or address.casefold())
    return rows if consumer_id is None else rows.filter(consumer_id=consumer_id)


def names_of(consumer_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by their numbers, in one query."""
    numbers = {number for number in consumer_ids if number is not None}
    return {one.pk: str(one) for one in Consumer.objects.filter(pk__in=numbers)} if numbers else {}


def held_accounts(accounts: Iterable[int]) -> set[int]:
    """Those of these accounts that some hold keeps in review, by itself or as one about the whole person."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.id FROM accounts_account a JOIN consent_hold h ON h.consumer_id = a.consumer_id
                   AND (h.account_id = a.id OR h.account_id IS NULL)
               WHERE a.id = ANY(%s) AND h.kind = ANY(%s) AND h.closed_at IS NULL""",
            [sorted(accounts), sorted(REVIEWED)],
        )
        return {row[0] for row in cursor.fetchall()}
