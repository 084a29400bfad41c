"""Search: what a person types into the box, and where it may lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from forbear.accounts.models import Account, Consumer, ContactList, ContactPoint
from forbear.campaigns.models import Campaign
from forbear.core import phone
from forbear.staff.models import Organization
from forbear.web.navigation import PLACES, address

MOST = 8
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """What answers to the words, the likeliest first."""

    accounts: list[Account] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    lists: list[ContactList] = field(default_factory=list)
    pages: list[tuple[str, str, str]] = field(default_factory=list)  # title, address, icon

    def __bool__(self) -> bool:
        return bool(self.accounts or self.campaigns or self.lists or self.pages)


def find(organization: Organization, words: str) -> Found:
    """Nothing for fewer than two letters. At most eight of a kind; a handful of indexed reads."""
    if len(words) < SHORTEST:
        return Found(pages=pages(words))
    named = Q(name__icontains=words)
    return Found(
        accounts=accounts(organization, words),
        campaigns=list(Campaign.objects.of(organization).filter(named).order_by("-id")[:MOST]),
        lists=list(ContactList.objects.of(organization).filter(named).order_by("-id")[:MOST]),
        pages=pages(words),
    )


def pages(words: str) -> list[tuple[str, str, str]]:
    """Pages of the navigation by their title."""
    known = ((place.title, address(place.name), place.icon) for _, places in PLACES for place in places)
    return [page for page in known if page[1] and words and words.lower() in page[0].lower()]


def accounts(organization: Organization, words: str) -> list[Account]:
    """By number, by the person's address, by the person's name."""
    mine = Account.objects.of(organization)
    found: dict[int, Account] = {}
    for some in (
        mine.filter(Q(number__startswith=words) | Q(external_id=words)),
        mine.filter(consumer__in=_at_address(organization, words)),
        mine.filter(consumer__in=_by_name(organization, words)),
    ):
        if len(found) < MOST:
            rows = some.select_related("consumer", "creditor").order_by("-id")[:MOST]
            found |= {account.pk: account for account in rows}
    return list(found.values())[:MOST]


def _at_address(organization: Organization, words: str) -> list[int]:
    points = ContactPoint.objects.of(organization)
    digits = re.sub(r"\D", "", words)
    if "@" in words:
        points = points.filter(address__startswith=words.lower())
    elif len(digits) >= 4 and not re.search(r"[^\W\d]", words):
        whole = phone.normalize(words, organization.country)
        points = points.filter(address=whole) if whole else points.filter(address__contains=digits)
    else:
        return []
    return list(points.values_list("consumer_id", flat=True)[:MOST])


def _by_name(organization: Organization, words: str) -> list[int]:
    """`ruble`, `betty ruble`, `ruble, betty`: beginnings of both names in either order, the last name's first."""
    parts = words.lower().replace(",", " ").split()
    people = Consumer.objects.of(organization).annotate(first=Lower("first_name"), last=Lower("last_name"))
    if not parts:
        return []
    if len(parts) == 1:
        return _ids(_begins(people, "last", parts[0])) or _ids(people.filter(first__startswith=parts[0]))
    one, rest = parts[0], " ".join(parts[1:])
    return _ids(_begins(people, "last", rest).filter(first__startswith=one)) or _ids(
        _begins(people, "last", one).filter(first__startswith=rest)
    )


def _begins(people: QuerySet[Consumer], column: str, words: str) -> QuerySet[Consumer]:
    """The same as LIKE 'words%', with the bounds that let the index of names begin and end there."""
    bounds = {f"{column}__gte": words, f"{column}__lt": f"{words}\U0010ffff"}
    return people.filter(**bounds, **{f"{column}__startswith": words})


def _ids(people: QuerySet[Consumer]) -> list[int]:
    return list(people.order_by(F("last"), F("first")).values_list("pk", flat=True)[:MOST])
