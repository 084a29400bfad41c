"""Where a telephone number or a postal address may be: every zone, never a guess at one.

A table lookup that answers too little sends somebody a text at seven in the morning; one that answers too
much only shortens the day. So every table here is a superset (see the heads of ``area_codes.toml`` and
``postal.toml``), and nothing known about a place means an empty answer, which the hours rules turn into
"ask a person".
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import phonenumbers

from forbear.policy.facts import Location

Place = tuple[tuple[str, ...], tuple[str, ...]]
"""(zones, ISO 3166 places such as "US" and "US-FL")."""

NOWHERE: Place = ((), ())


def of_phone(e164: str) -> tuple[str, ...]:
    """Every IANA zone the number's holder may live in; ``()`` for toll-free and unknown numbers."""
    return _place_of_phone(e164)[0]


def of_area_code(code: str) -> tuple[str, ...]:
    """The zones of a North American area code, ``()`` where the code has no territory."""
    return _area_codes().get(code, NOWHERE)[0]


def of_region(country: str, region: str) -> tuple[str, ...]:
    """The zones of a state or province ("US", "FL"), else of the whole country."""
    found = _postal().get(country.upper(), {}).get("regions", {}).get(region.upper())
    return tuple(found["zones"]) if found else of_country(country)


def of_postal_code(country: str, code: str) -> tuple[str, ...]:
    """The zones a postal code touches; ``()`` where it has no place (military mail, no such prefix)."""
    return _place_of_postal_code(country.upper(), code.strip().upper())[0]


def locate_phone(e164: str, *, observed_at: datetime | None = None) -> Location:
    """The number as location evidence for ``Facts.locations``."""
    zones, places = _place_of_phone(e164)
    return Location("phone_area_code", e164, zones, observed_at=observed_at, places=places)


def locate_postal_code(country: str, code: str, *, observed_at: datetime | None = None) -> Location:
    """A postal code as location evidence for ``Facts.locations``."""
    zones, places = _place_of_postal_code(country.upper(), code.strip().upper())
    return Location("postal_code", code, zones, observed_at=observed_at, places=places)


def locate_region(country: str, region: str, *, observed_at: datetime | None = None) -> Location:
    """A state or province as location evidence for ``Facts.locations``."""
    places = (country.upper(), f"{country.upper()}-{region.upper()}")
    return Location("region", places[1], of_region(country, region), observed_at=observed_at, places=places)


@cache
def of_country(country: str) -> tuple[str, ...]:
    """Every zone of a country, by the country table of the tz database (``zone.tab``)."""
    return _country_zones().get(country.upper(), ())


@lru_cache(maxsize=65536)
def _place_of_phone(e164: str) -> Place:
    if e164.startswith("+1") and len(e164) == 12:
        return _area_codes().get(e164[2:5], NOWHERE)
    return _place_abroad(e164)


def _place_abroad(e164: str) -> Place:
    """Outside North America a number tells its country; a shared calling code tells several."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return NOWHERE
    region = phonenumbers.region_code_for_number(number)
    calling_code = number.country_code or 0
    regions = (region,) if region else phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ())
    zones = dict.fromkeys(zone for one in regions for zone in of_country(one))
    return tuple(zones), tuple(one for one in regions if one.isalpha())


@lru_cache(maxsize=65536)
def _place_of_postal_code(country: str, code: str) -> Place:
    tables = _postal().get(country)
    if tables is None:
        return of_country(country), (country,)
    prefix = code[: tables["digits"]]
    holders = tables["by_prefix"].get(prefix, {})
    if not holders:
        return NOWHERE
    zones = tables["narrow"].get(prefix) or tuple(dict.fromkeys(z for own in holders.values() for z in own))
    return zones, (country, *(f"{country}-{region}" for region in holders))


@cache
def _area_codes() -> dict[str, Place]:
    table = _read("area_codes.toml")
    names = table["zones"]
    return {str(code): _area(group, names) for group in table["area"] for code in group["codes"]}


def _area(group: dict[str, Any], names: dict[str, str]) -> Place:
    regions = group["regions"]
    countries = dict.fromkeys(region.partition("-")[0] for region in regions)
    subdivisions = (region for region in regions if "-" in region)
    return tuple(names.get(zone, zone) for zone in group["zones"]), (*countries, *subdivisions)


@cache
def _postal() -> dict[str, Any]:
    tables = _read("postal.toml")
    for table in tables.values():
        table["by_prefix"] = _by_prefix(table)
        table["narrow"] = {
            prefix: (zone,)
            for zone, ranges in table["narrower"].items()
            for prefix in _prefixes(ranges, table["digits"])
        }
    return tables


def _by_prefix(table: dict[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for region, row in table["regions"].items():
        for prefix in _prefixes(row["prefixes"], table["digits"]):
            found.setdefault(prefix, {})[region] = tuple(row["zones"])
    return found


def _prefixes(ranges: list[str], digits: int) -> list[str]:
    spans = (part.partition("-") for part in ranges)
    return [
        each
        for first, dash, last in spans
        for each in ([f"{n:0{digits}}" for n in range(int(first), int(last) + 1)] if dash else [first])
    ]


@cache
def _country_zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
