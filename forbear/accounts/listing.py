"""What the rows of a list of accounts show: the few columns, how to reach the person, which channels are closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet

from forbear.staff.models import Organization

from .models import Account, ContactPoint
from .states import PointKind

_LISTED = (
    "external_id", "number", "balance_minor", "currency", "due_date", "status", "score", "consumer__first_name",
    "consumer__last_name", "creditor__name",
)  # fmt: skip


def as_listed(rows: QuerySet[Account]) -> QuerySet[Account]:
    """With what the row of a list shows of the account, its person and its creditor."""
    return rows.select_related("consumer", "creditor").only(*_LISTED)


def in_full(rows: Sequence[Account]) -> list[Account]:
    """The same accounts with all that a list shows, for a page that was put in order by few columns."""
    found = {account.pk: account for account in as_listed(Account.objects.filter(pk__in=[row.pk for row in rows]))}
    return [found[row.pk] for row in rows if row.pk in found]


def first_of(rows: QuerySet[Account]) -> list[Account]:
    """The rows of a slice in its order, for an order that no index has.

    All that could be among them are read by their ids in the direction of the slice, and not by several processes at
    once: where many tie, the first ones found stay the first. Read the other way, each row of the tie displaces one.
    """
    slice_, source = rows.query, rows.query.chain()
    backwards = slice_.order_by[-1].startswith("-")
    source.clear_limits()
    source.clear_ordering(force=True)
    source.add_ordering("-pk" if backwards else "pk")
    text, values = source.sql_with_params()
    names = [(name.lstrip("-").replace("pk", "id"), " DESC" * name.startswith("-")) for name in slice_.order_by]
    order = ", ".join(f'"{name}"{turn}' for name, turn in names)
    sql = f"SELECT * FROM ({text} OFFSET 0) listed ORDER BY {order} LIMIT {slice_.high_mark}"  # noqa: S608 - names of columns
    return list(Account.objects.raw(sql, values))


Addresses = dict[int, list[tuple[str, str]]]
"""Of each consumer: (kind, address), the primary ones first."""


def addresses_of(people: Iterable[int]) -> Addresses:
    """How to reach them, in one statement, without a model for each address."""
    found: Addresses = {person: [] for person in people}
    rows = ContactPoint.objects.filter(consumer__in=list(found)).order_by("position", "pk")
    for person, kind, address in rows.values_list("consumer_id", "kind", "address"):
        found[person].append((kind, address))
    return found


def primary(addresses: Iterable[tuple[str, str]], kind: PointKind) -> str:
    """The first address of a kind; empty where there is none."""
    return next((address for one, address in addresses if one == kind), "")


def opted_out(organization: Organization, reached: Addresses) -> dict[int, list[str]]:
    """Channels that are closed at a person's wish, by consumer, in one statement.

    Consent is a room above this one: its rows are read, not its code.
    """
    whose = {address: person for person, addresses in reached.items() for _, address in addresses}
    closed: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT address, consumer_id, channel FROM consent_optout WHERE organization_id = %(organization)s
               AND lifted_at IS NULL AND address <> '' AND address = ANY(%(addresses)s)
               UNION ALL
               SELECT address, consumer_id, channel FROM consent_optout WHERE organization_id = %(organization)s
               AND lifted_at IS NULL AND address = '' AND consumer_id = ANY(%(people)s)""",
            {
                "organization": organization.pk,
                "addresses": sorted(whose),
                "people": sorted(reached),
            },
        )
        for address, consumer, channel in cursor.fetchall():
            closed.setdefault(whose.get(address, consumer), []).append(channel)
    return closed
