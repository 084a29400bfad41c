"""What the acts of a batch's people leave standing: one query, folded once for each person who did anything."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from forbear.consent.standing import stand
from forbear.consent.states import HOLDING, ActType
from forbear.policy import facts as f
from forbear.policy.folding import Event, Standing, key_of
from forbear.policy.ledger import Consent
from forbear.staff.states import Provenance

Points = Mapping[int, Sequence[f.ContactPoint]]
Standings = Mapping[int, Standing]

# Holds are read from their own rows; but a written dispute stands until it is answered, whoever closed its hold.
_DISPUTES = {ActType.DISPUTE, ActType.ORIGINAL_CREDITOR_REQUEST, ActType.DISPUTE_WITHDRAWN}
_UNREAD = [str(word) for word in (HOLDING - _DISPUTES) | {ActType.VOID}]
# These are true of the address, whoever has it.
_OF_THE_ADDRESS = [str(word) for word in (ActType.REVOCATION, ActType.BOUNCE, ActType.OUT_OF_SERVICE)]
_COLUMNS = "id, organization_id, consumer_id, type, at, channel, address, account_id, details::text"
_ACT = f"SELECT {_COLUMNS} FROM consent_act a"  # noqa: S608 - names only
_STANDS = "type <> ALL(%(unread)s) AND NOT EXISTS (SELECT FROM consent_act v WHERE v.voids_id = a.id)"
_ACTS = f"""{_ACT} WHERE consumer_id = ANY(%(people)s) AND {_STANDS}
UNION
{_ACT} WHERE organization_id = ANY(%(owners)s) AND address = ANY(%(addresses)s) AND address <> ''
    AND (consumer_id IS NULL OR type = ANY(%(shared)s)) AND {_STANDS}"""


def standings_of(homes: Mapping[int, int], points: Points, addresses: Sequence[str], *, at: datetime) -> Standings:
    """By person; nobody who did nothing. homes: people and their organizations."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ACTS,
            {
                "people": list(homes),
                "owners": list(set(homes.values())),
                "addresses": list(addresses),
                "unread": _UNREAD,
                "shared": _OF_THE_ADDRESS,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return {}
    acts: dict[int, dict[int, Event]] = defaultdict(dict)
    for pk, owner, consumer, *told in rows:
        event = _event(*told)
        for person in _concerned(owner, consumer, event, homes, points):
            acts[person][pk] = event
    return {person: stand(some.values(), at) for person, some in acts.items()}


def _event(kind: str, at: datetime, channel: str, address: str, account: int | None, details: str) -> Event:
    return Event(kind, at, channel, address or None, None if account is None else str(account), json.loads(details))


def _concerned(
    owner: int, consumer: int | None, event: Event, homes: Mapping[int, int], points: Points
) -> Iterator[int]:
    """Whom an act concerns: who did it, and who has the address if it is true of the address."""
    if consumer is not None and consumer in homes:
        yield consumer
    if event.address and (consumer is None or event.type in _OF_THE_ADDRESS):
        key = key_of(event.address)
        for person, some in points.items():
            if homes.get(person) == owner and any(key_of(point.address) == key for point in some):
                yield person


def as_told(point: f.ContactPoint, standing: Standing) -> f.ContactPoint:
    """The contact point with what the acts say about it."""
    key = key_of(point.address)
    told: dict[str, Any] = {}
    if key in standing.closed:
        told |= {"status": "closed", "closed_by": standing.closed[key]}
    if key in standing.skip_traced:
        told |= {"provenance": str(Provenance.SKIP_TRACED)}
    if key in standing.employer_prohibits or point.place in standing.employer_prohibits:
        told |= {"employer_prohibits": True}
    if key in standing.employer_provided:
        told |= {"employer_provided": True}
    return replace(point, **told) if told else point


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ENDS = {"email": frozenset({"email", "all"}), "phone": frozenset({"sms", "whatsapp", "call", "all"})}


def consents_of(
    point: f.ContactPoint | None, standing: Standing | None, opt_outs: Sequence[f.OptOut]
) -> tuple[Consent, ...]:
    """Consents on record; and a number or address that the consumer gave is consent given to the creditor (domain
    decision 22), until it is taken back."""
    told = tuple(standing.consents) if standing is not None else ()
    if point is None or point.provenance != Provenance.GIVEN_BY_CONSUMER:
        return told
    given = Consent("creditor", "any", point.observed_at or _LONG_AGO, point.address)
    ended = any(one.ended_at is not None and one.address in (None, point.address) for one in told)
    if ended or any(one.channel in _ENDS[point.channel_kind] for one in opt_outs):
        return told
    return (*told, given)
