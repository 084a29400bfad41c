"""The demo is told once, checks its own figures, and is only shown the second time."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from forbear.campaigns.models import Campaign
from forbear.compliance.models import Entry
from forbear.consent.models import OptOut
from forbear.core import clock
from forbear.dispatch.models import Message, QueueItem
from forbear.documents.models import Outreach
from forbear.payments.models import Payment, Promise
from forbear.sandbox.figures import problems_of
from forbear.sandbox.models import Clock, PaperText
from forbear.sandbox.story import HouseInUse, good_morning, is_working_day, run
from forbear.staff.models import Organization
from tests.cast import found


@pytest.fixture
def told(own_database, tmp_path):
    """The story as the terminal shows it, twice."""

    def tell():
        screen = io.StringIO()
        story = run(home=tmp_path, say=Console(file=screen, width=120), serve=False)
        return story, screen.getvalue()

    return tell


def interrupted(*words, **rest):
    raise KeyboardInterrupt


def test_the_story_goes_right_and_is_told_once(told, tmp_path, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("forbear.sandbox.story._launch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            told()
    story, screen = told()
    assert story.problems == []
    assert story.went_right
    organization = Organization.objects.get()

    texts = PaperText.objects.filter(direction="out")
    assert texts.count() > 300
    betty = texts.filter(phone="+14158906431").earliest("pk")
    assert "$30.00" in betty.body
    assert "Betty" in betty.body
    stopped = OptOut.objects.filter(source="reply")
    assert stopped.count() >= 5
    for opt_out in stopped:
        assert texts.filter(phone=opt_out.address, at__gt=opt_out.at).count() == 1
    held = QueueItem.objects.filter(status="pending", deferrals__gt=0)
    assert held.count() > 10
    assert Message.objects.filter(direction="in").exclude(intent="opt_out").exists()

    rows = [
        row for path in story.results for row in csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8")))
    ]
    broadcasts = Campaign.objects.filter(kind="broadcast")
    assert len(rows) == sum(campaign.enrollments.count() for campaign in broadcasts)
    assert Counter(row["status"] for row in rows)["delivered"] > 300
    assert {row["reason"] for row in rows if row["status"] == "skipped"} >= {"opted_out"}
    for said in (story.login, story.password, story.token, *story.results):
        assert said in screen.replace("\n", "")

    autumn = Campaign.objects.get(kind="portfolio")
    assert (autumn.status, autumn.enrollments.count()) == ("active", 24)
    left = Message.objects.filter(direction="out")
    assert set(left.filter(campaign_id=autumn.pk).values_list("channel", flat=True)) >= {"sms", "email"}
    assert Payment.objects.exists()
    assert Promise.objects.exists()
    outreach = Outreach.objects.get()
    assert (outreach.document.loan.status, outreach.active) == ("BEHIND", True)
    assert left.filter(campaign_id=outreach.campaign_id).count() >= 2

    before = (texts.count(), Entry.objects.count(), clock.now())
    again, _ = told()
    assert (again.login, again.password, again.token) == (story.login, story.password, story.token)
    assert again.went_right
    assert (texts.count(), Entry.objects.count()) == before[:2]
    assert clock.now() - before[2] < timedelta(minutes=1)
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    assert json.loads((tmp_path / "demo.json").read_text())["organization_id"] == organization.pk

    # What it claims can be found out to be wrong.
    item = QueueItem.objects.filter(consumer__points__address=stopped[0].address).latest("pk")
    QueueItem.objects.filter(pk=item.pk).update(status="pending", occasion="campaign", enrollment_id=None)
    PaperText.objects.filter(pk=betty.pk).update(repeats=1, body="Hello ${firstName}")
    wrong = " ".join(problems_of(organization, list(Campaign.objects.all())))
    assert "people who stopped us still have a text waiting" in wrong
    assert "handed over twice" in wrong
    assert "a tag that was not replaced" in wrong


def test_it_is_not_told_in_somebody_else_s_house(own_database, tmp_path):
    found("Otherside Services")
    with pytest.raises(HouseInUse):
        run(home=tmp_path, say=Console(file=io.StringIO()), serve=False)
    assert not Clock.objects.exists()


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),  # a Sunday
        (datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 27, 16, 30, tzinfo=UTC)),  # Thanksgiving
        (datetime(2026, 12, 25, 20, tzinfo=UTC), datetime(2026, 12, 28, 16, 30, tzinfo=UTC)),  # Christmas, a Friday
        (datetime(2027, 6, 9, 23, tzinfo=UTC), datetime(2027, 6, 9, 15, 30, tzinfo=UTC)),
    ],
)
def test_it_begins_on_a_working_morning_in_chicago(now, morning):
    assert good_morning(now) == morning


def test_holidays_and_weekends_are_no_working_days():
    days = [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 26), date(2026, 12, 25)]
    assert not any(map(is_working_day, days))
    assert is_working_day(date(2026, 11, 24))
