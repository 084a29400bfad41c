"""Area codes and postal codes: no code may lose a zone that people who hold its numbers live in."""

from __future__ import annotations

from zoneinfo import available_timezones

import phonenumbers
import pytest

from forbear.policy import zones

AREA_CODES = {
    "312": {"America/Chicago"},
    "213": {"America/Los_Angeles"},
    "808": {"Pacific/Honolulu"},
    "939": {"America/Puerto_Rico"},
    "684": {"Pacific/Pago_Pago"},
    "219": {"America/Chicago"},
    "812": {"America/New_York", "America/Chicago"},
    "270": {"America/New_York", "America/Chicago"},
    "423": {"America/New_York", "America/Chicago"},
    "448": {"America/New_York", "America/Chicago"},
    "308": {"America/Chicago", "America/Denver"},
    "701": {"America/Chicago", "America/Denver"},
    "785": {"America/Chicago", "America/Denver"},
    "986": {"America/Boise", "America/Los_Angeles"},
    "458": {"America/Los_Angeles", "America/Boise"},
    "928": {"America/Phoenix", "America/Denver"},
    "907": {"America/Anchorage", "America/Adak"},
    "867": {"America/Whitehorse", "America/Iqaluit"},
}


@pytest.mark.parametrize(("code", "wanted"), AREA_CODES.items())
def test_an_area_code_answers_with_every_zone_it_touches(code: str, wanted: set[str]) -> None:
    assert wanted <= set(zones.of_phone(f"+1{code}5550101"))


@pytest.mark.parametrize("code", ["800", "833", "844", "855", "866", "877", "888", "900", "500", "555"])
def test_a_code_without_territory_says_nothing(code: str) -> None:
    assert zones.of_phone(f"+1{code}5550101") == ()


@pytest.mark.parametrize(
    ("parent", "overlay"),
    [
        ("850", "448"),
        ("812", "930"),
        ("270", "364"),
        ("541", "458"),
        ("208", "986"),
        ("423", "729"),
        ("787", "939"),
    ],
)
def test_an_overlay_has_the_zones_of_its_parent(parent: str, overlay: str) -> None:
    assert zones.of_area_code(overlay) == zones.of_area_code(parent)


def test_no_code_that_can_be_dialled_in_north_america_is_missing() -> None:
    missing = [code for code in range(200, 1000) if _has_territory(code) and not zones.of_area_code(str(code))]
    assert missing == []


def _has_territory(code: int) -> bool:
    number = phonenumbers.PhoneNumber(country_code=1, national_number=code * 10_000_000 + 2_345_678)
    fixed_or_mobile = phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    return phonenumbers.number_type(number) == fixed_or_mobile and phonenumbers.is_valid_number(number)


def test_every_zone_of_the_tables_exists() -> None:
    named = {zone for code in range(200, 1000) for zone in zones.of_area_code(str(code))}
    postal = {zone for prefix in range(1000) for zone in zones.of_postal_code("US", f"{prefix:03}01")}
    canada = {zone for letter in "ABCEGHJKLMNPRSTVXY" for zone in zones.of_postal_code("CA", f"{letter}1A 1A1")}
    assert named | postal | canada <= available_timezones()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("10001", {"America/New_York"}),
        ("32501", {"America/Chicago"}),
        ("32456", {"America/New_York", "America/Chicago"}),
        ("46402", {"America/Chicago"}),
        ("86503", {"America/Phoenix", "America/Denver"}),
        ("96799", {"Pacific/Pago_Pago", "Pacific/Honolulu"}),
        ("83814", {"America/Los_Angeles"}),
        ("79901", {"America/Denver"}),
        ("09012", set()),
    ],
)
def test_a_zip_answers_with_every_zone_it_touches(code: str, wanted: set[str]) -> None:
    assert set(zones.of_postal_code("US", code)) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("+442079460101", {"Europe/London"}),
        ("+34911230101", {"Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"}),
        ("+5215512345678", {"America/Mexico_City", "America/Tijuana"}),
        ("+999123", set()),
        ("nonsense", set()),
    ],
)
def test_a_number_abroad_answers_with_all_zones_of_its_country(number: str, wanted: set[str]) -> None:
    found = set(zones.of_phone(number))
    assert wanted <= found
    assert bool(wanted) == bool(found)


def test_evidence_names_the_places_that_choose_the_packs() -> None:
    assert zones.locate_phone("+16175550101").places == ("US", "US-MA")
    assert zones.locate_postal_code("US", "33101").places == ("US", "US-FL")
    assert zones.locate_region("us", "ca").zones == ("America/Los_Angeles",)
