"""What the log says in words about those whom no single account stands for."""

from django.test import Client

from forbear.accounts.models import Account
from forbear.consent.actions import close_hold, open_hold
from forbear.consent.states import HoldKind
from forbear.staff.models import Organization
from tests.cast import TUESDAY
from tests.engine_room import broadcast


def test_a_hold_of_the_whole_person_names_the_person(browser: Client, betty: Account) -> None:
    kind = HoldKind.ATTORNEY
    hold = open_hold(consumer=betty.consumer, account=None, kind=kind, notes="", actor="system", at=TUESDAY)
    close_hold(hold=hold, reason="The attorney has withdrawn.", actor="system", at=TUESDAY)
    page = browser.get("/compliance").content.decode()
    assert "The system opened a hold for Betty Ruble: attorney." in page
    assert "The system closed a hold of Betty Ruble: attorney." in page


def test_the_filter_knows_people_account_numbers_and_campaigns_by_name(
    browser: Client, larkfield: Organization, betty: Account, omar: Account
) -> None:
    for account in (betty, omar):
        kind = HoldKind.MANUAL
        open_hold(consumer=account.consumer, account=account, kind=kind, notes="", actor="system", at=TUESDAY)
    campaign = broadcast(larkfield, [betty])
    whole = browser.get("/compliance").content.decode()
    assert f'<option value="{campaign.public_id}">{campaign.name}</option>' in whole
    for words in ("Ruble", betty.number, betty.public_id):
        found = browser.get("/compliance", {"about": words}).content.decode()
        assert "opened a hold for Betty Ruble" in found
        assert "opened a hold for Omar" not in found
    assert "No entry answers to this" in browser.get("/compliance", {"about": "nobody at all"}).content.decode()
    of_campaign = browser.get("/compliance", {"campaign": campaign.public_id}).content.decode()
    assert "opened a hold" not in of_campaign
