"""What the staff room's pages ask."""

from datetime import datetime

from django.db.models import QuerySet

from forbear.core.ids import number_of

from .models import ApiKey, Invitation, Organization, OwnedQuerySet, Person
from .refusals import NoSuchInvitation, NoSuchKey, NoSuchPerson


def is_founded() -> bool:
    """Whether there is an organization yet; until then every page is the first run."""
    return Organization.objects.exists()


def people_of(organization: Organization) -> QuerySet[Person]:
    """Colleagues, those who may sign in first."""
    return organization.people.order_by("-is_active", "name", "pk")


def colleagues(organization: Organization) -> QuerySet[Person]:
    """Whoever may be given work."""
    return organization.people.filter(is_active=True).order_by("name", "pk")


def open_invitations(organization: Organization, *, at: datetime) -> OwnedQuerySet:
    """Invitations that still open, newest first."""
    waiting = Invitation.objects.of(organization).filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.filter(expires_at__gt=at).select_related("invited_by").order_by("-invited_at")


def keys_of(organization: Organization) -> OwnedQuerySet:
    """API keys, those that open first, newest first."""
    return ApiKey.objects.of(organization).select_related("created_by").order_by("-revoked_at", "-created_at")


def person_number(public: str) -> int:
    """The row of a public id; raises NoSuchPerson."""
    return found(number_of(Person.prefix, public), NoSuchPerson)


def key_number(public: str) -> int:
    """The row of a public id; raises NoSuchKey."""
    return found(number_of(ApiKey.prefix, public), NoSuchKey)


def invitation_number(public: str) -> int:
    """The row of a public id; raises NoSuchInvitation."""
    return found(number_of(Invitation.prefix, public), NoSuchInvitation)


def found(number: int | None, otherwise: type[Exception]) -> int:
    if number is None:
        raise otherwise
    return number


def fresh(organization: Organization) -> Organization:
    """The organization as it stands now, apart from the one that the page shows."""
    return Organization.objects.get(pk=organization.pk)
