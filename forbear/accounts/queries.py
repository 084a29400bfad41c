"""Named reads of the accounts room: accounts by what is asked of them, contact lists, marks beside people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import IntegerField, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from forbear.core.ids import number_of, public_id
from forbear.core.money import unusual_exponents
from forbear.staff.models import Organization

from .finding import found_by, gathered_in, whoever
from .models import Account, Consumer, ContactList, ContactPoint, ListMember
from .states import Bucket

COUNTED_EACH_TIME = 5_000
"""A list with more members is counted twice a minute."""
COUNTED = 10_000
"""Rows are counted up to here; a list that is longer says "more than"."""

_DAYS: dict[Bucket, tuple[int | None, int | None]] = {
    Bucket.CURRENT: (None, 0),
    Bucket.FIRST: (1, 30),
    Bucket.SECOND: (31, 60),
    Bucket.THIRD: (61, 90),
    Bucket.FINAL: (91, None),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which accounts; everything that is named must hold. Lists and campaigns by row number: 0 is nobody's."""

    status: str = ""
    bucket: str = ""
    contact_list: int | None = None
    campaign: int | None = None
    q: str = ""
    creditor: str = ""
    amount: tuple[Decimal | None, Decimal | None] = (None, None)
    """In major units of each account's own currency, both ends included."""
    score: tuple[int | None, int | None] = (None, None)
    field: tuple[str, str] = ("", "")
    """A field of the organization's own, and what stands in it."""

    def __bool__(self) -> bool:
        return self != Wanted()


def accounts(organization: Organization, wanted: Wanted, *, today: date, whole: bool = False) -> QuerySet[Account]:
    """The organization's accounts. today: the day in its zone from which days past due are counted. By words at most
    MOST, for a page says so; `whole`: however many answer.
    """
    rows: QuerySet[Account] = Account.objects.of(organization)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.bucket:
        rows = rows.filter(due_in(Bucket(wanted.bucket), today))
    if wanted.contact_list is not None:
        rows = rows.filter(memberships__contact_list=wanted.contact_list)
    if wanted.campaign is not None:
        rows = rows.filter(enrollments__campaign=wanted.campaign)
    rows = _of_worth(rows, wanted)
    if not wanted.q:
        return rows
    return Account.objects.filter(pk__one_of=(whoever if whole else found_by)(rows, organization, wanted.q))


def more_than(count: int, organization: Organization) -> bool:
    """Whether the organization has more accounts; no more of them are counted."""
    return Account.objects.of(organization).order_by()[: count + 1].count() > count


def _of_worth(rows: QuerySet[Account], wanted: Wanted) -> QuerySet[Account]:
    if wanted.creditor:
        rows = rows.filter(creditor__name__iexact=wanted.creditor)
    if wanted.amount != (None, None):
        rows = rows.filter(_between(wanted.amount))
    for end, bound in zip(("gte", "lte"), wanted.score, strict=True):
        rows = rows if bound is None else rows.filter(**{f"score__{end}": bound})
    name, value = wanted.field
    return rows.alias(own=KeyTextTransform(name, "fields")).filter(own=value) if name else rows


def _between(bounds: tuple[Decimal | None, Decimal | None]) -> Q:
    """The balance in minor units, by how many digits each currency has."""
    unusual = unusual_exponents()
    # Amounts first: of few rows the currency is then looked for in the long lists.
    ways = _minor(bounds, 2) & ~Q(currency__in=list(unusual))
    for digits in sorted(set(unusual.values())):
        ways |= _minor(bounds, digits) & Q(currency__in=[code for code, has in unusual.items() if has == digits])
    return ways


def _minor(bounds: tuple[Decimal | None, Decimal | None], digits: int) -> Q:
    ends = zip(("gte", "lte"), bounds, strict=True)
    return Q(**{f"balance_minor__{end}": int(bound.scaleb(digits)) for end, bound in ends if bound is not None})


def due_in(bucket: Bucket, today: date) -> Q:
    """Due dates that are so late on that day."""
    first, last = _DAYS[bucket]
    late = Q() if first is None else Q(due_date__lte=today - timedelta(days=first))
    return late if last is None else late & Q(due_date__gte=today - timedelta(days=last))


def with_people(rows: QuerySet[Account]) -> QuerySet[Account]:
    """With the consumer, the creditor and the contact points in their order: one statement more a page."""
    points = ContactPoint.objects.order_by("position", "pk")
    return rows.select_related("consumer", "creditor").prefetch_related(Prefetch("consumer__points", points))


def sortable(rows: QuerySet[Account], organization: Organization) -> QuerySet[Account]:
    """With `last` and `first`: the names as the index of names has them, so that it can put the rows in order."""
    mine = rows.filter(consumer__organization=organization)
    return mine.annotate(last=Lower("consumer__last_name"), first=Lower("consumer__first_name"))


def counted(rows: QuerySet[Any]) -> int | None:
    """How many; None for more than COUNTED. Those that words have found were gathered, and are not counted again."""
    if (gathered := gathered_in(rows)) is not None:
        return gathered
    number = rows.order_by().values("pk")[: COUNTED + 1].count()
    return number if number <= COUNTED else None


