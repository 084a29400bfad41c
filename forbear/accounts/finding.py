"""Accounts by what a person types: a number, a name, a telephone number, an e-mail address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import BigAutoField, Lookup, Q, QuerySet
from django.db.models.functions import Lower

from forbear.core import phone
from forbear.staff.models import Organization

from .models import Account

MOST = 500
"""More than this many are not gathered: whoever gets so many types one more letter."""
_FEWEST_DIGITS = 4
_LAST = "\U0010ffff"


@BigAutoField.register_lookup
class OneOf(Lookup):  # type: ignore[type-arg]  # not subscriptable when it runs
    """`pk__one_of=numbers`: one parameter, however many there are, into which the planner can look."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*values, list(self.rhs)]


def found_by(rows: QuerySet[Account], organization: Organization, words: str) -> list[int]:
    """Ids of at most MOST of the `rows` that answer to the words, in one statement."""
    ways = [
        way.order_by().values_list("pk", flat=True)[:MOST] for way in _ways(rows, organization, " ".join(words.split()))
    ]
    if not ways:
        return []
    first, *others = ways
    # One way after the other, and no further than MOST: the costliest, by first names, comes late.
    found = list(first.union(*others, all=True)[:MOST])
    once = list(dict.fromkeys(found))
    return once if len(found) < MOST or len(once) == MOST else list(first.union(*others)[:MOST])


def gathered_in(rows: QuerySet[Any]) -> int | None:
    """How many ids `pk__one_of` names in these rows; None where it does not."""
    return next((len(where.rhs) for where in rows.query.where.children if isinstance(where, OneOf)), None)


def answering(rows: QuerySet[Account], organization: Organization, words: str) -> QuerySet[Account]:
    """All of the `rows` that answer to the words, however many: for a filter that somebody keeps."""
    ways = [way.order_by().values("pk") for way in _ways(rows, organization, " ".join(words.split()))]
    if not ways:
        return rows.none()
    first, *others = ways
    return Account.objects.filter(pk__in=first.union(*others))


def whoever(rows: QuerySet[Account], organization: Organization, words: str) -> list[int]:
    """Ids of all of them, so that a file of what they have is whole; gathered by themselves, so that no plan of what
    is asked about them looks for them again for each row.
    """
    found = found_by(rows, organization, words)
    if len(found) < MOST:
        return found
    ways = (way.order_by().values_list("pk", flat=True) for way in _ways(rows, organization, " ".join(words.split())))
    return list(next(ways).union(*ways))


def begins(column: str, words: str) -> Q:
    """The same as LIKE 'words%', with the bounds that let an index begin and end there."""
    return Q(**{f"{column}__gte": words, f"{column}__lt": f"{words}{_LAST}", f"{column}__startswith": words})


def _ways(rows: QuerySet[Account], organization: Organization, words: str) -> Iterator[QuerySet[Account]]:
    if not words:
        return
    yield rows.filter(begins("number", words))
    if words.upper() != words:
        yield rows.filter(begins("number", words.upper()))
    yield rows.filter(external_id=words)
    digits = re.sub(r"\D", "", words)
    if "@" in words:
        yield _at(rows, organization, begins("consumer__points__address", words.lower()))
    elif not re.search(r"[^\W\d]", words):
        if len(digits) >= _FEWEST_DIGITS:
            yield _at(rows, organization, _dialled(words, digits, organization.country))
    else:
        yield from _named(rows, organization, words.lower())


def _at(rows: QuerySet[Account], organization: Organization, where: Q) -> QuerySet[Account]:
    return rows.filter(where, consumer__points__organization=organization)


def _dialled(words: str, digits: str, country: str) -> Q:
    """A whole number by its one spelling; some digits wherever they stand in a number."""
    whole = phone.normalize(words, country)
    return Q(consumer__points__address=whole) if whole else Q(consumer__points__address__contains=digits)


def _named(rows: QuerySet[Account], organization: Organization, words: str) -> Iterator[QuerySet[Account]]:
    """`ruble`, `betty ruble`, `ruble, betty`, `de la cruz`: beginnings of both names in either order."""
    people = rows.filter(consumer__organization=organization).alias(
        first=Lower("consumer__first_name"), last=Lower("consumer__last_name")
    )
    parts = words.replace(",", " ").split()
    whole = " ".join(parts)
    yield people.filter(begins("last", whole))
    if len(parts) > 1:
        yield people.filter(begins("last", " ".join(parts[1:])), begins("first", parts[0]))
        yield people.filter(begins("last", parts[0]), begins("first", " ".join(parts[1:])))
    yield people.filter(begins("first", whole))
