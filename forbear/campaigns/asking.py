"""The verbs of a campaign's buttons: which are legal, what is asked before, in numbers, and said after."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from forbear.staff.permissions import Permission, permissions_of
from forbear.web.formats import plural

from .figures import figures_of
from .models import Campaign, Enrollment
from .states import CAMPAIGN, Kind, Status


@dataclass(frozen=True)
class Question:
    """What is asked before a verb, and what is said after it."""

    title: str
    text: str
    verb: str
    keep: str
    done: str
    soft: str = ""
    final: bool = False
    goes_to: str = "campaign"
    needs: Permission = Permission.CAMPAIGNS_RUN


SEND, SCHEDULE = "Send SMS Campaign", "Schedule SMS Campaign"
QUESTIONS: dict[str, Question] = {
    "launch": Question(
        "Send SMS Campaign?",
        "It goes to everybody on its contact list who may be written to.",
        SEND,
        "Not yet",
        "{name} was launched.",
        goes_to="campaigns",
    ),
    "schedule": Question(
        "Schedule SMS Campaign?",
        "It waits for its time; you can change or cancel it until then.",
        SCHEDULE,
        "Not yet",
        "{name} is scheduled.",
        goes_to="campaigns",
    ),
    "unschedule": Question(
        "Cancel this launch?",
        "Nothing is sent. The campaign stays as a draft.",
        "Cancel the launch",
        "Keep it",
        "The launch of {name} was cancelled. Nothing is sent.",
    ),
    "pause": Question(
        "Pause this campaign?",
        "Planned messages are cancelled now. What is being handed over finishes.",
        "Pause campaign",
        "Keep running",
        "{name} is paused.",
        "When you resume, accounts are planned anew from the step they are on; nothing is sent twice.",
    ),
    "resume": Question(
        "Resume this campaign?",
        "Accounts are planned anew from the step they are on.",
        "Resume campaign",
        "Leave it paused",
        "{name} runs again.",
        "No message that was cancelled revives, and nothing is sent twice.",
    ),
    "complete": Question(
        "Complete this campaign?",
        "What still waits is cancelled, and the campaign is closed for good.",
        "Complete campaign",
        "Keep it open",
        "{name} is completed.",
        "Replies are still read, and the results stay.",
        final=True,
    ),
    "delete": Question(
        "Delete this campaign?",
        "Its accounts leave it and planned messages are cancelled.",
        "Delete campaign",
        "Keep it",
        "{name} was deleted.",
        "Accounts, messages and the log stay.",
        final=True,
        goes_to="campaigns",
        needs=Permission.CAMPAIGNS_WRITE,
    ),
    "enqueue": Question(
        "Enqueue this campaign?",
        "Every account that is due is planned now; twice is harmless.",
        "Enqueue",
        "Not now",
        "{name}: {answer}.",
    ),
    "activate": Question(
        "Activate this campaign?",
        "From its start date on its accounts are contacted by its strategy, as the rules allow.",
        "Activate",
        "Leave it a draft",
        "{name} is active.",
        "You can pause it at any time; what has left cannot be called back.",
    ),
    "duplicate": Question(
        "Duplicate this campaign?",
        "A draft like it, as long as this one, from today on. Nobody is in it yet.",
        "Duplicate as draft",
        "Not now",
        "{name} was duplicated; this is the copy.",
        needs=Permission.CAMPAIGNS_WRITE,
    ),
    "migrate": Question(
        "Migrate its accounts to the newest version?",
        "Who walks an older version of the strategy goes on in the newest one, at the step that stands now.",
        "Migrate accounts",
        "Leave them",
        "{name}: {answer}.",
        "Planned contacts are planned anew; nothing is sent twice.",
    ),
}

# Of a campaign with a strategy, by its status; its lifecycle says which of them are legal.
_ALSO = {Status.DRAFT: [], Status.ACTIVE: ["enqueue"], Status.PAUSED: [], Status.COMPLETED: []}


def buttons_of(campaign: Campaign, role: str) -> dict[str, Question]:
    """The verbs that are legal now and that this role may use, with their questions."""
    if campaign.kind == Kind.DOCUMENT:
        return {}
    legal: list[str] = CAMPAIGN.legal(campaign.status)
    if campaign.kind == Kind.PORTFOLIO:
        verbs = [*_ALSO[Status(campaign.status)], *legal, "duplicate", "delete"]
    elif campaign.status == Status.DRAFT:
        verbs = [*(["unschedule"] if campaign.launch_at else []), "delete"]
    else:
        verbs = [*_ALSO[Status(campaign.status)], *legal, "delete"]
    may = permissions_of(role)
    return {verb: QUESTIONS[verb] for verb in verbs if QUESTIONS[verb].needs in may}


def counted(campaign: Campaign, verb: str) -> list[str]:
    """What the verb concerns, in numbers: a sentence each. One or two statements, asked on the page of the question."""
    if verb in ("pause", "complete", "delete"):
        waiting = plural(_waiting(campaign), "planned contact is", "planned contacts are") + " cancelled."
        return [waiting, *([_leave(campaign)] if verb != "pause" else [])]
    if verb in ("activate", "resume", "enqueue"):
        return [f"{plural(_walking(campaign), 'account walks', 'accounts walk')} its steps."]
    return []


def _leave(campaign: Campaign) -> str:
    if campaign.status == Status.DRAFT:
        return f"{plural(figures_of([campaign.pk])[campaign.pk].accounts, 'account leaves', 'accounts leave')} it."
    return f"{plural(_walking(campaign), 'account ends its walk', 'accounts end their walk')} before the last step."


def _walking(campaign: Campaign) -> int:
    return Enrollment.objects.filter(campaign=campaign, status="open").count()


def _waiting(campaign: Campaign) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM dispatch_queueitem WHERE campaign_id = %s AND status = 'pending'", [campaign.pk]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
