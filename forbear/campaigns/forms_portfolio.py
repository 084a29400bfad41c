"""The forms of a campaign with a strategy: create and edit, add accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from forbear.accounts.models import ContactList, Segment
from forbear.staff.models import Organization
from forbear.strategies.models import Strategy
from forbear.strategies.queries import strategies_of
from forbear.strategies.states import Status as StrategyStatus
from forbear.web.days import NEAR

from .forms import PublicIdField
from .models import Campaign
from .states import Status

DAYS_TO_RUN = 60
A_DAY = {"type": "date"}


class StrategyField(PublicIdField):
    """A strategy by its name and newest version."""

    def label_from_instance(self, obj: Strategy) -> str:
        return f"{obj.name}, version {obj.newest}"  # type: ignore[attr-defined]


class AddAccountsForm(forms.Form):
    """Whoever is on a list joins, or whoever answers to a segment now."""

    contact_list = PublicIdField(
        label="Contact list", queryset=ContactList.objects.none(), required=False, empty_label="Choose a list"
    )
    segment = PublicIdField(
        queryset=Segment.objects.none(),
        required=False,
        empty_label="Choose a segment",
        help_text="Whoever answers to its filter now; who answers to it later is not added by itself.",
    )

    def __init__(self, *args: Any, organization: Organization, **also: Any) -> None:
        super().__init__(*args, **also)
        offer_people(self, organization)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("contact_list") and not given.get("segment"):
            self.add_error("contact_list", "Choose a list or a segment.")
        return given


class PortfolioForm(forms.Form):
    """Name, objective, strategy, dates; for a new one also who joins. Of a campaign that runs the start stands."""

    name = forms.CharField(label="Campaign name", max_length=120)
    objective = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it is for, in your own words.",
    )
    strategy = StrategyField(
        queryset=Strategy.objects.none(),
        required=False,
        empty_label="None yet",
        help_text="How its accounts are contacted. A draft may go without; to activate it needs one.",
    )
    start_date = forms.DateField(widget=forms.DateInput(attrs=A_DAY, format="%Y-%m-%d"), validators=NEAR)
    end_date = forms.DateField(
        validators=NEAR,
        widget=forms.DateInput(attrs=A_DAY, format="%Y-%m-%d"),
        help_text="The last day on which anything may leave.",
    )
    contact_list = PublicIdField(
        label="Accounts of a contact list",
        queryset=ContactList.objects.none(),
        required=False,
        empty_label="Add accounts later",
        help_text="An account is in one campaign with a strategy at a time; who is in another one stays there.",
    )

    segment = PublicIdField(
        label="Accounts of a segment",
        queryset=Segment.objects.none(),
        required=False,
        empty_label="No segment",
        help_text="Whoever answers to its filter now.",
    )
    follow_list = forms.BooleanField(
        label="Follow",
        required=False,
        help_text="While it runs, whoever is new on the list or in the segment joins by night.",
    )

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        at: datetime,
        campaign: Campaign | None = None,
        initial: dict[str, Any] | None = None,
        **also: Any,
    ) -> None:
        today = at.astimezone(ZoneInfo(organization.time_zone)).date()
        dates = {"start_date": today, "end_date": today + timedelta(days=DAYS_TO_RUN)}
        super().__init__(*args, initial=dates | (initial or {}) | (_initial(campaign) if campaign else {}), **also)
        offer(self, "strategy", _usable(organization, campaign))
        offer_people(self, organization)
        if campaign is not None:
            for name in {"contact_list", "segment", "follow_list"} & self.fields.keys():
                del self.fields[name]
            self.fields["start_date"].disabled = campaign.status != Status.DRAFT

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("start_date"), given.get("end_date")
        if starts and ends and ends < starts:
            self.add_error("end_date", f"The end lies before the start. Choose {starts:%-d %B} or later.")
        return given


def offer_people(form: forms.Form, organization: Organization) -> None:
    """The lists and segments of the house; without any segment there is nothing to ask."""
    offer(form, "contact_list", ContactList.objects.of(organization).order_by("-id"))
    segments = Segment.objects.of(organization).order_by("name", "id")
    offer(form, "segment", segments)
    if not segments.exists():
        del form.fields["segment"]


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """The rows that a field chooses from."""
    field = form.fields[name]
    assert isinstance(field, PublicIdField)
    field.queryset = rows


def _usable(organization: Organization, campaign: Campaign | None) -> QuerySet[Any]:
    """Active ones, and the one that the campaign has."""
    rows = strategies_of(organization)
    usable = rows.filter(status=StrategyStatus.ACTIVE)
    if campaign is not None and campaign.strategy_version is not None:
        usable = usable | rows.filter(pk=campaign.strategy_version.strategy_id)
    return usable.order_by("name", "id")


def _initial(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "objective": campaign.objective,
        "strategy": campaign.strategy_version.strategy if campaign.strategy_version else None,
        "start_date": campaign.start_date,
        "end_date": campaign.end_date,
    }
