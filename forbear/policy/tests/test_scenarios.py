"""The cases of law, as files a lawyer can read, through the same door as ``forbear policy check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forbear.policy.check import SUITES, NotVectors, check_file
from forbear.policy.loading import everything

SCENARIOS = Path(__file__).parent.parent / "scenarios"
FILES = sorted(SCENARIOS.glob("*.json"))


def suite_of(file: Path) -> str:
    return str(json.loads(file.read_text())["suite"])


@pytest.mark.parametrize("file", [file for file in FILES if suite_of(file) in SUITES], ids=lambda file: file.stem)
def test_every_case_holds(file: Path) -> None:
    wrong = [result for result in check_file(file) if not result["ok"]]
    assert wrong == []


def test_every_case_a_pack_names_exists() -> None:
    known = {case["id"] for file in FILES for case in json.loads(file.read_text())["vectors"]}
    named = {case for pack in everything().packs for case in pack.cases}
    assert named <= known


@pytest.mark.parametrize("text", ["", "[]", '{"vectors": 3}', '{"suite": "quiet_hours"}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "vectors.json"
    file.write_text(text)
    with pytest.raises(NotVectors):
        list(check_file(file))


def test_a_case_that_cannot_be_answered_is_not_ok(tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    case = {"id": "X-1", "input": {}, "expect": {"decision": "allow"}}
    file.write_text(json.dumps({"suite": "astrology", "vectors": [case]}))
    (result,) = check_file(file)
    assert not result["ok"]
    assert "astrology" in result["got"]["error"]


def test_unknown_zones_and_naive_instants_are_refused_by_name(tmp_path: Path) -> None:
    good = json.loads((SCENARIOS / "quiet_hours.json").read_text())["vectors"][0]
    naive = {**good, "input": {**good["input"], "at": "2026-01-14T12:59:59"}}
    lost = {
        **good,
        "input": {**good["input"], "locations": [{"source": "address", "zones": ["America/Atlantis"]}]},
    }
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps({"suite": "quiet_hours", "vectors": [naive, lost]}))
    first, second = check_file(file)
    assert "2026-01-14T12:59:59" in first["got"]["error"]
    assert "America/Atlantis" in second["got"]["error"]
