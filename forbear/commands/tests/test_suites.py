"""Every vector file that the tree carries holds through the same door as `forbear policy check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from forbear import agent, policy
from forbear.commands.suites import all_suites
from forbear.policy.check import check_file

FILES = sorted(Path(policy.__file__).parent.glob("scenarios/*.json"))
FILES.append(Path(agent.__file__).parent / "tests" / "opt_out_keywords.json")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_case_holds(file: Path) -> None:
    results = list(check_file(file, suites=all_suites()))
    assert results
    assert [result for result in results if not result["ok"]] == []
