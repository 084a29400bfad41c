"""A campaign with a strategy as staff meets it: create, activate, enqueue, pause, resume, complete, delete."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forbear.accounts.models import Account
from forbear.campaigns import actions, money, portfolio, walkers
from forbear.campaigns.models import Campaign
from forbear.core import clock
from forbear.core.money import Money
from forbear.dispatch.models import QueueItem
from forbear.documents.models import Document, Outreach
from forbear.payments.actions import record_payment, reverse_payment
from forbear.payments.promising import make_promise
from forbear.staff.states import Role
from forbear.strategies.actions import activate_strategy, create_strategy
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.waits import parse_wait
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, list_of, says, template_of, turn

DAY = timedelta(days=1)
BY = {"actor": "system", "at": TUESDAY}


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    """Pages ask the clock; in these stories it is Tuesday."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def gentle(organization, name="Gentle", *, active=True):
    """Two texts, three days between them."""
    first, second = (template_of(organization, name=f"{name} {word}") for word in ("first", "second"))
    plan = Plan(
        (
            StepPlan("sms", "reminder", template_id=first.pk, wait=parse_wait("3d")),
            StepPlan("sms", "follow_up", template_id=second.pk),
        )
    )
    strategy = create_strategy(organization=organization, name=name, kind="soft_approach", plan=plan, **BY)
    return activate_strategy(strategy=strategy, **BY) if active else strategy


def drafted(desk, people=None, strategy=None, **also):
    """Save in the form; the campaign."""
    values = {
        "name": "Autumn",
        "objective": "Bring them back",
        "strategy": strategy.public_id if strategy else "",
        "start_date": "2026-11-24",
        "end_date": "2026-12-31",
        "contact_list": people.public_id if people else "",
        **also,
    }
    answer = desk.post(reverse("campaign_portfolio_new"), values)
    assert answer.status_code == 302, answer.context["form"].errors
    return Campaign.objects.latest("pk")


def press(desk, campaign, verb):
    return desk.post(reverse("campaign_act", args=[campaign.public_id, verb]), follow=True)


def shown(desk, campaign, **query):
    return desk.get(reverse("campaign", args=[campaign.public_id]), query)


def figures(page):
    return {one.label: one.figure for one in page.context["figures"]}


def buttons(page):
    return list(page.context["buttons"])


def test_create_asks_first_which_kind(desk):
    assert reverse("campaign_create") in desk.get(reverse("campaigns")).content.decode()
    page = desk.get(reverse("campaign_create")).content.decode()
    assert reverse("campaign_portfolio_new") in page
    assert reverse("campaign_new") in page


