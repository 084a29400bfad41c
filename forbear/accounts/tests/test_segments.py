"""Filters under a name, what answers to them, and what is done with everybody who does."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forbear.accounts.models import Account, ContactList, Creditor, Segment, StatusChange
from forbear.accounts.queries import accounts
from forbear.accounts.segments import wanted_of
from forbear.campaigns.actions import create_campaign
from forbear.campaigns.enrolling import enroll_newcomers
from forbear.campaigns.models import Enrollment
from forbear.campaigns.states import Kind
from forbear.compliance.models import Entry
from forbear.core.refusal import Invalid
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.engine_room import broadcast


@pytest.fixture
def three(larkfield, betty, omar, hana):
    """$30.00, $418.20 and ¥26,440; scores 10, 60 and none."""
    harbor = Creditor.objects.create(organization=larkfield, name="Harbor Furniture")
    Account.objects.filter(pk=betty.pk).update(score=10, fields={"region": "north"}, creditor=harbor)
    Account.objects.filter(pk=omar.pk).update(score=60, status="paused")
    Account.objects.filter(pk=hana.pk).update(currency="JPY")
    return betty.pk, omar.pk, hana.pk


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ({"amount_from": "30", "amount_to": "30.00"}, [0]),
        ({"amount_from": "400"}, [1, 2]),
        ({"amount_to": "418.20"}, [0, 1]),
        ({"score_from": "10", "score_to": "59"}, [0]),
        ({"score_from": 60}, [1]),
        ({"creditor": "harbor furniture"}, [0]),
        ({"field": "region", "value": "north"}, [0]),
        ({"field": "region", "value": "south"}, []),
        ({"field": "re__gion", "value": "north"}, []),
        ({"status": "paused", "score_from": "1"}, [1]),
        ({"status": "paused", "score_to": "1"}, []),
    ],
)
def test_who_answers_to_a_filter(larkfield, three, words, who):
    found = accounts(larkfield, wanted_of(words), today=TUESDAY.date()).values_list("pk", flat=True)
    assert sorted(found) == [three[at] for at in who]


@pytest.mark.parametrize("words", [{"score_from": "--5"}, {"score_to": "1.5"}, {"bucket": "late"}])
def test_what_is_no_filter_is_refused(words):
    with pytest.raises(Invalid):
        wanted_of(words)


def test_a_program_keeps_a_filter_and_feeds_a_campaign_with_it(api, larkfield, three):
    made = api.post("/v1/segments", {"name": "Large", "filter": {"amount_from": "400.00"}})
    assert (made.status_code, made.json()["accounts"]) == (201, 2)
    assert made.json()["filter"] == {"amount_from": "400.00"}
    assert api.post("/v1/segments", {"name": "large", "filter": {"score_to": 1}}).json()["code"] == "segment_name_taken"
    assert api.post("/v1/segments", {"name": "All", "filter": {}}).status_code == 422
    where = f"/v1/segments/{made.json()['id']}"
    assert len(api.get(f"/v1/accounts?segment={made.json()['id']}").json()["items"]) == 2
    campaign = broadcast(larkfield, [])
    fed = api.post(f"/v1/campaigns/{campaign.public_id}/accounts", {"segment_id": made.json()["id"]})
    assert (fed.status_code, fed.json()["enrolled"]) == (200, 2)
    assert api.delete(where).status_code == 204
    assert api.get(where).status_code == 404
    assert Enrollment.objects.count() == 2
    assert {"accounts:segment:saved", "accounts:segment:deleted"} <= set(Entry.objects.values_list("event", flat=True))


@pytest.fixture
def desk(client, dana):
    client.force_login(dana)
    return client


def test_everybody_who_was_found_is_moved_after_the_count_was_seen(desk, three):
    address = reverse("accounts_together")
    seen = desk.get(address, {"do": "status", "amount_to": "418.20"}).content.decode()
    assert "2 accounts" in seen
    assert not StatusChange.objects.exists()
    told = {"do": "status", "amount_to": "418.20", "to-status": "paused", "to-reason": "Recalled"}
    assert desk.post(address, told).status_code == 302
    assert list(StatusChange.objects.values_list("account", "after", "why")) == [(three[0], "paused", "Recalled")]


def test_everybody_who_was_found_is_put_on_a_list_and_enrolled(desk, larkfield, three):
    address = reverse("accounts_together")
    assert desk.post(address, {"do": "list", "score_from": "1", "to-name": "Scored"}).status_code == 302
    assert ContactList.objects.get(name="Scored").accounts.count() == 2
    campaign = broadcast(larkfield, [])
    chosen = {"do": "campaign", "score_from": "1", "to-campaign": campaign.public_id}
    assert desk.post(address, chosen).status_code == 302
    assert Enrollment.objects.filter(campaign=campaign).count() == 2


def test_whoever_was_ticked_is_counted_and_then_moved_and_nobody_else(desk, three):
    first, second = (Account.objects.get(pk=pk).public_id for pk in three[:2])
    page = desk.get(reverse("accounts"), {"status": "pending_contact"}).content.decode()
    assert f'value="{first}" form="chosen"' in page
    assert 'name="back" value="status=pending_contact"' in page
    address, told = reverse("accounts_together"), {"do": "status", "account": [first], "back": "status=pending_contact"}
    seen = desk.get(address, told | {"account": [first, second]}).content.decode()
    assert "<b>2 accounts</b> were chosen." in seen
    assert seen.count('type="hidden" name="account"') == 2
    assert not StatusChange.objects.exists()
    done = desk.post(address, told | {"to-status": "paused", "to-reason": "Recalled"})
    assert (done.status_code, done.url) == (302, f"{reverse('accounts')}?status=pending_contact")
    assert list(StatusChange.objects.values_list("account", "after", "why")) == [(three[0], "paused", "Recalled")]


def test_the_sentence_of_a_segment_names_its_campaign(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    told = {"do": "segment", "campaign": campaign.public_id, "to-name": "Ours"}
    assert desk.post(reverse("accounts_together"), told).status_code == 302
    seen = desk.get(reverse("segments")).content.decode()
    assert f"in the campaign {campaign.name}" in seen


def test_too_many_are_not_moved_at_once_and_the_page_says_so(desk, three, monkeypatch):
    monkeypatch.setattr("forbear.accounts.standing.MOST_AT_ONCE", 2)
    told = {"do": "status", "q": "lf-", "to-status": "paused", "to-reason": "Recalled"}
    answer = desk.post(reverse("accounts_together"), told)
    assert answer.status_code == 422
    assert "at most 2 accounts is changed at once; narrow the filter" in answer.content.decode()
    assert not StatusChange.objects.exists()


def test_ticked_accounts_are_put_on_a_list_and_enrolled(desk, larkfield, three):
    ticked = {"account": [Account.objects.get(pk=pk).public_id for pk in three[:2]]}
    address, campaign = reverse("accounts_together"), broadcast(larkfield, [])
    assert desk.post(address, ticked | {"do": "list", "to-name": "Two"}).status_code == 302
    assert set(ContactList.objects.get(name="Two").accounts.values_list("pk", flat=True)) == set(three[:2])
    assert desk.post(address, ticked | {"do": "campaign", "to-campaign": campaign.public_id}).status_code == 302
    assert set(Enrollment.objects.values_list("account", flat=True)) == set(three[:2])


@pytest.mark.parametrize(
    "told", [{}, {"account": ["acc_nobody", "1"]}, {"account": [], "back": "status=paused\r\nX: y"}]
)
def test_where_nobody_was_ticked_nothing_is_done(desk, three, told):
    told = told | {"do": "status", "to-status": "closed", "to-reason": "All of them"}
    answer = desk.post(reverse("accounts_together"), told, follow=True)
    assert "Tick the accounts that you mean" in answer.content.decode()
    assert not StatusChange.objects.exists()


def test_no_stranger_ticks_our_accounts(client, stranger, three):
    client.force_login(stranger)
    told = {"do": "status", "account": [Account.objects.get(pk=pk).public_id for pk in three]}
    assert client.get(reverse("accounts_together"), told).status_code == 302
    client.post(reverse("accounts_together"), told | {"to-status": "closed", "to-reason": "Not mine"})
    client.post(reverse("accounts_together"), told | {"do": "list", "to-name": "Theirs"})
    assert not StatusChange.objects.exists()
    assert not ContactList.objects.exists()


def test_a_filter_is_not_kept_of_what_was_ticked(desk, three):
    told = {"do": "segment", "account": [Account.objects.get(pk=three[0]).public_id], "to-name": "One"}
    assert desk.post(reverse("accounts_together"), told).status_code == 302
    assert not Segment.objects.exists()


def test_whoever_only_reads_ticks_nothing(client, larkfield, three):
    client.force_login(employ(larkfield, "Ira Novak", Role.ANALYST))
    assert 'form="chosen"' not in client.get(reverse("accounts")).content.decode()


def test_a_filter_is_kept_from_the_page_and_leads_back(desk, three):
    page = desk.get(reverse("accounts"), {"score_from": "50"}).content.decode()
    assert "Save as a segment" in page
    desk.post(reverse("accounts_together"), {"do": "segment", "score_from": "50", "to-name": "Likely"})
    segment = Segment.objects.get()
    segments = desk.get(reverse("segments")).content.decode()
    assert "score_from=50" in segments
    assert "score 50 or more" in segments
    assert (
        "Likely: 1 account."
        in desk.get(reverse("segment_count", args=[segment.public_id]), follow=True).content.decode()
    )
    assert desk.post(reverse("segment_delete", args=[segment.public_id])).status_code == 302
    assert not Segment.objects.exists()


def test_without_a_filter_nothing_is_done_with_everybody(desk, three):
    told = {"do": "status", "to-status": "closed", "to-reason": "All of them"}
    assert desk.post(reverse("accounts_together"), told).status_code == 302
    assert not StatusChange.objects.exists()


def test_a_kept_filter_has_everybody_who_answers_to_its_words(api, larkfield, three, monkeypatch):
    monkeypatch.setattr("forbear.accounts.finding.MOST", 2)
    made = api.post("/v1/segments", {"name": "All of ours", "filter": {"q": "lf-"}}).json()
    assert made["accounts"] == 3
    assert len(api.get(f"/v1/accounts?segment={made['id']}").json()["items"]) == 3
    campaign = create_campaign(
        organization=larkfield,
        kind=Kind.PORTFOLIO,
        name="Winter",
        start_date=TUESDAY.date(),
        end_date=TUESDAY.date(),
        segment=Segment.objects.get(),
        actor="system",
        at=TUESDAY,
    )
    assert enroll_newcomers(campaign, at=TUESDAY) == 3
