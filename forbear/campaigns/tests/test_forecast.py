"""A forecast of one account's contacts, before anything is kept."""

from datetime import timedelta

from django.apps import apps

from forbear.campaigns.forecast import forecast
from forbear.consent.actions import opt_out
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.waits import parse_wait
from tests.cast import TUESDAY
from tests.engine_room import template_of
from tests.portfolios import texts

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def foretold(organization, account, plan, start=TUESDAY, days=14):
    return forecast(organization=organization, account=account, plan=plan, start=start, days=days, at=TUESDAY)


def rows():
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def test_each_contact_is_told_with_its_day_and_why_it_waits(larkfield, betty):
    plan = texts(template_of(larkfield), "2d", "3d", "0d")
    before = rows()
    first, second, third = foretold(larkfield, betty, plan)
    assert (first.due_at, first.opens_at, first.outcome, first.reason) == (TUESDAY, TUESDAY, "allow", "")
    assert (second.due_at, second.outcome, second.reason) == (TUESDAY + 2 * DAY, "defer", "holiday")
    assert second.opens_at.date() == (TUESDAY + 3 * DAY).date()
    assert second.sentence
    assert second.cite
    assert (third.due_at, third.outcome) == (second.opens_at + 3 * DAY, "allow")
    assert rows() == before


def test_a_closed_channel_is_told_and_the_next_one_comes_at_once(larkfield, betty):
    template = template_of(larkfield)
    opt_out(organization=larkfield, channel=OptOutChannel.SMS, address="+14155550106", source=OptOutSource.STAFF,
            actor="system", at=TUESDAY)  # fmt: skip
    steps = (StepPlan("sms", template_id=template.pk, wait=parse_wait("2d")), StepPlan("email"))
    first, second = foretold(larkfield, betty, Plan(steps))
    assert (first.channel, first.outcome, first.opens_at, first.reason) == ("sms", "block", None, "opted_out")
    assert (second.channel, second.opens_at, second.due_at - first.due_at < DAY) == ("email", None, True)


def test_what_comes_after_the_days_is_not_told(larkfield, betty):
    plan = texts(template_of(larkfield), "9d", "0d")
    assert len(foretold(larkfield, betty, plan, days=5)) == 1
    assert foretold(larkfield, betty, plan, start=TUESDAY + DAY, days=5)[0].due_at == TUESDAY + DAY
    assert foretold(larkfield, betty, Plan(())) == []
