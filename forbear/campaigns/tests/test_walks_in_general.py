"""Whatever happens, in whatever order: each step at most once, figures that equal a count, no walk that is stuck."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.db import connection
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.accounts.models import Account
from forbear.campaigns import actions, planner
from forbear.campaigns.escalating import _ESCALATE, escalate_due
from forbear.campaigns.figures import figures_of, fold
from forbear.campaigns.models import Campaign, Due, Enrollment
from forbear.cases.actions import resolve, take
from forbear.cases.models import Escalation
from forbear.core.refusal import WrongState
from forbear.dispatch.models import Message, QueueItem
from forbear.strategies import actions as strategies
from tests.cast import TUESDAY, found, owes
from tests.engine_room import says, template_of, turn
from tests.portfolios import begun, texts

DAY = timedelta(days=1)
_numbers = count(1)

WAITS = st.sampled_from(["0d", "90m", "1d", "1bd"])
CRITERIA = st.sampled_from([{}, {"max_attempts": 2}, {"days_without_response": 2}])
PLANS = st.tuples(st.lists(WAITS, min_size=1, max_size=3), CRITERIA)
WORDS = ["turn", "turn", "reply", "release", "return", "pause", "resume", "migrate", "fold"]
DEEDS = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 1)), min_size=3, max_size=7)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLANS, PLANS, DEEDS)
def test_walks_hold_whatever_happens(db, first, second, deeds):
    organization = found("Larkfield", sender=f"+1312555{next(_numbers) % 9000 + 1000}")
    template = template_of(organization)
    people = [owes(organization, f"Person{n} Ruble", f"+1415555{next(_numbers) % 9000 + 1000}") for n in range(2)]
    campaign = begun(organization, people, texts(template, *first[0], **first[1]))
    at = TUESDAY
    for deed, who in deeds:
        at += 7 * timedelta(hours=1)
        _do(deed, campaign, people[who], texts(template, *second[0], **second[1]), at)
        _holds(campaign)
    _do("resume", campaign, people[0], None, at)
    for _ in range(25):
        at += 12 * timedelta(hours=1)
        Account.objects.filter(organization=organization, status="active_conversation").update(
            status="in_auto_management"
        )
        turn(at)
    _holds(campaign)
    assert not campaign.enrollments.filter(status="open").exists()


def _do(deed, campaign, account, plan, at):
    by = {"actor": "system", "at": at}
    campaign = Campaign.objects.get(pk=campaign.pk)
    try:
        match deed:
            case "turn":
                turn(at)
            case "reply":
                says(account, "what is this about?", at)
            case "release":
                Account.objects.filter(pk=account.pk, status="active_conversation").update(status="in_auto_management")
            case "return":
                for case in Escalation.objects.filter(account=account, status="pending"):
                    take(escalation=case, **by)
                    resolve(escalation=case, outcome="return_to_auto", notes="Goes on.", **by)
            case "pause" | "resume":
                getattr(actions, deed)(campaign=campaign, **by)
            case "migrate":
                strategies.edit_strategy(strategy=campaign.strategy_version.strategy, plan=plan, **by)
                actions.migrate_accounts(campaign=campaign, **by)
            case "fold":
                fold(above=0)
    except WrongState:
        pass


def _holds(campaign):
    """The figures are the counts; a step is handed over once; whoever walks is due, planned, or pausing."""
    walks = Enrollment.objects.filter(campaign=campaign)
    told = figures_of([campaign.pk])[campaign.pk]
    counted = walks.aggregate(a=Count("pk"), b=Count("contacted_at"), c=Count("reached_at"), d=Count("answered_at"))
    assert (told.accounts, told.contacted, told.reached, told.answered) == tuple(counted.values())
    sent = Message.objects.filter(campaign_id=campaign.pk, direction="out", item__enrollment_id__isnull=False)
    keys = list(sent.values_list("item__enrollment_id", "item__step", "item__attempt"))
    assert len(keys) == len(set(keys))
    planned = QueueItem.objects.filter(campaign_id=campaign.pk, status__in=["pending", "processing"])
    assert planned.count() == planned.values("enrollment_id").distinct().count()
    if Campaign.objects.get(pk=campaign.pk).status == "active":
        due = Due.objects.values("pk")
        stuck = walks.filter(status="open").exclude(pk__in=due).exclude(pk__in=planned.values("enrollment_id"))
        assert not stuck.exists()
    assert not Due.objects.exclude(enrollment__status="open").exists()
    assert not walks.filter(exclusive=True).exclude(status="open").exists()


_MANY = """
INSERT INTO campaigns_enrollment (organization_id, campaign_id, account_id, consumer_id, status, reason, step, attempt,
    enrolled_at) SELECT %(organization)s, %(campaign)s, 10000000 + n, n, 'open', '', 1, 0, %(at)s
FROM generate_series(1, 20000) n"""
_LATER = """
INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
SELECT id, campaign_id, %(at)s::timestamptz + interval '7 days' FROM campaigns_enrollment WHERE status = 'open'
ON CONFLICT DO NOTHING"""


def test_the_scheduler_looks_into_two_small_indexes(larkfield, betty):
    """With nothing due, a cycle reads no enrollment, however many there are."""
    campaign = begun(larkfield, [betty])
    turn()
    with connection.cursor() as cursor:
        cursor.execute(_MANY, {"campaign": campaign.pk, "organization": larkfield.pk, "at": TUESDAY})
        cursor.execute(_LATER, {"at": TUESDAY})
        cursor.execute(f"EXPLAIN {planner._WITH_DUE}", [TUESDAY])
        due = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = off")  # a story's few accounts would be read whole
        cursor.execute(f"EXPLAIN {_ESCALATE}", {"at": TUESDAY, "eligible": ["pending_contact"], "most": 10})
        silent = "\n".join(line for (line,) in cursor.fetchall())
    assert "walk_due" in due
    assert "enrollment_escalates" in silent


def test_a_cycle_with_nothing_due_asks_four_questions(larkfield, betty, omar, django_assert_num_queries):
    begun(larkfield, [betty])
    begun(larkfield, [omar], name="Winter")
    turn()
    with django_assert_num_queries(6):
        assert planner.launch_scheduled(at=TUESDAY) == planner.plan_due_steps(at=TUESDAY) == 0
        assert escalate_due(at=TUESDAY) == planner.complete_ended(at=TUESDAY) == 0
