"""The Execution page: figures, the queue with the verdict's sentence, the engine's switches, one contact cancelled."""

import pytest
from django.test import Client
from django.urls import reverse

from forbear.campaigns import actions, execution
from forbear.campaigns.reasons import SENTENCES, sentence_of
from forbear.consent.states import HoldKind
from forbear.core import clock
from forbear.dispatch.models import QueueItem
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.engine_room import broadcast, launch, turn


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    """Pages ask the clock; in these stories it is Tuesday."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def figures(page):
    """The strip by its labels."""
    return {one.label: one.figure for one in page.context["figures"]}


def test_the_page_counts_and_tells_why_each_contact_stands_as_it_does(desk, larkfield, betty, omar, hana):
    launch(broadcast(larkfield, [betty, omar, hana]))
    page = desk.get(reverse("execution"))
    text = page.content.decode()
    assert figures(page) == {
        "Pending": "1",
        "Processing": "0",
        "Deferred": "1",
        "Completed Today": "2",
        "Failed Today": "0",
        "Skipped Today": "0",
    }
    assert "Hana Sato" in text
    assert "Deferred" in text
    held = next(row for row in page.context["rows"] if row.item.account == hana)
    assert (held.step, held.attempt, held.campaign) == (1, 1, "SMS 1-30DPD")
    assert held.say
    assert held.say.endswith(".")
    assert held.say in text.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"status": "pending"}, ["Hana Sato"]),
        ({"status": "completed"}, ["Omar Castellan", "Betty Ruble"]),
        ({"status": "failed"}, []),
        ({"channel": "sms"}, ["Hana Sato", "Omar Castellan", "Betty Ruble"]),
        ({"channel": "voice"}, []),
    ],
)
def test_the_queue_is_filtered(desk, larkfield, betty, omar, hana, filters, names):
    launch(broadcast(larkfield, [betty, omar, hana]))
    rows = desk.get(reverse("execution"), filters).context["rows"]
    assert [str(row.item.consumer) for row in rows] == names


def test_a_campaign_narrows_the_queue(desk, larkfield, betty, omar):
    first, second = broadcast(larkfield, [betty], name="First"), broadcast(larkfield, [omar], name="Second")
    launch(first)
    launch(second)
    rows = desk.get(reverse("execution"), {"campaign": second.public_id}).context["rows"]
    assert [row.campaign for row in rows] == ["Second"]


def test_the_page_is_asked_again_and_answers_only_news(desk, larkfield, betty, omar):
    launch(broadcast(larkfield, [betty]))
    first = desk.get(reverse("execution_state"))
    token = first.context["token"]
    assert desk.get(reverse("execution_state"), {"seen": token}).status_code == 204
    launch(broadcast(larkfield, [omar], name="Second"))
    second = desk.get(reverse("execution_state"), {"seen": token})
    assert "Omar Castellan" in second.content.decode()
    assert 'id="queue" hx-swap-oob="true"' in second.content.decode()


def test_a_pause_of_the_engine_is_asked_once_more_and_keeps_the_queue(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    url = reverse("execution_switch", args=["pause"])
    assert "no planned contact is cancelled" in desk.get(url).content.decode()
    larkfield.refresh_from_db()
    assert not larkfield.engine_paused
    page = desk.post(url, follow=True).content.decode()
    assert "Nothing was cancelled." in page
    turn()
    assert QueueItem.objects.get().status == "pending"
    desk.post(reverse("execution_switch", args=["resume"]))
    QueueItem.objects.update(scheduled_for=TUESDAY)
    turn()
    assert QueueItem.objects.get().status == "completed"


def test_one_waiting_contact_is_cancelled_by_hand_and_no_other(desk, larkfield, betty, hana):
    launch(broadcast(larkfield, [betty, hana]))
    waiting, gone = (QueueItem.objects.get(account=account) for account in (hana, betty))
    url = reverse("execution_cancel", args=[waiting.public_id])
    assert "Hana Sato" in desk.get(url).content.decode()
    desk.post(url)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("cancelled", "cancelled_by_hand")
    answer = desk.post(url, follow=True).content.decode()
    assert "Only a contact that still waits can be cancelled" in answer
    desk.post(reverse("execution_cancel", args=[gone.public_id]))
    gone.refresh_from_db()
    assert gone.status == "completed"
    hana_walks = hana.enrollments.get()
    assert (hana_walks.status, hana_walks.reason) == ("ended", "cancelled_by_hand")


def test_enqueue_answers_with_its_three_counts(desk, larkfield, betty, hana):
    campaign = broadcast(larkfield, [betty, hana])
    launch(campaign)
    page = desk.post(reverse("execution_enqueue"), {"campaign": campaign.public_id}, follow=True).content.decode()
    assert "0 contacts were enqueued, 1 was queued already." in page
    assert "Enqueued: SMS 1-30DPD" in page
    assert "Enqueued: SMS 1-30DPD" not in desk.get(reverse("execution")).content.decode()
    assert "All active campaigns" in desk.post(reverse("execution_enqueue"), follow=True).content.decode()


def test_a_draft_is_not_enqueued(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    page = desk.post(reverse("execution_enqueue"), {"campaign": campaign.public_id}, follow=True).content.decode()
    assert "Only an active campaign within its dates can be enqueued." in page
    assert not QueueItem.objects.exists()


def test_only_an_administrator_switches_auto_enqueue(desk, larkfield, ada):
    assert desk.post(reverse("execution_auto_enqueue"), {"on": "no"}).status_code == 403
    client = Client()
    client.force_login(ada)
    client.post(reverse("execution_auto_enqueue"), {"on": "no"})
    larkfield.refresh_from_db()
    assert not larkfield.auto_enqueue
    client.post(reverse("settings_automation"), {"auto_enqueue": "on"})
    larkfield.refresh_from_db()
    assert larkfield.auto_enqueue


@pytest.mark.parametrize(
    ("role", "sees", "runs"),
    [
        (Role.ADMINISTRATOR, True, True),
        (Role.MANAGER, True, True),
        (Role.OPERATOR, True, False),
        (Role.ANALYST, True, False),
        (Role.AUDITOR, True, False),
    ],
)
def test_who_sees_the_page_and_who_runs_the_engine(larkfield, hana, role, sees, runs):
    client = Client()
    client.force_login(employ(larkfield, "Rolf Role", role))
    launch(broadcast(larkfield, [hana]))
    page = client.get(reverse("execution"))
    assert (page.status_code == 200) is sees
    assert ("Pause engine" in page.content.decode()) is runs
    assert ("Enqueue Campaign" in page.content.decode()) is runs
    answer = client.post(reverse("execution_switch", args=["pause"]))
    larkfield.refresh_from_db()
    assert (answer.status_code, larkfield.engine_paused) == ((302, True) if runs else (403, False))


def test_a_stranger_sees_none_of_it(stranger, larkfield, betty, hana):
    launch(broadcast(larkfield, [betty, hana]))
    client = Client()
    client.force_login(stranger)
    page = client.get(reverse("execution"))
    assert page.context["rows"] == []
    assert "SMS 1-30DPD" not in page.content.decode()
    item = QueueItem.objects.get(account=hana)
    assert client.post(reverse("execution_cancel", args=[item.public_id])).status_code == 404


def test_many_contacts_are_counted_after_the_page(desk, larkfield, betty, monkeypatch):
    monkeypatch.setattr(execution, "COUNTED_EACH_TIME", 0)
    launch(broadcast(larkfield, [betty]))
    assert figures(desk.get(reverse("execution")))["Completed Today"] == "…"
    assert figures(desk.get(reverse("execution_state")))["Completed Today"] == "1"
    assert figures(desk.get(reverse("execution")))["Completed Today"] == "1"


def test_the_page_asks_at_most_twelve_questions(desk, larkfield, betty, omar, hana, django_assert_max_num_queries):
    for number in range(4):
        launch(broadcast(larkfield, [betty, omar, hana], name=f"Number {number}"))
    desk.get(reverse("execution"))
    with django_assert_max_num_queries(12):
        desk.get(reverse("execution"))


@pytest.mark.parametrize("kind", HoldKind)
def test_each_hold_has_a_sentence_of_its_own(kind):
    assert sentence_of(f"hold_{kind}") == SENTENCES[f"hold_{kind}"]
