"""The demo's week before the broadcasts: a strategy of several steps at work on a small portfolio, and the outreach
of a document whose loan is behind. Whatever stands already stays, so that a broken run can go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from forbear.accounts.models import Account, ContactList, Segment, local_day
from forbear.accounts.segments import save_segment
from forbear.accounts.states import Provenance
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign
from forbear.campaigns.states import Kind
from forbear.campaigns.states import Status as CampaignStatus
from forbear.core import clock
from forbear.core.money import Money
from forbear.documents.actions import create_document
from forbear.documents.lending import NewLoan
from forbear.documents.models import Document, Outreach
from forbear.documents.outreach import start_outreach
from forbear.documents.people import NewPerson
from forbear.documents.planning import Chosen
from forbear.documents.states import LoanStatus
from forbear.payments.actions import record_payment
from forbear.payments.models import Payment
from forbear.payments.promising import make_promise
from forbear.payments.states import Method
from forbear.staff.models import Organization, Person
from forbear.strategies import actions as strategies
from forbear.strategies.models import Strategy
from forbear.strategies.plans import Escalation, Plan, StepPlan
from forbear.strategies.states import ActionType, Channel
from forbear.strategies.waits import parse_wait

from . import actions
from .portfolio import file_of, portfolio
from .taking_in import take_in

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
A_MONTH_LATE: Final = timedelta(days=30)
AUTUMN, AUTUMN_LIST, SEGMENT = "Autumn, a month late", "october.csv", "A month late"
STRATEGY, TRACTOR = "Medium collection", "Tractor lease 0087"
STEPS: Final = (
    (Channel.SMS, ActionType.REMINDER, "2d"),
    (Channel.EMAIL, ActionType.NOTICE, "3d"),
    (Channel.VOICE, ActionType.FOLLOW_UP, "3d"),
    (Channel.SMS, ActionType.OFFER, "5d"),
    (Channel.EMAIL, ActionType.NOTICE, "0d"),
)
WALTER: Final = NewPerson(
    values={"first_name": "Walter", "last_name": "Brandt", "state": "NE", "postal_code": "68102"},
    phone="402-555-0119",
    email="walter.brandt@example.com",
    provenance=Provenance.GIVEN_BY_CONSUMER,
)
CHOSEN: Final = Chosen(
    sms=True,
    email=True,
    call=True,
    tone="empathetic",
    cadence="every 3 days",
    notes="Harvest was late. Ask for half of the instalment first.",
)


def begin_the_week(organization: Organization, dana: Person) -> None:
    """A portfolio walks a strategy of several steps, a lease that is behind is written about, some money comes in."""
    at = clock.now()
    today = local_day(at, organization.time_zone)
    people = portfolio(354, language="en", today=today - A_MONTH_LATE)[330:]
    take_in(organization, dana, filename=AUTUMN_LIST, list_name=AUTUMN_LIST, body=file_of(people))
    campaign = _campaign(organization, dana, at)
    if campaign.status == CampaignStatus.DRAFT:
        campaigns.activate(campaign=campaign, actor=dana.actor, at=at)
    _reach_out(organization, dana, today, at)
    actions.run(at=clock.now())
    _settle_some(campaign, dana, today, clock.now())


def pass_the_days(*, until: datetime, passed: Callable[[timedelta], None]) -> None:
    """Day by day, everything works until nothing is due; `passed` hears what is left."""
    while (left := until - clock.now()) > timedelta(minutes=1):
        passed(left)
        actions.advance_clock(by=min(left, DAY), actor="system", at=clock.now())
        actions.run(at=clock.now())
    passed(timedelta(0))


def _campaign(organization: Organization, dana: Person, at: datetime) -> Campaign:
    known: Campaign | None = Campaign.objects.of(organization).filter(name=AUTUMN).first()
    today = local_day(at, organization.time_zone)
    return known or campaigns.create_campaign(
        organization=organization,
        kind=Kind.PORTFOLIO,
        name=AUTUMN,
        objective="Accounts that are a month late: a plan for everybody before the year ends.",
        strategy_version=_strategy(organization, dana, at).versions.get(),
        segment=_segment(organization, dana, at),
        start_date=today,
        end_date=today + timedelta(days=45),
        actor=dana.actor,
        at=at,
    )


def _strategy(organization: Organization, dana: Person, at: datetime) -> Strategy:
    strategy: Strategy | None = Strategy.objects.of(organization).filter(name=STRATEGY).first()
    steps = tuple(StepPlan(channel, action, wait=parse_wait(wait)) for channel, action, wait in STEPS)
    plan = Plan(steps, escalation=Escalation(days_without_response=21))
    if strategy is None:
        strategy = strategies.create_strategy(
            organization=organization, name=STRATEGY, kind="medium_collection", plan=plan, actor=dana.actor, at=at
        )
        strategies.activate_strategy(strategy=strategy, actor=dana.actor, at=at)
    return strategy


def _segment(organization: Organization, dana: Person, at: datetime) -> Segment:
    """Its list keeps the campaign to its own people, whoever else comes to be a month late."""
    known: Segment | None = Segment.objects.of(organization).filter(name=SEGMENT).first()
    words = {"list": ContactList.objects.of(organization).get(name=AUTUMN_LIST).public_id, "bucket": "31-60"}
    return known or save_segment(organization=organization, name=SEGMENT, words=words, actor=dana.actor, at=at)


def _reach_out(organization: Organization, dana: Person, today: date, at: datetime) -> None:
    """A lease whose instalment is a month late, and the first contact about it."""
    document = Document.objects.of(organization).filter(title=TRACTOR).first() or create_document(
        organization=organization,
        title=TRACTOR,
        chattel_type="agricultural_machinery",
        description="A loader tractor, leased to a farm in Nebraska.",
        loan=NewLoan(
            provider_name="Bluepine Credit",
            original=Money(4_200_000, "USD"),
            remaining=Money(1_842_000, "USD"),
            due_date=today - A_MONTH_LATE,
            status=LoanStatus.BEHIND,
        ),
        borrower=WALTER,
        actor=dana.actor,
        at=at,
    )
    if not Outreach.objects.filter(document=document).exists():
        start_outreach(document=document, chosen=CHOSEN, actor=dana.actor, at=at)


def _settle_some(campaign: Campaign, dana: Person, today: date, at: datetime) -> None:
    """Some of the portfolio pay a part by card, others say by telephone when a part will come."""
    if Payment.objects.filter(account__enrollments__campaign=campaign).exists():
        return
    owing = Account.objects.filter(enrollments__campaign=campaign, balance_minor__gt=10_000)
    for number, account in enumerate(owing.order_by("pk")[:6]):
        part = Money(4_000, account.currency)
        if number % 2:
            make_promise(
                account=account, amount=part, due_on=today + timedelta(days=3 + number), actor=dana.actor, at=at
            )
        else:
            record_payment(
                organization=campaign.organization,
                account=account,
                amount=part,
                method=Method.CARD,
                paid_on=today,
                actor=dana.actor,
                at=at,
            )
