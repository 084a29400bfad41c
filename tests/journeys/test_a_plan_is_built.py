"""Somebody builds a strategy in the browser: steps are dragged and moved, the line follows, the order is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit, visit
from tests.journeys.test_walkthrough import found_the_house

__all__ = ["visit"]
pytestmark = pytest.mark.browser


def test_a_plan_is_dragged_saved_activated_and_compared(visit: Visit) -> None:
    page = visit.page
    found_the_house(visit)
    visit.go("/strategies/new")
    three_steps(page)
    drag_the_call_to_the_top(page)
    the_keys_stay_with_the_step(page)
    visit.look()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/strategies/str_*")
    assert told(page) == ["1. Voice", "2. Email", "3. SMS"]
    page.get_by_role("button", name="Activate").click()
    expect(page.locator(".head").get_by_text("Active")).to_be_visible()
    visit.look()
    without_the_letter(page)
    assert told(page) == ["1. Voice", "2. SMS"]
    page.get_by_role("link", name="Version 2").click()
    assert [line.split(",")[0] for line in page.locator("del").all_inner_texts()] == ["2. Email", "3. SMS"]
    assert [line.split(",")[0] for line in page.locator("ins").all_inner_texts()] == ["2. SMS"]
    visit.look()


def three_steps(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Dragged")
    page.get_by_role("button", name="Add a step").click()
    page.locator("[data-step]").nth(2).get_by_label("Channel").select_option("voice")
    expect(page.locator(".waits b")).to_have_text(["SMS", "Email", "Voice"])


def drag_the_call_to_the_top(page: Page) -> None:
    steps = page.locator("[data-step]")
    steps.nth(2).locator("[data-handle]").drag_to(steps.nth(0), target_position={"x": 40, "y": 4})
    expect(page.locator(".waits b")).to_have_text(["Voice", "SMS", "Email"])


def the_keys_stay_with_the_step(page: Page) -> None:
    """At the end of the list the arrow down is gone, and the one up has the keys."""
    down = page.locator("[data-step]").nth(1).get_by_role("button", name="Move this step down")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".waits b")).to_have_text(["Voice", "Email", "SMS"])
    expect(page.locator("[data-step]").nth(2).get_by_role("button", name="Move this step up")).to_be_focused()


def without_the_letter(page: Page) -> None:
    page.get_by_role("link", name="Edit").click()
    page.locator("[data-step]").nth(1).get_by_role("button", name="Remove this step").click()
    expect(page.locator(".waits b")).to_have_text(["Voice", "SMS"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Version 2")).to_be_visible()


def told(page: Page) -> list[str]:
    """The steps as their sentences begin."""
    lines = page.locator(".sentences li").all_inner_texts()
    return [line.split(",")[0] for line in lines if line[0].isdigit()]