def test_a_new_campaign_is_a_draft_and_nobody_is_contacted(desk, larkfield, betty, omar):
    """CMP-1."""
    campaign = drafted(desk, list_of(larkfield, [betty, omar]), gentle(larkfield))
    page = shown(desk, campaign)
    text = page.content.decode()
    assert (campaign.status, campaign.kind, campaign.objective) == ("draft", "portfolio", "Bring them back")
    assert buttons(page) == ["activate", "duplicate", "delete"]
    assert figures(page)["Total Accounts"] == "2"
    assert "Betty Ruble" in text
    assert "Gentle</b></a>, version 1" in text or "Gentle</b>, version 1" in text
    turn()
    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(
    ("also", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"end_date": "2026-11-01"}, "Choose 24 November or later."),
        ({"start_date": "soon"}, "Enter a valid date."),
        ({"strategy": "str_nothing"}, "Select a valid choice."),
        ({"contact_list": "lst_nothing"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(desk, larkfield, also, sentence):
    values = {"name": "Autumn", "start_date": "2026-11-24", "end_date": "2026-12-31", "objective": "Kept words"} | also
    answer = desk.post(reverse("campaign_portfolio_new"), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept words" in page
    assert not Campaign.objects.exists()


def test_only_active_strategies_of_the_house_are_offered(desk, larkfield, stranger_org):
    mine, draft, theirs = gentle(larkfield), gentle(larkfield, "Rough", active=False), gentle(stranger_org, "Theirs")
    page = desk.get(reverse("campaign_portfolio_new")).content.decode()
    assert mine.public_id in page
    assert draft.public_id not in page
    assert theirs.public_id not in page


def test_without_a_strategy_it_cannot_be_activated_and_the_page_says_so_in_place(desk, larkfield, betty):
    """CMP-2."""
    campaign = drafted(desk, list_of(larkfield, [betty]))
    sentence = "A campaign needs a strategy before it can be activated."
    page = shown(desk, campaign).content.decode()
    assert sentence in page
    assert reverse("campaign_edit", args=[campaign.public_id]) in page
    answer = press(desk, campaign, "activate")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_a_strategy_chosen_later_is_the_one_that_is_walked(desk, larkfield, betty):
    """CMP-17; whoever joined the draft before begins with what it is activated with."""
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield, "Other"))
    strategy = gentle(larkfield)
    desk.post(
        reverse("campaign_edit", args=[campaign.public_id]),
        {
            "name": "Autumn again",
            "objective": "",
            "strategy": strategy.public_id,
            "start_date": "2026-11-24",
            "end_date": "2026-12-30",
        },
    )
    campaign.refresh_from_db()
    assert (campaign.name, campaign.strategy_version.strategy, campaign.end_date.day) == ("Autumn again", strategy, 30)
    press(desk, campaign, "activate")
    press(desk, campaign, "enqueue")
    assert QueueItem.objects.get().template_version.template.name == "Gentle first"


def test_the_life_of_a_campaign_by_its_buttons(desk, larkfield, betty, omar):
    """CMP-4 to CMP-7, CMP-10, CMP-14: only the legal buttons, at every stage."""
    larkfield.auto_enqueue = False
    larkfield.save()
    campaign = drafted(desk, list_of(larkfield, [betty, omar]), gentle(larkfield))
    other = broadcast(larkfield, [owes(larkfield, "Hana Sato", "+18085550177")])
    actions.activate(campaign=other, **BY)
    page = press(desk, campaign, "activate")
    assert buttons(page) == ["enqueue", "pause", "complete", "duplicate", "delete"]
    answer = press(desk, campaign, "enqueue").content.decode()
    assert "2 contacts were enqueued, 0 were queued already." in answer
    assert "0 contacts were enqueued, 2 were queued already." in press(desk, campaign, "enqueue").content.decode()
    asks = desk.get(reverse("campaign_act", args=[campaign.public_id, "pause"])).content.decode()
    assert "2 planned contacts are cancelled." in asks
    page = press(desk, campaign, "pause")
    assert buttons(page) == ["resume", "complete", "duplicate", "delete"]
    assert set(QueueItem.objects.filter(campaign_id=campaign.pk).values_list("status", "reason")) == {
        ("cancelled", "campaign_paused")
    }
    assert QueueItem.objects.get(campaign_id=other.pk).status == "pending"
    turn()
    assert QueueItem.objects.filter(campaign_id=campaign.pk, status="completed").count() == 0
    page = press(desk, campaign, "resume")
    assert "enqueue" in buttons(page)
    press(desk, campaign, "enqueue")
    turn()
    page = shown(desk, campaign)
    assert figures(page)["Contacted"] == "2"
    assert "2 of 2" in page.content.decode()
    page = press(desk, campaign, "complete")
    assert buttons(page) == ["duplicate", "delete"]


@pytest.mark.parametrize(
    ("status", "verb", "sentence"),
    [
        ("draft", "pause", "Only an active campaign can be paused."),
        ("draft", "complete", "Only an active or paused campaign"),
        ("completed", "activate", "Somebody has launched this campaign already."),
        ("completed", "resume", "Only a paused campaign can be resumed."),
        ("paused", "enqueue", "Only an active campaign within its dates can be enqueued."),
    ],
)
def test_a_move_that_is_not_legal_is_refused_in_a_sentence(desk, larkfield, betty, status, verb, sentence):
    """CMP-9."""
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    answer = press(desk, campaign, verb)
    assert answer.status_code == 409
    assert sentence in answer.content.decode()


def test_the_figures_follow_what_happens(desk, larkfield, betty, omar, hana):
    """CMP-11, CMP-12: contacted, reached; a dash where there is nobody to divide by."""
    empty = drafted(desk, strategy=gentle(larkfield, "Empty"))
    assert figures(shown(desk, empty)) == {
        "Total Accounts": "0",
        "Contacted": "0",
        "Promises": "0",
        "Recovered Amount": "$0.00",
        "Contact Rate": "–",
    }
    campaign = drafted(desk, list_of(larkfield, [betty, omar, hana]), gentle(larkfield))
    press(desk, campaign, "activate")
    turn()
    says(betty, "Which order is this about?", TUESDAY + timedelta(hours=1))
    page = shown(desk, campaign)
    assert figures(page)["Contacted"] == "2"
    assert figures(page)["Contact Rate"] == "66.7%"
    assert "1 answered" in page.content.decode()
    assert "1 contact is held" in page.content.decode()


def test_promises_and_money_are_counted_from_enrollment_to_completion_by_currency(desk, larkfield, betty, omar):
    maple = owes(larkfield, "Marc Maple", "+14165550144", currency="CAD", balance_minor=50000, placed_minor=50000)
    people = list_of(larkfield, [betty, omar, maple])
    Account.objects.filter(pk=omar.pk).update(placed_minor=41820)
    before = TUESDAY - 5 * DAY
    record_payment(
        organization=larkfield, account=omar, amount=Money(100, "USD"), method="cash", paid_on=before.date(),
        actor="system", at=before,
    )  # fmt: skip
    campaign = drafted(desk, people, gentle(larkfield))
    make_promise(
        account=omar, amount=Money(20000, "USD"), due_on=(TUESDAY + 5 * DAY).date(), modality="partial",
        source="staff", **BY,
    )  # fmt: skip
    pays = {"organization": larkfield, "method": "cash", "paid_on": TUESDAY.date(), **BY}
    record_payment(account=omar, amount=Money(2500, "USD"), **pays)
    record_payment(account=maple, amount=Money(1000, "CAD"), **pays)
    wrong = record_payment(account=omar, amount=Money(300, "USD"), **pays)
    reverse_payment(payment=wrong, reason="typed twice", **BY)
    outside = owes(larkfield, "Olga Outside", "+13125550155")
    record_payment(account=outside, amount=Money(999, "USD"), **pays)
    came = money.outcome_of(campaign)
    assert (came.promises, came.promised) == (1, (Money(20000, "USD"),))
    assert set(came.recovered) == {Money(2500, "USD"), Money(1000, "CAD")}
    actions.activate(campaign=campaign, **BY)
    page = shown(desk, campaign).content.decode()
    assert "$25.00" in page
    assert "and CA$10.00" in page
    actions.complete(campaign=campaign, actor="system", at=TUESDAY + DAY)
    late = {"organization": larkfield, "method": "cash", "actor": "system", "at": TUESDAY + 3 * DAY}
    record_payment(account=omar, amount=Money(700, "USD"), paid_on=(TUESDAY + 3 * DAY).date(), **late)
    assert set(money.outcome_of(Campaign.objects.get(pk=campaign.pk)).recovered) == set(came.recovered)


def test_the_table_tells_score_status_step_last_interaction_and_what_is_next(desk, larkfield, betty, omar, hana):
    """CMP-13."""
    Account.objects.filter(pk=betty.pk).update(score=71)
    campaign = drafted(desk, list_of(larkfield, [betty, omar, hana]), gentle(larkfield))
    press(desk, campaign, "activate")
    turn()
    says(betty, "Which order is this about?", TUESDAY + timedelta(hours=1))
    rows = {row.name: row for row in shown(desk, campaign).context["page"].items}
    assert (rows["Betty Ruble"].score, rows["Betty Ruble"].said, rows["Betty Ruble"].status) == (
        71,
        "replied",
        "active_conversation",
    )
    assert (rows["Betty Ruble"].next_at, rows["Betty Ruble"].why) == (None, "waits for us")
    assert (rows["Omar Castellan"].place, rows["Omar Castellan"].said) == ("2 of 2", "delivered")
    assert rows["Omar Castellan"].next_at.date() == (TUESDAY + 3 * DAY).date()
    assert rows["Hana Sato"].place == "1 of 2"
    assert rows["Hana Sato"].why.startswith("held")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Betty Ruble", "Omar Castellan", "Hana Sato"]),
        ({"q": "oma"}, ["Omar Castellan"]),
        ({"q": "Hana Sa"}, ["Hana Sato"]),
        ({"q": "%"}, []),
        ({"status": "in_auto_management"}, ["Betty Ruble", "Omar Castellan"]),
        ({"status": "nonsense"}, ["Betty Ruble", "Omar Castellan", "Hana Sato"]),
        ({"show": "held"}, ["Hana Sato"]),
        ({"show": "done"}, []),
        ({"sort": "-balance"}, ["Omar Castellan", "Hana Sato", "Betty Ruble"]),
        ({"sort": "score"}, ["Hana Sato", "Omar Castellan", "Betty Ruble"]),
        ({"sort": "-score"}, ["Betty Ruble", "Omar Castellan", "Hana Sato"]),
    ],
)
def test_the_accounts_are_found_filtered_and_sorted(desk, larkfield, betty, omar, hana, query, names):
    for account, score in ((betty, 90), (omar, 50), (hana, 10)):
        Account.objects.filter(pk=account.pk).update(score=score)
    campaign = drafted(desk, list_of(larkfield, [betty, omar, hana]), gentle(larkfield))
    press(desk, campaign, "activate")
    turn()
    assert [row.name for row in shown(desk, campaign, **query).context["page"].items] == names


