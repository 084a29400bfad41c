"""How a campaign with a strategy stands: figures, bar, plan to scale, in the parts that its page is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from forbear.core.money import Money
from forbear.strategies.models import Step, StrategyVersion
from forbear.web.formats import plural, share, when
from forbear.web.parts import Figure, Share

from .figures import Figures, figures_of
from .models import Campaign
from .money import Outcome, outcome_of
from .standing import Part
from .states import Status
from .walkers import SHOWN, SORTED_UP_TO, Places, places

KEPT_SECONDS: Final = 30
DAY: Final = 24 * 60
BUSINESS_DAY: Final = DAY * 7 / 5
EVERY: Final = ((50_000, "15s"), (5_000, "6s"), (0, "3s"))


@dataclass(frozen=True)
class Stop:
    """One step of the plan drawn to scale: where it stands in percent, on which day, how many accounts are there."""

    at: float
    channel: str
    day: str
    action: str
    here: int | None
    mark: str = ""


@dataclass(frozen=True)
class Standing:
    """A campaign with one reading of its figures. `where` is None while nobody has counted a large one."""

    campaign: Campaign
    figures: Figures
    outcome: Outcome
    where: Places | None

    @property
    def total(self) -> int:
        return self.figures.accounts

    @property
    def is_sortable(self) -> bool:
        return self.total <= SORTED_UP_TO

    @property
    def shares(self) -> list[Share]:
        """The parts of the bar and of its key."""
        told = self.figures
        return [
            Share(value=told.answered, words="answered", tone="good"),
            Share(value=max(told.contacted - told.answered, 0), words="contacted, no answer yet", tone=""),
            Share(value=max(self.total - max(told.contacted, told.answered), 0), words="to come", tone="quiet"),
        ]

    @property
    def bar(self) -> list[Part]:
        """The coloured parts; what is to come stays empty."""
        whole = max(self.total, 1)
        return [Part(one.tone, 100 * one.value / whole) for one in self.shares if one.value and one.tone != "quiet"]

    @property
    def strip(self) -> list[Figure]:
        """The key figures, in the words of the reference."""
        told, came = self.figures, self.outcome
        promised = ", ".join(map(str, came.promised))
        return [
            Figure(label="Total Accounts", figure=f"{self.total:,}", note=self._going_on()),
            Figure(label="Contacted", figure=f"{told.contacted:,}", note="at least one message sent"),
            Figure(
                label="Promises",
                figure=f"{came.promises:,}",
                note=f"{promised} together" if promised else "none was made yet",
            ),
            Figure(label="Recovered Amount", figure=self._recovered(), note=self._recovered_too()),
            Figure(
                label="Contact Rate",
                figure=share(told.reached, self.total),
                note="delivered, spoken to or answered",
            ),
        ]

    def _going_on(self) -> str:
        if self.where is None:
            return ""
        return f"{self.where.shown['open']:,} going on" if self.total else "add accounts to begin"

    def _recovered(self) -> str:
        return str(self.outcome.recovered[0] if self.outcome.recovered else self._nothing())

    def _nothing(self) -> Money:
        return Money(0, self.campaign.organization.currency)

    def _recovered_too(self) -> str:
        others = ", ".join(map(str, self.outcome.recovered[1:]))
        return f"and {others}" if others else "payments since enrollment"

    @property
    def pace(self) -> str:
        """One line beside the bar."""
        if self.campaign.status == Status.DRAFT:
            return "a draft: nobody is contacted"
        if self.campaign.status == Status.COMPLETED:
            return "completed: nobody is contacted any more"
        if self.campaign.status == Status.PAUSED:
            return "paused: nothing is planned"
        if self.where and self.where.shown["held"] and self.where.opens:
            zone = ZoneInfo(self.campaign.organization.time_zone)
            held = plural(self.where.shown["held"], "contact is", "contacts are")
            return f"{held} held, the next until {when(self.where.opens.astimezone(zone))}"
        return ""

    @property
    def filters(self) -> list[tuple[str, str, int | None]]:
        """Words above the table: those that some account has; without counts where nobody has counted."""
        if self.where is None:
            return [(word, title, None) for word, (title, _) in SHOWN.items()]
        counts = self.where.shown
        return [(word, title, counts[word]) for word, (title, _) in SHOWN.items() if counts[word]]

    @property
    def live(self) -> str:
        """How often the page asks again; empty when nothing moves any more."""
        if self.campaign.status not in (Status.ACTIVE, Status.PAUSED):
            return ""
        return next(every for most, every in EVERY if self.total > most or not most)

    @property
    def signature(self) -> str:
        """Another word as soon as anything shown has changed."""
        text = repr((self.figures, self.outcome, self.where, self.campaign.status))
        return sha256(text.encode()).hexdigest()[:12]


def standing_of(campaign: Campaign, *, patient: bool = False) -> Standing:
    """Two statements, and one that counts every account: of a large campaign only for the patient, then kept."""
    figures = figures_of([campaign.pk])[campaign.pk]
    outcome = Outcome() if campaign.status == Status.DRAFT else outcome_of(campaign)
    return Standing(campaign, figures, outcome, _places(campaign, figures.accounts, patient))


def _places(campaign: Campaign, accounts: int, patient: bool) -> Places | None:
    if accounts <= SORTED_UP_TO:
        return places(campaign)
    key = f"campaigns:places:{campaign.pk}:{campaign.status}"
    known: Places | None = cache.get(key)
    if known is None and patient:
        known = places(campaign)
        cache.set(key, known, KEPT_SECONDS)
    return known


def newer_version(campaign: Campaign) -> int | None:
    """The number of the strategy's newest version, where some account walks, or would walk, an older one."""
    if campaign.strategy_version is None or campaign.status not in (Status.ACTIVE, Status.PAUSED):
        return None
    newest = StrategyVersion.objects.filter(strategy=campaign.strategy_version.strategy_id).order_by("-number")
    older = campaign.walked.exclude(version=OuterRef("pk"))
    told = newest.annotate(others=Exists(older)).values_list("pk", "number", "others")[:1].get()
    pk, number, others = told
    return number if others or pk != campaign.strategy_version_id else None


def stops_of(version: StrategyVersion | None, where: Places | None) -> list[Stop]:
    """The plan to scale: each step at its day, with the accounts whose next step it is."""
    steps = list(version.steps.all()) if version else []
    days = _days(steps)
    length = days[-1] if days and days[-1] else 1
    here = where.steps if where else {}
    most = max(here, key=lambda step: (here[step], -step), default=None)
    return [
        Stop(
            at=100 * day / length if len(steps) > 1 else 0,
            channel=step.channel,
            day=f"day {day:.0f}",
            action=step.get_action_type_display().replace("_", " ").lower(),
            here=here.get(step.position, 0) if where else None,
            mark="now" if step.position == most else "done" if most is not None and step.position < most else "",
        )
        for step, day in zip(steps, days, strict=True)
    ]


def _days(steps: list[Step]) -> list[float]:
    """On which day each is due, if nothing is held; a business day counts seven fifths of a day."""
    days, due = [], 0.0
    for step in steps:
        days.append(due)
        due += (step.wait_minutes + step.wait_business_days * BUSINESS_DAY) / DAY
    return days


def length_of(stops: list[Stop]) -> str:
    """Six steps in 21 days."""
    if not stops:
        return ""
    words = plural(len(stops), "step")
    days = int(stops[-1].day.removeprefix("day "))
    return f"{words} in {plural(days, 'day')}" if days else words
