"""The New Campaign view's form, and the filters of the lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from forbear.accounts.models import ContactList
from forbear.channels.models import Sender
from forbear.core.phone import readable
from forbear.staff.models import Organization
from forbear.web.days import NEAR
from forbear.wording.models import Template
from forbear.wording.states import DEBT_COLLECTION

from .models import Campaign

LANGUAGES = [("en", "English"), ("es", "Spanish")]
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "UTC",
)
DAYS_TO_RUN = 30


class PublicIdField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row chosen by its public id."""

    def prepare_value(self, value: Any) -> Any:
        return value.public_id if hasattr(value, "public_id") else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        assert self.queryset is not None
        for row in self.queryset:
            if row.public_id == str(value):
                return row
        raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class SenderField(PublicIdField):
    """A sender by its label and number."""

    def label_from_instance(self, obj: Sender) -> str:
        number = readable(obj.address)
        return f"{obj.label}, {number}" if obj.label else number


class CampaignForm(forms.Form):
    """What is sent, to whom, and when. `clean` gives `launch_at` (aware UTC, or None for now)."""

    name = forms.CharField(label="Campaign name", max_length=120)
    contact_list = PublicIdField(label="Contact list", queryset=ContactList.objects.none(), empty_label="Choose a list")
    sender = SenderField(
        label="Sender number",
        queryset=Sender.objects.none(),
        required=False,
        empty_label="The organization's first number",
    )
    industry = forms.ChoiceField(label="Industry", choices=[])
    language = forms.ChoiceField(label="Language", choices=LANGUAGES)
    template = PublicIdField(
        label="Messages",
        queryset=Template.objects.none(),
        required=False,
        empty_label="My own words",
    )
    body = forms.CharField(
        label="Message",
        max_length=1600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Words of your own are kept as a template of this campaign's own.",
    )
    start = forms.ChoiceField(
        label="Start",
        choices=[("now", "Send now"), ("later", "Schedule")],
        widget=forms.RadioSelect,
        initial="now",
    )
    launch_date = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=NEAR
    )
    launch_time = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=[])
    follow_list = forms.BooleanField(
        label="Follow the list",
        required=False,
        help_text="Who is on the list at the moment of the launch, not who is on it today.",
    )
    end_date = forms.DateField(
        label="End date",
        required=False,
        validators=NEAR,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day on which a message of this campaign may leave.",
    )

    def __init__(self, *args: Any, organization: Organization, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.organization = organization
        self._offer("contact_list", ContactList.objects.of(organization).order_by("-id"))
        self._offer("sender", Sender.objects.of(organization).filter(is_active=True, channel="sms").order_by("id"))
        templates = Template.objects.of(organization).filter(archived_at=None, channel="sms", current__isnull=False)
        self.industries = _industries(templates)
        self._choices("industry", [(name, name) for name in self.industries])
        self.templates = templates.filter(language=self.chosen("language") or "en").select_related("current")
        self._offer("template", self.templates.order_by("tone", "id"))
        zones = dict.fromkeys([organization.time_zone, *ZONES, *self._kept_zone()])
        self._choices("time_zone", [(zone, zone.replace("_", " ")) for zone in zones])

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, PublicIdField)
        field.queryset = rows

    def _choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def _kept_zone(self) -> list[str]:
        kept = self.initial.get("time_zone")
        return [kept] if kept else []

    def chosen(self, name: str) -> str:
        """What stands in a field now, valid or not."""
        return str(self[name].value() or "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("body") and not given.get("template"):
            self.add_error("body", "Choose a message, or write one.")
        given["launch_at"] = self._launch_at(given)
        first = _local(given["launch_at"] or self.at, given.get("time_zone") or self.organization.time_zone)
        given["start_date"] = first
        given["end_date"] = given.get("end_date") or first + timedelta(days=DAYS_TO_RUN)
        if given["end_date"] < first:
            self.add_error("end_date", f"The end lies before the start. Choose {first:%-d %B} or later.")
        return given

    def _launch_at(self, given: dict[str, Any]) -> datetime | None:
        if given.get("start") != "later":
            return None
        day, time = given.get("launch_date"), given.get("launch_time")
        if not day or not time:
            self.add_error("launch_date" if not day else "launch_time", "Choose the date and the time.")
            return None
        local = datetime.combine(day, time, ZoneInfo(given.get("time_zone") or self.organization.time_zone))
        launch_at = local.astimezone(ZoneInfo("UTC"))
        if launch_at <= self.at:
            self.add_error("launch_date", "This moment has passed. Choose a later one, or send now.")
        return launch_at


def _local(at: datetime, zone: str) -> Any:
    return at.astimezone(ZoneInfo(zone)).date()


def _industries(templates: QuerySet[Template]) -> list[str]:
    known = templates.order_by("industry").values_list("industry", flat=True).distinct()
    return list(known) or [DEBT_COLLECTION]


def initial_of(campaign: Campaign) -> dict[str, Any]:
    """The form's values of a campaign that exists."""
    template = campaign.template
    initial: dict[str, Any] = {
        "name": campaign.name,
        "contact_list": campaign.contact_list,
        "sender": campaign.sender,
        "industry": template.industry if template else DEBT_COLLECTION,
        "language": template.language if template else "en",
        "template": template,
        "body": template.current.body if template and template.current else "",
        "time_zone": campaign.time_zone,
        "follow_list": campaign.follow_list,
        "end_date": campaign.end_date,
        "start": "later" if campaign.launch_at else "now",
    }
    if campaign.launch_at:
        local = campaign.launch_at.astimezone(ZoneInfo(campaign.time_zone))
        initial |= {"launch_date": local.date(), "launch_time": local.time()}
    return initial
