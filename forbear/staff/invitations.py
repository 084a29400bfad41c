"""Invitations: a link that makes a colleague of whoever opens it first, for seven days."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from forbear.compliance.actions import Draft, record

from . import events
from .keys import hash_of
from .models import Invitation, Organization, OwnedQuerySet, Person
from .passwords import set_password
from .refusals import AddressTaken, InvitationOver, NoSuchInvitation
from .states import Role

VALID_FOR: Final = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """An invitation and the token of its link, which exists nowhere else from now on."""

    invitation: Invitation
    token: str


def invite(*, organization: Organization, email: str, role: str, invited_by: Person, at: datetime) -> Invited:
    """Invites an address in a role; an earlier one of the same address is withdrawn. Raises AddressTaken."""
    address = email.strip().casefold()
    if Person.objects.filter(email=address).exists():
        raise AddressTaken(fields={"email": str(AddressTaken.__doc__)})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        open_invitations(organization).filter(email=address).update(withdrawn_at=at)
        invitation = Invitation.objects.create(
            organization=organization,
            email=address,
            role=Role(role),
            token_hash=hash_of(token),
            invited_by=invited_by,
            invited_at=at,
            expires_at=at + VALID_FOR,
        )
        log(invitation, events.PERSON_INVITED, invited_by.actor, at)
    return Invited(invitation, token)


def withdraw_invitation(*, organization: Organization, invitation_id: int, actor: str, at: datetime) -> None:
    """The link opens nothing any more. Raises NoSuchInvitation."""
    with transaction.atomic():
        found = open_invitations(organization).select_for_update().filter(pk=invitation_id).first()
        if found is None:
            raise NoSuchInvitation
        open_invitations(organization).filter(pk=invitation_id).update(withdrawn_at=at)
        log(found, events.INVITATION_WITHDRAWN, actor, at)


def accept_invitation(*, token: str, name: str, password: str, at: datetime) -> Person:
    """A new colleague in the invited role.

    Raises NoSuchInvitation, InvitationOver, AddressTaken, WeakPassword.
    """
    with transaction.atomic():
        invitation = invitation_of(token, at=at, lock=True)
        person = Person(
            organization=invitation.organization,
            email=invitation.email,
            name=name.strip(),
            role=invitation.role,
            created_at=at,
        )
        set_password(person, password)
        add(person)
        Invitation.objects.of(invitation.organization).filter(pk=invitation.pk).update(accepted_at=at)
        facts = {"invitation": invitation.public_id, "person": person.public_id, "role": person.role}
        record([Draft(person.organization_id, events.PERSON_JOINED, person.actor, facts=facts)], at=at)
    return person


def invitation_of(token: str, *, at: datetime, lock: bool = False) -> Invitation:
    """The open invitation behind a link. Raises NoSuchInvitation and InvitationOver."""
    found = Invitation.objects.select_related("organization", "invited_by").filter(token_hash=hash_of(token))
    invitation: Invitation | None = (found.select_for_update(of=("self",)) if lock else found).first()
    if invitation is None:
        raise NoSuchInvitation
    if invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= at:
        raise InvitationOver
    return invitation


def add(person: Person) -> None:
    """Saves a new person; raises AddressTaken where somebody was quicker."""
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        raise AddressTaken(fields={"email": str(AddressTaken.__doc__)}) from taken


def open_invitations(organization: Organization) -> OwnedQuerySet:
    return Invitation.objects.of(organization).filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


def log(invitation: Invitation, event: str, actor: str, at: datetime) -> None:
    facts = {"invitation": invitation.public_id, "role": invitation.role}
    record([Draft(invitation.organization_id, event, actor, facts=facts)], at=at)
