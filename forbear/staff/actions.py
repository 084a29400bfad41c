"""The verbs of the staff room: organizations and people here, the rest beside, under the names below."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.policy.facts import Limits
from forbear.policy.loading import standard
from forbear.policy.overlay import wider_limits

from . import events
from .invitations import Invited, accept_invitation, add, invite, let_in_again, withdraw_invitation
from .keys import Issued, issue_key, revoke_key
from .models import Organization, Person
from .passwords import new_password, set_password
from .permissions import ALL
from .refusals import AlreadyFounded, LastAdministrator, NoSuchPerson, UnusableSetting
from .signing import change_password, confirm_code, disable_totp, enable_totp, sign_in
from .states import Actor, Role

__all__ = [
    "Founded",
    "Invited",
    "Issued",
    "accept_invitation",
    "change_password",
    "change_role",
    "choose_pack",
    "confirm_code",
    "deactivate",
    "disable_totp",
    "enable_totp",
    "found_first_organization",
    "found_organization",
    "invite",
    "issue_key",
    "let_in_again",
    "reactivate",
    "revoke_key",
    "sign_in",
    "update_organization",
    "withdraw_invitation",
]

FOUNDING: Final = 0x464F5242
"""The advisory lock that lets only one of two first runs found the first organization."""

CHANGEABLE: Final = frozenset(
    {
        "name", "actor", "country", "time_zone", "currency", "locale", "phone", "postal_address",
        "per_day", "per_week", "min_interval_hours", "window_from", "window_to", "weekdays",
        "holidays_closed", "auto_enqueue", "numbers_from", "local_holidays",
        "scores_nightly", "queue_by_score", "aging_ends",
    }
)  # fmt: skip
LINTED: Final = frozenset({"actor", "country", "per_day", "per_week", "window_from", "window_to", "weekdays"})
"""A change of these is held against the law packs in force."""
MOST: Final = {"per_day": 50, "per_week": 200, "min_interval_hours": 720}
NOT_IN_THE_LOG: Final = frozenset({"name", "phone", "postal_address"})


@dataclass(frozen=True)
class Founded:
    """A new organization with its administrator; password and token exist nowhere else from now on."""

    organization: Organization
    admin: Person
    password: str
    token: str


def found_organization(
    *,
    name: str,
    admin_email: str,
    actor: str = Actor.THIRD_PARTY_COLLECTOR,
    at: datetime,
    password: str | None = None,
    admin_name: str = "",
    **places: str,
) -> Founded:
    """An organization with its default limits, an administrator, and a key with all scopes.

    actor: what the organization is to the debts (states.Actor). places: country, time_zone, currency, locale,
    postal_address.
    Without a password one is made. Its sandbox gateway follows from the entry in the log (reactions.py).
    Raises AddressTaken, WeakPassword, UnusableSetting.
    """
    email = admin_email.strip().casefold()
    password = password or new_password()
    refuse_unusable({**places, "name": name})
    with transaction.atomic():
        organization = Organization.objects.create(name=name.strip(), actor=Actor(actor), created_at=at, **places)
        admin = Person(organization=organization, email=email, role=Role.ADMINISTRATOR, created_at=at)
        admin.name = admin_name.strip() or email.partition("@")[0].replace(".", " ").title()
        set_password(admin, password)
        add(admin)
        facts = {
            "organization": organization.public_id,
            "administrator": admin.public_id,
            "actor": organization.actor,
        }
        record(
            [Draft(organization.pk, events.ORGANIZATION_FOUNDED, SYSTEM, facts=facts, carry=organization)],
            at=at,
        )
        issued = issue_key(
            organization=organization,
            name="First key, all scopes",
            scopes=ALL,
            actor=admin.actor,
            at=at,
            created_by=admin,
            live=False,
        )
    return Founded(organization, admin, password, issued.token)


def found_first_organization(**founding: Any) -> Founded:
    """`found_organization`, but only while there is none. Raises AlreadyFounded."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
        if Organization.objects.exists():
            raise AlreadyFounded
        return found_organization(**founding)


def update_organization(
    *, organization: Organization, changes: Mapping[str, Any], actor: str, at: datetime
) -> Organization:
    """Changes what CHANGEABLE names; raises UnusableSetting with a sentence for each field."""
    with transaction.atomic():
        present = Organization.objects.select_for_update().get(pk=organization.pk)
        before = {name: getattr(present, name) for name in sorted(CHANGEABLE & changes.keys())}
        changed = {name: changes[name] for name, value in before.items() if changes[name] != value}
        if not changed:
            return present
        settings = {**{name: getattr(present, name) for name in CHANGEABLE}, **changed}
        refuse_unusable(settings)
        if changed.keys() & LINTED:
            refuse_wider_than_law(settings, on=at.date())
        for name, value in changed.items():
            setattr(present, name, value)
        present.save(update_fields=list(changed))
        told = {name: None if name in NOT_IN_THE_LOG else [before[name], changed[name]] for name in changed}
        record([Draft(present.pk, events.ORGANIZATION_CHANGED, actor, facts={"changed": told})], at=at)
    return present


