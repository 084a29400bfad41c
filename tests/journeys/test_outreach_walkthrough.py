"""The published guide to outreach about a loan that is behind schedule, step by step with its own labels, in a browser;
and its two requests, as they are printed there, over HTTP.
"""

import itertools
import json
import re
import shlex

import pytest
from django.test import Client
from playwright.sync_api import expect

from forbear.core import clock
from forbear.sandbox.actions import set_clock
from tests.browser import Visit, in_the_house, visit
from tests.cast import TUESDAY
from tests.door import Program

from .test_walkthrough import found_the_house, the_house_works

__all__ = ["visit"]

START = """
curl -X POST https://api.safeclose.com/v1/documents/clxyz123abc/rcm \\
  -H "Authorization: Bearer <your-token>" \\
  -H "Content-Type: application/json" \\
  -d '{
    "sms": true,
    "email": true,
    "call": false,
    "tone": "empathetic",
    "cadence": "weekly",
    "notes": "Borrower indicated temporary hardship; follow up gently."
  }'
"""
OPT_OUT = """
curl -X POST https://api.safeclose.com/v1/documents/clxyz123abc/rcm/opt-out \\
  -H "Authorization: Bearer <your-token>" \\
  -H "Content-Type: application/json" \\
  -d '{
    "campaignId": "rcm_abc789",
    "channel": "sms",
    "notes": "Borrower called on 2026-04-27 and requested no further texts."
  }'
"""


@pytest.mark.browser
def test_the_guide(visit: Visit):
    page = visit.page
    found_the_house(visit)
    in_the_house(lambda: set_clock(to=TUESDAY, actor="system", at=clock.now()))
    a_loan_that_is_behind(visit)
    open_the_outreach_section(visit)
    choose_channels_tone_and_cadence(visit)
    page.get_by_role("button", name="Start outreach").click()
    expect(page.get_by_text("Dana Kern started outreach about")).to_be_visible()
    expect(page.locator("section", has=page.locator("#outreach"))).to_contain_text("Active")
    expect(page.get_by_text("Harvest was late").first).to_be_visible()
    the_house_works()
    page.reload()
    visit.look()
    record_the_opt_out(visit)
    back_to_current(visit)
    the_card_leads_to_the_list(visit)


def a_loan_that_is_behind(visit: Visit):
    page = visit.page
    visit.go("/")
    page.get_by_role("link", name="Documents").first.click()
    visit.look()
    page.get_by_role("link", name="New document").first.click()
    visit.look()
    page.get_by_label("Title").fill("Tractor lease 0087")
    page.get_by_label("About").select_option(label="agricultural machinery")
    page.get_by_label("Provider").fill("Bluepine Credit")
    page.get_by_label("Original amount").fill("42000")
    page.get_by_label("Remaining").fill("18420")
    page.get_by_label("Due").fill("2026-10-22")
    page.get_by_label("First name").fill("Walter")
    page.get_by_label("Last name").fill("Brandt")
    page.get_by_label("Phone").fill("402-555-0119")
    page.get_by_label("Email").fill("walter@example.com")
    page.get_by_label("Where number and address come from").select_option(label="The consumer gave it")
    page.get_by_role("button", name="Create document").click()
    expect(page.get_by_text("The loan is CURRENT. A campaign can be started once")).to_be_visible()
    expect(page.get_by_role("button", name="Start campaign")).to_have_count(0)
    visit.look()
    page.get_by_role("button", name="Set loan BEHIND").click()
    page.get_by_role("button", name="Set BEHIND").click()
    expect(page.get_by_role("heading", name="Tractor lease 0087")).to_contain_text("Behind")


def open_the_outreach_section(visit: Visit):
    page = visit.page
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="Tractor lease 0087").click()
    expect(page.get_by_role("heading", name="Outreach")).to_be_visible()
    expect(page.get_by_role("heading", name="Loan", exact=True)).to_be_visible()
    page.get_by_role("button", name="Start campaign").click()
    visit.look()


