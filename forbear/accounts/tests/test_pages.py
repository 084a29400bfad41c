"""The pages of accounts and contact lists as staff meets them: finding somebody, a list, changes by hand."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forbear.accounts.actions import ListInUse
from forbear.accounts.models import Account, Consumer, ContactList, ContactPoint
from forbear.accounts.states import PointStatus, Status
from forbear.compliance.models import Entry
from forbear.consent.actions import opt_out
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core import clock
from forbear.refusals import status_of
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, list_of

TODAY = TUESDAY.date()
QUERIES = 12


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


@pytest.fixture
def crowd(larkfield):
    """Sixty people, one a day later than the other, all on one list."""
    names = [f"{chr(65 + number % 26)}dele Number{number:02}" for number in range(60)]
    people = [
        owes(larkfield, name, f"+1415555{1000 + at}", due_date=TODAY - timedelta(days=at), balance_minor=1000 + at)
        for at, name in enumerate(names)
    ]
    return list_of(larkfield, people, name="The crowd")


def names_on(answer):
    return [str(line.account.consumer) for line in answer.context["lines"]]


@pytest.mark.parametrize(
    "words",
    [
        "rub",
        "RUBLE",
        "bet",
        "betty ruble",
        "ruble, betty",
        "LF-77",
        "lf-7",
        "415-555-0106",
        "(415) 555-0106",
        "0106",
        "betty@example.com",
        "ext-9",
    ],
)
def test_somebody_is_found_by_what_staff_has_in_hand(desk, larkfield, omar, words):
    betty = owes(larkfield, "Betty Ruble", "+14155550106", number="LF-77", external_id="ext-9")
    ContactPoint.objects.create(
        organization=larkfield,
        consumer=betty.consumer,
        kind="email",
        address="betty@example.com",
        observed_at=TUESDAY,
    )
    assert names_on(desk.get(reverse("accounts"), {"q": words})) == ["Betty Ruble"]


@pytest.mark.parametrize("words", ["100%", "_", "\\", "'", "zz", "999", "+", "nobody@example.com", "“”", "a b c d e"])
def test_nobody_is_found_by_what_is_nobodys(desk, betty, words):
    page = desk.get(reverse("accounts"), {"q": words})
    assert names_on(page) == []
    assert "Nobody answers to that" in page.content.decode()


def test_filters_narrow_together(desk, larkfield, crowd):
    Account.objects.filter(consumer__last_name="Number40").update(status=Status.PAUSED)
    late = desk.get(reverse("accounts"), {"bucket": "31-60"})
    assert {line.days for line in late.context["lines"]} == set(range(31, 60))
    both = desk.get(reverse("accounts"), {"bucket": "31-60", "status": "paused", "list": crowd.public_id})
    assert names_on(both) == ["Odele Number40"]


def test_a_word_that_finds_too_many_says_so(desk, crowd, monkeypatch):
    for room in ("finding", "views", "views_lists"):
        monkeypatch.setattr(f"forbear.accounts.{room}.MOST", 5)
    for url in (reverse("accounts"), reverse("contact_list", args=[crowd.public_id])):
        page = desk.get(url, {"q": "number"})
        assert len(names_on(page)) == 5
        assert "the first 5; one more letter finds fewer" in page.content.decode()


def test_accounts_of_a_campaign(desk, larkfield, betty, omar):
    campaign = broadcast(larkfield, [betty])
    campaign.enrollments.create(
        organization=larkfield, account=betty, consumer_id=betty.consumer_id, enrolled_at=TUESDAY
    )
    assert names_on(desk.get(reverse("accounts"), {"campaign": campaign.public_id})) == ["Betty Ruble"]


@pytest.mark.parametrize("sort", ["name", "-name", "balance", "-balance", "due", "-due", "-newest"])
def test_pages_in_any_order_show_everybody_once(desk, crowd, sort):
    seen, cursor = [], ""
    while cursor is not None:
        page = desk.get(reverse("contact_list", args=[crowd.public_id]), {"sort": sort, "cursor": cursor})
        seen += names_on(page)
        cursor = page.context["page"].next_cursor
    assert len(seen) == len(set(seen)) == 60
    if sort.endswith("name"):
        by_name = sorted(seen, key=lambda name: tuple(reversed(name.lower().split())), reverse=sort.startswith("-"))
        assert seen == by_name


@pytest.mark.parametrize(
    "query",
    [{}, {"sort": "name"}, {"q": "number"}, {"q": "0106"}, {"status": "paused"}, {"bucket": "final"}, {"sort": "due"}],
)
def test_a_page_costs_at_most_twelve_statements(desk, crowd, django_assert_max_num_queries, query):
    with django_assert_max_num_queries(QUERIES):
        desk.get(reverse("accounts"), query)
    if "status" not in query:
        with django_assert_max_num_queries(QUERIES):
            desk.get(reverse("contact_list", args=[crowd.public_id]), query)
    with django_assert_max_num_queries(QUERIES):
        desk.get(reverse("contact_lists"))


def test_whoever_opted_out_is_marked(desk, larkfield, betty, omar):
    stopped = {"source": OptOutSource.STAFF, "actor": "system", "at": TUESDAY}
    opt_out(organization=larkfield, channel=OptOutChannel.SMS, address="+14155550106", **stopped)
    opt_out(organization=larkfield, channel=OptOutChannel.ALL, consumer=omar.consumer, **stopped)
    lines = desk.get(reverse("accounts")).context["lines"]
    assert {str(line.account.consumer): line.closed for line in lines} == {
        "Betty Ruble": ["sms"],
        "Omar Castellan": ["all"],
    }


def test_lists_show_their_size_and_can_be_searched(desk, larkfield, crowd, betty):
    list_of(larkfield, [betty], name="November")
    page = desk.get(reverse("contact_lists"), {"q": "crow"})
    assert [(line.contact_list.name, line.size) for line in page.context["lines"]] == [("The crowd", 60)]
    assert "November" not in page.content.decode()


def test_without_lists_the_page_says_what_to_do(desk):
    assert "No contact list yet" in desk.get(reverse("contact_lists")).content.decode()


def test_a_list_leads_to_a_campaign_to_it(desk, crowd):
    page = desk.get(reverse("contact_list", args=[crowd.public_id])).content.decode()
    assert f"{reverse('campaign_new')}?list={crowd.public_id}" in page


def test_a_list_is_renamed_but_not_to_a_name_that_is_taken(desk, larkfield, crowd):
    ContactList.objects.create(organization=larkfield, name="Taken", created_at=TUESDAY)
    url = reverse("contact_list_rename", args=[crowd.public_id])
    refused = desk.post(url, {"name": "taken"})
    assert refused.status_code == 422
    assert "There is a contact list of this name already." in refused.content.decode()
    desk.post(url, {"name": "Autumn"})
    assert ContactList.objects.get(pk=crowd.pk).name == "Autumn"


def test_a_deleted_list_leaves_its_accounts(desk, crowd):
    url = reverse("contact_list_delete", args=[crowd.public_id])
    assert "Delete “The crowd”?" in desk.get(url).content.decode()
    assert desk.post(url).url == reverse("contact_lists")
    assert not ContactList.objects.exists()
    assert Account.objects.count() == 60


def test_a_list_in_use_is_not_deleted(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    refused = desk.post(reverse("contact_list_delete", args=[campaign.contact_list.public_id]))
    assert refused.status_code == 409
    assert "A campaign that is not over uses" in refused.content.decode()
    assert status_of(ListInUse()) == 409


def test_chosen_people_leave_a_list_and_nobody_else(desk, larkfield, betty, omar):
    people = list_of(larkfield, [betty, omar])
    url = reverse("contact_list_remove", args=[people.public_id])
    desk.post(url, {"account": [betty.public_id, "acc_nothing"]})
    assert list(people.accounts.all()) == [omar]
    desk.post(url, {})
    assert people.members.count() == 1


EDITED = {
    "first_name": "Betty",
    "last_name": "Ruble-Hart",
    "language": "es",
    "time_zone": "America/Los_Angeles",
    "state": "ca",
    "postal_code": "94105",
    "number": "LF-1",
    "external_id": "",
    "creditor": "Harbor Furniture",
    "due_date": "2026-10-08",
    "status": "paused",
    "score": "71",
    "custom-0": "Corner Store",
    "new_name": "orderNo",
    "new_value": "42",
}


@pytest.fixture
def shopper(larkfield, betty):
    Account.objects.filter(pk=betty.pk).update(fields={"retailer": "Corner"})
    betty.refresh_from_db()
    return betty


def test_an_account_and_its_person_are_changed_in_one_go(desk, shopper):
    assert desk.post(reverse("account_edit", args=[shopper.public_id]), EDITED).status_code == 302
    changed = Account.objects.select_related("consumer", "creditor").get(pk=shopper.pk)
    assert str(changed.consumer) == "Betty Ruble-Hart"
    assert (changed.consumer.state, changed.consumer.time_zone) == ("CA", "America/Los_Angeles")
    assert (changed.status, changed.due_date, changed.score) == ("paused", date(2026, 10, 8), 71)
    assert changed.creditor.name == "Harbor Furniture"
    assert changed.fields == {"retailer": "Corner Store", "orderNo": "42"}
    assert changed.balance_minor == shopper.balance_minor
    events = set(Entry.objects.filter(account_id=shopper.pk).values_list("event", flat=True))
    assert events == {"accounts:account:changed", "accounts:account:status_changed", "accounts:consumer:changed"}


def test_a_change_that_is_refused_changes_neither(desk, shopper):
    wrong = {**EDITED, "time_zone": "America/Nowhere"}
    answer = desk.post(reverse("account_edit", args=[shopper.public_id]), wrong)
    assert answer.status_code == 422
    assert "is no time zone" in answer.content.decode()
    assert "Ruble-Hart" in answer.content.decode(), "what was typed stays"
    assert Consumer.objects.get(pk=shopper.consumer_id).last_name == "Ruble"
    assert not Entry.objects.exists()


def test_saving_nothing_new_writes_nothing(desk, betty):
    form = desk.get(reverse("account_edit", args=[betty.public_id])).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert desk.post(reverse("account_edit", args=[betty.public_id]), given).status_code == 302
    assert not Entry.objects.exists()


def test_a_number_is_added_closed_and_opened_again(desk, betty):
    given = {"address": "(212) 555-0143", "place": "work", "provenance": "skip_traced"}
    desk.post(reverse("account_add_point", args=[betty.public_id]), given)
    added = ContactPoint.objects.get(address="+12125550143")
    assert (added.position, added.place, added.provenance) == (1, "work", "skip_traced")
    names = [betty.public_id, added.public_id]
    desk.post(reverse("account_close_point", args=names), {"reason": "Somebody else's"})
    added.refresh_from_db()
    assert (added.status, added.status_reason) == (PointStatus.CLOSED, "Somebody else's")
    desk.post(reverse("account_reopen_point", args=names))
    added.refresh_from_db()
    assert added.status == PointStatus.USABLE
    assert Entry.objects.filter(event="accounts:consumer:changed", account_id=betty.pk).count() == 3


@pytest.mark.parametrize(
    ("address", "say"),
    [
        ("12", "is not a telephone number"),
        ("a@b", "is not an e-mail address"),
        ("+14155550106", "has this address already"),
        ("", "required"),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(desk, betty, address, say):
    given = {"address": address, "place": "mobile", "provenance": "unknown"}
    answer = desk.post(reverse("account_add_point", args=[betty.public_id]), given)
    assert answer.status_code == 422
    assert say in answer.content.decode() or "This person has it already" in answer.content.decode()


def test_an_analyst_looks_and_changes_nothing(larkfield, crowd, betty):
    client = Client()
    client.force_login(employ(larkfield, "Ana Lyst", Role.ANALYST))
    page = client.get(reverse("contact_list", args=[crowd.public_id])).content.decode()
    assert "Rename" not in page
    assert 'type="checkbox"' not in page
    for name in ("contact_list_rename", "contact_list_delete", "contact_list_remove"):
        assert client.post(reverse(name, args=[crowd.public_id])).status_code == 403
    assert client.get(reverse("account_edit", args=[betty.public_id])).status_code == 403


def test_a_stranger_finds_nothing(stranger, larkfield, crowd, betty):
    client = Client()
    client.force_login(stranger)
    assert names_on(client.get(reverse("accounts"), {"q": "ruble"})) == []
    assert names_on(client.get(reverse("accounts"), {"list": crowd.public_id})) == []
    for name in ("contact_list", "contact_list_rename", "contact_list_delete"):
        assert client.get(reverse(name, args=[crowd.public_id])).status_code == 404
    assert client.get(reverse("contact_list_export", args=[crowd.public_id, "csv"])).status_code == 404
    assert client.get(reverse("account_edit", args=[betty.public_id])).status_code == 404


@pytest.mark.parametrize("sort", ["score", "-score", "due", "-due"])
def test_those_who_tie_stand_in_the_order_of_their_numbers(desk, crowd, sort):
    """An order without an index is read through the index of facts: its ties are as every other order has them."""
    Account.objects.filter(lists=crowd, pk__in=Account.objects.order_by("pk").values("pk")[:20]).update(due_date=None)
    page = desk.get(reverse("accounts"), {"sort": sort})
    column = {"score": "score", "due": "due_date"}[sort.removeprefix("-")]
    turn = "-" * sort.startswith("-")
    wanted = Account.objects.filter(organization=crowd.organization).order_by(f"{turn}{column}", f"{turn}pk")[:50]
    assert [line.account.pk for line in page.context["lines"]] == [account.pk for account in wanted]


def test_what_words_have_found_is_not_counted_again(desk, crowd, django_assert_num_queries):
    with django_assert_num_queries(9):  # session, clock, person, choices; found, rows, addresses, opt-outs; the shell
        page = desk.get(reverse("accounts"), {"q": "number"})
    assert page.context["page"].total == 60