def choose_pack(*, organization: Organization, pack: str, chosen: bool, actor: str, at: datetime) -> Organization:
    """Keeps to an elective law pack from now on, or no longer. Raises UnusableSetting for a pack that is no choice."""
    if pack not in {each.id for each in standard().packs if each.elective}:
        raise UnusableSetting(f"{pack} is no procedure that an organization may choose.", fields={"pack": "No choice."})
    with transaction.atomic():
        present = Organization.objects.select_for_update().get(pk=organization.pk)
        if (pack in present.elective_packs) == chosen:
            return present
        packs = {*present.elective_packs, pack} if chosen else {*present.elective_packs} - {pack}
        present.elective_packs = sorted(packs)
        present.save(update_fields=["elective_packs"])
        record([Draft(present.pk, events.LAW_CHOSEN, actor, facts={"pack": pack, "chosen": chosen})], at=at)
    return present


def refuse_unusable(settings: Mapping[str, Any]) -> None:
    """Raises UnusableSetting with every field that is wrong, each in a sentence."""
    wrong: dict[str, str] = {}
    if not str(settings.get("name", "x")).strip():
        wrong["name"] = "An organization needs a name."
    if "time_zone" in settings and not is_zone(settings["time_zone"]):
        wrong["time_zone"] = "This is not a time zone; write it like America/Chicago."
    if settings.get("window_from", time.min) >= settings.get("window_to", time.max):
        wrong["window_to"] = "The hours must end after they begin."
    if settings.get("per_day", 0) > settings.get("per_week", 0):
        wrong["per_week"] = "A week cannot have fewer messages than a day."
    for name, most in MOST.items():
        if not 0 <= settings.get(name, 0) <= most:
            wrong[name] = f"Choose a number from 0 to {most}."
    if not settings.get("weekdays", [0]):
        wrong["weekdays"] = "Choose at least one day on which you write."
    if wrong:
        raise UnusableSetting(" ".join(wrong.values()), fields=wrong)


def refuse_wider_than_law(settings: Mapping[str, Any], *, on: date) -> None:
    """Raises UnusableSetting for limits that the law packs in force do not leave open, with their citations."""
    limits = Limits(
        per_day=settings["per_day"],
        per_week=settings["per_week"],
        window_from=settings["window_from"],
        window_to=settings["window_to"],
        weekdays=frozenset(settings["weekdays"]),
    )
    wider = wider_limits(limits, standard(), actor=settings["actor"], country=settings["country"], on=on)
    if wrong := {one.field: one.sentence for one in wider}:
        raise UnusableSetting(" ".join(wrong.values()), fields=wrong)


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name or name == "UTC"


def change_role(*, organization: Organization, person_id: int, role: str, actor: str, at: datetime) -> None:
    """Gives a colleague another role, at once. Raises NoSuchPerson and LastAdministrator."""
    with transaction.atomic():
        person = locked(organization, person_id)
        if person.role == role:
            return
        refuse_without_administrator(organization, person)
        organization.people.filter(pk=person.pk).update(role=Role(role))
        facts = {"person": person.public_id, "role": [person.role, Role(role)]}
        record([Draft(organization.pk, events.PERSON_CHANGED, actor, facts=facts)], at=at)


def deactivate(*, organization: Organization, person_id: int, actor: str, at: datetime) -> None:
    """A colleague who has left: their sessions end at once. Raises NoSuchPerson and LastAdministrator."""
    with transaction.atomic():
        person = locked(organization, person_id)
        if person.is_active:
            refuse_without_administrator(organization, person)
            switch(organization, person, active=False, event=events.PERSON_DEACTIVATED, actor=actor, at=at)


def reactivate(*, organization: Organization, person_id: int, actor: str, at: datetime) -> None:
    """The colleague may sign in again, with the role of before. Raises NoSuchPerson."""
    with transaction.atomic():
        person = locked(organization, person_id)
        if not person.is_active:
            switch(organization, person, active=True, event=events.PERSON_REACTIVATED, actor=actor, at=at)


def switch(organization: Organization, person: Person, *, active: bool, event: str, actor: str, at: datetime) -> None:
    organization.people.filter(pk=person.pk).update(is_active=active)
    record([Draft(organization.pk, event, actor, facts={"person": person.public_id})], at=at)


def locked(organization: Organization, person_id: int) -> Person:
    """One of the organization's people; all are locked: the last two administrators cannot both go."""
    rows = organization.people.select_for_update().order_by("pk")
    people = {person.pk: person for person in rows}
    if person_id not in people:
        raise NoSuchPerson
    return people[person_id]


def refuse_without_administrator(organization: Organization, leaving: Person) -> None:
    others = organization.people.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=leaving.pk)
    if leaving.role == Role.ADMINISTRATOR and leaving.is_active and not others.exists():
        raise LastAdministrator
