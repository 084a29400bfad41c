"""The dry run beside what then really happens: same days, same reasons, and nothing written before."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.accounts.models import Account, ContactPoint
from forbear.campaigns import actions, planner
from forbear.campaigns.audience import audience_of
from forbear.campaigns.block import Leg
from forbear.campaigns.caveats import Seen, caveats
from forbear.campaigns.models import Campaign, Due, Enrollment
from forbear.campaigns.rehearsal import rehearse
from forbear.channels.models import ProviderAccount, Sender
from forbear.consent.actions import open_hold, opt_out
from forbear.consent.states import HoldKind, OptOutChannel, OptOutSource
from forbear.dispatch.models import Message, QueueItem
from forbear.staff.models import Organization
from forbear.strategies.models import Step, Strategy, StrategyVersion
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast, launch, list_of, template_of, turn

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHICAGO = ZoneInfo("America/Chicago")
NIGHT = TUESDAY.replace(hour=8)  # two in the morning in Chicago


def until_friday(organization, accounts, **also):
    return broadcast(organization, accounts, **{"end_date": TUESDAY.date() + 3 * DAY, **also})


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def in_short(told: dict[str, Any]) -> list[tuple[int, int, int, int]]:
    names = ("would_send", "held", "refused", "needs_person")
    return [tuple(day[name] for name in names) for day in told["days"]]


def test_a_dry_run_says_who_leaves_who_waits_and_who_is_left_out(larkfield, betty, omar, hana):
    twin = owes(larkfield, "Betty Again", "+14155550106")
    stopped = owes(larkfield, "June Sato", "+13125550145")
    opt_out(organization=larkfield, channel=OptOutChannel.SMS, address="+13125550145", source=OptOutSource.STAFF,
            actor="system", at=TUESDAY)  # fmt: skip
    campaign = until_friday(larkfield, [betty, omar, hana, twin, stopped])
    told = rehearse(campaign, at=TUESDAY, days=3)
    assert in_short(told) == [(3, 0, 2, 0), (0, 0, 0, 0), (0, 0, 0, 0)]
    assert told["from"] == "2026-11-24"
    assert {why["reason"]: (why["rule"], why["count"]) for why in told["refused"]} == {
        "duplicate": ("", 1),
        "opted_out": ("consent.opt_out", 1),
    }
    refused = next(why for why in told["refused"] if why["reason"] == "opted_out")
    assert refused["cite"][0] == "12 CFR 1006.14(h)(1)"
    assert refused["sample_accounts"] == [stopped.public_id]
    held = told["held"][0]
    assert (held["reason"], held["count"], held["until"]) == ("outside_hours", 1, "2026-11-24T18:00:00+00:00")
    assert told["samples"][0]["text"].startswith("Larkfield Recovery: Hello Betty, $30.00 is open.")
    assert told["totals"]["segments"] == 3


def test_a_dry_run_writes_nothing(larkfield, betty, hana):
    campaign = until_friday(larkfield, [betty, hana])
    before = rows()
    rehearse(campaign, at=NIGHT)
    campaign.refresh_from_db()
    assert rows() == before
    assert (campaign.status, campaign.strategy_version_id) == ("draft", None)


def local(at: datetime) -> datetime:
    return at.astimezone(CHICAGO)


def happened(campaign: Campaign, start: datetime, days: int) -> dict[str, Any]:
    """Launch it, and let the engine work at every moment at which something is due, to the end of the last day."""
    first, waiting = local(start).date(), []
    actions.activate(campaign=campaign, actor="system", at=start)
    now = start
    turn(now)
    for n in range(1, days + 1):
        ends = datetime.combine(first + n * DAY, datetime.min.time(), CHICAGO)
        while (due := next_due(campaign)) is not None and due < ends:
            now = max(due, now)
            turn(now)
        if planner.end_of(campaign) <= ends:
            planner.complete_ended(at=ends)
        open_items = QueueItem.objects.filter(campaign_id=campaign.pk, status="pending")
        waiting.append(sum(not asks_a_person(item) for item in open_items))
    return {"held": waiting, **by_day_and_reason(campaign, first)}


def next_due(campaign: Campaign) -> datetime | None:
    items = QueueItem.objects.filter(campaign_id=campaign.pk, status="pending").values_list("scheduled_for", flat=True)
    steps = Due.objects.filter(campaign=campaign, enrollment__account__status__in=WORKED)
    return min([*items, *steps.values_list("due_at", flat=True)], default=None)


WORKED = ["pending_contact", "in_auto_management", "promise_overdue"]


def asks_a_person(item: QueueItem) -> bool:
    return '"outcome":"human"' in item.verdict and '"outcome":"block"' not in item.verdict


def by_day_and_reason(campaign: Campaign, first: Any) -> dict[str, Any]:
    sent, refused, asked = Counter[int](), Counter[tuple[int, str]](), Counter[int]()

    def day(at: datetime) -> int:
        return (local(at).date() - first).days

    for message in Message.objects.filter(campaign_id=campaign.pk, direction="out"):
        sent[day(message.at)] += 1
    for item in QueueItem.objects.filter(campaign_id=campaign.pk):
        if asks_a_person(item):
            asked[day(item.created_at)] += 1
        elif item.status in ("skipped", "cancelled"):
            ended = item.settled_at - timedelta(seconds=item.reason == "campaign_completed")
            refused[day(ended), item.reason] += 1
    for enrollment in Enrollment.objects.filter(campaign=campaign, status="excluded"):
        refused[day(enrollment.finished_at), enrollment.reason] += 1
    return {"sent": dict(sent), "refused": refused, "asked": sum(asked.values())}


def assert_as_foretold(told: dict[str, Any], real: dict[str, Any]) -> None:
    days = told["days"]
    assert {n: day["would_send"] for n, day in enumerate(days) if day["would_send"]} == real["sent"]
    assert [day["held"] for day in days] == real["held"]
    refused = Counter[int]()
    for (day, _), count in real["refused"].items():
        refused[day] += count
    assert [day["refused"] for day in days] == [refused[n] for n in range(len(days))]
    reasons = Counter[str]()
    for (_, reason), count in real["refused"].items():
        reasons[reason] += count
    assert {why["reason"]: why["count"] for why in told["refused"]} == reasons
    assert sum(day["needs_person"] for day in days) == real["asked"]


def wrote(account: Account, at: datetime) -> None:
    """We have written to them before."""
    Message.objects.create(
        organization=account.organization, direction="out", channel="sms", occasion="campaign", address="+1",
        consumer_id=account.consumer_id, account_id=account.pk, body="Hello", status="delivered", at=at,
        created_by="system",
    )  # fmt: skip


PLACES = ("617", "312", "415", "808", "800")  # Boston, Chicago, San Francisco, Honolulu, nowhere
TRAITS = (
    "", "", "opted_out", "hold", "in_review", "paid", "new", "number_closed", "number_held", "no_number", "nameless",
    "wrote_today", "wrote_all_week", "twin",
)  # fmt: skip


def person(organization: Organization, n: int, place: str, trait: str, before: Account | None) -> Account:
    """One account of the small world, with what is special about it."""
    number = f"+1{place}555{100 + n:04d}"
    if trait == "twin" and before is not None and (point := before.consumer.points.first()):
        number = point.address
    account = owes(organization, "" if trait == "nameless" else f"Person{n} Ruble", number)
    points = ContactPoint.objects.filter(consumer=account.consumer)
    if trait in ("in_review", "paid", "new"):
        Account.objects.filter(pk=account.pk).update(status=trait)
    elif trait == "opted_out":
        opt_out(organization=organization, channel=OptOutChannel.SMS, address=number, source=OptOutSource.STAFF,
                actor="system", at=TUESDAY - 9 * DAY)  # fmt: skip
    elif trait == "hold":
        open_hold(consumer=account.consumer, account=account, kind=HoldKind.MANUAL, actor="system", at=TUESDAY - DAY)
    elif trait == "number_closed":
        points.update(status="closed")
    elif trait == "number_held":
        points.update(status="held")
    elif trait == "no_number":
        points.delete()
    elif trait == "wrote_today":
        wrote(account, NIGHT - timedelta(hours=1))
    elif trait == "wrote_all_week":
        for days in (1, 2, 6):
            wrote(account, NIGHT - days * DAY)
    return account


def world(people: list[tuple[str, str]]) -> tuple[Organization, list[Account]]:
    organization = found(f"Larkfield {Organization.objects.count()}")
    accounts: list[Account] = []
    for n, (place, trait) in enumerate(people):
        accounts.append(person(organization, n, place, trait, accounts[-1] if accounts else None))
    return organization, accounts


def test_everybody_at_once_as_foretold(db):
    people = [(place, trait) for place in PLACES for trait in TRAITS]
    organization, accounts = world(people)
    campaign = broadcast(organization, accounts, end_date=TUESDAY.date() + 4 * DAY)
    told = rehearse(campaign, at=NIGHT, days=6)
    assert told["totals"]["accounts"] == len(accounts)
    assert_as_foretold(told, happened(campaign, NIGHT, 6))
    totals = told["totals"]
    assert totals["accounts"] == sum(totals[name] for name in ("would_send", "refused", "needs_person", "held"))
    assert min(totals["would_send"], totals["refused"]) > 10
    assert {"campaign_completed", "missing_value", "duplicate"} <= {why["reason"] for why in told["refused"]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(TRAITS)), min_size=1, max_size=6),
    hours=st.integers(0, 40),
    lasts=st.integers(0, 4),
    limits=st.sampled_from(
        [{}, {"per_day": 2}, {"per_week": 1}, {"min_interval_hours": 50}, {"holidays_closed": False}]
    ),
)
def test_whatever_the_world_is_like_it_happens_as_foretold(db, people, hours, lasts, limits):
    organization, accounts = world(people)
    Organization.objects.filter(pk=organization.pk).update(**limits)
    start = NIGHT + hours * HOUR
    campaign = broadcast(
        organization, accounts, start_date=local(start).date(), end_date=local(start).date() + lasts * DAY
    )
    told = rehearse(campaign, at=start, days=5)
    assert_as_foretold(told, happened(campaign, start, 5))


def plan_of(organization: Organization, *waits: timedelta) -> StrategyVersion:
    """So many texts, so far apart."""
    strategy = Strategy.objects.create(organization=organization, name="Patient", status="active", created_at=TUESDAY)
    version = StrategyVersion.objects.create(strategy=strategy, number=1, created_at=TUESDAY)
    template = template_of(organization)
    for position, wait in enumerate([*waits, timedelta()]):
        minutes = int(wait / timedelta(minutes=1))
        Step.objects.create(version=version, position=position, channel="sms", template=template, wait_minutes=minutes)
    return version


def portfolio(organization: Organization, accounts: list[Account], *waits: timedelta) -> Campaign:
    campaign = broadcast(organization, accounts, end_date=TUESDAY.date() + 9 * DAY)
    version = plan_of(organization, *waits)
    Campaign.objects.filter(pk=campaign.pk).update(kind="portfolio", strategy_version=version)
    return Campaign.objects.get(pk=campaign.pk)


@pytest.mark.parametrize("limits", [{}, {"per_day": 3}, {"per_week": 2}])
def test_steps_with_waits_go_on_as_foretold_and_the_limits_bind(db, limits):
    """What is foretold for one day is history for the next; two accounts of one person share its limits."""
    organization, accounts = world([(place, trait) for place in PLACES for trait in ("", "opted_out", "wrote_today")])
    second = owes(organization, "Twice Ruble", "+13125550199")
    Account.objects.filter(pk=second.pk).update(consumer=accounts[3].consumer)
    Organization.objects.filter(pk=organization.pk).update(**limits)
    campaign = portfolio(organization, [*accounts, second], 2 * HOUR, 3 * DAY)
    told = rehearse(campaign, at=NIGHT, days=10)
    assert_as_foretold(told, happened(campaign, NIGHT, 10))
    assert told["totals"]["would_send"] > len(accounts)


def test_a_campaign_that_runs_is_foretold_from_where_everybody_is(larkfield, betty, omar, hana):
    campaign = until_friday(larkfield, [betty, omar, hana])
    launch(campaign, TUESDAY)  # Hana still sleeps
    told = rehearse(Campaign.objects.get(pk=campaign.pk), at=TUESDAY + HOUR, days=2)
    assert in_short(told) == [(1, 0, 0, 0), (0, 0, 0, 0)]
    assert told["totals"]["accounts"] == 1
    actions.pause(campaign=campaign, actor="system", at=TUESDAY + HOUR)
    paused = rehearse(Campaign.objects.get(pk=campaign.pk), at=TUESDAY + HOUR, days=2)
    assert in_short(paused) == in_short(told)
    assert [one["code"] for one in paused["warnings"]] == ["campaign_paused"]


def test_a_launch_that_waits_is_foretold_for_its_day(larkfield, betty, omar):
    campaign = until_friday(larkfield, [betty])
    campaign = actions.schedule_launch(campaign=campaign, launch_at=TUESDAY + DAY, actor="system", at=TUESDAY)
    frozen = list_of(larkfield, [betty, omar], name="Longer")
    Campaign.objects.filter(pk=campaign.pk).update(contact_list=frozen)
    campaign.refresh_from_db()
    told = rehearse(campaign, at=TUESDAY, days=3)
    assert in_short(told) == [(0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0)]
    assert rehearse(campaign, at=TUESDAY, days=1)["totals"]["later"] == 1


def test_whom_a_launch_takes_is_whom_the_dry_run_walks(db):
    organization, accounts = world([(place, trait) for place in PLACES[:2] for trait in TRAITS])
    campaign = broadcast(organization, accounts)
    foretold = audience_of(campaign, at=TUESDAY)
    actions.enroll(campaign=campaign, contact_list=campaign.contact_list, actor="system", at=TUESDAY)
    enrolled = Enrollment.objects.filter(campaign=campaign)
    assert {walker.account_id for walker in foretold.walkers} == {e.account_id for e in enrolled.filter(status="open")}
    assert {(account, why) for why, some in foretold.excluded.items() for account in some} == set(
        enrolled.filter(status="excluded").values_list("account_id", "reason")
    )


def test_a_slow_gateway_spreads_the_contacts_and_says_when_a_day_is_too_short(larkfield):
    Organization.objects.filter(pk=larkfield.pk).update(window_from="10:00", window_to="10:01")
    ProviderAccount.objects.update(rate_per_second=1)
    accounts = [owes(larkfield, f"Person{n} Ruble", f"+1312555{n:04d}") for n in range(100, 190)]
    campaign = until_friday(larkfield, accounts)
    told = rehearse(campaign, at=TUESDAY.replace(hour=6), days=2)
    assert [day["would_send"] for day in told["days"]] == [60, 30]
    assert [(one["code"], one["count"]) for one in told["warnings"]] == [("rate_too_low", 30)]


def test_a_paused_engine_and_a_lost_sender_hold_everything(larkfield, betty):
    campaign = until_friday(larkfield, [betty])
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    Sender.objects.update(is_active=False)
    campaign = Campaign.objects.get(pk=campaign.pk)
    planner.plan_due_steps(at=TUESDAY)
    told = rehearse(campaign, at=TUESDAY, days=2)
    assert (in_short(told)[1], told["held"][0]["reason"], told["held"][0]["until"]) == ((0, 1, 0, 0), "no_sender", None)
    Organization.objects.update(engine_paused=True)
    told = rehearse(Campaign.objects.get(pk=campaign.pk), at=TUESDAY, days=2)
    assert (in_short(told)[1], told["held"][0]["reason"]) == ((0, 1, 0, 0), "engine_paused")
    assert told["warnings"][0]["code"] == "engine_paused"


@pytest.mark.parametrize(
    ("channel", "address", "codes"),
    [("email", "", ["no_postal_address"]), ("email", "100 Example Street", []), ("sms", "", [])],
)
def test_letters_without_a_postal_address_are_warned_of(larkfield, betty, channel, address, codes):
    larkfield.postal_address = address
    campaign = until_friday(larkfield, [betty])
    campaign.organization = larkfield
    found = caveats(campaign, Seen(), [Leg(channel, None, "")], {}, at=TUESDAY)
    assert [one["code"] for one in found if one["code"] != "not_ready"] == codes


def test_a_price_makes_a_cost_and_without_one_there_is_none(larkfield, betty, omar):
    campaign = until_friday(larkfield, [betty, omar])
    assert rehearse(campaign, at=TUESDAY, days=1)["totals"]["cost"] is None
    ProviderAccount.objects.update(price_per_thousand_minor=790, price_currency="USD")
    told = rehearse(campaign, at=TUESDAY, days=2)
    assert told["totals"]["cost"] == {"amount": "0.02", "currency": "USD"}  # 1.58 cents, rounded up
    assert told["days"][1]["cost"] == {"amount": "0.00", "currency": "USD"}


def test_a_text_for_another_bucket_is_a_warning(larkfield, betty, omar):
    Account.objects.filter(pk=betty.pk).update(due_date=TUESDAY.date() - 10 * DAY)
    Account.objects.filter(pk=omar.pk).update(due_date=TUESDAY.date() - 45 * DAY)
    told = rehearse(until_friday(larkfield, [betty, omar]), at=TUESDAY, days=1)
    assert told["totals"]["would_send"] == 2
    assert [(one["code"], one["count"]) for one in told["warnings"]] == [("other_bucket", 1)]
