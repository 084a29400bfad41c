"""The published description of campaigns, sentence by sentence with its own labels, in a browser.

Create Campaign, a draft, no activation without a strategy, Activate, Enqueue Campaign, Pause drains the queue, Resume,
the Execution page's dropdown, the figures, auto_enqueue, Complete, Edit, Delete.
"""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from forbear.core import clock
from tests.browser import Visit, in_the_house, plain_visit, visit

__all__ = ["plain_visit", "visit"]
pytestmark = pytest.mark.browser

TUESDAY = datetime(2026, 12, 1, 16, 42, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
CARDS = ("Total Accounts", "Contacted", "Promises", "Recovered Amount", "Contact Rate")


def furnish() -> str:
    """An organization with three accounts on a list, an active strategy of two texts, and Ada; gives her address."""
    from forbear.sandbox.actions import set_clock
    from forbear.staff.states import Role
    from tests.cast import employ, found, owes
    from tests.engine_room import list_of

    larkfield = found("Larkfield Recovery")
    ada = employ(larkfield, "Ada Quist", Role.ADMINISTRATOR)
    set_clock(to=TUESDAY, actor=ada.actor, at=clock.now())
    people = [("Betty Ruble", "+14155550106"), ("Omar Castellan", "+12135550131"), ("Ines Ortega", "+13125550161")]
    list_of(larkfield, [owes(larkfield, name, phone) for name, phone in people], name="December")
    _strategy(larkfield)
    return str(ada.email)


def _strategy(organization):
    from forbear.strategies.actions import activate_strategy, create_strategy
    from forbear.strategies.plans import Plan, StepPlan
    from forbear.strategies.waits import parse_wait
    from tests.engine_room import template_of

    steps = [
        StepPlan("sms", "reminder", template_id=template_of(organization, name="One").pk, wait=parse_wait("3d")),
        StepPlan("sms", "follow_up", template_id=template_of(organization, name="Two").pk),
    ]
    by = {"actor": "system", "at": TUESDAY}
    made = create_strategy(
        organization=organization, name="Soft approach", kind="soft_approach", plan=Plan(tuple(steps)), **by
    )
    return activate_strategy(strategy=made, **by)


def the_engine_works():
    from forbear.sandbox.actions import run

    return in_the_house(lambda: run(at=clock.now()))


def switch_auto_enqueue_off(visit: Visit):
    """Settings, Automation: from here on only somebody's hand enqueues."""
    page = visit.page
    visit.go("/settings")
    page.get_by_role("link", name="Automation").click()
    page.get_by_label("auto_enqueue", exact=False).uncheck()
    visit.look()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def sign_in(visit: Visit, email: str):
    visit.go("/login")
    visit.page.fill("[name=email]", email)
    visit.page.fill("[name=password]", PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/")


def press(visit: Visit, verb: str, confirm: str):
    """A button of the head, and the question that it asks."""
    visit.page.locator(".head").get_by_role("button", name=verb, exact=True).click()
    visit.look()
    visit.page.get_by_role("button", name=confirm, exact=True).click()


def badge(visit: Visit):
    return visit.page.locator("h1 .status")


def statuses(visit: Visit) -> set[str]:
    """What stands in the queue, on the Execution page."""
    visit.page.keyboard.press("g")
    visit.page.keyboard.press("e")
    expect(visit.page.get_by_role("heading", name="Execution")).to_be_visible()
    visit.look()
    return set(visit.page.locator("#queue tbody .status").all_text_contents())


def test_the_published_description_of_campaigns(visit: Visit):
    page = visit.page
    sign_in(visit, in_the_house(furnish))
    switch_auto_enqueue_off(visit)
    create_a_draft(visit)
    cannot_be_activated_without_a_strategy(visit)
    choose_the_strategy(visit)
    press(visit, "Activate", "Activate")
    expect(badge(visit)).to_have_text("Active")
    page.get_by_role("button", name="Enqueue Campaign").click()
    expect(page.get_by_text("3 contacts were enqueued, 0 were queued already.")).to_be_visible()
    visit.look()
    address = page.url
    assert statuses(visit) == {"Pending"}
    page.goto(address)
    press(visit, "Pause", "Pause campaign")
    expect(badge(visit)).to_have_text("Paused")
    assert statuses(visit) == {"Cancelled"}
    page.goto(address)
    press(visit, "Resume", "Resume campaign")
    expect(badge(visit)).to_have_text("Active")
    enqueue_from_the_execution_page(visit)
    the_engine_works()
    page.goto(address)
    see_the_figures(visit)
    press(visit, "Complete", "Complete campaign")
    expect(badge(visit)).to_have_text("Completed")
    expect(page.get_by_role("button", name="Enqueue Campaign")).to_have_count(0)
    press(visit, "Delete", "Delete campaign")
    expect(page.get_by_text("Autumn was deleted.")).to_be_visible()
    visit.go("/accounts")
    expect(page.get_by_role("link", name="Betty Ruble")).to_be_visible()


def create_a_draft(visit: Visit):
    page = visit.page
    page.get_by_role("link", name="Campaigns").first.click()
    page.get_by_role("link", name="Create Campaign").first.click()
    visit.look()
    page.get_by_role("link", name="Portfolio campaign").click()
    page.get_by_label("Campaign name").fill("Autumn")
    page.get_by_label("Objective").fill("Bring them back before the year ends")
    page.get_by_label("Start date").fill("2026-12-01")
    page.get_by_label("End date").fill("2026-12-31")
    page.get_by_label("Accounts of a contact list").select_option(label="December")
    visit.look()
    page.get_by_role("button", name="Save").click()
    expect(badge(visit)).to_have_text("Draft")
    expect(page.get_by_text("3 accounts joined.")).to_be_visible()
    for label in CARDS:
        expect(page.locator(".strip dt", has_text=label).first).to_be_visible()
    visit.look()


def cannot_be_activated_without_a_strategy(visit: Visit):
    page = visit.page
    press(visit, "Activate", "Activate")
    expect(page.get_by_role("alert")).to_contain_text("A campaign needs a strategy before it can be activated.")
    page.get_by_role("alert").get_by_role("link").first.click()


def choose_the_strategy(visit: Visit):
    page = visit.page
    page.get_by_label("Strategy").select_option(label="Soft approach, version 1")
    visit.look()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("Soft approach, version 1")
    expect(page.get_by_role("heading", name="The plan, to scale")).to_be_visible()


def enqueue_from_the_execution_page(visit: Visit):
    page = visit.page
    visit.go("/execution")
    page.get_by_label("Campaign to enqueue").select_option(label="Autumn")
    page.get_by_role("button", name="Enqueue Campaign").click()
    expect(page.get_by_text("3 contacts were enqueued, 0 were queued already.")).to_be_visible()
    visit.look()


def see_the_figures(visit: Visit):
    page = visit.page
    expect(page.locator(".progress")).to_contain_text("3 of 3 accounts contacted")
    strip = page.locator(".strip").first
    for figure in ("100.0%", "$0.00"):
        expect(strip).to_contain_text(figure)
    table = page.locator("#rows")
    for words in ("Score", "Status", "Last interaction", "In auto management", "2 of 2", "delivered"):
        expect(table).to_contain_text(words)
    visit.look()


def test_without_scripts_the_same_verbs_ask_and_answer(plain_visit: Visit):
    page = plain_visit.page
    sign_in(plain_visit, in_the_house(furnish))
    plain_visit.go("/campaigns/new/portfolio")
    page.get_by_label("Campaign name").fill("Autumn")
    page.get_by_label("Strategy").select_option(label="Soft approach, version 1")
    page.get_by_label("Accounts of a contact list").select_option(label="December")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Activate", exact=True).click()
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(badge(plain_visit)).to_have_text("Active")
    plain_visit.go("/execution")
    page.get_by_role("button", name="Pause engine").click()
    page.get_by_role("button", name="Pause the engine").click()
    expect(page.get_by_text("Nothing was cancelled.")).to_be_visible()