@pytest.mark.parametrize("sort", ["", "-score", "balance"])
def test_pages_follow_each_other_without_gaps(larkfield, desk, sort):
    people = [owes(larkfield, f"Person {n}", f"+1312555{n:04}", balance_minor=100 * (n % 7)) for n in range(25)]
    campaign = drafted(desk, list_of(larkfield, people), gentle(larkfield))
    seen, cursor = [], ""
    while cursor is not None:
        wanted = walkers.Wanted(sort=sort, cursor=cursor)
        page = walkers.walkers(campaign, wanted, today=TUESDAY.date(), limit=4)
        seen += [row.account_id for row in page.items]
        cursor = page.next_cursor
    assert sorted(seen) == [account.pk for account in people]
    assert len(seen) == len(people)


@pytest.mark.parametrize("cursor", ["x", "1:y", f"1:{2**70}", "'; DROP TABLE"])
def test_a_cursor_of_somebody_elses_making_is_refused(desk, larkfield, betty, cursor):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    assert shown(desk, campaign, cursor=cursor).status_code == 422


def test_the_live_part_answers_only_news(desk, larkfield, betty):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    press(desk, campaign, "activate")
    campaign.refresh_from_db()
    url, seen = reverse("campaign_state", args=[campaign.public_id]), portfolio.standing_of(campaign).signature
    assert desk.get(url, {"was": "active", "seen": seen}).status_code == 204
    turn()
    answer = desk.get(url, {"was": "active", "seen": seen}).content.decode()
    assert "1 of 1" in answer
    assert 'id="rows" hx-swap-oob="true"' in answer
    assert desk.get(url, {"was": "draft"}).headers["HX-Refresh"] == "true"


