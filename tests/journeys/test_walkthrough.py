"""The published walk-through of SMS debt collection, step by step, with its own labels, in a browser.

Sign up, Add Contacts, Contact Lists, SMS Campaign, Create SMS Campaign, the Message section, Send SMS Campaign, the
evaluated text, the answer in the Inbox, STOP, the next campaign without her, Reports, Download Campaign Results.
"""

import csv
import re
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from forbear.core import clock
from tests.browser import Visit, in_the_house, plain_visit, visit

__all__ = ["plain_visit", "visit"]
pytestmark = pytest.mark.browser

FILE = "test_collections_1-30dpd.csv"
HEADER = "firstName,lastName,amount,retailer,orderNo,paymentLink,phoneNumber,email,dueDate,creditorName"
BETTY = "Betty,Ruble,30.00,Amazon,123,https://www.stripe.com,4155550106,betty@example.com,12/19/22,The Collectors"
PHONE = "+14155550106"
PASSWORD = "correct horse battery staple"


def the_house_works():
    """What the workers do meanwhile: plan, carry, let the paper gateway report and read what it told."""
    from forbear.sandbox.actions import run

    return in_the_house(lambda: run(at=clock.now()))


def test_the_walkthrough(visit: Visit, tmp_path):
    page = visit.page
    sign_up(visit)
    add_contacts(visit, tmp_path)
    contact_details(visit)
    set_the_clock(visit, "2026-11-24T10:42")
    send_sms_campaign(visit, "SMS 1-30DPD")
    see_the_evaluated_text(visit, "SMS 1-30DPD")
    answer_on_the_paper_phone(visit, "Which order is this about?")
    answer_from_the_inbox(visit)
    answer_on_the_paper_phone(visit, "Stop")
    set_the_clock(visit, "2026-12-01T10:42")
    send_sms_campaign(visit, "SMS 31-60DPD")
    assert_betty_is_left_out(visit, "SMS 31-60DPD")
    rows = download_results(visit, tmp_path)
    assert [row["status"] for row in rows] == ["skipped"]
    assert rows[0]["reason"] == "opted_out"
    assert page.url.endswith("/reports/sms-campaigns")


def sign_up(visit: Visit):
    page = visit.page
    found_the_house(visit)
    page.get_by_role("link", name="Go to Today").click()
    expect(page.get_by_text("Welcome to Forbear")).to_be_visible()
    visit.look()


def found_the_house(visit: Visit):
    page = visit.page
    visit.go("/")
    page.get_by_label("Name of your organization").fill("Larkfield Recovery")
    page.get_by_label("Your name").fill("Dana Kern")
    page.get_by_label(re.compile("e-?mail", re.I)).fill("dana@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Everything is ready")).to_be_visible()


def add_contacts(visit: Visit, tmp_path):
    page = visit.page
    file = tmp_path / FILE
    file.write_text(f"{HEADER}\r\n{BETTY}\r\n")
    page.get_by_role("link", name="Add Contacts").last.click()
    visit.look()
    page.set_input_files("input[type=file]", file)
    page.get_by_label("Contact list", exact=False).fill(FILE)
    page.get_by_label("The consumer gave them to the creditor").check()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("betty@example.com").first).to_be_visible()
    visit.look()
    page.get_by_role("button", name="Add 1 contact").click()
    expect(page.get_by_role("heading", name="1 contact added")).to_be_visible()
    visit.look()


def contact_details(visit: Visit):
    page = visit.page
    page.get_by_role("link", name="Contact Lists").first.click()
    visit.look()
    page.get_by_role("link", name=FILE).first.click()
    visit.look()
    page.get_by_role("link", name="Betty Ruble").first.click()
    details = page.locator("section", has=page.get_by_role("heading", name="Details"))
    for words in (
        *("First Name", "Betty", "Last Name", "Ruble", "Phone", "Email", "betty@example.com", "amount", "30.00"),
        *("creditorName", "The Collectors", "dueDate", "12/19/22", "orderNo", "123", "paymentLink", "retailer"),
        *("https://www.stripe.com", "Amazon"),
    ):
        expect(details.get_by_text(words, exact=True).first).to_be_visible()
    visit.look()


def set_the_clock(visit: Visit, moment: str):
    page = visit.page
    visit.go(f"/paper-phone/?phone={PHONE.replace('+', '%2B')}")
    page.get_by_label("Set it to").fill(moment)
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator(".clock output")).to_contain_text("10:42")


