"""Today, the shell of every page, and the search."""

from datetime import date, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from forbear.accounts.models import Account
from forbear.campaigns import actions
from forbear.campaigns.models import Campaign
from forbear.cases.actions import escalate
from forbear.core import clock
from forbear.core.money import Money
from forbear.desk import money
from forbear.desk.context import shell
from forbear.desk.search import find
from forbear.documents.actions import archive_document, create_document
from forbear.documents.lending import NewLoan
from forbear.documents.people import NewPerson
from forbear.payments.actions import record_payment
from forbear.payments.models import Promise
from forbear.payments.promising import make_promise
from forbear.staff.permissions import permissions_of
from forbear.staff.states import Role
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, list_of, says

LATER = TUESDAY + timedelta(minutes=50)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def test_today_says_who_waits_longest_what_is_held_and_what_left(desk, larkfield, betty, omar, hana):
    campaign = broadcast(larkfield, [betty, omar, hana], end_date=TUESDAY.date() + timedelta(days=5))
    launch(campaign)
    says(omar, "Can I pay half?", TUESDAY + timedelta(minutes=5))
    says(betty, "Which order is this?", TUESDAY + timedelta(minutes=9))
    page = desk.get(reverse("today")).content.decode()
    assert "2 people wrote back and 1 message waits for a lawful hour." in page
    assert page.index("Omar Castellan wrote") < page.index("Betty Ruble wrote")
    assert "It is too early or too late where these people may be." in page
    assert "Tue 24 Nov, 12:00" in page
    assert "2 sent, 1 planned" in page


def test_a_launch_that_failed_is_told_with_its_reason(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    Campaign.objects.filter(pk=campaign.pk).update(problem="Not launched: the list was emptied.")
    page = desk.get(reverse("today")).content.decode()
    assert "SMS 1-30DPD was not launched" in page
    assert "Not launched: the list was emptied." in page


def test_a_scheduled_launch_stands_in_its_own_time_zone(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty], end_date=TUESDAY.date() + timedelta(days=5), time_zone="America/New_York")
    actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + timedelta(days=1), actor="system", at=TUESDAY)
    assert "Wed 25 Nov, 11:42" in desk.get(reverse("today")).content.decode()


def test_an_empty_house_says_what_to_do_next(desk):
    page = desk.get(reverse("today")).content.decode()
    assert "Add Contacts" in page
    assert "Nobody waits for an answer" in page


def test_today_and_its_shell_ask_few_questions(desk, larkfield, betty, omar, hana, django_assert_max_num_queries):
    launch(broadcast(larkfield, [betty, omar, hana], end_date=TUESDAY.date() + timedelta(days=5)))
    says(omar, "Hello", TUESDAY)
    desk.get(reverse("today"))
    with django_assert_max_num_queries(14):
        desk.get(reverse("today"))


