"""Gather: everything a batch of contacts needs to be judged and worded, in a fixed number of queries.

The pure `policy.judge` sees only what stands here. Whoever gathers for a clearance holds the consumers' locks, so that
two workers never spend the same contact of the day twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from forbear.accounts.states import ENGINE_ELIGIBLE
from forbear.policy import facts as f
from forbear.policy import zones
from forbear.policy.folding import Standing

from .approvals import Approvals, approvals_of
from .history import history_of
from .houses import House, houses_of
from .rows import fetched
from .standings import Standings, as_told, consents_of, standings_of


@dataclass(slots=True)
class Case:
    """One contact to judge: what is planned, and where it would go."""

    item_id: int
    organization_id: int
    occasion: str
    account_id: int | None
    consumer_id: int | None
    channel: str
    address: str = ""
    answers_at: datetime | None = None


@dataclass(slots=True)
class Party:
    """The account, its consumer and creditor, as the wording and the policy need them."""

    account_id: int | None
    consumer_id: int
    first_name: str
    last_name: str
    language: str
    time_zone: str
    postal_code: str
    state: str
    country: str
    number: str = ""
    balance_minor: int = 0
    currency: str = "USD"
    due_date: date | None = None
    status: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    creditor: str = ""


@dataclass(slots=True)
class Gathered:
    """All rows of one batch, by the ids that the cases name."""

    houses: dict[int, House]
    organizations: dict[int, f.Organization]
    parties: dict[tuple[int | None, int], Party]
    points: dict[int, list[f.ContactPoint]]
    opt_outs: dict[tuple[int, str], list[f.OptOut]]
    opt_outs_of_person: dict[int, list[f.OptOut]]
    holds: dict[int, list[f.Hold]]
    history: dict[int, list[f.Contact]]
    approvals: Approvals
    standings: Standings


def gather(cases: Sequence[Case], *, at: datetime) -> Gathered:
    """Eight queries, however many cases. What the cases' own items already sent is not held against them."""
    consumers = sorted({c.consumer_id for c in cases if c.consumer_id is not None})
    accounts = sorted({c.account_id for c in cases if c.account_id is not None})
    owners = sorted({c.organization_id for c in cases})
    points = _points(consumers)
    addresses = sorted({p.address for some in points.values() for p in some} | {c.address for c in cases if c.address})
    by_address, by_person = _opt_outs(owners, addresses, consumers)
    houses = houses_of(owners)
    homes = {c.consumer_id: c.organization_id for c in cases if c.consumer_id is not None}
    return Gathered(
        houses=houses,
        organizations={pk: house.organization for pk, house in houses.items()},
        parties=_parties(consumers, accounts),
        points=points,
        opt_outs=by_address,
        opt_outs_of_person=by_person,
        holds=_holds(consumers),
        history=history_of(consumers, [c.item_id for c in cases], at=at),
        approvals=approvals_of([c.item_id for c in cases], accounts, at=at),
        standings=standings_of(homes, points, addresses, at=at),
    )


def lock_consumers(consumers: Iterable[int]) -> None:
    """In id order, so that two batches never wait for each other in a circle."""
    fetched(
        "SELECT id FROM accounts_consumer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        sorted(set(consumers)),
    )


def _parties(consumers: list[int], accounts: list[int]) -> dict[tuple[int | None, int], Party]:
    rows = fetched(
        """SELECT a.id, p.id, p.first_name, p.last_name, p.language, p.time_zone, p.postal_code, p.state, p.country,
                  a.number, a.balance_minor, a.currency, a.due_date, a.status, a.fields::text, c.name
           FROM accounts_consumer p
           LEFT JOIN accounts_account a ON a.consumer_id = p.id AND a.id = ANY(%s)
           LEFT JOIN accounts_creditor c ON c.id = a.creditor_id
           WHERE p.id = ANY(%s)""",
        accounts,
        consumers,
    )
    parties: dict[tuple[int | None, int], Party] = {}
    for account, consumer, *words in rows:
        person, debt = words[:7], words[7:]
        parties[None, consumer] = Party(None, consumer, *person)
        if account is not None:
            number, balance, currency, due, status, fields, creditor = debt
            known = (number, balance, currency, due, status, _fields(fields), creditor or "")
            parties[account, consumer] = Party(account, consumer, *person, *known)  # type: ignore[call-arg]  # counted
    return parties


@lru_cache(maxsize=4096)
def _fields(text: str) -> dict[str, Any]:
    return dict(json.loads(text))


# Person by person (OFFSET 0): before the table has statistics, the planner would walk through all of it for a batch.
_POINTS = """
SELECT p.* FROM unnest(%s::bigint[]) AS who(id)
CROSS JOIN LATERAL (
    SELECT consumer_id, id, kind, address, place, provenance, status, observed_at
    FROM accounts_contactpoint WHERE consumer_id = who.id ORDER BY position, id OFFSET 0) p"""


def _points(consumers: list[int]) -> dict[int, list[f.ContactPoint]]:
    rows = fetched(_POINTS, consumers)
    points: dict[int, list[f.ContactPoint]] = defaultdict(list)
    for consumer, pk, *values in rows:
        points[consumer].append(f.ContactPoint(str(pk), *values))
    return points