def send_sms_campaign(visit: Visit, name: str):
    page = visit.page
    page.get_by_role("link", name="Campaigns").first.click()
    page.get_by_role("link", name="SMS Campaign", exact=False).filter(has_not_text="Create").first.click()
    visit.look()
    page.get_by_role("link", name="Create SMS Campaign").first.click()
    expect(page.get_by_role("heading", name="New Campaign")).to_be_visible()
    page.get_by_label("Campaign name").fill(name)
    page.get_by_label("Contact list").select_option(label=FILE)
    page.get_by_label("Industry").select_option(label="Debt Collection")
    page.get_by_label("Messages").select_option(label="1-30 Days Past Due (DPD)")
    expect(page.locator("#id_body")).to_have_value(re.compile("firstName"))
    for tag in ("firstName", "amount", "retailer", "orderNo", "paymentLink", "dueDate", "creditorName", "phoneNumber"):
        expect(page.get_by_role("button", name=f"${{{tag}}}")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("Hi Betty")
    visit.look()
    page.get_by_role("button", name="Send SMS Campaign").click()
    expect(page.get_by_role("heading", name="Who gets it")).to_be_visible()
    expect(page.locator("#who")).to_contain_text("1 contact")
    visit.look()
    page.get_by_role("button", name="Send SMS Campaign").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"goes to the contact list {FILE}")
    visit.look()
    dialog.get_by_role("button", name="Send SMS Campaign").click()
    expect(page.get_by_role("heading", name="Campaigns", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{name} was launched.")).to_be_visible()
    the_house_works()


def see_the_evaluated_text(visit: Visit, name: str):
    page = visit.page
    page.get_by_role("link", name=name).first.click()
    text = page.get_by_role("heading", name="As Betty Ruble reads it")
    expect(text).to_be_visible()
    quote = page.locator(".quote").first
    for words in ("Hi Betty", "$30.00", "Amazon", "12/19/22", "https://www.stripe.com", "The Collectors"):
        expect(quote).to_contain_text(words)
    expect(quote).not_to_contain_text("${")
    expect(page.get_by_role("region", name="Accounts")).to_contain_text("Delivered")
    visit.look()


def answer_on_the_paper_phone(visit: Visit, words: str):
    page = visit.page
    page.get_by_role("link", name="Paper phone").first.click()
    expect(page.get_by_text("Hi Betty", exact=False).first).to_be_visible()
    visit.look()
    page.get_by_label(re.compile("Answer as Betty")).fill(words)
    page.locator(".phone").get_by_role("button", name="Send").click()
    expect(page.locator("#screen")).to_contain_text(words)
    the_house_works()


def answer_from_the_inbox(visit: Visit):
    page = visit.page
    page.get_by_role("link", name="Inbox").first.click()
    thread = page.get_by_role("link", name=re.compile(r"Betty Ruble\s*, unread"))
    expect(thread).to_be_visible()
    visit.look()
    thread.click()
    page.get_by_label("Assigned to").select_option(label="Dana Kern")
    page.get_by_role("button", name="Assign").click()
    page.get_by_label("Your answer").fill("It is about order 123 at Amazon, $30.00.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said")).to_contain_text("It is about order 123 at Amazon")
    visit.look()
    the_house_works()


def assert_betty_is_left_out(visit: Visit, name: str):
    page = visit.page
    page.get_by_role("link", name=name).first.click()
    accounts = page.get_by_role("region", name="Accounts")
    expect(accounts).to_contain_text("Left out")
    expect(accounts).to_contain_text("asked for no more messages")
    expect(page.get_by_text("0 of 1")).to_be_visible()
    visit.look()


def download_results(visit: Visit, tmp_path):
    page: Page = visit.page
    page.get_by_role("link", name="Reports").first.click()
    visit.look()
    page.get_by_role("link", name="SMS Campaign Report").click()
    visit.look()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Campaign Results").click()
    file = tmp_path / "results.csv"
    download.value.save_as(file)
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


ROOMS = [
    "/",
    "/inbox",
    "/accounts",
    "/contact-lists",
    "/campaigns",
    "/templates",
    "/reports",
    "/compliance",
    "/settings",
]


def test_every_room_of_a_new_house_can_be_seen_by_everybody(visit: Visit):
    sign_up(visit)
    for scheme, width in product(("light", "dark"), (1440, 360)):
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size({"width": width, "height": 800})
        for path in ROOMS:
            visit.go(path)
            visit.look(f"{scheme}, {width} wide")


def test_a_campaign_is_sent_without_scripts(plain_visit: Visit, tmp_path):
    page = plain_visit.page
    found_the_house(plain_visit)
    plain_visit.go("/contact-lists/add")
    file = tmp_path / FILE
    file.write_text(f"{HEADER}\n{BETTY}\n")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Add 1 contact").click()
    plain_visit.go("/campaigns/new")
    page.get_by_label("Campaign name").fill("Without scripts")
    page.get_by_label("Messages").select_option(label="1-30 Days Past Due (DPD)")
    page.get_by_role("button", name="Use this message").click()
    expect(page.locator("#id_body")).to_have_value(re.compile("firstName"))
    page.get_by_role("button", name="Send SMS Campaign").click()
    page.get_by_role("link", name="Count now").click()
    expect(page.locator("#who")).to_contain_text("1 contact")
    page.get_by_role("button", name="Send SMS Campaign").last.click()
    expect(page.get_by_role("heading", name="Campaigns", exact=True)).to_be_visible()
    page.get_by_role("link", name="Without scripts").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="Pause this campaign?")).to_be_visible()
    page.get_by_role("button", name="Pause campaign").click()
    expect(page.get_by_text("Paused").first).to_be_visible()
