"""Jobs of the log: checks of it, asked for and nightly."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forbear.core import clock
from forbear.core.one_by_one import one_by_one


@app.task(name="compliance.check", queue="audits", retry=RetryStrategy(max_attempts=3, wait=5))
def check(check_id: int) -> None:
    """One organization's log. Repeating it is harmless."""
    from . import verifying

    verifying.run_check(check_id, at=clock.now())


@app.periodic(cron="3 4 * * *")
@app.task(name="compliance.check_all", queue="audits", queueing_lock="compliance.check_all")
def check_all(timestamp: int) -> None:
    """Every log, every night."""
    from . import verifying
    from .actions import SYSTEM

    def ask(owner: int) -> int:
        asked, _ = verifying.ask_for_check(organization_id=owner, actor=SYSTEM, at=clock.now())
        check.defer(check_id=asked.pk)
        return 1

    one_by_one("nightly checks", verifying.owners(), ask)


@app.periodic(cron="37 2 * * *")
@app.task(name="compliance.retire", queue="audits", queueing_lock="compliance.retire")
def retire(timestamp: int) -> None:
    """What has rested for as long as the law asks moves to the archive."""
    from . import retention, verifying

    at = clock.now()
    one_by_one("retention", verifying.owners(), lambda owner: retention.retire(organization_id=owner, at=at))
