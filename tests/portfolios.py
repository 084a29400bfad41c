"""What the stories about portfolios share: a plan, its strategy, a campaign that walks it, and gateways by channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from forbear.accounts.models import Account
from forbear.campaigns import actions
from forbear.campaigns.models import Campaign
from forbear.staff.models import Organization
from forbear.strategies import actions as strategies
from forbear.strategies.models import Strategy
from forbear.strategies.plans import Escalation, Plan, StepPlan
from forbear.strategies.queries import newest_version
from forbear.strategies.states import Kind
from forbear.strategies.waits import parse_wait
from forbear.wording.models import Template

from .cast import TUESDAY
from .engine_room import list_of, template_of

BY: dict[str, Any] = {"actor": "system", "at": TUESDAY}


def texts(template: Template, *waits: str, **escalation: int) -> Plan:
    """So many texts, so far apart; the last wait is what the last one has for an answer."""
    steps = tuple(StepPlan("sms", template_id=template.pk, wait=parse_wait(wait)) for wait in waits)
    return Plan(steps, Escalation(**escalation))


def strategy_of(organization: Organization, plan: Plan, name: str = "Gentle") -> Strategy:
    """An active one."""
    kind = Kind.EARLY_COLLECTION
    strategy = strategies.create_strategy(organization=organization, name=name, kind=kind, plan=plan, **BY)
    return strategies.activate_strategy(strategy=strategy, **BY)


def portfolio(
    organization: Organization, accounts: Iterable[Account], plan: Plan | None = None, **also: Any
) -> Campaign:
    """A draft over these accounts, for three weeks."""
    name = also.pop("name", "Autumn")
    plan = plan or texts(template_of(organization, name=f"For {name}"), "2d", "2d", "0d")
    strategy = also.pop("strategy", None) or strategy_of(organization, plan, name=f"Plan of {name}")
    return actions.create_campaign(
        organization=organization,
        kind="portfolio",
        name=name,
        contact_list=list_of(organization, accounts, name=f"List of {name}"),
        strategy_version=newest_version(strategy),
        **{"start_date": TUESDAY.date(), "end_date": TUESDAY.date() + timedelta(days=20), **BY, **also},
    )


def begun(organization: Organization, accounts: Iterable[Account], plan: Plan | None = None, **also: Any) -> Campaign:
    """The same, activated."""
    campaign = portfolio(organization, accounts, plan, **also)
    return actions.activate(campaign=campaign, **BY)
