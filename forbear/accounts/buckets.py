"""Days past due pass by themselves: each night it is written down which accounts came into another bucket.

An account moves on the day on which its days past due pass the end of one of the organization's buckets. Nights that
nobody ran are made up for, each move on its own day. A due date that somebody changes is no move: the change is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from forbear.compliance.actions import Draft, record
from forbear.core.one_by_one import one_by_one
from forbear.staff.models import Organization

from . import events
from .models import AgedTo, local_day
from .states import FINISHED
from .staying import let_stay

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Accounts due on `due` go from one bucket to the next on the day `on`, which begins at `at`."""

    due: date
    before: str
    after: str
    on: date
    at: datetime


def bucket_names(ends: Sequence[int]) -> list[str]:
    """Buckets by their last days: [0, 30, 60] gives current, 1-30, 31-60 and 61+."""
    between = [f"{end + 1}-{last}" for end, last in pairwise(ends)]
    return ["current", *between, f"{ends[-1] + 1}+"]


def crossings(ends: Sequence[int], *, after: date, until: date, time_zone: str) -> Iterator[Crossing]:
    """Every due date that passes a bucket's end after the one day and up to the other, that day included."""
    names, zone, on = bucket_names(ends), ZoneInfo(time_zone), after
    while (on := on + DAY) <= until:
        begins = datetime.combine(on, time(), zone)
        for number, end in enumerate(ends):
            yield Crossing(on - timedelta(days=end + 1), names[number], names[number + 1], on, begins)


# An account that came later was never in the bucket before: its first day counts from when we have it.
_MOVE = """
WITH moved AS (
    INSERT INTO accounts_bucketmove (organization_id, account_id, before, after, "on", at)
    SELECT a.organization_id, a.id, c.before, c.after, c.on_day, c.at
    FROM accounts_account a
    JOIN unnest(%(due)s::date[], %(before)s::text[], %(after)s::text[], %(on)s::date[], %(at)s::timestamptz[])
        AS c (due, before, after, on_day, at) ON a.due_date = c.due AND a.created_at < c.at
    WHERE a.organization_id = %(organization)s AND a.balance_minor > 0 AND a.status <> ALL(%(finished)s)
    ORDER BY a.id, c.at
    RETURNING before, after
)
SELECT before, after, count(*) FROM moved GROUP BY 1, 2"""


def move_buckets(*, at: datetime) -> int:
    """Every organization whose day is another one than at its last run; how many accounts moved. Repeat it freely.

    Raises LeftOut.
    """
    days = dict(AgedTo.objects.values_list("organization", "day"))
    everybody = {organization.pk: organization for organization in Organization.objects.order_by("pk")}
    return one_by_one("days past due", everybody, lambda pk: _move(everybody[pk], days.get(pk), at))


def _move(organization: Organization, known: date | None, at: datetime) -> int:
    """One transaction: the moves, the day that they reach to, and one entry if there were any."""
    today = local_day(at, organization.time_zone)
    if known is not None and known >= today:
        return 0
    with transaction.atomic():
        let_stay(organization.pk)
        AgedTo.objects.get_or_create(organization=organization, defaults={"day": today - DAY})
        aged = AgedTo.objects.select_for_update().get(organization=organization)
        if aged.day >= today:
            return 0
        counts = _write(organization, aged.day, today)
        AgedTo.objects.filter(pk=aged.pk).update(day=today)
        _tell(organization, counts, aged.day, today, at)
    return sum(counts.values())


def _write(organization: Organization, after: date, until: date) -> dict[tuple[str, str], int]:
    """(before, after) -> accounts; one statement, however many days there are."""
    rows = list(crossings(organization.aging_ends, after=after, until=until, time_zone=organization.time_zone))
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "due": [row.due for row in rows],
                "before": [row.before for row in rows],
                "after": [row.after for row in rows],
                "on": [row.on for row in rows],
                "at": [row.at for row in rows],
                "organization": organization.pk,
                "finished": sorted(FINISHED),
            },
        )
        return {(before, after): count for before, after, count in cursor.fetchall()}


def _tell(
    organization: Organization, counts: dict[tuple[str, str], int], after: date, until: date, at: datetime
) -> None:
    if not counts:
        return
    moves = [{"from": before, "to": then, "accounts": count} for (before, then), count in sorted(counts.items())]
    facts = {
        "moves": moves,
        "count": sum(counts.values()),
        "first_day": (after + DAY).isoformat(),
        "last_day": until.isoformat(),
    }
    record([Draft(organization.pk, events.BUCKETS_MOVED, facts=facts)], at=at)
