"""What came goes again: a campaign, a list and an import are taken back. Nothing is left that names what is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forbear.accounts import actions as accounts
from forbear.accounts.models import Account, ContactList
from forbear.campaigns import actions as campaigns
from forbear.imports import actions as imports
from forbear.imports.tests.test_importing import LATER, WALK_THROUGH, bring_in
from forbear.orphans import orphans
from forbear.staff.models import Organization
from tests.engine_room import broadcast, launch, says

BY = {"actor": "system", "at": LATER}


def test_a_campaign_a_list_and_an_import_go(
    larkfield: Organization, betty: Account, tmp_path: Path, settings: Any
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    batch = bring_in(larkfield, WALK_THROUGH)
    campaign = broadcast(larkfield, [betty])
    launch(campaign)
    says(betty, "I will pay on Friday", LATER)
    assert orphans() == []
    campaigns.delete(campaign=campaign, **BY)
    assert orphans() == []
    accounts.delete_list(contact_list=ContactList.objects.get(name__startswith="List of"), **BY)
    assert orphans() == []
    imports.undo_import(batch=batch, **BY)
    assert Account.objects.get() == betty
    assert orphans() == []
