"""Aging and the operational summary: figures that can be added up by hand, each currency by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from forbear.accounts.models import Account
from forbear.campaigns.models import Enrollment
from forbear.core import clock
from forbear.core.money import Money
from forbear.payments.actions import record_payment
from forbear.payments.promising import make_promise
from forbear.reports.aging import ages_of
from forbear.reports.views_figures import _shades
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, says

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def late(organization, days, minor, currency="USD", **also):
    due = None if days is None else TODAY - timedelta(days=days)
    number = Account.objects.count()
    return owes(
        organization, f"Person {number}", f"+1415555{2000 + number}", due_date=due, balance_minor=minor,
        currency=currency, **also,
    )  # fmt: skip


def buckets(answer):
    return {
        row["bucket"]: [(p["accounts"], p["amount"], p["currency"]) for p in row["amounts"]]
        for row in answer["buckets"]
    }


def test_every_bucket_at_its_ends_and_each_currency_by_itself(api, larkfield):
    for days in (-3, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 900, None):
        late(larkfield, days, 1000)
    late(larkfield, 45, 500, "JPY")
    late(larkfield, 45, 9900, status="paid")
    late(larkfield, 45, 0)
    answer = api.get("/v1/reports/aging").json()
    usd = {name: parts[1][:2] for name, parts in buckets(answer).items()}
    assert usd == {
        "current": (2, "20.00"), "1-30": (2, "20.00"), "31-60": (2, "20.00"), "61-90": (2, "20.00"),
        "91-180": (2, "20.00"), "181+": (2, "20.00"), "no_due_date": (1, "10.00"),
    }  # fmt: skip
    assert buckets(answer)["31-60"][0] == (1, "500", "JPY")
    assert [(t["currency"], t["amount"], t["accounts"]) for t in answer["totals"]] == [
        ("JPY", "500", 1),
        ("USD", "130.00", 13),
    ]
    assert answer["accounts"] == 14


def test_the_buckets_are_the_organizations_own(api, larkfield):
    larkfield.aging_ends = [0, 10]
    larkfield.save()
    late(larkfield, 11, 1000)
    assert [row["bucket"] for row in api.get("/v1/reports/aging").json()["buckets"]] == [
        "current", "1-10", "11+", "no_due_date",
    ]  # fmt: skip


def test_aging_of_one_campaign_and_as_a_file(api, larkfield, omar, hana):
    campaign = broadcast(larkfield, [omar])
    launch(campaign)
    assert Enrollment.objects.count() == 1
    answer = api.get(f"/v1/reports/aging?campaign_id={campaign.public_id}").json()
    assert [(t["amount"], t["accounts"]) for t in answer["totals"]] == [("418.20", 1)]
    text = api.get("/v1/reports/aging?format=csv").getvalue().decode()
    assert text.splitlines()[0] == "bucket,first_day,last_day,currency,accounts,amount,share"
    assert "total,,,USD,2,682.60,1.0000" in text
    assert api.get("/v1/reports/aging?campaign_id=cmp_nobody").status_code == 404


def test_nothing_tried_is_a_dash_and_no_error(api, larkfield, client, dana):
    answer = api.get("/v1/reports/operational-summary").json()
    assert (answer["total_attempts"], answer["contact_rate"], answer["fulfilment_rate"]) == (0, None, None)
    assert "contact_rate,,–" in api.get("/v1/reports/operational-summary?format=csv").getvalue().decode()
    client.force_login(dana)
    assert "–" in client.get(reverse("report_operations")).content.decode()
    assert api.get("/v1/reports/operational-summary?start_date=2026-11-25&end_date=2026-11-01").status_code == 422


def test_what_was_tried_reached_promised_and_paid(api, larkfield, omar, hana, dana):
    launch(broadcast(larkfield, [omar]))
    says(omar, "I will pay on Friday", TUESDAY)
    by = {"actor": dana.actor, "at": TUESDAY}
    promise = make_promise(
        account=hana, amount=Money(5000, "USD"), due_on=TODAY + timedelta(days=3), modality="partial",
        source="staff", **by,
    )  # fmt: skip
    record_payment(
        organization=larkfield, account=hana, amount=Money(5000, "USD"), method="cash", paid_on=TODAY,
        promise=promise, **by,
    )  # fmt: skip
    answer = api.get("/v1/reports/operational-summary?start_date=2026-11-24&end_date=2026-11-24").json()
    assert answer["total_attempts"] == answer["channels"][0]["attempts"] >= 1
    assert answer["channels"][0]["responded"] == 1
    assert answer["contact_rate"] is not None
    assert (answer["promises_created"], answer["promises_fulfilled"], answer["fulfilment_rate"]) == (1, 1, 1.0)
    assert answer["amount_recovered"] == [{"amount": "50.00", "currency": "USD"}]
    before = api.get("/v1/reports/operational-summary?start_date=2026-11-01&end_date=2026-11-23").json()
    assert (before["total_attempts"], before["amount_recovered"]) == (0, [])


def test_the_pages_show_and_hand_out_the_same(client, larkfield, omar, dana):
    client.force_login(dana)
    Account.objects.filter(pk=omar.pk).update(due_date=TODAY - timedelta(days=40))
    page = client.get(reverse("report_aging")).content.decode()
    assert "31-60" in page
    assert "$418.20" in page
    assert re.findall(r'data-age="(\w+)"', page) == ["2"]  # the third of six, and no bar for nothing
    assert client.get(reverse("report_aging"), {"format": "csv"})["Content-Type"].startswith("text/csv")
    assert client.get(reverse("report_operations"), {"format": "csv"})["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("ends", "shades"),
    [([0], ["0", "5"]), ([0, 30], ["0", "2", "5"]), ([0, 30, 60, 90, 180], list("012345")), ([*range(10)], None)],
)
def test_what_is_later_is_redder(ends, shades):
    found = _shades(ages_of(ends))
    assert (found[0], found[-2:]) == ("0", ["5", "none"])
    assert found[:-1] == (shades or sorted(found[:-1]))


@pytest.mark.parametrize("page", ["report_operations", "report_outside_hours"])
@pytest.mark.parametrize("days", ["start_date=9999-12-01&end_date=9999-12-31", "end_date=0001-01-02"])
def test_days_at_the_ends_of_the_calendar_are_refused(client, ada, page, days):
    client.force_login(ada)
    assert client.get(f"{reverse(page)}?{days}").status_code == (422 if page == "report_operations" else 200)