def test_the_shell_reads_nothing_until_it_is_drawn_and_then_once(dana, larkfield, betty, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = dana
    with django_assert_num_queries(0):
        told = shell(request)["shell"]
    with clock.one_reading(), django_assert_num_queries(1):
        assert (told["accounts"], told["campaigns"], told["unread"]) == (1, 0, 0)
    assert told["sandbox"] is True
    assert str(told["now"].tzinfo) == larkfield.time_zone


@pytest.mark.parametrize(
    "words",
    [
        "Ruble",
        "rub",
        "betty",
        "Betty Ruble",
        "ruble betty",
        "415-555-0106",
        "(415) 555 0106",
        "5550106",
        "LF-77",
        "ext-9",
    ],
)
def test_an_account_answers_to_name_number_and_telephone(larkfield, betty, omar, words):
    Account.objects.filter(pk=betty.pk).update(number="LF-77", external_id="ext-9")
    assert [account.pk for account in find(larkfield, words).accounts] == [betty.pk]


def test_campaigns_lists_and_pages_answer_too(desk, larkfield, betty):
    broadcast(larkfield, [betty], name="Harbor November")
    list_of(larkfield, [betty], name="Harbor people")
    page = desk.get(reverse("search"), {"q": "harbor"}).content.decode()
    assert "Harbor November" in page
    assert "Harbor people" in page
    assert reverse("campaigns") in desk.get(reverse("search"), {"q": "campai"}).content.decode()
    part = desk.get(reverse("search"), {"q": "harbor"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


@pytest.mark.parametrize("words", ["", "x", "%", "_", "\\", "'; --", "12345678901234567890"])
def test_odd_words_find_nothing_and_break_nothing(desk, larkfield, betty, words):
    assert desk.get(reverse("search"), {"q": words}).status_code == 200
    assert not find(larkfield, words).accounts


def test_the_search_stays_in_its_house(stranger_org, larkfield, betty):
    owes(stranger_org, "Betty Other", "+14155550199")
    assert [str(account.consumer) for account in find(stranger_org, "betty").accounts] == ["Betty Other"]


def test_a_document_answers_to_its_title_and_to_its_borrower(
    desk, client, larkfield, stranger, django_assert_max_num_queries
):
    lease = {"chattel_type": "agricultural_machinery", "actor": "system", "at": TUESDAY}
    loan = NewLoan(provider_name="Bluepine Credit", original=Money(9000, "USD"), remaining=Money(5000, "USD"))
    walter = NewPerson(values={"first_name": "Walter", "last_name": "Brandt"}, phone="402-555-0119")
    create_document(organization=larkfield, title="Tractor lease 0087", loan=loan, borrower=walter, **lease)
    put_away = create_document(organization=larkfield, title="Tractor of old", **lease)
    archive_document(document=put_away, actor="system", at=TUESDAY)
    for words in ("tractor", "lease 0087", "brandt", "402-555-0119"):
        page = desk.get(reverse("search"), {"q": words}).content.decode()
        assert "Tractor lease 0087" in page
        assert "Tractor of old" not in page
    with django_assert_max_num_queries(6):
        find(larkfield, "brandt", {"may": permissions_of(Role.MANAGER)})
    assert not find(larkfield, "tractor").documents  # whoever may not read them
    client.force_login(stranger)
    assert "Tractor lease" not in client.get(reverse("search"), {"q": "tractor"}).content.decode()


def test_promises_money_and_cases_stand_on_today(larkfield, dana, betty, omar):
    """Promises due and overdue, escalations nobody has taken, money of this month beside the last one."""
    by = {"actor": "system", "at": TUESDAY}
    promised = {"modality": "partial", "source": "staff"}
    make_promise(account=omar, amount=Money(1000, "USD"), due_on=TUESDAY.date(), **promised, **by)
    Promise.objects.filter(pk=_promise(omar, promised, by).pk).update(status="overdue")
    escalate(account=betty, reason="consumer_request", **by)
    ines = owes(larkfield, "Ines Ortega", "+13125550161", balance_minor=50000, placed_minor=50000)
    pays = {"organization": larkfield, "account": ines, "method": "cash", **by}
    for cents, month, day in ((5000, 11, 24), (1500, 11, 2), (2500, 10, 20), (900, 10, 28)):
        record_payment(amount=Money(cents, "USD"), paid_on=date(2026, month, day), **pays)
    came = money.told(larkfield, at=TUESDAY)
    assert {what: came.count(what) for what in ("due", "overdue", "escalations", "disputes")} == {
        "due": 1,
        "overdue": 1,
        "escalations": 1,
        "disputes": 0,
    }
    assert came.recovered("USD") == Money(6500, "USD")
    assert came.compared("USD") == "$40.00 more than on 24 October"


def _promise(account, promised, by):
    return make_promise(account=account, amount=Money(700, "USD"), due_on=date(2026, 11, 25), **promised, **by)


def test_nothing_promised_or_paid_is_told_without_a_fault(larkfield):
    came = money.told(larkfield, at=TUESDAY)
    assert (came.together("due"), str(came.recovered("USD")), came.compared("USD")) == ("", "$0.00", "")
