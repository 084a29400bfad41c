"""Who opened a hold or recorded an opt-out: actors of one organization by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forbear.staff.models import ApiKey, Person


def names_of(actors: Iterable[str], organization_id: int) -> Mapping[str, str]:
    """Names by actor (`person:7`), at most one query for people and one for keys; strangers have none."""
    wanted = {actor for actor in actors if actor}
    people, keys = _numbers(wanted, "person"), _numbers(wanted, "key")
    names = {"system": "the system"}
    if people:
        names |= {p.actor: p.name for p in Person.objects.filter(organization=organization_id, pk__in=people)}
    if keys:
        rows = ApiKey.objects.filter(organization=organization_id, pk__in=keys)
        names |= {key.actor: f"the key “{key.name}”" for key in rows}
    return names | {actor: "the consumer" for actor in wanted if actor.startswith("consumer:")}


def _numbers(actors: set[str], kind: str) -> list[int]:
    split = (actor.partition(":") for actor in actors)
    return [int(number) for word, _, number in split if word == kind and number.isdigit()]