def test_a_large_campaign_is_counted_after_its_page(desk, larkfield, betty, monkeypatch):
    monkeypatch.setattr(portfolio, "SORTED_UP_TO", 0)
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    first = shown(desk, campaign, sort="-score")
    assert first.context["standing"].where is None
    assert first.context["wanted"].sort == ""
    assert 'hx-trigger="load' in first.content.decode()
    answer = desk.get(reverse("campaign_state", args=[campaign.public_id]), {"was": "draft"})
    assert answer.context["standing"].where.shown["open"] == 1
    assert shown(desk, campaign).context["standing"].where.shown["open"] == 1


@pytest.mark.parametrize("name", ["campaign", "campaigns", "campaign_state"])
def test_a_page_asks_at_most_twelve_questions(desk, larkfield, betty, omar, hana, name, django_assert_max_num_queries):
    campaign = drafted(desk, list_of(larkfield, [betty, omar, hana]), gentle(larkfield))
    press(desk, campaign, "activate")
    turn()
    url = reverse(name, args=[campaign.public_id] if name != "campaigns" else [])
    desk.get(url)
    with django_assert_max_num_queries(12):
        desk.get(url)


def test_the_page_of_a_draft_with_every_problem_in_place_asks_few_questions(
    desk, larkfield, betty, django_assert_max_num_queries
):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    shown(desk, campaign)
    with django_assert_max_num_queries(14):
        shown(desk, campaign)


