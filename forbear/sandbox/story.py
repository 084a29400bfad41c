"""The demo: one organization's first week, told on real input, and checked against its own figures.

A file is imported, a broadcast goes out through the paper gateway, simulated consumers answer, somebody stops.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from forbear.accounts.models import Account, ContactList
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign
from forbear.campaigns.states import Kind, Status
from forbear.channels.actions import change_provider, open_paper
from forbear.channels.models import ProviderAccount
from forbear.consent.actions import opt_out
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.dispatch.models import Message
from forbear.policy.calendars import federal_holidays
from forbear.staff.actions import accept_invitation, found_organization, invite
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from forbear.wording.actions import install_catalogue
from forbear.wording.models import Template

from . import actions
from .figures import figures_of, problems_of, write_errors, write_results
from .portfolio import file_of, portfolio, same_household, wrong_rows
from .summary import tell
from .taking_in import take_in
from .week_before import DAY, WEEK, begin_the_week, pass_the_days

NAME, ZONE = "Larkfield Recovery", "America/Chicago"
ADDRESS = "100 Example Street, Chicago, IL 60601"
ADMINISTRATOR = "ada@larkfield.example.com"
COLLEAGUES = (
    ("Dana Kern", "dana@larkfield.example.com", Role.MANAGER),
    ("Ines Robles", "ines@larkfield.example.com", Role.OPERATOR),
    ("Theo Lind", "theo@larkfield.example.com", Role.ANALYST),
    ("Vera Holt", "vera@larkfield.example.com", Role.AUDITOR),
)
SAMPLE = Path(__file__).parent / "samples" / "test_collections_1-30dpd.csv"
OPENING = time(10, 30)
WATCHED = timedelta(minutes=70)
STEP = timedelta(minutes=10)
GATEWAY = {
    "seed": "larkfield",
    "reject": 0.01,
    "undelivered": 0.03,
    "consumers": {"pays": 0.08, "promises": 0.1, "asks": 0.07, "disputes": 0.03, "stops": 0.06},
    "answer_seconds": [120, 3600],
}
STOPPED_BEFORE = 3  # who asked for silence last year, by letter


class HouseInUse(Refusal):
    """This installation belongs to somebody already: the demo only tells its story in an empty house."""


@dataclass(slots=True)
class StoryResult:
    """Where to log in, and whether the story's own figures add up."""

    login: str
    password: str
    token: str
    organization_id: int = 0
    results: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    told: bool = False

    @property
    def went_right(self) -> bool:
        return self.told and not self.problems


def run(*, home: Path, say: Console, serve: bool) -> StoryResult:
    """Tell the story once; the second time only show how it stands. Raises HouseInUse, ClockCannotMove.

    home: where the results are written, and where login and token are kept from one run to the next.
    """
    story = _kept(home) or _found(home, say)
    organization = Organization.objects.get(pk=story.organization_id)
    if not story.told:
        _furnish(organization, story.password)
        _tell_the_week_before(organization, say)
        _tell(organization, say)
    sent = _campaigns_of(organization)
    story.results = [str(path) for path in write_results(sent, home / "results")]
    story.errors = [str(path) for path in write_errors(organization, home / "results")]
    story.problems = problems_of(organization, sent)
    story.told = True
    _keep(story, home)
    tell(say, organization, figures_of(organization, sent), story, at=clock.now(), serve=serve)
    return story


def _kept(home: Path) -> StoryResult | None:
    """What an earlier run left, if its organization is still there."""
    path = home / "demo.json"
    if not path.exists():
        return None
    story = StoryResult(**json.loads(path.read_text()))
    return story if Organization.objects.filter(pk=story.organization_id).exists() else None


