"""Why a past decision was as it was: kept with the item and in the log, and asked again for any past minute."""

import json
from datetime import timedelta

import pytest

from forbear.campaigns import actions
from forbear.campaigns.planner import plan_due_steps
from forbear.compliance.models import Entry
from forbear.consent.actions import close_hold, open_hold, opt_out
from forbear.consent.states import HoldKind
from forbear.core import clock
from forbear.dispatch import carrier
from forbear.dispatch.clearing import clear_due
from forbear.dispatch.models import QueueItem
from forbear.dispatch.queries import contactability, explained
from forbear.policy.loading import standard
from tests.cast import TUESDAY
from tests.engine_room import broadcast, launch, number_of

HOUR = timedelta(hours=1)


def verdict_of(event):
    return json.loads(Entry.objects.get(event=event).facts)["verdict"]


def test_what_was_held_and_what_was_sent_tell_by_which_law_and_on_which_facts(larkfield, betty, hana):
    launch(broadcast(larkfield, [betty, hana]))
    packs = {pack.label for pack in standard().packs}
    for account, event in ((betty, "dispatch:item:cleared"), (hana, "dispatch:item:deferred")):
        kept = json.loads(QueueItem.objects.get(account=account).verdict)
        assert verdict_of(event) == kept
        assert set(kept["packs"]) <= packs
        assert kept["tzdata"] == standard().tzdata
        assert kept["used"]["channel"] == "sms"
        told = explained(QueueItem.objects.get(account=account))
        assert (told["tzdata"], told["packs"], told["used"]) == (kept["tzdata"], kept["packs"], kept["used"])
    assert told["because"][0]["cite"]


def stop(account, at=TUESDAY):
    who = {"organization": account.organization, "channel": "sms", "address": number_of(account)}
    return opt_out(**who, source="staff", actor="system", at=at)


def test_what_an_opt_out_ended_is_told_with_its_citation(larkfield, betty):
    launch(broadcast(larkfield, [betty], name="One"))
    launch(broadcast(larkfield, [betty], name="Two", end_date=TUESDAY.date() + timedelta(days=5)))
    stop(betty)
    item = QueueItem.objects.get(status="skipped")
    assert verdict_of("dispatch:item:skipped") == json.loads(item.verdict)
    (finding,) = explained(item)["because"]
    assert finding["say"].startswith("Opted out of SMS since Tue 24 Nov 2026, for the address.")
    assert "47 CFR 64.1200(a)(10)" in finding["cite"]


def test_what_was_taken_back_at_the_last_moment_tells_of_the_opt_out(larkfield, betty):
    actions.activate(campaign=broadcast(larkfield, [betty]), actor="system", at=TUESDAY)
    plan_due_steps(at=TUESDAY)
    judged = clear_due(at=TUESDAY, limit=5)
    stop(betty)
    assert carrier.carry_cleared(judged, at=TUESDAY).skipped == 1
    kept = json.loads(QueueItem.objects.get().verdict)
    assert (kept["outcome"], kept["reason"]) == ("block", "opted_out")


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY + 10 * HOUR)


def asked(account, at):
    verdict = contactability(account=account, channel="sms", at=at)
    return verdict["outcome"], verdict["reason"]


def test_a_past_minute_is_judged_by_what_stood_then(larkfield, betty, later):
    stop(betty, TUESDAY + HOUR)
    assert asked(betty, TUESDAY) == ("allow", "")
    assert asked(betty, TUESDAY + HOUR) == ("block", "opted_out")


def test_a_hold_that_is_closed_now_stood_then(larkfield, betty, later):
    hold = open_hold(consumer=betty.consumer, kind=HoldKind.MANUAL, actor="system", at=TUESDAY + HOUR)
    close_hold(hold=hold, reason="Over.", actor="system", at=TUESDAY + 2 * HOUR)
    assert asked(betty, TUESDAY)[0] == "allow"
    assert asked(betty, TUESDAY + HOUR)[0] == "block"
    assert asked(betty, TUESDAY + 2 * HOUR)[0] == "allow"


def test_what_was_sent_later_does_not_count_against_an_earlier_minute(larkfield, betty, later):
    launch(broadcast(larkfield, [betty]))
    assert asked(betty, TUESDAY - timedelta(minutes=20)) == ("allow", "")
    assert asked(betty, TUESDAY + HOUR) == ("defer", "daily_limit")


def test_the_record_is_shown_with_its_citations(larkfield, hana, browser, api):
    launch(broadcast(larkfield, [hana]))
    item = QueueItem.objects.get()
    page = browser.get(f"/decisions/{item.public_id}").content.decode()
    assert "Why this waits" in page
    assert "12 CFR 1006.6" in page
    for label in json.loads(item.verdict)["packs"]:
        assert label.partition("@")[2] in page
    assert f"/decisions/{item.public_id}" in browser.get(f"/accounts/{hana.public_id}").content.decode()
    verdict = api.get(f"/v1/queue/{item.public_id}").json()["verdict"]
    assert verdict["packs"] == json.loads(item.verdict)["packs"]
    assert verdict["used"]["zones"] == ["Pacific/Honolulu"]


def test_a_record_by_older_law_says_so(larkfield, hana, browser):
    launch(broadcast(larkfield, [hana]))
    item = QueueItem.objects.get()
    old = item.verdict.replace('"US-REGF@', '"US-REGF@old')
    QueueItem.objects.filter(pk=item.pk).update(verdict=old)
    assert "The pack has changed since" in browser.get(f"/decisions/{item.public_id}").content.decode()