def _opt_outs(
    owners: list[int], addresses: list[str], consumers: list[int]
) -> tuple[dict[tuple[int, str], list[f.OptOut]], dict[int, list[f.OptOut]]]:
    rows = fetched(
        """SELECT organization_id, consumer_id, channel, address, at, source FROM consent_optout
           WHERE lifted_at IS NULL AND organization_id = ANY(%s) AND address = ANY(%s) AND address <> ''
           UNION ALL
           SELECT organization_id, consumer_id, channel, address, at, source FROM consent_optout
           WHERE lifted_at IS NULL AND organization_id = ANY(%s) AND consumer_id = ANY(%s) AND address = ''""",
        owners,
        addresses,
        owners,
        consumers,
    )
    by_address: dict[tuple[int, str], list[f.OptOut]] = defaultdict(list)
    by_person: dict[int, list[f.OptOut]] = defaultdict(list)
    for owner, consumer, channel, address, at, source in rows:
        if address:
            by_address[owner, address].append(f.OptOut(channel, address, at, source))
        else:
            by_person[consumer].append(f.OptOut(channel, None, at, source))
    return by_address, by_person


def _holds(consumers: list[int]) -> dict[int, list[f.Hold]]:
    rows = fetched(
        """SELECT consumer_id, kind, account_id, opened_at, asked_at FROM consent_hold
           WHERE closed_at IS NULL AND consumer_id = ANY(%s)""",
        consumers,
    )
    holds: dict[int, list[f.Hold]] = defaultdict(list)
    for consumer, kind, account, opened_at, asked_at in rows:
        holds[consumer].append(f.Hold(kind, None if account is None else str(account), opened_at, asked_at))
    return holds


_KIND = {"sms": "phone", "voice": "phone", "whatsapp": "phone", "email": "email"}


def best_point(points: Sequence[f.ContactPoint], channel: str, address: str) -> f.ContactPoint | None:
    """The named address, or else the first usable point of the channel's kind, or else the first one at all."""
    kind = _KIND[channel]
    fitting = [p for p in points if p.channel_kind == kind and (not address or p.address == address)]
    return next((p for p in fitting if p.status == "usable"), fitting[0] if fitting else None)


def facts_of(case: Case, got: Gathered) -> f.Facts:
    """The pure value that is judged."""
    consumer = case.consumer_id or 0
    party = got.parties.get((case.account_id, consumer)) or got.parties.get((None, consumer))
    points = got.points.get(consumer, [])
    standing = got.standings.get(consumer)
    if standing is not None:
        points = [as_told(one, standing) for one in points]
    point = best_point(points, case.channel, case.address)
    if point is None and case.address:
        point = f.ContactPoint("", _KIND[case.channel], case.address)
    opt_outs = [*got.opt_outs_of_person.get(consumer, ())]
    if point is not None:
        opt_outs += got.opt_outs.get((case.organization_id, point.address), ())
    house = got.houses[case.organization_id]
    organization = house.organization
    said = _said(standing) if standing is not None else {}
    return f.Facts(
        organization=organization,
        person_id=str(case.consumer_id or ""),
        account_id=str(case.account_id or ""),
        account_status=party.status if party else "",
        account_eligible=bool(party and party.status in ENGINE_ELIGIBLE),
        channel=f.Channel(case.channel),
        contact_point=point,
        locations=_locations(party, points, point, organization.country),
        history=tuple(got.history.get(consumer, ())),
        opt_outs=tuple(opt_outs),
        holds=tuple(got.holds.get(consumer, ())),
        message=f.Message(occasion=f.Occasion(case.occasion), answers_at=case.answers_at),
        approvals=got.approvals.of(case.item_id, case.account_id, case.channel, case.occasion),
        consents=consents_of(point, standing, opt_outs),
        technology="predictive" if case.channel == "voice" and case.occasion == "campaign" else "manual",
        provider=house.routes.get(case.channel, ""),
        holidays=house.holidays,
        **said,
    )


def _said(standing: Standing) -> dict[str, Any]:
    """What the person asked for and was told, as the facts name it. Spoken disputes stand as holds alone."""
    return {
        "requests": tuple(standing.requests),
        "designations": tuple(standing.designations),
        "shunned_places": tuple(standing.shunned_places),
        "notices": tuple(standing.notices),
        "checks": tuple(standing.checks),
        "disputes": tuple(dispute for dispute in standing.disputes if dispute.in_writing),
    }


def _locations(
    party: Party | None, points: Sequence[f.ContactPoint], point: f.ContactPoint | None, home: str
) -> tuple[f.Location, ...]:
    """Every place that our information suggests: all the consumer's numbers, the address, the consumer's own words."""
    phones = {p.address for p in points if p.channel_kind == "phone" and p.status != "closed"}
    if point is not None and point.channel_kind == "phone":
        phones.add(point.address)
    found = [zones.locate_phone(phone) for phone in sorted(phones)]
    if party is not None:
        found += _party_locations(party.time_zone, party.country or home, party.state, party.postal_code)
    return tuple(location for location in found if location.zones)


_known_zones = cache(available_timezones)


@lru_cache(maxsize=65_536)
def _party_locations(time_zone: str, country: str, state: str, postal_code: str) -> tuple[f.Location, ...]:
    found = []
    if time_zone in _known_zones():
        found.append(f.Location(source="statement", value=time_zone, zones=(time_zone,)))
    postal = zones.locate_postal_code(country, postal_code) if postal_code else None
    if postal is not None and postal.zones:
        found.append(postal)
    elif state:
        found.append(zones.locate_region(country, state))
    return tuple(found)
