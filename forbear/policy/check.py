"""Vector files against the rules: the same cases the law's authors wrote, run through the same functions.

A file says its ``suite``; each suite has a reader in ``forbear.policy.suites``. Only the rules a case
lists are under test, all others are taken as satisfied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forbear.core.refusal import Refusal
from forbear.policy.loading import everything
from forbear.policy.rulebook import Law
from forbear.policy.suites import call_frequency, cease_and_consent, quiet_hours

Case = Mapping[str, Any]
Suite = Callable[[Case, Law], dict[str, Any]]

SUITES: Mapping[str, Suite] = {
    "quiet_hours": quiet_hours.answer,
    "call_frequency": call_frequency.answer,
    "cease_and_consent": cease_and_consent.answer,
}


class NotVectors(Refusal):
    """The file is no vector file: it has no suite and vectors."""


class NotSupported(Refusal):
    """No rule here answers this kind of case."""


def check_file(path: Path, law: Law | None = None, *, suites: Mapping[str, Suite] = SUITES) -> Iterator[dict[str, Any]]:
    """``{id, ok, expect, got}`` for every case of the file; ``got`` has the keys that ``expect`` has.

    ``suites``: who answers which suite; rooms above this one add the suites they answer. Raises
    NotVectors. A case that cannot be answered is not ok, and ``got`` is ``{"error": sentence}``.
    """
    table = _read(path)
    for case in table["vectors"]:
        got = _answer(suites.get(table["suite"]), table["suite"], case, law or everything())
        yield {"id": case["id"], "ok": holds(case["expect"], got), "expect": case["expect"], "got": got}


def _read(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise NotVectors(f"{path}: {problem}") from problem
    if not isinstance(table, dict) or not isinstance(table.get("vectors"), list) or "suite" not in table:
        raise NotVectors(f"{path} is no vector file: it has no suite and vectors.")
    return table


def _answer(suite: Suite | None, name: str, case: Case, law: Law) -> dict[str, Any]:
    try:
        if suite is None:
            raise NotSupported(f"The suite {name} is not supported.")
        found = suite(case, law)
    except (Refusal, KeyError, ValueError, TypeError) as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}
    return {key: found.get(key) for key in case["expect"]}


def holds(expect: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Whether the answer is the expected one; ``…must_include`` asks for a part, ``…_in`` offers a choice."""
    return "error" not in got and all(_same(key, wanted, got.get(key)) for key, wanted in expect.items())


def _same(key: str, wanted: Any, got: Any) -> bool:
    if key.endswith("must_include"):
        return isinstance(got, list) and set(wanted) <= set(got)
    if key.endswith("_in"):
        return got in wanted
    return bool(wanted == got)
