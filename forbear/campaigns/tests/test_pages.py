"""The campaign pages as staff meets them: composing, the review, the launch, everybody's fate, the filters."""

import csv
import io
from collections import Counter
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from forbear.campaigns import actions, queries
from forbear.campaigns.models import Campaign
from forbear.core import clock
from forbear.staff.states import Role
from forbear.wording.actions import install_catalogue
from forbear.wording.models import Template
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, launch, list_of, says, template_of, turn

BODY = (
    "${organization}: Hello ${firstName|there}, $${amount} is open. We are a debt collector. Reply STOP to end texts."
)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    """Pages ask the clock; in these stories it is Tuesday."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def given(people, /, **also):
    values = {
        "name": "SMS 1-30DPD",
        "contact_list": people.public_id,
        "industry": "Debt Collection",
        "language": "en",
        "body": "",
        "start": "now",
        "time_zone": "America/Chicago",
    }
    return values | also


def test_the_new_campaign_view_ends_in_a_review_and_a_launch(desk, larkfield, betty, omar):
    template = template_of(larkfield)
    people = list_of(larkfield, [betty, omar])
    answer = desk.post(reverse("campaign_new"), given(people, template=template.public_id))
    campaign = Campaign.objects.get()
    assert answer.url == reverse("campaign_review", args=[campaign.public_id])
    assert (campaign.template, campaign.contact_list, campaign.status) == (template, people, "draft")
    counted = desk.get(answer.url, {"counted": "1"}).content.decode()
    assert "2 messages leave" in counted
    assert "Hello Betty, $30.00 is open." in counted
    launched = desk.post(reverse("campaign_act", args=[campaign.public_id, "launch"]))
    assert launched.url == reverse("campaigns")
    turn()
    page = desk.get(reverse("campaign", args=[campaign.public_id])).content.decode()
    assert "Hello Betty, $30.00 is open." in page
    assert "2 of 2" in page


def test_choosing_a_bucket_fills_the_body_with_and_without_scripts(desk, larkfield, betty):
    install_catalogue(organization=larkfield, at=TUESDAY)
    template = Template.objects.get(bucket="61-90", language="en", channel="sms", tone="")
    posted = given(list_of(larkfield, [betty]), template=template.public_id)
    first_words = template.current.body.split("$")[0]
    by_script = desk.post(reverse("campaign_compose") + "?fill=1", posted, headers={"HX-Request": "true"})
    by_button = desk.post(reverse("campaign_new"), posted | {"fill": "1"})
    assert first_words in by_script.content.decode()
    assert first_words in by_button.content.decode()
    assert not Campaign.objects.exists()


def test_the_language_chooses_which_messages_there_are(desk, larkfield, betty):
    install_catalogue(organization=larkfield, at=TUESDAY)
    posted = given(list_of(larkfield, [betty]), language="es")
    page = desk.post(reverse("campaign_compose") + "?fill=1", posted).content.decode()
    assert "1-30 días de atraso" in page
    assert "1-30 Days Past Due (DPD)" not in page


def test_words_of_ones_own_become_a_template_of_the_campaigns_own(desk, larkfield, betty):
    template = template_of(larkfield)
    people = list_of(larkfield, [betty])
    desk.post(reverse("campaign_new"), given(people, template=template.public_id, body=template.current.body))
    assert Campaign.objects.get().template == template
    for _ in range(2):
        desk.post(reverse("campaign_new"), given(people, template=template.public_id, body=BODY))
    own = Campaign.objects.order_by("-pk")[:2]
    assert [campaign.template.name for campaign in own] == ["SMS 1-30DPD (2)", "SMS 1-30DPD"]
    assert {campaign.template.current.body for campaign in own} == {BODY}
    assert {campaign.template.bucket for campaign in own} == {"1-30"}
    assert template.versions.count() == 1


@pytest.mark.parametrize(
    ("also", "sentence"),
    [
        ({"body": "Hello ${shoeSize}"}, "No contact has a field named shoeSize"),
        ({"body": "Hello ${firstName"}, "is not finished"),
        ({"body": ""}, "Choose a message, or write one."),
        ({"body": BODY, "start": "later"}, "Choose the date and the time."),
        (
            {"body": BODY, "start": "later", "launch_date": "2026-11-24", "launch_time": "08:00"},
            "This moment has passed.",
        ),
        ({"body": BODY, "end_date": "2026-11-20"}, "Choose 24 November or later."),
        ({"body": BODY, "name": ""}, "This field is required."),
        ({"body": BODY, "contact_list": "lst_nothing"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(desk, larkfield, betty, also, sentence):
    answer = desk.post(reverse("campaign_new"), given(list_of(larkfield, [betty]), **also))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "America/Chicago" in page
    assert not Campaign.objects.exists()


def test_the_reading_shows_the_text_its_segments_and_what_the_linter_finds(desk, larkfield, betty):
    posted = given(list_of(larkfield, [betty]), body="Hello ${firstName}, pay at once or we sue. ${retailer}")
    page = desk.post(reverse("campaign_compose"), posted).content.decode()
    assert "As Betty Ruble would read it" in page
    assert "Hello Betty, pay at once or we sue." in page
    assert "No value for retailer." in page
    assert "does not say how to opt out" in page
    assert "1 segment" in page


def test_a_schedule_waits_and_can_be_changed_and_cancelled(desk, larkfield, betty):
    people = list_of(larkfield, [betty])
    moment = {"start": "later", "launch_date": "2026-11-25", "launch_time": "09:30"}
    answer = desk.post(reverse("campaign_new"), given(people, body=BODY, follow_list="on", **moment))
    campaign = Campaign.objects.get()
    assert "at=2026-11-25T15%3A30" in answer.url
    assert "Wed 25 Nov, 9:30" in desk.get(answer.url).content.decode()
    url = reverse("campaign_act", args=[campaign.public_id, "schedule"])
    desk.post(url, {"launch_at": "2026-11-25T15:30:00+00:00"})
    campaign.refresh_from_db()
    assert (campaign.launch_at.hour, campaign.follow_list) == (15, True)
    listed = desk.get(reverse("campaigns"), {"show": "scheduled"}).content.decode()
    assert "Wed 25 Nov, 9:30" in listed
    edit = reverse("campaign_edit", args=[campaign.public_id])
    assert 'value="09:30"' in desk.get(edit).content.decode()
    desk.post(edit, given(people, name="Renamed", body=BODY, **moment))
    desk.post(reverse("campaign_act", args=[campaign.public_id, "unschedule"]))
    campaign.refresh_from_db()
    assert (campaign.name, campaign.launch_at, campaign.status) == ("Renamed", None, "draft")


def test_the_second_of_two_who_launch_gets_one_sentence(desk, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    url = reverse("campaign_act", args=[campaign.public_id, "launch"])
    assert desk.post(url).status_code == 302
    second = desk.post(url)
    assert second.status_code == 409
    assert "Somebody has launched this campaign already." in second.content.decode()


def test_only_the_legal_buttons_stand_on_the_page(desk, larkfield, hana):
    campaign = broadcast(larkfield, [hana], end_date=TUESDAY.date() + timedelta(days=5))
    page = reverse("campaign", args=[campaign.public_id])

    def verbs():
        text = desk.get(page).content.decode()
        return {verb for verb in ("pause", "resume", "complete", "enqueue", "delete") if f"/{verb}" in text}

    assert verbs() == {"delete"}
    launch(campaign)
    assert verbs() == {"pause", "complete", "enqueue", "delete"}
    for verb, after in (
        ("pause", {"resume", "complete", "delete"}),
        ("resume", {"pause", "complete", "enqueue", "delete"}),
    ):
        url = reverse("campaign_act", args=[campaign.public_id, verb])
        assert "campaign?" in desk.get(url).content.decode()
        desk.post(url)
        assert verbs() == after
    desk.post(reverse("campaign_act", args=[campaign.public_id, "complete"]))
    assert verbs() == {"delete"}
    desk.post(reverse("campaign_act", args=[campaign.public_id, "delete"]))
    assert desk.get(page).status_code == 404


def test_everybodys_fate_is_told_filtered_and_found(desk, larkfield, betty, omar, hana):
    twin = owes(larkfield, "Twin Ruble", "+14155550106")
    campaign = broadcast(larkfield, [betty, omar, hana, twin], end_date=TUESDAY.date() + timedelta(days=5))
    launch(campaign)
    url = reverse("campaign", args=[campaign.public_id])
    everybody = desk.get(url).content.decode()
    for word in ("Delivered", "Held", "Excluded", "The same number or address is on the list twice."):
        assert word in everybody
    held = desk.get(url, {"status": "pending"}).content.decode()
    assert "Hana Sato" in held
    assert "Omar Castellan" not in held
    found = desk.get(url, {"q": "cast"}).content.decode()
    assert "Omar Castellan" in found
    assert "Hana Sato" not in found


def test_a_running_campaign_is_asked_again_and_answers_only_news(desk, larkfield, betty, hana):
    campaign = broadcast(larkfield, [betty, hana], end_date=TUESDAY.date() + timedelta(days=5))
    launch(campaign)
    page = desk.get(reverse("campaign", args=[campaign.public_id]))
    seen = page.context["standing"].signature
    url = reverse("campaign_state", args=[campaign.public_id])
    assert desk.get(url, {"was": "active", "seen": seen}).status_code == 204
    says(betty, "How can I pay?", TUESDAY + timedelta(minutes=5))
    news = desk.get(url, {"was": "active", "seen": seen}).content.decode()
    assert 'hx-swap-oob="true"' in news
    assert "50.0% of" not in news
    actions.pause(campaign=campaign, actor="system", at=TUESDAY)
    assert desk.get(url, {"was": "active", "seen": seen})["HX-Refresh"] == "true"


def test_the_download_has_a_row_for_each_and_the_counts_are_its_rows(desk, larkfield, betty, omar, hana):
    twin = owes(larkfield, "Twin Ruble", "+14155550106")
    risky = owes(larkfield, "=cmd|calc Risky", "+14155550107")
    campaign = broadcast(larkfield, [betty, omar, hana, twin, risky], end_date=TUESDAY.date() + timedelta(days=5))
    launch(campaign)
    says(betty, "STOP", TUESDAY + timedelta(minutes=9))
    sheet = b"".join(desk.get(reverse("campaign_results", args=[campaign.public_id, "csv"]))).decode()
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert Counter(row["status"] for row in rows) == queries.counts_by_status(campaign)
    assert next(iter(rows)).keys() == {
        *["account", "external_id", "first_name", "last_name", "address", "template", "status", "reason", "segments"],
        *["scheduled_for", "sent_at", "delivered_at", "replied_at", "body"],
    }
    by_name = {row["last_name"]: row for row in rows}
    assert by_name["Castellan"]["body"].startswith("Larkfield Recovery: Hello Omar")
    assert next(row for row in rows if row["account"] == betty.public_id)["replied_at"]
    assert next(row for row in rows if row["account"] == twin.public_id)["reason"] == "duplicate"
    assert next(row for row in rows if row["account"] == risky.public_id)["first_name"].startswith("'=cmd")
    book = b"".join(desk.get(reverse("campaign_results", args=[campaign.public_id, "xlsx"])))
    cells = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    assert len(cells) == 1 + len(rows)


def test_pages_of_recipients_follow_each_other_without_gaps(desk, larkfield):
    people = [owes(larkfield, f"Person {n}", f"+1415555{n:04d}") for n in range(120)]
    campaign = broadcast(larkfield, people)
    launch(campaign)
    url, seen = reverse("campaign", args=[campaign.public_id]), []
    cursor = ""
    while cursor is not None:
        page = desk.get(url, {"cursor": cursor}).context["page"]
        seen += [row.account_id for row in page.items]
        cursor = page.next_cursor
    assert seen == [account.pk for account in people]
    assert desk.get(url, {"cursor": "x'; DROP TABLE"}).status_code == 422


@pytest.mark.parametrize("name", ["campaigns", "campaign"])
def test_a_list_page_asks_at_most_twelve_questions(
    desk, larkfield, betty, omar, hana, name, django_assert_max_num_queries
):
    for number in range(4):
        later = TUESDAY.date() + timedelta(days=5)
        campaign = broadcast(larkfield, [betty, omar, hana], name=f"Number {number}", end_date=later)
        launch(campaign)
    url = reverse(name, args=[campaign.public_id] if name == "campaign" else [])
    desk.get(url)
    with django_assert_max_num_queries(12):
        desk.get(url)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ANALYST, Role.AUDITOR])
def test_who_may_only_look_sees_no_verb_and_cannot_use_one(larkfield, betty, role):
    client = Client()
    client.force_login(employ(larkfield, "Luis Looker", role))
    campaign = broadcast(larkfield, [betty])
    page = client.get(reverse("campaign", args=[campaign.public_id])).content.decode()
    assert "Send SMS Campaign" not in page
    assert "/delete" not in page
    assert client.post(reverse("campaign_act", args=[campaign.public_id, "launch"])).status_code == 403
    assert client.get(reverse("campaign_new")).status_code == 403
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_a_stranger_finds_nothing(stranger, larkfield, betty):
    client = Client()
    client.force_login(stranger)
    campaign = broadcast(larkfield, [betty])
    for name in ("campaign", "campaign_edit", "campaign_review", "campaign_preview", "campaign_state"):
        assert client.get(reverse(name, args=[campaign.public_id])).status_code == 404
    assert client.get(reverse("campaign_results", args=[campaign.public_id, "csv"])).status_code == 404
    assert client.post(reverse("campaign_act", args=[campaign.public_id, "delete"])).status_code == 404
    assert "SMS 1-30DPD" not in client.get(reverse("campaigns")).content.decode()
    assert Campaign.objects.filter(pk=campaign.pk).exists()


@pytest.mark.parametrize("text", ["banana", "2026-11-24T10:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_a_moment_that_is_none_is_refused_in_a_sentence(desk, larkfield, betty, text):
    campaign = broadcast(larkfield, [betty])
    answer = desk.get(reverse("campaign_review", args=[campaign.public_id]), {"at": text})
    assert answer.status_code == 422
    assert "Write the moment as a date and a time with its zone." in answer.content.decode()
