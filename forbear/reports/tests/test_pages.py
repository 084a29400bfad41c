"""The SMS Campaign Report: its counts are the rows of its download."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forbear.compliance.standing import standing
from forbear.compliance.views import figures as log_figures
from forbear.core import clock
from forbear.desk.queries import hours_of_today
from forbear.dispatch.models import Message
from forbear.reports.queries import days_of_messages, reports_of
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, says

LATER = TUESDAY + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


@pytest.fixture
def campaign(larkfield, betty, omar, hana):
    """Delivered, replied, stopped, held, twice on the list: one of each."""
    twin = owes(larkfield, "Twin Ruble", "+14155550106")
    campaign = broadcast(
        larkfield, [betty, omar, hana, twin], name="November", end_date=TUESDAY.date() + timedelta(days=5)
    )
    launch(campaign)
    says(betty, "STOP", LATER)
    says(omar, "How much is left?", LATER)
    return campaign


def test_counts_by_status_equal_the_rows_of_the_download(desk, campaign):
    sheet = b"".join(desk.get(reverse("campaign_results", args=[campaign.public_id, "csv"]))).decode()
    rows = list(csv.DictReader(io.StringIO(sheet)))
    (line,) = reports_of([campaign])
    assert line.counts == Counter(row["status"] for row in rows)
    assert line.total == len(rows) == line.delivered + line.sent + line.not_delivered + line.waiting + line.left_out
    assert (line.replied, line.opted_out) == (2, 1)


def test_today_the_overview_and_the_log_count_the_same_messages(larkfield, campaign):
    refused = Message.objects.filter(direction="out").first()
    Message.objects.filter(pk=refused.pk).update(status="rejected", sent_at=None)
    sent = sum(hour.sent for hour in hours_of_today(larkfield, at=LATER))
    assert sent == days_of_messages(larkfield, at=LATER)[-1].sent == 2
    (told,) = [
        figure.note
        for figure in log_figures(larkfield, standing(larkfield.pk), LATER)
        if figure.label == "Decisions today"
    ]
    assert told.startswith(f"{sent + 1} sent, ")  # the log keeps what it was told first


def test_what_was_not_delivered_is_not_said_to_be_on_its_way(desk, campaign):
    Message.objects.filter(direction="out", occasion="campaign").update(status="undelivered")
    page = desk.get(reverse("campaign", args=[campaign.public_id])).content.decode()
    assert "2 sent, but not delivered" in page
    assert "not delivered yet" not in page


def test_a_pause_and_a_resume_leave_the_counts_and_the_rows_equal(desk, campaign):
    from forbear.campaigns import actions

    for verb in (actions.pause, actions.resume, actions.complete):
        verb(campaign=campaign, actor="system", at=LATER)
        sheet = b"".join(desk.get(reverse("campaign_results", args=[campaign.public_id, "csv"]))).decode()
        rows = list(csv.DictReader(io.StringIO(sheet)))
        assert reports_of([campaign])[0].counts == Counter(row["status"] for row in rows)


def test_reports_lead_to_the_tab_and_the_tab_to_the_download(desk, campaign):
    assert reverse("report_sms_campaigns") in desk.get(reverse("reports")).content.decode()
    page = desk.get(reverse("report_sms_campaigns")).content.decode()
    assert "Download Campaign Results" in page
    assert reverse("campaign_results", args=[campaign.public_id, "csv"]) in page
    assert reverse("campaign_results", args=[campaign.public_id, "xlsx"]) in page


def test_a_report_of_several_campaigns_asks_at_most_twelve_questions(
    desk, larkfield, campaign, betty, django_assert_max_num_queries
):
    for number in range(5):
        launch(broadcast(larkfield, [betty], name=f"More {number}", end_date=TUESDAY.date() + timedelta(days=5)))
    for name in ("reports", "report_sms_campaigns"):
        desk.get(reverse(name))
        with django_assert_max_num_queries(12):
            desk.get(reverse(name))


def test_a_stranger_sees_none_of_it(stranger, campaign):
    client = Client()
    client.force_login(stranger)
    assert "November" not in client.get(reverse("report_sms_campaigns")).content.decode()
    assert client.get(reverse("report_sms_campaigns"), {"campaign": campaign.public_id}).status_code == 404


def test_the_results_of_many_are_streamed_in_pieces(larkfield, campaign, monkeypatch):
    from forbear.campaigns import downloads, queries

    asked = []
    real = queries.recipients
    monkeypatch.setattr(queries, "recipients", lambda *a, **k: asked.append(k["after"]) or real(*a, **k))
    rows = list(queries.all_recipients(campaign, page=2))
    assert len(rows) == 4
    assert len(asked) == 3
    assert len(downloads.row_of(rows[0])) == len(downloads.COLUMNS)
