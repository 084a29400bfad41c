"""The filters above the lists, and what can be corrected about an account."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django import forms

from .models import Account, ContactList
from .states import Bucket, Provenance, Status


def _words(words: Iterable[Any], blank: str) -> list[tuple[str, str]]:
    return [("", blank), *((word.value, word.value.replace("_", " ").capitalize()) for word in words)]


class ListFilter(forms.Form):
    """Above the contact lists, and above the people of one."""

    q = forms.CharField(label="Search", required=False, max_length=120)


class AccountFilter(forms.Form):
    """Above the accounts."""

    q = forms.CharField(label="Name, number, phone or e-mail", required=False, max_length=120)
    status = forms.ChoiceField(label="Status", required=False, choices=_words(Status, "Any status"))
    bucket = forms.ChoiceField(label="Days past due", required=False, choices=_words(Bucket, "Any days past due"))
    list = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    campaign = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class NameForm(forms.Form):
    """A list's name."""

    name = forms.CharField(label="Name", max_length=120)

    def __init__(self, *given: Any, contact_list: ContactList | None = None, **also: Any) -> None:
        super().__init__(*given, **also)
        if contact_list is not None:
            self.initial["name"] = contact_list.name


class AccountForm(forms.Form):
    """An account and its person. Custom fields follow, under their exact names."""

    first_name = forms.CharField(label="First name", max_length=120, required=False)
    last_name = forms.CharField(label="Last name", max_length=120, required=False)
    language = forms.RegexField(r"^[a-z]{2}$", label="Language", required=False, help_text="A code: en, es.")
    time_zone = forms.CharField(label="Time zone", max_length=60, required=False, help_text="As they told you.")
    postal_code = forms.CharField(label="Postal code", max_length=16, required=False)
    state = forms.CharField(label="State", max_length=3, required=False)
    number = forms.CharField(label="Account number", max_length=120, required=False)
    external_id = forms.CharField(label="External id", max_length=120, required=False)
    due_date = forms.DateField(label="Due date", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    score = forms.IntegerField(label="Score", min_value=0, max_value=1000, required=False)

    OF_CONSUMER = ("first_name", "last_name", "language", "time_zone", "postal_code", "state")
    OF_ACCOUNT = ("number", "external_id", "due_date", "score")

    def __init__(self, *given: Any, account: Account, **also: Any) -> None:
        super().__init__(*given, **also)
        self.custom_names = sorted(account.fields)
        for name in self.OF_CONSUMER:
            self.initial[name] = getattr(account.consumer, name)
        for name in self.OF_ACCOUNT:
            self.initial[name] = getattr(account, name)
        for at, name in enumerate(self.custom_names):
            self.fields[f"custom-{at}"] = forms.CharField(label=name, required=False, max_length=10_000)
            self.initial[f"custom-{at}"] = account.fields[name]

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError("Write it as America/Chicago.")
        return zone

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"]).upper()

    def person(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.OF_CONSUMER}

    def debt(self) -> dict[str, Any]:
        """The account's own fields, the custom ones included; a blank one is dropped."""
        custom = {name: self.cleaned_data[f"custom-{at}"] for at, name in enumerate(self.custom_names)}
        own = {name: self.cleaned_data[name] for name in self.OF_ACCOUNT}
        return own | {"fields": {name: value for name, value in custom.items() if value}}


class PointForm(forms.Form):
    """Another way to reach somebody."""

    address = forms.CharField(label="Phone or e-mail", max_length=254)
    provenance = forms.ChoiceField(
        label="Where it comes from",
        choices=[
            (Provenance.GIVEN_BY_CONSUMER.value, "The consumer gave it"),
            (Provenance.SKIP_TRACED.value, "Found by a search service"),
            (Provenance.UNKNOWN.value, "Nobody knows"),
        ],
        initial=Provenance.UNKNOWN,
    )
