"""The filter above the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from .queries import Asked
from .words import titles

# Far from the ends of the calendar, so that no zone leaves it.
NEAR = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


def a_day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=NEAR)


class LogFilter(forms.Form):
    """What to show of the log."""

    group = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())
    event = forms.ChoiceField(label="What", required=False)
    user = forms.ChoiceField(label="Who", required=False)
    about = forms.CharField(label="Account or campaign id", required=False, max_length=60)
    start_date = a_day("From")
    end_date = a_day("Until")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        shown = sorted(((event, title) for event, title in titles().items()), key=lambda pair: pair[1])
        self.fields["event"].choices = [("", "Anything"), *shown]  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", "Anybody"), ("system", "The system"), *people]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The filter in the log's terms; a field that cannot be used filters nothing."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        about = str(values.pop("about", ""))
        kind = {"acc": "account", "cmp": "campaign", "doc": "document", "msg": "message"}
        if about:
            values[kind.get(about.partition("_")[0], "account")] = about
        return Asked(**values)
