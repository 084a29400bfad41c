"""A pack that cannot be trusted is refused by name, with file and line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from forbear.policy.engine import judge
from forbear.policy.loading import BadPack, load, standard
from forbear.policy.rulebook import UnknownPack
from forbear.policy.tests.cast import facts

GOOD = """[pack]
id = "XX"
title = "A place"
version = "1"
place = "US"
cases = ["QH-001"]

[[rule]]
id = "xx.hours"
kind = "time_window"
when = { channel = ["sms"] }
effective = { from = 2026-09-01 }
week = { "mon-fri" = ["09:00", "20:00"] }
cite = [{ ref = "Some Code 1", url = "https://example.com/1", read_on = 2026-11-22 }]
[rule.say]
allow = "Open in {zones}."
defer = "Closed: {local}."
human = "Never."
"""


def _write(directory: Path, text: str) -> Path:
    (directory / "us").mkdir(exist_ok=True)
    (directory / "us" / "xx.toml").write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ('id = "XX"', 'id = "XX', 2, "Illegal"),
        ('cases = ["QH-001"]', "", 1, "without cases"),
        ('version = "1"', "", 1, "needs version"),
        ('title = "A place"', 'title = "A place"\nprice = 3', 4, "price"),
        ('kind = "time_window"', 'kind = "expression"', 10, "no known shape"),
        ('kind = "time_window"', "", 8, "needs kind"),
        ("channel", "weather", 11, "no known matcher"),
        ('["sms"]', '["fax"]', 11, "'fax' is no channel"),
        ("from = 2026-09-01", 'from = "soon"', 12, "effective"),
        ("from = 2026-09-01", "from = 2026-09-01T08:00:00", 12, "effective"),
        ("from = 2026-09-01", "from = 2026-09-01, to = 2026-09-01", 12, "after"),
        ('"mon-fri"', '"someday"', 13, "weekday"),
        ('"20:00"', '"25:00"', 13, "time of day"),
        ('"20:00"', '"09:00"', 13, "before it begins"),
        ('week = { "mon-fri" = ["09:00", "20:00"] }', "", 8, "week: is missing"),
        ("week =", 'closed_on = "MOON"\nweek =', 13, "MOON"),
        ("week =", "per_moon = 3\nweek =", 13, "not known"),
        (", read_on = 2026-11-22", "", 14, "read_on"),
        (', url = "https://example.com/1"', "", 14, "url"),
        ("cite = [{", "sources = [{", 8, "where it comes from"),
        ('defer = "Closed: {local}."', "", 15, "no sentence for defer"),
        ("{local}", "{moon}", 15, "moon is no fact"),
        ("{local}", "{local", 15, "say"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(BadPack) as refused:
        load(_write(tmp_path, GOOD.replace(old, new, 1)))
    assert str(refused.value).startswith(f"us/xx.toml:{line}: ")
    assert problem in str(refused.value)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    (tmp_path / "us" / "yy.toml").write_text(GOOD.replace('id = "XX"', 'id = "YY"'), encoding="utf-8")
    with pytest.raises(BadPack, match=r"rule xx\.hours stands in us/xx\.toml already"):
        load(tmp_path)


def test_a_change_of_a_single_letter_is_another_pack(tmp_path: Path) -> None:
    first = load(_write(tmp_path, GOOD))
    second = load(_write(tmp_path, GOOD.replace("A place", "B place")))
    assert first.packs[0].label != second.packs[0].label
    assert first.packs[0].label.startswith("XX@")
    assert first.digest != second.digest


def test_a_law_begins_on_the_consumers_own_date(tmp_path: Path) -> None:
    law = load(_write(tmp_path, GOOD))
    last_of_august = datetime(2026, 9, 1, 3, 59, tzinfo=UTC)  # 23:59 in New York
    assert judge(facts(), law, last_of_august).allowed
    assert not judge(facts(), law, datetime(2026, 9, 1, 4, tzinfo=UTC)).allowed


def test_an_unknown_pack_is_refused_by_name() -> None:
    with pytest.raises(UnknownPack, match="ATLANTIS"):
        standard().only("ATLANTIS")


def test_the_standard_law_loads_once_and_every_value_has_its_source() -> None:
    law = standard()
    assert law is standard()
    assert {"HOUSE", "OWN-LIMITS", "US-REGF"} <= {pack.id for pack in law.packs}
    assert all(rule.cite for rule in law.rules)
    assert not any(pack.stale(date(2026, 12, 1)) for pack in law.packs)
    assert all(pack.stale(date(2027, 12, 1)) for pack in law.packs)
