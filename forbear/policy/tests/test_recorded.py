"""What is kept of a decision is enough to tell it again, and tells nobody's name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from forbear.policy.engine import judge
from forbear.policy.facts import Facts, Hold, OptOut
from forbear.policy.loading import standard
from forbear.policy.recorded import opted_out_record, record_of, written
from forbear.policy.tests.cast import NEW_YORKER, NOON, facts, text


def test_a_record_tells_by_which_law_and_on_which_facts() -> None:
    about = facts(history=(text(NOON - timedelta(days=1)),), holds=(Hold("dispute", "card", NOON),))
    kept = record_of(judge(about, standard(), NOON), about)
    assert kept["tzdata"] == standard().tzdata
    assert kept["at"] == "2026-04-14T16:00:00Z"
    assert set(kept["packs"]) <= {pack.label for pack in standard().packs}
    used = kept["used"]
    assert (used["history"], used["last_contact"], used["holds"]) == (1, "2026-04-13T16:00:00Z", ["dispute"])
    assert used["zones"] == ["America/New_York"]
    assert "opt_outs" not in used


def test_a_record_holds_no_address() -> None:
    about = facts(opt_outs=(OptOut("sms", NEW_YORKER, NOON),))
    assert NEW_YORKER not in json.dumps(record_of(judge(about, standard(), NOON), about))


def test_what_an_opt_out_ends_is_told_as_the_judge_would() -> None:
    about = facts(opt_outs=(OptOut("sms", NEW_YORKER, NOON),))
    judged = next(one for one in judge(about, standard(), NOON).findings if one.rule == "consent.opt_out")
    kept = opted_out_record(standard(), channel="sms", scope="address", since=NOON.date(), at=NOON)
    assert standard().explain(kept)["because"][0]["say"] == standard().say(judged)
    assert kept["findings"] == [replace(judge(about, standard(), NOON), findings=(judged,)).record()["findings"][0]]
    assert kept["packs"] == [judged.pack]


@pytest.mark.parametrize(
    "about",
    [
        facts(),
        facts(contact_point=None),
        facts(history=(text(NOON - timedelta(days=1)),), holds=(Hold("dispute", "card", NOON),)),
        facts(opt_outs=(OptOut("sms", NEW_YORKER, NOON),)),
    ],
    ids=["plain", "nowhere", "held", "stopped"],
)
@pytest.mark.parametrize("hours", [0, 1, 10])
def test_what_is_remembered_reads_as_if_it_were_written_anew(about: Facts, hours: int) -> None:
    at = NOON + timedelta(hours=hours)
    verdict = judge(about, standard(), at)
    anew = json.dumps(record_of(verdict, about), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert [written(verdict, about), written(verdict, about)] == [anew, anew]


def test_what_is_remembered_tells_each_contact_s_own_point() -> None:
    point = facts().contact_point
    for name in ("p1", 'p"2', ""):
        about = facts(contact_point=replace(point, id=name))
        kept = json.loads(written(judge(about, standard(), NOON), about))
        assert kept["used"].get("point", "") == name
