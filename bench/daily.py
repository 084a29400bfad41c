"""The daily run of N accounts: days past due, scores, followed lists, planning - beside a bare insert.

    python -m bench.daily [--accounts 1000000]

Due dates lie on 240 days in a row, so that in each night one account in fifty comes into another bucket. In the night
that is measured everybody on a list joins a campaign that follows it, and is planned: no night has more to do. The next
one, in which nobody is new, is told too. The floor is a bare INSERT ... SELECT of as many queue items in the same run.
"""

from __future__ import annotations

import argparse
import os
from datetime import datetime, timedelta
from typing import Any

from .broadcast import AT, fill, floor_of_planning
from .ground import ground, say, timed
from .portfolio import campaign_of

AGES = 240
DAY = timedelta(days=1)
NIGHT = AT.replace(hour=6, minute=10) + DAY  # ten past midnight in Chicago, where the organization is
STEPS = {
    "buckets": "days past due, moves with history",
    "scores": "every account by the scorecard",
    "follow": "a followed list joins",
    "plan": "planning",
}


def following(organization: Any, people: Any, template: Any) -> Any:
    """An active campaign that follows the list, activated while nobody was on it."""
    from forbear.accounts.models import ContactList
    from forbear.campaigns import actions

    nobody = ContactList.objects.create(organization=organization, name="Nobody", created_at=AT)
    campaign = campaign_of(organization, nobody, template)
    actions.activate(campaign=campaign, actor="system", at=AT)
    changes = {"contact_list": people, "follow_list": True}
    return actions.edit_campaign(campaign=campaign, changes=changes, actor="system", at=AT)


def settle() -> None:
    """The database has counted its rows, as it has before any night."""
    import psycopg

    with psycopg.connect(os.environ["FORBEAR_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def run(organization: Any, at: datetime, seconds: dict[str, float]) -> dict[str, int]:
    """What the jobs of one night do, one after the other; counts by step."""
    from forbear.accounts.buckets import move_buckets
    from forbear.accounts.scorecard import score_all
    from forbear.campaigns.following import follow
    from forbear.campaigns.planner import plan_due_steps

    counts: dict[str, int] = {}
    with timed(seconds, "buckets"):
        counts["buckets"] = move_buckets(at=at)
    with timed(seconds, "scores"):
        counts["scores"] = score_all(organization=organization, actor="system", at=at)
    with timed(seconds, "follow"):
        counts["follow"] = follow(at=at)
    with timed(seconds, "plan"):
        counts["plan"] = plan_due_steps(at=at)
    return counts


def tell(name: str, accounts: int, seconds: dict[str, float], counts: dict[str, int]) -> float:
    """The steps of one night, and its seconds."""
    say(name)
    for step, words in STEPS.items():
        say(f"  {words:34} {seconds[step]:8.2f} s   {counts[step]:,}")
    whole = sum(seconds.values())
    say(f"  {'the whole night':34} {whole:8.2f} s   {accounts / whole:,.0f} accounts/s")
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    wanted = parser.parse_args().accounts
    floor: dict[str, float] = {}
    first: dict[str, float] = {}
    second: dict[str, float] = {}
    with ground():
        from forbear.accounts.buckets import move_buckets
        from forbear.accounts.models import BucketMove

        organization, people, template = fill(wanted, ages=AGES)
        following(organization, people, template)
        move_buckets(at=AT)
        with timed(floor, "bare insert"):
            floor_of_planning(organization)
        settle()
        did = run(organization, NIGHT, first)
        if not did["follow"] == did["plan"] == wanted or not 0 < did["buckets"] == BucketMove.objects.count():
            raise SystemExit(f"Not everything happened: {did=}")
        then = run(organization, NIGHT + DAY, second)
        if then["follow"] or then["plan"]:
            raise SystemExit(f"Somebody joined twice: {then=}")
    say(f"{wanted:,} accounts")
    say(f"{'bare INSERT ... SELECT':36} {floor['bare insert']:8.2f} s")
    whole = tell("a night in which everybody joins", wanted, first, did)
    say(f"  {whole / floor['bare insert']:.1f}x the bare insert")
    tell("the night after", wanted, second, then)


if __name__ == "__main__":
    main()
