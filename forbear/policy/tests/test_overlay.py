"""What an organization sets for itself may only narrow the law, and is refused by field where it would not."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from forbear.policy.facts import Actor, Limits
from forbear.policy.loading import BadPack, everything, load_overlay, standard
from forbear.policy.overlay import wider_limits

TODAY = date(2026, 11, 24)
WEEKDAYS = frozenset(range(5))


def wider(limits: Limits, actor: str = Actor.DEBT_BUYER, country: str = "US", on: date = TODAY) -> dict[str, str]:
    return {one.field: one.sentence for one in wider_limits(limits, standard(), actor=actor, country=country, on=on)}


def test_the_limits_every_organization_starts_with_are_lawful_in_the_united_states() -> None:
    assert all(wider(Limits(), actor) == {} for actor in Actor)


@pytest.mark.parametrize(
    ("limits", "actor", "country", "fields"),
    [
        (Limits(window_from=time(7, 59)), "debt_buyer", "US", {"window_from"}),
        (Limits(window_to=time(21, 1)), "debt_buyer", "US", {"window_to"}),
        (Limits(window_from=time(7), window_to=time(23)), "law_firm", "US", {"window_from", "window_to"}),
        (Limits(window_from=time(7), window_to=time(23)), "creditor", "US", set()),
        (Limits(window_from=time(9), window_to=time(20)), "debt_buyer", "US", set()),
        (Limits(per_day=50, per_week=200), "debt_buyer", "US", set()),
        (Limits(window_to=time(20)), "creditor", "GB", {"weekdays"}),
        (Limits(window_to=time(20), weekdays=WEEKDAYS), "creditor", "GB", set()),
        (
            Limits(window_to=time(20), weekdays=WEEKDAYS, per_day=4, per_week=4),
            "creditor",
            "GB",
            {"per_day", "per_week"},
        ),
        (Limits(window_to=time(19), weekdays=WEEKDAYS), "creditor", "CO", set()),
        (Limits(window_to=time(20), weekdays=WEEKDAYS), "creditor", "CO", {"window_to"}),
        (Limits(window_to=time(22)), "creditor", "MX", set()),  # its hours bind calls, which these limits do not count
    ],
)
def test_what_the_law_leaves_open(limits: Limits, actor: str, country: str, fields: set[str]) -> None:
    assert wider(limits, actor, country).keys() == fields


def test_the_sentence_names_the_laws_own_text() -> None:
    assert wider(Limits(window_from=time(6))) == {"window_from": "The law opens at 08:00 (12 CFR 1006.6(b)(1)(i))."}


def test_a_law_that_has_not_begun_binds_nobody() -> None:
    assert wider(Limits(window_from=time(6)), on=date(2021, 11, 29)) == {}


OVERLAY = """[pack]
id = "OURS"
title = "Our own hours"
version = "1"
place = "US"
parent = "US-REGF"
cases = ["QH-001"]

[[rule]]
id = "ours.time"
kind = "time_window"
effective = { from = 2026-01-01 }
week = { "mon-fri" = ["09:00", "20:00"] }
cite = [{ ref = "Our handbook, 3", url = "https://example.com/handbook", read_on = 2026-11-22 }]
[rule.say]
allow = "Open."
defer = "Closed: {local}."
human = "Never."

[[rule]]
id = "ours.calls"
kind = "rolling_cap"
when = { channel = ["voice"] }
effective = { from = 2026-01-01 }
max = 3
days = 7
media = ["voice"]
per = "debt"
cite = [{ ref = "Our handbook, 4", url = "https://example.com/handbook", read_on = 2026-11-22 }]
[rule.say]
allow = "{n} of {max}."
defer = "{n} were made."

[[rule]]
id = "ours.wait"
kind = "wait_after_conversation"
when = { channel = ["voice"] }
effective = { from = 2026-01-01 }
days = 10
cite = [{ ref = "Our handbook, 5", url = "https://example.com/handbook", read_on = 2026-11-22 }]
[rule.say]
defer = "Spoken on {spoke}."
"""


def test_an_overlay_that_narrows_is_a_pack_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(OVERLAY)
    assert [rule.id for rule in load_overlay(file, everything()).rules] == ["ours.time", "ours.calls", "ours.wait"]


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ('parent = "US-REGF"', 'parent = "US-ATLANTIS"', 6, "no law pack 'US-ATLANTIS'"),
        ('parent = "US-REGF"', "", 1, "no law pack ''"),
        ('["09:00", "20:00"]', '["07:00", "20:00"]', 13, "mon is wider than regf.time (12 CFR 1006.6(b)(1)(i))"),
        ("max = 3", "max = 8", 25, "8 is more than regf.call_frequency.count allows, 7"),
        ("max = 3\ndays = 7", "max = 7\ndays = 6", 26, "6 is shorter than regf.call_frequency.count has, 7"),
        ("days = 10", "days = 3", 39, "3 is shorter than regf.call_frequency.wait has, 7"),
    ],
)
def test_an_overlay_that_widens_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    assert old in OVERLAY
    file = tmp_path / "ours.toml"
    file.write_text(OVERLAY.replace(old, new, 1))
    with pytest.raises(BadPack) as refused:
        load_overlay(file, everything())
    assert str(refused.value).startswith(f"ours.toml:{line}: ")
    assert problem in str(refused.value)
