"""The demo's people are fictional, different, and the same every time."""

import csv
import io
import re
from datetime import date

import pytest

from forbear.core.phone import normalize
from forbear.policy import zones
from forbear.sandbox.portfolio import HEADER, file_of, portfolio, wrong_rows

TODAY = date(2026, 11, 23)
PHONE, EMAIL, DUE = (HEADER.index(name) for name in ("phoneNumber", "email", "dueDate"))


@pytest.fixture(scope="module")
def people():
    return portfolio(320, language="en", today=TODAY) + portfolio(60, language="es", today=TODAY)


def test_everybody_has_a_number_of_their_own_that_is_kept_for_fiction(people):
    phones = [row[PHONE] for row in people]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"\d{3}55501\d\d", phone) for phone in phones)
    assert all(row[EMAIL].endswith("@example.com") for row in people)
    assert len({row[EMAIL] for row in people}) == len(people)


def test_they_live_in_every_zone_of_the_country(people):
    found = {zone for row in people for zone in zones.of_phone(normalize(row[PHONE], "US") or "")}
    assert {"America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "America/New_York"} <= found
    assert all(zones.of_phone(normalize(row[PHONE], "US") or "") for row in people)


def test_all_are_one_to_thirty_days_past_due(people):
    for row in people:
        month, day, year = map(int, row[DUE].split("/"))
        assert 1 <= (TODAY - date(2000 + year, month, day)).days <= 30


def test_the_same_seed_gives_the_same_people():
    assert portfolio(5, language="en", today=TODAY) == portfolio(5, language="en", today=TODAY)
    assert portfolio(5, language="en", today=TODAY) != portfolio(5, language="en", today=TODAY, seed="december")


def test_the_file_is_read_as_it_was_written(people):
    text = file_of([*people, *wrong_rows(TODAY)]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == 1 + len(people) + len(wrong_rows(TODAY))
