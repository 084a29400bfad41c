"""Housekeeping of the queue itself."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status

GIVEN_UP_AFTER = 5
"""A job that so many workers died of is not tried again."""


@app.periodic(cron="* * * * *")
@app.task(name="forbear.sweep", queue="housekeeping", queueing_lock="forbear.sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed are taken up by another one."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await _take_up(context, job)


async def _take_up(context: JobContext, job: Job) -> None:
    """A job that has a successor waiting is done with: the successor sees the same cause."""
    jobs = context.app.job_manager
    if job.attempts < GIVEN_UP_AFTER:
        try:
            await jobs.retry_job(job)
            return
        except (AlreadyEnqueued, UniqueViolation):
            pass
    await jobs.finish_job(job, Status.FAILED, delete_job=False)
