"""Which channels of a borrower are open: not closed by an opt-out of the person, nor at every address of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from forbear.accounts.models import Consumer, ContactPoint
from forbear.accounts.states import PointKind, PointStatus
from forbear.consent.models import OptOut
from forbear.consent.states import OptOutChannel
from forbear.staff.models import Organization

from .states import Channel

KIND = {Channel.SMS: PointKind.PHONE, Channel.EMAIL: PointKind.EMAIL, Channel.CALL: PointKind.PHONE}


def closed_channels(organization: Organization, consumer: Consumer) -> set[Channel]:
    """Two statements. A channel for which no address is known is not closed: there is only nobody to reach."""
    return closed_of(organization, [consumer.pk])[consumer.pk]


def closed_of(organization: Organization, consumers: Iterable[int]) -> dict[int, set[Channel]]:
    """The same for many people at once, by consumer."""
    people = set(consumers)
    points = list(ContactPoint.objects.filter(consumer__in=people).exclude(status=PointStatus.CLOSED))
    standing = (
        OptOut.objects.of(organization)
        .filter(lifted_at=None)
        .filter(Q(address="", consumer_id__in=people) | Q(address__in={point.address for point in points}))
    )
    persons: dict[int, set[str]] = {}
    addresses: dict[str, set[str]] = {}
    for row in standing:
        if row.address:
            addresses.setdefault(row.address, set()).add(row.channel)
        elif row.consumer_id is not None:
            persons.setdefault(row.consumer_id, set()).add(row.channel)
    return {
        person: _closed(persons.get(person, set()), [p for p in points if p.consumer_id == person], addresses)
        for person in people
    }


def _closed(by_person: set[str], points: list[ContactPoint], addresses: dict[str, set[str]]) -> set[Channel]:
    return {channel for channel in Channel if _says(channel, by_person) or _everywhere(channel, points, addresses)}


def _says(channel: Channel, closed: set[str]) -> bool:
    return bool({str(channel), str(OptOutChannel.ALL)} & closed)


def _everywhere(channel: Channel, points: list[ContactPoint], addresses: dict[str, set[str]]) -> bool:
    ways = [point.address for point in points if point.kind == KIND[channel]]
    return bool(ways) and all(_says(channel, addresses.get(address, set())) for address in ways)
