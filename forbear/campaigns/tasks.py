"""Jobs of the campaigns room: they wake the planner."""

from __future__ import annotations

from procrastinate import RetryStrategy
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
    """The scheduler: launches whose time has come, silence that lasted too long, due steps, campaigns that are over."""
    from . import planner
    from .escalating import escalate_due
    from .figures import fold

    with clock.one_reading():
        at = clock.now()
        planner.launch_scheduled(at=at)
        escalate_due(at=at)
        planner.plan_due_steps(at=at)
        planner.complete_ended(at=at)
        fold()


@app.periodic(cron="15 * * * *")
@app.task(name="campaigns.follow", queue="engine", queueing_lock="campaigns.follow")
def follow(timestamp: int) -> None:
    """A quarter past every hour, after days past due have moved: a campaign's new day brings newcomers."""
    from . import following

    with clock.one_reading():
        following.follow(at=clock.now())


@app.task(name="campaigns.rehearse", queue="dry_runs", retry=RetryStrategy(max_attempts=3, wait=5))
def rehearse(run_id: int) -> None:
    """A dry run of many accounts. Repeating it is harmless."""
    from . import dry_runs

    with clock.one_reading():
        dry_runs.walk(run_id, at=clock.now())


@app.periodic(cron="41 * * * *")
@app.task(name="campaigns.forget", queue="dry_runs", queueing_lock="campaigns.forget")
def forget(timestamp: int) -> None:
    """Dry runs are kept for a day."""
    from . import dry_runs

    with clock.one_reading():
        dry_runs.forget_dry_runs(at=clock.now())


def wake_planner() -> None:
    """In the caller's transaction."""
    wake(plan)