def contact_lists(organization: Organization, *, q: str = "") -> QuerySet[ContactList]:
    """The organization's lists; `folded` is the name without capitals, for sorting."""
    rows = ContactList.objects.of(organization).annotate(folded=Lower("name"))
    return rows.filter(name__icontains=q) if q else rows


_SIZE = """(SELECT count(*) FROM (SELECT 1 FROM accounts_listmember WHERE contact_list_id = {list}
    ORDER BY account_id LIMIT {most}) counted)"""  # in an order that only the index has: it is never read past


def with_sizes(rows: QuerySet[ContactList]) -> QuerySet[Any]:
    """With `size`, as far as it is counted each time; `whole_size` is all of it."""
    sql = _SIZE.format(list="accounts_contactlist.id", most=COUNTED_EACH_TIME + 1)
    return rows.annotate(size=RawSQL(sql, [], output_field=IntegerField()))  # noqa: S611 - words of our own


def whole_size(contact_list: Any) -> int:
    """How many accounts are on a list that came `with_sizes`."""
    return sizes_beyond({contact_list.pk: contact_list.size})[contact_list.pk]


def sizes_of(lists: Collection[int]) -> dict[int, int]:
    """How many accounts are on each list. Beyond COUNTED_EACH_TIME the figure may be half a minute old."""
    with connection.cursor() as cursor:
        size = _SIZE.format(list="list", most=COUNTED_EACH_TIME + 1)
        cursor.execute(f"SELECT list, {size} FROM unnest(%s::bigint[]) list", [list(lists)])  # noqa: S608
        return sizes_beyond(dict(cursor.fetchall()))


def sizes_beyond(sizes: dict[int, int]) -> dict[int, int]:
    """The sizes, with those of long lists counted to their end, twice a minute."""
    long = [one for one, size in sizes.items() if size > COUNTED_EACH_TIME]
    kept: dict[str, int] = cache.get_many([f"list:{one}" for one in long])
    fresh = [one for one in long if f"list:{one}" not in kept]
    counted = {f"list:{one}": ListMember.objects.filter(contact_list=one).count() for one in fresh}
    cache.set_many(counted, 30)
    return sizes | {one: (kept | counted)[f"list:{one}"] for one in long}


def members_on(contact_list: ContactList) -> int:
    """How many accounts are on it."""
    return ListMember.objects.filter(contact_list=contact_list).count()


@dataclass(frozen=True)
class LastImport:
    """The newest file that was put on a list."""

    filename: str
    at: datetime
    status: str


def last_imports(lists: Collection[int]) -> dict[int, LastImport]:
    """By list, in one statement. Imports are a room above this one: its rows are read, not its code."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (contact_list_id)
                      contact_list_id, filename, coalesce(finished_at, uploaded_at), status
               FROM imports_import WHERE contact_list_id = ANY(%s) AND NOT dry_run
               ORDER BY contact_list_id, id DESC""",
            [list(lists)],
        )
        return {number: LastImport(*rest) for number, *rest in cursor.fetchall()}


Choice = tuple[int, str]


def choices(organization: Organization, *, limit: int = 100) -> tuple[list[Choice], list[Choice]]:
    """The newest contact lists and the newest campaigns, each as (number, name), in one statement.

    Campaigns are a room above this one: its rows are read, not its code.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """(SELECT true, id, name FROM accounts_contactlist WHERE organization_id = %(organization)s
                ORDER BY id DESC LIMIT %(limit)s)
               UNION ALL
               (SELECT false, id, name FROM campaigns_campaign WHERE organization_id = %(organization)s
                ORDER BY id DESC LIMIT %(limit)s)""",
            {"organization": organization.pk, "limit": limit},
        )
        rows = cursor.fetchall()
    return [(pk, name) for is_list, pk, name in rows if is_list], [
        (pk, name) for is_list, pk, name in rows if not is_list
    ]


def campaigns_called(organization: Organization, campaigns: Iterable[str]) -> dict[str, str]:
    """Names by public id; again only its rows are read."""
    numbers = [number for public in campaigns if (number := number_of("cmp", public)) is not None]
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM campaigns_campaign WHERE organization_id = %s AND id = ANY(%s)",
            [organization.pk, numbers],
        )
        return {public_id("cmp", pk): name for pk, name in cursor.fetchall()}


def people(organization: Organization, *, q: str = "") -> QuerySet[Consumer]:
    """Consumers with points and accounts; by the words that find their accounts."""
    rows: QuerySet[Consumer] = Consumer.objects.of(organization)
    if q:
        found = whoever(Account.objects.of(organization), organization, q)
        rows = rows.filter(pk__in=Account.objects.filter(pk__one_of=found).values("consumer_id"))
    points = ContactPoint.objects.order_by("position", "pk")
    owed = Account.objects.only("pk", "consumer_id").order_by("pk")
    return rows.prefetch_related(Prefetch("points", points), Prefetch("accounts", owed))
