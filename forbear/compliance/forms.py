"""The filter above the log."""

from __future__ import annotations

from typing import Any

from django import forms

from forbear.core.ids import public_id
from forbear.web.days import NEAR
from forbear.web.fields import Options

from .queries import Asked
from .words import accounts_by, choices_of, titles

KINDS = {"acc": "account", "cmp": "campaign", "doc": "document", "msg": "message"}


def a_day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=NEAR)


class LogFilter(forms.Form):
    """What to show of the log."""

    group = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())
    event = forms.ChoiceField(label="What", required=False, widget=Options)
    user = forms.ChoiceField(label="Who", required=False, widget=Options)
    about = forms.CharField(label="Account or person", required=False, max_length=60)
    campaign = forms.ChoiceField(label="Campaign", required=False, widget=Options)
    start_date = a_day("From")
    end_date = a_day("Until")

    def __init__(self, *args: Any, organization: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organization = organization
        offered = choices_of(organization)
        self.people = offered.people
        people = [(public_id("usr", number), name) for number, name in offered.people.items()]
        campaigns = [(public_id("cmp", number), name) for number, name in offered.campaigns.items()]
        self.fields["campaign"].choices = [("", "Any campaign"), *campaigns]  # type: ignore[attr-defined]
        shown = sorted(((event, title) for event, title in titles().items()), key=lambda pair: pair[1])
        self.fields["event"].choices = [("", "Anything"), *shown]  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", "Anybody"), ("system", "The system"), *people]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The filter in the log's terms; a field that cannot be used filters nothing."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        about = str(values.pop("about", ""))
        if about:
            values |= self._about(about)
        return Asked(**values)

    def _about(self, words: str) -> dict[str, Any]:
        """A public id of any noun; else the accounts that answer to the words, of which there may be none."""
        kind = KINDS.get(words.partition("_")[0])
        found = () if kind else accounts_by(self.organization, words)
        return {"accounts": found} if found else {kind or "account": words}


class RetentionForm(forms.Form):
    """How long entries stay in the log itself."""

    years = forms.IntegerField(
        label="Years after the last activity on an account",
        min_value=3,
        max_value=100,
        help_text="Three at least: 12 CFR 1006.100.",
    )
    erases = forms.BooleanField(
        label="Erase the personal data of what is moved",
        required=False,
        help_text="The entries stay, and stay proved.",
    )


class LegalHoldForm(forms.Form):
    """Nothing is moved or erased while it stands."""

    account = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    """Its id; empty: every account."""
    reason = forms.CharField(label="Reason", max_length=500)