def _keep(story: StoryResult, home: Path) -> None:
    """Only we can read it: it holds a password."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "demo.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(story), file, indent=2)


def _found(home: Path, say: Console) -> StoryResult:
    """The organization and its administrator, a week early; kept at once, so that a broken run can go on."""
    if Organization.objects.exists():
        raise HouseInUse
    actions.set_clock(to=good_morning(good_morning(clock.now()) - WEEK), actor="system", at=clock.now())
    founded = found_organization(
        name=NAME,
        admin_email=ADMINISTRATOR,
        admin_name="Ada Quist",
        at=clock.now(),
        time_zone=ZONE,
        postal_address=ADDRESS,
    )
    story = StoryResult(ADMINISTRATOR, founded.password, founded.token, founded.organization.pk)
    _keep(story, home)
    say.print(f"[b]{NAME}[/b], a collector in Chicago, opens its doors with five people.")
    return story


def good_morning(now: datetime) -> datetime:
    """10:30 in Chicago on the nearest working day from today on: Alaska and Hawaii are still asleep."""
    day = now.astimezone(ZoneInfo(ZONE)).date()
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENING, ZoneInfo(ZONE)).astimezone(UTC)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def _furnish(organization: Organization, password: str) -> None:
    """Colleagues, a number and the wordings; what stands already stays."""
    ada = organization.people.get(email=ADMINISTRATOR)
    at = clock.now()
    for name, email, role in COLLEAGUES:
        if not organization.people.filter(email=email).exists():
            invited = invite(organization=organization, email=email, role=role, invited_by=ada, at=at)
            accept_invitation(token=invited.token, name=name, password=password, at=at)
    paper = ProviderAccount.objects.of(organization).first()
    if paper is None:
        paper = open_paper(organization=organization, sender="+13125550100", actor=ada.actor, at=at).provider
    change_provider(provider=paper, options=GATEWAY, rate_per_second=None, actor=ada.actor, at=at)
    install_catalogue(organization=organization, at=at)


def _tell_the_week_before(organization: Organization, say: Console) -> None:
    begin_the_week(organization, organization.people.get(role=Role.MANAGER))
    with _progress(say) as progress:
        job = progress.add_task("Days of the week before", total=WEEK.days)
        pass_the_days(
            until=good_morning(organization.created_at + WEEK),
            passed=lambda left: progress.update(job, completed=(WEEK - left) / DAY),
        )


def _tell(organization: Organization, say: Console) -> None:
    dana = organization.people.get(role=Role.MANAGER)
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    november = [*portfolio(330, language="en", today=today), *same_household(today), *wrong_rows(today)]
    files = (
        (SAMPLE.name, SAMPLE.name, SAMPLE.read_bytes()),
        ("november.csv", SAMPLE.name, file_of(november)),
        ("noviembre.csv", "noviembre.csv", file_of(portfolio(60, language="es", today=today))),
    )
    with _progress(say) as progress:
        job = progress.add_task("Importing contacts", total=len(files))
        for filename, list_name, body in files:
            take_in(organization, dana, filename=filename, list_name=list_name, body=body)
            progress.advance(job)
    _remember_old_letters(organization, dana)
    sent = [
        _launch(organization, dana, "SMS 1-30DPD", list_name=SAMPLE.name, language="en"),
        _launch(organization, dana, "SMS 1-30DPD en español", list_name="noviembre.csv", language="es"),
    ]
    with _progress(say) as progress:
        _watch(sent, progress)


def _progress(say: Console) -> Progress:
    shown = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
    )
    return Progress(*shown, TimeElapsedColumn(), console=say)


def _remember_old_letters(organization: Organization, dana: Person) -> None:
    """Some on the list stopped us long ago, by letter: the file does not know, we do."""
    november = Account.objects.of(organization).filter(lists__name=SAMPLE.name).select_related("consumer")
    for account in november.order_by("pk")[20 : 20 + STOPPED_BEFORE]:
        point = account.consumer.points.filter(kind="phone").first()
        if point is not None:
            opt_out(
                organization=organization,
                channel=OptOutChannel.SMS,
                source=OptOutSource.STAFF,
                address=point.address,
                consumer=account.consumer,
                notes="By letter.",
                actor=dana.actor,
                at=clock.now(),
            )


def _launch(organization: Organization, dana: Person, name: str, *, list_name: str, language: str) -> Campaign:
    """A broadcast of the 1-30 wording to everybody on the list; one that has been launched already stays as it is."""
    at = clock.now()
    campaign = Campaign.objects.of(organization).filter(name=name).first()
    if campaign is None:
        today = at.astimezone(ZoneInfo(ZONE)).date()
        campaign = campaigns.create_campaign(
            organization=organization,
            kind=Kind.BROADCAST,
            name=name,
            objective="A friendly word in the first month.",
            template=Template.objects.of(organization).get(bucket="1-30", language=language, channel="sms", tone=""),
            contact_list=ContactList.objects.of(organization).get(name=list_name),
            start_date=today,
            end_date=today + timedelta(days=7),
            actor=dana.actor,
            at=at,
        )
    if campaign.status == Status.DRAFT:
        campaign = campaigns.activate(campaign=campaign, actor=dana.actor, at=at)
    return campaign


def _watch(sent: Sequence[Campaign], progress: Progress) -> None:
    """Texts leave, the clock goes on for a good hour, and people write back."""
    everybody = sum(campaign.enrollments.count() for campaign in sent)
    leaving = progress.add_task("Texts delivered", total=everybody)
    watching = progress.add_task("Minutes of answers", total=WATCHED // timedelta(minutes=1))
    opened = max(campaign.activated_at for campaign in sent if campaign.activated_at)
    actions.run(at=clock.now())
    while clock.now() < opened + WATCHED:
        progress.update(leaving, completed=_delivered(sent))
        progress.update(watching, completed=(clock.now() - opened) // timedelta(minutes=1))
        actions.advance_clock(by=STEP, actor="system", at=clock.now())
        actions.run(at=clock.now())
    progress.update(leaving, completed=_delivered(sent))
    progress.update(watching, completed=WATCHED // timedelta(minutes=1))


def _delivered(sent: Sequence[Campaign]) -> int:
    ids = [campaign.pk for campaign in sent]
    return Message.objects.filter(campaign_id__in=ids, direction="out", status="delivered", occasion="campaign").count()


def _campaigns_of(organization: Organization) -> list[Campaign]:
    rows = Campaign.objects.of(organization).filter(kind=Kind.BROADCAST, activated_at__isnull=False)
    return list(rows.order_by("pk"))
