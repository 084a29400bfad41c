"""Named reads of the cases room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from forbear.accounts.finding import whoever
from forbear.accounts.models import Account
from forbear.staff.models import ApiKey, Organization, Person

from .models import Dispute, Escalation
from .states import HIGH_AFTER, STANDING, UNRESOLVED, EscalationStatus, Reason


def escalations(
    organization: Organization, *, words: str = "", status: str = "", account_id: int | None = None
) -> QuerySet[Escalation]:
    """Cases with their people; status: one of the words, or `unresolved`."""
    rows = Escalation.objects.of(organization).select_related("account__consumer")
    if status:
        rows = rows.filter(status__in=UNRESOLVED if status == "unresolved" else [status])
    if account_id is not None:
        rows = rows.filter(account=account_id)
    return rows.filter(account__in=_accounts(organization, words)) if words.strip() else rows


def disputes(
    organization: Organization, *, words: str = "", status: str = "", account_id: int | None = None
) -> QuerySet[Dispute]:
    """Disputes with their people; status: one of the words, or `standing`."""
    rows = Dispute.objects.of(organization).select_related("account", "consumer", "hold")
    if status:
        rows = rows.filter(status__in=STANDING if status == "standing" else [status])
    if account_id is not None:
        rows = rows.filter(Q(account=account_id) | Q(account=None, consumer__accounts=account_id))
    if words.strip():
        accounts = _accounts(organization, words)
        rows = rows.filter(Q(account__in=accounts) | Q(account=None, consumer__accounts__in=accounts)).distinct()
    return rows


def _accounts(organization: Organization, words: str) -> list[int]:
    return whoever(Account.objects.of(organization), organization, words)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Unresolved cases, those of high priority that nobody has taken, and since when the oldest one waits."""

    pending: int
    high: int
    taken: int
    since: datetime | None


def waiting(organization: Organization, *, at: datetime) -> Waiting:
    """The figures of the queue, in one statement."""
    pending = Q(status=EscalationStatus.PENDING)
    found = (
        Escalation.objects.of(organization)
        .filter(status__in=UNRESOLVED)
        .aggregate(
            all=Count("pk"),
            high=Count("pk", filter=pending & _high(at)),
            taken=Count("pk", filter=~pending),
            since=Min("escalated_at", filter=pending),
        )
    )
    return Waiting(found["all"], found["high"], found["taken"], found["since"])


def _high(at: datetime) -> Q:
    return Q(escalated_at__lte=at - HIGH_AFTER) | Q(reason=Reason.LEGAL)


def is_high(one: Escalation, at: datetime) -> bool:
    """Whether it has waited for a day, or is about the law; only while nobody has taken it."""
    waits = one.status == EscalationStatus.PENDING
    return waits and (one.reason == Reason.LEGAL or one.escalated_at <= at - HIGH_AFTER)


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Who they are, by the log's word for them; two statements at most."""
    numbers: dict[str, set[int]] = {}
    for actor in actors:
        kind, _, number = actor.partition(":")
        if number.isdigit():
            numbers.setdefault(kind, set()).add(int(number))
    people = Person.objects.filter(pk__in=numbers.get("person", ())) if "person" in numbers else ()
    keys = ApiKey.objects.filter(pk__in=numbers.get("key", ())) if "key" in numbers else ()
    return {f"person:{one.pk}": one.name for one in people} | {f"key:{one.pk}": f"key “{one.name}”" for one in keys}


_SAID = """
SELECT a.id, count(*), (array_agg(m.channel ORDER BY m.id DESC))[1]
FROM accounts_account a JOIN dispatch_message m ON m.consumer_id = a.consumer_id AND m.account_id = a.id
WHERE a.organization_id = %s AND a.id = ANY(%s) GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Talk:
    """How often somebody and the house have spoken about an account, and by which channel last."""

    count: int
    channel: str


def talks(organization: Organization, accounts: Iterable[int]) -> dict[int, Talk]:
    """By account, in one statement. Messages are the room's above: only their table is read."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [organization.pk, list(accounts)])
        return {account: Talk(count, channel) for account, count, channel in cursor.fetchall()}