def choose_channels_tone_and_cadence(visit: Visit):
    page = visit.page
    for channel in ("SMS", "Email", "Call"):
        page.get_by_role("checkbox", name=channel).uncheck()
    page.get_by_role("button", name="Start outreach").click()
    expect(page.get_by_text("Choose at least one channel.").first).to_be_visible()
    visit.look()
    page.get_by_role("checkbox", name="SMS").check()
    page.get_by_role("checkbox", name="Email").check()
    expect(page.get_by_label(re.compile("^Tone"))).to_have_value("empathetic")
    expect(page.get_by_label(re.compile("^Cadence"))).to_have_value("weekly")
    page.get_by_label(re.compile("^Cadence")).fill("day 1, day 5, day 14")
    expect(page.locator("#foreseen .calendar td").filter(has_text="SMS")).not_to_have_count(0)
    page.get_by_label(re.compile("^Notes")).fill("Harvest was late; expects milk money on 5 December.")
    expect(page.locator("label", has_text="Notes")).to_contain_text("51 of 2,000")
    visit.look()


def record_the_opt_out(visit: Visit):
    page = visit.page
    panel = page.locator("section", has=page.get_by_role("heading", name="Record an opt-out"))
    panel.get_by_label("Channel").select_option("sms")
    panel.get_by_label(re.compile("What was said")).fill("She rang on 24 November.")
    panel.get_by_role("button", name="Record opt-out").click()
    expect(page.get_by_text("Recorded. It holds for every campaign")).to_be_visible()
    expect(page.get_by_text("recorded an opt-out on")).to_be_visible()
    expect(page.locator("section", has=page.locator("#outreach"))).to_contain_text("Active")
    visit.look()


def back_to_current(visit: Visit):
    page = visit.page
    page.get_by_role("button", name="Set loan CURRENT").click()
    expect(page.get_by_role("dialog")).to_contain_text("The campaign that is running stops")
    page.get_by_role("button", name="Set CURRENT").click()
    expect(page.get_by_text("the loan became CURRENT")).to_be_visible()
    visit.look()


def the_card_leads_to_the_list(visit: Visit):
    page = visit.page
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="Behind schedule").click()
    expect(page).to_have_url(re.compile("loan=behind"))
    expect(page.get_by_text("No document answers to that")).to_be_visible()
    visit.look()


def sent(curl: str, program: Program, **ids: str):
    """What curl would send of these words, with nothing changed in them but host, token and ids."""
    words = shlex.split(curl.replace("\\\n", " "))
    assert words[:3] == ["curl", "-X", "POST"]
    headers = dict(word.split(": ", 1) for flag, word in itertools.pairwise(words) if flag == "-H")
    path, body = words[3].removeprefix("https://api.safeclose.com"), words[words.index("-d") + 1]
    for old, new in {"<your-token>": program.token}.items():
        headers["Authorization"] = headers["Authorization"].replace(old, new)
    for old, new in ids.items():
        path, body = path.replace(old, new), body.replace(old, new)
    kind = headers.pop("Content-Type")
    return Client().generic("POST", path, body, content_type=kind, headers=headers)


def test_the_two_requests_of_the_guide_run_as_they_are_printed(api: Program):
    loan = {"providerName": "Bluepine Credit", "originalAmount": 42000, "remainingAmount": 18420, "status": "BEHIND"}
    made = api.post("/v1/documents", {"title": "Tractor", "chattelType": "vehicle", "loan": loan}).json()["document"]
    started = sent(START, api, clxyz123abc=made["id"])
    assert started.status_code == 201
    campaign = started.json()["campaign"]
    printed = json.loads(START[START.index("{") : START.rindex("}") + 1])
    assert printed.items() <= campaign.items()
    assert (campaign["documentId"], campaign["active"]) == (made["id"], True)
    stopped = sent(OPT_OUT, api, clxyz123abc=made["id"], rcm_abc789=campaign["id"])
    assert stopped.status_code == 200
    assert stopped.json()["campaign"]["active"] is True
    assert stopped.json()["optOut"]["channel"] == "sms"
    entries = api.get(f"/v1/documents/{made['id']}/compliance").json()["entries"]
    told = {entry["event"]: entry for entry in entries}
    assert told["campaign_started"]["notes"] == printed["notes"]
    assert told["opt_out"]["channels"] == ["sms"]
    assert told["opt_out"]["campaignId"] == campaign["id"]
