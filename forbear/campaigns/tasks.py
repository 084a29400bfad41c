"""Jobs of the campaigns room: they wake the planner."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forbear.core import clock
from forbear.dispatch.tasks import wake


@app.task(name="campaigns.plan", queue="engine", queueing_lock="campaigns.plan")
def plan() -> None:
    from . import planner

    with clock.one_reading():
        at = clock.now()
        planner.launch_scheduled(at=at)
        planner.plan_due_steps(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="campaigns.cycle", queue="engine", queueing_lock="campaigns.cycle")
def cycle(timestamp: int) -> None:
    """The scheduler: launches whose time has come, due steps, and campaigns that are over."""
    from . import planner

    with clock.one_reading():
        at = clock.now()
        planner.launch_scheduled(at=at)
        planner.plan_due_steps(at=at)
        planner.complete_ended(at=at)


def wake_planner() -> None:
    """In the caller's transaction."""
    wake(plan)
