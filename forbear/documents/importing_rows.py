"""Rows of a file become documents, loans, accounts and people: some thousand in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts import events as accounts
from forbear.accounts.models import Account, Consumer, ContactPoint, Creditor
from forbear.accounts.states import PointKind, Provenance, Status
from forbear.accounts.staying import let_stay
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import WrongState
from forbear.staff.models import Organization

from . import events
from .lending import derived_status, derives_status
from .models import Document, Loan, Party
from .states import LoanStatus, PartyRole


class ChangedMeanwhile(WrongState):
    """Some of these loans came in by another way meanwhile; look the file over once more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be written. `values` by the names of the columns, cleaned."""

    line: int
    provenance: Provenance
    values: dict[str, Any]

    @property
    def has_loan(self) -> bool:
        return "remaining" in self.values

    @property
    def has_person(self) -> bool:
        return bool(self.person() or self.points())

    def person(self) -> dict[str, str]:
        """First and last name apart; one word is a last name."""
        names = ("first_name", "last_name", "state", "postal_code", "time_zone", "language")
        found = {name: self.values[name] for name in names if self.values.get(name)}
        if "name" in self.values and not {"first_name", "last_name"} & found.keys():
            first, _, last = self.values["name"].partition(" ")
            found |= {"first_name": first if last else "", "last_name": last or first}
        return found

    def points(self) -> list[tuple[PointKind, str]]:
        kinds = ((PointKind.PHONE, "phone"), (PointKind.EMAIL, "email"))
        return [(kind, self.values[name]) for kind, name in kinds if self.values.get(name)]


def apply(*, organization: Organization, rows: Sequence[Row], actor: str, at: datetime) -> list[Document]:
    """All of them or none. People of the same name at the same address are one. Raises ChangedMeanwhile."""
    with transaction.atomic():
        let_stay(organization.pk)
        made = Document.objects.bulk_create([_document(organization, row, actor, at) for row in rows])
        people = _people(organization, rows, at)
        lent = [(row, document, person) for row, document, person in zip(rows, made, people, strict=True)]
        Party.objects.bulk_create(
            [
                Party(
                    organization=organization,
                    document=document,
                    consumer=person,
                    role=PartyRole.BORROWER,
                    added_at=at,
                )
                for _, document, person in lent
                if person is not None
            ]
        )
        loans = _loans(organization, [one for one in lent if one[0].has_loan], at)
        record(_told(organization, made, loans, actor), at=at)
    return made


def _document(organization: Organization, row: Row, actor: str, at: datetime) -> Document:
    return Document(
        organization=organization,
        title=row.values["title"],
        description=row.values.get("description", ""),
        chattel_type=row.values["chattel_type"],
        created_at=at,
        created_by=actor,
        updated_at=at,
    )


def _people(organization: Organization, rows: Sequence[Row], at: datetime) -> list[Consumer | None]:
    """The borrower of each row; a loan without one is somebody's whom nobody has named yet."""
    known = _known(organization, rows)
    fresh: list[Consumer] = []
    points: list[ContactPoint] = []
    chosen: list[Consumer | None] = []
    for row in rows:
        if not (row.has_person or row.has_loan):
            chosen.append(None)
            continue
        keys = _keys(row)
        person = next((known[key] for key in keys if key in known), None)
        if person is None:
            person = Consumer(organization=organization, created_at=at, **row.person())
            fresh.append(person)
            points += [_point(organization, person, kind, address, row, at) for kind, address in row.points()]
        known |= dict.fromkeys(keys, person)
        chosen.append(person)
    Consumer.objects.bulk_create(fresh)
    for point in points:
        point.consumer_id = point.consumer.pk
    ContactPoint.objects.bulk_create(points)
    return chosen


Key = tuple[str, str, str]


def _keys(row: Row) -> list[Key]:
    person = row.person()
    name = (person.get("first_name", "").casefold(), person.get("last_name", "").casefold())
    return [(*name, address) for _, address in row.points()]


