"""A portfolio campaign of N accounts: enqueue, a cycle with nothing due, its page, pause - beside a bare insert.

    python -m bench.portfolio [--accounts 1000000]

Enqueue is measured against a bare INSERT ... SELECT of as many queue items in the same run; the cycle, the page and the
pause by the clock, with every enrollment in place.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .broadcast import AT, fill, floor_of_planning
from .ground import ground, say, timed
from .pages import measure

TIMES = 5
IN_A_WEEK = AT + timedelta(days=7)


def campaign_of(organization: Any, people: Any, template: Any) -> Any:
    """A draft portfolio campaign with a strategy of two texts."""
    from forbear.campaigns import actions
    from forbear.strategies.actions import activate_strategy, create_strategy
    from forbear.strategies.plans import Plan, StepPlan
    from forbear.strategies.waits import parse_wait

    steps = tuple(StepPlan("sms", template_id=template.pk, wait=parse_wait("3d")) for _ in range(2))
    strategy = create_strategy(
        organization=organization, name="Two texts", kind="early_collection", plan=Plan(steps), actor="system", at=AT
    )
    activate_strategy(strategy=strategy, actor="system", at=AT)
    return actions.create_campaign(
        organization=organization, kind="portfolio", name="Portfolio", contact_list=people,
        strategy_version=strategy.versions.get(), start_date=AT.date(), end_date=IN_A_WEEK.date(), actor="system", at=AT,
    )  # fmt: skip


def cycle(at: Any) -> None:
    """What the scheduler does each minute."""
    from forbear.campaigns import escalating, figures, planner

    planner.launch_scheduled(at=at)
    planner.plan_due_steps(at=at)
    planner.complete_ended(at=at)
    escalating.escalate_due(at=at)
    figures.fold()


def best(do: Callable[[], object]) -> float:
    """Milliseconds, the middle of some runs: the first one finds nothing in memory."""
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        do()
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)[TIMES // 2]


def page_of(campaign: Any, organization: Any) -> tuple[float, int]:
    """Milliseconds of server time and statements of the campaign's page, as an administrator opens it."""
    from django.test import Client

    from forbear.staff.models import Person

    person = Person.objects.create(
        organization=organization, name="Ada Quist", email="ada@example.com", role="administrator", created_at=AT
    )
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    _, middle, statements, _ = measure(client, f"/campaigns/{campaign.public_id}", {})
    return middle, statements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    wanted = parser.parse_args()
    seconds: dict[str, float] = {}
    with ground():
        from forbear.campaigns import actions
        from forbear.dispatch.models import QueueItem

        organization, people, template = fill(wanted.accounts)
        organization.auto_enqueue = False
        organization.save(update_fields=["auto_enqueue"])
        with timed(seconds, "bare insert"):
            floor_of_planning(organization)
        campaign = campaign_of(organization, people, template)
        with timed(seconds, "activate"):
            actions.activate(campaign=campaign, actor="system", at=AT)
        with timed(seconds, "enqueue"):
            told = actions.enqueue(campaign=campaign, actor="system", at=AT)
        waiting = QueueItem.objects.filter(campaign_id=campaign.pk, status="pending").count()
        if not told.enqueued == waiting == wanted.accounts:
            raise SystemExit(f"Not everything happened: {told=} {waiting=}")
        cycle(AT)
        idle = best(lambda: cycle(AT))
        page, statements = page_of(campaign, organization)
        with timed(seconds, "pause"):
            actions.pause(campaign=campaign, actor="system", at=AT)
        cancelled = QueueItem.objects.filter(campaign_id=campaign.pk, status="cancelled").count()
        if cancelled != wanted.accounts:
            raise SystemExit(f"Not everything was cancelled: {cancelled=}")
    say(f"{wanted.accounts:,} accounts")
    say(f"bare INSERT ... SELECT      {seconds['bare insert']:8.2f} s")
    say(f"enroll (activate)           {seconds['activate']:8.2f} s")
    say(
        f"enqueue                     {seconds['enqueue']:8.2f} s   {seconds['enqueue'] / seconds['bare insert']:.2f}x the bare insert"
    )
    say(f"a cycle with nothing due    {idle:8.1f} ms")
    say(f"the campaign's page         {page:8.1f} ms, {statements} statements")
    say(f"pause, all pending          {seconds['pause']:8.2f} s")


if __name__ == "__main__":
    main()
