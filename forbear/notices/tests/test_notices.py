"""What is told, who reads it, and the letter of the morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from forbear.cases.actions import escalate
from forbear.core import clock
from forbear.core.money import Money
from forbear.notices import queries
from forbear.notices.actions import forget_notices, mark_all, mark_shown, prefer
from forbear.notices.letters import send_digests
from forbear.notices.models import Notice
from forbear.payments.promising import make_promise, overdue_promises
from forbear.providers import registry
from forbear.providers.base import Rejected
from forbear.staff.models import Person
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, launch

BY = {"actor": "system", "at": TUESDAY}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def unread(person: Person) -> int:
    return queries.unread(person, at=TUESDAY)


def test_a_new_case_is_told_to_whoever_may_see_it(betty, dana, stranger):
    escalate(account=betty, reason="legal", **BY)
    notice = Notice.objects.get()
    assert (notice.kind, notice.title, notice.body) == ("new_escalation", "Betty Ruble needs a person", "Legal.")
    assert notice.path == f"/accounts/{betty.public_id}"
    assert (unread(dana), unread(stranger)) == (1, 0)


def test_many_at_once_are_one_notice(larkfield, dana):
    for number in range(5):
        account = owes(larkfield, f"Ann Nr{number}", f"+1415555{number:04}")
        make_promise(account=account, amount=Money(1000, "USD"), due_on=TUESDAY.date(), **BY)
    overdue_promises(at=TUESDAY + timedelta(days=3))
    notice = Notice.objects.get()
    assert (notice.kind, notice.title) == ("promise_overdue", "5 promises are overdue")


def test_opening_reads_what_is_shown_and_everything_can_be_read_at_once(betty, omar, dana, ada):
    escalate(account=betty, reason="legal", **BY)
    shown = queries.lines_of(dana, at=TUESDAY)
    escalate(account=omar, reason="legal", **BY)
    mark_shown(person=dana, lines=shown)
    assert [line.unread for line in queries.lines_of(dana, at=TUESDAY)] == [True, False]
    mark_all(person=dana)
    assert (unread(dana), unread(ada)) == (0, 2)


def test_the_bell_is_live(client, betty, dana):
    client.force_login(dana)
    assert client.get("/notifications/bell?seen=0").status_code == 204
    escalate(account=betty, reason="legal", **BY)
    assert "1 unread" in client.get("/notifications/bell?seen=0").content.decode()
    assert "1 unread" in client.get("/escalations").content.decode()
    panel = client.post("/notifications/opened", headers=HTMX).content.decode()
    assert "Betty Ruble needs a person" in panel
    assert "is-unread" in panel
    assert client.get("/notifications/bell?seen=0").status_code == 204
    assert client.get("/notifications").status_code == 200


@pytest.mark.parametrize(("opted_out", "told"), [(False, ["SMS: contacts fail"]), (True, [])])
def test_what_a_gateway_refuses_is_told_once_an_hour_and_what_its_owner_blocked_is_not(
    larkfield, betty, omar, monkeypatch, opted_out, told
):
    paper = registry.adapter_of("paper")
    refused = Rejected("spam_filter", "Not carried.", opted_out)
    monkeypatch.setattr(type(paper), "submit", lambda self, credentials, some: [refused] * len(some))
    launch(broadcast(larkfield, [betty]))
    launch(broadcast(larkfield, [omar], name="Second"))
    assert [notice.title for notice in Notice.objects.filter(body="Spam filter")] == told


def test_a_letter_a_day_to_whoever_asked(betty, larkfield, dana):
    employ(larkfield, "Olga Silent", Role.OPERATOR)
    prefer(person=dana, digest="daily")
    escalate(account=betty, reason="legal", **BY)
    assert [send_digests(at=TUESDAY), send_digests(at=TUESDAY)] == [1, 0]
    assert [(letter.to, "Betty Ruble needs a person" in letter.body) for letter in mail.outbox] == [
        ([dana.email], True)
    ]
    assert send_digests(at=TUESDAY + timedelta(days=1)) == 0


def test_nobody_is_woken_by_it(betty, dana):
    prefer(person=dana, digest="daily")
    escalate(account=betty, reason="legal", **BY)
    assert send_digests(at=TUESDAY.replace(hour=13)) == 0


def test_what_is_told_no_more_is_forgotten(betty, omar, dana):
    escalate(account=betty, reason="legal", **BY)
    mark_shown(person=dana, lines=queries.lines_of(dana, at=TUESDAY))
    later = TUESDAY + timedelta(days=29)
    escalate(account=omar, reason="legal", actor="system", at=later)
    assert (forget_notices(at=later), forget_notices(at=later + timedelta(days=1))) == (0, 1)
    assert [notice.title for notice in Notice.objects.all()] == ["Omar Castellan needs a person"]