def _known(organization: Organization, rows: Sequence[Row]) -> dict[Key, Consumer]:
    wanted = {address for row in rows for _, address in row.points()}
    at = ContactPoint.objects.of(organization).filter(address__in=wanted).select_related("consumer").order_by("-pk")
    return {
        (point.consumer.first_name.casefold(), point.consumer.last_name.casefold(), point.address): point.consumer
        for point in at
    }


def _point(
    organization: Organization, person: Consumer, kind: PointKind, address: str, row: Row, at: datetime
) -> ContactPoint:
    return ContactPoint(
        organization=organization,
        consumer=person,
        kind=kind,
        address=address,
        provenance=row.provenance,
        observed_at=at,
    )


def _loans(
    organization: Organization, lent: Sequence[tuple[Row, Document, Consumer | None]], at: datetime
) -> list[Loan]:
    creditors = _creditors(organization, {row.values["provider_name"] for row, _, _ in lent})
    rows = [
        _account(organization, row, document, person, creditors[row.values["provider_name"]], at)
        for row, document, person in lent
    ]
    taken = Account.objects.of(organization).filter(
        external_id__in=[row.external_id for row in rows if row.external_id]
    )
    if {(row.creditor_id, row.external_id) for row in taken} & {(row.creditor_id, row.external_id) for row in rows}:
        raise ChangedMeanwhile
    Account.objects.bulk_create(rows)
    derives = derives_status(organization)
    return Loan.objects.bulk_create(
        [
            _loan(organization, row, document, account, derives, at)
            for (row, document, _), account in zip(lent, rows, strict=True)
        ]
    )


def _creditors(organization: Organization, names: set[str]) -> dict[str, Creditor]:
    Creditor.objects.bulk_create(
        [Creditor(organization=organization, name=name) for name in sorted(names)], ignore_conflicts=True
    )
    return {row.name: row for row in Creditor.objects.of(organization).filter(name__in=names)}


def _account(
    organization: Organization,
    row: Row,
    document: Document,
    person: Consumer | None,
    creditor: Creditor,
    at: datetime,
) -> Account:
    remaining = row.values["remaining"]
    return Account(
        organization=organization,
        consumer=person,
        creditor=creditor,
        external_id=row.values.get("external_id"),
        number=row.values.get("number") or document.public_id,
        placed_minor=remaining,
        balance_minor=remaining,
        currency=row.values["currency"],
        due_date=row.values.get("due_date"),
        status=Status.PENDING_CONTACT if remaining else Status.PAID,
        status_changed_at=at,
        created_at=at,
        updated_at=at,
    )


def _loan(
    organization: Organization, row: Row, document: Document, account: Account, derives: bool, at: datetime
) -> Loan:
    told: LoanStatus | None = row.values.get("status")
    derived = derived_status(account, organization, at) if derives else None
    return Loan(
        organization=organization,
        document=document,
        account=account,
        original_minor=row.values["original"],
        maturity_date=row.values.get("maturity_date"),
        status=told or derived or LoanStatus.CURRENT,
        status_changed_at=at,
        derive_status=not (derives and told),
    )


def _told(organization: Organization, made: Sequence[Document], loans: Sequence[Loan], actor: str) -> list[Draft]:
    """An entry for each document and each loan, and one for the file."""
    owner = organization.pk
    drafts = [Draft(owner, events.DOCUMENT_CREATED, actor, document_id=document.pk) for document in made]
    for loan in loans:
        drafts.append(Draft(owner, accounts.ACCOUNT_CREATED, actor, account_id=loan.account_id))
        drafts.append(
            Draft(
                owner,
                events.LOAN_ADDED,
                actor,
                account_id=loan.account_id,
                document_id=loan.document_id,
                facts={"status": str(loan.status)},
            )
        )
    return [*drafts, Draft(owner, events.DOCUMENTS_IMPORTED, actor, facts={"count": len(made)})]
