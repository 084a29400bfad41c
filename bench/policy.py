"""How many verdicts a second one core gives, beside a loop that only builds the facts.

    python bench/policy.py [--seconds 3]

The typical fact: a collector texts a New York number with a Californian address at noon, two earlier
messages in the history, nothing against it. Floor to beat: 20,000 verdicts a second.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import reset_tzpath

from forbear.policy import zones
from forbear.policy.engine import judge
from forbear.policy.facts import Actor, Channel, Contact, ContactPoint, Facts, Limits, Organization
from forbear.policy.loading import standard

FLOOR = 20_000
AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
NUMBER = "+12125550101"
COLLECTOR = Organization("org", Actor.THIRD_PARTY_COLLECTOR, "US", "America/New_York", Limits())
EARLIER = tuple(Contact(AT - timedelta(days=days), Channel.SMS, "out", ("card",), "delivered") for days in (2, 4))


def build() -> Facts:
    return Facts(
        organization=COLLECTOR,
        person_id="dana",
        account_id="card",
        account_status="pending_contact",
        account_eligible=True,
        channel=Channel.SMS,
        contact_point=ContactPoint("point", "phone", NUMBER, "mobile", "given_by_consumer"),
        locations=(zones.locate_phone(NUMBER), zones.locate_region("US", "CA")),
        history=EARLIER,
    )


def rate(once: Callable[[], object], seconds: float) -> float:
    """Runs a second of processor time (others may use the machine), the best of the rounds that fit."""
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.process_time()
        for _ in range(2000):
            once()
        best = max(best, 2000 / (time.process_time() - start))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds / 3
    reset_tzpath(to=[])
    law, night = standard(), AT - timedelta(hours=9)
    assert judge(build(), law, AT).allowed
    facts = rate(build, seconds)
    allowed = rate(lambda: judge(build(), law, AT), seconds)
    deferred = rate(lambda: judge(build(), law, night), seconds)
    print(f"facts alone      {facts:10,.0f} a second")
    print(f"allow            {allowed:10,.0f} a second   {facts / allowed:.1f}x the facts alone")
    print(f"defer (at night) {deferred:10,.0f} a second   {facts / deferred:.1f}x the facts alone")
    print(f"allow against the floor of {FLOOR:,}: {allowed / FLOOR:.2f}")


if __name__ == "__main__":
    main()
