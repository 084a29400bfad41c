"""The dry run of a broadcast over some days, beside the same accounts judged bare.

    python -m bench.rehearsal [--accounts 100000] [--days 14] [--world night]

Three worlds: launched by day, so that nearly everybody leaves at once; launched at night, so that everybody is held first;
and at a gateway so slow that the days are full. Floor: gather the first 20,000 accounts and judge each once, nothing else.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from typing import Any

from .broadcast import AT, fill
from .ground import ground, say

NIGHT = AT - timedelta(hours=9)
AT_MOST_SECONDS = 60
BARE = 20_000


def judge_bare(campaign: Any) -> float:
    """Accounts a second, gathered and judged once."""
    from forbear.campaigns.audience import audience_of
    from forbear.campaigns.block import Block, legs_of
    from forbear.campaigns.rehearsal import BLOCK
    from forbear.policy.engine import judge
    from forbear.policy.loading import standard

    audience, legs, law = audience_of(campaign, at=AT), legs_of(campaign), standard()
    del audience.walkers[BARE:]
    started = time.perf_counter()
    for walkers in audience.blocks(BLOCK):
        block = Block(campaign, walkers, legs, at=AT)
        for walker in walkers:
            judge(block.facts(block.item(walker, 0)), law, AT)
    return len(audience.walkers) / (time.perf_counter() - started)


def rehearse_once(campaign: Any, days: int, at: Any) -> tuple[float, dict[str, Any]]:
    """Seconds, and what was told."""
    from forbear.campaigns.rehearsal import rehearse

    started = time.perf_counter()
    told = rehearse(campaign, at=at, days=days)
    return time.perf_counter() - started, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--world", choices=("day", "night", "slow"))
    wanted = parser.parse_args()
    with ground():
        from forbear.campaigns import actions
        from forbear.channels.models import ProviderAccount

        organization, people, template = fill(wanted.accounts)
        campaign = actions.create_campaign(
            organization=organization, kind="broadcast", name="Bench", template=template, contact_list=people,
            start_date=NIGHT.date(), end_date=AT.date() + timedelta(days=60), actor="system", at=AT,
        )  # fmt: skip
        bare = judge_bare(campaign)
        say(f"{wanted.accounts:,} accounts, {wanted.days} days; gathered and judged once: {bare:,.0f} accounts/s")
        over = 0
        slow = max(1, wanted.accounts // wanted.days // 40_000)
        for world, at, rate in (("day", AT, None), ("night", NIGHT, None), ("slow", NIGHT, slow)):
            if wanted.world not in (None, world):
                continue
            ProviderAccount.objects.update(rate_per_second=rate)
            seconds, told = rehearse_once(campaign, wanted.days, at)
            totals = told["totals"]
            if totals["accounts"] != wanted.accounts or totals["would_send"] != wanted.accounts:
                raise SystemExit(f"Not everybody was walked: {totals}")
            speed = wanted.accounts / seconds
            days = sum(1 for day in told["days"] if day["would_send"])
            say(
                f"{world:<8}{seconds:8.1f} s{speed:12,.0f} accounts/s   {speed / bare:.2f} of the floor, on {days} days"
            )
            over += seconds > AT_MOST_SECONDS
    raise SystemExit(over > 0)


if __name__ == "__main__":
    main()
