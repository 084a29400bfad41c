"""An import is taken back in the moment in which its accounts join a campaign: none is left without its account."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from forbear.accounts.models import Account
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Enrollment
from forbear.core.refusal import Refusal
from forbear.dispatch.actions import send_by_hand
from forbear.dispatch.models import QueueItem
from forbear.dispatch.refusals import AccountGone
from forbear.imports import actions
from tests.cast import TUESDAY, found
from tests.engine_room import broadcast

from .test_importing import LATER, WALK_THROUGH, bring_in


class Aside(threading.Thread):
    """Does one thing beside us, on a connection of its own."""

    def __init__(self, deed: Any) -> None:
        super().__init__(daemon=True)
        self.deed, self.gave = deed, None
        self.start()

    def run(self) -> None:
        try:
            self.gave = self.deed()
        finally:
            connections.close_all()

    @property
    def waits(self) -> bool:
        self.join(0.5)
        return self.is_alive()


@pytest.fixture
def brought_in(own_database: str, tmp_path: Path, settings: Any) -> Any:
    """An import of one account, and a draft that does not know it yet."""
    settings.UPLOADS = tmp_path / "uploads"
    organization = found("Larkfield Recovery")
    return bring_in(organization, WALK_THROUGH), broadcast(organization, [])


@pytest.mark.process
def test_an_undo_waits_for_who_takes_accounts_in_and_keeps_them(brought_in: Any) -> None:
    batch, campaign = brought_in
    with transaction.atomic():
        accounts = list(Account.objects.values_list("pk", flat=True))
        assert campaigns.enroll(campaign=campaign, accounts=accounts, actor="system", at=LATER).enrolled == 1
        undo = Aside(lambda: actions.undo_import(batch=batch, actor="system", at=LATER).as_counts())
        assert undo.waits
    undo.join(30)
    assert undo.gave == {"removed": 0, "restored": 0, "kept": 1}
    assert Enrollment.objects.get().account == Account.objects.get()


@pytest.mark.process
def test_who_takes_accounts_in_waits_for_an_undo_and_finds_none(brought_in: Any) -> None:
    batch, campaign = brought_in
    accounts = list(Account.objects.values_list("pk", flat=True))
    with transaction.atomic():
        actions.undo_import(batch=batch, actor="system", at=TUESDAY)
        join = Aside(lambda: campaigns.enroll(campaign=campaign, accounts=accounts, actor="system", at=LATER))
        assert join.waits
    join.join(30)
    assert join.gave.enrolled == 0
    assert not Enrollment.objects.exists()


@pytest.mark.process
def test_who_writes_by_hand_waits_for_an_undo_and_is_told(brought_in: Any) -> None:
    batch, _ = brought_in
    account = Account.objects.get()
    write = partial(send_by_hand, organization=batch.organization, account=account, channel="sms", body="Hello")
    with transaction.atomic():
        actions.undo_import(batch=batch, actor="system", at=TUESDAY)
        by_hand = Aside(lambda: sentence_of(AccountGone, lambda: write(actor="system", at=LATER)))
        assert by_hand.waits
    by_hand.join(30)
    assert by_hand.gave == "This account was taken back with its import a moment ago."
    assert not QueueItem.objects.exists()


def sentence_of(refusal: type[Refusal], deed: Any) -> str:
    with pytest.raises(refusal) as caught:
        deed()
    return caught.value.sentence
