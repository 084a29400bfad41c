"""The people on documents: borrower, co-borrowers, guarantors. Somebody who is known already is not made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.editing import update_consumer
from forbear.accounts.kept import OF_PERSON, kept, require_name
from forbear.accounts.models import Consumer, ContactPoint
from forbear.accounts.reaching import Reach, reachable, write_points
from forbear.accounts.states import PointKind, Provenance
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from . import events
from .locking import hold_document
from .models import Document, Loan, Party
from .refusals import BorrowerKnown, BorrowerStays, PartyKnown
from .states import PartyRole


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody as they were told: `values` as accounts.kept.OF_PERSON reads them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    phone: str = ""
    email: str = ""
    provenance: Provenance | None = None


def add_party(*, document: Document, role: PartyRole, person: NewPerson | Consumer, actor: str, at: datetime) -> Party:
    """Put somebody on a document. A borrower whom nobody had named yet gets this name and these addresses.

    Raises BorrowerKnown, PartyKnown, Invalid.
    """
    with transaction.atomic():
        locked = hold_document(document)
        borrower = locked.parties.filter(role=PartyRole.BORROWER).select_related("consumer").first()
        if role is PartyRole.BORROWER and borrower is not None:
            return _name_borrower(borrower, person, actor, at)
        consumer = person_of(locked.organization, person, at=at)
        if locked.parties.filter(consumer=consumer, role=role).exists():
            raise PartyKnown
        return put_on(locked, consumer, role, actor=actor, at=at)


def put_on(document: Document, consumer: Consumer, role: PartyRole, *, actor: str, at: datetime) -> Party:
    """A row and its entry, in the caller's transaction."""
    party = Party.objects.create(
        organization_id=document.organization_id, document=document, consumer=consumer, role=role, added_at=at
    )
    _tell(document, events.PARTY_ADDED, consumer, role, actor, at)
    return party


def remove_party(*, party: Party, actor: str, at: datetime) -> None:
    """Take somebody off a document; the person stays known. Raises BorrowerStays."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=party.document_id)
        if party.role == PartyRole.BORROWER and Loan.objects.filter(document=document).exists():
            raise BorrowerStays
        if Party.objects.filter(pk=party.pk).delete()[0]:
            _tell(document, events.PARTY_REMOVED, party.consumer, PartyRole(party.role), actor, at)


def _name_borrower(borrower: Party, person: NewPerson | Consumer, actor: str, at: datetime) -> Party:
    """Whoever had no name gets one; a borrower who has one is changed as a person, not replaced."""
    if isinstance(person, Consumer) or not is_nameless(borrower.consumer):
        raise BorrowerKnown
    values = kept(person.values, OF_PERSON)
    require_name(values.get("first_name", ""), values.get("last_name", ""))
    points = points_of(borrower.organization, person)
    consumer = update_consumer(consumer=borrower.consumer, changes=values, actor=actor, at=at)
    known = set(consumer.points.values_list("kind", "address"))
    write_points(consumer, [point for point in points if (point.kind, point.address) not in known], at=at)
    _tell(borrower.document, events.PARTY_ADDED, consumer, PartyRole.BORROWER, actor, at)
    borrower.consumer = consumer
    return borrower


def is_nameless(consumer: Consumer) -> bool:
    return not (consumer.first_name or consumer.last_name)


def person_of(organization: Organization, person: NewPerson | Consumer | None, *, at: datetime) -> Consumer:
    """The consumer, known or new; nobody in particular for None. In the caller's transaction. Raises Invalid."""
    if isinstance(person, Consumer):
        return person
    if person is None:
        return Consumer.objects.create(organization=organization, created_at=at)
    values = kept(person.values, OF_PERSON)
    require_name(values.get("first_name", ""), values.get("last_name", ""))
    points = points_of(organization, person)
    if known := _known(organization, values, points):
        return known
    consumer = Consumer.objects.create(organization=organization, created_at=at, **values)
    write_points(consumer, points, at=at)
    return consumer


def _known(organization: Organization, values: Mapping[str, Any], points: list[Reach]) -> Consumer | None:
    """Somebody of the same name at the same number or address: an opt-out of theirs holds for this document too."""
    at = ContactPoint.objects.of(organization).filter(address__in=[point.address for point in points])
    same = Consumer.objects.of(organization).filter(
        pk__in=at.values("consumer_id"),
        first_name__iexact=values.get("first_name", ""),
        last_name__iexact=values.get("last_name", ""),
    )
    return same.order_by("pk").first() if points else None


def points_of(organization: Organization, person: NewPerson) -> list[Reach]:
    """Number and address in their kept spelling. Raises Invalid, naming which."""
    provenance = person.provenance or Provenance(organization.numbers_from)
    clean: list[Reach] = []
    for kind, name in ((PointKind.PHONE, "phone"), (PointKind.EMAIL, "email")):
        if text := getattr(person, name):
            try:
                clean += reachable([Reach(kind, text, provenance=provenance)], organization.country)
            except Invalid as wrong:
                raise Invalid(wrong.sentence, fields={name: wrong.sentence}) from wrong
    return clean


def _tell(document: Document, event: str, consumer: Consumer, role: PartyRole, actor: str, at: datetime) -> None:
    facts = {"consumer": consumer.pk, "role": str(role)}
    record([Draft(document.organization_id, event, actor, document_id=document.pk, facts=facts)], at=at)
