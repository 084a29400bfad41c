"""Settings > Law: what is in force, from which source, read when."""

from datetime import UTC, datetime

import pytest

from forbear.desk.law import packs


def test_every_pack_has_its_sources_and_says_whether_it_is_in_force():
    shown = packs(datetime(2026, 11, 24, tzinfo=UTC).date())
    assert {pack.state for pack in shown} == {"in_force", "elective"}
    assert all(pack.sources and not pack.stale for pack in shown)
    assert shown[0].state == "in_force"


def test_half_a_year_later_somebody_should_read_them_again():
    assert any(pack.stale for pack in packs(datetime(2027, 6, 24, tzinfo=UTC).date()))


@pytest.mark.django_db
def test_the_page_names_packs_and_citations(browser):
    page = browser.get("/settings/law").content.decode()
    assert "Regulation F, 12 CFR part 1006" in page
    assert "12 CFR 1006.6(b)(1)(i)" in page


@pytest.mark.django_db
def test_half_a_year_later_the_page_says_that_the_sources_are_old(browser, monkeypatch):
    assert "last read more than 180 days ago" not in browser.get("/settings/law").content.decode()
    monkeypatch.setattr("forbear.core.clock.now", lambda: datetime(2027, 6, 24, 16, tzinfo=UTC))
    page = browser.get("/settings/law").content.decode()
    assert "last read more than 180 days ago" in page
    assert "read it again" in page


@pytest.mark.django_db
def test_programs_read_the_rules_with_their_sources(api):
    rules = {rule["rule"]: rule for rule in api.get("/v1/policy/rules").json()["items"]}
    assert rules["regf.time"]["cite"][0]["ref"] == "12 CFR 1006.6(b)(1)(i)"
    assert rules["regf.time"]["in_use"] is True
