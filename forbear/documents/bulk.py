"""One confirmation that starts the outreach of many documents: foreseen first, then carried out one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from forbear.accounts.models import local_day
from forbear.campaigns.models import Enrollment
from forbear.campaigns.states import Walk
from forbear.core.refusal import Invalid, NotFound, Refusal
from forbear.staff.models import Organization
from forbear.web.wire import found

from . import queries, tasks
from .models import BulkStart, Document, Loan, Outreach
from .openness import closed_of
from .outreach import against, checked, start_outreach
from .planning import Chosen, slots_of
from .queries import Wanted
from .refusals import NoLoan

MOST = 10_000
AT_ONCE = 25
"""So many are started while the page waits; more are a worker's."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a start would do: how many are ready, and of the others how many for which reason."""

    total: int
    ready: int
    refused: Mapping[str, int] = field(default_factory=dict)


def candidates(
    organization: Organization,
    *,
    at: datetime,
    q: str = "",
    chattel: str = "",
    bucket: str = "",
    documents: Collection[int] | None = None,
) -> list[int]:
    """Documents whose loan is BEHIND, by the filters of their list, or these ones whatever they are; one more than MOST
    where there are too many.

    Raises NotFound where one of these is not the organization's.
    """
    if documents is not None:
        known = Document.objects.of(organization).filter(pk__in=documents).order_by("pk")
        ours = list(known.values_list("pk", flat=True))
        if len(ours) != len(set(documents)):
            raise NotFound
        return ours
    wanted = Wanted(q=q, chattel=chattel, bucket=bucket, loan="behind")
    rows = queries.documents(organization, wanted, today=local_day(at, organization.time_zone))
    return list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])


def foresee(organization: Organization, wanted: Sequence[int], chosen: Chosen, *, at: datetime) -> Foreseen:
    """Nothing is written. A fixed number of statements. Raises CadenceNotUnderstood, NoChannelChosen, Invalid."""
    _refuse_too_many(wanted)
    chosen = checked(chosen)
    today = local_day(at, organization.time_zone)
    slots_of(chosen, closed=(), start=today)
    loans = {loan.document_id: loan for loan in _loans(organization, wanted)}
    running = set(Outreach.objects.filter(document__in=wanted, active=True).values_list("document", flat=True))
    walking = _walking([loan.account_id for loan in loans.values()])
    closed = closed_of(organization, {loan.account.consumer_id for loan in loans.values()})
    refused: Counter[str] = Counter()
    for document in wanted:
        loan = loans.get(document)
        if why := _against(loan, document in running, walking):
            refused[why().sentence] += 1
        elif loan is not None and not set(chosen.channels) - closed[loan.account.consumer_id]:
            refused["The borrower has opted out of every channel that was chosen."] += 1
    return Foreseen(len(wanted), len(wanted) - sum(refused.values()), dict(refused.most_common()))


def _loans(organization: Organization, wanted: Sequence[int]) -> Sequence[Loan]:
    rows = Loan.objects.of(organization).filter(document__in=wanted)
    return list(rows.select_related("account", "document"))


def _walking(accounts: Collection[int]) -> set[int]:
    rows = Enrollment.objects.filter(account__in=accounts, exclusive=True, status=Walk.OPEN)
    return set(rows.values_list("account_id", flat=True))


def _against(loan: Loan | None, running: bool, walking: set[int]) -> type[Refusal] | None:
    return NoLoan if loan is None else against(loan, running=running, walking=loan.account_id in walking)


def _refuse_too_many(documents: Sequence[int]) -> None:
    if len(documents) > MOST:
        say = f"At most {MOST:,} documents are started at once; narrow the selection."
        raise Invalid(say, fields={"document_ids": say})


def ask(*, organization: Organization, documents: Sequence[int], chosen: Chosen, actor: str, at: datetime) -> BulkStart:
    """Start them all: a few at once, many by a worker. Raises CadenceNotUnderstood, NoChannelChosen, Invalid."""
    chosen = checked(chosen)
    slots_of(chosen, closed=(), start=local_day(at, organization.time_zone))
    _refuse_too_many(documents)
    with transaction.atomic():
        row = BulkStart.objects.create(
            organization=organization, wanted=list(documents), chosen=asdict(chosen), asked_at=at, asked_by=actor
        )
        if len(documents) > AT_ONCE:
            tasks.start_many.defer(bulk_id=row.pk)
    if len(documents) <= AT_ONCE:
        carry_out(row.pk, at=at)
        row.refresh_from_db()
    return row


def asked_before(organization: Organization, public: str) -> BulkStart:
    """Raises NotFound."""
    return found(BulkStart.objects.of(organization), public)


def carry_out(bulk_id: int, *, at: datetime) -> None:
    """Each document in a transaction with its part of the progress: whoever takes over goes on behind it."""
    row = BulkStart.objects.select_related("organization").get(pk=bulk_id)
    while row.finished_at is None:
        row = _one_more(row.pk, at)


def _one_more(bulk_id: int, at: datetime) -> BulkStart:
    with transaction.atomic():
        row: BulkStart = BulkStart.objects.select_for_update().get(pk=bulk_id)
        if row.finished_at is None and row.done < row.total:
            _start(row, row.wanted[row.done], at)
            row.done += 1
        if row.done >= row.total:
            row.finished_at = row.finished_at or at
        row.save(update_fields=["done", "started", "refused", "finished_at"])
    return row


def _start(row: BulkStart, document: int, at: datetime) -> None:
    one = Document.objects.filter(pk=document, organization=row.organization_id).first()
    try:
        if one is None:
            raise NoLoan
        with transaction.atomic():
            start_outreach(document=one, chosen=Chosen(**row.chosen), actor=row.asked_by, at=at)
        row.started += 1
    except Refusal as refusal:
        row.refused[refusal.sentence] = row.refused.get(refusal.sentence, 0) + 1
