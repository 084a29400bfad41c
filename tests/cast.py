"""The cast: a handful of named, fictional people whom the stories are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forbear.accounts.models import Account, Consumer, ContactPoint
from forbear.accounts.states import PointKind, Provenance
from forbear.channels.models import ProviderAccount, Sender
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role

# A Tuesday, 10:42 in Chicago: open in every zone of the mainland but Alaska and Hawaii.
TUESDAY = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)


@pytest.fixture
def larkfield(db: None) -> Organization:
    """Larkfield Recovery, Chicago: the organization of most stories, with a paper gateway and one number."""
    return found("Larkfield Recovery")


@pytest.fixture
def stranger_org(db: None) -> Organization:
    """Another organization, whose staff must never see Larkfield's rows."""
    return found("Otherside Services", sender="+13125550199")


def found(name: str, sender: str = "+13125550100") -> Organization:
    """An organization ready to send in the sandbox."""
    organization = Organization.objects.create(name=name, created_at=TUESDAY)
    provider = ProviderAccount.objects.create(organization=organization, kind="paper", name="Paper", created_at=TUESDAY)
    Sender.objects.create(organization=organization, provider=provider, channel="sms", address=sender)
    return organization


def employ(organization: Organization, name: str, role: Role) -> Person:
    """A colleague who can log in; the password is `correct horse battery staple`."""
    email = f"{name.split()[0].lower()}.{organization.pk}@example.com"
    person = Person(organization=organization, name=name, email=email, role=role, created_at=TUESDAY)
    person.set_password("correct horse battery staple")
    person.save()
    return person


@pytest.fixture
def dana(larkfield: Organization) -> Person:
    """Dana Kern, manager at Larkfield."""
    return employ(larkfield, "Dana Kern", Role.MANAGER)


@pytest.fixture
def ada(larkfield: Organization) -> Person:
    """Ada Quist, administrator at Larkfield."""
    return employ(larkfield, "Ada Quist", Role.ADMINISTRATOR)


@pytest.fixture
def stranger(stranger_org: Organization) -> Person:
    """Sid Stranger, administrator of another organization."""
    return employ(stranger_org, "Sid Stranger", Role.ADMINISTRATOR)


def owes(organization: Organization, name: str, phone: str, **also: Any) -> Account:
    """A consumer with one number and one account."""
    first, _, last = name.partition(" ")
    consumer = Consumer.objects.create(organization=organization, first_name=first, last_name=last, created_at=TUESDAY)
    ContactPoint.objects.create(
        organization=organization,
        consumer=consumer,
        kind=PointKind.PHONE,
        address=phone,
        provenance=Provenance.GIVEN_BY_CONSUMER,
        observed_at=TUESDAY,
    )
    values: dict[str, Any] = {
        "placed_minor": also.get("balance_minor", 3000),
        "balance_minor": 3000,
        "currency": "USD",
        "number": f"LF-{consumer.pk}",
        "status_changed_at": TUESDAY,
        "created_at": TUESDAY,
        "updated_at": TUESDAY,
    }
    return Account.objects.create(organization=organization, consumer=consumer, **values | also)


@pytest.fixture
def betty(larkfield: Organization) -> Account:
    """Betty Ruble of San Francisco, who owes $30.00 for an order."""
    return owes(larkfield, "Betty Ruble", "+14155550106")


@pytest.fixture
def omar(larkfield: Organization) -> Account:
    """Omar Castellan of Los Angeles, who owes $418.20."""
    return owes(larkfield, "Omar Castellan", "+12135550131", balance_minor=41820)


@pytest.fixture
def hana(larkfield: Organization) -> Account:
    """Hana Sato of Honolulu: five hours behind Chicago, so she is often still asleep."""
    return owes(larkfield, "Hana Sato", "+18085550177", balance_minor=26440)
