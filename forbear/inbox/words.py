"""How the inbox says things: when a message came, what a reply was read as, what time it is over there."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from forbear.agent.intents import Intent
from forbear.policy import zones
from forbear.web import formats

READ_AS = {
    Intent.OPT_OUT: "asked us to stop",
    Intent.CEASE: "asked us to stop altogether",
    Intent.ATTORNEY: "speaks of an attorney",
    Intent.BANKRUPTCY: "speaks of a bankruptcy",
    Intent.DECEASED: "speaks of a death",
    Intent.DISPUTE: "disputes the debt",
    Intent.WRONG_PARTY: "says we have the wrong person",
    Intent.WORKPLACE: "not at work, please",
    Intent.REFUSE_TO_PAY: "refuses to pay",
    Intent.INCONVENIENT_TIME: "names a bad time",
    Intent.MEDIA_REQUEST: "asks for another channel",
    Intent.HELP: "asked for HELP",
    Intent.OPT_IN: "wants texts again",
    Intent.HUMAN: "may be a stop: please read it",
}


def read_as(intent: str) -> str:
    """A reply's reading in three or four words; nothing for an ordinary one."""
    return READ_AS.get(Intent(intent), "") if intent in set(Intent) else ""


def lately(moment: datetime, *, now: datetime, zone: str) -> str:
    """10:28 today, Mon in the last week, 3 Nov earlier."""
    here, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if here.date() == today.date():
        return formats.clock(here)
    if timedelta(0) <= today.date() - here.date() < timedelta(days=7):
        return f"{here:%a}"
    return f"{here.day} {here:%b}" if here.year == today.year else formats.day(here)


def over_there(address: str, *, at: datetime) -> str:
    """It is 8:42 in Los Angeles: only where the number lies in one zone."""
    possible = zones.of_phone(address) if address.startswith("+") else ()
    if len(possible) != 1:
        return ""
    here = at.astimezone(ZoneInfo(possible[0]))
    return f"It is {formats.clock(here)} in {possible[0].rpartition('/')[2].replace('_', ' ')}."


def waited(since: datetime | None, *, now: datetime) -> str:
    """52 minutes, 3 hours, 2 days."""
    if since is None:
        return ""
    passed = max(now - since, timedelta(0))
    for unit, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if passed >= unit:
            return formats.plural(passed // unit, word)
    return "less than a minute"
