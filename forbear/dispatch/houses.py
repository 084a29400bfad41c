"""The organizations of a batch: their limits, the procedures they chose, their holidays, their gateways."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from forbear.policy import facts as f

from .rows import fetched


@dataclass(frozen=True, slots=True)
class House:
    """An organization as the policy sees it; `routes`: the gateway of each channel; `holidays`: None if never told."""

    organization: f.Organization
    routes: dict[str, str]
    holidays: frozenset[date] | None


def houses_of(ids: list[int]) -> dict[int, House]:
    """One query."""
    return {
        pk: House(_organization(pk, *told), json.loads(routes or "{}"), None if days is None else frozenset(days))
        for pk, routes, days, *told in fetched(_HOUSES, ids)
    }


# Of several gateways of a channel the one whose sender is the oldest, as `channels.queries.Gates` chooses.
_HOUSES = """
SELECT o.id, (SELECT json_object_agg(s.channel, s.kind) FROM (
                SELECT DISTINCT ON (s.channel) s.channel, p.kind FROM channels_sender s
                JOIN channels_provideraccount p ON p.id = s.provider_id
                WHERE s.organization_id = o.id AND s.is_active AND p.status = 'active'
                ORDER BY s.channel, s.id) s)::text,
       local_holidays, actor, country, time_zone, engine_paused, per_day, per_week, min_interval_hours,
       window_from, window_to, weekdays, holidays_closed, elective_packs
FROM staff_organization o WHERE id = ANY(%s)"""


def _organization(pk: int, actor: str, country: str, zone: str, paused: bool, *limits: Any) -> f.Organization:
    day, week, interval, start, end, weekdays, holidays, packs = limits
    return f.Organization(
        id=str(pk),
        actor=actor,
        country=country,
        zone=zone,
        limits=f.Limits(
            per_day=day,
            per_week=week,
            min_interval_hours=interval,
            window_from=start,
            window_to=end,
            weekdays=frozenset(weekdays),
            holidays_closed=holidays,
        ),
        paused=paused,
        elects=frozenset(packs),
    )
