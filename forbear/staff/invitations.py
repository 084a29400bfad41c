"""Invitations: a link that makes a colleague of whoever opens it first, for seven days.

The same link lets a colleague in again who has lost the password or the telephone.
"""

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
from .refusals import AddressTaken, InvitationOver, NoSuchInvitation, NoSuchPerson
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
    return make(organization, address, Role(role), invited_by, at)


def let_in_again(*, organization: Organization, person_id: int, invited_by: Person, at: datetime) -> Invited:
    """A link with which a colleague chooses a new password; one-time codes end with the old one.

    Until it is used everything stays as it is. Raises NoSuchPerson, also for whoever is deactivated.
    """
    person = organization.people.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise NoSuchPerson
    return make(organization, person.email, Role(person.role), invited_by, at)


def make(organization: Organization, address: str, role: Role, invited_by: Person, at: datetime) -> Invited:
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        open_invitations(organization).filter(email=address).update(withdrawn_at=at)
        invitation = Invitation.objects.create(
            organization=organization,
            email=address,
            role=role,
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
    """A new colleague in the invited role, or one who is let in again.

    Raises NoSuchInvitation, InvitationOver, AddressTaken, WeakPassword.
    """
    with transaction.atomic():
        invitation = invitation_of(token, at=at, lock=True)
        known = colleague_behind(invitation)
        person = renewed(known, password, at) if known else joined(invitation, name, password, at)
        Invitation.objects.of(invitation.organization).filter(pk=invitation.pk).update(accepted_at=at)
    return person


def joined(invitation: Invitation, name: str, password: str, at: datetime) -> Person:
    organization, email, role = invitation.organization, invitation.email, invitation.role
    person = Person(organization=organization, email=email, name=name.strip(), role=role, created_at=at)
    set_password(person, password)
    add(person)
    facts = {"invitation": invitation.public_id, "person": person.public_id, "role": role}
    record([Draft(person.organization_id, events.PERSON_JOINED, person.actor, facts=facts)], at=at)
    return person


def renewed(person: Person, password: str, at: datetime) -> Person:
    """The role of today counts, not the one of the day of the invitation."""
    set_password(person, password)
    person.totp_secret, person.recovery_codes = "", []
    person.save(update_fields=["password", "totp_secret", "recovery_codes"])
    record([Draft(person.organization_id, events.PASSWORD_CHANGED, person.actor, facts={"by": "invitation"})], at=at)
    return person


def colleague_behind(invitation: Invitation) -> Person | None:
    """Whoever of the organization has the invited address already. Raises InvitationOver for one who has left."""
    person: Person | None = invitation.organization.people.filter(email=invitation.email).first()
    if person is not None and not person.is_active:
        raise InvitationOver
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
