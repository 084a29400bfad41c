"""Named reads of the documents room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from forbear.accounts.finding import whoever
from forbear.accounts.models import Account, ContactPoint
from forbear.accounts.queries import due_in
from forbear.accounts.states import Bucket
from forbear.staff.models import Organization

from .models import Attachment, Document, Loan, Outreach, OutreachVersion, Party
from .states import LoanStatus, PartyRole

COUNTED_EACH_TIME = 5_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which documents; everything that is named must hold. Archived ones only where asked for."""

    q: str = ""
    loan: str = ""  # with, without, behind, current
    chattel: str = ""
    bucket: str = ""
    outreach: str = ""  # running, none
    archived: bool = False

    def __bool__(self) -> bool:
        return bool(self.q or self.loan or self.chattel or self.bucket or self.outreach or self.archived)


_LOANS = {
    "with": Exists(Loan.objects.filter(document=OuterRef("pk"))),
    "without": ~Exists(Loan.objects.filter(document=OuterRef("pk"))),
    "behind": Q(loan__status=LoanStatus.BEHIND),
    "current": Q(loan__status=LoanStatus.CURRENT),
}


def documents(organization: Organization, wanted: Wanted, *, today: date) -> QuerySet[Document]:
    """The organization's documents. today: the day in its zone from which days past due are counted."""
    rows: QuerySet[Document] = Document.objects.of(organization).filter(archived_at__isnull=not wanted.archived)
    if wanted.loan in _LOANS:
        rows = rows.filter(_LOANS[wanted.loan])
    if wanted.chattel:
        rows = rows.filter(chattel_type=wanted.chattel)
    if wanted.bucket:
        late = Account.objects.filter(due_in(Bucket(wanted.bucket), today))
        rows = rows.filter(loan__account__in=late)
    if wanted.outreach:
        running = Outreach.objects.filter(active=True).values("document")
        rows = rows.filter(pk__in=running) if wanted.outreach == "running" else rows.exclude(pk__in=running)
    return rows.filter(pk__in=_found(organization, wanted.q)) if wanted.q else rows


def _found(organization: Organization, words: str) -> QuerySet[Document, int]:
    """Documents by words of the title (their beginnings), or by their loan's account and person."""
    accounts = whoever(Account.objects.of(organization), organization, words)
    lent = Document.objects.filter(loan__account__in=accounts).order_by().values_list("pk", flat=True)
    return _titled(organization, words).order_by().values_list("pk", flat=True).union(lent)


def _titled(organization: Organization, words: str) -> QuerySet[Document]:
    """Every word begins one of the title's."""
    rows: QuerySet[Document] = Document.objects.of(organization)
    beginnings = re.findall(r"[^\W_]+", words.casefold())[:6]
    if not beginnings:
        return rows.none()
    query = SearchQuery(" & ".join(f"{word}:*" for word in beginnings), config="simple", search_type="raw")
    return rows.annotate(words=SearchVector("title", config="simple")).filter(words=query)


def called(organization: Organization, words: str, *, accounts: Sequence[int], most: int) -> list[Document]:
    """Documents in use with these words in the title, or with a loan that is one of the accounts; the newest first.
    Two statements."""
    lent = list(Loan.objects.filter(account__in=accounts).values_list("document_id", flat=True)) if accounts else []
    titled = _titled(organization, words).filter(archived_at=None).order_by("-pk")[:most].values("pk")
    mine = Document.objects.of(organization).filter(archived_at=None).filter(Q(pk__in=titled) | Q(pk__in=lent))
    return list(mine.select_related("loan").order_by("-pk")[:most])


def sortable(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With `remaining` and `due` of the loan, and nothing else: what a page shows is read for its rows alone."""
    sums = {"remaining": F("loan__account__balance_minor"), "due": F("loan__account__due_date")}
    return rows.annotate(**sums).only("pk")


def as_sorted(rows: Sequence[Document]) -> list[Document]:
    """The same documents, in the same order, with all that a list shows."""
    found = {row.pk: row for row in in_list(Document.objects.filter(pk__in=[row.pk for row in rows]))}
    return [found[row.pk] for row in rows if row.pk in found]


def in_list(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With the loan, its account, and the borrower with points: two statements more a page."""
    return rows.select_related("loan__account__creditor", "loan__account__consumer").prefetch_related(_borrowers())


def _borrowers() -> Prefetch:
    points = ContactPoint.objects.order_by("position", "pk")
    rows = Party.objects.select_related("consumer").prefetch_related(Prefetch("consumer__points", points))
    return Prefetch("parties", rows.order_by("pk"), to_attr="everybody")


def in_full(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With everything that its own page shows."""
    files = Attachment.objects.filter(removed_at=None).order_by("-pk")
    return in_list(rows).prefetch_related(
        Prefetch("outreaches", outreaches(), to_attr="campaigns"), Prefetch("attachments", files, to_attr="files")
    )


def outreaches() -> QuerySet[Outreach]:
    """Newest first, with their versions, the newest of them first."""
    versions = OutreachVersion.objects.order_by("-number")
    rows: QuerySet[Outreach] = Outreach.objects.select_related("campaign", "document").order_by("-pk")
    return rows.prefetch_related(Prefetch("versions", versions, to_attr="newest_first"))


def borrower_of(document: Document) -> Party | None:
    """Of a document that came `in_list`; None where nobody has named one."""
    for party in document.everybody:  # type: ignore[attr-defined]  # prefetched under this name
        if party.role == PartyRole.BORROWER:
            named = party.consumer.first_name or party.consumer.last_name
            return party if named else None
    return None


@dataclass(frozen=True)
class Stats:
    """How many documents, with a loan, with one that is behind; archived ones are not counted."""

    total: int
    with_loan: int
    behind: int


_STATS = """
SELECT (SELECT count(*) FROM documents_document WHERE organization_id = %(org)s AND archived_at IS NULL),
       (SELECT count(*) FROM documents_loan l JOIN documents_document d ON d.id = l.document_id
        WHERE l.organization_id = %(org)s AND d.archived_at IS NULL),
       (SELECT count(*) FROM documents_loan l JOIN documents_document d ON d.id = l.document_id
        WHERE l.organization_id = %(org)s AND l.status = 'BEHIND' AND d.archived_at IS NULL)"""


def stats(organization: Organization) -> Stats:
    """Exactly, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATS, {"org": organization.pk})
        return Stats(*(cursor.fetchone() or (0, 0, 0)))


def stats_lately(organization: Organization) -> Stats:
    """The same for a page; beyond COUNTED_EACH_TIME documents the figures may be half a minute old."""
    key = f"documents:{organization.pk}"
    known: Stats | None = cache.get(key)
    if known is None:
        known = stats(organization)
        if known.total > COUNTED_EACH_TIME:
            cache.set(key, known, 30)
    return known


def running_of(documents_: Iterable[int]) -> dict[int, Outreach]:
    """The active outreach of each of these documents, in one statement."""
    rows = Outreach.objects.filter(active=True, document__in=list(documents_)).select_related("campaign")
    return {row.document_id: row for row in rows}