def test_a_channel_without_a_sender_stands_on_the_page_with_where_it_is_mended(desk, larkfield, betty):
    plan = Plan((StepPlan("email"), StepPlan("sms", template_id=template_of(larkfield).pk)))
    strategy = create_strategy(organization=larkfield, name="Letters", kind="intensive", plan=plan, **BY)
    campaign = drafted(desk, list_of(larkfield, [betty]), activate_strategy(strategy=strategy, **BY))
    page = shown(desk, campaign).content.decode()
    assert "No sender is set up for email" in page
    assert reverse("settings_channels") in page.partition("Before it can be activated")[2]
    assert press(desk, campaign, "activate").status_code == 422


def test_the_campaign_of_a_document_is_looked_at_and_run_from_its_document(desk, larkfield, betty):
    version = gentle(larkfield).versions.get()
    days = {"start_date": TUESDAY.date(), "end_date": (TUESDAY + 30 * DAY).date()}
    campaign = actions.begin_document_campaign(
        organization=larkfield, account=betty, version=version, name="Outreach", **days, **BY
    )
    document = Document.objects.create(
        organization=larkfield, title="Sofa", created_at=TUESDAY, created_by="system", updated_at=TUESDAY
    )
    chosen = {"sms": True, "email": False, "call": False, "tone": "firm", "cadence": "weekly"}
    Outreach.objects.create(
        organization=larkfield, document=document, campaign=campaign, started_on=TUESDAY.date(), created_at=TUESDAY,
        created_by="system", updated_at=TUESDAY, **chosen,
    )  # fmt: skip
    page = shown(desk, campaign)
    assert buttons(page) == []
    assert reverse("document", args=[document.public_id]) in page.content.decode()
    assert "Betty Ruble" in page.content.decode()
    assert "Add accounts" not in page.content.decode()


def test_the_list_tells_kinds_strategies_and_dates_and_is_narrowed_by_kind(desk, larkfield, betty, omar):
    drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    broadcast(larkfield, [omar])
    page = desk.get(reverse("campaigns")).content.decode()
    assert "Gentle" in page
    assert "Portfolio" in page
    narrowed = desk.get(reverse("campaigns"), {"show": "portfolio"})
    assert [row.campaign.name for row in narrowed.context["rows"]] == ["Autumn"]


@pytest.mark.parametrize(
    ("role", "writes", "runs"),
    [
        (Role.ADMINISTRATOR, True, True),
        (Role.MANAGER, True, True),
        (Role.OPERATOR, False, False),
        (Role.ANALYST, False, False),
        (Role.AUDITOR, False, False),
    ],
)
def test_each_role_sees_the_buttons_that_it_may_press(desk, larkfield, betty, role, writes, runs):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    press(desk, campaign, "activate")
    client = Client()
    client.force_login(employ(larkfield, "Rolf Role", role))
    page = shown(client, campaign)
    assert page.status_code == 200
    assert {"pause", "complete", "enqueue"} <= set(buttons(page)) or not runs
    assert bool(buttons(page)) is runs
    assert ("Add accounts" in page.content.decode()) is writes
    assert client.get(reverse("campaign_portfolio_new")).status_code == (200 if writes else 403)
    assert client.get(reverse("campaign_accounts", args=[campaign.public_id])).status_code == (200 if writes else 403)
    assert client.get(reverse("campaign_edit", args=[campaign.public_id])).status_code == (200 if writes else 403)
    assert press(client, campaign, "pause").status_code == (200 if runs else 403)


def test_a_stranger_finds_nothing(desk, stranger, larkfield, betty):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    client = Client()
    client.force_login(stranger)
    for name in ("campaign", "campaign_edit", "campaign_accounts", "campaign_state", "campaign_dry_run"):
        assert client.get(reverse(name, args=[campaign.public_id])).status_code == 404
    for verb in ("activate", "delete", "duplicate", "migrate"):
        assert press(client, campaign, verb).status_code == 404
    assert "Autumn" not in client.get(reverse("campaigns")).content.decode()


def test_the_dry_run_walks_every_step(desk, larkfield, betty):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    told = desk.get(reverse("campaign_dry_run", args=[campaign.public_id])).context["told"]
    assert told["totals"]["would_send"] == 2
