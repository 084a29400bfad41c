"""Search: what a person types into the box, and where it may lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Q

from forbear.accounts.finding import found_by
from forbear.accounts.models import Account, ContactList
from forbear.campaigns.models import Campaign
from forbear.documents.models import Document
from forbear.documents.queries import called
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission
from forbear.web.navigation import address, places_for

MOST = 8
SHORTEST = 2
NOBODY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Found:
    """What answers to the words, the likeliest first."""

    accounts: list[Account] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    lists: list[ContactList] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    pages: list[tuple[str, str, str]] = field(default_factory=list)  # title, address, icon

    def __bool__(self) -> bool:
        return bool(self.accounts or self.documents or self.campaigns or self.lists or self.pages)


def find(organization: Organization, words: str, shell: Mapping[str, Any] = NOBODY) -> Found:
    """Nothing for fewer than two letters. At most eight of a kind; a handful of indexed reads.

    shell: of the person who searches; decides which pages are found, and whether documents are.
    """
    if len(words) < SHORTEST:
        return Found(pages=pages(words, shell))
    named = Q(name__icontains=words)
    owing = accounts(organization, words)
    return Found(
        accounts=owing,
        documents=documents(organization, words, owing) if Permission.DOCUMENTS_READ in shell.get("may", ()) else [],
        campaigns=list(Campaign.objects.of(organization).filter(named).order_by("-id")[:MOST]),
        lists=list(ContactList.objects.of(organization).filter(named).order_by("-id")[:MOST]),
        pages=pages(words, shell),
    )


def pages(words: str, shell: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Pages of the navigation by their title."""
    known = ((place.title, address(place.name), place.icon) for place in places_for(shell))
    return [page for page in known if page[1] and words and words.lower() in page[0].lower()]


def documents(organization: Organization, words: str, owing: Sequence[Account]) -> list[Document]:
    """By the words of the title, or by their loan among the accounts that were found."""
    return called(organization, words, accounts=[account.pk for account in owing], most=MOST)


def accounts(organization: Organization, words: str) -> list[Account]:
    """By number, by the person's address, by the person's name; the newest first."""
    mine = Account.objects.of(organization)
    found = found_by(mine, organization, words)
    return list(mine.filter(pk__in=found).select_related("consumer", "creditor").order_by("-pk")[:MOST])
