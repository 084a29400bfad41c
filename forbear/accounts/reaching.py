"""Verbs about the telephone numbers and e-mail addresses of a person. They are closed, never forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max, QuerySet

from forbear.compliance.actions import Draft, record
from forbear.core import phone
from forbear.core.refusal import Invalid

from . import events
from .models import Account, Consumer, ContactPoint
from .refusals import AddressKnown, PointNotClosed, PointNotOpen
from .states import Place, PointKind, PointStatus, Provenance


@dataclass(frozen=True)
class Reach:
    """A number or an e-mail address as somebody wrote it, and where it comes from."""

    kind: PointKind
    address: str
    place: Place = Place.UNKNOWN
    provenance: Provenance = Provenance.UNKNOWN


def add_point(*, consumer: Consumer, reach: Reach, actor: str, at: datetime) -> ContactPoint:
    """One more way to reach a person, behind those that are known. Raises Invalid and AddressKnown."""
    (clean,) = reachable([reach], consumer.country or consumer.organization.country)
    with transaction.atomic():
        Consumer.objects.select_for_update().get(pk=consumer.pk)
        if ContactPoint.objects.filter(consumer=consumer, kind=clean.kind, address=clean.address).exists():
            raise AddressKnown(fields={"address": "This person has it already."})
        (point,) = write_points(consumer, [clean], at=at)
        _tell(point, "added", actor, at)
    return point


def close_point(*, point: ContactPoint, reason: str, actor: str, at: datetime) -> None:
    """Nobody is written to there any more: a wrong number, somebody else's. Raises PointNotOpen and Invalid."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > 120:
        say = "Say why in at most 120 characters."
        raise Invalid(say, fields={"reason": say})
    with transaction.atomic():
        open_ones = _itself(point).exclude(status=PointStatus.CLOSED)
        if not open_ones.update(status=PointStatus.CLOSED, status_reason=reason):
            raise PointNotOpen
        _tell(point, "closed", actor, at)


def reopen_point(*, point: ContactPoint, actor: str, at: datetime) -> None:
    """It may be used again; opt-outs of the address stay as they are. Raises PointNotClosed."""
    with transaction.atomic():
        shut = _itself(point).filter(status=PointStatus.CLOSED)
        if not shut.update(status=PointStatus.USABLE, status_reason=""):
            raise PointNotClosed
        _tell(point, "reopened", actor, at)


def _itself(point: ContactPoint) -> QuerySet[ContactPoint]:
    """Found by its consumer: its own number is in no index (migration 0007)."""
    return ContactPoint.objects.filter(consumer=point.consumer_id, pk=point.pk)


def reachable(points: Sequence[Reach], country: str) -> list[Reach]:
    """The same in the kept spelling (E.164; small letters), each once. Raises Invalid."""
    clean = [Reach(one.kind, _spelled(one, country), one.place, one.provenance) for one in points]
    return list({(one.kind, one.address): one for one in clean}.values())


def _spelled(one: Reach, country: str) -> str:
    text = one.address.strip()
    if one.kind is PointKind.PHONE:
        number = phone.normalize(text, country)
        if number is None:
            raise _invalid(f"“{text[:40]}” is not a telephone number.")
        return number
    try:
        validate_email(text)
    except ValidationError as wrong:
        raise _invalid(f"“{text[:40]}” is not an e-mail address.") from wrong
    return text.lower()


def _invalid(why: str) -> Invalid:
    return Invalid(why, fields={"address": why})


def write_points(consumer: Consumer, points: Sequence[Reach], *, at: datetime) -> list[ContactPoint]:
    """Rows behind those that the person has, in their order; the person is new or locked."""
    last = ContactPoint.objects.filter(consumer=consumer).values("kind").annotate(last=Max("position"))
    following = dict.fromkeys(PointKind, 0) | {row["kind"]: row["last"] + 1 for row in last}
    rows = []
    for one in points:
        rows.append(
            ContactPoint(
                organization_id=consumer.organization_id,
                consumer=consumer,
                kind=one.kind,
                address=one.address,
                place=one.place,
                provenance=one.provenance,
                position=following[one.kind],
                observed_at=at,
            )
        )
        following[one.kind] += 1
    return ContactPoint.objects.bulk_create(rows)


def _tell(point: ContactPoint, what: str, actor: str, at: datetime) -> None:
    """The address itself stays out of the log."""
    tell_of_person(point.consumer, {"point": point.pk, "kind": point.kind, "what": what}, actor=actor, at=at)


def tell_of_person(consumer: Consumer, facts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """One entry for each of the person's accounts, so that each account's story has it."""
    owed: list[int | None] = list(Account.objects.filter(consumer=consumer).order_by("pk").values_list("pk", flat=True))
    told = {"consumer": consumer.pk, **facts}
    event, organization = events.CONSUMER_CHANGED, consumer.organization_id
    record([Draft(organization, event, actor, account_id=pk, facts=told) for pk in owed or [None]], at=at)
