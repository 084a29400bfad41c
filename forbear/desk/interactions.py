"""Every contact on every channel, in both directions: the newest first, with whom, what for, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from forbear.accounts.models import Account, Consumer
from forbear.campaigns.models import Campaign, Enrollment
from forbear.dispatch import overview
from forbear.dispatch.models import Message
from forbear.dispatch.queries import call_of
from forbear.dispatch.states import CallResult, Direction, MessageStatus, Occasion
from forbear.dispatch.words import telling, words_of
from forbear.staff.models import Organization
from forbear.strategies.models import Step
from forbear.web.formats import worded
from forbear.wording.scripts import said

from .names import names_of

ENGINE, STAFF, CONSUMER = "engine", "staff", "consumer"
MADE_BY = {ENGINE: "By the engine", STAFF: "By a person or a program", CONSUMER: "By the consumer"}
OCCASIONS = {
    Occasion.CAMPAIGN: "campaign",
    Occasion.MANUAL: "by hand",
    Occasion.ANSWER: "answer",
    Occasion.CONFIRMATION: "confirmation",
    Occasion.HELP: "answer to HELP",
}
CALLED = "call_"


@dataclass(frozen=True)
class Interaction:
    """A message or a call; `account` and `person` are None where nobody is known by that address."""

    message: Message
    person: Consumer | None
    account: Account | None
    campaign: Campaign | None
    kind: str
    by: str

    @property
    def result(self) -> str:
        """The word of its status; of a call that has ended, what it came to."""
        call = call_of(self.message)
        return f"{CALLED}{call.result}" if call else str(self.message.status)

    @property
    def result_title(self) -> str:
        """The same as it is read; of a call what came of it, and the key that said so."""
        call = call_of(self.message)
        return words_of(call).capitalize() if call else str(self.message.get_status_display())

    @property
    def tone(self) -> str:
        return telling(self.message, name="").tone

    @property
    def words(self) -> str:
        """Its subject, or how it begins; of a call what was said first."""
        return self.message.subject or said(self.message.body, channel=self.message.channel)


def results() -> list[tuple[str, str]]:
    """What a contact can come to: the words of messages, then those of calls."""
    sent = [(str(word), worded(word)) for word in MessageStatus if word != MessageStatus.QUEUED]
    return sent + [(f"{CALLED}{word}", f"Call: {worded(word).lower()}") for word in CallResult]


def interactions(organization: Organization, *, channel: str = "", result: str = "", by: str = "") -> QuerySet[Message]:
    """Those that answer to all that is asked."""
    status = "" if result.startswith(CALLED) else result
    rows = overview.messages(organization, channel=channel, status=status).select_related("item")
    if result.startswith(CALLED):
        rows = rows.filter(call__result=result.removeprefix(CALLED))
    if by == CONSUMER:
        return rows.filter(direction=Direction.IN)
    if by in (ENGINE, STAFF):
        alone = Q(created_by="system")
        return rows.filter(direction=Direction.OUT).filter(alone if by == ENGINE else ~alone)
    return rows


def told(messages: Sequence[Message], organization: Organization) -> list[Interaction]:
    """The rows of a page with what belongs to them, in a fixed number of statements."""
    accounts = Account.objects.in_bulk({m.account_id for m in messages if m.account_id})
    people = Consumer.objects.in_bulk({m.consumer_id for m in messages if m.consumer_id})
    campaigns = Campaign.objects.in_bulk({m.campaign_id for m in messages if m.campaign_id})
    actions = _actions(messages)
    names = names_of({m.created_by for m in messages}, organization.pk)
    return [
        Interaction(
            message=one,
            person=people.get(one.consumer_id or 0),
            account=accounts.get(one.account_id or 0),
            campaign=campaigns.get(one.campaign_id or 0),
            kind=actions.get(one.pk) or _occasion(one),
            by="the consumer" if one.direction == Direction.IN else names.get(one.created_by, ""),
        )
        for one in messages
    ]


def _occasion(message: Message) -> str:
    return "reply" if message.direction == Direction.IN else OCCASIONS.get(Occasion(message.occasion), "")


def _actions(messages: Sequence[Message]) -> dict[int, str]:
    """What kind of contact each step of a strategy was, by message."""
    walks = {m.pk: (m.item.enrollment_id, m.item.step) for m in messages if m.item and m.item.enrollment_id}
    pinned = Enrollment.objects.filter(pk__in={walk for walk, _ in walks.values()}, version_id__isnull=False)
    versions = dict(pinned.values_list("pk", "version_id"))
    steps = {
        (step.version_id, step.position): step.get_action_type_display().replace("_", " ").lower()
        for step in Step.objects.filter(version__in=set(versions.values()), version__strategy__listed=True)
    }
    return {
        pk: steps[versions[walk], step]
        for pk, (walk, step) in walks.items()
        if walk in versions and (versions[walk], step) in steps
    }
